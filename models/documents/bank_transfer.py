import logging
from typing import NamedTuple

from qrcode.exceptions import DataOverflowError

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from odoo.addons.account.tools import is_valid_structured_reference, sanitize_structured_reference
from odoo.addons.base.models.res_bank import sanitize_account_number

from ...tools.bank_transfer import group_iban, sepa_code
from ...tools.qr import qr_cross, qr_path

_logger = logging.getLogger(__name__)

MAX_SEPA = 999_999_999.99
# What Odoo's code for a country raises when something is missing in an account or an address.
# Only the QR code goes then, not the page.
NO_CODE = (UserError, AttributeError, DataOverflowError, LookupError, TypeError, ValueError)


class Transfer(NamedTuple):
    """A bank transfer that a customer is asked for.

    ``bank`` (sudo) is the account to pay to, maybe an empty record, ``debtor`` the partner who
    pays. ``reference`` is by what the business recognizes the money, ``message`` what a QR code
    says where there is none, ``structured`` what it gives to Odoo as a reference with check
    digits, ``method`` the sort of QR code that staff chose, if they did.
    """

    bank: object
    amount: float
    currency: object
    debtor: object
    reference: str = ""
    message: str = ""
    structured: str = ""
    method: str = ""


class FinancePortalBankTransfer(models.AbstractModel):
    """How to pay by bank transfer: what is shown, copied into a bank's form, and scanned."""

    _name = "finance.portal.bank.transfer"
    _description = "How to Pay by Bank Transfer"

    @api.model
    def _describe(self, transfer):
        """Return how to make a transfer, as the part ``finance_portal.document_pay`` draws it.

        :param Transfer transfer: what to pay
        :return: ``None`` where nothing is known of the account, or a dict of

            - ``rows``: list of ``{label, value, groups, copied}``: what is shown, in groups where
              banks print it so, and what is copied into a bank's form, empty if nothing
            - ``code``: what a bank's app scans, see :meth:`_get_code`
            - ``note``: a sentence below, or empty
        """
        note = self._get_note(transfer.bank)
        transfer = transfer._replace(bank=self._get_open(transfer.bank))
        bank, reference = transfer.bank, transfer.reference
        holder, number = self._get_holder(bank), self._get_number(bank, reference)
        groups = group_iban(number)
        label = self.env._("IBAN") if groups else self.env._("Account number")
        rows = [
            self._make_row(self.env._("Account holder"), holder, holder),
            self._make_row(label, number, "".join(groups) or number, groups),
            self._make_row(self.env._("BIC"), bank.bank_bic),
            self._make_row(self.env._("Bank"), bank.bank_name),
            self._make_row(self.env._("Payment reference"), reference, reference),
        ]
        rows = [row for row in rows if row["value"]]
        if not rows and not note:
            return None
        amount, currency = transfer.amount, transfer.currency
        text = formatLang(self.env, amount, currency_obj=currency, rounding_method="HALF-UP")
        typed = formatLang(self.env, amount, digits=currency.decimal_places, grouping=False)
        return {
            "rows": [self._make_row(self.env._("Amount"), text, typed), *rows],
            "code": self._get_code(transfer),
            "note": note,
        }

    @api.model
    def _get_open(self, banks):
        """Return those of some accounts to which customers may still pay.

        Odoo archives an account in place of deleting it: documents of earlier days name it still.
        It posts no invoice with such an account.
        """
        return banks.filtered("active")

    @api.model
    def _get_note(self, bank):
        """Return a sentence on an account to which nobody may pay any more, or nothing."""
        if not bank or self._get_open(bank):
            return ""
        return self.env._(
            "Please ask us for our bank account before you transfer anything: the one on the"
            " document is no longer in use."
        )

    @api.model
    def _make_row(self, label, value, copied="", groups=()):
        return {"label": label, "value": value, "copied": copied, "groups": groups}

    @api.model
    def _get_holder(self, bank):
        return bank.acc_holder_name or bank.partner_id.name

    @api.model
    def _get_number(self, bank, reference):
        """Return the account number to pay to with a payment reference.

        It is the one printed on the official PDF.
        """
        # Duck-typed: Odoo's Swiss localization gives an account a second number, its QR-IBAN.
        # Banks accept a QR reference only with that number, and the QR-bill shows it.
        other = getattr(bank, "l10n_ch_qr_iban", False)
        if not other or not bank._is_qr_reference(reference):
            return bank.acc_number
        is_same = sanitize_account_number(other) == bank.sanitized_acc_number
        return bank.acc_number if is_same else other

    # === QR CODE === #

    @api.model
    def _get_code(self, transfer):
        """Return the QR code that a bank's app fills its form with, as a drawing.

        :return: ``None``, or a dict of ``size``, ``path`` and ``cross``, see ``tools/qr.py``
        """
        try:
            content, has_cross = self._get_content(transfer)
            size, path = qr_path(content) if content else (0, "")
        except NO_CODE as error:
            what = transfer.reference or transfer.message
            _logger.info("No QR code for %s: %s", what, type(error).__name__)
            return None
        if not path:
            return None
        return {"size": size, "path": path, "cross": has_cross and qr_cross(size)}

    @api.model
    def _get_content(self, transfer):
        """Return ``(text, has_cross)`` of the QR code: Odoo's own for this account, or SEPA's."""
        bank = transfer.bank
        if not bank:
            return "", False
        values = bank._build_qr_code_vals(
            transfer.amount,
            transfer.reference or transfer.message,
            transfer.structured,
            transfer.currency,
            transfer.debtor,
            transfer.method or None,
        )
        params = values and bank._get_qr_code_generation_params(**values)
        if params:
            return params["value"], params.get("mask") == "ch_cross"
        return self._get_sepa_content(transfer), False

    @api.model
    def _get_sepa_content(self, transfer):
        """Return the text of a SEPA transfer, for where Odoo's app that makes it is missing."""
        bank, reference, amount = transfer.bank, transfer.reference or "", transfer.amount
        number, holder = bank.sanitized_acc_number, self._get_holder(bank)
        is_euro = transfer.currency.name == "EUR" and 0 < amount <= MAX_SEPA
        if not is_euro or not holder or not group_iban(number):
            return ""
        # sudo: which countries take part is no secret
        zone = self.env.ref("base.sepa_zone").sudo()
        if number[:2] not in zone.country_ids.mapped("code"):
            return ""
        is_structured = reference and is_valid_structured_reference(reference)
        return sepa_code(
            holder,
            number,
            amount,
            bic=bank.bank_bic or "",
            reference=sanitize_structured_reference(reference) if is_structured else "",
            message=reference or transfer.message,
        )
