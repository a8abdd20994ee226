from typing import NamedTuple
from urllib.parse import urlencode

from odoo import Command, api, fields, models
from odoo.fields import Domain
from odoo.tools import str2bool

from odoo.addons.finance_portal.failures import StaleForm
from odoo.addons.finance_portal.models.documents.bank_transfer import Transfer
from odoo.addons.finance_portal.models.statement.statement_transfer import MAX_REFERENCE
from odoo.addons.finance_portal.tools.secure_token import is_ref
from odoo.addons.finance_portal.tools.terms import fingerprint

from ..failures import PaymentRefused
from ..tools.offer import Offer
from .account_move import SWITCH

MAX_TOGETHER = 100  # documents in one payment: their references fit into an address
MAX_PREFIX = 60  # characters of a payment's reference; some providers take no more than 80
MAX_NAMED = 5  # problems that are named one by one
KINDS = ("out_invoice", "out_refund")
# Odoo takes no online payment for sales receipts. They are listed, too, and say so: otherwise the
# sum would be less than the statement's, and nothing would tell why.
LISTED = (*KINDS, "out_receipt")


class Candidate(NamedTuple):
    """A document that might be paid together with others.

    ``move`` is the document (sudo), ``amount`` what it adds, less than nothing for a credit note,
    ``obstacle`` a sentence on why it can't be paid here now, or empty, ``attempt`` a payment
    (sudo) of it that is under way, or empty.
    """

    move: object
    amount: float
    obstacle: str
    attempt: object


