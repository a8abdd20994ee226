"""Documents to print, and a renderer that is counted."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo import Command

from .common import FinancePortalCase

RUN = "odoo.addons.base.models.ir_actions_report.IrActionsReport._run_wkhtmltopdf"


class PdfCase(FinancePortalCase):
    """Documents without a PDF that Odoo keeps, and a renderer that is counted.

    Tests of Odoo print HTML unless a context asks for the renderer; here all do.
    """

    @classmethod
    def default_env_context(cls):
        return {"force_report_rendering": True}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("sales_team.group_sale_manager")
        cls.order = cls.env["sale.order"].create(
            {
                "partner_id": cls.ada.id,
                "order_line": [
                    Command.create({"product_id": cls.product_a.id, "price_unit": 100.0})
                ],
            }
        )
        cls.payment = cls.make_payment(amount=10)
        cls.statement = cls.env["finance.portal.issued.statement"].create(
            {"partner_id": cls.ada.id}
        )
        cls.statement._issue()
        cls.documents = (cls.order, cls.payment, cls.statement)
        cls.Pdf = cls.env["finance.portal.pdf"].sudo()

    def setUp(self):
        super().setUp()
        self.printed = []

        def run(_reports, bodies, **_options):
            self.printed.append("".join(bodies))
            return b"%PDF-1.4 number " + str(len(self.printed)).encode()

        self.startPatcher(patch(RUN, run))
        state = "odoo.addons.base.models.ir_actions_report.IrActionsReport.get_wkhtmltopdf_state"
        self.startPatcher(patch(state, lambda _reports: "ok"))

    def pdf(self, document):
        """Return the bytes that a customer downloads now."""
        self.env.invalidate_all()
        document = document.sudo().with_company(document.company_id)
        return document._finance_portal_get_pdf()[1]

    def kept(self, document):
        """Return the stored rows of a document."""
        return self.Pdf.search([("res_model", "=", document._name), ("res_id", "=", document.id)])

    def mail(self, document, template, **context):
        """Send a document as Odoo's composer does; return what was attached."""
        composer = (
            self.env["mail.compose.message"]
            .with_context(
                active_ids=document.ids,
                default_model=document._name,
                default_res_ids=document.ids,
                default_template_id=self.env.ref(template).id,
                default_composition_mode="comment",
                mark_so_as_sent=True,
                **context,
            )
            .create({})
        )
        with self.mock_mail_gateway():
            composer._action_send_mail()
        return document.message_ids[0].attachment_ids.mapped("raw")

    def template_of(self, document):
        return {
            "sale.order": "sale.email_template_edi_sale",
            "account.payment": "account.mail_template_data_payment_receipt",
            "finance.portal.issued.statement": "finance_portal.mail_template_issued_statement",
        }[document._name]

    @contextmanager
    def assertPrinted(self, count):
        """Assert how often the renderer is started inside."""
        before = len(self.printed)
        yield
        self.assertEqual(len(self.printed) - before, count)
