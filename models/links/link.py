from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.http import request

from ...const import CLOSED_REASONS, MANAGER, NOT_RENEWED
from ...failures import LinkGone, SignInRequired, UnknownLink, WrongCustomer
from ...tools.rate_window import shorten_address
from ...tools.secure_token import IssuedHash, clean_token, hash_token, is_ref, new_ref, new_token

LIFETIME = timedelta(hours=24)
GC_BATCH = 5000

# What nobody can change once a link exists, see ``link_guard.py``. The recipient and the
# customer are missing on purpose: merging two contacts re-points them.
FROZEN_COLUMNS = (
    "token_hash", "ref", "prefix", "res_model", "res_id", "company_id", "email", "is_external",
    "issued_at", "expires_at", "database_uuid",
)  # fmt: skip


class FinancePortalLink(models.Model):
    """One secure link: one document, one recipient, one token, 24 hours.

    A row is a set of facts that are written once. Whether the link opens the document is
    never stored: :meth:`_resolve_token` and :meth:`_resolve_ref` work it out from the facts
    on every request.
    """

    _name = "finance.portal.link"
    _description = "Secure Link"
    _inherit = [
        "finance.portal.staff.visibility.mixin",
        "finance.portal.access",
        "finance.portal.mailed.secret.mixin",
    ]
    _order = "id desc"
    _rec_name = "email"

    prefix = fields.Char(required=True, readonly=True)
    token_hash = fields.Char(
        "Link Hash", required=True, readonly=True, copy=False, groups=fields.NO_ACCESS
    )
    issued_at = fields.Datetime("Sent", required=True, readonly=True)
    expires_at = fields.Datetime("Expires", required=True, readonly=True, index=True)
    revoked_at = fields.Datetime("Closed", readonly=True)
    revoked_by_id = fields.Many2one("res.users", "Closed By", readonly=True)
    revoke_reason = fields.Selection(CLOSED_REASONS, "Closing Reason", readonly=True)
    viewed_at = fields.Datetime("Opened", readonly=True, help="When a person first looked at it.")

    state = fields.Selection(
        [("live", "Live"), ("expired", "Expired"), ("closed", "Closed")], compute="_compute_state"
    )
    time_left = fields.Char("Expires In", compute="_compute_state")
    _token_hash_unique = models.UniqueIndex("(token_hash)")
    _ref_unique = models.UniqueIndex("(ref)")
    _document_index = models.Index("(res_model, res_id)")
    _lives_24_hours = models.Constraint(
        "CHECK (expires_at = issued_at + interval '24 hours')",
        "A secure link works for exactly 24 hours.",
    )

    # === COMPUTE METHODS === #

    @api.depends("expires_at", "revoked_at")
    def _compute_state(self):
        now = fields.Datetime.now()
        for link in self:
            link.time_left = False
            if link.revoked_at:
                link.state = "closed"
            elif not link.expires_at or link.expires_at <= now:
                link.state = "expired"
            else:
                link.state = "live"
                minutes = int((link.expires_at - now).total_seconds() // 60)
                link.time_left = self.env._(
                    "%(hours)s h %(minutes)s min", hours=minutes // 60, minutes=minutes % 60
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Create links with an unknown token that expire after 24 hours, whatever was asked for."""
        return super().create([self._prepare_issued(vals) for vals in vals_list])

    def _create_with_tokens(self, vals_list, tokens):
        """Create links whose tokens are known: their email is leaving."""
        pairs = zip(vals_list, tokens, strict=True)
        return self.create([{**vals, "token_hash": IssuedHash(token)} for vals, token in pairs])

    @api.model
    def _prepare_issued(self, vals):
        """Return the values of a new link: of those given, what nobody can choose is replaced."""
        now, given = fields.Datetime.now(), vals.get("token_hash")
        issued = given if isinstance(given, IssuedHash) else IssuedHash(new_token())
        return {
            **vals,
            "token_hash": str(issued),
            "ref": new_ref(),
            "issued_at": now,
            "expires_at": now + LIFETIME,
            "database_uuid": self._get_database_uuid(),
            "revoked_at": False,
            "viewed_at": False,
            "exposed_at": False,
        }

    def write(self, vals):
        """Ignore attempts to move the expiry, and refuse to change anything else that is frozen."""
        vals = {key: value for key, value in vals.items() if key not in ("issued_at", "expires_at")}
        if frozen := set(vals) & set(FROZEN_COLUMNS):
            raise UserError(
                self.env._(
                    "A secure link can't be changed (%s). Send a new one instead.",
                    ", ".join(sorted(frozen)),
                )
            )
        return super().write(vals)

    def copy(self, default=None):  # pylint: disable=method-required-super
        """Refuse: nobody would know the copy's token."""
        raise UserError(self.env._("A secure link can't be copied. Send a new one instead."))

    # === ACTION METHODS === #

    def action_revoke(self):
        """Close the links for good, at once."""
        self._check_staff(MANAGER)
        self._revoke("staff")
        return True

    def action_send_again(self):
        """Open the dialog that mails a fresh link to this recipient."""
        self.ensure_one()
        return {
            "name": self.env._("Send Again"),
            "type": "ir.actions.act_window",
            "res_model": "finance.portal.resend",
            "view_mode": "form",
            "target": "new",
            "context": {"default_link_id": self.id},
        }

    def action_open_document(self):
        """Open the document in the back office."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    # === BUSINESS METHODS === #

    def _check_staff(self, group):
        """Raise unless the user is in ``group`` and may see the links and their documents.

        :raise AccessError: otherwise
        """
        if not self.env.su and not self.env.user.has_group(group):
            raise AccessError(self.env._("Ask a Finance Portal manager to do this."))
        self.check_access("read")
        for link in self:
            document = link._get_document()
            if document:
                document.check_access("read")

    def _get_rows_to_lock(self):
        return self

    def _get_seal_subject(self):
        return self.ref

    def _get_form_key(self):
        return f"link {self.ref}"

    def _get_expiry(self):
        return self.expires_at

    def _is_opened_elsewhere(self, visits):
        opening = self.env["finance.portal.event"]._get_first_opening(self)
        if not opening or not request:
            return False
        visit, ip = opening
        here = shorten_address(request.httprequest.remote_addr)
        return visit not in visits and shorten_address(ip or "") != here

    def _may_ask_for_account(self):
        return bool(
            not self.is_external
            and self.partner_id.email_normalized
            and self.company_id.finance_portal_offer_account
        )

    def _get_portal_values(self):
        return {
            "offers_account": self.env["finance.portal.account"]._is_offered_to(self),
            "offers_everything": bool(self.partner_id) and not self.is_external,
        }

    def _revoke(self, reason):
        """Close the links that aren't closed yet.

        :param str reason: a key of ``revoke_reason``
        """
        # sudo: links are closed by the system as well as by staff, who have no write access
        open_links = self.sudo().filtered(lambda link: not link.revoked_at)
        if not open_links:
            return
        open_links.write(
            {
                "revoked_at": fields.Datetime.now(),
                "revoked_by_id": self.env.uid,
                "revoke_reason": reason,
            }
        )
        self.env["finance.portal.event"]._record("revoked", access=open_links, reason=reason)

    @api.model
    def _live_domain(self):
        """Return the domain of links that neither expired nor were closed."""
        return Domain("revoked_at", "=", False) & Domain("expires_at", ">", fields.Datetime.now())

    # === RESOLVER === #

    @api.model
    def _resolve_token(self, raw_token, prefix, let_in=()):
        """Return the live link (sudo) behind a mailed token.

        :param str raw_token: the last part of the address, as the mail program left it
        :param str prefix: the first part of the address (``i``, ``q``…)
        :param let_in: references of the links through which this browser was let in
        :raise UnknownLink: no link has this token under this prefix
        :raise LinkGone: it has one, which does not open its document any more
        """
        token = clean_token(raw_token)
        # sudo: the visitor has no rights; the token is what lets them in
        link = self.sudo().search_fetch(
            [("token_hash", "=", hash_token(token or "")), ("prefix", "=", prefix)], limit=1
        )
        if not link:
            # As ASCII: what stands for the token in an address may be anything.
            raise UnknownLink("unknown link", recovery_key=hash_token(ascii(raw_token)))
        link._check_open()
        if not link._is_open_to(let_in):
            raise LinkGone("exposed", access=link)
        return link

    @api.model
    def _resolve_ref(self, ref, grant):
        """Return the access (sudo) of a visitor with a grant for this reference's live link.

        :param str ref: the public reference, from the address
        :param dict grant: what the visitor's browser holds for this reference, or ``None``
        :raise UnknownLink: no such link, or this browser was never let in
        :raise LinkGone: the link does not open its document any more
        :raise SignInRequired: its customer has to be signed in, and nobody is
        :raise WrongCustomer: somebody is who may not see the document
        """
        # sudo: the visitor has no rights; the grant is what lets them in
        Link = self.sudo()
        link = Link.search_fetch([("ref", "=", ref)], limit=1) if is_ref(ref) else Link.browse()
        if not link or not grant:
            raise UnknownLink("no grant for this reference", recovery_key=ref)
        link._check_open()
        return link._authorize()

    def _authorize(self):
        """Return the access (sudo) that this link gives: usually the link itself.

        Where the customer's login policy wants them to sign in, it is their account's, which
        knows of the link.

        :raise SignInRequired: nobody is signed in
        :raise WrongCustomer: somebody is who may not see the document
        """
        if not self.customer_id._finance_portal_requires_sign_in(self.company_id):
            return self
        viewers = self.env["finance.portal.account"]._get_viewers()
        if not viewers:
            path = f"/finance/d/{self.ref}"
            raise SignInRequired("sign-in required", access=self, next_path=path)
        Scope = self.env["finance.portal.scope"]
        for viewer in viewers:
            # Its company sent this one document to them, whatever else the account shows.
            more = self.company_id if not viewer.staff else self.company_id.browse()
            own = viewer.own_documents and bool(viewer.staff or viewer.contact != self.partner_id)
            wider = viewer.seeing(companies=viewer.companies | more, own_documents=own)
            if document := Scope._find(self.res_model, wider, self.res_id):
                return self.env["finance.portal.account.access"]._make(viewer, document, link=self)
        # The right customer's account opens the document without a link.
        path = f"/finance/d/{Scope._make_ref(self._get_document())}"
        raise WrongCustomer("wrong_customer", access=self, next_path=path)

    def _check_open(self):
        """Raise unless the link opens its document for its recipient right now.

        :raise LinkGone: with the cause, for the log and the activity
        """
        self.ensure_one()
        if cause := self._get_closed_reason():
            raise LinkGone(cause, access=self)

    def _get_closed_reason(self):
        """Return why the link does not open: "expired", a key of ``revoke_reason``, or ``None``."""
        if self.revoked_at:
            return self.revoke_reason or "staff"  # closed past Odoo, by whoever may
        if self.expires_at <= fields.Datetime.now():
            return "expired"
        return self._get_obstacle()

    def _get_obstacle(self):
        """Return why the recipient may not see the document, whatever the link's age.

        :return: a key of ``revoke_reason``, or ``None``
        """
        if self._is_from_another_database():
            return "copy"
        document = self._get_document()
        if not document:
            return "deleted"
        if not document._finance_portal_is_shareable():
            return "state"
        self._fetch_recipients(document)
        if document._finance_portal_get_customer() != self.customer_id:
            return "customer"
        if not self.partner_id:
            return None if self.is_external else "recipient"
        return self._get_recipient_obstacle()

    def _may_be_renewed(self):
        """Tell whether Request access may mail a fresh link to this link's recipient."""
        self.ensure_one()
        barred = {*NOT_RENEWED}
        if not self.partner_id:
            # The only address is the link's own: of an extra recipient who never was a
            # contact, not of a contact who was deleted.
            barred.add("recipient")
        newest = self._get_newest(self.res_model, self.res_id, self.partner_id, self.email)
        return (
            not {self.revoke_reason, newest.revoke_reason} & barred
            # A new address is no obstacle: the fresh link goes there.
            and self._get_obstacle() in (None, "address")
        )

    @api.model
    def _get_newest(self, res_model, res_id, partner, email):
        """Return the newest link (sudo) of a document and a recipient at one address.

        What went to an address that was removed since counts as well; what went to another
        address that the contact still has doesn't.
        """
        domain = self._get_recipient_domain(partner, email)
        domain &= Domain("res_model", "=", res_model) & Domain("res_id", "=", res_id)
        # sudo: what staff decided last holds for everybody
        return self.sudo().search(domain, limit=1)

    def _prepare_event_values(self):
        return {**super()._prepare_event_values(), "link_id": self.id}

    def _record_exposed(self):
        self.env["finance.portal.event"]._record(
            "exposed", access=self, verdict="system", ip=False, agent=False, reason=False
        )

    def _mark_viewed(self):
        """Note when a person first looked at the document.

        :return: whether this was the first view
        """
        # Settled by the database: of two parallel first views, one writes.
        self.flush_recordset()
        self.env.cr.execute(
            "UPDATE finance_portal_link SET viewed_at = %s WHERE id = %s AND viewed_at IS NULL",
            [fields.Datetime.now(), self.id],
        )
        first = bool(self.env.cr.rowcount)
        self.invalidate_recordset(["viewed_at"])
        return first

    @api.model
    def _gc_batch(self, company, before):
        """Delete a batch of links of ``company`` that expired before a moment.

        :return: how many
        """
        # sudo: retention, run by the system
        links = self.sudo().search(
            [("company_id", "=", company.id), ("expires_at", "<", before)],
            order="expires_at",
            limit=GC_BATCH,
        )
        links.unlink()
        return len(links)
