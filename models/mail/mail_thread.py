from odoo import api, models
from odoo.exceptions import AccessError

from ...const import BY_MAIL, BY_MAIL_KEY
from ...tools.exact_address import ExactAddress
from ...tools.mail_content import MailContent
from ...tools.mail_list import ListContent
from ...tools.quoted_original import cut_quotes
from .mail_layout import LAYOUT


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    # === WHAT COMES IN === #

    @api.model
    def message_process(self, model, message, custom_values=None, *args, **options):
        """Take incoming emails only from those who may pass them to Odoo.

        Odoo lets every login call this, and then makes the record that the call describes with all
        rights, as whomever the email names as its sender: by its model, its values, and the
        defaults in the context. The script for mail servers passes nothing but the email.

        :raise AccessError: naming who can
        """
        user, thread = self.env.user, self
        if not (self.env.su or user.has_group("base.group_system")):
            # Of the arguments by position, the third is the record that takes it.
            told = model or custom_values or any(args[2:]) or options.get("thread_id")
            if told or not user._is_internal():
                raise AccessError(
                    self.env._(
                        "Only an administrator can pass emails to Odoo this way. Ask one to do it."
                    )
                )
            thread = self.with_env(self.env(context={}))
        return super(MailThread, thread).message_process(
            model, message, custom_values, *args, **options
        )

    @api.model
    def message_parse(self, message, save_original=False):
        """Mask secure links in incoming emails, before anything is stored of them."""
        parsed = super().message_parse(message, save_original=save_original)
        return self.env["finance.portal.received.secret"]._mask_email(parsed)

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Mark what follows from an incoming email: Odoo does it as whoever it names."""
        marked = self.with_context(**{BY_MAIL_KEY: BY_MAIL})
        return super(MailThread, marked)._message_route_process(message, message_dict, routes)

    # === WHAT IS PASSED ON === #

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        """Pass on the texts as they were stored, not as they came in."""
        if msg_vals and message:
            # sudo: the values come from the same message
            own = message.sudo()
            stored = {name: own[name] for name in ("body", "subject") if msg_vals.get(name)}
            msg_vals = {**msg_vals, **stored}
        return super()._notify_thread(message, msg_vals=msg_vals, **kwargs)

    def _notify_by_email_render_layout(
        self, message, recipients_group, msg_vals=False, render_values=None
    ):
        """Wear our layout, and pass on a reply without the original that it quotes."""
        if self._finance_portal_quotes_us(message):
            # A record that is never stored: the layout reads all else from the message itself.
            message = message.new({"body": cut_quotes(message.body)}, origin=message)
            render_values = {**(render_values or {}), "message": message}
        msg_vals, values = msg_vals or {}, render_values or {}
        if content := self._finance_portal_get_mail_content(
            message, recipients_group, msg_vals, values
        ):
            own = self.env["finance.portal.mail.layout"]._get_values(
                content,
                message,
                values.get("company") or self.env.company,
                values.get("lang") or self.env.lang,
                msg_vals.get("email_layout_xmlid", message.email_layout_xmlid),
            )
            values, msg_vals = {**values, **own}, {**msg_vals, "email_layout_xmlid": LAYOUT}
        return super()._notify_by_email_render_layout(
            message, recipients_group, msg_vals=msg_vals, render_values=values
        )

    def _notify_thread_by_web_push(self, message, recipients_data, msg_vals=False, **kwargs):
        """Push nothing to phones about an email that is only looked at: it could not be undone."""
        if self.env.context.get("finance_portal_preview"):
            return None
        return super()._notify_thread_by_web_push(message, recipients_data, msg_vals, **kwargs)

    def _notify_by_web_push_prepare_payload(self, message, msg_vals=False, force_record_name=False):
        """Show a reply on a phone without the original that it quotes."""
        return super()._notify_by_web_push_prepare_payload(
            message,
            msg_vals=self._finance_portal_cut(message, msg_vals),
            force_record_name=force_record_name,
        )

    def _notify_thread_with_out_of_office(self, message, recipients_data, msg_vals=False, **kwargs):
        """Answer that somebody is away without the original that the reply quotes."""
        return super()._notify_thread_with_out_of_office(
            message, recipients_data, msg_vals=self._finance_portal_cut(message, msg_vals), **kwargs
        )

    def _finance_portal_cut(self, message, msg_vals):
        """Return the values of a message without the original that it quotes."""
        if not self._finance_portal_quotes_us(message):
            return msg_vals
        # sudo: the values come from the same message
        return {**(msg_vals or {}), "body": cut_quotes(message.sudo().body)}

    def _finance_portal_quotes_us(self, message):
        """Return whether a message came in by email where our own emails are answered."""
        # sudo: only what kind of message it is
        return message.sudo().message_type == "email" and self._finance_portal_is_answered()

    def _finance_portal_is_answered(self):
        """Return whether replies to our emails arrive at this record."""
        if len(self) != 1:
            return False
        record = self.sudo()  # sudo: only what kind of record it is
        if self.env["finance.portal.document"]._finance_portal_includes(record):
            return record._finance_portal_is_kind()
        Account = self.env["finance.portal.account"].sudo()  # sudo: only whether there is one
        return self._name == "res.partner" and bool(
            Account.search_count([("partner_id", "=", self.id)], limit=1)
        )

    # === LAYOUT === #

    def _finance_portal_get_mail_content(self, message, recipients_group, msg_vals, render_values):
        """Return what our layout shows around the message; ``None`` for Odoo's own layout.

        :return: a :class:`MailContent`
        """
        return self._finance_portal_get_given_content()

    def _finance_portal_get_given_content(self):
        """Return the :class:`MailContent` that our own code passes in the context, if any."""
        given = self.env.context.get("finance_portal_content")
        # No request can send such a value, only what JSON knows.
        return given if isinstance(given, MailContent) else None

    def _notify_thread_by_email(self, message, recipients_data, **kwargs):
        """Keep what our own emails show around their message, for where the layout is drawn."""
        content = kwargs.get("finance_portal_content")
        thread = self.with_context(finance_portal_content=content) if content else self
        return super(MailThread, thread)._notify_thread_by_email(message, recipients_data, **kwargs)

    # === WHO GETS IT, IN WHICH LANGUAGE === #

    def _fallback_lang(self):
        """Take a language that is installed, where a job's own user has another one."""
        lang = self.env["finance.portal.page"]._get_installed_lang(self.env.user.lang)
        if not self.env.context.get("lang") and lang != self.env.user.lang:
            return self.with_context(lang=lang)
        return super()._fallback_lang()

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Keep our emails in one language, including the layout that Odoo adds."""
        address = kwargs.get("finance_portal_address")
        content = kwargs.get("finance_portal_content") or self._finance_portal_get_given_content()
        if is_list := isinstance(content, ListContent):
            kwargs["notify_author_mention"] = True
        if isinstance(address, ExactAddress):
            found = [self._finance_portal_prepare_recipient(address)]
        else:
            found = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        if is_list:  # an email, also where the contact is a user of Odoo
            found = [{**recipient, "notif": "email"} for recipient in found]
        # Safe to take from the context: it only sets the layout's language.
        lang = self.env.context.get("finance_portal_mail_lang")
        return [{**recipient, "lang": lang} for recipient in found] if lang else found

    def _notify_by_email_get_base_mail_values(
        self, message, recipients_data, additional_values=None
    ):
        """Mail a link that somebody asked for to the address it was asked for at.

        Of an email with a list, the queue keeps which documents have a placeholder in it.
        """
        values = super()._notify_by_email_get_base_mail_values(
            message, recipients_data, additional_values=additional_values
        )
        # Safe to take from the context: it leaves out addresses, and never adds one.
        address = self.env.context.get("finance_portal_address")
        if address:
            values = {**values, "finance_portal_address": address}
        content = self._finance_portal_get_given_content()
        if isinstance(content, ListContent) and content.items:
            values["finance_portal_listed"] = [list(item.document) for item in content.items]
        return values

    @api.model
    def _get_notify_valid_parameters(self):
        """Let our own emails name the one address they are for, and what the layout shows."""
        own = {"finance_portal_address", "finance_portal_content"}
        return super()._get_notify_valid_parameters() | own

    @api.model
    def _finance_portal_prepare_recipient(self, address):
        """Return a bare address, as Odoo describes a recipient without a contact."""
        return {
            "active": True, "email_normalized": address, "groups": [], "id": False,
            "is_follower": False, "lang": False, "name": address, "notif": "email", "share": True,
            "type": "customer", "uid": False, "ushare": False,
        }  # fmt: skip
