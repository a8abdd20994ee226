from odoo import api, fields, models


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
        # Nobody is told of each statement that was made in their name.
        statements = self.with_context(mail_auto_subscribe_no_notify=True).create(
            [
                {
                    "partner_id": contact.id,
                    "company_id": company.id,
                    "user_id": customer._finance_portal_get_statement_user(company).id,
                }
                for customer, contact in ready.items()
            ]
        )
        for statement, customer in zip(statements, ready, strict=True):
            # sudo: the key is the system's
            statement.sudo().schedule_key = f"{company.id}/{customer.id}/{today}"
        batch = self._make_scheduled_batch(statements, today)
        batch._list_skipped(reasons)
        return statements

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
        reasons = {}
        for customer, contact in contacts.items():
            balance = balances.get(customer.id)
            reason = self._get_balance_reason(balance, whens[customer], company, minimum)
            if not reason:
                statement = self.new({"partner_id": contact.id})
                reason = statement._finance_portal_get_address_obstacle()
            if reason:
                reasons[customer] = reason
        return reasons

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
