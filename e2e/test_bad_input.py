"""Bad input under a link's addresses (rules L5, L7, L12): plain words, right status, no change."""

import urllib.parse

import pytest

from e2e.toolbox import QUEUE_RACE, Guest, assert_plain_page, empty_mail_queue, new_shared

pytestmark = pytest.mark.server_log(QUEUE_RACE)

TABLES = ("finance_portal_link", "finance_portal_access_request", "mail_mail", "mail_message")
OTHER_DATABASE = "kF3vK0wq0Zc2o5y1pYxVnQ8m7TtL4sR9bUaHdGjEiWX"  # a well formed token, not ours

# What mail programs make of a link; the token is whole, so the document opens.
MANGLED = ("{}.", "{})", "{}]", "{}%5D", "{}=", "{}%3D", "{}%3E", "{}%22", "{}'", "{},", "{}%20",
           "{}*", "{}?utm_source=mail&x=%00", "{}?", "{}#top")  # fmt: skip

# A token that is not whole, or not one at all: 404.
BROKEN = (
    "x", "a" * 42, "a" * 44, "a" * 8000, "%00", "a" * 42 + "%00", "%C3%A4" * 43, "%ff%fe",
    "%F0%9F%92%A9", "a%0d%0aSet-Cookie:%20x=1", "%27%20OR%201=1--",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "..%2f..%2fetc%2fpasswd", "%2e%2e", "your-personal-link", "null", "0", "-1", "%7B%7B7*7%7D%7D",
    OTHER_DATABASE, "%25%32%65", "%", "%zz", "a;b", "＼", "%E2%80%8B" + "a" * 43,
)  # fmt: skip


@pytest.fixture(scope="module")
def cell():
    """Something that lasts as long as the module."""
    return {}


@pytest.fixture
def shared(cell, erp, inbox, partner, invoice):
    """One live link, made once for the whole module."""
    if "shared" not in cell:
        cell["shared"] = new_shared(erp, inbox, partner, invoice)
    return cell["shared"]


@pytest.fixture
def nothing_changes(erp, shared):
    """Check that a test changes no row that a person would notice."""

    def counts():
        rows = {table: erp.psql(f"SELECT count(*) FROM {table}") for table in TABLES}
        rows["events"] = erp.psql(
            "SELECT kind, count(*) FROM finance_portal_event"
            " WHERE kind NOT IN ('opened', 'refused') GROUP BY kind ORDER BY kind"
        )
        rows["link"] = erp.psql("SELECT l::text FROM finance_portal_link l ORDER BY id")
        [(row,)] = erp.psql("SELECT to_jsonb(m) FROM account_move m WHERE id = %s", shared.move)
        rows["move"] = row
        return rows

    empty_mail_queue(erp)
    before = counts()
    yield
    assert counts() == before


def _get(guest, url, method="GET", **options):
    """Ask for an address exactly as it is written, however wrong."""
    return guest.request(method, url, allow_redirects=False, **options)


def _leads_to(answer, shared):
    """Return whether a browser that came without cookies is sent to the document."""
    return answer.headers["Location"].endswith(f"/finance/d/{shared.ref}?cookies=1")


def test_mangled_links_whose_token_is_whole_open_the_document(erp, shared, nothing_changes):
    for shape in MANGLED:
        url = f"{erp.url}/finance/i/{shape.format(shared.token)}"
        answer = _get(Guest(), url)
        assert answer.status_code == 303, (shape, answer.status_code)
        assert _leads_to(answer, shared), shape


@pytest.mark.parametrize("address", ["finance/i/", "q/", "finance/d/"])
def test_broken_tokens_and_references_get_the_page_in_plain_words(
    erp, shared, nothing_changes, address
):
    guest = Guest()
    for broken in BROKEN:
        answer = _get(guest, f"{erp.url}/{address}{broken}")
        assert_plain_page(answer, 404)
        assert "<script>alert" not in answer.text


