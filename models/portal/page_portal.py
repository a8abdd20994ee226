from odoo import api, models
from odoo.http import request

from ...const import PORTAL
from ...failures import ViewingEnded
from ...tools.markup import embolden, html_lang, isolate


class FinancePortalPage(models.AbstractModel):
    """The frame of the customer portal: who is signed in, where they can go, and its pages."""

    _inherit = "finance.portal.page"

    @api.model
    def _get_frame(self, viewer, current=None, document=None):
        """Return what the frame of a portal page shows.

        :param Viewer viewer: who looks
        :param str current: the name of the page, a key of :meth:`_get_sections`
        :param document: the document that the page shows, if any
        :return: dict of ``frame``: ``sections`` (list of ``{path, label, current}``),
            ``settings`` (the one of them that stands beside Sign out), ``title`` (of the current
            one), ``back`` (whether there is a way back to it), ``contact`` and ``customer``
            (names), ``choices`` (see :meth:`_get_choices`), ``staff`` (for staff only, see
            :meth:`_get_staff_banner`)
        """
        sections = self._get_sections(viewer)
        path, title = sections.get(current, ("", ""))
        links = {
            name: {"path": viewer.get_address(way), "label": label, "current": name == current}
            for name, (way, label) in sections.items()
        }
        return {
            "frame": {
                "settings": links.pop("settings"),
                "sections": list(links.values()),
                "title": title,
                "back": document is not None and path and viewer.get_address(path),
                "contact": viewer.contact._finance_portal_get_name(),
                "customer": viewer.customer.name,
                "choices": self._get_choices(viewer.choices, viewer.account),
                "staff": viewer.staff and self._get_staff_banner(viewer),
            }
        }

    @api.model
    def _get_sections(self, viewer):
        """Return the pages of the portal: ``{name: (path, label)}``, in their order."""
        sections = {
            "dashboard": (PORTAL, self.env._("Overview")),
            "invoices": (f"{PORTAL}/invoices", self.env._("Invoices")),
            "payments": (f"{PORTAL}/payments", self.env._("Payments")),
            "quotes": (f"{PORTAL}/quotes", self.env._("Quotes")),
            "orders": (f"{PORTAL}/orders", self.env._("Orders")),
            "files": (f"{PORTAL}/files", self.env._("Files")),
            "statement": (f"{PORTAL}/statement", self.env._("Statement")),
            "settings": (f"{PORTAL}/settings", self.env._("Settings")),
        }
        if not self.env["finance.portal.statement"]._is_available(viewer.own_documents):
            del sections["statement"]
        return sections

    @api.model
    def _get_lists(self):
        """Return the names of the models of the portal's lists, by the page that shows them."""
        return {
            "invoices": "finance.portal.list.invoices",
            "payments": "finance.portal.list.payments",
            "quotes": "finance.portal.list.quotes",
            "orders": "finance.portal.list.orders",
            "statement": "finance.portal.list.statements",
        }

    @api.model
    def _respond_dashboard(self, viewer):
        """Return the overview."""
        page = self.with_context(lang=self._get_viewer_lang(viewer))
        values = page.env["finance.portal.dashboard"]._get_page_values(viewer)
        return self._respond_portal(
            viewer, "finance_portal.portal_dashboard", values, current="dashboard"
        )

    @api.model
    def _respond_list(self, viewer, section, params):
        """Return the page of a list.

        :param str section: a key of :meth:`_get_lists`
        :param dict params: what the address says, as the visitor sent it
        """
        page = self.with_context(lang=self._get_viewer_lang(viewer))
        values = page.env[self._get_lists()[section]]._get_page_values(viewer, params)
        title = page._get_sections(viewer)[section][1]
        return self._respond_portal(
            viewer,
            "finance_portal.portal_list",
            {"page_title": title, **values},
            current=section,
        )

    @api.model
    def _get_staff_banner(self, viewer):
        """Return what the banner above the portal needs, in the language of the staff who look."""
        info = self.env["res.lang"]._get_data(code=self._choose_lang(viewer.staff.lang))
        return {
            "code": info.code,
            "lang": html_lang(info.code),
            "dir": info.direction,
            "words": self.with_context(lang=info.code)._get_staff_words(viewer),
        }

    @api.model
    def _get_staff_words(self, viewer):
        return self.env._(
            "You're seeing what %(name)s sees, until %(time)s. You can't change anything, and this"
            " doesn't count as a view.",
            name=embolden(isolate(viewer.contact._finance_portal_get_name())),
            time=self._format_staff_until(viewer),
        )

    @api.model
    def _word_documents(self, count):
        """Return how many documents there are, in words.

        :param str count: their number, possibly one like "1,000+"
        """
        if count == "1":
            return self.env._("1 document")
        return self.env._("%(count)s documents", count=isolate(count))

    @api.model
    def _format_staff_until(self, viewer):
        """Return until when a staff member views as the customer, in their language."""
        return viewer.staff.with_env(self.env)._finance_portal_format_time(viewer.until)

    @api.model
    def _respond_portal(self, viewer, template, values=None, *, current=None, status=200):
        """Return a page of the portal, in the customer's language and its company's branding."""
        lang = self._get_viewer_lang(viewer)
        page = self.with_context(lang=lang)
        return page._respond(
            template,
            {
                "csrf_token": page._get_csrf_token(),
                **page._get_frame(viewer, current),
                "portal_path": viewer.base,
                **(values or {}),
            },
            company=self._get_viewer_company(viewer),
            lang=lang,
            status=status,
        )

    @api.model
    def _get_customer_look(self):
        viewer = self._get_signed_in()
        if not viewer:
            return super()._get_customer_look()
        return self._get_viewer_lang(viewer), self._get_viewer_company(viewer)

    @api.model
    def _is_signed_in(self):
        return bool(self._get_signed_in())

    @api.model
    def _get_signed_in(self):
        """Return the viewer of a request that failed, maybe before anybody was authenticated.

        Of several accounts, it is the one that the address names.
        """
        if not request.session.uid:
            return None
        self.env["ir.http"]._authenticate_explicit("public")
        if not request.session.uid:
            return None
        request.update_env(user=request.session.uid)
        Account = request.env["finance.portal.account"]
        try:
            viewers = Account._get_viewers()
        except ViewingEnded:
            return None
        chosen = Account._get_chosen()
        named = [viewer for viewer in viewers if chosen and viewer.account._get_ref() == chosen]
        return next(iter(named or viewers), None)

    @api.model
    def _get_viewer_lang(self, viewer):
        """Return the language for a viewer: the contact's, also for staff."""
        return self._choose_lang(viewer.contact.lang, viewer.customer.lang)

    @api.model
    def _get_viewer_company(self, viewer):
        """Return the company (sudo) whose branding the portal wears for a customer."""
        return viewer.account.company_id or viewer.contact.company_id or self.env.company
