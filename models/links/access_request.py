from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import hash_sign, verify_hash_signed

from ...const import NOT_RENEWED
from ...tools.mail_cap import DAILY_CAP, has_room
from ...tools.secure_token import clean_token, hash_token, is_ref

NATIVE_SCOPE = "finance_portal.native_link"


class FinancePortalAccessRequest(models.Model):
    """A visitor's request for a fresh link, see ``finance.portal.mail.request``."""

    _name = "finance.portal.access.request"
    _description = "Finance Portal Access Request"
    _inherit = "finance.portal.mail.request"

    link_id = fields.Many2one("finance.portal.link", ondelete="cascade", index="btree_not_null")
    res_model = fields.Char("Document Model")
    res_id = fields.Many2oneReference("Document", model_field="res_model")

    @api.model
    def _get_cron(self):
        return "finance_portal.ir_cron_access_request"

    @api.model
    def _native_key(self, document):
        """Return a key for Request access on a document that has no secure link of ours."""
        # sudo: to read the database secret
        env = self.sudo().env
        return hash_sign(env, NATIVE_SCOPE, [document._name, document.id], expiration_hours=24)

    @api.model
    def _submit(self, key, everything=False):
        """Write down a request for access; always succeeds, whatever the key.

        :param str key: what the page's address names: a public reference, a mailed token,
            or a key made by :meth:`_native_key`
        :param bool everything: whether links to all that is still open are asked for
        """
        link, document = self._find_subject(key)
        self._write_down(
            {
                **self._get_wish(everything),
                "link_id": link.id,
                "res_model": document[0] if document else False,
                "res_id": document[1] if document else False,
            }
        )

    @api.model
    def _get_wish(self, everything):
        """Return the values for what is asked for beyond the one document."""
        return {}

    @api.model
    def _find_subject(self, key):
        """Return ``(link, (model, id) or None)`` for a key; both empty when it is nonsense."""
        # sudo: found by its secret or its random reference
        Link = self.env["finance.portal.link"].sudo()
        token = clean_token(key)
        domain = [("token_hash", "=", hash_token(token or ""))]
        if not token and is_ref(key):
            domain = [("ref", "=", key)]
        link = Link.search(domain, limit=1)
        document = None
        if not link:
            try:
                # sudo: to read the database secret
                document = verify_hash_signed(self.sudo().env, NATIVE_SCOPE, key or "")
            except ValueError:
                document = None
        return link, document

    def _answer(self):
        """Mail a fresh link to the address on file, when the rules allow it."""
        self.ensure_one()
        document = self._get_document()
        if not document:
            return
        if self.link_id:
            partner = self.link_id.partner_id
            refusal = None if self.link_id._may_be_renewed() else self._get_refusal()
        else:
            partner = document._finance_portal_get_default_recipient()
            refusal = self._get_native_refusal(document, partner)
        if partner and not refusal and self.env["finance.portal.account"]._is_in_doubt(partner):
            refusal = "suspended"
        self._record_request(refusal)
        email = partner.email_normalized
        if self.link_id:
            email = self.link_id._get_address_on_file()
        if not refusal and email and self._has_room():
            document._finance_portal_mail_link(partner, email=email)
            self.env["finance.portal.event"]._record(
                "access_mailed", **self._get_subject(), verdict="system", email=email
            )

    def _get_subject(self):
        """Return what its events are about, as ``finance.portal.event`` takes it."""
        if self.link_id:
            return {"access": self.link_id}
        return {"document": self._get_document()}

    def _record_request(self, refusal):
        """Write down that somebody asked, and why they get nothing, if so."""
        self.env["finance.portal.event"]._record(
            "access_requested",
            **self._get_subject(),
            ip=self.ip,
            agent=self.agent,
            verdict="unknown",
            reason=refusal or False,
        )

    def _get_refusal(self):
        """Return why no link is mailed, for staff: a key of an event's ``reason``."""
        link = self.link_id
        if link.revoke_reason in (*NOT_RENEWED, "recipient"):
            return link.revoke_reason
        obstacle = link._get_obstacle()
        # Neither is it: then staff closed the newest link of this recipient.
        return obstacle if obstacle not in (None, "address") else "staff"

    def _get_native_refusal(self, document, partner):
        """Return why a visitor with an old permanent link gets no mail, or ``None``."""
        if not document._finance_portal_is_shareable():
            return "state"
        newest = self.env["finance.portal.link"]._get_newest(
            document._name, document.id, partner, partner.email_normalized
        )
        return newest.revoke_reason if newest.revoke_reason in NOT_RENEWED else None

    def _get_document(self):
        """Return the document that was asked for; ``None`` for nonsense and deleted ones."""
        if self.link_id:
            return self.link_id._get_document()
        if not self.res_model or self.res_model not in self.env:
            return None
        return self.env[self.res_model].browse(self.res_id).exists()

    def _has_room(self):
        """Return whether one more email is allowed for the link, or the document without one."""
        subject = Domain("link_id", "=", self.link_id.id)
        if not self.link_id:
            subject &= Domain("res_model", "=", self.res_model) & Domain("res_id", "=", self.res_id)
        return self._has_room_for("access_mailed", subject)

    @api.model
    def _has_room_for(self, kind, subject):
        """Return whether one more email is allowed after those of the last day.

        :param str kind: of the events that they left
        :param Domain subject: what these events are about
        """
        now = fields.Datetime.now()
        recent = Domain("kind", "=", kind) & Domain("date", ">", now - timedelta(days=1))
        mailed = self.env["finance.portal.event"].search(subject & recent, limit=DAILY_CAP)
        return has_room(mailed.mapped("date"), now)
