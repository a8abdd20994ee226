from odoo import api, models
from odoo.tools import formatLang
from odoo.tools.misc import get_lang


class FinancePortalPage(models.AbstractModel):
    """The page on which customers choose what to pay together, and the one to pay it on."""

    _inherit = "finance.portal.page"

    @api.model
    def _respond_pay_together(self, access, domain, items, refusal=None):
        """Return the page to pay what was chosen on, or the one to choose on.

        :param domain: of the documents that may be paid here
        :param items: the references of what was chosen; none: nothing was so far
        :param refusal: the :class:`PaymentRefused` that the visitor just met, if any
        """
        Group = access._get_payment_group()
        page, problems, parts = self.with_env(Group.env), [], []
        if items and not access.is_external:
            candidates, missing = Group._find_chosen(access, domain, items)
            problems = Group._get_problems(candidates, missing)
            able = [one for one in candidates if page._is_able(one)]
            parts = Group._split(access, able)
            if len(parts) == 1:
                return page._respond_pay_group(access, parts[0], problems, refusal)
            if parts:  # several payments: each from its own section
                found = (able, False)
                return page._respond_choice(access, Group, found, problems, refusal)
        found = ([], False) if access.is_external else Group._find_open(access, domain)
        return page._respond_choice(access, Group, found, problems, refusal)

    @api.model
    def _is_able(self, candidate):
        """Return whether a candidate can be paid now."""
        return not candidate.obstacle and not candidate.attempt

    # === CHOOSING === #

    @api.model
    def _respond_choice(self, access, Group, found, problems, refusal):
        """Return the page to choose on.

        :param found: the candidates, and whether there are more
        """
        candidates, has_more = found
        sections = self._describe_choices(access, Group._split(access, candidates))
        values = {
            "refusal": refusal,
            "problems": problems,
            "sections": [section for section in sections if section["has_debt"]],
            "attempts": self._describe_attempts(access, candidates),
            "more_note": "",
            "note": "",
        }
        if has_more:
            values["more_note"] = self.env._(
                "The %(count)s documents due first are listed. Pay them first, then the others.",
                count=len(candidates),
            )
        if access.is_external:
            values["note"] = Group._finance_portal_get_refusal_note(access)
        elif not values["sections"]:
            values["note"] = self.env._("There's nothing to pay.")
        if access._is_read_only():
            values["note"] = self.env._("Preview: only the customer can pay.")
        # sudo: of the one document that the visitor was let in to, only what it is called
        document = access._get_document().sudo()
        title = document.with_env(Group.env)._finance_portal_get_title() if document else ""
        return self._respond_payment_page(
            access, title, "finance_portal_payment.choose_page", values, refusal
        )

    @api.model
    def _describe_choices(self, access, parts):
        """Return what each payment could be for, see :meth:`_describe_choice`.

        :param list parts: see ``_split`` of ``finance.portal.payment.group``
        """
        companies = len({group.company_id for group, _part in parts}) > 1
        covered = access._get_covered() if parts else ()
        return [
            self._describe_choice(
                access,
                group,
                part,
                several=len(parts) > 1,
                companies=companies,
                is_covered=(group.company_id, group.currency_id) in covered,
            )
            for group, part in parts
        ]

    @api.model
    def _describe_choice(self, access, group, part, *, several, companies, is_covered):
        """Return what can be paid with one payment as text.

        :param part: the candidates
        :param several: whether there are other payments, too
        :param companies: whether they are to several companies
        :param is_covered: whether credits cover all that is open: nothing is chosen then
        :return: dict of ``title``, ``rows`` (see :meth:`_describe_candidate`), ``note`` (why
            nothing is to be paid), ``is_ticked`` (whether all is chosen), ``total``, ``sum`` (what
            a script adds up with), ``words`` (what it says) and ``has_debt``
        """
        own, company = group.currency_id, group.company_id
        total = 0 if is_covered else sum(one.amount for one in part if self._is_able(one))
        rows = [self._describe_candidate(access, one) for one in part]
        if is_covered:
            List = self.env["finance.portal.list.invoices"]
            rows = [{**row, "states": List._call_covered(row["states"])} for row in rows]
        names = (company.name if companies else "", own.name)
        zero = formatLang(self.env, 0, digits=own.decimal_places)
        lang = get_lang(self.env)
        return {
            "title": " · ".join(filter(None, names)) if several else "",
            "rows": rows,
            "note": self.env._("Your credit covers all open invoices") if is_covered else "",
            "is_ticked": not is_covered,
            "total": group._finance_portal_money(max(total, 0)),
            "words": {
                "total": self.env._("Total"),
                "chosen": self.env._("Total chosen"),
                "all": self.env._("Select all"),
                "none": self.env._("Clear all"),
            },
            "has_debt": any(one.move.move_type == "out_invoice" for one in part),
            "sum": {
                "pattern": group._finance_portal_money(0).replace(zero, "{}"),
                "digits": own.decimal_places,
                "point": lang.decimal_point,
                "separator": lang.thousands_sep or "",
            },
        }

    @api.model
    def _describe_candidate(self, access, candidate):
        """Return one document as text.

        :return: dict of ``item`` (its reference), ``title``, ``states`` (tone, text), ``due``,
            ``amount``, ``value`` (the same as a number), ``is_credit``, ``is_able``, ``note`` (why
            not, a sentence) and ``href`` of its own page, where the viewer has that
        """
        move, sign = candidate.move, -1 if candidate.move.move_type == "out_refund" else 1
        item = self.env["finance.portal.scope"]._make_ref(move)
        due = sign > 0 and move._finance_portal_get_due_date()
        is_able = self._is_able(candidate)
        states = [] if sign < 0 else move._finance_portal_get_states()
        return {
            "item": item,
            "title": move._finance_portal_get_title(),
            "reference": move.ref if sign > 0 else "",
            "due": move._finance_portal_day(due),
            "states": [("calm", self.env._("Payment under way"))] if candidate.attempt else states,
            "amount": move._finance_portal_money(candidate.amount),
            "value": move._finance_portal_write_amount(candidate.amount),
            "is_credit": sign < 0,
            "is_able": is_able,
            "note": "" if is_able else candidate.obstacle,
            "href": f"/finance/d/{item}" if access._name == "finance.portal.payment.access" else "",
        }

    @api.model
    def _describe_attempts(self, access, candidates):
        """Return the payments of candidates that are under way, each once.

        :return: list of what :meth:`_describe_attempt` returns, with ``item``: a document of it
        """
        Group, found = self.env["finance.portal.payment.group"], {}
        for one in candidates:
            if one.attempt:
                found.setdefault(one.attempt, []).append(one.move)
        groups = {
            attempt: Group._make(access, moves, attempt.company_id, attempt.currency_id)
            for attempt, moves in found.items()
        }
        return [
            {
                **self._describe_attempt(access, group, attempt),
                "item": self.env["finance.portal.scope"]._make_ref(group._get_moves()[0]),
            }
            for attempt, group in groups.items()
        ]

    # === PAYING === #

    @api.model
    def _respond_pay_group(self, access, part, problems, refusal):
        """Return the page to pay one group on.

        :param part: the group, and its candidates
        """
        group, candidates = part
        offers = group._finance_portal_get_offers(access)
        values = {
            "refusal": refusal,
            "attempt": None,
            "form": None,
            "offers": None,
            "note": "",
            "problems": problems,
            "rows": [self._describe_candidate(access, one) for one in candidates],
            "change_path": access._get_payment_path(),
            "pay": group._get_transfer(),
        }
        if offers:
            values |= self._get_pay_values(access, group, offers, offers[0])
        else:
            values["note"] = group._finance_portal_get_payment_note(access)
        response = self._respond_payment_page(
            access,
            group._finance_portal_get_title(),
            "finance_portal_payment.pay_page",
            values,
            refusal,
        )
        return self._allow_form(response, values)

    # === THE WAY THERE === #

    @api.model
    def _respond_portal(self, viewer, template, values=None, **options):
        """Lead from the portal's statement to paying what is open, where credits don't cover it."""
        if template == "finance_portal.portal_statement":
            List = self.env["finance.portal.list.invoices"]
            values = values or {}
            pay_path = List._get_pay_path(viewer) if values.get("owes", True) else None
            values = {**values, "pay_path": pay_path}
        return super()._respond_portal(viewer, template, values, **options)
