from odoo import api, models

from ..documents.bank_transfer import Transfer

MAX_REFERENCE = 140  # characters that banks pass on with a SEPA transfer


class FinancePortalStatement(models.AbstractModel):
    """How to pay what is open by bank transfer, all of a currency at once."""

    _inherit = "finance.portal.statement"

    @api.model
    def _get_pays(self, parts, debtor, number=""):
        """Return how to pay, one for each company and currency in which something is to be paid.

        :param parts: what is open, see :meth:`_get_open_items`
        :param debtor: the partner (sudo) who pays
        :param str number: by which the business recognizes a payment of more documents than fit
            into a reference; without one, nothing is said of such a payment
        :return: list of dicts as the part ``finance_portal.document_pay`` draws them
        """
        owed = [part for part in parts if part["total"] > 0]
        found = [(part, self._get_pay(part, debtor, number)) for part in owed]
        found = [(part, pay) for part, pay in found if pay]
        several = len({part["company"] for part, _pay in found}) > 1
        return [
            {
                **pay,
                "id": "pay" if not place else f"pay-{place}",
                "title": self._get_pay_title(part, several) if len(found) > 1 else "",
            }
            for place, (part, pay) in enumerate(found)
        ]

    @api.model
    def _get_pay_title(self, part, several):
        names = (part["company"].name if several else "", part["currency"].name)
        return " · ".join(filter(None, names))

    @api.model
    def _get_pay(self, part, debtor, number):
        """Return how to pay one sum, see ``_describe`` of ``finance.portal.bank.transfer``.

        With a ``note`` where the reference needs one. There is no QR code then: a reference that
        names some of the documents only would settle the wrong ones.
        """
        named = [(item.move, facts["bank"]) for item, facts in part["facts"] if facts["bank"]]
        if not named:
            return None
        # sudo: it is on every invoice
        Bank = self.env["res.partner.bank"].sudo()
        # Of several, the one that the newest listed one names.
        banks = Bank.browse(bank for _move, bank in sorted(named, reverse=True))
        still_open = self.env["finance.portal.bank.transfer"]._get_open(banks)
        reference, structured = self._get_pay_reference(part)
        is_short = len(reference) <= MAX_REFERENCE
        if not is_short and not number:
            return None
        transfer = Transfer(
            bank=(still_open or banks)[:1],
            amount=float(part["total"]),
            currency=part["currency"],
            debtor=debtor,
            reference=reference if is_short else number,
            structured=structured,
        )
        pay = self.env["finance.portal.bank.transfer"]._describe(transfer)
        if not is_short:
            note = self.env._(
                "The numbers of all documents don't fit into a payment reference. Please use the"
                " number of this statement instead."
            )
            return {**pay, "code": None, "note": pay["note"] or note}
        return pay

    @api.model
    def _get_pay_reference(self, part):
        """Return ``(reference, structured)`` by which a payment of all that is open is recognized.

        ``structured`` is the one document's own reference, maybe with check digits; of several it
        is empty.
        """
        debts = [item for item in part["items"] if item.amount > 0]
        if len(debts) == 1:
            for item, facts in part["facts"]:
                if item == debts[0] and facts["payment_reference"]:
                    return facts["payment_reference"], facts["payment_reference"]
        return " ".join(dict.fromkeys(item.number for item in debts)), ""
