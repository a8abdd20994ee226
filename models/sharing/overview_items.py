from odoo import models


def make_item(title, who="", amount="", note="", action=None):
    """Return one line below a number of the overview, as the page draws it."""
    texts = {"title": title, "who": who, "amount": amount, "note": note}
    return {**{name: text or "" for name, text in texts.items()}, "action": action}


def find_document(row):
    """Return the document that a row is about; empty where it is gone, or not for the user."""
    model = row.env.get(row.res_model or "")
    if model is None:
        return row.browse()
    document = model.browse(row.res_id).exists()
    return document if document.has_access("read") else model.browse()


def open_form(record):
    """Return the action that opens a record's form; none without a record."""
    if not record:
        return None
    is_document = record.env["finance.portal.document"]._finance_portal_includes(record)
    return {
        "type": "ir.actions.act_window",
        "res_model": record._name,
        "res_id": record.id,
        "views": [[is_document and record._finance_portal_get_form_view(), "form"]],
        "target": "current",
    }


class FinancePortalDocument(models.AbstractModel):
    """Name a document on the overview: whose it is, how much, and what became of the email."""

    _inherit = "finance.portal.document"

    def _finance_portal_get_overview_amount(self):
        """Return the amount that staff know the document by, empty where it has none."""
        return ""

    def _finance_portal_get_overview_item(self):
        """Return one line of the overview, see :func:`make_item`."""
        return make_item(
            self.display_name,
            # sudo: only a name
            self.sudo()._finance_portal_get_customer().display_name,
            self._finance_portal_get_overview_amount(),
            self.finance_status_line or "",
            open_form(self),
        )


class FinancePortalEvent(models.Model):
    """Name what happened on the overview; it leads to the document."""

    _inherit = "finance.portal.event"

    def _finance_portal_get_overview_item(self):
        """Return one line of the overview, see :func:`make_item`."""
        contact = self.partner_id.display_name
        # A new link, or a new password.
        action = open_form(find_document(self))
        if not action and self.account_id:
            action = self.account_id.action_open_contact()
        return make_item(
            self.document_name or contact,
            self.document_name and contact,
            note=self.env.user._finance_portal_format_time(self.date),
            action=action,
        )


class FinancePortalAccount(models.Model):
    """Name an account on the overview, with what keeps it closed; it leads to the contact."""

    _inherit = "finance.portal.account"

    def _finance_portal_get_overview_item(self):
        """Return one line of the overview, see :func:`make_item`."""
        is_person = self.partner_id != self.customer_id
        return make_item(
            self.partner_id._finance_portal_get_name(),
            is_person and self.customer_id.name,
            note=self.status,
            action=self.action_open_contact(),
        )


class FinancePortalDecision(models.Model):
    """Name an answer on the overview: who gave it, and when; it leads to the document."""

    _inherit = "finance.portal.decision"

    def _finance_portal_get_overview_item(self):
        """Return one line of the overview, see :func:`make_item`."""
        when = self.env.user._finance_portal_format_time(self.date)
        return make_item(
            self.document_name,
            ", ".join(dict.fromkeys(filter(None, (self.name, self.customer_name)))),
            note=" · ".join(filter(None, (when, self.reason))),
            action=open_form(find_document(self)),
        )
