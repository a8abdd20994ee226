from decimal import Decimal
from itertools import chain
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL, formatLang, groupby

from ..access.viewer import Known

MAX_DUE = 5
MAX_WAITING = 5
MAX_NEWS = 6
DUE = ("invoices", "open", "due", MAX_DUE)

# One part of the query that finds all documents of the page: in the order in which it finds them.
NUMBERED = """
    (SELECT %(part)s AS part, row_number() OVER () AS rank, id, value
       FROM (%(query)s) AS found)
"""


class Found(NamedTuple):
    """A document of a list: its section and id, and by which day it is ordered, as text."""

    section: str
    number: int
    day: str


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
        :return: dict of ``balances`` (see :meth:`_describe_balances`), ``is_covered``
            (whether credits cover all that is open), ``charts`` (see
            ``_get_history_charts``), ``due`` (``rows`` and ``heads`` of invoices, see
            ``finance.portal.list``), ``waiting`` (list of such, each with a ``title``) and
            ``news`` (list of ``date``, ``text``, ``name``, ``ref``, ``amount``)
        """
        asked = {
            "customer": viewer.customer,
            "companies": viewer.companies,
            "contact": viewer.only_contact,
        }
        self._read_companies(viewer.companies | self.env.company)
        Statement = self.env["finance.portal.statement"]
        books = self.env["finance.portal.scope"]._find_books(viewer.customer)
        scope = Statement._get_recent_scope(**asked, books=books)
        shares = Statement._get_shares(scope)
        open_now = Statement._get_open_balances(**asked, scope=scope)
        viewer = viewer._replace(known=Known(books.contacts, shares, open_now, domains={}))
        waiting, lists = self._get_waiting(), self.env["finance.portal.page"]._get_lists()
        parts = [DUE, *(part for _title, part in waiting)]
        found = self._find_all(viewer, [*parts, *((name, "", "", MAX_NEWS) for name in lists)])
        news = self._choose_news(found[name, "", "", MAX_NEWS] for name in lists)
        shown = self._group_ids([*(found[part] for part in parts), news])
        balances = self._describe_balances(open_now)
        due = self._draw_part(viewer, "invoices", found[DUE], shown)
        is_covered = bool(balances) and all(one["covered"] for one in balances)
        if is_covered:  # that a document is late would ask for money that is there
            due["rows"] = [{**row, "states": []} for row in due["rows"]]
        return {
            "balances": balances,
            "is_covered": is_covered,
            "charts": Statement._get_history_charts(**asked, scope=scope),
            "due": due,
            "waiting": [
                {"title": title, **self._draw_part(viewer, part[0], found[part], shown)}
                for title, part in waiting
                if found[part]
            ],
            "news": [self._describe_news(viewer, row, shown) for row in news],
        }

    @api.model
    def _read_companies(self, companies):
        """Read no more of companies than the page needs: these rows have a hundred columns."""
        companies = companies.sudo()  # sudo: a customer may be told the names of those who bill it
        companies.fetch(["currency_id", "name", "partner_id", "sequence"])
        companies.partner_id.fetch(["tz"])

    @api.model
    def _describe_balances(self, found):
        """Return what is open, by currency over all these companies.

        :param list found: see ``_get_open_balances`` of the statement
        :return: list of dict of ``open``, ``overdue`` (texts; the latter empty when nothing is)
            ``in_favor`` (whether the customer has a credit) and ``covered`` (whether it covers
            what is open)
        """
        balances = []
        for currency, parts in groupby(found, key=lambda part: part["currency"]):
            total = sum((part["open"] for part in parts), Decimal())
            overdue = sum((part["overdue"] for part in parts), Decimal())
            balances.append(
                {
                    "open": self._money(abs(total), currency),
                    "overdue": self._money(overdue, currency) if overdue > 0 else "",
                    "in_favor": total < 0,
                    "covered": any(part["covered"] for part in parts)
                    and all(part["open"] <= 0 for part in parts),
                }
            )
        return balances

    @api.model
    def _get_waiting(self):
        """Return ``(title, part)`` of what waits for the customer, see :meth:`_find_all`."""
        waiting = []
        for section in self.env["finance.portal.page"]._get_lists():
            if found := self._get_list(section)._get_waiting():
                title, show, sort = found
                waiting.append((title, (section, show, sort, MAX_WAITING)))
        return waiting

    @api.model
    def _find_all(self, viewer, parts):
        """Return the documents of all parts of the page, found in one query.

        :param list parts: ``(section, filter, order, limit)``, see ``_get_newest`` of a list
        :return: for each part a list of :class:`Found`
        """
        queries = []
        for number, (section, *what) in enumerate(parts):
            if query := self._get_list(section)._query_newest(viewer, *what):
                queries.append(SQL(NUMBERED, part=number, query=query))
        found = {part: [] for part in parts}
        rows = self.env.execute_query(SQL(" UNION ALL ").join(queries)) if queries else []
        for number, _rank, document, value in sorted(rows, key=lambda row: row[:2]):
            part = parts[number]
            found[part].append(Found(part[0], document, value))
        return found

    @api.model
    def _choose_news(self, lists):
        """Return the newest of what is new in each of the lists."""
        newest = {}
        for rows in lists:
            for row in rows:
                # What is in two lists, such as an accepted quote, counts as the later one.
                newest[self._get_model(row.section), row.number] = row
        ranked = sorted(newest.values(), key=lambda row: (f"{row.day}", row.number), reverse=True)
        return ranked[:MAX_NEWS]

    @api.model
    def _group_ids(self, parts):
        """Return the ids of all documents that the page shows, by their models."""
        shown = {}
        for row in chain.from_iterable(parts):
            shown.setdefault(self._get_model(row.section), []).append(row.number)
        return shown

    @api.model
    def _browse(self, viewer, section, rows, shown):
        """Return documents (sudo) of one section, to be read together with all that are shown."""
        List = self._get_list(section)
        model = List._get_model()
        # sudo: the scope is in the query that found them
        everything = self.env[model].sudo().with_context(active_test=False)
        found = everything.browse([row.number for row in rows]).with_prefetch(shown.get(model))
        everything.browse(shown.get(model)).fetch(List._get_read_fields())
        List._take_kept(viewer, found)
        return found

    @api.model
    def _draw_part(self, viewer, section, rows, shown):
        """Return the first rows of a list, as its page draws them."""
        List = self._get_list(section)
        documents = self._browse(viewer, section, rows, shown)
        return {"rows": List._get_rows(viewer, documents), "heads": List._get_texts()["heads"]}

    @api.model
    def _describe_news(self, viewer, row, shown):
        """Return one piece of news as text."""
        List = self._get_list(row.section)
        document = self._browse(viewer, row.section, [row], shown)
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
    def _get_model(self, section):
        """Return the name of the model of the documents of a list."""
        return self._get_list(section)._get_model()

    @api.model
    def _get_list(self, section):
        return self.env[self.env["finance.portal.page"]._get_lists()[section]]

    @api.model
    def _money(self, amount, currency):
        return formatLang(self.env, float(amount), currency_obj=currency)
