"""What a mail server's refusal means, and when to try again. No Odoo here."""

import smtplib
from datetime import timedelta

# Replies from 400 to 499 ask to try again later (RFC 5321).
TEMPORARY = range(400, 500)
# Greylisting lets the same email pass after some minutes; a full mailbox may take hours.
FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=4)


def is_temporary(error):
    """Return whether an error, or one that led to it, is a mail server's "try again later".

    A connection that was lost is as temporary as a reply that says so.

    >>> is_temporary(smtplib.SMTPDataError(451, b"Greylisted"))
    True
    >>> is_temporary(smtplib.SMTPDataError(552, b"Too large"))
    False
    >>> is_temporary(smtplib.SMTPRecipientsRefused({"a@b.test": (450, b"Busy")}))
    True
    >>> is_temporary(smtplib.SMTPServerDisconnected("gone")), is_temporary(ValueError("450"))
    (True, False)
    >>> is_temporary(None)
    False
    """
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if any(code in TEMPORARY for code in _get_codes(error)):
            return True
        error = error.__cause__ or error.__context__
    return False


def _get_codes(error):
    """Return the codes a mail server replied with; a lost connection counts as 421."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _text in error.recipients.values()]
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return [421]
    return [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []


def get_next_try(since, now):
    """Return when to hand over an email again that was first refused at ``since``.

    The pauses double, at full minutes, which is how precisely a job can be woken.

    >>> from datetime import datetime
    >>> noon = datetime(2026, 1, 5, 12)
    >>> [str(get_next_try(noon, noon + timedelta(minutes=passed)))
    ...  for passed in (0, 5.1, 30, 600)]  # doctest: +NORMALIZE_WHITESPACE
    ['2026-01-05 12:05:00', '2026-01-05 12:11:00', '2026-01-05 13:00:00', '2026-01-06 02:00:00']
    """
    at = now + min(max(now - since, FIRST_PAUSE), LONGEST_PAUSE)
    full = at.replace(second=0, microsecond=0)
    return full if full == at else full + timedelta(minutes=1)
