from decimal import Decimal

from odoo import api, models
from odoo.tools import formatLang, groupby

MAX_DUE = 5
MAX_WAITING = 5
MAX_NEWS = 6


class FinancePortalDashboard(models.AbstractModel):
    """The overview of the portal: what is open, what is due next, what happened recently.

    It adds up nothing itself: amounts come from the statement, documents from the lists.
    """

    _name = "finance.portal.dashboard"
    _description = "Overview of the Portal"

    @api.model
    def _get_page_values(self, viewer):
        """Return what the overview shows.

        :param Viewer viewer: who looks
        :return: dict of ``balances`` (see :meth:`_get_balances`), ``charts`` (see
            ``_get_history_charts``), ``due`` (``rows`` and ``heads`` of invoices, see
            ``finance.portal.list``), ``waiting`` (list of such, each with a ``title``) and
            ``news`` (list of ``date``, ``text``, ``name``, ``ref``, ``amount``)
        """
        contact = viewer.contact if viewer.own_documents else None
        asked = {"customer": viewer.customer, "companies": viewer.companies, "contact": contact}
        Statement = self.env["finance.portal.statement"]
        scope = Statement._get_recent_scope(**asked)
        viewer = viewer._replace(domains={}, waiting_shares=Statement._get_shares(scope))
        return {
            "balances": self._get_balances(**asked, scope=scope),
            "charts": Statement._get_history_charts(**asked, scope=scope),
            "due": self._get_part(viewer, "invoices", "open", "due", MAX_DUE),
            "waiting": self._get_waiting(viewer),
            "news": self._get_news(viewer),
        }

    @api.model
    def _get_balances(self, customer, companies, contact, scope):
        """Return what is open, by currency over all these companies.

        :return: list of dict of ``open``, ``overdue`` (texts; the latter empty when nothing is)
            and ``in_favor`` (whether the customer has a credit)
        """
        found = self.env["finance.portal.statement"]._get_open_balances(
            customer, companies, contact, scope
        )
        balances = []
        for currency, parts in groupby(found, key=lambda part: part["currency"]):
            total = sum((part["open"] for part in parts), Decimal())
            overdue = sum((part["overdue"] for part in parts), Decimal())
            balances.append(
                {
                    "open": self._money(abs(total), currency),
                    "overdue": self._money(overdue, currency) if overdue > 0 else "",
                    "in_favor": total < 0,
                }
            )
        return balances

    @api.model
    def _get_part(self, viewer, section, show, sort, limit):
        """Return the first rows of a list, as its page draws them."""
        List = self._get_list(section)
        rows = List._get_rows(viewer, List._get_newest(viewer, show, sort, limit))
        return {"rows": rows, "heads": List._get_texts()["heads"]}

    @api.model
    def _get_waiting(self, viewer):
        """Return what waits for the customer, of all lists that have such documents."""
        waiting = []
        for section in self.env["finance.portal.page"]._get_lists():
            if found := self._get_list(section)._get_waiting():
                title, show, sort = found
                part = self._get_part(viewer, section, show, sort, MAX_WAITING)
                waiting.append({"title": title, **part})
        return [part for part in waiting if part["rows"]]

    @api.model
    def _get_news(self, viewer):
        """Return what is new among the viewer's documents, of all lists."""
        newest, shown = {}, {}
        for section in self.env["finance.portal.page"]._get_lists():
            List = self._get_list(section)
            for document in List._get_newest(viewer, limit=MAX_NEWS):
                # What is in two lists, such as an accepted quote, counts as the later one.
                newest[document._name, document.id] = (List, document)
        day_of = self._get_day
        latest = sorted(newest.values(), key=lambda found: day_of(*found), reverse=True)[:MAX_NEWS]
        for _list, document in latest:  # of the others, no more than the day is read
            shown.setdefault(document._name, []).append(document.id)
        return [
            self._describe_news(viewer, List, document.with_prefetch(shown[document._name]))
            for List, document in latest
        ]

    @api.model
    def _get_day(self, List, document):
        """Return what a document's news is ordered by."""
        return f"{document[List._get_sorts()[''].field]}", document.id

    @api.model
    def _describe_news(self, viewer, List, document):
        """Return one piece of news as text."""
        [local] = List._localize(document)
        cells = List._prepare_cells(local)
        return {
            "date": cells["date"],
            "text": List._get_news(local),
            "name": cells["name"],
            "amount": cells["amount"],
            "ref": self.env["finance.portal.scope"]._make_ref(document),
        }

    @api.model
    def _get_list(self, section):
        return self.env[self.env["finance.portal.page"]._get_lists()[section]]

    @api.model
    def _money(self, amount, currency):
        return formatLang(self.env, float(amount), currency_obj=currency)
