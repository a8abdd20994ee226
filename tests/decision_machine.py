"""Customers answer a quote to which anything may happen, and a simple model says what must come."""

import base64
import json
import zlib
from datetime import datetime

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from ..failures import DecisionRefused, LinkGone, PortalFailure, StaleForm
from .decision_machine_staff import DAYS, LATEST, StaffMachine
from .decision_model import Page, Quote, Terms

START = datetime(2026, 3, 10, 12, 0)
ZONES = st.sampled_from(["", "Pacific/Honolulu", "Pacific/Auckland", "Europe/Berlin"])
ANY = st.integers(-9, -1)
OPTIONS = {"0": 0, "1": 1, "2,0": 2, " 3 ": 3, "-1": "bad", "1e308": "bad"}
TERMS = st.builds(
    Terms,
    prepayment=st.sampled_from([0, 0.3, 0.3]),
    signature=st.booleans(),
    validity=st.sampled_from([None, *DAYS]),
)
NAMES = st.sampled_from(["Ada Baker", "Ada Baker", "Ada Baker", " \n"])
FORMS = st.fixed_dictionaries(
    {
        "name": NAMES,
        "signed": st.sampled_from([True, True, False]),
        "option": st.sampled_from([None, None, None, *OPTIONS]),
    }
)
KINDS = st.sampled_from(["accepted", "accepted", "accepted", "declined", "chosen"])
# No evidence: what a merge of contacts moves, and when an answer was taken back.
LOOSE = {
    "link_id", "partner_id", "customer_id", "voided_at", "voided_by_id", "write_uid", "write_date",
}  # fmt: skip


