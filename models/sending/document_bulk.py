from collections import defaultdict

from odoo import models

# Odoo's dialog for emails, and where its context says what it writes about.
COMPOSER, RES_IDS = "mail.compose.message", "default_res_ids"


class FinancePortalDocument(models.AbstractModel):
    """Send to Customer for several documents at once, by a job."""

    _inherit = "finance.portal.document"

    # === WHAT A DOCUMENT MUST TELL === #

    def _finance_portal_get_send_action(self):
        """Return Odoo's own action that opens its Send dialog for this one document."""
        raise NotImplementedError

    def _finance_portal_get_send_recipients(self):
        """Return the contacts whom Odoo's own Send would address."""
        return self._finance_portal_get_default_recipient()

    def _finance_portal_goes_by_email(self):
        """Return whether sending it means an email, not only another way such as Peppol."""
        return True

    def _finance_portal_get_mail_template(self):
        """Return the email template that sending this document begins with, possibly empty."""
        return self.env["mail.template"]

    def _finance_portal_get_text_obstacles(self):
        """Return ``{document: sentence}`` of those whose email template has an error.

        One document of each kind and language is tried; where that fails, all of them are.
        """
        found, groups = {}, defaultdict(list)
        mailed = self.filtered(lambda document: document._finance_portal_goes_by_email())
        for document in mailed:
            groups[document._finance_portal_get_kind_name()].append(document.id)
        for ids in groups.values():
            template = self.browse(ids[0])._finance_portal_get_mail_template()
            # sudo: only in which language each customer is written to
            for _text, res_ids in template and template.sudo()._classify_per_lang(ids).values():
                found |= self.browse(res_ids)._finance_portal_try_template(template)
        return found

    def _finance_portal_try_template(self, template):
        """Return ``{document: sentence}`` of those that an email template has an error for."""
        tried = self if template._finance_portal_get_problem(self[:1]) else self.browse()
        problems = {one: template._finance_portal_get_problem(one) for one in tried}
        return {document: problem for document, problem in problems.items() if problem}

    def _finance_portal_filter_sent_before(self):
        """Return the documents that their customer already got."""
        links = self.env["finance.portal.link"]._read_group(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)], ["res_id"]
        )
        linked = {res_id for (res_id,) in links}
        return self.filtered(lambda document: document.id in linked)

    # === SENDING === #

    def action_finance_portal_send_many(self):
        """Open the dialog behind Send to Customer in a list."""
        if len(self) == 1:
            return self._finance_portal_get_send_action()
        return {
            "name": self.env._("Send to Customer"),
            "type": "ir.actions.act_window",
            "res_model": "finance.portal.send",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"active_model": self._name, "active_ids": self.ids},
        }

    def _finance_portal_describe_recipients(self):
        """Return where it goes, as text: the addresses, or another sending method."""
        return ", ".join(filter(None, self._finance_portal_get_send_recipients().mapped("email")))

    def _finance_portal_send(self):
        """Send these documents, of one company, exactly as Odoo's own Send would.

        :return: ``{id: ("failed" or "skipped", reason)}`` of those that did not go out
        :raise Exception: when none may count as sent; each is then tried alone
        """
        for dialog, context in self._finance_portal_get_dialogs():
            self.env[dialog].with_context(**context).create({}).action_send_mail()
        return {}

    def _finance_portal_get_dialogs(self):
        """Return the dialogs that send these documents: each as the name of its model and context.

        In a batch, documents share Odoo's dialog for emails where each would open it with the same
        settings.
        """
        own, shared = [], []
        is_batch = self.env.context.get("finance_portal_batch")
        for document in self:
            action = document._finance_portal_get_send_action()
            context = {**action["context"]}
            numbers = context.pop(RES_IDS, None)
            is_mailed = action["res_model"] == COMPOSER and context.get("default_template_id")
            if not (is_batch and is_mailed) or numbers != document.ids:
                own.append((action["res_model"], action["context"]))
            elif alike := next((ids for known, ids in shared if known == context), None):
                alike += document.ids
            else:
                shared.append((context, document.ids))
        return own + [(COMPOSER, {**context, RES_IDS: ids}) for context, ids in shared]

    def _finance_portal_prepare_posts(self):
        """Do for all these documents what would be done for each as its email is posted."""

    def _message_compute_real_author(self, author_id):
        """Keep the message's author as it is while a batch is sent.

        So nobody gets a copy of each of 500 emails, or follows 500 documents, who would not
        when Odoo's own job sends them.
        """
        if self.env.context.get("finance_portal_batch"):
            return self.env["res.partner"].browse(author_id)
        return super()._message_compute_real_author(author_id)

    def _finance_portal_get_batch_name(self):
        """Return what a batch of these documents is called."""
        kinds = dict.fromkeys(document._finance_portal_get_kind_name() for document in self)
        kinds = ", ".join(filter(None, kinds))
        if len(self) == 1:
            return self.env._("1 document (%s)", kinds)
        return self.env._("%(count)s documents (%(kinds)s)", count=len(self), kinds=kinds)

    def _finance_portal_get_send_notes(self):
        """Return Odoo's own notes before these documents are sent.

        :return: a dict with ``alerts`` and ``summary``, for the widgets of Odoo's dialog
        """
        return {"alerts": False, "summary": False}

    def _finance_portal_check_before_send(self):
        """Let Odoo check these documents as it does before its own batch.

        :return: an action that has to be dealt with first, or ``None``
        :raise UserError: when they must not be sent
        """
        return None
