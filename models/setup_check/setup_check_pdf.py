from babel import Locale, UnknownLocaleError

from odoo import models

from odoo.addons.base.models.ir_actions_report import _wkhtml

from ...tools.fonts import find_font
from .probes import LIMIT, within
from .setup_check import Result


class FinancePortalSetupCheck(models.Model):
    """Can the server make PDFs that look as they should?"""

    _inherit = "finance.portal.setup.check"

    def _check_renderer(self):
        state = self.env["ir.actions.report"].get_wkhtmltopdf_state()
        if state == "workers":
            return Result(
                "bad",
                self.env._("With one worker, no PDF can be made: it would wait for itself."),
                self.env._("Set workers to 2 or more in Odoo's configuration."),
            )
        if state != "ok":
            return Result(
                "bad",
                self.env._("wkhtmltopdf is missing, broken or too old, so no PDF can be made."),
                self.env._("Install wkhtmltopdf 0.12.6 with patched Qt, and restart Odoo."),
            )
        if not _wkhtml().is_patched_qt:
            return Result(
                "fair",
                self.env._(
                    "wkhtmltopdf has no patched Qt, so the letterhead is only on the first page,"
                    " and pages have no numbers."
                ),
                self.env._("Install wkhtmltopdf 0.12.6 with patched Qt, and restart Odoo."),
            )
        return Result("good", self.env._("wkhtmltopdf %s makes the PDFs.", _wkhtml().version))

    def _check_report_url(self):
        url = self.env["ir.actions.report"]._get_report_url()
        found = self._find_who_answers(url)
        if not found:
            return Result("good", self.env._("The renderer gets its styles from %s.", url))
        return Result(
            "bad",
            self.env._("PDFs come without styles. %s", found.text),
            self.env._(
                "Set report.url in the system parameters to an address at which this server"
                " reaches Odoo, such as http://localhost:8069."
            ),
            "parameters",
        )

    def _check_fonts(self):
        names = {
            name: own
            for code, name in self.env["res.lang"].get_installed()
            if (own := _get_own_name(code))
        }
        missing = within(LIMIT, _find_without_font, names)
        if not missing:
            return Result("good", self.env._("There are fonts for all languages."))
        return Result(
            "fair",
            self.env._("No font was found for: %s.", ", ".join(missing)),
            self.env._(
                "Install fonts with these letters, such as the packages fonts-noto-core and"
                " fonts-noto-cjk."
            ),
        )


def _get_own_name(code):
    """Return what a language calls itself, which shows its letters."""
    try:
        return Locale.parse(code.partition("@")[0]).get_language_name()
    except (ValueError, UnknownLocaleError):
        return ""


def _find_without_font(names):
    """Return the languages whose own name no font can print."""
    return [name for name, own in names.items() if not find_font(own)]