def test_tokens_of_this_database_in_the_wrong_place(erp, shared, nothing_changes):
    token, guest = shared.token, Guest()
    for path in (
        f"q/{token}",
        f"finance/d/{token}",
        f"finance/p/{token}",
        f"finance/t/{token}",
        f"finance/i/{token.swapcase()}",
        f"finance/i/{token[:-1]}",
        f"finance/i/{token}a",
        f"finance/i/{token[::-1]}",
        f"finance/i/{token}/pdf",
        f"finance/i/{token}/../../web",
        f"finance/i/{shared.ref}",
        f"finance/i/{shared.link}",
        f"finance/d/{shared.ref}",
        f"finance/d/{shared.ref}/pdf",
        f"finance/d/{shared.ref}/nothing",
        f"finance/d/{shared.link}",
        f"finance/d/{shared.move}",
        "finance/",
        "finance/i",
        "finance/i/",
        "finance/d/",
        "q/",
        "finance/customer-portal/nothing",
    ):
        assert_plain_page(_get(guest, f"{erp.url}/{path}"), 404)


def test_lower_cased_token_opens_nothing(erp, shared, nothing_changes):
    assert shared.token != shared.token.lower(), "a token without capitals is beyond luck"
    assert_plain_page(_get(Guest(), f"{erp.url}/finance/i/{shared.token.lower()}"), 404)


def test_a_percent_encoded_token_is_the_same_token(erp, shared, nothing_changes):
    once = "".join(f"%{ord(letter):02X}" for letter in shared.token)
    for encoded in (once, once.replace("%", "%25")):
        assert _get(Guest(), f"{erp.url}/finance/i/{encoded}").status_code == 303


def test_a_trailing_slash_does_no_harm(erp, shared, nothing_changes):
    answer = Guest().get(f"{shared.url}/")
    assert answer.status_code in (200, 404)
    assert "/web/login" not in answer.url


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_doubled_slash_is_not_redirected_with_the_token(erp, shared, nothing_changes, method):
    for path in (f"finance/i//{shared.token}", f"finance///i/{shared.token}"):
        answer = _get(Guest(), f"{erp.url}/{path}", method)
        assert answer.status_code == 303
        assert _leads_to(answer, shared)
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    unknown = "Ab" * 21 + "c"
    for path in ("q/", "finance/customer-portal//setup", "finance/customer-portal/reset/"):
        assert_plain_page(_get(Guest(), f"{erp.url}/{path}/{unknown}", method), 404)


def test_a_file_that_comes_with_a_question_is_ignored(erp, nothing_changes):
    names = ("next", "notice", "from", "to", "q", "after", "show", "self")
    for path in ("login", "forgot", "statement", "files", "invoices"):
        url = f"{erp.url}/finance/customer-portal/{path}"
        answer = _get(Guest(), url, files=dict.fromkeys(names, ("x.txt", b"x")))
        assert answer.status_code in (200, 303)


