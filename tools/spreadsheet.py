"""Tables for spreadsheet programs. Imports no Odoo."""

import csv
import io
import re
from datetime import date

# What makes a spreadsheet program take a text for a formula; it also knows the wide forms.
_FORMULA = (*"=+-@\t\r\n|％＝＋－＠", "{=")
# Where a program that splits at another character than ours would begin a cell with a formula.
_INNER = re.compile(r'(?<=[ ,;:|~^\t\r\n"])(?=[=+\-@％＝＋－＠]\S)')


def escape_formula(text):
    """Return a text that is no formula where it has a cell of its own.

    >>> [escape_formula(text) for text in ('=A1&"x"', "{=A1}", " -1+1", "A=1, -1")]
    ['\\'=A1&"x"', "'{=A1}", "' -1+1", 'A=1, -1']
    """
    return f"'{text}" if _is_formula(text) else text


def _is_formula(text):
    return text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA)


def plain_text(text):
    """Return a text that no spreadsheet program runs, whatever it takes for the separator.

    >>> plain_text('=HYPERLINK("https://x.example")'), plain_text(" -1+1"), plain_text("A-1")
    ('\\'=HYPERLINK("https://x.example")', "' '-1+1", 'A-1')
    >>> plain_text("PO;=1+1"), plain_text("Bread - and more")
    ("PO;'=1+1", 'Bread - and more')
    """
    text = text.replace("\x00", "")
    start = "'" if _is_formula(text) else ""
    return start + _INNER.sub("'", text)


def csv_bytes(rows):
    """Return a table as CSV (RFC 4180) in UTF-8, marked as such for spreadsheet programs.

    Texts are made harmless, days are written as ISO dates, and numbers are plain.

    :param rows: lists of texts, days, numbers and ``None`` for an empty cell

    >>> csv_bytes([["Name", "Amount"], ["=1+1", -2], ['5" pipe', None]])
    b'\\xef\\xbb\\xbfName,Amount\\r\\n\\'=1+1,-2\\r\\n"5"" pipe",\\r\\n'
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def _cell(value):
    if isinstance(value, str):
        return plain_text(value)
    return value.isoformat() if isinstance(value, date) else value
