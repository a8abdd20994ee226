from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext, html_sanitize

from odoo.addons.finance_portal.tools.mail_list import ListContent


class FinancePortalReminder(models.Model):
    """What the email says: the step's text or staff's own, and the documents below it."""

    _inherit = "finance.portal.reminder"

    @api.depends("step_id.template_id", "own_subject")
    def _compute_subject(self):
        for reminder in self:
            reminder.subject = reminder._try(reminder._render_subject) or ""

    @api.depends("step_id.template_id", "own_body")
    def _compute_body(self):
        for reminder in self:
            reminder.body = reminder._try(reminder._render_body) or ""

    def _inverse_subject(self):
        """Keep what staff wrote instead of the step's subject."""
        for reminder in self:
            reminder.own_subject = reminder.subject

    def _inverse_body(self):
        """Keep what staff wrote instead of the step's message."""
        for reminder in self:
            reminder.own_body = reminder.body

    def _try(self, render):
        """Return what a function renders; nothing where the template has an error.

        Nor what was sent and is forgotten by now: the template may say something else today.
        """
        if self.state == "sent" and not self.email:
            return None
        try:
            return render()
        except Exception as error:
            if not self.env["finance.portal.broken.text"]._is_broken(error):
                raise
            return None

    def _render_subject(self):
        """Return the subject, in the recipient's language.

        :raise Exception: the template has an error
        """
        return self.own_subject or self._render("subject")

    def _render_body(self):
        """Return the message, in the recipient's language.

        :raise Exception: the template has an error
        """
        return self.own_body or html_sanitize(
            self._render("body_html", options={"post_process": True})
        )

    def _render(self, field, **options):
        """Return a field of the step's template, rendered."""
        self.ensure_one()
        # sudo: whoever sends the reminder uses the template, whatever it reads
        template, [own] = self.sudo().step_id.template_id, self._origin.ids
        # Checked as the step gets it, and maybe made for other records since.
        if template.model != self._name:
            raise UserError(self.env._("Choose an email template that is made for reminders."))
        return template._render_field(field, [own], set_lang=self._get_lang(), **options)[own]

    def _get_text_problem(self):
        """Return that the message can't be rendered, or an empty text."""
        try:
            self._render_subject()
            self._render_body()
        except Exception as error:
            if not self.env["finance.portal.broken.text"]._is_broken(error):
                raise
            return self._describe_error(error)
        return ""

    def _get_lang(self):
        """Return the language of the email."""
        return self.env["finance.portal.page"]._choose_lang(
            self.partner_id.lang, self.customer_id.lang, self.company_id.partner_id.lang
        )

    def _get_subject_words(self):
        """Return what the reminder is about in few words; templates use it."""
        lines = self._get_main_lines()
        documents = self._get_documents(lines).with_context(lang=self._get_lang())
        if len(documents) == 1:
            return documents._finance_portal_get_title()
        return documents._finance_reminder_describe_several(len(documents))

    # === WHAT STANDS AROUND IT === #

    def _make_content(self, documents, total):
        """Return what the layout shows around the message, in the context's language.

        One document stands there as in any email about it, several as a list.

        :param float total: what they come to
        """
        documents = documents.sudo()  # sudo: it is the customer who reads it
        if len(documents) == 1:
            words = documents._finance_portal_get_view_words()
            button = documents._finance_portal_get_placeholder_url("contact"), words
            return documents._finance_portal_make_mail_content(button, is_secure=True)
        title = documents._finance_reminder_describe_several(len(documents))
        label = documents._finance_reminder_get_total_label()
        amount = label and documents[0]._finance_portal_money(total)
        Links = self.env["finance.portal.several.links"]
        heroes = [document._finance_portal_get_mail_hero() or {} for document in documents]
        return ListContent(
            title=title,
            label=label,
            amount=amount,
            items=tuple(
                Links._make_item(document, hero.get("amount", ""), hero.get("notes", ()))
                for document, hero in zip(documents, heroes, strict=True)
            ),
            notes=(Links._get_link_note(),),
            pay=self._join_pay_lines(documents, heroes),
            preheader=" · ".join(filter(None, [amount, title])),
            vat=documents[0]._finance_portal_get_sender_vat(),
            base_url=documents[0].get_base_url(),
        )

    @api.model
    def _join_pay_lines(self, documents, heroes):
        """Return how to pay each document, as its own email says it, without repeating it."""
        lines = [line for hero in heroes if (line := hero.get("pay"))]
        online = documents[0]._finance_portal_get_online_pay_line()
        return " ".join([*dict.fromkeys(lines), *filter(None, [online])])

    @api.model
    def _describe_error(self, error):
        """Return what is wrong with a template, in one line."""
        text = self.env["finance.portal.broken.text"]._get_first_line(error)
        return self.env._("The message can't be rendered: %(error)s", error=html2plaintext(text))