@pytest.mark.parametrize(
    "method", ["OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "POST", "PROPFIND"]
)
def test_wrong_methods_are_405_and_say_what_is_allowed(erp, shared, nothing_changes, method):
    guest = Guest()
    guest.get(shared.url)
    page = f"{erp.url}/finance/d/{shared.ref}"
    for url in (shared.url, page, f"{page}/pdf"):
        answer = _get(guest, url, method)
        assert_plain_page(answer, 405)
        assert "GET" in answer.headers["Allow"]


def test_forms_asked_for_by_get_are_405(erp, shared, nothing_changes):
    guest = Guest()
    guest.get(shared.url)
    for action in ("seen", "end", "request-access"):
        for method in ("GET", "HEAD"):
            answer = _get(guest, f"{erp.url}/finance/d/{shared.ref}/{action}", method)
            assert_plain_page(answer, 405)
            assert "POST" in answer.headers["Allow"]


def test_forms_without_our_own_csrf_proof_are_refused(erp, shared, nothing_changes):
    guest, other = Guest(), Guest()
    guest.get(shared.url)
    foreign = other.csrf(f"{erp.url}/finance/d/{'u' * 22}")
    for action in ("seen", "end", "account"):
        url = f"{erp.url}/finance/d/{shared.ref}/{action}"
        for proof in (
            None,
            "",
            "x",
            foreign,
            foreign[:-1],
            "0" * 60,
            "ä",
            "o",
            f"{foreign}o1",
            "äo99999999999",
        ):
            data = {} if proof is None else {"csrf_token": proof}
            assert_plain_page(_get(guest, url, "POST", data=data), 400)
    cookieless = Guest()
    answer = _get(
        cookieless, f"{erp.url}/finance/d/{shared.ref}/seen", "POST", data={"csrf_token": foreign}
    )
    assert_plain_page(answer, 400)
    assert "allow cookies" in answer.text


def test_bodies_that_are_no_form_of_ours(erp, shared, nothing_changes):
    guest = Guest()
    guest.get(shared.url)
    url = f"{erp.url}/finance/d/{shared.ref}/seen"
    json = {"Content-Type": "application/json"}
    multipart = {"Content-Type": "multipart/form-data; boundary=x"}
    for options, statuses in (
        ({"json": {"jsonrpc": "2.0", "params": {"csrf_token": "x"}}}, (400, 415)),
        ({"data": b"{", "headers": json}, (400, 415)),
        ({"data": b"--x\r\nbroken", "headers": multipart}, (400,)),
        ({"data": {"csrf_token": "x" * 400_000}}, (400, 413)),
        ({"data": [(f"f{n}", "1") for n in range(3000)]}, (400, 413)),
        ({"data": [("csrf_token", "a"), ("csrf_token", "b"), ("ref", "z")]}, (400,)),
        ({"data": b"csrf_token=%ff%fe%00"}, (400,)),
        ({"files": {"csrf_token": ("f.txt", b"x")}}, (400,)),
    ):
        assert_plain_page(_get(guest, url, "POST", **options), *statuses)


def test_query_strings_change_nothing(erp, shared, nothing_changes):
    guest = Guest()
    guest.get(shared.url)
    page = f"{erp.url}/finance/d/{shared.ref}"
    for query in ("ref=x", "token=x&prefix=q", "debug=1", "debug=assets,tests", "lang=xx_XX",
                  "access_token=1", "db=other", "report_type=html",
                  "a[]=1&a=%00&=&&&", "%"):  # fmt: skip
        for url in (f"{page}?{query}", f"{shared.url}?{query}"):
            assert guest.get(url).status_code == 200, url


def test_strange_headers_do_no_harm(erp, shared, nothing_changes):
    for headers in (
        {"Accept-Language": "xx, *;q=0"},
        {"Accept-Language": "a" * 3000},
        {"Cookie": "session_id=../../etc/passwd"},
        {"Cookie": "session_id=" + "a" * 84},
        {"Cookie": "frontend_lang=xx; cids=99; tz=Nowhere"},
        {"User-Agent": ""},
        {"User-Agent": "ä\u00ff" * 200},
        {"X-Forwarded-For": "1.2.3.4', '"},
        {"X-Forwarded-Host": "evil.example"},
        {"Range": "bytes=0-1"},
        {"Accept": "application/json"},
    ):
        encoded = {name: value.encode("latin-1") for name, value in headers.items()}
        answer = Guest().get(shared.url, headers=encoded)
        assert answer.status_code == 200, headers
        assert "evil.example" not in answer.url


def test_a_language_prefix_is_no_way_around(erp, shared, nothing_changes):
    for prefix in ("de", "de_DE", "en", "xx"):
        answer = Guest().get(f"{erp.url}/{prefix}/finance/i/{shared.token}", allow_redirects=True)
        assert answer.status_code in (200, 404), prefix
        assert "Traceback" not in answer.text
        assert "/web/login" not in answer.url


def test_request_access_for_nonsense_answers_as_ever(erp, shared):
    guest = Guest()
    csrf = guest.csrf(f"{erp.url}/finance/i/{'u' * 43}")
    mails = erp.psql("SELECT count(*) FROM mail_mail")
    for key in (*BROKEN, "AQ" * 30, "AQAAAAAAAAAA" + "a" * 200, urllib.parse.quote("ä" * 22)):
        answer = _get(
            guest, f"{erp.url}/finance/d/{key}/request-access", "POST", data={"csrf_token": csrf}
        )
        assert_plain_page(answer, 200, 404, 429)
        if "/" in urllib.parse.unquote(key):
            continue
        if answer.status_code == 429:
            guest = Guest()
            csrf = guest.csrf(f"{erp.url}/finance/i/{'u' * 43}")
        else:
            assert answer.status_code == 200, key
    assert erp.psql("SELECT count(*) FROM mail_mail") == mails
