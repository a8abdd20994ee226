from datetime import date
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain

from ...const import NOT_RENEWED
from ...tools.markup import isolate

MAX_LISTED = 50
# The zone where days end last: nothing is left out whose day isn't over for its customer.
LAST_ZONE = "Etc/GMT+12"


class Waiting(NamedTuple):
    """A document (sudo) that its customer has to pay or to answer, and until when."""

    document: object
    due: object
    facts: str
    amount: str


class FinancePortalStillOpen(models.AbstractModel):
    """All that a contact still has to pay or to answer, in one email with a link to each.

    What is open is what the portal's lists say, so a kind of document with a list that knows it
    is part of this without a word here.
    """

    _name = "finance.portal.still.open"
    _description = "Everything Still Open for a Contact"

    @api.model
    def _mail(self, contact, company, address):
        """Mail a contact links to everything of a company that is still open for them.

        Where nothing is, the email says so.

        :param contact: the recipient (sudo)
        :param str address: the one of their addresses that it goes to
        """
        Links = self.env["finance.portal.several.links"]._localize(contact)
        local = self.with_context(lang=Links.env.lang).with_company(company)
        company = company.with_env(local.env)
        waiting, more = local._find(contact, company, address)
        items = [
            Links._make_item(one.document, one.amount, filter(None, [one.facts])) for one in waiting
        ]
        subject, sentence = local._get_words(company, is_empty=not items)
        Words = local.env["finance.portal.mail.words"]
        body = Words._render(contact.name, [sentence], about=contact)
        notes = ()
        if more:
            notes = (local.env._("%(count)s more: please contact us for these.", count=more),)
        Links._mail(
            contact, company, items, subject=subject, body=body, address=address, notes=notes
        )

    @api.model
    def _get_words(self, company, is_empty):
        """Return the subject, and the sentence above the links."""
        name, shown = company.name, isolate(company.name)
        if is_empty:
            return (
                self.env._("Nothing outstanding in your name with %(company)s", company=name),
                self.env._(
                    "There's nothing outstanding in your name with %(company)s right now. If you"
                    " expected something, just reply to this email.",
                    company=shown,
                ),
            )
        return (
            self.env._("Everything still open with %(company)s", company=name),
            self.env._(
                "Here are your links to everything that's still open with %(company)s.",
                company=shown,
            ),
        )

    @api.model
    def _find(self, contact, company, address):
        """Return what is still open for a contact, what is due first coming first.

        :return: ``(list of Waiting, how many more there are)``
        """
        Account = self.env["finance.portal.account"]
        viewer = Account._as_recipient(contact, company, address)
        found, total = [], 0
        for name in self.env["finance.portal.page"]._get_lists().values():
            List = self.env[name]
            if chosen := List._get_still_open():
                waiting, count = self._find_in(List, viewer, chosen, address)
                found += waiting
                total += count
        found.sort(key=lambda one: (one.due or date.max, one.document.id))
        return found[:MAX_LISTED], total - len(found[:MAX_LISTED])

    @api.model
    def _find_in(self, List, viewer, chosen, address):
        """Return the first of one list, and how many there are.

        :param tuple chosen: filter and order, see ``_get_still_open`` of a list
        """
        show, sort = chosen
        late = List.with_context(tz=LAST_ZONE)
        # The filter may look at a contact's own documents only; the scope is narrower anyway.
        all_of_customer = viewer.seeing(own_documents=False)
        domain = late._get_domain() & late._get_filter_domain(all_of_customer, show)
        domain &= self.env["finance.portal.scope"]._get_recipient_domain(List._get_model(), viewer)
        domain &= self._get_allowed_domain(List._get_model(), viewer.contact, address)
        documents = List._find(domain, List._get_sorts()[sort], MAX_LISTED)
        List._warm_up(documents)
        local = List._localize(documents)
        waiting = [self._describe(List, one) for one in local if List._is_still_open(one)]
        count = len(waiting)
        if len(documents) == MAX_LISTED:
            # sudo: the scope is in the domain
            Document = documents.sudo().with_context(active_test=False)
            count += Document.search_count(domain) - len(documents)
        return waiting, count

    @api.model
    def _get_allowed_domain(self, model, contact, address):
        """Return the domain of documents but those whose newest link to a contact staff closed."""
        # sudo: what staff decided last holds for everybody
        Link = self.env["finance.portal.link"].sudo()
        closed = Link.search(
            [
                ("res_model", "=", model),
                ("partner_id", "=", contact.id),
                ("revoke_reason", "in", NOT_RENEWED),
            ]
        )
        documents = self.env[model].browse(set(closed.mapped("res_id")))
        newest = Link._get_newest_of(documents, contact, address) if documents else {}
        barred = [number for number, link in newest.items() if link.revoke_reason in NOT_RENEWED]
        return Domain("id", "not in", barred)

    @api.model
    def _describe(self, List, document):
        """Return a document as :class:`Waiting`, with the cells that its list shows."""
        cells, heads = List._prepare_cells(document), List._get_texts()["heads"]
        days = [(heads[key], cells[key]) for key in ("date", "due") if cells.get(key)]
        return Waiting(
            document=document,
            due=List._get_due_day(document),
            facts=" · ".join(f"{label}: {day}" for label, day in days),
            amount=List._get_open_amount(document, cells),
        )
