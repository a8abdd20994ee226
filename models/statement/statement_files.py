from odoo import api, models

from ...tools.file_names import safe_name
from ...tools.period import Period
from ...tools.renderers import STATEMENTS
from ...tools.spreadsheet import csv_bytes
from ..pdf.document_pdf import PARTNER, read_printed

MAX_PRINTED = 500  # of each currency: some 20 pages, a few seconds of the one renderer


class FinancePortalStatement(models.AbstractModel):
    """The statement as a PDF to read and as a CSV file to calculate with."""

    _inherit = "finance.portal.statement"

    @api.model
    def _get_csv(self, customer, companies, date_from, date_to):
        """Return ``(file name, bytes)``: one row for each movement, all of them."""
        names = self._get_kind_names()
        rows = [
            [
                self.env._("Company"),
                self.env._("Currency"),
                self.env._("Date"),
                self.env._("Due date"),
                self.env._("Type"),
                self.env._("Number"),
                self.env._("Your reference"),
                self.env._("Amount"),
                self.env._("Balance"),
            ]
        ]
        for part in self._get_statement(customer, companies, date_from, date_to):
            company, currency = part["company"].name, part["currency"].name
            places = part["currency"].decimal_places
            for movement, balance in part["section"].rows:
                facts = movement.facts
                rows.append(
                    [
                        company,
                        currency,
                        movement.day,
                        facts["due"] and facts["last_due"],
                        names[facts["kind"]],
                        facts["number"],
                        facts["reference"],
                        round(movement.amount, places),
                        round(balance, places),
                    ]
                )
        return self._get_file_name(customer, date_from, date_to, "csv"), csv_bytes(rows)

    @api.model
    def _get_pdf(self, customer, companies, date_from, date_to, *, account=None, keep=True):
        """Return ``(file name, bytes)`` of the statement with each company's letterhead.

        As long as it would be printed the same, it is made once.

        :param account: whose share a visitor's request comes out of; none for staff
        :param bool keep: whether to keep it when it has to be made
        :raise TooManyRequests: this account or address had too many made
        :raise RendererBusy: another PDF is being made
        """
        values = self._get_report_values(customer, companies, date_from, date_to)
        filename = self._get_file_name(customer, date_from, date_to, "pdf")
        Pdf = self.env["finance.portal.pdf"]
        key = self._get_pdf_key(customer, values)
        if kept := Pdf._get_kept_as(key):
            return filename, kept[1]
        self._acquire_renderer(account)
        # sudo: a letterhead is public, and who may see the statement was decided before
        reports = self.env["ir.actions.report"].sudo()
        content, kind = reports._render_qweb_pdf(
            "finance_portal.action_report_statement", data=values
        )
        if kind == "pdf" and keep:
            company = values["pages"][0]["company"]
            _name, content = Pdf._keep_statement(key, company, filename, content)
        return filename, content

    @api.model
    def _acquire_renderer(self, account=None):
        """Take the place where statements are made, out of an account's share.

        :raise TooManyRequests: this account or address had too many made
        :raise RendererBusy: another PDF is being made
        """
        Throttle = self.env["finance.portal.throttle"]
        Throttle._acquire_renderer("rendering" if account else None, STATEMENTS)
        if account:
            # By account, not by address: that one can be changed at will.
            Throttle._hit("statements", f"account {account.id}")

    @api.model
    def _get_pdf_key(self, customer, values):
        """Return what identifies a statement's PDF, see ``finance.portal.pdf``.

        :param dict values: what is printed, see :meth:`_get_report_values`
        """
        # sudo: a letterhead is public, and it is the customer's own address
        Document = self.env["finance.portal.document"].sudo()
        printed = [
            [
                Document._finance_portal_describe_letterhead(page["company"]),
                page["period"],
                page["sections"],
            ]
            for page in values["pages"]
        ]
        # sudo: it is the customer's own
        address = read_printed(customer.sudo(), PARTNER)
        return {
            "res_model": self._name,
            "res_id": customer.id,
            "version": self.env["finance.portal.pdf"]._make_version([address, printed]),
            "lang": self.env.lang or "en_US",
        }

    @api.model
    def _get_report_values(self, customer, companies, date_from, date_to):
        """Return what the report prints: ``pages``, one for each company.

        Who owes nothing and never bought anything gets a page that says so.
        """
        period = Period(date_from, date_to)
        statement = self._get_statement(customer, companies, *period, limit=MAX_PRINTED)
        grouped = {}
        for part in statement:
            grouped.setdefault(part["company"], []).append(part)
        # Not whichever company Odoo has for a customer's user, when it shows nothing to them.
        # sudo: a letterhead is public
        own = self.env.company if self.env.company in companies else companies[:1]
        grouped = grouped or {(own or self.env.company).with_env(self.env).sudo(): []}
        return {
            "pages": [
                {
                    "company": company,
                    # sudo: it is the customer's own address, in the statement's language
                    "customer": customer.with_env(self.env).sudo(),
                    "period": self._format_period(*period),
                    "sections": [self._describe(part, period) for part in parts],
                }
                for company, parts in grouped.items()
            ]
        }

    @api.model
    def _get_file_name(self, customer, date_from, date_to, extension):
        # sudo: it is the customer's own name
        name, title = customer.sudo().name or "", self.env._("Statement")
        return safe_name(f"{title} {name[:60]} {date_from} {date_to}.{extension}")
