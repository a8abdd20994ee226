from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.mail import email_normalize_all

from ...const import ACCOUNT_LINK_CREDENTIAL
from ...failures import AccountLinkGone, StopLinkGone, UnknownAccountLink, UnknownStopLink
from ...tools.secure_token import clean_token, hash_token, is_ref, new_ref, new_token

KEPT = timedelta(days=400)
GC_BATCH = 1000

PURPOSES = [
    ("setup", "Set up the account"),
    ("reset", "Choose a new password"),
    ("stop", "Stop a change of address"),
]


class FinancePortalAccountLink(models.Model):
    """A mailed link to choose a password, or to stop a change of address: once, in 60 minutes.

    The row is written when the email is queued; its token is made as the email leaves, and
    again on a retry. Whether it works is never stored: it is worked out on every request.
    """

    _name = "finance.portal.account.link"
    _description = "Mailed Link to an Account"
    _inherit = "finance.portal.mailed.secret.mixin"
    _order = "id desc"
    _rec_name = "email"

    account_id = fields.Many2one(
        "finance.portal.account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    purpose = fields.Selection(PURPOSES, required=True, readonly=True)
    token_hash = fields.Char(
        "Link Hash", readonly=True, copy=False, groups=fields.NO_ACCESS
    )
    ref = fields.Char("Reference", required=True, readonly=True, copy=False)
    email = fields.Char("Email Address", required=True, readonly=True)
    requested_at = fields.Datetime("Requested On", required=True, readonly=True)
    on_request = fields.Boolean("Requested by the Customer", readonly=True)
    issued_at = fields.Datetime("Sent", readonly=True)
    expires_at = fields.Datetime("Expires", readonly=True)
    used_at = fields.Datetime("Used", readonly=True)
    ended_at = fields.Datetime("Ended", readonly=True)
    next_path = fields.Char("Afterwards", readonly=True, help="Where the customer goes from here.")

    _token_hash_unique = models.UniqueIndex("(token_hash)")
    _ref_unique = models.UniqueIndex("(ref)")
    _one_live = models.UniqueIndex(
        "(account_id, purpose)"
        " WHERE token_hash IS NOT NULL AND used_at IS NULL AND ended_at IS NULL"
    )
    _lives_60_minutes = models.Constraint(
        "CHECK ((token_hash IS NULL AND issued_at IS NULL AND expires_at IS NULL)"
        " OR (token_hash IS NOT NULL AND issued_at IS NOT NULL AND expires_at IS NOT NULL"
        " AND expires_at = issued_at + interval '60 minutes'))",
        "A setup link works for exactly 60 minutes.",
    )

    # === CRUD METHODS === #

    @api.autovacuum
    def _gc_links(self):
        """Delete a batch of links that are older than anybody will ask about.

        :return: ``(how many, whether there may be more)``
        """
        before = fields.Datetime.now() - KEPT
        # sudo: nobody has the right to delete
        old = self.sudo().search([("requested_at", "<", before)], limit=GC_BATCH)
        count = len(old)
        old.unlink()
        return count, count == GC_BATCH

    # === BUSINESS METHODS === #

    def _is_live(self):
        """Return whether it may be used right now, its account permitting."""
        self.ensure_one()
        return (
            bool(self.token_hash)
            and not self.used_at
            and not self.ended_at
            and self.expires_at > fields.Datetime.now()
            and not self._is_from_another_database()
        )

    @api.model
    def _get_usable_domain(self, purpose):
        """Return the domain of links for a purpose that are live, or whose email waits."""
        return (
            Domain("purpose", "=", purpose)
            & Domain("used_at", "=", False)
            & Domain("ended_at", "=", False)
            & (Domain("expires_at", "=", False) | Domain("expires_at", ">", fields.Datetime.now()))
        )

    def _is_waiting(self):
        """Return whether its email hasn't left yet."""
        self.ensure_one()
        return not self.token_hash and not self.ended_at

    def _end(self):
        """End the links that could still be used, and cancel emails that wait."""
        # sudo: nobody has the right to change a link
        open_links = self.sudo().filtered(lambda link: not link.used_at and not link.ended_at)
        open_links.ended_at = fields.Datetime.now()
        message_ids = [link.mail_message_id for link in open_links if link.mail_message_id]
        # sudo: the queue is an admin's
        Mail = self.env["mail.mail"].sudo()
        Mail.search([("mail_message_id", "in", message_ids), ("state", "=", "outgoing")]).cancel()

    def _use(self, password, form, values):
        """Choose a password, once: of two parallel requests, only one succeeds.

        :param str form: the name of the page's form, which is shown again with ``values``
        :raise FormRefused: the password is weak; the link still works
        :raise AccountLinkGone: somebody used it meanwhile
        """
        self._lock()
        account, now = self.account_id, fields.Datetime.now()
        account._choose_password(password, form, values)
        self.used_at = now
        account.login_id.account_ids._end_mailed()
        vals = {"failures": 0, "locked_until": False, "set_up_at": account.set_up_at or now}
        if self.purpose == "setup":
            vals["signed_in_at"] = now
        account.write(vals)
        account._end_sessions()
        Event = self.env["finance.portal.event"]
        opened = account._get_all_open()
        Event._record(f"{self.purpose}_done", account=opened, reason=False)
        if self.purpose == "setup":
            Event._record("signed_in", account=opened, reason=False)
        else:
            account._mail_notice()
        self.env.flush_all()

    def _stop(self):
        """Stop the change of address that the link's email told of, once.

        :raise StopLinkGone: somebody used it meanwhile
        """
        self._lock()
        self.used_at = fields.Datetime.now()
        self.account_id._take_objection(self.email)

    def _lock(self):
        """Keep the link for this request, and check again that it can be used.

        :raise AccountLinkGone: it can't
        """
        self.ensure_one()
        # Whoever comes second waits here; then Odoo begins their request anew.
        self.env.cr.execute(
            "SELECT id FROM finance_portal_account_link WHERE id = %s FOR UPDATE", [self.id]
        )
        self.invalidate_recordset(flush=False)
        self._check_open()

    def _get_credential(self):
        """Return what signs in the customer who just chose a password with this link."""
        login = self.account_id.user_id.login
        return {"type": ACCOUNT_LINK_CREDENTIAL, "login": login, "link": self}

    # === ISSUING === #

    def _get_delivery_key(self):
        return self.mail_message_id, self.email

    def _get_placeholder_url(self):
        """Return the address of the link as the stored email has it."""
        self.ensure_one()
        address = self.account_id._get_address(f"/{self.purpose}")
        return self._make_placeholder_url(address, (self._name, self.ref))

    def _personalize(self, body, mail):
        """Return the ``body`` of this link's own email, with its token if its address gets it.

        :param str body: the body with the placeholder, as it is stored
        :param mail: the ``mail.mail`` that is being handed to the mail server
        """
        self.ensure_one()
        url = self._get_placeholder_url()
        recipients = email_normalize_all(f"{mail.email_to or ''}, {mail.email_cc or ''}")
        if (
            recipients != [self.email]
            or mail.recipient_ids
            or not self._suits_account()
            or not self._has_placeholder(body, url)
        ):
            return body
        token, sender = new_token(), self.create_uid.id

        def store(env):
            return env[self._name].browse(self.id)._issue(token, sender)

        return self._put_token(body, url, token) if self._store_durably(store) else body

    def _issue(self, token, sender_id):
        """Give the link its token; earlier links for the same purpose end.

        :return: whether it is still wanted
        """
        now = fields.Datetime.now()
        self.flush_model()
        # In this order for everybody, so that of two emails that leave together one waits.
        self.env.cr.execute(
            "SELECT id FROM finance_portal_account WHERE id = %s FOR NO KEY UPDATE",
            [self.account_id.id],
        )
        self.env.cr.execute(
            """
            UPDATE finance_portal_account_link SET ended_at = %(now)s
             WHERE account_id = %(account)s AND purpose = %(purpose)s AND id < %(id)s
               AND used_at IS NULL AND ended_at IS NULL
            """,
            {"now": now, "account": self.account_id.id, "purpose": self.purpose, "id": self.id},
        )
        self.env.cr.execute(
            """
            UPDATE finance_portal_account_link
               SET token_hash = %(hash)s,
                   issued_at = %(now)s, expires_at = %(now)s + interval '60 minutes'
             WHERE id = %(id)s AND used_at IS NULL AND ended_at IS NULL
            """,
            {"hash": hash_token(token), "now": now, "id": self.id},
        )
        wanted = bool(self.env.cr.rowcount)
        self.invalidate_model(flush=False)
        if wanted:
            self.env["finance.portal.event"]._record(
                f"{self.purpose}_sent", account=self.account_id, verdict="system", email=self.email,
                user_id=sender_id, ip=False, agent=False, reason=False,
            )  # fmt: skip
        return wanted

    # === RESOLVER === #

    @api.model
    def _resolve_token(self, purpose, raw_token, let_in=()):
        """Return the live link (sudo) behind a mailed token.

        :param let_in: references of the links through which this browser was let in
        :raise UnknownAccountLink: there is none
        :raise AccountLinkGone: it cannot be used, or not any more
        """
        token = clean_token(raw_token)
        # sudo: the visitor has no rights; the token is what lets them in
        link = self.sudo().search(
            [("token_hash", "=", hash_token(token or "")), ("purpose", "=", purpose)], limit=1
        )
        link._check_open(purpose)
        if not link._is_open_to(let_in):
            company = link.account_id.company_id
            raise AccountLinkGone("exposed link to an account", company=company)
        return link

    @api.model
    def _resolve_ref(self, purpose, ref):
        """Return the live link (sudo) with the reference that the visitor's browser holds.

        :raise UnknownAccountLink: there is none
        :raise AccountLinkGone: it cannot be used, or not any more
        """
        # sudo: the visitor has no rights; only who had the token has this cookie
        link = self.sudo().search(
            [("ref", "=", ref if is_ref(ref) else ""), ("purpose", "=", purpose)], limit=1
        )
        return link._check_open(purpose)

    def _check_open(self, purpose=None):
        stops = (purpose or self.purpose) == "stop"
        if not self:
            raise (UnknownStopLink if stops else UnknownAccountLink)("unknown link to an account")
        if not self._is_live() or not self._suits_account():
            company = self.account_id.company_id
            failure = StopLinkGone if stops else AccountLinkGone
            raise failure("link to an account that is over", company=company)
        return self

    def _suits_account(self):
        """Return whether its account lets it be used: passwords are for the confirmed address.

        The one that stops a change is for whoever had the account before, in any case.
        """
        self.ensure_one()
        account = self.account_id
        return self.purpose == "stop" or (account._is_open() and self.email == account.email)

    def _record_exposed(self):
        self.env["finance.portal.event"]._record(
            "exposed", account=self.account_id, email=self.email, verdict="system",
            ip=False, agent=False, reason=False,
        )  # fmt: skip

    # === CRUD HELPERS === #

    @api.model
    def _prepare(self, account, purpose, next_path, on_request):
        """Return the values of a link whose email is about to be queued."""
        return {
            "account_id": account.id,
            "purpose": purpose,
            "ref": new_ref(),
            "email": account.email,
            "requested_at": fields.Datetime.now(),
            "next_path": next_path,
            "on_request": on_request,
        }
