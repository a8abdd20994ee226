from odoo import models

from ...const import AUTOMATIC, NOTHING_ELSE


class FinancePortalDocument(models.AbstractModel):
    """Mail a fresh link to a document, for Send Again and Request access."""

    _inherit = "finance.portal.document"

    def _finance_portal_mail_link(self, partner, email=None):
        """Mail a fresh secure link to this document.

        :param partner: the recipient; may be empty when only an address is known
        :param str email: the address to use: the only one known, or one of the recipient's;
            all that the recipient has when it is none of them
        """
        self.ensure_one()
        lang = self.env["finance.portal.page"]._choose_lang(
            partner.lang, self._finance_portal_get_customer().lang
        )
        # Scheduled actions leave their emails to the hourly queue; this one is waited for.
        document = self.with_context(
            lang=lang,
            finance_portal_mail_lang=lang,
            finance_portal_address=email in partner._finance_portal_get_addresses() and email,
            finance_portal_mails_contacts=True,
            mail_notify_force_send=True,
        )
        title = document._finance_portal_get_title()
        company = document._finance_portal_get_company()
        values = {
            "subject": document.env._("Your link to %(document)s", document=title),
            "email_from": company.email_formatted or document.env.user.email_formatted,
            "author_id": company.partner_id.id,
        }
        customer = self._finance_portal_get_customer()
        content = {
            "greeting": document.env["finance.portal.mail.words"]._greet(partner.name),
            "is_contact": partner.commercial_partner_id == customer,
            "about": self,
        }
        body = document.env["ir.qweb"]._render("finance_portal.mail_fresh_link", content)
        if partner:
            document._finance_portal_notify_link(partner, values, body)
        else:
            document._finance_portal_mail_link_to(email, values, body)

    def _finance_portal_notify_link(self, partner, values, body):
        """Notify a contact; the layout of notifications brings the button with the link."""
        self.message_notify(
            partner_ids=partner.ids,
            body=body,
            email_layout_xmlid="mail.mail_notification_layout_with_responsible_signature",
            model_description=self._finance_portal_get_kind_name(),
            mail_auto_delete=True,
            mail_headers={**AUTOMATIC},
            **values,
        )

    def _finance_portal_mail_link_to(self, email, values, body):
        """Mail a bare address, which Odoo can't notify."""
        # sudo: the queue is an admin's
        mail = self.env["mail.mail"].sudo().create(
            {
                **values,
                "model": self._name,
                "res_id": self.id,
                "email_to": email,
                "body_html": self._finance_portal_draw_mail(body),
                "headers": repr(AUTOMATIC),
                "auto_delete": True,
                **NOTHING_ELSE,
            }
        )  # fmt: skip
        mail.send_after_commit()
