from datetime import timedelta

from odoo import api, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ...const import MANAGER, USER
from ..links.link import LIFETIME

MAX_RECORDS = 1000
MAX_EVENTS = 500
LIFETIME_HOURS = LIFETIME // timedelta(hours=1)


class FinancePortalApi(models.AbstractModel):
    """The methods that other programs may call, through JSON-2 or XML-RPC (``docs/api.md``).

    Everything else may change with any version. These methods do what the buttons do, with the
    rights of whoever's key it is, and take and return plain values: numbers, texts, lists, and
    moments as ISO 8601 in UTC. None returns the secret of a link: it exists in the email alone.
    """

    _name = "finance.portal.api"
    _description = "Finance Portal API"

    # === DOCUMENTS === #

    @api.model
    def send(self, res_model, res_ids, again=False, lifetime_hours=None):
        """Send documents to their customers, each by an email with a secure link.

        Sending goes on in the background; see :meth:`get_sending`.

        :param str res_model: such as "account.move" or "sale.order"
        :param list[int] res_ids: the documents, 1,000 at most
        :param bool again: whether those that were sent before are sent once more
        :param int lifetime_hours: not a choice: a link works for 24 hours
        :return: dict of ``batch_ids`` (list of int), ``lifetime_hours`` (int) and ``notes``
            (list of str, such as recipients to check, or that another lifetime was asked for)
        :raise UserError: none of them can be sent now
        """
        documents = self._get_documents(res_model, res_ids)
        wizard = self.env["finance.portal.send"].create(
            {
                "res_model": documents._name,
                "res_ids": documents.ids,
                "resend": self._check_type("again", again, bool),
            }
        )
        to_check = wizard.finance_recipient_warning
        batches, question = wizard._start()
        if question:
            # What Odoo wants to have looked at first, such as a missing VAT number.
            raise UserError(
                self.env._("Odoo has a question about these documents. Please send them in Odoo.")
            )
        notes = [to_check] if to_check else []
        if lifetime_hours not in (None, LIFETIME_HOURS):
            notes.append(self.env._("A link works for 24 hours. This can't be changed."))
        return {
            "batch_ids": batches.ids,
            "lifetime_hours": LIFETIME_HOURS,
            "notes": notes,
        }

    @api.model
    def get_sending(self, batch_ids):
        """Return how far sending is.

        :param list[int] batch_ids: from :meth:`send`
        :return: list of dict of ``batch_id``, ``res_model``, ``res_id``, ``name``, ``state``
            ("waiting", "sent", "failed", "skipped" or "cancelled") and ``reason`` (str)
        """
        self._check_group(USER)
        batches = self.env["finance.portal.batch"].browse(self._check_ids("batch_ids", batch_ids))
        batches.check_access("read")
        return [
            {
                "batch_id": line.batch_id.id,
                "res_model": line.res_model,
                "res_id": line.res_id,
                "name": line.document_name or "",
                "state": line.state,
                "reason": line.reason or "",
            }
            for line in batches.line_ids
        ]

    @api.model
    def list_links(self, res_model, res_ids):
        """Return the secure links of documents, the newest first.

        :return: list of dict of ``id``, ``res_id``, ``email``, ``issued_at``, ``expires_at``,
            ``opened_at`` (str or ``None``), ``state`` ("live", "expired" or "closed") and
            ``closed_reason`` (str)
        """
        documents = self._get_documents(res_model, res_ids)
        links = self.env["finance.portal.link"].search(self._about(documents))
        return [
            {
                "id": link.id,
                "res_id": link.res_id,
                "email": link.email or "",
                "issued_at": self._moment(link.issued_at),
                "expires_at": self._moment(link.expires_at),
                "opened_at": self._moment(link.viewed_at),
                "state": link.state,
                "closed_reason": link.revoke_reason or "",
            }
            for link in links
        ]

    @api.model
    def list_events(self, res_model, res_ids, after_id=0, limit=100):
        """Return what happened to documents, the oldest first.

        Ask again with the last ``id`` as ``after_id`` for what came later.

        :param int limit: 500 at most
        :return: list of dict of ``id``, ``date``, ``kind``, ``res_id``, ``email``, ``reason``
            and ``by`` ("person", "scanner", "staff", "system", "unknown" or "")
        """
        documents = self._get_documents(res_model, res_ids)
        after, most = self._check_type("after_id", after_id), self._check_type("limit", limit)
        domain = self._about(documents) & Domain("id", ">", after)
        events = self.env["finance.portal.event"].search(
            domain, order="id", limit=max(1, min(most, MAX_EVENTS))
        )
        return [
            {
                "id": event.id,
                "date": self._moment(event.date),
                "kind": event.kind,
                "res_id": event.res_id,
                "email": event.email or "",
                "reason": event.reason or "",
                "by": event.verdict or "",
            }
            for event in events
        ]

    @api.model
    def revoke(self, res_model, res_ids):
        """Close all live links of documents.

        :return: dict of ``closed``: how many there were
        """
        self._check_group(MANAGER)
        documents = self._get_documents(res_model, res_ids)
        Link = self.env["finance.portal.link"]
        live = Link.search(self._about(documents) & Link._live_domain())
        for document in documents:
            document.action_finance_portal_revoke_all()
        return {"closed": len(live)}

    # === HELPERS === #

    def _check_group(self, group):
        """Raise unless the user may call this at all; what they see is theirs to see anyway.

        :raise AccessError: they may not
        """
        if not self.env.user.has_group(group):
            raise AccessError(self.env._("Ask a Finance Portal manager to do this."))

    def _get_documents(self, res_model, res_ids):
        """Return documents of one kind, with the user's own rights.

        :raise UserError: it is no kind that is shared, or one of them is gone
        """
        self._check_group(USER)
        ids = self._check_ids("res_ids", res_ids)
        model = self.env.get(res_model) if isinstance(res_model, str) else None
        if not self.env["finance.portal.document"]._finance_portal_includes(model):
            raise UserError(self.env._("Documents of this kind can't be sent to customers."))
        documents = model.browse(ids)
        documents.check_access("read")
        if missing := set(ids) - set(documents.exists().ids):
            raise UserError(self.env._("There's no document with the ID %s.", min(missing)))
        return documents

    def _about(self, documents):
        """Return the domain of rows about some documents."""
        return Domain("res_model", "=", documents._name) & Domain("res_id", "in", documents.ids)

    def _check_ids(self, name, values):
        """Return a list of ids as it was sent, if it is one."""
        good = isinstance(values, list) and all(
            type(value) is int and value > 0 for value in values
        )
        if not good or not 0 < len(values) <= MAX_RECORDS:
            raise ValidationError(
                self.env._(
                    "%(name)s has to be a list of 1 to %(most)s IDs.", name=name, most=MAX_RECORDS
                )
            )
        return list(dict.fromkeys(values))

    def _check_type(self, name, value, kind=int):
        """Return a value as it was sent, if it is of a type."""
        if type(value) is not kind:
            raise ValidationError(
                self.env._(
                    "%(name)s has to be of the type %(type)s.", name=name, type=kind.__name__
                )
            )
        return value

    def _moment(self, moment):
        """Return a moment (UTC) as text, or ``None``."""
        return f"{moment.isoformat(timespec='seconds')}Z" if moment else None
