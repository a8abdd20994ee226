from collections import defaultdict

from odoo import api, models


class FinancePortalReminder(models.Model):
    """Say in a sentence why a customer gets no reminder."""

    _inherit = "finance.portal.reminder"

    @api.model
    def _explain_plans(self, company, model, plans):
        """Return these plans with the reason why nothing of it is sent, where there is one."""
        partners = self.env["res.partner"].union(*(plan.partner for plan in plans))
        customers = self.env["res.partner"].union(*(plan.customer for plan in plans))
        bounced = self._get_bounced(partners)
        in_doubt = self.env["finance.portal.account"]._find_in_doubt(partners)
        unchecked = self.env["finance.portal.link"]._find_unchecked(partners)
        unmatched = model._finance_reminder_get_unmatched(company, customers)
        return [
            plan._replace(
                reason=(not plan.is_over and self._get_contact_obstacle(plan, bounced, in_doubt))
                or self._get_unchecked_obstacle(plan, unchecked)
                or self._get_documents_obstacle(plan)
                or self._get_credit_obstacle(plan, unmatched)
            )
            for plan in plans
        ]

    @api.model
    def _get_contact_obstacle(self, plan, bounced, in_doubt):
        """Return why this contact gets no reminder at all, or an empty text."""
        partner = plan.partner
        if pause := self._describe_pause(plan.customer, plan.day):
            return pause
        if obstacle := plan.model._finance_portal_get_contact_obstacle(partner):
            return obstacle
        if partner in in_doubt:
            return self.env["finance.portal.account"]._describe_in_doubt(partner)
        if partner in bounced:
            return self.env._(
                "The last email to %(address)s bounced. Correct the address on the contact.",
                address=bounced[partner],
            )
        return ""

    @api.model
    def _get_unchecked_obstacle(self, plan, unchecked):
        """Return that nobody looked at the address yet, which a customer added; or an empty text.

        Once a colleague has sent a document there, reminders follow by themselves.
        """
        if plan.is_over or plan.partner not in unchecked:
            return ""
        return self.env._(
            "A customer added %s, and no colleague has sent anything there yet. Check the address,"
            " and send the document yourself first.",
            plan.partner.display_name,
        )

    @api.model
    def _get_documents_obstacle(self, plan):
        """Return why each of the documents is held back, or an empty text if one isn't."""
        if plan.ready:
            return ""
        reasons = dict.fromkeys(entry.reason for entry in plan.entries)
        if len(reasons) == 1:
            return next(iter(reasons))
        return " ".join(f"{entry.document.display_name}: {entry.reason}" for entry in plan.entries)

    @api.model
    def _get_credit_obstacle(self, plan, unmatched):
        """Return that the customer has paid what nobody matched yet, or an empty text."""
        credit = unmatched.get((plan.customer.id, plan.currency.id), 0)
        owed = sum(entry.amount for entry in plan.ready)
        if not credit or plan.currency.compare_amounts(credit, owed) < 0:
            return ""
        money = plan.ready[0].document._finance_portal_money(credit)
        return self.env._(
            "Payments or credits of %(amount)s aren't matched yet and cover this. Match them with"
            " the invoices.",
            amount=money,
        )

    @api.model
    def _describe_pause(self, record, day):
        """Return that staff paused reminders of a document or a customer, or an empty text."""
        until = record.finance_no_reminders_until
        if not record.finance_no_reminders or (until and until < day):
            return ""
        date = self.env["finance.portal.page"]._format_day(until)
        if record._name == "res.partner":
            text = self.env._("Customer paused until %(date)s", date=date)
            text = text if until else self.env._("Customer paused")
        else:
            text = self.env._("Paused until %(date)s", date=date)
            text = text if until else self.env._("Paused")
        return ": ".join(filter(None, [text, record.finance_no_reminders_note]))

    @api.model
    def _get_bounced(self, partners):
        """Return ``{contact: address}`` of those whose last link came back.

        An address that was corrected since is another one, and is tried.
        """
        # sudo: whoever plans may know whether an email arrived
        Link = self.env["finance.portal.link"].sudo()
        newest = Link._read_group(
            [("partner_id", "in", partners.ids)], ["partner_id", "email"], ["id:max"]
        )
        on_file = {one: set(one._finance_portal_get_addresses()) for one in partners}
        ids = [link for partner, email, link in newest if email in on_file.get(partner, ())]
        bounced = Link.browse(ids).filtered(lambda link: link.delivery_state == "bounced")
        back = defaultdict(set)
        for link in bounced:
            back[link.partner_id].add(link.email)
        return {
            partner: ", ".join(sorted(back[partner]))
            for partner in partners
            if partner in back and on_file[partner] <= back[partner]
        }
