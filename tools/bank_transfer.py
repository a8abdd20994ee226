"""What a customer needs for a bank transfer, as banks want it. Imports no Odoo."""

import re

IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
GROUP = 4
MAX_NAME, MAX_MESSAGE = 70, 140  # EPC069-12


def group_iban(number):
    """Return an IBAN in groups of four, as banks print it; nothing for other account numbers.

    >>> group_iban("DE89370400440532013000")
    ['DE89', '3704', '0044', '0532', '0130', '00']
    >>> group_iban("DE89370400440532013001"), group_iban("1234567890"), group_iban("")
    ([], [], [])
    """
    compact = _compact(number)
    digits = "".join(str(int(sign, 36)) for sign in compact[4:] + compact[:4])
    if not IBAN.fullmatch(compact) or int(digits) % 97 != 1:
        return []
    return [compact[start : start + GROUP] for start in range(0, len(compact), GROUP)]


def _compact(number):
    return re.sub(r"[^A-Z0-9]", "", (number or "").upper())


def sepa_code(name, number, amount, *, bic="", reference="", message=""):
    """Return the content of a QR code for a transfer in euros (EPC069-12).

    :param float amount: rounded to cents
    :param str reference: one with check digits, which leaves no room for a ``message``

    >>> sepa_code("Shop", "DE89 3704 0044 0532 0130 00", 2201.5, message="INV/7").split("\\n")
    ['BCD', '002', '1', 'SCT', '', 'Shop', 'DE89370400440532013000', 'EUR2201.50', '', '', 'INV/7']
    """
    lines = (
        *("BCD", "002", "1", "SCT", bic),
        name[:MAX_NAME],
        _compact(number),
        f"EUR{amount:.2f}",
        "",
        reference,
        "" if reference else message[:MAX_MESSAGE],
    )
    return "\n".join(" ".join(line.split()) for line in lines)
