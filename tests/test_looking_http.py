"""Looking changes nothing that a customer would notice; acting needs a form of ours (L7)."""

from odoo.tests import tagged

from .http_common import GATEWAY, FinancePortalHttpCase


@tagged("post_install", "-at_install")
class TestLookingHttp(FinancePortalHttpCase):
    def test_l7_get_and_head_change_nothing_but_opened(self):
        link, token = self.issue()
        before = link.read()[0]
        move = self.invoice.read(["state", "is_move_sent", "write_date", "message_ids"])[0]
        for method in ("GET", "HEAD"):
            for agent in (GATEWAY, "Mozilla/5.0 (Windows NT 10.0) Chrome/140"):
                self.visit(f"/finance/i/{token}", method, agent=agent, follow=True)
        self.assertEqual({**link.read()[0], "time_left": 0}, {**before, "time_left": 0})
        self.assertEqual(self.invoice.read(list(move))[0], move)
        self.assertEqual(len(self.invoice_events("opened")), 4)
        self.assertFalse(self.invoice_events("viewed", "pdf"))
        verdicts = self.invoice_events("opened").mapped("verdict")
        self.assertEqual(set(verdicts), {"scanner", "unknown"})

    def test_l7_a_person_counts_once_per_visit(self):
        link, token = self.issue()
        page = self.open_link(token)
        for _signal in range(3):
            self.assertEqual(self.submit(page, f"/finance/d/{link.ref}/seen").status_code, 204)
        self.assertEqual(len(self.invoice_events("viewed")), 1)
        self.assertEqual(self.invoice_events("viewed").verdict, "person")
        self.assertTrue(link.viewed_at)
        page = self.open_link(token)
        self.submit(page, f"/finance/d/{link.ref}/seen")
        self.assertEqual(len(self.invoice_events("viewed")), 2, "another click is another visit")

    def test_l7_scanner_never_counts(self):
        link, token = self.issue()
        page = self.open_link(token, agent=GATEWAY)
        self.submit(page, f"/finance/d/{link.ref}/seen", agent=GATEWAY)
        self.assertFalse(self.invoice_events("viewed"))
        self.assertFalse(link.viewed_at)

    def test_l7_staff_never_count(self):
        link, token = self.issue()
        self.make_user("staffer", "account.group_account_invoice", password="staffer")
        self.authenticate("staffer", "staffer")
        page = self.open_link(token)
        self.submit(page, f"/finance/d/{link.ref}/seen")
        self.assertFalse(self.invoice_events("viewed"))
        self.assertEqual(self.invoice_events("opened").verdict, "staff")
        self.assertEqual(self.invoice_events("opened").user_id.login, "staffer")

    def test_forms_without_proof_change_nothing(self):
        link, token = self.issue()
        self.open_link(token)
        for data in ({}, {"csrf_token": "x"}, {"csrf_token": "ä" * 40}):
            for path in ("seen", "end", "account", "accept"):
                with self.subTest(data=data, path=path):
                    answer = self.visit(
                        f"/finance/d/{link.ref}/{path}", "POST", data={"a": "b", **data}
                    )
                    self.assertEqual(answer.status_code, 400)
                    self.assertStrictHeaders(answer)
        self.assertFalse(self.invoice_events("viewed", "ended"))
        self.assertEqual(self.visit(f"/finance/d/{link.ref}").status_code, 200)

    def test_wrong_methods_are_refused_in_plain_words(self):
        link, token = self.issue()
        self.open_link(token)
        for method, path in (
            ("POST", f"/finance/i/{token}"), ("PUT", f"/finance/d/{link.ref}"),
            ("DELETE", f"/finance/d/{link.ref}"), ("OPTIONS", f"/finance/d/{link.ref}"),
            ("GET", f"/finance/d/{link.ref}/seen"), ("GET", f"/finance/d/{link.ref}/end"),
        ):  # fmt: skip
            with self.subTest(method=method, path=path):
                answer = self.visit(path, method)
                self.assertEqual(answer.status_code, 405)
                self.assertTrue(answer.headers["Allow"])
                self.assertStrictHeaders(answer)
