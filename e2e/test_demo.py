"""The demo company writes to each customer in the customer's language, on pages and PDFs."""

import io
import json
import re
import runpy

import pypdf
import pytest
from lxml import html

from dev.demo import data
from e2e.visitor import Visitor

WORDS = runpy.run_path(data.__file__.replace("data.py", "words.py"))
# Stands on pages and PDFs only where something was left in English.
ENGLISH = (*WORDS["IN"], "Units", "Amount", "Description", "Payment terms", "Manual Payment")
# Words that another of our languages has, too.
SHARED = {"Phase", "Description"}
SHARE_ALL = """
import json

moves = env["account.move"].search([("state", "=", "posted"), ("move_type", "!=", "entry")])
orders = env["sale.order"].search([("state", "in", ("sent", "sale"))])
payments = env["account.payment"].search([])
shared = []
for document in (*moves, *orders, *payments):
    contact = document.partner_id
    contact = contact.child_ids[:1] or contact
    mail = env["mail.mail"].create({
        "model": document._name,
        "res_id": document.id,
        "recipient_ids": [(6, 0, contact.ids)],
        "body_html": "<p/>",
        "state": "cancel",
    })
    token = document._finance_portal_issue_token(contact, mail)
    prefix = document._finance_portal_get_prefix()
    path = f"/q/{token}" if prefix == "q" else f"/finance/{prefix}/{token}"
    shared.append([contact.lang, document.display_name, path])
env.cr.commit()
print(json.dumps(shared))
"""


@pytest.fixture(scope="module")
def demo(make_erp):
    """A server with the demo company, and what is shared: ``(language, name, path)``."""
    server = make_erp(workers=2)
    server.shell(f"import runpy\nrunpy.run_path({data.__file__!r})['load'](env)\nenv.cr.commit()\n")
    return server, json.loads(server.shell(SHARE_ALL).strip().splitlines()[-1])


def _read(server, path: str) -> tuple[str, str]:
    """Return the language and the text of the page behind a link."""
    page = Visitor().get(server.url + path)
    assert page.status_code == 200, path
    root = html.fromstring(page.content)
    for part in root.xpath("//script | //style"):
        part.drop_tree()
    return root.get("lang"), " ".join(" ".join(root.itertext()).split())


def _english_in(text: str, language: str) -> list[str]:
    """Return the English words of a text, which is to be of another language."""
    translated = {WORDS["say"](word, language) for word in WORDS["IN"]}
    return [
        word
        for word in ENGLISH
        if word not in SHARED | translated and re.search(rf"\b{re.escape(word)}\b", text)
    ]


def test_each_customer_reads_pages_in_their_language(demo):
    server, shared = demo
    languages = {language for _name, language, *_rest in data.CUSTOMERS}
    assert {language for language, _name, _path in shared} == languages
    wrong = {}
    for language, name, path in shared:
        said, text = _read(server, path)
        assert said == language.replace("_", "-"), name
        if not language.startswith("en") and (words := _english_in(text, language)):
            wrong[language, name] = words
        assert "(UTC)" not in text, name
    assert not wrong


def test_the_official_pdfs_are_in_their_language_and_numbered(demo):
    server, shared = demo
    for language in ("de_DE", "nl_NL", "fr_FR", "es_ES"):
        _language, name, path = next(one for one in shared if one[0] == language)
        visitor = Visitor()
        page = visitor.get(server.url + path)
        pdf = visitor.get(f"{page.url}/pdf")
        pages = pypdf.PdfReader(io.BytesIO(pdf.content)).pages
        texts = [" ".join(page.extract_text().split()) for page in pages]
        assert not _english_in(" ".join(texts), language), (language, name)
        word = {"de_DE": "Seite", "es_ES": "Página", "nl_NL": "Pagina"}.get(language, "Page")
        for number, text in enumerate(texts, start=1):
            assert re.search(rf"{word} {number} ?/ ?{len(texts)}", text), (name, text[-200:])
