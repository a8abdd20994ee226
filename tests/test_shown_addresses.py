"""L11: Odoo's addresses of documents lead on, written out in emails and opened by their number."""

import re

from odoo import Command
from odoo.tests import tagged
from odoo.tools import html2plaintext

from ..tools.plain_text import to_text
from .http_common import FinancePortalHttpCase
from .send_common import SendDocumentsCase

SHOWN = """
    <div>
        <t t-set="server" t-value="object.get_base_url()"/>
        <t t-set="url" t-value="server + object.access_url"/>
        <p>Plain: <t t-out="server + object.get_portal_url()"/>.</p>
        <p>Query: <t t-out="server + object.get_portal_url(report_type='pdf')"/>&nbsp;x</p>
        <p>Token: <t t-out="url"/>?access_token=<t t-out="object.access_token"/></p>
        <p>Link: <a t-att-href="url"><t t-out="url"/></a></p>
        <p>Other: <t t-out="url"/>0</p>
        <p>Part: https://other.example.com/?to=<t t-out="url"/></p>
        <p><img t-att-src="url" alt="x"/></p>
        <p><span t-att-title="url">t</span></p>
    </div>
"""
OTHER = "https://other.example.com/"
# What makes one word of another address and ours, in the HTML or in a text that is made of it.
JOINS = [
    *",;'(!*+~$|@[\xb7", "?u='", "&lt;", "&quot;", "\u200b", "\xad",
    *(f"<{tag}>" for tag in ("span", "b", "em", "h1", "td", "font", "blockquote", "section")),
    "?u=<span></span>", "<wbr/>", '<img alt=""/>', "<!-- \n -->", '<i title="a > b"></i>',
    '<span style="display: none"> </span>', '<p style="display:none"> </p>', "<style> </style>",
]  # fmt: skip
ENDS = [" ", "\n", "\xa0", "&nbsp;", " (", "<br/>", "</p><p>", " <b>", "<div>", " &lt;"]


