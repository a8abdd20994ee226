from odoo import models

from ...const import BY_FILE, BY_FILE_KEY


class AccountDocumentImportMixin(models.AbstractModel):
    _inherit = "account.document.import.mixin"

    def _extend_with_attachments(self, files_data, new=False):
        """Mark what follows from a file: anybody may send us one with anything in it.

        Odoo imports bills that come by email or from a network with all rights, and records the
        bank accounts in them for the vendors they name.
        """
        marked = self.with_context(**{BY_FILE_KEY: BY_FILE})
        return super(AccountDocumentImportMixin, marked)._extend_with_attachments(files_data, new)
