from datetime import timedelta

from odoo import api, models

from ...const import PORTAL
from ...tools.file_names import safe_name
from ...tools.period import (
    FIRST_DAY,
    Period,
    PeriodError,
    last_day,
    months_before,
    parse_period,
    presets,
)
from .archive import MAX_BYTES, MAX_DOCUMENTS, between

KILOBYTE = 1024


class FinancePortalPage(models.AbstractModel):
    """The portal's page on which all invoices of a period are downloaded."""

    _inherit = "finance.portal.page"

    @api.model
    def _respond_archive(self, viewer, params, status=200):
        """Return the page that says what a download would hold, before it begins."""
        page = self.with_context(lang=self._get_viewer_lang(viewer))
        return self._respond_portal(
            viewer,
            "finance_portal.portal_archive",
            {
                "page_title": page.env._("Download invoices"),
                "archive": page._get_archive_values(viewer, params),
                "archive_path": viewer.get_address(f"{PORTAL}/invoices/download"),
                "list_path": viewer.get_address(f"{PORTAL}/invoices"),
            },
            current="invoices",
            status=status,
        )

    @api.model
    def _get_archive(self, viewer, params):
        """Return the :class:`Archive` that a viewer asks for.

        ``None`` for a period that makes no sense, is empty or holds too much: the page says so.
        """
        page = self.with_context(lang=self._get_viewer_lang(viewer))
        period, problem = page._read_archive_period(params)
        domain = page._get_archive_domain(viewer, period)
        Archives = page.env["finance.portal.archive"]
        months = [] if problem else Archives._get_months(domain)
        if not months or not Archives._fits(months):
            return None
        # sudo: the scope is in the domain
        Move = page.env["account.move"].sudo().with_context(active_test=False)
        moves = Move.search(domain, order="invoice_date, id", limit=MAX_DOCUMENTS)
        title, name = page.env._("Invoices"), viewer.customer.name or ""
        advice = page.env._(
            "These documents have no PDF yet. Open each one in the portal and press Download PDF,"
            " which makes it. Then download this file again."
        )
        filename = safe_name(f"{title} {name[:60]} {period.start} {period.end}.zip")
        return Archives._make(moves, filename, advice)

    # === HELPERS === #

    @api.model
    def _get_archive_domain(self, viewer, period):
        """Return the domain of the viewer's invoices of a period."""
        List = self.env["finance.portal.list.invoices"]
        return List._get_viewer_domain(viewer) & between(period)

    @api.model
    def _read_archive_period(self, params):
        """Return ``(period, what was wrong with it)``, the default period when something was."""
        Statement = self.env["finance.portal.statement"]
        today = Statement._get_today(self.env.company)
        try:
            return parse_period(params.get("from"), params.get("to"), today), ""
        except PeriodError as error:
            problem = (
                self.env._("Please choose a shorter period.")
                if error.reason == "too_long"
                else Statement._get_problem(error.reason, today)
            )
            return presets(today)["last_12_months"], problem

    @api.model
    def _get_archive_values(self, viewer, params):
        """Return what the page shows.

        :return: dict of ``problem`` (a sentence, or empty), ``start``, ``end``, ``first``,
            ``last`` (ISO days), ``title`` (the period), ``presets`` (list of ``name``, ``query``,
            ``current``), ``query`` (of the download, empty when there is none), ``count``,
            ``size`` (texts), ``unready`` (a sentence, or empty), ``over`` (a sentence when it is
            too much) and ``months`` (then: list of ``name``, ``words``, ``size``, ``query``)
        """
        Statement = self.env["finance.portal.statement"]
        Archives = self.env["finance.portal.archive"]
        today = Statement._get_today(self.env.company)
        period, problem = self._read_archive_period(params)
        months = Archives._get_months(self._get_archive_domain(viewer, period))
        count, size = sum(one.count for one in months), sum(one.size for one in months)
        fits = Archives._fits(months)
        unready = sum(one.unready for one in months)
        return {
            "problem": problem,
            "start": period.start.isoformat(),
            "end": period.end.isoformat(),
            "first": FIRST_DAY.isoformat(),
            "last": last_day(today).isoformat(),
            "title": Statement._format_period(*period),
            "presets": Statement._describe_presets(today, period),
            "query": Statement._get_query(period) if months and fits else "",
            "count": str(count),
            "size": self._format_archive_size(size),
            "unready": self._get_unready_note(unready) if unready and fits else "",
            "over": "" if fits else self._get_over_note(),
            "months": [] if fits else [self._describe_month(one, period) for one in months],
        }

    @api.model
    def _format_archive_size(self, size):
        """Return about how large a download is: never nothing, as a table is always in it."""
        return self.env._("less than 1 kB") if size < KILOBYTE else self._format_size(size)

    @api.model
    def _get_unready_note(self, count):
        return self.env._(
            "PDFs that haven't been made yet: %(count)s. The ZIP file lists them, and says how to"
            " get them.",
            count=count,
        )

    @api.model
    def _get_over_note(self):
        return self.env._(
            "At most %(count)s documents and %(size)s can be downloaded at once. Please choose a"
            " shorter period, or one of these months:",
            count=MAX_DOCUMENTS,
            size=self._format_size(MAX_BYTES),
        )

    @api.model
    def _describe_month(self, month, period):
        """Return a month, or the part of it that is in a period, as a row of the page."""
        following = months_before(month.day, -1)
        part = Period(
            max(month.day, period.start), min(following - timedelta(days=1), period.end)
        )  # fmt: skip
        Statement = self.env["finance.portal.statement"]
        fits = self.env["finance.portal.archive"]._fits([month])
        return {
            "name": Statement._format_period(*part),
            "words": self._word_documents(str(month.count)),
            "size": self._format_archive_size(month.size),
            "query": Statement._get_query(part) if fits else "",
        }
