"""Find fonts of the machine. Imports no Odoo."""

import subprocess

SECONDS = 5


def find_font(text):
    """Return the path of a scalable font with all letters of a text, as a list of one or none.

    Asks fontconfig, by which the PDF renderer finds its fonts too.

    >>> find_font("")
    []
    """
    letters = " ".join(sorted({f"{ord(letter):x}" for letter in text if not letter.isspace()}))
    if not letters:
        return []
    try:
        found = subprocess.run(  # noqa: S603  no shell, and nothing but hexadecimal digits
            ["fc-list", f":scalable=true:charset={letters}", "--format=%{file}\n"],  # noqa: S607
            capture_output=True, text=True, timeout=SECONDS, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return []
    return sorted(found.stdout.splitlines())[:1]
