"""The rules that every kind of document keeps, as tests for any kind.

A kind's test case is ``class TestParcelRules(KindRules, AccountCase)`` with the methods under
"what a kind must tell". Kinds of other addons use it as those of this one do.
"""

from unittest.mock import patch

from odoo import fields
from odoo.fields import Domain
from odoo.tools import mute_logger

from ..tools.secure_token import new_ref, new_token
from .kind_batch_rules import BatchRules
from .kind_outsider_rules import OutsiderRules
from .kind_preview_rules import PreviewRules

PREFIXES = {"i": "/finance/i", "q": "/q", "p": "/finance/p", "t": "/finance/t"}


class KindRules(BatchRules, OutsiderRules, PreviewRules):
    """L1 to L12 for one kind of document, beside :class:`AccountCase`."""

    allow_inherited_tests_method = True  # Odoo runs a class's own tests only, unless told
    max_queries = 11  # of a click on a page that was drawn before

    # === WHAT A KIND MUST TELL === #

    @classmethod
    def make_document(cls, partner):
        """Return a document of ``partner``'s that customers may see."""
        raise NotImplementedError

    def name_contact(self, contact):
        """Yield documents, each of which has a contact mailed something in another way."""
        yield self.make_document(contact)

    def make_unshareable(self, document):
        """Bring a document into a state in which customers may not see it any more."""
        raise NotImplementedError

    def give_to(self, document, partner):
        """Give a document to another contact."""
        document.partner_id = partner

    def delete(self, document):
        """Delete a document, as whoever may does."""
        document.unlink()

    def waits_for_customer(self):
        """Return whether a customer has to pay or to answer such a document."""
        raise NotImplementedError

    def get_native_path(self, document):
        """Return the address of Odoo's own page of a document, or nothing without one."""
        return document.access_url

    # === HELPERS === #

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.document = cls.make_document(cls.ada)

    def path_of_link(self, token, prefix=None):
        return f"{PREFIXES[prefix or self.document._finance_portal_get_prefix()]}/{token}"

    def enter(self, token):
        """Click a mailed link; return the page at the end of it."""
        return self.visit(self.path_of_link(token), follow=True)

    def assertShows(self, page, document=None):
        """Assert that a page is the document's, with strict headers and without native links."""
        document = document or self.document
        self.assertEqual(page.status_code, 200, page.text[:500])
        self.assertIn(document._finance_portal_get_title(), page.text)
        self.assertStrictHeaders(page)
        self.assertNoNativeTrace(page.text)

    def statuses(self, token, ref, page):
        """Return the status of every address under a link."""
        base, prefixes = f"/finance/d/{ref}", sorted(PREFIXES)
        found = {f"exchange {p}": self.visit(self.path_of_link(token, p)) for p in prefixes}
        found["head"] = self.visit(self.path_of_link(token), "HEAD")
        found |= {name: self.visit(f"{base}{name}") for name in ("", "/pdf", f"/file/{new_ref()}")}
        for name in ("/seen", "/accept", "/decline", "/answer", "/options", "/account"):
            found[name] = self.submit(page, f"{base}{name}")
        for answer in found.values():
            self.assertStrictHeaders(answer)
        return {name: answer.status_code for name, answer in found.items()}

    # === WHILE IT LIVES === #

    def test_l8_token_is_traded_for_a_page_without_it(self):
        link, token = self.issue(self.document)
        page = self.enter(token)
        self.assertTrue(page.url.endswith(f"/finance/d/{link.ref}"))
        self.assertShows(page)
        self.assertNotIn(token, page.text)

    def test_a_click_on_a_page_drawn_before_asks_little(self):
        """What a link and its page hang on is read in few queries, and no wide row as a whole."""
        link, token = self.issue(self.document, partner=self.ben)  # is offered an account
        self.enter(token)
        self.visit(f"/finance/d/{link.ref}")
        before = self.env.cr.sql_log_count
        self.visit(f"/finance/d/{link.ref}")
        self.assertLessEqual(self.env.cr.sql_log_count - before, self.max_queries)

    def test_l8_grant_belongs_to_one_browser(self):
        link, token = self.issue(self.document)
        self.assertShows(self.enter(token))
        self.become_stranger()
        self.assertEqual(self.visit(f"/finance/d/{link.ref}").status_code, 404)

    def test_l5_token_works_under_its_own_prefix_only(self):
        _link, token = self.issue(self.document)
        own = self.document._finance_portal_get_prefix()
        statuses = {p: self.visit(self.path_of_link(token, p)).status_code for p in PREFIXES}
        self.assertEqual(statuses, {p: 303 if p == own else 404 for p in PREFIXES})

    def test_l7_get_and_head_are_no_view(self):
        link, token = self.issue(self.document)
        self.enter(token)
        self.visit(f"/finance/d/{link.ref}", "HEAD")
        self.assertFalse(link.viewed_at)
        self.submit(self.enter(token), f"/finance/d/{link.ref}/seen")
        self.assertTrue(link.viewed_at)

    def test_l10_extra_recipient_may_look_and_is_offered_nothing_else(self):
        link, token = self.issue(self.document, partner=self.stranger)
        page = self.enter(token)
        self.assertShows(page)
        for action in ("accept", "decline", "account", "pay"):
            self.assertNotIn(f"/finance/d/{link.ref}/{action}", page.text)

    # === WHEN IT ENDS === #

    def end_by(self, cause, document, link):
        """Bring a link to its end."""
        if cause == "revoked":
            link._revoke("staff")
        elif cause == "not shareable":
            self.make_unshareable(document)
        elif cause == "given away":
            self.give_to(document, self.eve)
        elif cause == "given back":
            self.give_to(document, self.eve)
            self.give_to(document, self.ada)
        elif cause == "deleted":
            self.delete(document)
        elif cause == "recipient archived":
            self.ben.active = False
        elif cause == "recipient left":
            self.ben.parent_id = self.rival
        elif cause == "new address":
            self.ben.email = "ben.new@bakery.example.com"

    def assertEndedBy(self, cause):
        """Assert that every address under a link answers 410 after it came to its end."""
        document = self.make_document(self.ada)
        link, token = self.issue(document, partner=self.ben)
        self.become_stranger()
        page = self.enter(token)
        self.assertShows(page, document)
        self.end_by(cause, document, link)
        now = link.expires_at if cause == "expired" else fields.Datetime.now()
        with (
            patch.object(fields.Datetime, "now", lambda: now),
            mute_logger("odoo.addons.finance_portal.models.web.ir_http_failures"),
        ):
            statuses = self.statuses(token, link.ref, page)
        expected = dict.fromkeys(statuses, 410)
        expected |= {f"exchange {p}": 404 for p in PREFIXES if p != link.prefix}
        self.assertEqual(statuses, expected)

    def test_l3_expired(self):
        self.assertEndedBy("expired")

    def test_l4_revoked(self):
        self.assertEndedBy("revoked")

    def test_l4_no_longer_shareable(self):
        self.assertEndedBy("not shareable")

    def test_l4_given_to_another_customer(self):
        self.assertEndedBy("given away")

    def test_l4_giving_it_back_revives_nothing(self):
        self.assertEndedBy("given back")

    def test_l4_deleted(self):
        self.assertEndedBy("deleted")

    def test_l4_recipient_archived(self):
        self.assertEndedBy("recipient archived")

    def test_l4_recipient_left_the_customer(self):
        self.assertEndedBy("recipient left")

    def test_l4_recipient_has_a_new_address(self):
        self.assertEndedBy("new address")

    def test_dead_and_unknown_look_the_same(self):
        link, token = self.issue(self.document)
        link._revoke("staff")
        dead = self.visit(self.path_of_link(token))
        self.become_stranger()
        unknown = self.visit(self.path_of_link(new_token()))
        self.assertEqual((dead.status_code, unknown.status_code), (410, 404))
        self.assertIn("no longer active", dead.text)
        self.assertIn("no longer active", unknown.text)
        self.assertNotIn(self.document._finance_portal_get_title(), dead.text)

    def test_request_access_mails_a_link_of_this_kind_to_the_address_on_file(self):
        link, token = self.issue(self.document)
        with patch.object(fields.Datetime, "now", lambda: link.expires_at):
            page = self.visit(self.path_of_link(token))
            self.assertEqual(page.status_code, 410)
        path = self.path_of_link(token) + "/request-access"
        self.assertEqual(self.submit(page, path).status_code, 200)
        self.answer_requests()
        self.assertEqual(list(self.sent), [self.ada.email])
        self.assertShows(self.enter(self.token_mailed_to(self.ada)))

    def test_links_to_everything_still_open_name_what_waits_for_the_customer(self):
        link, token = self.issue(self.document)
        with patch.object(fields.Datetime, "now", lambda: link.expires_at):
            page = self.visit(self.path_of_link(token))
        data = {"csrf_token": self.csrf_of(page), "everything": "1"}
        path = self.path_of_link(token) + "/request-access"
        self.assertEqual(self.visit(path, "POST", data=data).status_code, 200)
        self.answer_requests()
        self.assertEqual(list(self.sent), [self.ada.email])
        tokens = self.tokens_in(self.sent[self.ada.email])
        own = [
            ("id", ">", link.id),
            ("res_model", "=", self.document._name),
            ("res_id", "=", self.document.id),
        ]
        fresh = self.Link.sudo().search([*own])
        self.assertEqual(bool(fresh), self.waits_for_customer())
        if fresh:
            own_path = self.path_of_link("").rstrip("/")
            body = self.sent[self.ada.email]
            pages = [self.enter(one) for one in tokens if f"{own_path}/{one}" in body]
            title = self.document._finance_portal_get_title()
            self.assertEqual(len([one for one in pages if title in one.text]), 1)

    # === EMAILS AND NATIVE LINKS === #

    def test_l11_email_carries_the_secure_link_and_nothing_native(self):
        with self.mock_mail_gateway():
            message = self.document.message_post(
                body="Here it is.",
                partner_ids=self.ada.ids,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
            self.env.flush_all()
            self.cr.postcommit.run()
        body = self.sent[self.ada.email]
        (token,) = self.tokens_in(body)
        self.assertIn(self.path_of_link(token), body)
        self.assertNoNativeTrace(body)
        self.assertFalse(self.tokens_in(message.body))
        self.assertShows(self.enter(token))

    def test_l11_native_link_leads_to_the_page_for_a_new_one(self):
        path = self.get_native_path(self.document)
        if not path:
            return
        self.document.access_token = token = "a-permanent-token-of-odoo"
        answer = self.visit(f"{path}?access_token={token}", follow=True)
        self.assertEqual(answer.status_code, 410)
        self.assertStrictHeaders(answer)
        self.assertIn("no longer active", answer.text)

    # === TIME ZONES THAT NOBODY KNOWS === #

    def test_unknown_time_zones_keep_nobody_from_a_page(self):
        """Names of zones come and go with systems; those of people fall back to the company's."""
        _link, token = self.issue(self.document)
        self.set_zones("Mars/Base")
        page = self.enter(token)
        self.assertShows(page)
        self.assertIn("(UTC)</b>", page.text)
        self.set_zones("Mars/Base", company="Asia/Tokyo")
        page = self.enter(token)
        self.assertShows(page)
        self.assertNotIn("(UTC)</b>", page.text)

    def test_unknown_time_zones_keep_nobody_from_the_portal(self):
        self.sign_in()
        self.set_zones("Mars/Base")
        sections = self.env["finance.portal.page"]._get_sections(self.account._as_viewer())
        ref = self.env["finance.portal.scope"]._make_ref(self.document)
        self.assertShows(self.visit(f"/finance/d/{ref}"))
        for path, _label in sections.values():
            self.assertEqual(self.visit(path).status_code, 200, path)

    # === THE PORTAL === #

    def test_l6_customers_see_their_own_in_the_portal(self):
        path = f"/finance/d/{self.env['finance.portal.scope']._make_ref(self.document)}"
        sections = self.env["finance.portal.page"]._get_sections(self.account._as_viewer())
        section, _label = sections[self.document._finance_portal_get_section()]
        self.assertEqual(self.visit(path).status_code, 303, "nobody is signed in")
        self.sign_in()
        self.assertShows(self.visit(path))
        self.assertIn(path, self.visit(section).text)
        self.make_unshareable(self.document)
        self.assertEqual(self.visit(path).status_code, 404)
        self.assertNotIn(path, self.visit(section).text)

    def test_l6_other_customers_see_nothing_of_it(self):
        path = f"/finance/d/{self.env['finance.portal.scope']._make_ref(self.document)}"
        rival = self.make_account(self.eve)
        sections = self.env["finance.portal.page"]._get_sections(rival._as_viewer())
        self.sign_in(rival)
        for address in (path, f"{path}/pdf"):
            self.assertEqual(self.visit(address).status_code, 404)
        section, _label = sections[self.document._finance_portal_get_section()]
        listed = self.visit(section)
        self.assertEqual(listed.status_code, 200)
        self.assertNotIn(path, listed.text)

    def test_an_account_shows_the_documents_of_its_companies_alone(self):
        """Page, PDF, list, overview, files and record rules; a link sent to them opens anyway."""
        sister = self.env["res.company"].create({"name": "Sister"})
        path = f"/finance/d/{self.env['finance.portal.scope']._make_ref(self.document)}"
        sections = self.env["finance.portal.page"]._get_sections(self.account._as_viewer())
        model, user = self.document._name, self.account.user_id
        self.sign_in()
        for companies in (sister | self.company, sister):
            self.account._show_companies(companies)
            self.env.flush_all()
            is_shown = self.company in companies
            status = 200 if is_shown else 404
            with self.subTest(companies=companies.mapped("name")):
                self.assertEqual(self.visit(path).status_code, status)
                if self.document._finance_portal_has_pdf():
                    self.assertEqual(self.visit(f"{path}/pdf").status_code, status)
                listed = [name for name, (at, _label) in sections.items()
                          if path in self.visit(at).text]  # fmt: skip
                self.assertEqual(bool(listed), is_shown, listed)
                rule = user._finance_portal_get_rule(model) & Domain("id", "=", self.document.id)
                Document = self.document.sudo().with_context(active_test=False)
                self.assertEqual(bool(Document.search(rule)), is_shown)
        _link, token = self.issue(self.document)
        self.assertShows(self.enter(token))

    def test_where_sign_in_is_required_a_link_opens_its_document_in_any_account(self):
        """Its company sent just this one to just this customer."""
        sister = self.env["res.company"].create({"name": "Sister"})
        self.account._show_companies(sister)
        self.customer.finance_portal_sign_in = "required"
        _link, token = self.issue(self.document)
        self.sign_in()
        self.assertShows(self.enter(token))
        path = f"/finance/d/{self.env['finance.portal.scope']._make_ref(self.document)}"
        self.assertEqual(self.visit(path).status_code, 404)

    def test_search_and_record_agree_on_what_customers_may_see(self):
        Scope = self.env["finance.portal.scope"]
        others, gone = self.make_document(self.eve), self.make_document(self.ada)
        self.make_unshareable(gone)
        found = self.document.with_context(active_test=False).search(
            Scope._get_domain(self.document._name, self.customer, self.company)
        )
        self.assertEqual(found & (self.document | others | gone), self.document)
        sister = self.env["res.company"].create({"name": "Sister"})
        domain = Scope._get_domain(self.document._name, self.customer, sister)
        self.assertFalse(self.document.with_context(active_test=False).search(domain))
        self.assertTrue(self.document._finance_portal_is_shareable())
        self.assertFalse(gone._finance_portal_is_shareable())
