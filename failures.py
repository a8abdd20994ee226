"""Everything that can go wrong on a customer's page, one class each.

The engine raises these; ``ir.http`` turns them into pages in one place. Their texts go to
the server log, so they never hold a token or an address.
"""

import logging


class PortalFailure(Exception):
    """Base of all failures that a customer meets as a page in plain words.

    ``status`` is the HTTP status, ``template`` the page. ``access`` (a link, or an account's way
    in), ``document`` and ``company`` are records (or ``None``) that the page takes branding and
    language from; ``recovery_key`` is what Request access on that page is about, never a token;
    ``next_path`` where the visitor wanted to go. ``counter`` is what was counted, see the throttle.
    """

    status = 500
    template = "finance_portal.failure_error"
    loglevel = logging.INFO
    recorded = False  # whether the activity tells staff of it
    recorded_each_time = False  # or else once in a while, however often it is repeated
    is_for_staff = False  # whether staff read its page, in their own language

    def __init__(
        self,
        reason,
        *,
        access=None,
        document=None,
        company=None,
        recovery_key=None,
        next_path=None,
        retry_after=None,
        counter=None,
        allow=None,
    ):
        super().__init__(reason)
        self.reason = reason
        self.access = access
        # Now: what lives in memory only is gone when the transaction is undone.
        self.kept = access._get_kept() if access else None
        self.document = document
        self.company = company
        self.recovery_key = recovery_key
        self.next_path = next_path
        self.retry_after = retry_after
        self.counter = counter
        self.allow = allow


class UnknownLink(PortalFailure):
    """No link belongs to this address, or it was not made for this visitor's browser."""

    status = 404
    template = "finance_portal.failure_inactive"


class OtherBrowser(UnknownLink):
    """This browser was never let in by a reference: of a live link, an old one or none."""

    template = "finance_portal.failure_other_browser"


class CookiesBlocked(PortalFailure):
    """The browser keeps no cookies, without which it cannot be let in anywhere."""

    status = 400
    template = "finance_portal.failure_cookies_blocked"


class AccountNotOffered(PortalFailure):
    """The page of a link offered an account when it was opened, but does not any more."""

    status = 404
    template = "finance_portal.failure_account_not_offered"


class UnknownDocument(PortalFailure):
    """The document is not, or no longer, among those the signed-in customer may see."""

    status = 404
    template = "finance_portal.failure_unknown_document"


class SignInRequired(PortalFailure):
    """Only a signed-in customer gets any further, and comes back to ``next_path``."""

    status = 303


class AccountNotChosen(PortalFailure):
    """Who is signed in has accounts with several customers; the address doesn't say which.

    They choose, and go on to ``next_path``.
    """

    status = 300


class UnknownAccount(PortalFailure):
    """The account in the address is not, or no longer, an open one of who is signed in."""

    status = 404
    template = "finance_portal.failure_unknown_account"


class NativeAddress(PortalFailure):
    """Nobody is signed in at a document's address in Odoo's own portal, whether it exists or not.

    ``next_path`` is that address.
    """

    status = 401
    template = "finance_portal.failure_native_address"


class WrongCustomer(PortalFailure):
    """Somebody is signed in, but the link is for another customer, who has to be."""

    status = 403
    recorded = True
    template = "finance_portal.failure_wrong_customer"


class ViewingEnded(PortalFailure):
    """A staff member's time to look at the portal as a customer is over."""

    status = 403
    template = "finance_portal.failure_viewing_ended"
    is_for_staff = True


class PreviewEnded(PortalFailure):
    """A staff member's time to preview a document is over; ``next_path`` leads to its form."""

    status = 403
    template = "finance_portal.failure_preview_ended"
    is_for_staff = True


class ReadOnlyView(PortalFailure):
    """A staff member who looks as a customer tried to do what only the customer may."""

    status = 403
    template = "finance_portal.failure_read_only_view"
    is_for_staff = True


class LinkGone(PortalFailure):
    """The link existed and is over: expired, revoked, or its document moved on."""

    status = 410
    recorded = True
    template = "finance_portal.failure_inactive"


class UnknownAccountLink(PortalFailure):
    """No setup or reset link has this address, or this browser never had one."""

    status = 404
    template = "finance_portal.failure_account_link"


class AccountLinkGone(PortalFailure):
    """The setup or reset link existed and is over: used, expired, replaced, account closed."""

    status = 410
    template = "finance_portal.failure_account_link"


class UnknownStopLink(UnknownAccountLink):
    """No link that stops a change of address is at this address, or not for this browser."""

    template = "finance_portal.failure_stop_link"


class StopLinkGone(AccountLinkGone):
    """The link that stops a change of address existed and is over: used, or expired."""

    template = "finance_portal.failure_stop_link"


class FileGone(PortalFailure):
    """The link is fine, but the file is not, or no longer, one that its customer may see."""

    status = 404
    template = "finance_portal.failure_file_gone"


class TooManyRequests(PortalFailure):
    """One address asked too often."""

    status = 429
    template = "finance_portal.failure_throttled"


class RendererBusy(PortalFailure):
    """A PDF would have to be made while another one is being made."""

    status = 503
    template = "finance_portal.failure_busy"


class StaleForm(PortalFailure):
    """A form came without the proof that our own page sent it (CSRF)."""

    status = 400
    template = "finance_portal.failure_stale_form"


class WrongMethod(PortalFailure):
    """The address exists, but not for this HTTP method."""

    status = 405
    template = "finance_portal.failure_error"


class DecisionRefused(PortalFailure):
    """An answer to a quote was not taken; the visitor sees the quote again, and why.

    ``reason`` is a code. ``sentence`` tells the visitor what is wrong, in their language;
    ``changes`` are what changed since they read the quote; ``typed`` is what they had
    entered, to be filled in again.
    """

    status = 409
    recorded = recorded_each_time = True

    def __init__(self, reason, *, access, sentence="", changes=(), typed=None):
        super().__init__(reason, access=access)
        self.sentence = sentence
        self.changes = list(changes)
        self.typed = typed or {}


class IncompleteForm(DecisionRefused):
    """What the visitor entered cannot be used, such as an empty name."""

    status = 422
    recorded = False


class RecipientUnproven(IncompleteForm):
    """An answer came from another browser and network than the one that first opened the link."""

    recorded = True


class FormRefused(PortalFailure):
    """What was entered into a form of the account cannot be used; the form is shown again.

    ``reason`` is a code, ``form`` the name of the form and ``values`` what it needs to be
    shown; ``sentence`` tells what is wrong when the code does not.
    """

    def __init__(self, reason, *, form, values, sentence="", status=422):
        super().__init__(reason)
        self.form = form
        self.values = values
        self.sentence = sentence
        self.status = status
