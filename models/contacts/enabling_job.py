import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.people_file import Person

_logger = logging.getLogger(__name__)


class FinancePortalEnablingLine(models.Model):
    """The job that enables, or reminds, who waits; each contact is one transaction.

    Each link gets its 60 minutes only as its email leaves.
    """

    _inherit = "finance.portal.enabling.line"

    @api.model
    def _cron_enable(self):
        """Enable or remind who waits, oldest first, until the scheduler's time is over."""
        self._work_off()

    def _process(self):
        """Enable or remind the contact."""
        starter = self._as_starter(finance_portal_by_queue=True)
        is_reminder = self.enabling_id.kind == "remind"
        obstacle = starter._do_remind() if is_reminder else starter._do_enable()
        if obstacle:
            self._settle("skipped", obstacle)
            return
        self.env["mail.mail"]._finance_portal_wake_queue()
        self._settle("done")

    @api.model
    def _prepare_settled(self, state, reason):
        moment = state == "done" and fields.Datetime.now()
        return {**super()._prepare_settled(state, reason), "done_at": moment}

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
                name=contact._finance_portal_get_name(),
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

    def _log_failure(self, error):
        _logger.error("Could not enable %s", self, exc_info=error)

    # === IN WORDS === #

    @api.model
    def _describe_waiting(self):
        return self.env._("Another run is already doing this. You don't need to do anything.")

    @api.model
    def _describe_archived(self, name):
        return self.env._("%s is archived. Choose Retry Failed to do it in your own name.", name)

    @api.model
    def _describe_exhausted(self, attempts):
        return self.env._("Failed after %s attempts. Open the contact to do it there.", attempts)

    @api.model
    def _describe_crash(self):
        return self.env._(
            "Something went wrong. Try it again. If that fails too, an administrator can find"
            " the cause in the server's log."
        )
