from datetime import timedelta
from urllib.parse import urlencode

from odoo import SUPERUSER_ID, fields, models
from odoo.tools import html2plaintext

from ...const import AUTOMATIC, PORTAL
from ...tools.exact_address import ExactAddress
from ...tools.mail_cap import has_room
from ...tools.mail_content import MailContent
from ...tools.markup import embolden, isolate, isolate_address
from ...tools.masking import mask_address

# How long the link in that email works: no second one meanwhile.
STOP_LIFETIME = timedelta(minutes=60)
# An address reads from left to right in every language.
LEFT_TO_RIGHT, ISOLATED = "\N{LEFT-TO-RIGHT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
# All that an email about an account takes from whoever causes it.
OWN_CONTEXT = {"lang", "tz", "allowed_company_ids"}


class FinancePortalAccount(models.Model):
    """Mail a customer what is about their account: to the confirmed address, and to no other."""

    _inherit = "finance.portal.account"

    def _get_link_purpose(self):
        """Return what its next mailed link is for: a new password, or the first one."""
        self.ensure_one()
        return "reset" if self.set_up_at else "setup"

    def _mail_account_link(self, purpose, next_path=None, on_request=False):
        """Queue the email with a setup or reset link; earlier ones that wait do not leave.

        The link of an earlier email works until this one leaves.

        :param str purpose: "setup", "reset" or "stop"
        :param str next_path: where the customer goes once they are in
        :param bool on_request: whether the customer asked, not staff
        :return: the link (sudo)
        """
        self.ensure_one()
        account = self._as_mailer()
        earlier = account.mailed_link_ids.filtered(lambda link: link.purpose == purpose)
        earlier.filtered(lambda link: link._is_waiting())._end()
        # sudo: nobody may create links, so that each is mailed to the address on file
        Link = account.env["finance.portal.account.link"].sudo()
        link = Link.create(Link._prepare(account, purpose, next_path, on_request))
        message = account._notify_account_link(link)
        link.mail_message_id = message.id
        # sudo: the queue is an admin's
        mails = account.env["mail.mail"].sudo().search([("mail_message_id", "=", message.id)])
        # Not with the notification: only now does the link know which email is its own.
        # Not Odoo's own key for this, which each of its jobs has, also those that answer visitors.
        if not self.env.context.get("finance_portal_by_queue"):
            mails.send_after_commit()
        return link

    def _notify_account_link(self, link):
        """Write the email about a link to its address; return the message."""
        contact, url = self._get_mail_context(), link._get_placeholder_url()
        if link.purpose == "stop":
            sentences = self._get_change_sentences(contact, link.email, waits=True)
        else:
            sentences = [self._get_link_sentence(contact, link.purpose)]
        subject, title, words, notes = self._get_link_texts(contact, link)
        around = {"title": title, "button": (url, words), "notes": notes}
        return self._notify(
            contact, subject, sentences, around, address=link.email, force_send=False
        )

    def _get_link_sentence(self, contact, purpose):
        """Return what a setup or reset email says above its button."""
        say, company = contact.env, isolate(self.company_id.name)
        if purpose == "setup":
            return say._(
                "%(company)s has opened an account for you. You'll find all your invoices,"
                " payments, quotes and orders in one place. Choose a password to get started.",
                company=company,
            )
        return say._(
            "Someone requested a new password for your account with %(company)s. If it was you,"
            " choose one now. Until then, your current password still works.",
            company=company,
        )

    def _get_change_sentences(self, contact, old, waits=False):
        """Return what the old address is told of a change.

        :param str old: the old address
        :param bool waits: whether a manager still has to confirm the change
        """
        say, masked = contact.env, self._get_masked_address()
        values = {
            "company": isolate(self.company_id.name),
            "old": embolden(isolate_address(old)),
            "new": embolden(isolate_address(masked)),
        }
        if masked:
            change = say._(
                "The email address of your account with %(company)s was just changed from %(old)s"
                " to %(new)s.",
                **values,
            )
        else:
            change = say._(
                "The email address of your account with %(company)s, %(old)s, was just removed.",
                **values,
            )
        if not waits:
            advice = say._(
                "If you know about the change, you don't need to do anything. If you don't, please"
                " tell us right away."
            )
        elif self._get_others():
            advice = say._(
                "Nobody can see documents of %(customer)s there until we've checked this. If you"
                " know about the change, you don't need to do anything. If you don't, stop it:",
                customer=embolden(isolate(self.customer_id.display_name)),
            )
        else:
            advice = say._(
                "Nobody can sign in until we've checked this. If you know about the change, you"
                " don't need to do anything. If you don't, stop it:"
            )
        return [change, advice]

    def _get_link_texts(self, contact, link):
        """Return subject, title, the button's words and the sentences below it."""
        say, company = contact.env, self.company_id.name
        if link.purpose == "stop":
            title = say._("Your email address was changed")
            note = say._("The button works once, within 60 minutes. After that, please contact us.")
            return title, title, say._("That wasn't me"), (note,)
        note = say._(
            "The button works once, within 60 minutes, and only for %s. After that, it lets you"
            " request a new one.",
            f"{LEFT_TO_RIGHT}{link.email}{ISOLATED}",
        )
        if link.purpose == "setup":
            subject = say._("Set up your account with %(company)s", company=company)
            unknown = say._("Don't recognize %s? You can ignore this email.", company)
            return (
                subject,
                say._("Set up your account"),
                say._("Choose a password"),
                (note, unknown),
            )
        subject = say._("Choose a new password for %(company)s", company=company)
        title, unknown = say._("Choose a new password"), say._("Wasn't you? Ignore this email.")
        return subject, title, title, (note, unknown)

    def _mail_stop_link(self):
        """Mail the confirmed address, where a change of address can be stopped; once an hour."""
        now = fields.Datetime.now()
        recent = self.mailed_link_ids.filtered(
            lambda link: (
                link.purpose == "stop"
                and link.email == self.email
                and not link.ended_at
                and link.requested_at > now - STOP_LIFETIME
            )
        )
        if not recent:
            self._mail_account_link("stop")

    def _mail_address_notice(self, old):
        """Tell the old address that a manager, or the system, gave the account another one."""
        contact = self._get_mail_context()
        subject = contact.env._("Your email address was changed")
        sentences = self._get_change_sentences(contact, old)
        self._notify(contact, subject, sentences, {"title": subject}, address=old)

    def _get_masked_address(self):
        """Return the contact's new address, as much as somebody else may see of it."""
        address = self._choose_address()
        return mask_address(address) if address else None

    def _mail_joined(self, next_path=None):
        """Tell a customer that what they sign in with already opens this account, too.

        :param str next_path: where they go once they are in
        """
        contact = self._get_mail_context()
        customer = self.customer_id.display_name
        subject = contact.env._("You can now also see documents of %s", customer)
        query = f"?{urlencode({'next': next_path})}" if next_path else ""
        button = self._get_address(f"/login{query}"), contact.env._("Sign in")
        around = {"title": subject, "button": button}
        sentence = contact.env._(
            "%(company)s has opened another account for you: you can now also see documents of"
            " %(customer)s. Sign in as before, with %(email)s and your password, and choose the"
            " customer.",
            company=isolate(self.company_id.name),
            customer=embolden(isolate(customer)),
            email=isolate_address(self.email),
        )
        self._notify(contact, subject, [sentence], around)

    def _mail_notice(self):
        """Tell the customer that their password was changed."""
        contact = self._get_mail_context()
        subject = contact.env._("Your password was changed")
        button = self._get_address("/forgot"), contact.env._("Choose a new password")
        around = {"title": subject, "button": button}
        sentences = [
            contact.env._(
                "The password for your account with %(company)s was just changed. If it was you,"
                " you don't need to do anything.",
                company=isolate(self.company_id.name),
            ),
            contact.env._("Wasn't you? Choose a new password right away, and let us know."),
        ]
        self._notify(contact, subject, sentences, around)

    def _get_address(self, path):
        """Return the full URL of a portal page, for emails and for staff.

        It uses the company's own domain, as document links do: with several websites, each
        company has its own.

        :param str path: path below the portal, with a leading slash
        """
        self.ensure_one()
        # sudo: the company's URL is public
        return f"{self.sudo().company_id.get_base_url()}{PORTAL}{path}"

    def _as_mailer(self):
        """Return this account (sudo) for what has to reach people, whoever causes it.

        Not in their context: a program could put in there what keeps an email from leaving.
        """
        kept = {key: self.env.context[key] for key in OWN_CONTEXT & self.env.context.keys()}
        return self.with_env(self.env(context=kept)).sudo()  # sudo: mailed by the system

    def _get_mail_context(self):
        """Return the contact (as the system), in their language and the account's company.

        In a user's own name, the defaults that they keep for themselves would count, too.
        """
        self.ensure_one()
        partner = self._as_mailer().partner_id.with_user(SUPERUSER_ID)
        company = self.company_id
        lang = self.env["finance.portal.page"]._choose_lang(
            partner.lang, self.customer_id.lang, company.partner_id.lang
        )
        contact = partner.with_context(lang=lang, finance_portal_mail_lang=lang)
        return contact.with_company(company)

    def _notify(self, contact, subject, sentences, around, *, address=None, **options):
        """Write an email to one address; return the message.

        A contact's email field may name several, and Odoo would write to all of them.

        :param contact: as :meth:`_get_mail_context` returns it
        :param sentences: what it says below the greeting
        :param dict around: what the layout shows around it, see :class:`MailContent`
        :param str address: by default the confirmed one
        """
        address = address or self.email
        company = self.company_id.with_env(contact.env)
        Words = contact.env["finance.portal.mail.words"]
        body = Words._render(contact.name or address, sentences, about=contact)
        return contact.message_notify(
            partner_ids=contact.ids,
            subject=subject,
            body=body,
            email_from=company.email_formatted or self.env.user.email_formatted,
            author_id=company.partner_id.id,
            force_email_company=company,
            force_email_lang=contact.env.lang,
            mail_auto_delete=True,
            mail_headers={**AUTOMATIC},
            finance_portal_address=ExactAddress(address),
            finance_portal_content=MailContent(
                # What follows the greeting.
                preheader=" ".join(html2plaintext(body).split("\n", 1)[-1].split()),
                # sudo: the company's URL is public
                base_url=self.sudo().company_id.get_base_url(),
                **around,
            ),
            **options,
        )

    def _has_room_for_mail(self, reminding=False):
        """Return whether the customer may ask for one more email now.

        :param bool reminding: whether staff remind them instead: then what staff mailed counts, too
        """
        self.ensure_one()
        # sudo: of all that the same person has
        mailed = self.sudo().login_id.account_ids.mailed_link_ids
        asked = mailed.filtered(lambda link: link.on_request or reminding)
        return has_room(asked.mapped("requested_at"), fields.Datetime.now())
