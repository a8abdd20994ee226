from datetime import timedelta
from urllib.parse import urljoin

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.http import request

from ...const import PREVIEW_KEY

PREVIEW_TIME = timedelta(minutes=15)


def start_preview(ref, recipient):
    """Write down in the session of whoever asks that they preview a document.

    :param str ref: the document's reference
    """
    now = fields.Datetime.now()
    kept = {
        other: grant
        for other, grant in (request.session.get(PREVIEW_KEY) or {}).items()
        if fields.Datetime.from_string(grant["until"]) > now
    }
    until = fields.Datetime.to_string(now + PREVIEW_TIME)
    request.session[PREVIEW_KEY] = {**kept, ref: {"recipient": recipient.id, "until": until}}


class FinancePortalDocument(models.AbstractModel):
    """Preview: staff see the page of a document as its recipient does.

    What they may see is decided on every request anew, see ``preview_access.py``.
    """

    _inherit = "finance.portal.document"

    # === ACTION METHODS === #

    def action_finance_portal_preview(self):
        """Open the customer's page of this document, for a quarter of an hour.

        :raise AccessError: they may not send the document
        :raise UserError: it has no customer
        """
        self.ensure_one()
        self.check_access("read")
        obstacle = self._finance_portal_get_preview_obstacle()
        if native := self._finance_portal_get_native_preview(obstacle):
            return native
        if obstacle:
            raise AccessError(obstacle)
        # sudo: the page says whom it is for; they may read the document
        document = self.sudo()
        recipient = document._finance_portal_get_default_recipient()
        if not recipient:
            raise UserError(document._finance_portal_get_address_obstacle())
        if not request:
            raise UserError(self.env._("Open the document in your browser to preview it."))
        ref = self.env["finance.portal.scope"]._make_ref(self)
        start_preview(ref, recipient)
        # Not only the path: Odoo's website app would open that in its editor.
        url = urljoin(request.httprequest.url_root, f"/finance/d/{ref}")
        return {"type": "ir.actions.act_url", "url": url, "target": "self"}

    # === WHAT A DOCUMENT MUST TELL === #

    def _finance_portal_get_preview_obstacle(self):
        """Return why the user may not preview this document, or an empty text.

        Whoever may send it sees nothing on its page that they could not mail to themselves.
        """
        user = self.env.user
        document = self.with_context(allowed_company_ids=user._finance_portal_get_companies().ids)
        if user._is_internal() and not document._finance_portal_get_right_obstacle():
            return ""
        return self.env._(
            "You don't have permission to preview this document. Ask an administrator for access."
        )

    def _finance_portal_get_native_preview(self, obstacle=""):
        """Return the action that opens Odoo's own portal page, or ``None``.

        Where it is the page that customers get, and for whoever may read the document, but not
        preview ours.

        :param str obstacle: why they may not
        """
        has_page = "access_url" in self._fields and self.access_url.startswith("/")
        if not has_page or (self._finance_portal_native_closed() and not obstacle):
            return None
        return {"type": "ir.actions.act_url", "url": self.get_portal_url(), "target": "self"}

    def _finance_portal_get_preview_note(self):
        """Return that customers can't open the document as it is now, or an empty text."""
        if self._finance_portal_is_shareable():
            return ""
        return self._finance_portal_get_state_obstacle() or self.env._(
            "The customer can open it once you've sent it."
        )

    def _finance_portal_get_form_path(self):
        """Return the address of the document in the back office."""
        return f"/odoo/{self._name}/{self.id}"
