from odoo import models
from odoo.exceptions import UserError

# What a document's own dialog fills in from its template, by the dialog's names.
FILLED_IN = (
    "attachment_ids",
    "attachments",
    "body",
    "email_cc",
    "email_from",
    "email_to",
    "lang",
    "partner_ids",
    "reply_to",
    "scheduled_date",
    "subject",
)


class MailComposeMessage(models.TransientModel):
    """One dialog for several documents of a batch, each mailed as by a dialog of its own.

    Opening Odoo's dialog takes longer than all else of sending. Odoo's own way for several fills
    in less: it has one author for all, and leaves out recipients that it only suggests.
    """

    _inherit = "mail.compose.message"

    def _finance_portal_mails_several(self):
        """Return whether this is the one dialog of several documents of a batch."""
        return bool(
            self.env.context.get("finance_portal_batch")
            and self.composition_mode == "comment"
            and self.composition_batch
            and self.template_id
            and self.env["finance.portal.document"]._finance_portal_includes(
                self.env.get(self.model or "")
            )
        )

    def _finance_portal_mail_several(self, res_ids):
        """Post the emails one after the other; what they need is read for all at once."""
        posts = self._manage_mail_values(self._prepare_mail_values(res_ids))
        messages, documents = self.env["mail.message"], self.env[self.model].browse(posts)
        documents._finance_portal_prepare_posts()
        for document in documents:
            self._finance_portal_check_recipients(document, posts[document.id]["partner_ids"])
            messages += document.message_post(**posts[document.id])
        return messages

    def _finance_portal_check_recipients(self, document, partner_ids):
        """Refuse to mail a link to somebody who has no address, as a dialog of its own does.

        :raise UserError: naming the remedy
        """
        partners = self.env["res.partner"].browse(partner_ids)
        if not (missing := partners.filtered(lambda partner: not partner.email)):
            return
        if self._finance_portal_brings_link(document):
            names = ", ".join(missing.mapped("display_name"))
            raise UserError(document._finance_portal_get_unreachable_note(names))

    def _prepare_mail_values_dynamic(self, res_ids):
        """Fill in what a dialog of its own would for each document."""
        if not self._finance_portal_mails_several():
            return super()._prepare_mail_values_dynamic(res_ids)
        documents = self.env[self.model].browse(res_ids)
        companies = documents._mail_get_companies(default=self.env.company)
        domains = documents._mail_get_alias_domains(default_company=self.env.company)
        filled_in = self._generate_template_for_composer(
            res_ids,
            FILLED_IN,
            allow_suggested=self.message_type == "comment" and not self.subtype_is_log,
        )
        senders = {
            res_id: values.get("email_from") or self.env.user.email_formatted
            for res_id, values in filled_in.items()
        }
        found = {sender: self._finance_portal_find_author(sender) for sender in {*senders.values()}}
        authors = {res_id: found[sender] for res_id, sender in senders.items()}
        files = self._finance_portal_make_files(filled_in)
        replies = documents._notify_get_reply_to_batch(defaults=senders, author_ids=authors)
        return {
            document.id: {
                **self._finance_portal_get_post(document, filled_in[document.id]),
                "attachment_ids": files[document.id],
                "author_id": authors[document.id],
                "email_from": senders[document.id],
                "record_alias_domain_id": domains[document.id].id,
                "record_company_id": companies[document.id].id,
                "reply_to": filled_in[document.id].get("reply_to") or replies[document.id],
            }
            for document in documents
        }

    def _finance_portal_find_author(self, sender):
        """Return the id of the author of an email with this sender: by default, of who sends it."""
        Thread = self.env["mail.thread"].with_context(active_test=False)
        author, _address = Thread._message_compute_author(None, sender)
        return author or self.env.user.partner_id.id

    def _finance_portal_get_post(self, document, filled_in):
        """Return what is posted on a document, of what its template was rendered to."""
        return {
            "body": filled_in.get("body", ""),
            "force_email_lang": filled_in.get("lang", False),
            "partner_ids": filled_in.get("partner_ids", []),
            "reply_to_force_new": bool(filled_in.get("reply_to")),
            "scheduled_date": filled_in.get("scheduled_date", False),
            "subject": filled_in.get("subject") or document._message_compute_subject(),
        }

    def _finance_portal_make_files(self, filled_in):
        """Return ``{document id: ids of files to attach}``, in the order that a dialog leaves.

        :param dict filled_in: what the template was rendered to, by document id
        """
        made = [
            (res_id, {"name": name, "datas": content, "type": "binary"})
            for res_id, values in filled_in.items()
            for name, content in values.get("attachments", ())
        ]
        # As of a dialog that is not sent yet: each moves to its document as that is posted.
        place = {"res_model": self._name, "res_id": 0}
        Files = self.env["ir.attachment"]
        created = Files.create([{**values, **place} for _res_id, values in made])
        files = {res_id: [] for res_id in filled_in}
        for (res_id, _values), file in zip(made, created, strict=True):
            files[res_id].insert(0, file.id)
        for res_id, values in filled_in.items():
            given = Files.browse(values.get("attachment_ids", []))
            # Of the template's own files, each email has a copy.
            copies = [
                file.copy(place) if file in self.template_id.attachment_ids else file
                for file in given
            ]
            files[res_id] += [file.id for file in reversed(copies)]
        return files
