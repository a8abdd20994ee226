import logging

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ...work_off import work_off

_logger = logging.getLogger(__name__)

ANSWER_BATCH = 500


class FinancePortalMailRequest(models.AbstractModel):
    """What a visitor asked for, waiting to be answered by email.

    The page only stores the request, whether the link or address exists or not; a job decides
    and mails. So neither the answer nor its timing tells a visitor what exists.
    """

    _name = "finance.portal.mail.request"
    _description = "Finance Portal Request"
    _inherit = "finance.portal.system.record.mixin"
    _order = "id"

    ip = fields.Char("IP Address")
    agent = fields.Char("Browser")

    # === WHAT A MODEL MUST TELL === #

    @api.model
    def _get_cron(self):
        """Return the external id of the job that answers."""
        raise NotImplementedError

    def _answer(self):
        """Do what was asked for, if the rules allow it."""
        raise NotImplementedError

    # === BUSINESS METHODS === #

    @api.model
    def _write_down(self, vals):
        """Store a request and wake the job."""
        visitor = self.env["finance.portal.event"]._visitor()
        # sudo: visitors have no rights; all they can do is ask
        self.sudo().create({**vals, "ip": visitor.get("ip"), "agent": visitor.get("agent")})
        # sudo: they may not even wake the job that answers
        self.env.ref(self._get_cron()).sudo()._trigger()

    @api.model
    def _cron_answer(self):
        """Answer the waiting requests, each in a transaction of its own."""
        waiting = self.search([], limit=ANSWER_BATCH)
        self.env["ir.cron"]._commit_progress(remaining=self.search_count([]))
        work_off(waiting, lambda asked: asked._answer_once(), self._get_cron())

    def _answer_once(self):
        """Answer a request, unless another process is at it."""
        asked = self.try_lock_for_update().exists()
        if not asked:
            return
        try:
            with self.env.cr.savepoint():
                asked._answer()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise  # somebody saved the contact or the document: tried again
        except Exception:
            # The request is dropped rather than tried forever; the visitor can ask again.
            _logger.exception("Could not answer %s", asked)
        asked.unlink()
