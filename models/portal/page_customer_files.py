from odoo import api, models
from odoo.fields import Domain

from ...const import PORTAL
from ...failures import FileGone
from ...tools.file_names import extension_of, safe_name
from ...tools.secure_token import is_ref
from .list import PAGE_SIZE


class FinancePortalPage(models.AbstractModel):
    """The portal's page of files: those shared with the customer, and those of documents."""

    _inherit = "finance.portal.page"

    @api.model
    def _respond_files(self, viewer, params):
        """Return the page of files.

        :param dict params: what the address says, as the visitor sent it
        """
        page = self.with_context(lang=self._get_viewer_lang(viewer))
        rows, following = page._get_document_file_rows(viewer, params.get("after"))
        values = {
            "shared": [
                page._describe_file(viewer.get_address(f"{PORTAL}/files/{ref}"), attachment)
                for ref, attachment in page._get_shared_files(viewer)
            ],
            "of_documents": rows,
            "next": following and viewer.get_address(f"{PORTAL}/files?after={following}"),
            "is_first": not params.get("after"),
        }
        return self._respond_portal(viewer, "finance_portal.portal_files", values, current="files")

    @api.model
    def _get_shared_file(self, viewer, ref):
        """Return a file (sudo) that was shared with the viewer's customer.

        :raise FileGone: no such file was
        """
        attachment = dict(self._get_shared_files(viewer)).get(ref)
        if attachment is None:
            raise FileGone("no such file for this customer")
        return attachment

    @api.model
    def _get_shared_files(self, viewer):
        """Return ``(public reference, attachment)`` of what was shared without a document.

        Who is limited to own documents gets what was shared with them, not with colleagues.
        """
        partners = viewer.contact if viewer.own_documents else viewer.customer | viewer.contact
        File = self.env["finance.portal.file"]
        return [
            file
            for partner in partners
            for file in File._get_shared_with(partner, viewer.companies)
        ]

    @api.model
    def _get_document_file_rows(self, viewer, after):
        """Return a page of files of documents, the newest first, and where the next begins.

        :param str after: the reference of the file that the page begins behind, if any
        """
        scope = self.env["finance.portal.scope"]
        # sudo: the scope is in the domain
        File = self.env["finance.portal.file"].sudo()
        cursor = File.search([("ref", "=", after)]) if is_ref(after) else File
        domain = Domain.OR(
            Domain("res_model", "=", model)
            & Domain("res_id", "in", self._query_scope(model, viewer))
            for model in self.env["finance.portal.document"]._finance_portal_get_models()
        )
        if cursor:
            domain &= Domain("id", "<", cursor.id)
        files = File.search(domain, order="id desc", limit=PAGE_SIZE + 1)
        more = files[PAGE_SIZE - 1].ref if len(files) > PAGE_SIZE else None
        rows, owned = [], files[:PAGE_SIZE]._filter_owned()
        by_model = owned.grouped("res_model")
        for file in owned:
            # sudo: the files were found through the viewer's scope
            document = self.env[file.res_model].sudo().browse(file.res_id)
            document = document.with_prefetch(by_model[file.res_model].mapped("res_id"))
            path = f"/finance/d/{scope._make_ref(document)}"
            row = self._describe_file(f"{path}/file/{file.ref}", file.attachment_id)
            title = document.with_context(lang=self.env.lang)._finance_portal_get_title()
            rows.append({**row, "document_path": path, "document": title})
        return rows, more

    @api.model
    def _query_scope(self, model, viewer):
        """Return the query for the documents of a model that the viewer may see."""
        domain = self.env["finance.portal.scope"]._get_viewer_domain(model, viewer)
        # sudo: the scope is in the domain
        return self.env[model].sudo().with_context(active_test=False)._search(domain)

    @api.model
    def _describe_file(self, path, attachment):
        """Return a file as the page draws it."""
        return {
            "path": path,
            "name": safe_name(attachment.name),
            "kind": extension_of(attachment.name),
            "size": self._format_size(attachment.file_size),
        }
