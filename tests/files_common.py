"""Files for documents of every kind, and what their customers see of them."""

from .send_common import SendDocumentsCase


class FilesCase(SendDocumentsCase):
    """Documents of every kind, and files for them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.File = cls.env["finance.portal.file"]
        cls.order.state = "sent"

    @classmethod
    def attach(cls, document=None, name="terms.pdf", raw=b"%PDF-1.4 terms", **values):
        """Return a new attachment of ``document``, by default of ``invoice``."""
        document = cls.invoice if document is None else document
        return cls.env["ir.attachment"].create(
            {
                "name": name,
                "raw": raw,
                "res_model": document._name,
                "res_id": document.id,
                **values,
            }
        )

    def names(self, document=None):
        """Return the names of what customers see, in order."""
        document = self.invoice if document is None else document
        document.invalidate_recordset()
        return [attachment.name for _ref, attachment in document._finance_portal_get_files()]

    def show(self, *attachments):
        """Tick attachments of ``invoice``; return their public references."""
        for attachment in attachments:
            self.env["finance.portal.file"]._show(self.invoice, attachment)
        known = {file: ref for ref, file in self.invoice._finance_portal_get_files()}
        return [known[attachment] for attachment in attachments]