class DecisionMachine(StaffMachine):
    """One quote and whatever may happen to it; all of it is undone at the end."""

    def __init__(self, case):
        super().__init__()
        self.case, self.env = case, case.env
        self.savepoint = self.env.cr.savepoint()
        case.clock.move_to(START)
        self.pages, self.real_links, self.evidence = [], [], {}

    def teardown(self):
        self.savepoint.close(rollback=True)

    @initialize(customer=ZONES, company=ZONES, terms=TERMS, waiting=st.booleans())
    def start(self, customer, company, terms, waiting):
        if waiting:
            terms = Terms(prepayment=0.3)
        zones = {"ada": customer, "ben": "", "eve": customer, "bakery": "", "company": company}
        for name in ("ada", "eve"):
            self.case.recipients[name].tz = customer
        self.case.company.partner_id.tz = company
        self.quote = Quote(START, zones, terms)
        self.order = self.case.make_sent_quote(terms)
        self.option_field = f"option_{self.order.order_line[-1].id}"
        self.send("ada")
        if waiting:
            self.answer_at_once("accepted", "Ada Baker")

    # === CUSTOMERS === #

    @rule(which=LATEST)
    def open(self, which):
        self.show(self.pick(which)[0])

    def show(self, link):
        """Open the page of a link, and compare whether and how it shows."""
        real = self.real_links[self.quote.links.index(link)]
        try:
            shown = self.visit(real)
        except LinkGone:
            shown = None
        assert bool(shown) == self.quote.is_alive(link), (shown, link)
        if shown:
            decision, terms = shown
            self.case.told.add(f"page {self.quote.show(link)}")
            expected = self.quote.show(link)
            assert (decision and decision["state"]) == expected, (decision, expected)
            seen = decision["seen"] if decision else ""
            self.pages.append(Page(link, self.quote.terms, expected, seen, terms))

    @rule(which=LATEST)
    def open_latest(self, which):
        self.open(-1)

    @rule(which=LATEST, kind=KINDS, form=FORMS)
    def answer(self, which, kind, form):
        page = self.pages[max(which, -len(self.pages))]
        self.post(page.link, page, kind, form)

    @rule(kind=st.sampled_from(["accepted", "accepted", "declined"]), name=NAMES)
    def answer_at_once(self, kind, name):
        """Answer as most people do, on the page they have just opened."""
        page = self.pages[-1]
        self.post(page.link, page, kind, {"name": name, "signed": True, "option": None})

    @precondition(lambda self: self.is_open())
    @rule(kind=KINDS, form=FORMS)
    def open_and_answer(self, kind, form):
        link = next(link for link in self.quote.links if self.quote.is_alive(link))
        self.show(link)
        self.post(link, self.pages[-1], kind, form)

    @precondition(lambda self: self.is_editable() and not self.quote.locked)
    @rule(recipient=st.sampled_from(["stranger", "boss"]), kind=KINDS)
    def have_an_outsider_answer(self, recipient, kind):
        form = {"name": "Mallory", "signed": True, "option": None}
        page = self.pages[-1]
        self.send(recipient)
        self.post(self.quote.links[-1], page, kind, form)

    @rule(which=LATEST, other=ANY, kind=KINDS, form=FORMS)
    def answer_with_the_form_of_another_page(self, which, other, kind, form):
        page = self.pages[max(other, -len(self.pages))]
        self.post(self.pick(which)[0], page, kind, form)

    def pick(self, which):
        """Return the link of that number, in the model and in Odoo."""
        which = max(which, -len(self.real_links))
        return self.quote.links[which], self.real_links[which]

    def visit(self, real):
        """Return the decision and the terms of the page, drawn as for a browser."""
        link = self.case.Visitor._resolve_ref(real.ref, {"visit": "one"})
        page = link.env["finance.portal.page"]
        # sudo: as the page itself, once the resolver let the visitor in
        document = link._get_document().sudo().with_company(link.company_id)
        document = document.with_context(lang=link._get_lang())
        drawn = page._get_document_values(document)
        decision = document._finance_portal_get_decision(link, drawn)
        if not decision or not decision["seen"]:
            return decision, ""
        packed = decision["seen"].partition(".")[2]
        terms = json.loads(zlib.decompress(base64.urlsafe_b64decode(packed)))
        assert terms == document._finance_portal_get_terms(), "an outdated page was shown"
        return decision, terms

    def post(self, link, page, kind, form):
        """Press a button, and compare what comes of it."""
        values = {"seen": page.seen, "name": form["name"]}
        if form["signed"]:
            values["signature_typed"] = "1"
        if form["option"] is not None:
            values[self.option_field] = form["option"]
        told = self.submit(self.real_links[self.quote.links.index(link)], kind, values)
        option = OPTIONS.get(form["option"])
        known = {**form, "name": form["name"].strip(), "option": option}
        expected = self.quote.answer(link, page, kind, known)
        assert told == expected, (told, expected, link, page, kind, form)
        self.case.told.add(told)
        if told == "decided":
            self.show(link)  # where the browser is led

    def submit(self, real, kind, values):
        """Post a form as a browser does; return what the visitor is told, in a word."""
        try:
            with self.env.cr.savepoint():  # a failed request leaves nothing behind
                link = self.case.Visitor._resolve_ref(real.ref, {"visit": "one"})
                return link._answer(kind, values, "one").kind
        except LinkGone:
            return "dead"
        except StaleForm:
            return "not ours"
        except DecisionRefused as refusal:
            return refusal.reason
        except PortalFailure as failure:
            return f"unexpected {failure}"

    # === WHAT ALWAYS HOLDS === #

    @invariant()
    def it_stands_as_it_should(self):
        if not self.quote.deleted:
            assert self.order.state == self.quote.state, (self.order.state, self.quote.state)
        alive = [not link._get_closed_reason() for link in self.real_links]
        assert alive == [self.quote.is_alive(link) for link in self.quote.links], alive

    @invariant()
    def every_answer_is_about_what_its_page_showed(self):
        decisions = self.case.decisions_of(self.order)
        found = [(one.kind, json.loads(one.terms), bool(one.voided_at)) for one in decisions]
        assert found == [(one.kind, one.shown, one.void) for one in self.quote.decisions], found
        assert sum(not one.voided_at for one in decisions) <= 1
        assert not any(one.link_id.is_external for one in decisions)

    @invariant()
    def evidence_stays_as_it_was_written(self):
        self.env.flush_all()
        rows = self.env.execute_query_dict(self.case.EVIDENCE)
        evidence = {
            row["id"]: {key: value for key, value in row["facts"].items() if key not in LOOSE}
            for row in rows
        }
        kept = {key: evidence.get(key) for key in self.evidence}
        assert kept == self.evidence
        self.evidence = evidence

    @invariant()
    def nothing_is_sold_without_a_yes(self):
        if self.quote.deleted or self.order.state != "sale":
            return
        mover = self.quote.mover
        if mover not in ("staff", "payment"):
            assert mover.kind == "accepted"
            assert self.order.amount_paid >= mover.terms.required
