"""Read the lists of customers that other programs export as CSV. Imports no Odoo."""

import codecs
import csv
import io
import unicodedata
from typing import NamedTuple

from .entered import clean_line

MAX_BYTES = 10_000_000
MAX_ROWS = 5000
MAX_CHARACTERS = 254
SEPARATORS = ",;\t|"

# What columns are called, the surest name first: by Invoice Ninja, Stripe, Zoho, Odoo, and by
# people. Compared are letters and digits only.
COLUMNS = {
    "email": (
        "email", "emailaddress", "emailid", "contactemail", "clientemail", "customeremail",
        "primaryemail", "billingemail", "mail", "mailaddress", "emailadresse", "mailadresse",
        "courriel", "adresseemail", "adressemail", "correo", "correoelectronico", "emailadres",
        "indirizzoemail", "endereçodeemail", "adresemail", "メールアドレス", "メール", "电子邮件",
        "电子邮箱", "邮箱", "البريد الإلكتروني",
    ),
    "name": (
        "name", "fullname", "contactname", "contactfullname", "displayname", "customername",
        "contact", "kontakt", "ansprechpartner", "nom", "nomcomplet", "nombre", "naam", "nome",
        "imię i nazwisko", "nazwa", "名前", "氏名", "姓名", "名称", "الاسم",
    ),
    "first": (
        "firstname", "contactfirstname", "givenname", "vorname", "prenom", "voornaam",
        "imię",
    ),
    "last": (
        "lastname", "contactlastname", "surname", "familyname", "nachname", "nomdefamille",
        "achternaam", "apellidos", "cognome", "sobrenome", "nazwisko",
    ),
    "company": (
        "company", "companyname", "organization", "organisation", "businessname", "clientname",
        "client", "accountname", "parentname", "firma", "firmenname", "unternehmen", "societe",
        "entreprise", "empresa", "bedrijf", "bedrijfsnaam", "azienda", "nazwa firmy",
        "会社名", "会社", "公司名称", "公司", "الشركة",
    ),
}  # fmt: skip
# How files begin that are no text: workbooks of all sorts, PDFs and pictures.
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b")
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")
)  # fmt: skip
# What a spreadsheet program computes; none of it is a name or an address.
FORMULA = tuple("=+-@")


class BadFile(ValueError):
    """A file that can't be used: ``code`` says why, ``detail`` names what."""

    def __init__(self, code, detail=""):
        super().__init__(code)
        self.code, self.detail = code, detail


class Person(NamedTuple):
    """One row: the number that a spreadsheet program shows, and what stands in it."""

    row: int
    name: str
    email: str
    company: str
    has_formula: bool = False


def read_people(data):
    """Return the rows of an exported list, as a list of :class:`Person`.

    :param bytes data: the file
    :raise BadFile: with one of these codes: "empty", "large", "workbook", "binary", "encoding",
        "damaged", "columns" (the detail lists those that there are), "rows" (how many)

    >>> read_people(b"Name;E-Mail;Firma\\nAda;ada@b.example;B\\xe4cker\\n")
    [Person(row=2, name='Ada', email='ada@b.example', company='Bäcker', has_formula=False)]
    >>> ninja = b"Name,Contact First Name,Contact Last Name,Contact Email\\nMill,Al,Ice,a@m\\n"
    >>> read_people(ninja)[0][1:4]
    ('Al Ice', 'a@m', 'Mill')
    >>> stripe = b"id,Description,Email,Name,Created (UTC)\\ncus_1,,eve@r.example,Eve,2026-01-01\\n"
    >>> read_people(stripe)[0][1:4]
    ('Eve', 'eve@r.example', '')
    >>> zoho = "Company Name\\tFirst Name\\tLast Name\\tEmailID\\nY\\tÉ\\tB\\te@y\\n"
    >>> read_people(zoho.encode("utf-16"))[0][1:4]
    ('É B', 'e@y', 'Y')
    >>> read_people(b"email\\n\\n=cmd|'/c calc'!A1\\n")
    [Person(row=3, name='', email="=cmd|'/c calc'!A1", company='', has_formula=True)]
    >>> read_people(b"sep=\\t\\r\\nname\\temail\\r\\nA\\ta@m\\r\\n")[0][1:3]
    ('A', 'a@m')
    >>> read_people(b'sep="\\nname;email\\nA;a@m\\n')  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    ...
    BadFile: columns
    >>> read_people(b"PK\\x03\\x04rest")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    ...
    BadFile: workbook
    """
    (_number, header), *rows = _read_rows(decode(data))
    header = [clean_line(cell, MAX_CHARACTERS) for cell in header]
    places = find_columns(header)
    if "email" not in places:
        raise BadFile("columns", ", ".join(filter(None, header))[:MAX_CHARACTERS])
    if not rows:
        raise BadFile("empty")
    if len(rows) > MAX_ROWS:
        raise BadFile("rows", str(len(rows)))
    return [_read_person(number, cells, places) for number, cells in rows]


