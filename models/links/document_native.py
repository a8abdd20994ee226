import re

from odoo import api, models
from odoo.tools import consteq

from ...failures import LinkGone
from ..mail.document_token import UNADDRESSED
from ..web.page_language import ENGLISH, is_translated


class FinancePortalDocument(models.AbstractModel):
    """Close Odoo's own permanent links to documents that Send to Customer covers (rule L11).

    Odoo gives every document a token that never expires and puts it in emails, pages and
    PDFs. While a company keeps such links closed, none is made, handed out or accepted. Other
    uses of the same tokens, such as in a shop's checkout, are left alone. The table in
    ``tests/native_places.txt`` says which is which for every place in Odoo.
    """

    _inherit = "finance.portal.document"

    def _finance_portal_keeps_token(self):
        """Return whether an external service, not a customer, reports back with the token."""
        return False

    def _finance_portal_get_receipt_token(self):
        """Return the receipt token of this request if it opens the document, else empty."""
        return ""

    def _finance_portal_check_native_token(self, token, user=None):
        """Raise when ``token`` is the document's permanent one, and such links are closed.

        :param user: the user who presents the token; one who may read the document passes.
            Without a user, nobody does
        :raise LinkGone: the token is the document's own, but such links are closed
        """
        own = self._finance_portal_get_native_token()
        if not own or not isinstance(token, str) or not consteq(own.encode(), token.encode()):
            return
        may_read = user and self.with_user(user).has_access("read")
        if self._finance_portal_native_closed() and not may_read:
            raise LinkGone("native link closed", document=self)

    def _finance_portal_is_opened_by(self, token):
        """Return whether ``token``, though not the permanent one, opens the document."""
        return False

    @api.model
    def _finance_portal_get_native_address(self, number):
        """Return the path of the document with this id in Odoo's portal, or ``None``."""
        return None

    def _portal_ensure_token(self):
        """Make and hand out no permanent token while native links are closed.

        :raise AccessError: the user may not read the document
        """
        # As Odoo does first, with the user's own rights. What is looked up with all rights from
        # here on is known then, the token among it, and what is known is given to everybody.
        self._finance_portal_get_native_token()
        if self._finance_portal_native_closed() and not self._finance_portal_keeps_token():
            return self._finance_portal_get_receipt_token()
        return super()._portal_ensure_token()

    def get_portal_url(
        self, suffix=None, report_type=None, download=None, query_string=None, anchor=None
    ):
        """Return the plain address, which opens for signed-in users who may read the document.

        :raise AccessError: the user may not read it
        """
        # Programs call it, and the token may be known by now, as above.
        self.check_access("read")
        url = super().get_portal_url(suffix, report_type, download, query_string, anchor)
        if self._finance_portal_native_closed():
            shown = self._finance_portal_get_receipt_token()
            kept = f"?access_token={shown}&" if shown else "?"
            url = re.sub(r"\?access_token=[^&#]*&?", lambda _match: kept, url)
            url = re.sub(r"[?&](?=#|$)", "", url)
        return url

    def _get_share_url(self, redirect=False, signup_partner=False, pid=None, share_token=True):
        """Leave out everything that gives access without signing in."""
        if self._finance_portal_native_closed():
            signup_partner, pid, share_token = False, None, False
        return super()._get_share_url(redirect, signup_partner, pid, share_token)

    @api.model
    def _get_thread_with_access(self, thread_id, *, hash=None, pid=None, token=None, **kwargs):  # pylint: disable=redefined-builtin
        """Accept no native token for posting or reading messages while they are closed."""
        thread = self.browse(thread_id).sudo().exists()  # sudo: as the method it extends
        if thread and thread._finance_portal_native_closed():
            hash = pid = token = None
        return super()._get_thread_with_access(thread_id, hash=hash, pid=pid, token=token, **kwargs)

    def _notify_get_recipients_groups(self, message, model_description, msg_vals=False):
        """Point the button to the secure link in every email to the customer or an outsider.

        Staff have Odoo's own button, unless they are contacts of the customer.
        """
        closed = self and self._finance_portal_native_closed()
        document = self.with_context(finance_portal_no_sign_up=True) if closed else self
        groups = super(FinancePortalDocument, document)._notify_get_recipients_groups(
            message, model_description, msg_vals=msg_vals
        )
        if not closed:
            return groups
        title = None
        for name, _accepts, data in groups:
            if name == "portal_customer":
                # Odoo's own words for its customer, such as "Accept & Sign Quotation"
                title = data["button_access"].get("title")
            if name != "user":
                data["has_button_access"] = False
                data["button_access"] = {}
        return [*self._finance_portal_get_groups(message, msg_vals, title), *groups]

    def _finance_portal_get_groups(self, message, msg_vals, title=None):
        """Return the groups of recipients whose email carries a secure link.

        :param str title: what the button says to contacts of the customer; others may only look
        """
        if not self._finance_portal_is_shareable():
            return []
        if not self._finance_portal_may_be_sent_by(self.env.user, message):
            return []  # no button rather than one that opens nothing
        values = {name: (msg_vals or {}).get(name) for name in ("partner_ids", "message_type")}
        chosen = values["partner_ids"] or message.partner_ids.ids
        unaddressed = (values["message_type"] or message.message_type) in UNADDRESSED
        customer = self._finance_portal_get_customer()
        # In other languages, Odoo's own words: an email is in one language, too.
        own_words = is_translated(self.env.lang or ENGLISH)
        view = self._finance_portal_get_view_words() if own_words else None

        def is_contact(recipient):
            # sudo: as Odoo's own groups do; only whether they belong to the customer
            partner = self.env["res.partner"].sudo().browse(recipient["id"] or [])
            # As when the email leaves, where the same contact is found by the bare address.
            partner = partner or self._finance_portal_find_contact(recipient["email_normalized"])
            return partner.commercial_partner_id == customer

        def is_chosen(recipient):
            outside = recipient["type"] != "user" and not unaddressed
            return outside and (not recipient["id"] or recipient["id"] in chosen)

        return [
            (f"finance_portal_{role}", accepts, self._finance_portal_get_group(role, words))
            for role, accepts, words in (
                ("contact", is_contact, title or view),
                ("chosen", is_chosen, view),
            )
        ]

    def _finance_portal_get_group(self, role, title):
        """Return what Odoo has to know of a group of recipients with a secure link.

        Odoo names the button where ``title`` is empty.
        """
        button = {"url": self._finance_portal_get_placeholder_url(role)}
        return {
            "active": True,
            "has_button_access": True,
            "finance_portal_note": is_translated(self.env.lang or ENGLISH),
            "button_access": {**button, "title": title} if title else button,
        }