class FinancePortalPaymentGroup(models.AbstractModel):
    """Invoices that one payment is for, and credit notes that it is less by.

    All are one customer's, of one company and currency, and booked on one account: Odoo books and
    settles such a payment as a whole. It lives in memory for one request, as a record that is never
    stored: the page and the payment call the same methods of it as of one invoice.
    """

    _name = "finance.portal.payment.group"
    _description = "Invoices Paid Together"
    _inherit = "finance.portal.document"

    move_ids = fields.Json()
    problems = fields.Json()
    payment_id = fields.Many2one("payment.transaction")
    customer_id = fields.Many2one("res.partner")
    company_id = fields.Many2one("res.company")
    currency_id = fields.Many2one("res.currency")

    # === WHAT MAY BE PAID TOGETHER === #

    @api.model
    def _is_offered(self, get_domain, companies):
        """Return whether a page leads to paying some of a visitor's documents, in a few queries.

        :param get_domain: returns the domain of the documents that the visitor may see; asked only
            where somebody can pay at all, because it may take a query of its own
        """
        # sudo: Odoo's own switch and providers, asked on behalf of visitors
        if not str2bool(self.env["ir.config_parameter"].sudo().get_param(SWITCH)):
            return False
        Provider = self.env["payment.provider"].sudo()
        providers = Domain(Provider._check_company_domain(companies)) & Domain(
            [("state", "in", ("enabled", "test")), ("is_published", "=", True)]
        )
        if not Provider.search_count(providers, limit=1):
            return False
        wanted = get_domain() & self._get_open_domain() & Domain("move_type", "=", "out_invoice")
        # sudo: the scope is in the domain
        found = self.env["account.move"].sudo().search(wanted, limit=MAX_TOGETHER)
        return any(move._finance_portal_is_paid_online() for move in found)

    @api.model
    def _get_open_domain(self):
        """Return the domain of what is open by the books."""
        closed = ("paid", "reversed", "invoicing_legacy")
        return (
            Domain("move_type", "in", LISTED)
            & Domain("amount_residual", ">", 0)
            & Domain("payment_state", "not in", closed)
        )

    @api.model
    def _find_open(self, access, domain):
        """Return ``(candidates, whether there are more)`` of all that is open, due first."""
        wanted = domain & self._get_open_domain()
        # sudo: the scope is in the domain
        Move = self.env["account.move"].sudo()
        found = Move.search(wanted, order="invoice_date_due, id", limit=MAX_TOGETHER + 1)
        candidates = self._weigh(access, found[:MAX_TOGETHER])
        # What a payment that waits for the bank settles isn't open any more.
        return [one for one in candidates if one.amount], len(found) > MAX_TOGETHER

    @api.model
    def _find_chosen(self, access, domain, items):
        """Return ``(candidates, how many aren't there)`` of what was chosen, due first.

        :param items: references of documents; those of others count as not there
        """
        Scope = self.env["finance.portal.scope"]
        wanted = dict.fromkeys(items[: MAX_TOGETHER * 2])
        subjects = [(is_ref(item) and Scope._read_ref(item)) or ("", 0) for item in wanted]
        ids = [number for model, number in subjects if model == "account.move"]
        # sudo: the scope is in the domain
        Move = self.env["account.move"].sudo()
        found = Move.search(
            domain & Domain("id", "in", ids) & Domain("move_type", "in", LISTED),
            order="invoice_date_due, id",
        )
        kept = found[:MAX_TOGETHER]
        return self._weigh(access, kept), len(wanted) - len(kept)

    @api.model
    def _weigh(self, access, moves):
        """Return a :class:`Candidate` for each document, in a constant number of queries."""
        self.env["finance.portal.list.invoices"]._warm_up(moves)
        terms = Domain("move_id", "in", moves.ids) & Domain("display_type", "=", "payment_term")
        moves.env["account.move.line"].search_fetch(terms, ["account_id"])
        found = []
        for company, own in moves.grouped("company_id").items():
            for move in access._localize(own, company).with_context(skip_invoice_sync=True):
                attempt = move._finance_portal_get_attempt()
                obstacle = move._finance_portal_get_together_obstacle()
                found.append(Candidate(move, move._finance_portal_get_share(), obstacle, attempt))
        order = {number: place for place, number in enumerate(moves.ids)}
        return sorted(found, key=lambda one: order[one.move.id])

    @api.model
    def _split(self, access, candidates):
        """Return what can be paid as groups, each with its candidates: one for each payment.

        :return: list of ``(group, candidates)``
        """
        found = {}
        for one in candidates:
            account = one.move._finance_portal_get_term_lines()[:1].account_id
            key = (one.move.company_id, one.move.currency_id, account)
            found.setdefault(key, []).append(one)
        return [
            (self._make(access, [one.move for one in part], company, currency), part)
            for (company, currency, _account), part in found.items()
        ]

    @api.model
    def _make(self, access, moves, company, currency, **values):
        """Return a group of documents."""
        return access._localize(self, company).new(
            {
                "move_ids": [move.id for move in moves],
                "problems": [],
                "customer_id": access.customer_id.id,
                "company_id": company.id,
                "currency_id": currency.id,
                **values,
            }
        )

    @api.model
    def _make_chosen(self, access, domain, items):
        """Return the group that a payment is to be started for.

        :raise PaymentRefused: nothing of it can be paid any more
        :raise StaleForm: our page offers no such payment
        """
        candidates, missing = self._find_chosen(access, domain, items)
        able = [one for one in candidates if not one.obstacle]
        problems = self._get_problems(candidates, missing, with_attempts=False)
        groups = self._split(access, able)
        if len(groups) > 1 or not items:
            raise StaleForm("documents that are paid one by one", access=access)
        if not groups:
            sentence = " ".join([*problems, self.env._("Nothing was paid.")])
            raise PaymentRefused("changed", access=access, sentence=sentence)
        group = groups[0][0]
        group.problems = problems
        return group

    @api.model
    def _make_paid(self, access, domain):
        """Return the group of the payment that this browser made here, or that was made last."""
        payment = self.env["finance.portal.page"]._get_own_payment()
        path = access._get_payment_path("/result")
        is_own = payment.landing_route == path and (
            payment._finance_portal_get_customer() == access.customer_id
        )
        if not is_own:
            # sudo: a payment of documents that the visitor may see
            payment = payment.sudo().search(
                Domain("landing_route", "=", path)
                & Domain("invoice_ids", "any", domain)
                & Domain("invoice_ids", "not any", ~domain)
                & Domain("finance_given_up", "=", False)
                & Domain("state", "!=", "draft"),
                order="id desc",
                limit=1,
            )
        # sudo: the scope is in the domain
        Move = self.env["account.move"].sudo()
        moves = Move.search(domain & Domain("id", "in", payment.invoice_ids.ids), order="id")
        company = payment.company_id or access.company_id
        currency = payment.currency_id or company.currency_id
        return self._make(access, moves, company, currency, payment_id=payment.id)

    @api.model
    def _get_problems(self, candidates, missing, with_attempts=True):
        """Return sentences on why some of what was chosen can't be paid now."""
        found = [one.obstacle for one in candidates if one.obstacle]
        if with_attempts:
            found += [
                self.env._("A payment for %(number)s is under way.", number=one.move.name)
                for one in candidates
                if one.attempt and not one.obstacle
            ]
        if more := len(found[MAX_NAMED:]):
            found = [*found[:MAX_NAMED], self.env._("Others that can't be paid now: %s", more)]
        if missing:
            found.append(self.env._("Documents you chose that are no longer open: %s", missing))
        return found

    def _get_moves(self):
        """Return its documents (sudo)."""
        # sudo: a visitor's, chosen among those that they may see
        return self.env["account.move"].sudo().browse(self.move_ids or [])

    def _get_items(self):
        """Return the references of its documents, for the addresses of the pages about them."""
        scope = self.env["finance.portal.scope"]
        return [scope._make_ref(move) for move in self._get_moves()]

    def _get_transfer(self):
        """Return how to pay it by bank transfer, as the part ``document_pay`` draws it.

        :return: ``None`` where there is no account, or where a reference can't name all
        """
        amount = self.currency_id.round(self._finance_portal_get_payable())
        invoices = self._get_moves().filtered(lambda move: move.move_type == "out_invoice")
        Transfers = self.env["finance.portal.bank.transfer"]
        # Of several, the one that the newest invoice names.
        banks = invoices.sorted("id", reverse=True).partner_bank_id
        bank = (Transfers._get_open(banks) or banks)[:1]
        reference = " ".join(invoices.mapped("name"))
        structured = invoices.payment_reference if len(invoices) == 1 else ""
        if amount <= 0 or not bank or len(reference) > MAX_REFERENCE:
            return None
        transfer = Transfer(
            bank=bank,
            amount=amount,
            currency=self.currency_id,
            debtor=self._finance_portal_get_payer(),
            reference=structured or reference,
            structured=structured,
        )
        pay = Transfers._describe(transfer)
        return {**pay, "title": self.env._("Bank transfer")}

    # === FINANCE PORTAL DOCUMENT === #

    def _finance_portal_get_customer(self):
        return self.customer_id

    def _finance_portal_get_title(self):
        moves = self._get_moves()
        if len(moves) <= 1:
            return moves._finance_portal_get_title() if moves else ""
        return self.env._("%(count)s documents", count=len(moves))

    # === WHAT A DOCUMENT MUST TELL OF PAYMENTS === #

    def _finance_portal_takes_payments(self):
        return True

    def _finance_portal_get_payable(self):
        return self._get_moves()._finance_portal_get_payable_together()

    def _finance_portal_get_payer(self):
        """Return the one contact whom all are billed to, or else the customer."""
        moves, nobody = self._get_moves(), self.env["res.partner"]
        payers = nobody.union(*(move._finance_portal_get_payer() for move in moves))
        return payers if len(payers) == 1 else self.customer_id

    def _finance_portal_prepare_transaction(self):
        return {"invoice_ids": [Command.set(self.move_ids)]}

    def _finance_portal_get_payment_prefix(self):
        """Return the number that Odoo gives a payment of more than a reference can name."""
        moves = self._get_moves()
        if len(moves) == 1 or len("-".join(moves.mapped("name"))) <= MAX_PREFIX:
            return ""
        return self.company_id.get_next_batch_payment_communication()

    def _finance_portal_get_payment_terms(self):
        write = self._finance_portal_write_amount
        shares = [[move.id, write(move._finance_portal_get_share())] for move in self._get_moves()]
        return fingerprint({"paid": sorted(shares)})

    def _finance_portal_get_offers(self, access=None):
        amount = self.currency_id.round(self._finance_portal_get_payable())
        if amount <= 0:
            return []
        return [Offer("all", self.env._("Amount due"), amount)]

    def _finance_portal_get_payment_note(self, access):
        moves = self._get_moves()
        if not moves:
            return self.env._("There's nothing to pay.")
        if self._finance_portal_get_payable() <= 0 and "out_refund" in moves.mapped("move_type"):
            return self.env._("Your credit notes cover this. There's nothing to pay.")
        return self.env._("There's nothing left to pay.")

    def _finance_portal_get_paid_notes(self, transaction):
        if not transaction.is_post_processed:
            return [self.env._("We're recording it now. This page refreshes automatically.")]
        return []

    def _finance_portal_get_paid_rows(self, transaction):
        """Return what became of each document, as it stands now."""
        is_open = transaction.is_post_processed
        return [
            {
                "title": move._finance_portal_get_title(),
                "states": move._finance_portal_get_states() if is_open else [],
            }
            for move in self._get_moves()
        ]

    def _finance_portal_get_payment_query(self):
        items = [("item", item) for item in self._get_items()]
        return f"?{urlencode(items)}" if items else ""

    def _finance_portal_get_transactions(self):
        # sudo: payments of documents that the visitor may see
        return (self._get_moves().transaction_ids | self.payment_id.sudo()).sorted(
            "id", reverse=True
        )

    def _finance_portal_shows_all_of(self, payment):
        documents = payment._finance_portal_get_documents()
        return documents._name != "account.move" or documents <= self._get_moves()

    def _finance_portal_get_part(self, payment):
        if self._finance_portal_shows_all_of(payment):
            return payment._finance_portal_get_amount_to_come()
        mine = payment._finance_portal_get_documents() & self._get_moves()
        return mine._finance_portal_get_payable_together()

    def _finance_portal_is_among(self, documents):
        return documents._name == "account.move" and bool(documents & self._get_moves())

    def _finance_portal_lock_payments(self):
        self._get_moves()._finance_portal_lock_payments()

    def _finance_portal_take_offer(self, seal, access):
        """Return the offer as it still stands; tell what has changed of what was chosen."""
        offers = [] if access.is_external else self._finance_portal_get_offers(access)
        is_same = seal.terms == self._finance_portal_get_payment_terms() and not self.problems
        if not is_same and not access.is_external:
            sentence = self.env._(
                "What you chose has changed. Nothing was paid. Please reload this page to see the"
                " new total."
            )
            sentence = " ".join([*(self.problems or []), sentence])
            raise PaymentRefused("changed", access=access, sentence=sentence)
        return offers[0] if offers else super()._finance_portal_take_offer(seal, access)

    def _finance_portal_record_payment(self, kind, access, visit):
        """Record it on the page that it was started from, and on each document."""
        Event, subject = self.env["finance.portal.event"], access._get_event_subject()
        if "access" in subject:
            Event._record(kind, visit=visit, **subject)
        who = access._prepare_event_values()
        who = {name: who.get(name) for name in ("partner_id", "email", "account_id")}
        Event._record(kind, document=self._get_moves(), visit=visit, **who)
