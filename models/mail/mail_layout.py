from odoo import api, models

from ...tools.mail_content import enlarge
from ...tools.markup import html_lang

LAYOUT = "finance_portal.mail_layout"
# Odoo's layouts, and what its other apps make of them, such as one that mentions Peppol.
STANDARD = ("mail_notification_layout", "mail_notification_light")
DEFAULT = "mail.mail_notification_layout"


class FinancePortalMailLayout(models.AbstractModel):
    """The one layout of every email to a customer.

    The message inside is staff's own. A layout that a company made for itself is left alone.
    """

    _name = "finance.portal.mail.layout"
    _description = "Layout of Emails to Customers"

    @api.model
    def _replaces(self, xmlid):
        """Return whether ours takes the place of a layout; without one, Odoo takes its default."""
        return (xmlid or DEFAULT).rpartition(".")[2].startswith(STANDARD)

    @api.model
    def _get_values(self, content, message, company, lang, replaced=None):
        """Return what the layout needs beyond what Odoo gives every layout.

        :param content: a :class:`MailContent`
        :param message: the ``mail.message``, possibly one that is never stored
        :param str replaced: external id of the layout that ours replaces, which says whose
            signature there is
        """
        Page = self.env["finance.portal.page"]
        info = self.env["res.lang"]._get_data(code=Page._get_installed_lang(lang))
        name = (replaced or DEFAULT).rpartition(".")[2]
        return {
            "own": content,
            "body": enlarge(message.body or ""),
            "brand": Page.with_context(lang=info.code)._get_brand(company),
            "html_lang": html_lang(info.code),
            "dir": info.direction,
            "start": "right" if info.direction == "rtl" else "left",
            "signed_by_author": name == "mail_notification_layout",
            "signed_by_responsible": "with_responsible_signature" in name,
        }

    @api.model
    def _render(self, content, body, company):
        """Return a whole email for an address that Odoo can't notify, in the context's language."""
        # A record that is never stored: the layout reads it as it does a notification's.
        message = self.env["mail.message"].new({"body": body})
        values = self._get_values(content, message, company, self.env.lang)
        return self.env["ir.qweb"]._render(LAYOUT, values, minimal_qcontext=True)
