from odoo import api, models
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import SQL

# Contacts of a customer who are still noted as the customer of some invoice. Each is looked up by
# itself, in our own index.
FORMER = """
    SELECT partner.id
      FROM res_partner partner
CROSS JOIN LATERAL (
        SELECT FROM account_move move
         WHERE move.commercial_partner_id = partner.id AND move.state = 'posted'
           AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
         LIMIT 1
      ) noted
     WHERE partner.commercial_partner_id = %(customer)s AND partner.id <> %(customer)s
  ORDER BY partner.id
"""


class AccountMove(models.Model):
    _name = "account.move"
    # The mixin first: what it says about links comes before what Odoo says.
    _inherit = ["finance.portal.document", "account.move"]

    # Odoo has no index on whose invoice it is; the portal lists them newest first.
    _finance_portal_customer_index = models.Index(
        "(commercial_partner_id, invoice_date DESC, id DESC) WHERE state = 'posted'"
        " AND move_type IN ('out_invoice', 'out_refund', 'out_receipt')"
    )

    # === FINANCE PORTAL DOCUMENT === #

    def _finance_portal_is_kind(self):
        return self.is_sale_document(include_receipts=True)

    def _finance_portal_is_shareable(self):
        return self.state == "posted" and self._finance_portal_is_kind()

    @api.model
    def _finance_portal_get_shareable_domain(self):
        kinds = self.get_sale_types(include_receipts=True)
        return Domain("state", "=", "posted") & Domain("move_type", "in", kinds)

    @api.model
    def _finance_portal_get_customer_domain(self, customer, contacts=None):
        """Return the domain of what is a customer's, as :meth:`_finance_portal_get_customer`.

        Not by a join: the lists read an index in its order.
        """
        self.flush_model(["commercial_partner_id", "move_type", "state"])
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        former = self.env.execute_query(SQL(FORMER, customer=customer.id))
        # sudo: whose contact it is; one that joined another customer has nothing of its own
        own = customer.sudo().filtered(lambda one: one.commercial_partner_id == one)
        ids = [*own.ids, *(number for (number,) in former)]
        return Domain("commercial_partner_id", "in", ids)

    def _finance_portal_get_state_obstacle(self):
        if not self._finance_portal_is_kind():
            return self.env._("%s isn't a customer document.", self.display_name)
        if self.state == "cancel":
            return self.env._(
                "%s is cancelled. Reset it to draft and confirm it, then send it.",
                self.display_name,
            )
        if self.state == "draft":
            return self.env._(
                "%s is still a draft. Confirm it first, then send it.", self.display_name
            )
        return ""

    def _finance_portal_get_customer(self):
        """Return the customer that Odoo noted, or whom that one belongs to by now.

        Odoo doesn't always follow when a customer joins another one: not if they are merged, nor
        for invoices that name one of their addresses.
        """
        return self.commercial_partner_id.commercial_partner_id

    def _finance_portal_get_responsible(self):
        return self.invoice_user_id

    def _finance_portal_get_template(self):
        return "finance_portal.account_move_page"

    def _finance_portal_get_kind_name(self):
        return self.type_name

    def _finance_portal_get_view_words(self):
        if self.move_type == "out_refund":
            return self.env._("View Credit Note")
        if self.move_type == "out_receipt":
            return self.env._("View Sales Receipt")
        return self.env._("View Invoice")

    def _finance_portal_get_section(self):
        return "invoices"

    def _finance_portal_get_title(self):
        return f"{self.type_name} {self.name}"

    def _finance_portal_watched_fields(self):
        return super()._finance_portal_watched_fields() | {"commercial_partner_id", "move_type"}

    @api.model
    def _finance_portal_get_plural(self):
        return self.env._("Invoices and credit notes")

    @api.model
    def _finance_portal_get_own_list(self):
        return "account.view_out_invoice_tree", {"default_move_type": "out_invoice"}

    def _finance_portal_get_overview_amount(self):
        return self._finance_portal_money(self.amount_total)

    def _finance_portal_get_status_note(self):
        is_owed = self.move_type in ("out_invoice", "out_receipt") and self.state != "cancel"
        if not is_owed or self.payment_state in ("invoicing_legacy", "reversed"):
            return ""
        # Odoo's state says "paid" of an invoice of which a part waits for the bank.
        if not self._finance_portal_is_open():
            return self.env._("paid")
        is_begun = self._finance_portal_is_partly_paid()
        return self.env._("paid in part") if is_begun else self.env._("not paid")

    # === SENDING === #

    def _compute_display_send_button(self):
        """Also offer Send on sales receipts."""
        result = super()._compute_display_send_button()
        for move in self.filtered(lambda move: move.move_type == "out_receipt"):
            move.display_send_button = move.state == "posted"
        return result

    def _cron_account_move_send(self, job_count=10):
        """Hand the emails of a batch to the mail server at once, not with the hourly queue."""
        at_once = self.with_context(mail_notify_force_send=True)
        return super(AccountMove, at_once)._cron_account_move_send(job_count)

    # === ACTION METHODS === #

    def preview_invoice(self):
        """Show our page, where it is the one that the customer gets."""
        self.ensure_one()
        self.check_access("read")
        if request and self._finance_portal_native_closed():
            return self.action_finance_portal_preview()
        return super().preview_invoice()

    # === NATIVE LINKS === #

    def _compute_display_link_qr_code(self):
        """Print no permanent link as a QR code while such links are closed."""
        result = super()._compute_display_link_qr_code()
        for move in self.filtered("display_link_qr_code"):
            move.display_link_qr_code = not move._finance_portal_native_closed()
        return result

    @api.model
    def _finance_portal_get_native_address(self, number):
        return f"/my/invoices/{number}"

    def _finance_portal_keeps_token(self):
        """Return whether Taiwan's e-invoicing provider needs the token to report back.

        Only its callback takes the token without our check. Odoo has no hook for this, so we
        test for the app's field.
        """
        return (
            "l10n_tw_edi_refund_agreement_type" in self._fields
            and self.move_type == "out_refund"
            and self.l10n_tw_edi_refund_agreement_type == "online"
        )
