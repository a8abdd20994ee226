import logging
from contextlib import contextmanager

import psycopg2

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...const import PREVIEW_CONTEXT
from ...undoable import undoable

_logger = logging.getLogger(__name__)


class Undone(Exception):
    """Ends a block whose changes shall not stay."""


class FinancePortalDocument(models.AbstractModel):
    """Show the emails that sending a document would bring, exactly as they would leave.

    They are written as when it is really sent, up to where a secure link would be issued, and
    all of it is undone: whatever an app adds to emails or changes on the way is in the preview.
    """

    _inherit = "finance.portal.document"

    def _finance_portal_preview_emails(self, send):
        """Return the emails that ``send()`` would bring about this document; nothing of it stays.

        :param send: writes the emails, with ``PREVIEW_CONTEXT``
        :return: list of dicts of ``to``, ``sender``, ``subject``, ``preheader`` and ``html``
        :raise UserError: nobody would get it, or the template has an error
        """
        self.ensure_one()
        # sudo: the queue is an admin's
        Mail = self.env["mail.mail"].sudo().with_context(**PREVIEW_CONTEXT)
        about = Domain("model", "=", self._name) & Domain("res_id", "=", self.id)
        emails = []
        with self._finance_portal_explain_errors(), self._finance_portal_undo():
            [newest] = Mail.search([], order="id DESC", limit=1).ids or [0]
            send()
            mails = Mail.search(about & Domain("id", ">", newest), order="id")
            emails += mails._finance_portal_draw_previews(self._finance_portal_get_customer())
            raise Undone
        if not emails:
            raise UserError(
                self.env._("No recipient has an email address. Choose someone who does.")
            )
        return emails

    @contextmanager
    def _finance_portal_undo(self):
        """Undo a block that ends in :class:`Undone`, including the hooks it queued."""
        try:
            with undoable(self.env.cr):
                yield
        except Undone:
            self.env.invalidate_all(flush=False)

    @contextmanager
    def _finance_portal_explain_errors(self):
        """Say in a sentence what is wrong with a template that can't be drawn."""
        try:
            yield
        except (AccessError, psycopg2.Error):  # Odoo tries again after the latter
            raise
        except Exception as error:
            # Our own sentences have no cause; Odoo's on a template has a traceback in it.
            if isinstance(error, UserError) and not error.__cause__:
                raise
            _logger.info("No preview of an email about %s", self, exc_info=True)
            raise UserError(
                self.env._(
                    "The email about %(document)s can't be shown: its template has an error"
                    " (%(error)s). Correct the email template, or choose another one.",
                    document=self.display_name,
                    error=self.env["finance.portal.broken.text"]._get_first_line(error),
                )
            ) from None

    def _finance_portal_write_emails(self):
        """Write the emails of sending this document as the dialog fills itself in."""
        action = self._finance_portal_get_send_action()
        # As in bulk, an error in the template is told, not written around.
        context = {**action["context"], **PREVIEW_CONTEXT, "finance_portal_batch": True}
        self.env[action["res_model"]].with_context(**context).create({})._action_send_mail()
