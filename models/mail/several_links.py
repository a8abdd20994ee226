from odoo import api, models

from ...const import AUTOMATIC
from ...tools.mail_list import ListContent, ListItem
from ...tools.secure_token import PLACEHOLDER, new_token


class FinancePortalSeveralLinks(models.AbstractModel):
    """The secure links of one email: usually one, or one for each of the documents it lists.

    A link is made as the email leaves; until then it holds a placeholder for each document. Which
    documents these are says ``_finance_portal_get_documents`` of ``mail.mail``. A retry makes new
    links. To mail a contact a list, choose what they may see (nothing here decides that), then::

        Links = env["finance.portal.several.links"]._localize(contact)
        items = [Links._make_item(document) for document in documents]
        Links._mail(contact, company, items, subject=…, body=…)
    """

    _name = "finance.portal.several.links"
    _description = "Secure Links of an Email"

    # === WRITING A LIST === #

    @api.model
    def _localize(self, contact):
        """Return this model in a contact's language, for items, subject and body."""
        lang = self.env["finance.portal.page"]._choose_lang(
            contact.lang, contact.commercial_partner_id.lang
        )
        return self.with_context(lang=lang)

    @api.model
    def _make_item(self, document, amount=None, facts=None):
        """Return a document as an item of the list, in the context's language.

        :param str amount: by default what an email about the document alone says
        :param facts: sentences below the title, by default as well
        """
        # sudo: it is the customer who reads it, whoever sends it
        document = document.sudo().with_context(lang=self.env.lang)
        document = document.with_company(document._finance_portal_get_company())
        if amount is None or facts is None:
            hero = document._finance_portal_get_mail_hero() or {}
            amount = hero.get("amount", "") if amount is None else amount
            facts = hero.get("notes", ()) if facts is None else facts
        title = document._finance_portal_get_title()
        return ListItem(
            document=(document._name, document.id),
            title=title,
            amount=amount,
            facts=tuple(facts),
            url=document._finance_portal_get_placeholder_url("contact"),
            words=self.env._("View %s", title),
        )

    @api.model
    def _mail(self, contact, company, items, *, subject, body, address=None, notes=()):
        """Queue the email, to leave once the transaction is committed; return its message.

        A document gets no link if whoever runs this may not send it, or if by the time the email
        leaves it isn't the customer's, can't be shared, or staff revoked the contact's link to it.

        :param contact: the recipient, in whose chatter the message is kept (without links)
        :param company: whose letterhead it wears
        :param items: see :meth:`_make_item`; may be empty
        :param body: the message above the list
        :param str address: the one of the contact's addresses that it goes to, by default all
        :param notes: sentences below the list, before the one on how long links work
        """
        content = ListContent(
            title=subject,
            items=tuple(items),
            notes=(*notes, self._get_link_note()) if items else tuple(notes),
            preheader=" · ".join(item.title for item in items[:3]),
            base_url=company.sudo().get_base_url(),  # sudo: the company's URL is public
        )
        # sudo: a contact's chatter; what whoever runs this may send decides who gets a link
        reader = contact.with_env(self.env).sudo().with_company(company).with_context(
            lang=self.env.lang,
            finance_portal_mail_lang=self.env.lang,
            finance_portal_address=address in contact._finance_portal_get_addresses() and address,
            finance_portal_content=content,
            # Scheduled actions leave their emails to the hourly queue; this one is waited for.
            mail_notify_force_send=True,
        )  # fmt: skip
        return reader.message_notify(
            partner_ids=contact.ids,
            subject=subject,
            body=body,
            email_from=company.email_formatted or self.env.user.email_formatted,
            author_id=company.partner_id.id,
            force_email_company=company,
            force_email_lang=self.env.lang,
            mail_auto_delete=True,
            mail_headers={**AUTOMATIC},
        )

    @api.model
    def _get_link_note(self):
        return self.env._(
            "Each link is personal and works for 24 hours. After that, the same link lets you"
            " request a new one."
        )

    # === AS THE EMAIL LEAVES === #

    @api.model
    def _personalize(self, body, partner, mail, documents, address=None):
        """Return the email ``body`` for one recipient, with a token of their own for each document.

        :param str body: the body with placeholders, as it is stored
        :param partner: the recipient, or an empty recordset
        :param mail: the ``mail.mail`` that is being handed to the mail server
        :param list documents: the documents (sudo) it may bring links to
        :param str address: the bare address it goes to, when there is no recipient
        """
        wanted = []
        for document in documents:
            body, url, recipient = document._finance_portal_prepare_body(
                body, partner, mail, address
            )
            if url:
                wanted.append((document, recipient, url))
        newest = self._get_newest(wanted, mail, address)
        issued = [
            (document, recipient, url)
            for document, recipient, url in wanted
            if document._finance_portal_may_issue(recipient, mail, newest[document], address)
        ]
        tokens = self._issue(issued, mail, address, is_first=not any(newest.values()))
        for (document, _recipient, url), token in zip(issued, tokens, strict=True):
            body = document._finance_portal_put_token(body, url, token)
        return body

    @api.model
    def _get_newest(self, wanted, mail, address):
        """Return ``{document: newest links (sudo)}`` of their recipients, in few queries."""
        Link = self.env["finance.portal.link"].sudo()  # sudo: what staff decided last
        groups, newest = {}, {}
        for document, recipient, _url in wanted:
            groups.setdefault((document._name, recipient), []).append(document.id)
        for (name, recipient), numbers in groups.items():
            documents = self.env[name].browse(numbers)
            used = documents._finance_portal_get_address_of(recipient, mail, address)
            links = Link._get_newest_of(documents, recipient, used)
            newest |= {one: links.get(one.id, Link) for one in documents}
        return newest

    @api.model
    def _issue(self, issued, mail, address, is_first=False):
        """Store a link for each document, and return the raw tokens, which are kept nowhere.

        An email that is only looked at gets the placeholder instead.

        :param bool is_first: whether the recipient is known to have had no link to any of them
        """
        if self.env.context.get("finance_portal_preview"):
            return [PLACEHOLDER] * len(issued)
        tokens = [new_token() for _link in issued]
        vals_list = [
            document._finance_portal_prepare_link(recipient, mail, address)
            for document, recipient, _url in issued
        ]
        if tokens:
            Document = self.env["finance.portal.document"]
            Document._finance_portal_store_links(vals_list, tokens, mail.create_uid, is_first)
        return tokens
