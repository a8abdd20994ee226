import logging

import psycopg2

from odoo import SUPERUSER_ID, models

from ...tools.markup import embolden, isolate, isolate_address
from ...tools.zones import get_zone

_logger = logging.getLogger(__name__)


class FinancePortalLink(models.Model):
    """Tell staff when a customer first looks at a document, as their company asked for it."""

    _inherit = "finance.portal.link"

    def _notify_first_view(self):
        """Notify the responsible user; called once in the life of a link.

        A notification that cannot be made never keeps the customer from the page.
        """
        self.ensure_one()
        # sudo: caused by a visitor, who may read neither document nor users
        link = self.sudo()
        wish = link.company_id.finance_portal_notify_view
        document = link._get_document() if wish != "nobody" else None
        if not document:
            return
        user = link._get_responsible(document)
        try:
            with self.env.cr.savepoint():
                if wish == "chatter":
                    link._note_view(user, document)
                elif user:
                    link._notify_view_to(user, document)
        except psycopg2.OperationalError:
            raise  # Odoo tries the whole request again
        except Exception:
            _logger.exception("Could not notify staff of the first view of link %s", link.id)

    def _get_responsible(self, document):
        """Return the user to notify: the document's own, or else the link's sender, if any."""
        # sudo: the visitor who opened it has no rights; only who sent it
        sent = self.env["finance.portal.event"].sudo().search(
            [("link_id", "=", self.id), ("kind", "=", "sent")], limit=1
        )  # fmt: skip
        for user in (document._finance_portal_get_responsible(), sent.user_id):
            # Somebody who left, or moved to other companies, is told nothing.
            if (
                user.active
                and user._is_internal()
                and document._finance_portal_is_readable_by(user)
            ):
                return user
        return self.env["res.users"]

    def _note_view(self, user, document):
        """Note the view in the chatter, which the user's inbox points to; no email leaves."""
        page = self.env["finance.portal.page"]
        lang = page._get_installed_lang(user.lang, self.company_id.partner_id.lang)
        # As the system: the visitor's browser may be signed in as anybody.
        document = document.with_user(SUPERUSER_ID).with_company(self.company_id)
        document = document.with_context(lang=lang, mail_post_autofollow_author_skip=True)
        name = self.partner_id.name or self.email
        document.message_post(
            body=document.env._("%(name)s opened this document for the first time.", name=name),
            author_id=(self.partner_id or self.company_id.partner_id).id,
            message_type="notification",
            subtype_xmlid="mail.mt_note",
            partner_ids=user.partner_id.ids if user.notification_type == "inbox" else [],
        )

    def _notify_view_to(self, user, document):
        """Notify one user in their language, by their preference: inbox or email."""
        lang = self.env["finance.portal.page"]._get_installed_lang(user.lang)
        document = document.with_company(self.company_id).with_context(lang=lang)
        title = document._finance_portal_get_title()
        name = self.partner_id.name or self.email
        zone = get_zone(user.tz, self.company_id.partner_id.tz)
        body = document.env["ir.qweb"]._render(
            "finance_portal.mail_first_view",
            {
                "about": document,
                "news": document.env._(
                    "%(name)s opened this document for the first time:", name=isolate(name)
                ),
                "title": embolden(title),
                "when": self._get_view_words(document.env, zone),
            },
        )
        document.message_notify(
            partner_ids=user.partner_id.ids,
            subject=document.env._("%(name)s opened %(document)s", name=name, document=title),
            body=body,
            author_id=self.company_id.partner_id.id,
            email_from=self.company_id.email_formatted or user.email_formatted,
            model_description=document._finance_portal_get_kind_name(),
            # The customer's browser is waiting; the queue is woken instead.
            force_send=False,
        )
        if user.notification_type == "email":
            self.env["mail.mail"]._finance_portal_wake_queue()

    def _get_view_words(self, env, zone):
        """Return when it was first opened, and with which link, as text for staff."""
        moment = env["finance.portal.page"]._format_moment(self.viewed_at, zone)
        date = f"{moment} ({zone})"
        if not self.email:
            return date
        return env._(
            "%(date)s, using the link emailed to %(email)s",
            date=date,
            email=isolate_address(self.email),
        )
