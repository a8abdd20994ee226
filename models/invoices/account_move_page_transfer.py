import logging

from qrcode.exceptions import DataOverflowError

from odoo import models
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


class AccountMove(models.Model):
    """How to pay by bank transfer."""

    _inherit = "account.move"

    def _finance_portal_get_pay(self):
        """Return how to pay by bank transfer, if there is something to pay.

        :return: ``None``, or a dict of

            - ``rows``: list of ``{label, value, groups, copied}``: what is shown, in groups where
              banks print it so, and what is copied into a bank's form, empty if nothing
            - ``code``: what a bank's app scans, see :meth:`_finance_portal_get_pay_code`
        """
        if self.move_type == "out_refund" or not self._finance_portal_is_open():
            return None
        bank, number = self.partner_bank_id, self._finance_portal_get_account_number()
        holder, reference = self._finance_portal_get_account_holder(), self.payment_reference
        groups = group_iban(number)
        label = self.env._("IBAN") if groups else self.env._("Account number")
        rows = [
            self._finance_portal_make_pay_row(self.env._("Account holder"), holder, holder),
            self._finance_portal_make_pay_row(label, number, "".join(groups) or number, groups),
            self._finance_portal_make_pay_row(self.env._("BIC"), bank.bank_bic),
            self._finance_portal_make_pay_row(self.env._("Bank"), bank.bank_name),
            self._finance_portal_make_pay_row(
                self.env._("Payment reference"), reference, reference
            ),
        ]
        rows = [row for row in rows if row["value"]]
        if not rows:
            return None
        amount, _is_all = self._finance_portal_get_next_payment()
        text = self._finance_portal_money(amount)
        typed = formatLang(self.env, amount, digits=self.currency_id.decimal_places, grouping=False)
        return {
            "rows": [self._finance_portal_make_pay_row(self.env._("Amount"), text, typed), *rows],
            "code": self._finance_portal_get_pay_code(amount),
        }

    def _finance_portal_make_pay_row(self, label, value, copied="", groups=()):
        return {"label": label, "value": value, "copied": copied, "groups": groups}

    def _finance_portal_get_account_holder(self):
        bank = self.partner_bank_id
        return bank.acc_holder_name or bank.partner_id.name

    def _finance_portal_get_account_number(self):
        """Return the account number to pay to with this payment reference.

        It is the one printed on the official PDF.
        """
        bank, reference = self.partner_bank_id, self.payment_reference
        # Duck-typed: Odoo's Swiss localization gives an account a second number, its QR-IBAN.
        # Banks accept a QR reference only with that number, and the QR-bill shows it.
        other = getattr(bank, "l10n_ch_qr_iban", False)
        if not other or not bank._is_qr_reference(reference):
            return bank.acc_number
        is_same = sanitize_account_number(other) == bank.sanitized_acc_number
        return bank.acc_number if is_same else other

    # === QR CODE === #

    def _finance_portal_get_pay_code(self, amount):
        """Return the QR code that a bank's app fills its form with, as a drawing.

        :return: ``None``, or a dict of ``size``, ``path`` and ``cross``, see ``tools/qr.py``
        """
        try:
            content, has_cross = self._finance_portal_get_pay_content(amount)
            size, path = qr_path(content) if content else (0, "")
        except NO_CODE as error:
            _logger.info("No QR code for %s: %s", self.name, type(error).__name__)
            return None
        if not path:
            return None
        return {"size": size, "path": path, "cross": has_cross and qr_cross(size)}

    def _finance_portal_get_pay_content(self, amount):
        """Return ``(text, has_cross)`` of the QR code: Odoo's own for this account, or SEPA's."""
        bank, currency, reference = self.partner_bank_id, self.currency_id, self.payment_reference
        if not bank:
            return "", False
        values = bank._build_qr_code_vals(
            amount,
            reference or self.name,
            reference,
            currency,
            self.partner_id,
            self.qr_code_method or None,
        )
        params = values and bank._get_qr_code_generation_params(**values)
        if params:
            return params["value"], params.get("mask") == "ch_cross"
        return self._finance_portal_get_sepa_content(amount), False

    def _finance_portal_get_sepa_content(self, amount):
        """Return the text of a SEPA transfer, for where Odoo's app that makes it is missing."""
        bank, reference = self.partner_bank_id, self.payment_reference or ""
        number, holder = bank.sanitized_acc_number, self._finance_portal_get_account_holder()
        is_euro = self.currency_id.name == "EUR" and 0 < amount <= MAX_SEPA
        if not is_euro or not holder or not group_iban(number):
            return ""
        if number[:2] not in self.env.ref("base.sepa_zone").country_ids.mapped("code"):
            return ""
        is_structured = reference and is_valid_structured_reference(reference)
        return sepa_code(
            holder,
            number,
            amount,
            bic=bank.bank_bic or "",
            reference=sanitize_structured_reference(reference) if is_structured else "",
            message=reference or self.name,
        )
