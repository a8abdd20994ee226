import base64
import hashlib
import io
import json
import zipfile

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...sql_guards import columns_of, stored_columns
from ...tools.file_names import safe_name
from ...tools.terms import canonical, fingerprint

# What may change after a row was written: references that follow a merge of contacts or the
# deletion of what they point to, and once, that the answer is void.
VOID_COLUMNS = ("voided_at", "voided_by_id", "void_reason")
REFERENCE_COLUMNS = ("link_id", "account_id", "partner_id", "customer_id", *VOID_COLUMNS)


class FinancePortalDecision(models.Model):
    """What a customer answered, to exactly which terms, and the evidence.

    Nobody holds write or delete rights, and a trigger refuses both to any SQL client. An
    answer that staff took back by reopening the document is kept, marked as void.
    """

    _name = "finance.portal.decision"
    _description = "Customer's Decision"
    _inherit = "finance.portal.staff.visibility.mixin"
    _order = "id desc"
    _rec_name = "document_name"

    kind = fields.Selection(
        [("accepted", "Accepted"), ("partial", "Approved in part"), ("declined", "Declined")],
        "Decision",
        required=True,
        readonly=True,
    )
    date = fields.Datetime(required=True, readonly=True)
    res_model = fields.Char("Document Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Document", model_field="res_model", required=True, readonly=True
    )
    document_name = fields.Char("Document Number", readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    link_id = fields.Many2one("finance.portal.link", readonly=True, index="btree_not_null")
    account_id = fields.Many2one("finance.portal.account", readonly=True, index="btree_not_null")
    # Links, and activity with them, are deleted after a while; what tells them apart stays.
    link_ref = fields.Char("Link Reference", readonly=True)
    contact_name = fields.Char(readonly=True, help="The contact's name at the time.")
    customer_name = fields.Char(readonly=True, help="The customer's name at the time.")
    signature_sha256 = fields.Char("SHA-256 of the Signature", readonly=True)
    partner_id = fields.Many2one("res.partner", "Contact", readonly=True, index="btree_not_null")
    customer_id = fields.Many2one("res.partner", readonly=True, index="btree_not_null")
    email = fields.Char("Address Used", readonly=True)
    name = fields.Char(
        "Signed By",
        readonly=True,
        help="The name the customer entered; the contact's, if they declined without one.",
    )
    reason = fields.Text(readonly=True, help="What the customer wrote when declining.")
    ip = fields.Char("IP Address", readonly=True)
    agent = fields.Char("Browser", readonly=True)
    signature = fields.Image(readonly=True)
    signature_kind = fields.Selection(
        [("drawn", "Drawn"), ("typed", "Typed")], "Signature Type", readonly=True
    )
    terms = fields.Text(required=True, readonly=True, help="The terms decided on, as JSON.")
    terms_lang = fields.Char(
        "Language of the Terms",
        readonly=True,
        help="Code of the language in which the terms were shown.",
    )
    parts = fields.Text(
        readonly=True,
        help="The answers for each line, as JSON, if the customer answers line by line.",
    )
    fingerprint = fields.Char(
        required=True, readonly=True, help="SHA-256 of the terms, which identifies the version."
    )
    pdf = fields.Binary("Document as Decided", readonly=True)
    pdf_name = fields.Char("PDF Name", readonly=True)
    pdf_sha256 = fields.Char("SHA-256 of the PDF", readonly=True)
    voided_at = fields.Datetime("Voided On", readonly=True, help="When staff reopened it.")
    voided_by_id = fields.Many2one(
        "res.users", "Reopened By", readonly=True, index="btree_not_null"
    )
    void_reason = fields.Text("Reopening Reason", readonly=True)
    void_note = fields.Char("Reopening", compute="_compute_void_note")
    evidence_problem = fields.Char("Altered Evidence", compute="_compute_evidence_problem")

    # Two parallel answers: the database lets one of them stand.
    _one_stands = models.UniqueIndex("(res_model, res_id) WHERE voided_at IS NULL")
    _document_index = models.Index("(res_model, res_id)")

    def init(self):
        """Make the database itself refuse to change or delete evidence."""
        kept = stored_columns(self, but=REFERENCE_COLUMNS)
        # A user may be deleted; the column then becomes empty.
        void = [name for name in VOID_COLUMNS if name != "voided_by_id"]
        self.env.cr.execute(
            SQL(
                """
            CREATE OR REPLACE FUNCTION finance_portal_decision_guard() RETURNS trigger AS $$
            BEGIN
                IF TG_OP = 'UPDATE' THEN
                    IF (%s) IS NOT DISTINCT FROM (%s) AND (
                        OLD.voided_at IS NULL
                        OR (%s) IS NOT DISTINCT FROM (%s)
                    ) THEN
                        RETURN NEW;
                    END IF;
                END IF;
                RAISE EXCEPTION 'a decision of a customer cannot be changed'
                    USING ERRCODE = 'check_violation';
            END $$ LANGUAGE plpgsql;
            CREATE OR REPLACE TRIGGER finance_portal_decision_guard
                BEFORE UPDATE OR DELETE ON finance_portal_decision
                FOR EACH ROW EXECUTE FUNCTION finance_portal_decision_guard();
            CREATE OR REPLACE TRIGGER finance_portal_decision_guard_truncate
                BEFORE TRUNCATE ON finance_portal_decision
                FOR EACH STATEMENT EXECUTE FUNCTION finance_portal_decision_guard();
                """,
                columns_of("NEW", kept),
                columns_of("OLD", kept),
                columns_of("NEW", void),
                columns_of("OLD", void),
            )
        )

    # === COMPUTE METHODS === #

    @api.depends("voided_at", "voided_by_id")
    @api.depends_context("lang", "tz")
    def _compute_void_note(self):
        """Say when staff reopened the document, and who it was."""
        for decision in self:
            # sudo: of a colleague, no more than the name
            user, date = decision.voided_by_id.sudo(), decision.voided_at
            when = date and self.env.user._finance_portal_format_time(date)
            values = {"date": when, "name": user.name}
            if not date:
                decision.void_note = False
            elif user:
                decision.void_note = self.env._(
                    "Reopened on %(date)s by %(name)s: this decision is no longer valid.", **values
                )
            else:
                decision.void_note = self.env._(
                    "Reopened on %(date)s: this decision is no longer valid.", date=values["date"]
                )

    def _compute_evidence_problem(self):
        """Say whether the files that are kept are still those of the decision."""
        sentences = {
            "pdf": self.env._(
                "The PDF that is kept is missing or was changed after the decision: its SHA-256"
                " differs. Don't rely on it; restore it from a backup."
            ),
            "signature": self.env._(
                "The signature that is kept is missing or was changed after the decision: its"
                " SHA-256 differs. Don't rely on it; restore it from a backup."
            ),
        }
        for decision in self:
            problems = [sentences[name] for name in decision._get_altered()]
            decision.evidence_problem = " ".join(problems)

    # === ACTION METHODS === #

    def action_download_evidence(self):
        """Download everything that is kept of a decision, in one file."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/finance_portal/decision/{self.id}/evidence",
            "target": "download",
        }

    # === BUSINESS METHODS === #

    @api.model
    def _get_standing(self, documents):
        """Return the decisions (sudo) that are in force: one or none for each document."""
        # sudo: asked on behalf of visitors, who have no rights
        return self.sudo().search(
            [
                ("res_model", "=", documents._name),
                ("res_id", "in", documents.ids),
                ("voided_at", "=", False),
            ]
        )

    @api.model
    def _get_decided(self, model, kind):
        """Return the domain of a model's documents with a decision of a kind in force."""
        # sudo: visitors have no rights; only which documents have a decision
        standing = self.sudo()._search(
            [("res_model", "=", model), ("kind", "=", kind), ("voided_at", "=", False)]
        )
        return Domain("id", "in", standing.subselect("res_id"))

    @api.model
    def _keep(self, access, kind, terms, pdf, values):
        """Store a decision with its evidence.

        :param access: the access it was made through: a link, or an account
        :param str kind: a key of ``kind``
        :param dict terms: what was decided on, see ``tools/terms.py``
        :param tuple pdf: file name and bytes of the official PDF of these terms, or ``None``
        :param dict values: what the customer entered: ``name``, ``reason``, ``signature``,
            ``parts`` (as :meth:`_get_parts` returns them, as JSON)…
        """
        visitor = self.env["finance.portal.event"]._visitor()
        # sudo: evidence is written by the system only, nobody has the right to
        return self.sudo().create(
            {
                **access._prepare_event_values(),
                **values,
                "kind": kind,
                "date": fields.Datetime.now(),
                "customer_id": access.customer_id.id,
                "link_ref": access.ref,
                "contact_name": access.partner_id._finance_portal_get_name(),
                "customer_name": access.customer_id.name,
                "signature_sha256": self._digest(values.get("signature")),
                "ip": visitor.get("ip"),
                "agent": visitor.get("agent"),
                "terms": canonical(terms),
                "fingerprint": fingerprint(terms),
                **(self._prepare_pdf_values(*pdf) if pdf else {}),
            }
        )

    @api.model
    def _prepare_pdf_values(self, filename, content):
        """Return what is stored about the PDF that the customer decided on."""
        return {
            "pdf": base64.b64encode(content),
            "pdf_name": filename,
            "pdf_sha256": hashlib.sha256(content).hexdigest(),
        }

    @api.model
    def _digest(self, encoded):
        """Return the SHA-256 of what is encoded in base64, or an empty text for nothing."""
        return hashlib.sha256(base64.b64decode(encoded)).hexdigest() if encoded else ""

    def _void(self, reason=None):
        """Note that these decisions do not stand any more.

        :param str reason: why staff took them back, if they said
        """
        user, standing = self.env.user, self.filtered(lambda one: not one.voided_at)
        for model, decisions in standing.grouped("res_model").items():
            # Nobody needs to look at it any more.
            documents = self.env[model].browse(decisions.mapped("res_id"))
            documents.activity_unlink(["finance_portal.mail_activity_answer"])
        standing.write(
            {
                "voided_at": fields.Datetime.now(),
                # A later answer of the customer also ends an earlier one.
                "voided_by_id": user.id if user._is_internal() else False,
                "void_reason": reason,
            }
        )
        self.flush_model(["voided_at"])  # before another one can stand

    def _check_may_read(self):
        """Raise unless the user may see the decision, and the document while it is there.

        :raise AccessError: otherwise
        """
        self.ensure_one()
        self.check_access("read")
        if self.res_model in self.env and (
            document := self.env[self.res_model].browse(self.res_id).exists()
        ):
            document.check_access("read")

    def _get_parts(self):
        """Return what was answered line by line, empty where lines were not asked for.

        :return: list of dict of ``id`` (of the line in the terms), ``text`` (what it is),
            ``verdict`` ("accepted" or "declined") and ``reason``
        """
        return json.loads(self.parts or "[]")

    # === EVIDENCE === #

    def _get_evidence(self):
        """Return ``(file name, bytes)`` of all that is kept of a decision.

        A ZIP file: the decision as a page to print, the PDF that was decided on byte for byte
        (so that its SHA-256 can be checked), the signature, and everything as JSON. A file that
        is not the one of the decision any more is still in it, and says so in its name.
        """
        self.ensure_one()
        stem = f"{self.document_name or self.res_id}-{self.kind}".replace("/", "-")
        stem, whole = safe_name(stem), self.with_context(bin_size=False)
        marks = dict.fromkeys(self._get_altered(), "ALTERED-")
        report = "finance_portal.action_report_decision"
        # sudo: the report reads its own record; the caller was checked before
        page, _type = self.env["ir.actions.report"].sudo()._render_qweb_pdf(report, self.ids)
        parts = {
            f"{stem}.pdf": page,
            f"{stem}.json": json.dumps(self._get_facts(), indent=2, ensure_ascii=False).encode(),
        }
        if whole.pdf:
            name = safe_name(self.pdf_name or "document.pdf")
            name = f"document-{name}" if name in parts else name
            parts[marks.get("pdf", "") + name] = base64.b64decode(whole.pdf)
        if whole.signature:
            name = marks.get("signature", "") + "signature.png"
            parts[name] = base64.b64decode(whole.signature)
        if self.evidence_problem:
            parts["READ ME FIRST.txt"] = self.evidence_problem.encode()
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
        return f"{stem}.zip", buffer.getvalue()

    def _get_altered(self):
        """Return which files differ from those of the decision: "pdf", "signature".

        The SHA-256 in the row can't be changed; the files lie in the filestore, where whoever
        runs the server can change them.
        """
        self.ensure_one()
        whole = self.with_context(bin_size=False)
        return [
            name
            for name in ("pdf", "signature")
            if self[f"{name}_sha256"] and self._digest(whole[name]) != self[f"{name}_sha256"]
        ]

    def _get_facts(self):
        """Return the decision as plain data, times in UTC (ISO 8601)."""
        self.ensure_one()
        return {
            "decision": self.kind,
            "document": self.document_name,
            "company": self.company_id.name,
            "customer": self.customer_name,
            "date": f"{self.date.isoformat()}Z",
            "void_since": self.voided_at and f"{self.voided_at.isoformat()}Z",
            "void_reason": self.void_reason or None,
            "void_by": self.voided_by_id.name or None,
            "name": self.name,
            "reason": self.reason or None,
            "contact": self.contact_name,
            "email": self.email,
            "link": self.link_ref,
            "ip": self.ip,
            "agent": self.agent,
            "signature": self.signature_kind
            and {"kind": self.signature_kind, "sha256": self.signature_sha256},
            "pdf": self.pdf_sha256 and {"name": self.pdf_name, "sha256": self.pdf_sha256},
            "altered_since": self._get_altered() or None,
            "parts": self._get_parts() or None,
            "fingerprint": self.fingerprint,
            "language": self.terms_lang or None,
            "terms": json.loads(self.terms),
        }