def decode(data):
    """Return the text of a file in UTF-8, UTF-16 or the Windows alphabet of Western Europe.

    :raise BadFile: it is no text

    >>> decode("Zoë".encode()), decode("Zoë".encode("cp1252")), decode("Zoë".encode("utf-16"))
    ('Zoë', 'Zoë', 'Zoë')
    >>> decode("Name;Zoë".encode("utf-16-le")), decode("Name;Zoë".encode("utf-16-be"))
    ('Name;Zoë', 'Name;Zoë')
    """
    if len(data) > MAX_BYTES:
        raise BadFile("large")
    if data.startswith(WORKBOOKS):
        raise BadFile("workbook")
    if data.startswith(OTHERS):
        raise BadFile("binary")
    for encoding in _guess_encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not text.strip("\ufeff\x1a\0 \t\r\n"):
            raise BadFile("empty")
        if any(letter < " " and letter not in "\t\r\n\x0b\x0c\x1a" for letter in text):
            raise BadFile("binary")
        return text.rstrip("\x1a")
    raise BadFile("encoding")


def _guess_encodings(data):
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return [encoding]
    # Text in UTF-16 has a zero in nearly every second place.
    start = data[:2000]
    half = max(len(start) // 2, 1)
    if start[1::2].count(0) > half * 0.4:
        return ["utf-16-le"]
    if start[0::2].count(0) > half * 0.4:
        return ["utf-16-be"]
    return ["utf-8", "cp1252"]


def _read_rows(text):
    """Return ``(number, cells)`` of each row that has any text, the first one at least."""
    first, _end, rest = text.partition("\n")
    separator = None
    if first.strip("\r ").lower() in {f"sep={one}" for one in SEPARATORS}:
        # A line for Excel, which isn't shown there.
        separator, text = first.strip("\r ")[-1], rest
    separator = separator or find_separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        rows = [row for row in enumerate(reader, start=1) if any(map(str.strip, row[1]))]
    except csv.Error as error:
        raise BadFile("damaged") from error
    if not rows:
        raise BadFile("empty")
    return rows


def find_separator(text):
    r"""Return what stands between the cells: most often in the first line that has any text.

    >>> find_separator('"a;b",c\n'), find_separator("a;b\n"), find_separator("\na\tb"), find_separator("a")
    (',', ';', '\t', ',')
    """  # noqa: E501
    line = next((line for line in text.splitlines() if line.strip()), "")
    outside = "".join(line.split('"')[::2])
    return max(SEPARATORS, key=outside.count)


def find_columns(header):
    """Return ``{what: index}`` of the columns that are known, a key of ``COLUMNS`` each.

    >>> find_columns(["Kunde", "E-Mail", "Vorname", "Nom de famille"])
    {'email': 1, 'first': 2, 'last': 3}
    >>> find_columns(["会社名", "メールアドレス"]), find_columns(["البريد الإلكتروني", "الاسم"])
    ({'email': 1, 'company': 0}, {'email': 0, 'name': 1})
    """
    keys = [_key(cell) for cell in header]
    found = {}
    for what, names in COLUMNS.items():
        known = [key for key in map(_key, names) if key in keys]
        if known:
            found[what] = keys.index(known[0])
    return found


def _key(text):
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in letters if letter.isalnum())


def _read_person(number, cells, places):
    found = {
        what: _clean(cells[index]) if index < len(cells) else "" for what, index in places.items()
    }
    parts = " ".join(filter(None, (found.get("first"), found.get("last"))))
    name, company = found.get("name", ""), found.get("company", "")
    if parts and "company" not in places:
        company = name if name != parts else ""
    return Person(
        number,
        parts or name,
        found["email"],
        company,
        any(cell.startswith(FORMULA) for cell in (parts, name, found["email"], company)),
    )


def _clean(cell):
    """Return a cell as one line, without the quote that keeps spreadsheets from running it."""
    cell = clean_line(cell, MAX_CHARACTERS)
    guarded = cell[:1] == "'" and cell[1:2] in FORMULA
    return cell[1:] if guarded else cell
