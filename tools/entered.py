"""Make what a visitor typed fit to be kept and shown. Imports no Odoo.

Somebody may type or paste a mailed link anywhere, so its secret is masked as well.
"""

import unicodedata

from .token_search import mask_text

# Control characters, halves of characters, and what only changes how others are shown: a name
# could read differently in the evidence than it was typed. Tab and line break are handled apart.
UNWANTED = {"Cc", "Cf", "Cs", "Cn", "Co"}
# Persian and Indic scripts spell with these two.
JOINERS = "\u200c\u200d"
# Letters to the standard, and yet nobody sees them.
FILLERS = "\u115f\u1160\u3164\uffa0"
SPARE = 10  # times as much is looked at, and nothing of what comes after
CODE_DIGITS = 6


def clean_line(text, most):
    """Return a text as one line of at most ``most`` characters.

    >>> clean_line("  Ada\\n\\x00 Baker\\u202e ", 100)
    'Ada Baker'
    """
    return " ".join(_drop_unwanted(mask_text(text[: most * SPARE])).split())[:most].strip()


def clean_lines(text, most):
    """Return a text of several lines, of at most ``most`` characters.

    >>> clean_lines(" Too dear.\\r\\n\\x1bSorry ", 100)
    'Too dear.\\nSorry'
    """
    return _drop_unwanted(mask_text(text[: most * SPARE])).strip()[:most].strip()


def read_code(text):
    """Return the six digits of an authenticator app as a number, or ``None``.

    >>> read_code("012 345"), read_code("12345"), read_code("١٢٣٤٥٦"), read_code(None)
    (12345, None, None, None)
    """
    digits = "".join((text or "")[: CODE_DIGITS * SPARE].split())
    is_code = len(digits) == CODE_DIGITS and digits.isascii() and digits.isdigit()
    return int(digits) if is_code else None


def has_letters(text):
    """Return whether there is anything to read in a text: a letter or a digit.

    >>> has_letters("Łukasz"), has_letters("七"), has_letters("\\u2800 \\u200d"), has_letters("--")
    (True, True, False, False)
    """
    return any(letter.isalnum() for letter in text)


def _drop_unwanted(text):
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(filter(_is_wanted, text))


def _is_wanted(letter):
    if letter in "\n\t" or letter in JOINERS:
        return True
    return letter not in FILLERS and unicodedata.category(letter) not in UNWANTED
