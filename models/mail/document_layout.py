from babel.dates import format_skeleton

from odoo import fields, models
from odoo.tools.misc import babel_locale_parse, get_lang

from ...tools.mail_content import MailContent, names_account
from ..web.page_language import ENGLISH, is_translated
from .document_token import UNADDRESSED

# Our group of those recipients of a notification who aren't contacts of the customer.
OUTSIDE = "finance_portal_chosen"


class FinancePortalDocument(models.AbstractModel):
    """What our layout shows of a document around the message that staff wrote."""

    _inherit = "finance.portal.document"

    # === WHAT A DOCUMENT MAY TELL === #

    def _finance_portal_get_mail_hero(self):
        """Return what an email says of the document first, in the context's language.

        Days are named by their date: nobody knows when the email is read.

        :return: ``None``, or dict of ``label``, ``amount``, ``notes`` (list of sentences),
            ``headline`` (amount and date in few words, for the subject) and possibly ``pay``
            (how to pay, in one line) and ``account`` (the number that it names)
        """
        return None

    def _finance_portal_get_mail_subject(self):
        """Return a subject that says what it is, from whom, how much and until when.

        Empty where the one that Odoo has says more.
        """
        # sudo: it is the customer who reads it, whoever sends it
        document = self.sudo().with_company(self._finance_portal_get_company())
        hero = document._finance_portal_get_mail_hero()
        names = {
            "document": document._finance_portal_get_title(),
            "company": document._finance_portal_get_company().name,
        }
        if not hero:
            return self.env._("%(document)s from %(company)s", **names)
        return self.env._(
            "%(document)s from %(company)s: %(amount)s", amount=hero["headline"], **names
        )

    def _finance_portal_get_kind_words(self):
        """Return what an email says where nobody wrote a message: one kind sentence.

        Empty where the one that Odoo has says more, and where customers won't see the document.
        """
        return ""

    def _finance_portal_get_view_words(self):
        """Return what the button of an email says, such as "View Invoice".

        Each kind has a whole sentence: in many languages the noun is written another way in it.
        """
        return self.env._("View %s", self._finance_portal_get_kind_name())

    def _finance_portal_short_day(self, day):
        """Return a day in few words, such as "27 Dec"; with its year when it is another one."""
        locale = babel_locale_parse(get_lang(self.env).code)
        this_year = day.year == fields.Date.context_today(self).year
        return format_skeleton("MMMd" if this_year else "yMMMd", day, locale=locale)

    # === THE LAYOUT === #

    def _finance_portal_get_mail_content(self, message, recipients_group, msg_vals, render_values):
        """Wear our layout in emails to the customer and to outsiders; colleagues have Odoo's."""
        given = super()._finance_portal_get_mail_content(
            message, recipients_group, msg_vals, render_values
        )
        if given:  # what our own emails show, such as several documents
            return given
        xmlid = msg_vals.get("email_layout_xmlid", message.email_layout_xmlid)
        lang = render_values.get("lang") or self.env.lang
        if (
            len(self) != 1
            # In languages that only Odoo has words for, all of the email is Odoo's.
            or not is_translated(lang or ENGLISH)
            or recipients_group.get("notification_group_name") == "user"
            or not self._finance_portal_is_mailed_as_document()
            or not self.env["finance.portal.mail.layout"]._replaces(xmlid)
        ):
            return None
        kind = msg_vals.get("message_type") or message.message_type
        document = self.with_context(lang=lang)
        button = recipients_group.get("has_button_access") and recipients_group["button_access"]
        return document._finance_portal_make_mail_content(
            (button["url"], button["title"]) if button else (),
            is_secure=recipients_group.get("finance_portal_note"),
            # What somebody types below a document, or mails in, is a message like any other.
            is_chat=kind in UNADDRESSED or (kind == "comment" and not xmlid),
            is_outside=recipients_group.get("notification_group_name") == OUTSIDE,
            preview=message.preview,
            said=message.body,
        )

    def _finance_portal_is_mailed_as_document(self):
        """Return whether emails about this record are about a document, not about a cart."""
        return self._finance_portal_is_kind() and not self._finance_portal_is_cart()

    def _finance_portal_make_mail_content(
        self, button, *, is_secure=False, is_chat=False, is_outside=False, preview="", said=""
    ):
        """Return the content of our layout, in the context's language.

        :param tuple button: address and words; empty for who may not open the document, who
            is told no amount either
        :param bool is_secure: whether the address becomes a secure link
        :param bool is_chat: whether it is one of several messages about the document
        :param bool is_outside: whether it goes to an extra recipient, who may look but not pay
        :param str preview: what the message begins with
        :param str said: the message; what it says of how to pay isn't repeated
        """
        self.ensure_one()
        # sudo: it is the customer who reads it, whoever sends it
        document = self.sudo().with_company(self._finance_portal_get_company())
        shown = document._finance_portal_is_shareable()
        tells = shown and button and not is_chat
        hero = (tells and document._finance_portal_get_mail_hero()) or {}
        facts = tuple(hero.get("notes", ()))
        opening = " · ".join([hero["amount"], *facts[:1]]) if hero else preview
        return MailContent(
            title=document._finance_portal_get_title() if shown else document.display_name,
            label=hero.get("label", ""),
            amount=hero.get("amount", ""),
            facts=facts,
            button=button,
            notes=(self._finance_portal_get_link_note(),) if button and is_secure else (),
            pay=document._finance_portal_join_pay_lines(hero, said, is_outside) if hero else "",
            preheader=opening or "",
            vat=document._finance_portal_get_sender_vat(),
            base_url=document.get_base_url(),
        )

    def _finance_portal_join_pay_lines(self, hero, said="", is_outside=False):
        """Return all that an email says of how to pay beside its message, in one line."""
        own = "" if names_account(said, hero.get("account")) else hero.get("pay")
        online = "" if is_outside else self._finance_portal_get_online_pay_line()
        return " ".join(filter(None, (own, online)))

    def _finance_portal_get_online_pay_line(self):
        """Return how to pay on the document's page, empty where that isn't offered."""
        return ""

    def _finance_portal_draw_mail(self, body):
        """Return a whole email for a bare address, which Odoo can't notify."""
        address = self._finance_portal_get_placeholder_url("chosen")
        words = self._finance_portal_get_view_words()
        content = self._finance_portal_make_mail_content(
            (address, words), is_secure=True, is_outside=True
        )
        company = self._finance_portal_get_company()
        return self.env["finance.portal.mail.layout"]._render(content, body, company)

    def _finance_portal_get_link_note(self):
        return self.env._(
            "This link is personal and works for 24 hours. After that, the same button lets you"
            " request a new one."
        )

    def _finance_portal_get_sender_vat(self):
        """Return the company's tax ID in the customer's country, if it is registered there."""
        has_position = "fiscal_position_id" in self._fields
        return (has_position and self.fiscal_position_id.foreign_vat) or ""
