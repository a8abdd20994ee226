"""Whoever answers is a person, and stands in the record and in the chatter under their name."""

from odoo.tests import tagged

from ..models.audit.event import KNOWS_PASSWORD
from .account_link_common import PASSWORD
from .account_pages_common import OTHER, PORTAL, AccountPagesCase
from .decision_common import DecisionCase
from .http_common import GATEWAY, PHONE

# What calls itself no browser, though a person may sit behind it: each used to hide an answer.
AGENTS = (GATEWAY, "HeadlessChrome/140.0", "curl/8.5.0", "")


@tagged("post_install", "-at_install")
class TestAnswerIsAPerson(DecisionCase):
    """L7: a decision is a human signal, whatever the browser says of itself."""

    agent = PHONE

    def visit(self, path, method="GET", **options):
        return super().visit(path, method, **{"agent": self.agent, **options})

    def answer_as(self, agent, kind, **form):
        self.agent = agent
        quote = self.make_quote(user_id=self.seller.id)
        link, page = self.open_quote(quote)
        self.assertFalse(link.viewed_at, "nothing but the answer tells that somebody is there")
        self.answer(page, kind, **form)
        return quote, link

    def test_l7_every_answer_is_a_persons_and_a_view(self):
        kinds = {"accept": "accepted", "decline": "declined"}
        for agent in AGENTS:
            for kind, expected in kinds.items():
                with self.subTest(agent=agent, kind=kind):
                    _quote, link = self.answer_as(agent, kind)
                    rows = self.Event.search([("link_id", "=", link.id)], order="id")
                    told = rows.filtered_domain([("kind", "in", ("viewed", expected))])
                    self.assertEqual(told.mapped("kind"), ["viewed", expected])
                    self.assertEqual(set(told.mapped("verdict")), {"person"})
                    self.assertTrue(link.viewed_at)

    def test_every_kind_of_decision_counts_as_an_answer(self):
        """The next kind of decision fails here until it counts as a person's."""
        decided = {kind for kind, _label in self.Decision._fields["kind"].selection}
        self.assertLessEqual(decided, self.Event._get_answer_kinds())

    def test_the_chatter_names_the_customer(self):
        """Neither the public user nor the system confirms, cancels or changes a quote."""
        for kind in ("accept", "decline", "options"):
            with self.subTest(kind=kind):
                quote = self.make_quote(
                    user_id=self.seller.id,
                    lines=[{"product_id": self.product_a.id, "price_unit": 10.0}],
                )
                if "is_optional" in quote.order_line._fields:
                    quote.order_line.is_optional = True
                _link, page = self.open_quote(quote)
                self.env.cr.flush()  # what creating and mailing it leaves in the chatter
                self.env.invalidate_all()
                known = quote.message_ids
                line = quote.order_line[:1]
                self.answer(page, kind, **({f"option_{line.id}": "3"} if kind == "options" else {}))
                self.env.invalidate_all()
                told = quote.message_ids - known
                self.assertEqual(told.author_id, self.ada if told else self.env["res.partner"])
                self.assertTrue(told or kind == "options")

    def test_a_decline_carries_the_contacts_name(self):
        quote, _link = self.answer_as(GATEWAY, "decline", name="")
        self.assertEqual(self.decisions(quote).name, "Ada")
        self.assertIn(f"{quote.name} declined by Ada", "".join(quote.message_ids.mapped("body")))


@tagged("post_install", "-at_install")
class TestWhoKnowsThePasswordIsAPerson(AccountPagesCase):
    def visit(self, path, method="GET", **options):
        return super().visit(path, method, **{**options, "agent": GATEWAY})

    def test_of_each_kind(self):
        account, setup = self.enable()
        self.fill_in(f"{PORTAL}/setup", at=f"{PORTAL}/setup/{setup}", password=PASSWORD)
        self.become_stranger()
        self.sign_in()
        self.fill_in(
            f"{PORTAL}/settings/password",
            at=f"{PORTAL}/settings",
            current=PASSWORD,
            password=OTHER,
        )
        self.become_stranger()
        reset = self.mail_account_link(account, "reset")
        self.fill_in(f"{PORTAL}/reset", at=f"{PORTAL}/reset/{reset}", password=PASSWORD)
        rows = self.events_of(account).filtered(lambda row: row.kind in KNOWS_PASSWORD)
        self.assertEqual(set(rows.mapped("kind")), KNOWS_PASSWORD)
        self.assertEqual(set(rows.mapped("verdict")), {"person"})
