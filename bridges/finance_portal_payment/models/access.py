from odoo import models

from odoo.addons.finance_portal.failures import UnknownLink
from odoo.addons.finance_portal.tools.zones import get_zone


class FinancePortalAccess(models.AbstractModel):
    _inherit = "finance.portal.access"

    def _get_payable(self, items=None):
        """Return the document (sudo) in the words and days of who came this way.

        :param items: the references of the invoices that were chosen, where several are paid
            together; ``None`` for those that were paid here
        :raise UnknownLink: its kind is nothing that is paid
        """
        if (domain := self._get_together_domain()) is not None:
            group = self._get_payment_group()
            if items is None:
                return group._make_paid(self, domain)
            return group._make_chosen(self, domain, items)
        # sudo: the resolver let the visitor in to this one document
        document = self._get_document().sudo()
        if not document._finance_portal_takes_payments():
            raise UnknownLink("nothing to pay", recovery_key=self.ref)
        return self._localize(document, self.company_id)

    def _get_payment_group(self):
        """Return the model (sudo) of what is paid together, for who came this way."""
        # sudo: what it finds is limited by the domain of the page it is for
        return self._localize(self.env["finance.portal.payment.group"].sudo(), self.company_id)

    def _localize(self, records, company):
        """Return records in the words of who came this way, and in the days of a company."""
        zone = get_zone(company.partner_id.tz, self.env.context.get("tz"))
        return records.with_company(company).with_context(lang=self._get_lang(), tz=str(zone))

    def _get_together_domain(self):
        """Return the domain of the invoices that may be paid together here, ``None`` for none."""
        # sudo: the resolver let the visitor in to this one document
        return self._get_document().sudo()._finance_portal_get_together_domain()

    def _get_covered(self):
        """Return each company and currency in which credits cover all that may be paid here.

        Also payments that nobody matched yet, which aren't listed beside the invoices.
        """
        balances = self.env["finance.portal.statement"]._get_open_balances(
            self.customer_id, self.company_id
        )
        return {(one["company"], one["currency"]) for one in balances if one["covered"]}

    def _get_event_subject(self):
        """Return what an event of a payment is recorded about, see ``_record``."""
        return {"access": self}

    def _get_page_path(self):
        """Return the address of the page that leads to the payment."""
        return f"/finance/d/{self.ref}"

    def _get_payment_path(self, step=""):
        """Return the address of the page to pay on, or of a step that follows."""
        return f"{self._get_page_path()}/pay{step}"
