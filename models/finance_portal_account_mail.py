from odoo import fields, models


class FinancePortalAccount(models.Model):
    """Mail a customer the link with which they choose a password."""

    _inherit = "finance.portal.account"

    def _mail_key(self, purpose, next_path=None, on_request=False):
        """Queue the email with a setup or reset link; earlier ones that wait do not leave.

        The link of an earlier email works until this one leaves.

        :param str purpose: "setup" or "reset"
        :param str next_path: where the customer goes once they are in
        :param bool on_request: whether the customer asked, not staff
        :return: the key (sudo)
        """
        self.ensure_one()
        account = self.sudo()  # sudo: keys are made by the system only
        earlier = account.key_ids.filtered(lambda key: key.purpose == purpose)
        earlier.filtered(lambda key: key._is_waiting())._end()
        Key = self.env["finance.portal.account.key"].sudo()  # sudo: as above
        key = Key.create(Key._prepare(account, purpose, next_path, on_request))
        message = account._notify_key(key)
        key.mail_message_id = message.id
        # sudo: the queue is an admin's
        mails = self.env["mail.mail"].sudo().search([("mail_message_id", "=", message.id)])
        # Not with the notification: only now does the key know which email is its own.
        mails.send_after_commit()
        return key

    def _notify_key(self, key):
        """Write the email about a key to its contact; return the message."""
        partner, company = self.partner_id, self.company_id
        lang = partner.lang or self.customer_id.lang or company.partner_id.lang or self.env.lang
        partner = partner.with_context(lang=lang).with_company(company)
        content = {
            "company": company.with_context(lang=lang),
            "name": partner.name or partner.email,
            "email": partner.email_normalized,
            "purpose": key.purpose,
            "again": bool(self.signed_in_at),
            "url": key._get_placeholder_url(),
        }
        subjects = {
            "setup": partner.env._("Set up your account with %(company)s", company=company.name),
            "reset": partner.env._("Choose a new password for %(company)s", company=company.name),
        }
        return partner.message_notify(
            partner_ids=partner.ids,
            subject=subjects[key.purpose],
            body=partner.env["ir.qweb"]._render("finance_portal.mail_account_key", content),
            email_layout_xmlid="finance_portal.mail_account_layout",
            email_from=company.email_formatted or partner.env.user.email_formatted,
            author_id=company.partner_id.id,
            force_email_company=company,
            force_email_lang=lang,
            mail_auto_delete=True,
            force_send=False,
        )

    def _has_room_for_mail(self, interval, most):
        """Return whether the customer may ask for one more email now.

        :param timedelta interval: how long to wait between two
        :param int most: how many in 24 hours
        """
        self.ensure_one()
        now = fields.Datetime.now()
        times = [
            key.requested_at
            for key in self.key_ids
            if key.on_request and key.requested_at > fields.Datetime.subtract(now, days=1)
        ]
        return len(times) < most and (not times or max(times) <= now - interval)
