import logging
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, retrying

from ...tools.masking import mask_links
from ...tools.people_file import Person
from ...tools.zones import get_zone

_logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3


class FinancePortalEnablingLine(models.Model):
    """The job that enables, or reminds, who waits.

    Each contact is one transaction: the account, its queued email and the state of the line. A
    crash leaves either all of it or nothing. Odoo's mail queue hands the emails over, in its own
    portions, and each link gets its 60 minutes only as its email leaves.
    """

    _inherit = "finance.portal.enabling.line"

    @api.model
    def _cron_enable(self):
        """Work off what waits, oldest first, until the scheduler's time is over."""
        Cron = self.env["ir.cron"]
        Cron._commit_progress(remaining=self.search_count([("state", "=", "waiting")]))
        while line := retrying(self._take, self.env):
            line._work_or_fail()
            if not Cron._commit_progress(1):
                return  # the scheduler comes back for the rest

    @api.model
    def _take(self):
        """Return the line to do next, having noted that an attempt begins.

        When a contact is what stops the server, it stops nothing but itself, and not forever.
        """
        line = self.search([("state", "=", "waiting")], limit=1).try_lock_for_update()
        if line:
            line.attempts += 1
        return line

    def _work_or_fail(self):
        """Do what the line is for; when that fails, say why."""
        try:
            retrying(self._work, self.env)
            return
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            # Somebody works on this contact right now; it goes on waiting, for a while.
            self.env.cr.rollback()
            return
        except Exception as error:
            self.env.cr.rollback()
            problem = error
        if not isinstance(problem, UserError):
            _logger.error("Could not enable %s", self, exc_info=problem)
        retrying(partial(self._fail, problem), self.env)

    def _work(self):
        """Do what the line is for, in this transaction."""
        # Whoever cancelled meanwhile has been faster.
        line = self.try_lock_for_update().filtered(lambda line: line.state == "waiting")
        if not line:
            return
        if line.attempts > MAX_ATTEMPTS:
            line._finish("failed", line._get_exhausted())
            return
        if problem := line._get_starter_problem():
            line._finish("failed", problem)
            return
        own = line._as_starter()
        obstacle = getattr(own, f"_do_{line.enabling_id.kind}")()
        if obstacle:
            line._finish("skipped", obstacle)
            return
        # sudo: the queue is an admin's; it is the one that hands emails to the server
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        line._finish("done")

    def _get_contact(self):
        """Return the contact to enable, or why there is none; one that is new is created.

        It has to be of the customer that the manager saw: the account shows that one's documents.
        """
        changed = self.partner_id._finance_portal_describe_changed(self.name)
        if self.partner_id:
            is_same = self.partner_id.commercial_partner_id == self.customer_id
            return self.partner_id, None if is_same else changed
        if not self.is_new:
            return self.partner_id, self.env._("The contact was deleted.")
        Run = self.env["finance.portal.enabling"]
        name = self.name if self.name != self.email else ""
        person = Person(0, name, self.email, self.company_name or "")
        [verdict] = Run._review([person], create=True).values()
        if verdict.obstacle:
            return verdict.contact, verdict.obstacle
        if verdict.contact or not self._is_expected(verdict.customer):
            return verdict.contact, changed
        return Run._create_contact(person, verdict.customer), None

    def _is_expected(self, customer):
        """Return whether a new contact may be made below a customer, if any.

        It is the one that was there when the manager looked, or was made for another row since.
        """
        if customer == self.customer_id:
            return True
        made = [
            ("customer_id", "=", customer.id),
            ("company_name", "=", self.company_name),
            ("is_new", "=", True),
            ("state", "=", "done"),
        ]
        # sudo: a colleague may have brought that row; only whether there is one
        return not self.customer_id and bool(self.sudo().search_count(made, limit=1))

    def _do_enable(self):
        """Enable the contact as the button on its form does; return why it can't be, if so."""
        contact, obstacle = self._get_contact()
        if obstacle:
            return obstacle
        contact.check_access("read")
        if obstacle := contact._finance_portal_get_enable_obstacles().get(contact):
            if self.is_new:
                raise UserError(obstacle)  # the contact goes again
            return obstacle
        if self.email not in self.env["finance.portal.account"]._list_mailboxes(contact):
            return self.env._(
                "The email address of %(name)s is no longer %(address)s. Check it again, and"
                " confirm the right one.",
                name=contact.name or contact.display_name,
                address=self.email,
            )
        dialog = self.env["finance.portal.enable"].create(
            {
                "partner_id": contact.id,
                "email": self.email,
                # sudo: a run that colleagues started may be tried again by others
                "own_documents": self.sudo().enabling_id.own_documents,
            }
        )
        dialog.action_enable()
        if contact != self.partner_id:
            # sudo: only the system writes lines. No longer waiting, for it may wait elsewhere.
            customer = contact.commercial_partner_id
            values = {"partner_id": contact.id, "customer_id": customer.id, "state": "done"}
            self.sudo().write(values)
        return None

    def _do_remind(self):
        """Mail the contact a new setup link as the button on its form does, see above."""
        if not self.partner_id:
            return self.env._("The contact was deleted.")
        account = self.partner_id._finance_portal_get_account()
        if obstacle := account._get_reminder_obstacle():
            return obstacle
        self.partner_id.action_finance_portal_resend_setup()
        return None

    def _as_starter(self):
        """Return this line in the environment of whoever started it, or tried it again."""
        user = self.user_id
        # Not the job's own context: what is mailed must not depend on who mails it.
        return self.with_user(user).with_context(
            lang=self.env["finance.portal.page"]._get_installed_lang(user.lang),
            tz=str(get_zone(user.tz, self.company_id.partner_id.tz)),
            allowed_company_ids=self.company_id.ids,
            mail_notify_force_send=False,
            finance_portal_by_queue=True,
        )

    def _get_starter_problem(self):
        """Return that whoever started it may do nothing any more, or ``None``."""
        user = self.user_id
        if user.active or user._is_superuser():
            return None
        return self._as_starter().env._(
            "%s is archived. Choose Retry Failed to do it in your own name.", user.name
        )

    def _fail(self, problem):
        """Write why it failed."""
        self._finish("failed", self._explain(problem))

    def _finish(self, state, reason=False):
        """Write what became of this line."""
        self.write(
            {
                "state": state,
                "reason": mask_links(reason) if reason else False,
                "done_at": state == "done" and fields.Datetime.now(),
            }
        )
        self.flush_recordset()
        self.enabling_id._notify_when_done()

    def _get_exhausted(self):
        env = self._as_starter().env
        return env._(
            "Failed after %s attempts. Open the contact to do it there.", MAX_ATTEMPTS
        )

    def _explain(self, error):
        """Return a sentence in the starter's language for why it failed."""
        lang = self.env["finance.portal.page"]._get_installed_lang(self.user_id.lang)
        env = self.with_context(lang=lang).env
        if isinstance(error, UserError) and error.args:
            return str(error)
        return env._(
            "Something went wrong. Try it again. If that fails too, an administrator can find"
            " the cause in the server's log."
        )
