from odoo import models
from odoo.tools import formatLang

from ...tools.bank_transfer import group_iban

MAX_REFERENCE = 140  # characters that banks pass on with a SEPA transfer


class FinancePortalIssuedStatement(models.Model):
    """How to pay what is open by bank transfer, all of a currency at once."""

    _inherit = "finance.portal.issued.statement"

    def _get_pays(self, parts):
        """Return how to pay, one for each currency in which something is to be paid.

        :param parts: see :meth:`_get_parts`
        :return: list of dicts as the part ``finance_portal.document_pay`` draws them
        """
        owed = [part for part in parts if part["total"] > 0]
        found = [(part["currency"], self._get_pay_rows(part)) for part in owed]
        found = [(currency, rows) for currency, rows in found if rows]
        return [
            {
                "id": "pay" if not place else f"pay-{place}",
                "title": currency.name if len(found) > 1 else "",
                "rows": rows,
                "code": None,
            }
            for place, (currency, rows) in enumerate(found)
        ]

    def _get_pay_rows(self, part):
        """Return what to enter in a bank's form, see ``_finance_portal_get_pay`` of invoices."""
        currency = part["currency"]
        banks = [facts["bank"] for _item, facts in part["facts"] if facts["bank"]]
        if not banks:
            return []
        # sudo: it is on every invoice; of several, the one the newest invoice names
        bank = self.env["res.partner.bank"].sudo().browse(banks[-1])
        holder, number = bank.acc_holder_name or bank.partner_id.name, bank.acc_number
        reference, groups = self._get_reference(part), group_iban(number)
        label = self.env._("IBAN") if groups else self.env._("Account number")
        text = self.env["finance.portal.statement"]._money(part["total"], currency)
        typed = formatLang(
            self.env, float(part["total"]), digits=currency.decimal_places, grouping=False
        )
        rows = (
            (self.env._("Amount"), text, typed, ()),
            (self.env._("Account holder"), holder, holder, ()),
            (label, number, "".join(groups) or number, groups),
            (self.env._("BIC"), bank.bank_bic, "", ()),
            (self.env._("Bank"), bank.bank_name, "", ()),
            (self.env._("Payment reference"), reference, reference, ()),
        )
        return [
            {"label": label, "value": value, "copied": copied, "groups": groups}
            for label, value, copied, groups in rows
            if value
        ]

    def _get_reference(self, part):
        """Return by which reference the business recognizes a payment of all that is open."""
        debts = [item for item in part["items"] if item.amount > 0]
        if len(debts) == 1:
            references = [facts["payment_reference"] for item, facts in part["facts"]
                          if item == debts[0]]  # fmt: skip
            if any(references):
                return references[0]
        numbers = " ".join(dict.fromkeys(item.number for item in debts))
        return numbers if len(numbers) <= MAX_REFERENCE else self.name
