"""What should become of a quote, said a second time and far more simply. Imports no Odoo.

The state machine of ``decision_machine.py`` does everything to a real quote and to this
model, and compares. The model knows the product's rules, not how the addon keeps them.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LIFETIME = timedelta(hours=24)
HOMES = {"ada": "bakery", "ben": "bakery", "eve": "rival"}  # recipient: customer
OPEN_STATES = ("draft", "sent")


@dataclass(frozen=True)
class Terms:
    """All of the test's quote that its customer decides on."""

    price: int = 100
    tax: int = 0  # per cent
    euro: bool = False
    note: str = ""
    option: int = 0  # how many of the optional product, which costs 10
    validity: date | None = None
    prepayment: float = 0.0
    signature: bool = False

    @property
    def total(self):
        return round((self.price + 10 * self.option) * (100 + self.tax) / 100, 2)

    @property
    def required(self):
        return round(self.total * self.prepayment, 2)


@dataclass(eq=False)
class Link:
    """A link that was mailed; two with the same values are still two."""

    recipient: str
    is_external: bool
    customer: str
    expires: datetime
    closed: bool = False


@dataclass
class Decision:
    """An answer that was taken; ``shown`` is what the page said, as JSON."""

    kind: str
    terms: Terms
    customer: str
    shown: str
    void: bool = False


@dataclass(frozen=True)
class Page:
    """A page that somebody has open; without ``seen`` it had no form."""

    link: Link
    terms: Terms
    state: str | None
    seen: str = ""
    shown: str = ""


@dataclass
class Quote:
    """A quote, its links, and the answers to it."""

    now: datetime
    zones: dict  # of recipients, customers and "company": name of a time zone or ""
    terms: Terms = Terms()
    state: str = "sent"
    customer: str = "bakery"
    reworked: bool = False  # in draft, while the customer has it already
    locked: bool = False
    deleted: bool = False
    paid: float = 0
    archived: set = field(default_factory=set)
    links: list = field(default_factory=list)
    decisions: list = field(default_factory=list)
    # Who brought it to where it is: "staff", "payment", or the Decision that did.
    mover: object = "staff"

    # === WHAT HOLDS === #

    def is_alive(self, link):
        """Return whether a link opens the quote now."""
        return (
            not link.closed
            and not self.deleted
            and self.now < link.expires
            and link.recipient not in self.archived
            and link.customer == self.customer
            and self.is_shown()
        )

    def is_shown(self):
        """Return whether its state lets customers see it."""
        if self.state == "draft":
            return self.reworked
        return self.state != "cancel" or self.is_declined()

    def is_settled(self):
        return self.state not in OPEN_STATES

    def is_declined(self):
        standing = self.get_standing()
        return bool(standing) and standing.kind == "declined"

    def get_standing(self):
        """Return the answer of the present customer that nobody took back, if any."""
        standing = [one for one in self.decisions if not one.void]
        mine = [one for one in standing if one.customer == self.customer]
        return mine[0] if mine else None

    def get_covering(self):
        """Return the answer that needs no other one, if any."""
        standing = self.get_standing()
        if not standing or self.is_settled():
            return standing
        covers = standing.kind == "accepted" and standing.terms == self.terms
        return standing if covers else None

    def get_obstacle(self, link):
        """Return why the holder of a live link has no say, or an empty text."""
        if link.is_external:
            return "not_entitled"
        return "too_late" if self.is_over(link.recipient) else ""

    def is_over(self, who):
        """Return whether the last day is over for a recipient as well as for the company."""
        if not self.terms.validity:
            return False
        names = {self.zones.get(who, ""), self.zones["company"]} - {""}
        morrow = self.terms.validity + timedelta(days=1)
        ends = [datetime.combine(morrow, time(), ZoneInfo(name)) for name in names or {"UTC"}]
        return self.now.replace(tzinfo=UTC) >= max(ends)

    def show(self, link):
        """Return what the page says of the answer: its state, ``None`` for nothing."""
        if covering := self.get_covering():
            return covering.kind
        if self.is_settled():
            return None
        return "closed" if self.get_obstacle(link) else "open"

    # === WHAT HAPPENS === #

    def answer(self, link, page, kind, form):
        """Take an answer; return what the visitor is told, in a word.

        :param dict form: ``name`` and ``signed`` (booleans), ``option`` (a quantity, ``None``
            for no such field, or "bad")
        """
        if not self.is_alive(link):
            return "dead"
        if self.is_settled() or self.get_covering():
            return "decided"
        if obstacle := self.get_obstacle(link):
            return obstacle
        if page.link is not link or not page.seen:
            return "not ours"
        if page.terms != self.terms:
            return "changed"
        if kind != "declined" and form["option"] is not None:
            if form["option"] == "bad":
                return "incomplete"
            if form["option"] != self.terms.option:
                self.terms = replace(self.terms, option=form["option"])
                return "chosen"
        if kind == "chosen":
            return "chosen"
        unsigned = self.terms.signature and not form["signed"]
        if kind == "accepted" and (not form["name"] or unsigned):
            return "incomplete"
        self._decide(kind, page)
        return "decided"

    def _decide(self, kind, page):
        for earlier in self.decisions:
            earlier.void = True
        decision = Decision(kind, self.terms, self.customer, page.shown)
        self.decisions.append(decision)
        if kind == "declined":
            self.state, self.mover = "cancel", decision
        elif self.paid >= self.terms.required:
            self.state, self.mover = "sale", decision

    def send(self, recipient):
        """Mail a link; return it."""
        is_external = HOMES.get(recipient) != self.customer
        link = Link(recipient, is_external, self.customer, self.now + LIFETIME)
        self.links.append(link)
        return link

    def move(self, state):
        """Have staff put it into a state."""
        if state == "draft" and self.state != "draft":
            self.reworked = self.state == "sent"
            for decision in self.decisions:
                decision.void = True
        self.state, self.mover = state, "staff"
        if not self.is_shown():
            self.close(lambda link: True)

    def give(self, customer):
        """Give it to another customer."""
        self.customer = customer
        self.close(lambda link: link.customer != customer)

    def pay(self, amount):
        """Receive a payment, which confirms the order when it is enough and in time.

        What was never shared has no customer who could be late.
        """
        self.paid = round(self.paid + amount, 2)
        is_late = bool(self.links or self.decisions) and self.is_over("ada")
        if not self.is_settled() and not is_late and self.paid >= self.terms.required:
            self.state, self.mover = "sale", "payment"

    def close(self, which):
        """Close for good those of the links that are not over yet."""
        for link in self.links:
            if self.now < link.expires and which(link):
                link.closed = True
