from odoo import api, fields, models
from odoo.http import request

from ...failures import UnknownLink
from ...tools.terms import Answer


class FinancePortalAccess(models.AbstractModel):
    """A visitor's access to one document: by a secure link, or as a signed-in customer.

    Pages, files and answers work with an access and need not know which of the two it is.
    """

    _name = "finance.portal.access"
    _description = "Access to a Document"

    res_model = fields.Char("Document Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Document", model_field="res_model", required=True, readonly=True
    )
    document_name = fields.Char("Document Number", readonly=True)
    ref = fields.Char("Reference", required=True, readonly=True, copy=False)
    partner_id = fields.Many2one("res.partner", "Recipient", readonly=True, index="btree_not_null")
    email = fields.Char("Email Address", readonly=True)
    is_external = fields.Boolean(
        "Extra Recipient", readonly=True, help="Not a contact of the customer. May only view."
    )
    customer_id = fields.Many2one("res.partner", readonly=True, index="btree_not_null")
    company_id = fields.Many2one("res.company", required=True, readonly=True)

    # === WHAT AN ACCESS MUST TELL === #

    def _get_rows_to_lock(self):
        """Return the record whose change must wait for an answer through this access."""
        raise NotImplementedError

    def _get_seal_subject(self):
        """Return what a form's seal is bound to, so that no other visitor can post it."""
        raise NotImplementedError

    def _get_form_key(self):
        """Return what the CSRF token of its forms is made from, ``None`` for the session's."""
        return None

    def _get_expiry(self):
        """Return when it ends (UTC), or ``None``."""
        return None

    def _get_portal_values(self):
        """Return what the page shows around the document, see ``views/portal_frame_templates``."""
        return {}

    def _get_sender(self):
        """Return the user who gave the visitor this access."""
        return self.create_uid

    def _is_signed_in(self):
        """Return whether the visitor proved to be the customer by signing in."""
        return False

    def _is_read_only(self):
        """Return whether the viewer may change nothing and isn't counted as a visitor."""
        return False

    def _is_staff(self):
        """Return whether the browser is signed in to the back office.

        A customer's mail, forwarded to staff: what they answered would be told as the customer's.
        """
        return bool(request) and request.env.user._is_internal()

    def _is_opened_elsewhere(self, visits):
        """Return whether another browser in another network looked at it first.

        :param visits: the first visit of this browser, and the present one
        """
        return False

    def _may_ask_for_account(self):
        """Return whether a visitor with this access may ask for an account at all."""
        return False

    def _get_kept(self):
        """Return what :meth:`_restore` needs after a rollback."""
        return None

    def _restore(self, kept):
        """Return the same access in a new transaction, after the first was rolled back."""
        return self

    # === BUSINESS METHODS === #

    def _get_document(self):
        """Return the access's document with the caller's rights; empty when it is gone."""
        self.ensure_one()
        if self.res_model not in self.env:
            return None
        # sudo: only whether it exists, and what every click reads, in one query
        Document = self.env[self.res_model].sudo().with_context(active_test=False)
        fetched = Document._finance_portal_get_read_fields()
        return Document.search_fetch([("id", "=", self.res_id)], fetched).with_env(self.env)

    def _get_resolved_document(self):
        """Return the same right after :meth:`_resolve`, which has just read it, in its company.

        One transaction sees one state of the database: reading it again would tell nothing new.
        """
        # sudo: the resolver let the visitor in to this one document
        document = self.env[self.res_model].sudo().browse(self.res_id)
        return document.with_company(self.company_id)

    def _get_lang(self):
        """Return the language for a visitor with this access."""
        return self.env["finance.portal.page"]._choose_lang(
            self.partner_id.lang, self.customer_id.lang, self.company_id.partner_id.lang
        )

    def _prepare_event_values(self):
        """Return what an event stores about an access."""
        self.ensure_one()
        return {
            "res_model": self.res_model,
            "res_id": self.res_id,
            "document_name": self.document_name,
            "partner_id": self.partner_id.id,
            "email": self.email,
            "company_id": self.company_id.id,
        }

    def _mark_viewed(self):
        """Note when a person first looked at the document; return whether staff are to know."""
        return False

    def _answer(self, kind, form, visit, first_visit=None):
        """Carry out what the visitor answered, see :class:`Answer` for what to pass.

        :return: see ``_finance_portal_answer`` of ``finance.portal.decision.mixin``
        :raise UnknownLink: the document asks for no answer
        """
        # sudo: the resolver let the visitor in to this one document
        document = self._get_document().sudo().with_company(self.company_id)
        if kind not in document._finance_portal_get_answers():
            raise UnknownLink("no answer of this kind", recovery_key=self.ref)
        answer = Answer(self, kind, form, visit, first_visit)
        return document.with_context(lang=self._get_lang())._finance_portal_answer(answer)

    def _get_signature(self):
        """Return the signature (PNG) under what was accepted, or ``None``."""
        # sudo: the resolver let the visitor in to this one document
        document = self._get_document().sudo().with_company(self.company_id)
        return document._finance_portal_get_signature()

    # === RESOLVER === #

    @api.model
    def _resolve(self, ref, grant):
        """Return the access (sudo) that this visitor has by a public reference.

        :param str ref: the public reference, from the address
        :param dict grant: what the visitor's browser holds for this reference, or ``None``
        :raise UnknownLink: no such access, or this browser was never let in
        :raise LinkGone: it does not open its document any more
        :raise SignInRequired: it opens for a signed-in customer only
        :raise WrongCustomer: another customer is signed in
        """
        if grant:
            return self.env["finance.portal.link"]._resolve_ref(ref, grant)
        return self.env["finance.portal.account.access"]._resolve_for(ref)
