"""Places in texts, in few numbers. Imports no Odoo."""

import re

# What belongs to the text around a secret that is broken, not to the secret.
MARKUP = re.compile(r"[<>\"'\s]")
LETTERS = re.compile(r"[^<>\"'=\s]+")
_PIECES = re.compile(r"(?:<[^<>]*>|<[^<>\"'&%=\\]*|[>\"'=\s])|([^<>\"'=\s]+)")


def find_changes(old, new):
    """Return the places at which two texts of the same length differ.

    >>> find_changes("abcd", "aXXd")
    [1, 2]
    """
    if old == new:
        return []
    return [at for at, pair in enumerate(zip(old, new, strict=True)) if pair[0] != pair[1]]


def list_spans(numbers):
    """Return ``(first, last + 1)`` of each unbroken row of numbers.

    >>> list_spans({7, 2, 3, 4})
    [(2, 5), (7, 8)]
    """
    spans = []
    for number in sorted(numbers):
        if spans and spans[-1][1] == number:
            spans[-1] = spans[-1][0], number + 1
        else:
            spans.append((number, number + 1))
    return spans


def list_pieces(text, start, end):
    """Return ``(start, end)`` of the pieces of a secret, without the tags and quotes within.

    Taking out a quote would make attributes of what follows it.

    >>> list_pieces('ab<wbr>c"d', 0, 10)
    [(0, 2), (7, 8), (9, 10)]
    """
    return [piece.span() for piece in _PIECES.finditer(text, start, end) if piece[1]]
