from odoo import api, fields, models
from odoo.http import request

from ...const import PREVIEW_KEY
from ...failures import PreviewEnded
from ...tools.markup import html_lang


class FinancePortalPreviewAccess(models.AbstractModel):
    """A staff member's access to one document, to see the page that a recipient gets.

    It shows the page and nothing around it, as a secure link does. Like who views the portal as
    a customer, they can change nothing, and leave nothing behind.
    """

    _name = "finance.portal.preview.access"
    _description = "Staff's Preview of a Document"
    _inherit = "finance.portal.account.access"

    @api.model
    def _find(self, ref, subject):
        """Return the access (sudo) of staff who preview a document, ``None`` for others.

        The transaction is read only from here on: PostgreSQL refuses any write.

        :param str ref: the document's public reference
        :param tuple subject: its model and id
        :raise PreviewEnded: the time is over, or they may not preview the document any more
        """
        grant = (request.session.get(PREVIEW_KEY) or {}).get(ref) if request.session.uid else None
        if not grant:
            return None
        document = self.env[subject[0]].with_context(active_test=False).browse(subject[1])
        # sudo: whose page it is; staff may read the document that was mailed to them
        recipient = self.env["res.partner"].sudo().browse(grant["recipient"]).exists()
        until = fields.Datetime.from_string(grant["until"])
        if (
            until <= fields.Datetime.now()
            or not recipient
            or not document.exists()
            or document._finance_portal_get_preview_obstacle()
        ):
            path = document._finance_portal_get_form_path()
            raise PreviewEnded("the preview is over", next_path=path)
        self.env.flush_all()
        self.env.cr.execute("SET TRANSACTION READ ONLY")
        return self._make_preview(document.sudo(), recipient, until)  # sudo: they may read it

    @api.model
    def _make_preview(self, document, recipient, until):
        """Return the access (sudo) to a document as one recipient would have it."""
        customer = document._finance_portal_get_customer()
        return self._restore(
            {
                "res_model": document._name,
                "res_id": document.id,
                "document_name": document.display_name,
                "ref": self.env["finance.portal.scope"]._make_ref(document),
                "partner_id": recipient.id,
                "email": recipient.email_normalized,
                "is_external": recipient.commercial_partner_id != customer,
                "customer_id": customer.id,
                "company_id": document._finance_portal_get_company().id,
                "staff_id": self.env.user.id,
                "staff_until": until,
            }
        )

    # === WHAT AN ACCESS MUST TELL === #

    def _get_portal_values(self):
        """Return the banner above the page, in the language of whoever looks."""
        Page = self.env["finance.portal.page"]
        lang = Page._choose_lang(self.staff_id.lang)
        info = self.env["res.lang"]._get_data(code=lang)
        document = self.with_context(lang=lang)._get_document().sudo()  # sudo: they may read it
        note = document._finance_portal_get_preview_note()
        return {
            "preview": {
                "lang": html_lang(info.code),
                "dir": info.direction,
                "notes": [self._get_banner(document), *([note] if note else [])],
                "back": (
                    document._finance_portal_get_form_path(),
                    document.env._("Back to Odoo"),
                ),
            }
        }

    def _get_banner(self, document):
        """Return what the banner says first."""
        return document.env._(
            "Preview: this is what %(name)s sees. You can't change anything, and this doesn't"
            " count as a view.",
            name=self.partner_id.name or self.email or "",
        )
