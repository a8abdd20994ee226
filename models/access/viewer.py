from typing import NamedTuple

from odoo import api, fields, models
from odoo.http import request
from odoo.tools import email_normalize_all

from ...const import ACCOUNT_PREFIX, MANAGER, PORTAL, VIEW_AS_KEY
from ...failures import AccountNotChosen, UnknownAccount, ViewingEnded


class Known(NamedTuple):
    """What a page that asks much has found out about its viewer, and need not ask again.

    ``contacts`` are the customer's, see :class:`Contacts`; ``shares`` is what payments that wait
    settle, as ``_get_shares`` of the statement returns it, and ``balances`` what is open, as its
    ``_get_open_balances`` does. ``domains`` begins empty; what the viewer sees of each kind of
    document is added as it is asked for, see ``_get_viewer_domain``.
    """

    contacts: object
    shares: dict
    balances: list
    domains: dict


class Viewer(NamedTuple):
    """Who looks at the portal: a signed-in customer, or staff as the customer would.

    ``contact`` and ``customer`` are partners (sudo), ``companies`` (sudo) those whose documents
    they see, all of them or the contact's ``own_documents`` only; ``account`` is the contact's
    (sudo), which may be empty for staff. ``staff`` is the user who looks, empty for a customer, and
    ``until`` when that ends (UTC). ``choices`` are all accounts (sudo) of the same person, if there
    are several. Of whoever is known by email alone, ``addresses`` are where they are mailed.
    """

    contact: object
    customer: object
    companies: object
    own_documents: bool
    account: object
    staff: object
    until: object = None
    choices: object = ()
    addresses: tuple = ()
    known: Known | None = None

    @property
    def base(self):
        """What the addresses of their pages begin with."""
        return self.account._get_base() if self.choices else PORTAL

    @property
    def only_contact(self):
        """The contact whose own documents are all that they see, ``None`` where they see more."""
        return self.contact if self.own_documents else None

    def get_address(self, path):
        """Return the address of one of the portal's pages, for this viewer."""
        return self.base + path.removeprefix(PORTAL)

    def seeing(self, **changes):
        """Return them with other documents to see: what is known holds no more."""
        return self._replace(**changes, known=None)


class FinancePortalAccount(models.Model):
    """Find out on every request who is looking at the portal."""

    _inherit = "finance.portal.account"

    @api.model
    def _get_viewer(self):
        """Return the :class:`Viewer` of the current request, or ``None``.

        Who has accounts with several customers says in the address which of them it is about.

        :raise ViewingEnded: a staff member's time as the customer is over
        :raise AccountNotChosen: the address doesn't say which of several accounts it is about
        :raise UnknownAccount: the one in the address isn't an open one of theirs
        """
        viewers = self._get_viewers()
        if viewers and (chosen := self._get_chosen()):
            viewers = [viewer for viewer in viewers if viewer.account._get_ref() == chosen]
            if not viewers:
                raise UnknownAccount("not an open account of who is signed in")
        if len(viewers) > 1:
            raise AccountNotChosen("several accounts", next_path=request.httprequest.path)
        return viewers[0] if viewers else None

    @api.model
    def _get_viewers(self):
        """Return each :class:`Viewer` that this request may be of, one for each open account.

        For what says itself whose it is, such as a document. For staff the transaction is
        read only from here on: PostgreSQL refuses any write.

        :raise ViewingEnded: a staff member's time as the customer is over
        """
        if not request.session.uid:
            return []
        user = request.env.user
        if user._is_internal():
            viewer = self._get_staff_viewer(user)
            return [viewer] if viewer else []
        accounts = user._finance_portal_get_accounts()
        accounts = accounts.filtered(lambda account: account._is_open())
        if not accounts or self._end_when_timed_out():
            return []
        return [account._as_viewer(accounts) for account in accounts]

    @api.model
    def _get_chosen(self):
        """Return the reference of the account that the address names, if it does."""
        return getattr(request, "finance_portal_account", None)

    def _get_ref(self):
        """Return what names this account in addresses; empty without an account."""
        return self.env["finance.portal.scope"]._make_ref(self) if self else ""

    def _get_base(self):
        """Return what the addresses of this account's pages begin with."""
        return ACCOUNT_PREFIX + self._get_ref()

    def _as_viewer(self, choices=()):
        """Return the account's contact as the viewer.

        :param choices: all open accounts of the same person
        """
        self.ensure_one()
        return Viewer(
            contact=self.partner_id,
            customer=self.customer_id,
            companies=self.company_ids,
            own_documents=self.own_documents,
            account=self,
            staff=self.env["res.users"],
            choices=choices if len(choices) > 1 else (),
        )

    @api.model
    def _as_recipient(self, contact, company, address):
        """Return a contact as the :class:`Viewer` of one company's documents, by email alone.

        At the confirmed address they see what their account shows. A contact without one, or with
        one that doesn't show this company, and whoever reads another address of theirs, has their
        own documents only: nobody said that they may see what colleagues get. The address of the
        customer itself gets all of them, if somebody vouches for it.

        :param contact: the contact (sudo)
        :param str address: the one of their addresses that they are mailed at
        """
        customer, addresses = contact.commercial_partner_id, email_normalize_all(address)
        # sudo: asked on behalf of visitors
        account = self.sudo().search([("partner_id", "=", contact.id)]).filtered(
            lambda one: (
                one._is_open() and one.customer_id == customer and company in one.company_ids
            )
        )  # fmt: skip
        # A person's account tells nothing of who reads an address that was added beside theirs.
        is_all = addresses == [account.email] or (
            contact == customer and self._is_vouched_for(contact, company)
        )
        return Viewer(
            contact=contact,
            customer=customer,
            companies=company,
            own_documents=account.own_documents or not is_all,
            account=account,
            staff=self.env["res.users"],
            addresses=tuple(addresses),
        )

    @api.model
    def _get_staff_viewer(self, user):
        """Return the viewer for staff who look as a customer, or ``None``.

        :raise ViewingEnded: it is over, or the contact, its account or the user's companies have
            changed so that they may not look any more
        """
        grant = request.session.get(VIEW_AS_KEY)
        if not grant or not user.has_group(MANAGER):
            return None
        until = fields.Datetime.from_string(grant["until"])
        # sudo: starting to look checked the right to read the contact
        contact = self.env["res.partner"].sudo().browse(grant["contact"]).exists()
        if until <= fields.Datetime.now() or not contact:
            raise ViewingEnded("the time to look as a customer is over")
        account, customer = contact._finance_portal_get_account(), contact.commercial_partner_id
        companies = account._get_shown_companies(user)
        if customer.id != grant.get("customer") or not self._may_act_for(
            user, contact | customer, companies
        ):
            raise ViewingEnded("not the customer that staff started to look as, or not theirs")
        self.env.flush_all()
        self.env.cr.execute("SET TRANSACTION READ ONLY")
        return Viewer(
            contact=contact,
            # Not the account's: whoever moved on since no longer sees the old company's papers.
            customer=customer,
            companies=companies,
            own_documents=account.own_documents,
            account=account,
            staff=user,
            until=until,
        )
