import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ...undoable import undoable

_logger = logging.getLogger(__name__)


class FinancePortalIssuedStatement(models.Model):
    """Statements that are sent by themselves, and who gets none."""

    _inherit = "finance.portal.issued.statement"

    # Company, customer and day as one text, so that merging two customers has nothing to collide.
    schedule_key = fields.Char(
        "Scheduled Sending", readonly=True, copy=False, groups=fields.NO_ACCESS
    )

    _scheduled_once = models.UniqueIndex("(schedule_key) WHERE schedule_key IS NOT NULL")

    @api.model
    def _start_scheduled(self, contacts, today):
        """Queue the statements of a day in the bulk engine, and list who gets none and why.

        :param dict contacts: ``{customer: who gets it}``
        """
        company = self.env.company
        whens = {customer: customer._finance_portal_get_statement_when() for customer in contacts}
        reasons = self._get_skip_reasons(contacts, company, whens)
        ready = {one: contact for one, contact in contacts.items() if one not in reasons}
        statements, failed = self._create_scheduled(ready, today)
        batch = self._make_scheduled_batch(statements, today)
        batch._list_skipped({**reasons, **failed})
        return statements

    @api.model
    def _create_scheduled(self, contacts, today):
        """Create the statements of a day; one that can't be is no reason to keep others theirs.

        :param dict contacts: ``{customer: who gets it}``
        :return: ``(statements, {customer: why it gets none})``
        """
        try:
            with undoable(self.env.cr):
                return self._create_together(contacts, today), {}
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            if len(contacts) == 1:
                return self.browse(), dict.fromkeys(contacts, self._explain_failure(error))
        statements, reasons = self.browse(), {}
        for customer, contact in contacts.items():
            created, failed = self._create_scheduled({customer: contact}, today)
            statements += created
            reasons |= failed
        return statements, reasons

    @api.model
    def _create_together(self, contacts, today):
        """Return the new statements of a day, as :meth:`_create_scheduled` takes them."""
        company = self.env.company
        # Nobody is told of each statement that was made in their name.
        statements = self.with_context(mail_auto_subscribe_no_notify=True).create(
            [
                {
                    "partner_id": contact.id,
                    "company_id": company.id,
                    "user_id": customer._finance_portal_get_statement_user(company).id,
                }
                for customer, contact in contacts.items()
            ]
        )
        for statement, customer in zip(statements, contacts, strict=True):
            # sudo: the key is the system's
            statement.sudo().schedule_key = f"{company.id}/{customer.id}/{today}"
        statements.flush_recordset()
        return statements.with_env(self.env)

    @api.model
    def _explain_failure(self, error):
        """Return a sentence on why a statement can't be made; what nobody foresaw is logged."""
        if isinstance(error, UserError) and error.args:
            return str(error)
        _logger.error("Could not make a scheduled statement", exc_info=error)
        return self.env["finance.portal.batch.line"]._describe_crash()

    @api.model
    def _make_scheduled_batch(self, statements, today):
        """Return the batch of a day, also when nobody gets a statement: it lists why."""
        Batch, company = self.env["finance.portal.batch"], self.env.company
        day = self.env["finance.portal.page"]._format_day(today)
        name = self.env._("Scheduled statements, %(date)s", date=day)
        if not statements:
            return Batch._store(company, [], name=name)
        batch = Batch._create_for(statements)
        # sudo: batches are written by the system only
        batch.sudo().name = name
        return batch

    # === WHO GETS ONE === #

    @api.model
    def _get_skip_reasons(self, contacts, company, whens, minimum=0):
        """Return ``{customer: why it gets no statement}``.

        :param dict contacts: ``{customer: who gets it}``
        :param dict whens: ``{customer: "open", "overdue" or "all"}``, what has to be the case
        :param float minimum: what is owed at least, in the company's currency
        """
        several = self.env["res.partner"].browse(customer.id for customer in contacts)
        balances = self.env["finance.portal.statement"]._get_balances(several, company)
        reasons = {
            one: self._get_balance_reason(balances.get(one.id), whens[one], company, minimum)
            for one in contacts
        }
        obstacles = self._get_contact_obstacles(
            [contact for customer, contact in contacts.items() if not reasons[customer]]
        )
        reasons = {one: reasons[one] or obstacles.get(contacts[one]) for one in contacts}
        return {customer: reason for customer, reason in reasons.items() if reason}

    @api.model
    def _get_contact_obstacles(self, contacts):
        """Return ``{contact: why it can't be mailed a statement}``, as documents do, for many."""
        # Statements that nobody started yet, so that the answers are those of a real one.
        statements = {contact: self.new({"partner_id": contact.id}) for contact in contacts}
        recipients = {
            contact: statement._finance_portal_get_default_recipient()
            for contact, statement in statements.items()
        }
        several = self.env["res.partner"].union(*recipients.values())
        in_doubt = self.env["finance.portal.account"]._find_in_doubt(several)
        # Those few are looked at one by one: who sends it matters there.
        return {
            contact: statements[contact]._finance_portal_get_address_obstacle()
            if recipient in in_doubt
            else self._finance_portal_get_contact_obstacle(recipient)
            for contact, recipient in recipients.items()
        }

    @api.model
    def _get_balance_reason(self, balance, when, company, minimum):
        """Return why what a customer owes is no reason for a statement, or an empty text."""
        if when == "all" and not minimum:
            return ""
        if balance is None:
            return self.env._("Nothing outstanding.")
        if balance.open <= 0:
            return self.env._("The balance is in the customer's favor.")
        owed = balance.overdue if when == "overdue" else balance.open
        if owed <= 0:
            return self.env._("Nothing is overdue.")
        currency = company.currency_id
        if currency.compare_amounts(float(owed), minimum) < 0:
            money = self.env["finance.portal.statement"]._money
            return self.env._(
                "%(amount)s is below the minimum you chose.", amount=money(owed, currency)
            )
        return ""
