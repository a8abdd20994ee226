from odoo import http
from odoo.http import request

from ..failures import FileGone, ReadOnlyView
from . import grants
from .documents import FILE, POST, FinancePortalDocuments
from .downloads import keep_private, send_download


class FinancePortalDecisions(FinancePortalDocuments):
    """The customer's answer to a document, and the evidence of it for staff."""

    @http.route("/finance/d/<string:ref>/accept", **POST)
    def accept(self, ref, **form):
        """Accept the document as it was shown."""
        return self._answer(ref, "accepted", form)

    @http.route("/finance/d/<string:ref>/decline", **POST)
    def decline(self, ref, **form):
        """Decline the document."""
        return self._answer(ref, "declined", form)

    @http.route("/finance/d/<string:ref>/answer", **POST)
    def answer_lines(self, ref, **form):
        """Answer line by line."""
        return self._answer(ref, "partial", form)

    @http.route("/finance/d/<string:ref>/options", **POST)
    def choose(self, ref, **form):
        """Apply the customer's choice of optional lines."""
        return self._answer(ref, "chosen", form)

    def _answer(self, ref, kind, form):
        """Carry out an answer, then show the document as it is now."""
        request.env["finance.portal.throttle"]._hit("deciding")
        self._check_form(form.get("csrf_token"), ref)
        access = self._resolve(ref)
        if access._is_read_only():
            raise ReadOnlyView("an answer while looking as the customer", access=access)
        visits = grants.get_visit(ref), grants.get_first_visit(ref)
        outcome = access._answer(kind, self._clean(form), *visits)
        # sudo: reads nothing that belongs to the visitor
        page = request.env["finance.portal.page"].sudo()
        if refusal := outcome.refusal:
            return page._respond_document(refusal.access, refusal=refusal)
        if outcome.kind == "chosen":
            # The page itself, not the way to it: what was typed must come back.
            return page._respond_document(access, chosen=outcome.typed)
        return request.redirect(f"/finance/d/{ref}", code=303)

    @http.route("/finance/d/<string:ref>/signature", **FILE)
    def signature(self, ref, **_query):
        """Send the customer's own signature under what they accepted."""
        access = self._resolve(ref)
        content = access._get_signature()
        if not content:
            raise FileGone("no signature to show", access=access)
        response = request.make_response(content, [("Content-Type", "image/png")])
        # Odoo gives pictures a policy of its own, and nothing else.
        return request.env["finance.portal.page"]._secure(response)

    def _clean(self, form):
        """Return a form's texts, without uploaded files: our forms ask for none."""
        return {name: value for name, value in form.items() if isinstance(value, str)}

    @http.route(
        "/finance_portal/decision/<int:decision_id>/evidence",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def evidence(self, decision_id):
        """Send staff everything that is stored about a decision, in one file."""
        decision = request.env["finance.portal.decision"].browse(decision_id)
        decision._check_may_read()
        filename, content = decision._get_evidence()
        return keep_private(send_download(filename, content, "application/zip"))
