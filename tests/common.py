"""Fixtures and helpers that the addon's tests share.

The raw token of a link exists in one place only, the outgoing email. So a test that needs one
either issues it the way an email does (:meth:`FinancePortalCase.issue`), or sends and reads
what the mail server would have got (:meth:`FinancePortalCase.send` and
:meth:`FinancePortalCase.token_mailed_to`).
"""

import re
from contextlib import contextmanager
from unittest.mock import patch

import psycopg2

from odoo import Command
from odoo.modules.registry import Registry
from odoo.tests import new_test_user
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.base.models.ir_mail_server import MailDeliveryException
from odoo.addons.mail.tests.common import MockEmail

from ..failures import LinkGone, UnknownLink
from ..tools.secure_token import PLACEHOLDER
from . import kept_world
from .kept_caches import KeptCaches

LINK = re.compile(r"/(?:finance/[ipt]|q)/([A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])")
# What would let somebody in without a secure link (L11).
NATIVE_TRACES = re.compile(r"(access_token|hash|pid|signup_token)=[^\s&\"']|/my/invoices/")


def issue_token(document, partner, mail):
    """Return the raw token of a new link, as an outgoing email gets it for one recipient."""
    Links = document.env["finance.portal.several.links"]
    [token] = Links._issue([(document, partner, "")], mail, address=None)
    return token


