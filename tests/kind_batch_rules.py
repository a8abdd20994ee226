"""What a document of any kind leaves when it is sent with others. Part of ``kind_rules.py``."""

import re

from markupsafe import escape

from ..tools.secure_token import PLACEHOLDER

MESSAGE = (
    "message_type", "subtype_id", "author_id", "email_from", "reply_to", "reply_to_force_new",
    "subject", "body", "partner_ids", "notified_partner_ids", "email_layout_xmlid",
    "email_add_signature", "mail_server_id", "record_company_id", "record_alias_domain_id",
)  # fmt: skip
MAIL = ("recipient_ids", "email_to", "body_html", "auto_delete", "headers", "scheduled_date")
# The numbers of documents and records, and the seals that are made of them.
NUMBERS = re.compile(rf"{PLACEHOLDER}-\w+|\d+")


def send_lines(documents, together):
    """Send documents by the job for many, in one go or each for itself."""
    batch = documents.env["finance.portal.batch"]._create_for(documents)
    lines = batch.sudo().line_ids
    for group in [lines] if together else lines:
        group._work()
    return lines


def describe(document, earlier):
    """Return what sending left of a document, without the numbers that tell it from another.

    :param earlier: the messages that it had before
    """
    messages = (document.message_ids - earlier).sorted("id")
    # sudo: the queue is an admin's
    mails = document.env["mail.mail"].sudo().search([("mail_message_id", "in", messages.ids)])
    title = escape(document._finance_portal_get_title())
    return {
        "state": "state" in document._fields and document.state,
        "shareable": document._finance_portal_is_shareable(),
        "followers": document.message_partner_ids,
        "messages": [{name: plain(one[name]) for name in MESSAGE} for one in messages],
        "files": [
            (plain(file.name), file.mimetype, file.res_model, file.res_id == document.id)
            for file in messages.attachment_ids
        ],
        "mails": [{name: plain(one[name]) for name in MAIL} for one in mails.sorted("id")],
        "tells": [title in mail.body_html for mail in mails],
    }


def plain(value):
    """Return a text without numbers, or any other value as it is."""
    return NUMBERS.sub("#", value) if isinstance(value, str) else value


class BatchRules:
    """A document that is sent with others is sent as one that is sent alone."""

    allow_inherited_tests_method = True  # Odoo runs a class's own tests only, unless told

    def test_sent_together_is_sent_as_alone(self):
        contacts = (self.ada, self.ben, self.eve)
        together, alone = (
            self.document.browse().union(*map(self.make_document, contacts)) for _turn in range(2)
        )
        before = self.env["mail.compose.message"].search_count([])
        left = {}
        for documents in (together, alone):
            earlier = {one: one.message_ids for one in documents}
            lines = send_lines(documents, documents == together)
            self.assertEqual(lines.mapped("state"), ["sent"] * 3, lines.mapped("reason"))
            left[documents] = [describe(one, earlier[one]) for one in documents]
            if documents == together:
                dialogs = self.env["mail.compose.message"].search_count([]) - before
                self.assertLessEqual(dialogs, 1, "Odoo's dialog for emails opens once")
        for found, expected in zip(left[together], left[alone], strict=True):
            self.assertTrue(any(found["tells"]), found["mails"])
            self.assertEqual(found, expected)
