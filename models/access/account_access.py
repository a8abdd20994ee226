from odoo import api, fields, models

from ...failures import OtherBrowser, SignInRequired, UnknownDocument, UnknownLink
from ...tools.secure_token import is_ref
from .viewer import Viewer


class FinancePortalAccountAccess(models.AbstractModel):
    """A signed-in customer's access to one document, kept in memory for one request.

    A record that is never stored, and not a plain object: pages, files and answers call the same
    methods of it as of a link, which is one, and an addon extends both by ``_inherit``.
    """

    _name = "finance.portal.account.access"
    _description = "Signed-In Customer's Access"
    _inherit = "finance.portal.access"

    account_id = fields.Many2one("finance.portal.account")
    link_id = fields.Many2one("finance.portal.link", help="Where their customer has to sign in.")
    staff_id = fields.Many2one("res.users", help="Who looks as the customer would.")
    staff_until = fields.Datetime()

    @api.model
    def _resolve_for(self, ref):
        """Return the access (sudo) of the signed-in customer to a reference's document.

        Of several accounts, it is the one of the customer whose document it is.

        :raise OtherBrowser: it is a link's, which this browser has no grant for, or made up
        :raise UnknownLink: it is no reference at all
        :raise SignInRequired: nobody is signed in
        :raise UnknownDocument: it is not among the documents the viewer may see
        :raise PreviewEnded: a staff member's time to preview it is over
        """
        Scope = self.env["finance.portal.scope"]
        if not is_ref(ref):
            raise UnknownLink("no reference", recovery_key=ref)
        subject = Scope._read_ref(ref)
        if not subject:
            raise OtherBrowser("no grant for this reference", recovery_key=ref)
        if preview := self.env["finance.portal.preview.access"]._find(ref, subject):
            return preview
        viewers = self.env["finance.portal.account"]._get_viewers()
        if not viewers:
            raise SignInRequired("nobody is signed in", next_path=f"/finance/d/{ref}")
        for viewer in viewers:
            if document := Scope._find(subject[0], viewer, subject[1]):
                return self._make(viewer, document)
        raise UnknownDocument("not among the customer's documents", recovery_key=ref)

    @api.model
    def _make(self, viewer, document, link=None):
        """Return the access (sudo) of a viewer to a document that is in their scope.

        :param link: the link that they came by, if any
        """
        scope = self.env["finance.portal.scope"]
        return self._restore(
            {
                "res_model": document._name,
                "res_id": document.id,
                "document_name": document.display_name,
                "ref": link.ref if link else scope._make_ref(document),
                "link_id": link and link.id,
                "partner_id": viewer.contact.id,
                "email": viewer.account.email or viewer.contact.email_normalized,
                "customer_id": viewer.customer.id,
                "company_id": document._finance_portal_get_company().id,
                "account_id": viewer.account.id,
                "staff_id": viewer.staff.id,
                "staff_until": viewer.until,
            }
        )

    def _get_viewer(self):
        """Return who looks, see :class:`Viewer`."""
        choices = () if self.staff_id else self.account_id._get_all_open()
        return Viewer(
            contact=self.partner_id,
            customer=self.customer_id,
            companies=self.account_id._get_shown_companies(self.staff_id),
            own_documents=self.account_id.own_documents,
            account=self.account_id,
            staff=self.staff_id,
            until=self.staff_until,
            choices=choices if len(choices) > 1 else (),
        )

    # === WHAT AN ACCESS MUST TELL === #

    def _get_kept(self):
        return self._convert_to_write({name: self[name] for name in self._cache})

    def _restore(self, kept):
        # sudo: as the scope found out, they may see it
        return self.sudo().new(kept)

    def _get_rows_to_lock(self):
        return self.account_id

    def _get_seal_subject(self):
        return f"{self.ref} {self.account_id.id}"

    def _get_sender(self):
        return self.env["res.users"]

    def _is_signed_in(self):
        return not self.staff_id

    def _is_read_only(self):
        return bool(self.staff_id)

    def _get_portal_values(self):
        # sudo: the scope found it
        document = self._get_document().sudo()
        section = document._finance_portal_get_section()
        return self.env["finance.portal.page"]._get_frame(self._get_viewer(), section, document)

    def _prepare_event_values(self):
        values = {"account_id": self.account_id.id, "link_id": self.link_id.id}
        return {**super()._prepare_event_values(), **values}

    def _mark_viewed(self):
        return bool(self.link_id) and self.link_id._mark_viewed()

    def _notify_first_view(self):
        self.link_id._notify_first_view()