class FinancePortalCase(AccountTestInvoicingCommon, MockEmail):
    """A company, two customers with contacts, and one posted invoice.

    - ``customer``: a company with the contacts ``ada`` (gets the invoices) and ``ben``
    - ``rival``: another customer, whose contact is ``eve``
    - ``stranger``: a contact of nobody, an extra recipient (L10)
    - ``invoice``: posted, of ``ada``
    """

    @classmethod
    def default_env_context(cls):
        # Emails and chatter are what is tested here, so nothing of them is switched off.
        return {}

    @classmethod
    def setup_independent_company(cls, **kwargs):
        """Return the company that the database was prepared with, or a new one without it.

        Loading a chart of accounts in every language takes longer than most classes' tests.
        """
        company = cls.env.ref("__test__.company_with_accounts", raise_if_not_found=False)
        if not company or kwargs:
            return super().setup_independent_company(**kwargs)
        cls.env.user.company_ids = [Command.link(company.id)]
        return company

    @classmethod
    def setUpClass(cls):
        cls._caches = KeptCaches(Registry(get_db_name()))
        note = kept_world.read()
        if note:
            kept_world.enter(cls, note)
        else:
            super().setUpClass()
            cls.make_world()

    @classmethod
    def make_world(cls):
        """Make what this test case needs beyond Odoo's; see ``kept_world``."""
        cls.company.write({"email": "billing@company.test.example.com"})
        cls.env.user.group_ids += cls.env.ref("sales_team.group_sale_manager")
        cls.env.user.company_ids = cls.company
        cls.company.partner_id.lang = "en_US"
        cls.make_people()
        cls.invoice = cls.make_invoice()
        cls.Link = cls.env["finance.portal.link"]
        cls.Event = cls.env["finance.portal.event"]

    def setUp(self):
        super().setUp()
        self._caches.start_test()
        self.addCleanup(self._caches.end_test)

    # === RECORDS === #

    def set_zones(self, name, *, company=None):
        """Store a time zone with all people, users and companies: past Odoo, as a dump does.

        :param str company: another one for the company alone
        """
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_partner SET tz = %s", [name])
        if company:
            self.env.cr.execute(
                "UPDATE res_partner SET tz = %s WHERE id = %s",
                [company, self.company.partner_id.id],
            )
        self.env.invalidate_all()

    @classmethod
    def make_people(cls):
        """Create the two customers, their contacts and the stranger."""
        Partner = cls.env["res.partner"].with_context(no_reset_password=True)
        common = {"invoice_edi_format": False, "lang": "en_US"}
        cls.customer, cls.rival = Partner.create(
            [
                {
                    "name": "Bakery",
                    "is_company": True,
                    "email": "office@bakery.example.com",
                    **common,
                },
                {
                    "name": "Rival",
                    "is_company": True,
                    "email": "office@rival.example.com",
                    **common,
                },
            ]
        )
        cls.ada, cls.ben, cls.eve, cls.stranger = Partner.create(
            [
                {
                    "name": "Ada",
                    "parent_id": cls.customer.id,
                    "email": "ada@bakery.example.com",
                    **common,
                },
                {
                    "name": "Ben",
                    "parent_id": cls.customer.id,
                    "email": "ben@bakery.example.com",
                    **common,
                },
                {
                    "name": "Eve",
                    "parent_id": cls.rival.id,
                    "email": "eve@rival.example.com",
                    **common,
                },
                {"name": "Tax Adviser", "email": "adviser@tax.example.com", **common},
            ]
        )

    @classmethod
    def make_contact(cls, name, parent=None, email=None, **values):
        """Return a contact of ``parent``, by default of ``customer``; ``False`` for nobody's."""
        return cls.env["res.partner"].create(
            {
                "name": name,
                "parent_id": cls.customer.id if parent is None else parent and parent.id,
                "email": email or f"{name.lower()}@bakery.example.com",
                **values,
            }
        )

    @classmethod
    def make_invoice(cls, partner=None, post=True, **values):
        """Return an invoice of one line, posted unless told otherwise."""
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or cls.ada).id,
                "invoice_date": "2026-01-10",
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Bread", "price_unit": 100.0, "tax_ids": [Command.clear()]}
                    )
                ],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def make_quote(cls, partner=None, sent=True, lines=None, **values):
        """Return a quote of one line of 100.00 without taxes, as sent unless told otherwise.

        :param list lines: values of the lines
        """
        product = cls.env["product.product"].create({"name": "Oven", "type": "service"})
        lines = lines or [{"product_id": product.id, "price_unit": 100.0}]
        order = cls.env["sale.order"].create(
            {
                "partner_id": (partner or cls.ada).id,
                "order_line": [
                    Command.create({"tax_ids": [Command.clear()], **line}) for line in lines
                ],
                "require_signature": False,
                "require_payment": False,
                **values,
            }
        )
        if sent:
            order.action_quotation_sent()
        return order

    @classmethod
    def make_payment(cls, partner=None, post=True, **values):
        """Return a customer's payment, posted unless told otherwise."""
        payment = cls.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": (partner or cls.ada).id,
                "amount": 40.0,
                **values,
            }
        )
        if post:
            payment.action_post()
        return payment

    @classmethod
    def make_user(cls, login, *groups, **values):
        """Return a user of this company in exactly these groups and those they imply."""
        return new_test_user(
            cls.env,
            login=login,
            groups=",".join(groups),
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            email=f"{login}@company.test.example.com",
            **values,
        )

    # === LINKS === #

    @classmethod
    def issue(cls, document=None, partner=None, email_to=False):
        """Issue a link as an outgoing email does.

        :param document: by default ``invoice``
        :param partner: the recipient; by default ``ada``, nobody when ``email_to`` is given
        :return: ``(link, raw token)``; the link is sudo
        """
        document = cls.invoice if document is None else document
        partner = cls.env["res.partner"] if email_to else (partner or cls.ada)
        mail = (
            cls.env["mail.mail"]
            .sudo()
            .create(
                {
                    "model": document._name,
                    "res_id": document.id,
                    "recipient_ids": [Command.set(partner.ids)],
                    "email_to": email_to,
                    "body_html": "<p/>",
                }
            )
        )
        token = issue_token(document, partner, mail)
        return cls.link_of(token, document._finance_portal_get_prefix()), token

    @classmethod
    def link_of(cls, token, prefix="i"):
        """Return the live link (sudo) of a raw token."""
        return cls.env["finance.portal.link"]._resolve_token(token, prefix)

    def assertLive(self, token, msg=None):
        """Assert that a raw token opens its document."""
        self.env.flush_all()
        self.assertTrue(self.link_of(token), msg)

    def assertDead(self, token, msg=None):
        """Assert that a raw token was real and opens nothing any more (410)."""
        self.env.flush_all()
        with self.assertRaises(LinkGone, msg=msg):
            self.link_of(token)

    def assertUnknown(self, token, prefix="i"):
        """Assert that no link has this raw token (404)."""
        with self.assertRaises(UnknownLink):
            self.link_of(token, prefix)

    # === SENDING === #

    def open_send_dialog(self, move=None, partners=None, **values):
        """Return the dialog behind Send to Customer, as its button opens it for email."""
        move = self.invoice if move is None else move
        context = {"active_model": "account.move", "active_ids": move.ids}
        wizard = (
            self.env["account.move.send.wizard"]
            .with_context(**context)
            .create({"sending_methods": ["email"], **values})
        )
        if partners is not None:
            wizard.mail_partner_ids = partners
        return wizard

    def send(self, move=None, partners=None, **values):
        """Press Send to Customer and Send; what the mail server got is in ``sent``."""
        wizard = self.open_send_dialog(move, partners, **values)
        with self.mock_mail_gateway():
            wizard.action_send_and_print()
        return wizard

    def send_without_server(self, move=None):
        """Press Send while no mail server answers."""
        wizard = self.open_send_dialog(move)
        with self.no_mail_server():
            wizard.action_send_and_print()
        return self._new_mails.filtered(lambda mail: mail.model == "account.move")

    @property
    def sent(self):
        """Return the bodies that the mail server got, by normalised address."""
        return {
            found.group(): str(mail["body"])
            for mail in self._mails
            for address in mail["email_to"]
            if (found := re.search(r"[^\s<]+@[^\s>]+", address))
        }

    def tokens_in(self, text):
        """Return the set of raw tokens in a text."""
        return set(LINK.findall(str(text)))

    def token_mailed_to(self, partner):
        """Return the one raw token that the last email to ``partner`` carries."""
        (token,) = self.tokens_in(self.sent[partner.email])
        return token

    def mail_confirmations(self):
        """Run the job that mails order confirmations, within the test's own transaction."""
        with (
            patch.object(self.env.cr, "commit"),
            patch.object(type(self.env["ir.cron"]), "_commit_progress"),
        ):
            self.env["sale.order"]._cron_finance_portal_confirmation_mail()

    @contextmanager
    def no_mail_server(self, reason="Connection refused"):
        """Have every mail server refuse the connection, saying ``reason``."""

        def refuse(*_args, **_kwargs):
            raise MailDeliveryException("Unable to connect to SMTP Server", reason)

        with (
            self.mock_mail_gateway(),
            patch.object(type(self.env["ir.mail_server"]), "_connect__", refuse),
            mute_logger("odoo.addons.mail.models.mail_mail"),
        ):
            yield

    def assertNoNativeTrace(self, text):
        """Assert that a text holds nothing of Odoo's permanent links (L11)."""
        self.assertNotRegex(str(text), NATIVE_TRACES)

    @contextmanager
    def refused_by_database(self, error=psycopg2.errors.CheckViolation):
        """Expect the database to refuse what is done inside, and undo it."""
        self.env.flush_all()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(error),
            self.env.cr.savepoint(),
        ):
            yield

    def assertOnlyPlaceholder(self, text):
        """Assert that a stored text points to a secure link but holds no token (L2)."""
        self.assertIn(PLACEHOLDER, str(text))
        self.assertFalse(self.tokens_in(text))
