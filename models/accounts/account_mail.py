from odoo import fields, models

from ...const import PORTAL
from ...tools.mail_cap import has_room


class FinancePortalAccount(models.Model):
    """Mail a customer the link with which they choose a password."""

    _inherit = "finance.portal.account"

    def _get_link_purpose(self):
        """Return what its next mailed link is for: a new password, or the first one."""
        self.ensure_one()
        return "reset" if self.set_up_at else "setup"

    def _mail_account_link(self, purpose, next_path=None, on_request=False):
        """Queue the email with a setup or reset link; earlier ones that wait do not leave.

        The link of an earlier email works until this one leaves.

        :param str purpose: "setup" or "reset"
        :param str next_path: where the customer goes once they are in
        :param bool on_request: whether the customer asked, not staff
        :return: the link (sudo)
        """
        self.ensure_one()
        account = self.sudo()  # sudo: links are made by the system only
        earlier = account.mailed_link_ids.filtered(lambda link: link.purpose == purpose)
        earlier.filtered(lambda link: link._is_waiting())._end()
        # sudo: nobody may create links, so that each is mailed to the address on file
        Link = self.env["finance.portal.account.link"].sudo()
        link = Link.create(Link._prepare(account, purpose, next_path, on_request))
        message = account._notify_account_link(link)
        link.mail_message_id = message.id
        # sudo: the queue is an admin's
        mails = self.env["mail.mail"].sudo().search([("mail_message_id", "=", message.id)])
        # Not with the notification: only now does the link know which email is its own.
        mails.send_after_commit()
        return link

    def _notify_account_link(self, link):
        """Write the email about a link to its contact; return the message."""
        contact, company = self._get_mail_context(), self.company_id
        subjects = {
            "setup": contact.env._("Set up your account with %(company)s", company=company.name),
            "reset": contact.env._("Choose a new password for %(company)s", company=company.name),
        }
        content = {"purpose": link.purpose, "url": link._get_placeholder_url()}
        template = "finance_portal.mail_account_link"
        return self._notify(contact, subjects[link.purpose], template, content, force_send=False)

    def _mail_notice(self):
        """Tell the customer that their password was changed."""
        contact = self._get_mail_context()
        subject = contact.env._("Your password was changed")
        url = self._get_address("/forgot")
        self._notify(contact, subject, "finance_portal.mail_password_changed", {"url": url})

    def _get_address(self, path):
        """Return the full URL of a portal page, for emails and for staff.

        It uses the company's own domain, as document links do: with several websites, each
        company has its own.

        :param str path: path below the portal, with a leading slash
        """
        self.ensure_one()
        # sudo: the company's URL is public
        return f"{self.sudo().company_id.get_base_url()}{PORTAL}{path}"

    def _get_mail_context(self):
        """Return the contact (sudo) in their language and the company's name."""
        self.ensure_one()
        partner, company = self.sudo().partner_id, self.company_id  # sudo: mailed by the system
        lang = self.env["finance.portal.page"]._choose_lang(
            partner.lang, self.customer_id.lang, company.partner_id.lang
        )
        contact = partner.with_context(lang=lang, finance_portal_mail_lang=lang)
        return contact.with_company(company)

    def _notify(self, contact, subject, template, content, **options):
        """Write an email to the contact; return the message.

        :param contact: as :meth:`_get_mail_context` returns it
        :param str template: external id of the body
        """
        company = self.company_id.with_env(contact.env)
        content = {
            "company": company,
            "name": contact.name or contact.email,
            "email": contact.email_normalized,
            # As on the pages, readable with white on it.
            "color": contact.env["finance.portal.page"]._get_brand(company)["color"],
            **content,
        }
        return contact.message_notify(
            partner_ids=contact.ids,
            subject=subject,
            body=contact.env["ir.qweb"]._render(template, content),
            email_layout_xmlid="finance_portal.mail_account_layout",
            email_from=company.email_formatted or contact.env.user.email_formatted,
            author_id=company.partner_id.id,
            force_email_company=company,
            force_email_lang=contact.env.lang,
            mail_auto_delete=True,
            **options,
        )

    def _has_room_for_mail(self):
        """Return whether the customer may ask for one more email now."""
        self.ensure_one()
        asked = self.mailed_link_ids.filtered("on_request")
        return has_room(asked.mapped("requested_at"), fields.Datetime.now())