@tagged("post_install", "-at_install")
class TestShownAddresses(SendDocumentsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order.action_quotation_sent()
        line = Command.create({"name": "Bread", "price_unit": 5, "tax_ids": [Command.clear()]})
        refund = cls.make_invoice(move_type="out_refund", invoice_line_ids=[line])
        # Odoo has an address for these; receipts have none.
        cls.documents = [cls.invoice, cls.order, refund]
        cls.company.finance_portal_close_native = False
        for document in cls.documents:
            document._portal_ensure_token()
        cls.company.finance_portal_close_native = True

    def mail_template(self, document, partners=None, html=SHOWN):
        """Mail a template of the company's own, without Odoo's button."""
        template = self.env["mail.template"].create(
            {
                "name": "Own template",
                "model_id": self.env["ir.model"]._get_id(document._name),
                "subject": "Own",
                "use_default_to": False,
                "body_html": html,
                "partner_to": ",".join(map(str, (partners or self.ada).ids)),
            }
        )
        with self.mock_mail_gateway():
            template.send_mail(document.id, force_send=True)

    def lines_of(self, address):
        """Return the paragraphs mailed to an address, by what they begin with."""
        body = self.sent[address]
        paragraphs = [part.split("</p>")[0] for part in body.split("<p>")[1:]]
        return body, {part.split(":")[0]: part for part in paragraphs}

    def test_l11_shown_address_becomes_the_personal_link_for_every_kind(self):
        for document in self.documents:
            with self.subTest(document=document):
                self.mail_template(document)
                body, lines = self.lines_of(self.ada.email)
                (token,) = self.tokens_in(body)
                native = document.get_base_url() + document.access_url
                prefix = "q" if document._name == "sale.order" else "finance/i"
                link = f"{document.get_base_url()}/{prefix}/{token}"
                self.assertEqual(lines["Plain"], f"Plain: {link}.")
                self.assertEqual(lines["Query"].replace("\xa0", "&nbsp;"), f"Query: {link}&nbsp;x")
                self.assertEqual(lines["Token"], f"Token: {link}")
                self.assertIn(f'href="{link}"', lines["Link"])
                self.assertIn(f">{link}</a>", lines["Link"])
                self.assertEqual(lines["Other"], f"Other: {native}0")
                self.assertEqual(lines["Part"], f"Part: https://other.example.com/?to={native}")
                self.assertIn(f'src="{native}"', body, "no picture uses up the link")
                self.assertIn(f'title="{native}"', body)
                text = self._mails[0]["body_alternative"]
                self.assertEqual(self.tokens_in(text), {token})
                self.assertIn(f"Plain: {link}.", text)

    def test_l11_no_link_becomes_part_of_another_address_in_any_form(self):
        native = self.invoice.get_base_url() + self.invoice.access_url
        for before in (OTHER, "www.other.example.com", "other.example.com/?u"):
            for join in JOINS:
                shown = self.invoice._finance_portal_sub_shown_address(
                    f"<div><p>See {before}{join}{native}</p></div>", lambda: "https://s/TOKEN"
                )
                forms = (re.sub(r"<[^<>]*>", "", shown), to_text(shown), html2plaintext(shown))
                for number, form in enumerate(forms):
                    with self.subTest(before=before, join=join, form=number):
                        self.assertNotRegex(form, r"other\.example\.com[^ \t\n\xa0]*TOKEN")
            for end in ENDS:
                with self.subTest(before=before, end=end):
                    shown = self.invoice._finance_portal_sub_shown_address(
                        f"<div><p>See {before}{end}{native}</p></div>", lambda: "TOKEN"
                    )
                    self.assertIn("TOKEN", to_text(shown))

    def test_l11_no_link_becomes_part_of_an_address_in_an_email(self):
        html = f"""<p>A {OTHER}?u=<span t-out="object.get_base_url() + object.access_url"/></p>
            <p>B {OTHER},<t t-out="object.get_base_url() + object.access_url"/></p>
            <p>C <t t-out="object.get_base_url() + object.access_url"/></p>"""
        self.mail_template(self.invoice, html=html)
        for form in ("body", "body_alternative"):
            text = str(self._mails[0][form])
            self.assertEqual(len(self.tokens_in(text)), 1)
            self.assertEqual(text.count("/finance/i/"), 1, text)

    def test_l11_address_alone_is_reason_enough_for_a_link(self):
        html = '<p t-out="object.get_base_url() + object.access_url"/>'
        self.mail_template(self.invoice, html=html)
        self.assertLive(self.token_mailed_to(self.ada))

    def test_l11_each_recipient_gets_their_own(self):
        self.mail_template(self.invoice, self.ada + self.ben + self.stranger)
        tokens = {self.token_mailed_to(one) for one in (self.ada, self.ben, self.stranger)}
        self.assertEqual(len(tokens), 3)

    def test_l11_where_none_is_issued_the_address_stays(self):
        native = self.invoice.get_base_url() + self.invoice.access_url
        nobody = self.make_user("nobody", "base.group_user", "base.group_partner_manager")
        mail = self.env["mail.mail"].sudo().create(
            {
                "model": "account.move",
                "res_id": self.invoice.id,
                "body_html": f"<p>{native}</p>",
                "email_to": self.ada.email,
                "state": "outgoing",
            }
        )  # fmt: skip
        for unable in ("no right", "not shareable"):
            queued = mail.with_user(nobody if unable == "no right" else self.env.user).sudo().copy()
            if unable == "not shareable":
                self.invoice.button_draft()
            with self.subTest(unable=unable), self.mock_mail_gateway():
                queued.send()
                self.assertIn(f"<p>{native}</p>", self.sent[self.ada.email])
                self.assertFalse(self.tokens_in(self.sent[self.ada.email]))

    def test_l11_setting_off_leaves_it_to_odoo(self):
        self.company.finance_portal_close_native = False
        self.mail_template(self.invoice)
        self.assertFalse(self.tokens_in(self.sent[self.ada.email]))
        self.assertIn("access_token=", self.sent[self.ada.email])


@tagged("post_install", "-at_install")
class TestNativeAddresses(FinancePortalHttpCase, SendDocumentsCase):
    """Who opens a document's address in Odoo's portal, signed in nowhere."""

    def addresses(self):
        refund = self.make_invoice(move_type="out_refund")
        receipt = self.make_invoice(move_type="out_receipt")
        draft = self.make_invoice(post=False)
        gone = self.make_invoice(post=False)
        number = gone.id
        gone.unlink()
        moves = [*(self.invoice + refund + receipt + draft).ids, number, 2**31 - 1]
        orders = [self.order.id, 2**31 - 1]
        return [f"/my/invoices/{one}" for one in moves] + [f"/my/orders/{one}" for one in orders]

    def test_l11_signed_out_visitor_is_led_on_whatever_the_number(self):
        pages = set()
        for address in self.addresses():
            for query in ("", "?access_token=dead", "?report_type=pdf&download=true"):
                with self.subTest(address=address, query=query):
                    page = self.visit(address + query)
                    self.assertEqual(page.status_code, 401)
                    self.assertStrictHeaders(page)
                    self.assertIn('href="/finance/customer-portal/login"', page.text)
                    self.assertIn("/web/login?redirect=", page.text)
                    self.assertNotIn("request-access", page.text, "numbers can be counted up")
                    self.assertNotIn("dead", page.text)
                    number = address.rpartition("/")[2]
                    text = self.plain(page).replace(number, "N").replace("orders", "invoices")
                    pages.add(text)
        self.assertEqual(len(pages), 1, "the page tells nothing of the document")

    def test_l11_nobody_is_mailed_anything(self):
        for address in self.addresses():
            self.visit(address)
        self.assertFalse(self.env["finance.portal.access.request"].sudo().search([]))

    def test_l11_whoever_is_signed_in_goes_where_they_went(self):
        self.make_user("staffer", "account.group_account_invoice", password="staffer")
        self.authenticate("staffer", "staffer")
        self.assertEqual(self.visit(f"/my/invoices/{self.invoice.id}").status_code, 200)
        self.assertEqual(self.visit("/my/invoices/2147483647").status_code, 303)

    def test_l11_setting_off_leaves_the_address_to_odoo(self):
        self.env["res.company"].search([]).finance_portal_close_native = False
        answer = self.visit(f"/my/invoices/{self.invoice.id}")
        self.assertEqual(answer.status_code, 303)
        self.assertTrue(answer.headers["Location"].endswith("/my"))
