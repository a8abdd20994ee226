"""Keep the secrets of mailed links out of the server's log.

The web server logs the whole path of each request, and an exception can quote an address.
A filter on a logger would miss records of other loggers, and one on a handler would miss
handlers that are added later; so the records themselves are masked as they are made.

A process masks from the moment it loads the addon. Until then, it has no database of ours open,
but may be asked for one of our addresses: see :func:`is_on_from_the_start`.
"""

import logging
import traceback

from odoo.tools import config

from .tools.masking import mask_links

# Odoo's switch "Debugging" of a mail server logs the whole conversation with it, emails
# included, in encodings that hide the links in them.
_MAIL_DEBUG = ("send:", "data:")


def _may_hold_link(text):
    """Tell cheaply whether a text is worth searching."""
    text = text.lower()
    return "finance" in text or "/q/" in text or "2fq" in text


def mask_record(record):
    """Mask the message and the traceback of a log record, in place."""
    try:
        message = record.getMessage()
    except Exception:
        # A record whose arguments do not fit its format: logging itself will report it.
        message = f"{record.msg} {record.args}"
    if record.name.endswith(".ir_mail_server") and message.lstrip().startswith(_MAIL_DEBUG):
        record.msg, record.args = f"{message.lstrip()[:5]} (what is sent is not logged)", None
    elif _may_hold_link(message) and (masked := mask_links(message)) != message:
        record.msg, record.args = masked, None
    if record.exc_info and record.exc_info[0]:
        text = "".join(traceback.format_exception(*record.exc_info))
        if _may_hold_link(text) and (masked := mask_links(text)) != text:
            # Formatters print this text as it is instead of formatting the exception again.
            record.exc_text = masked.rstrip("\n")
            record.exc_info = None
    return record


def is_on_from_the_start():
    """Return whether each process of this server masks its log from the first line on.

    It does if the configuration names the addon among the ``server_wide_modules``. Else, an event
    server that just started, and a server with several databases of which none is chosen, log
    our addresses as they are until somebody opens a database with the addon.
    """
    return __package__.rpartition(".")[2] in config["server_wide_modules"]


def install():
    """Mask every log record that this process makes from now on; twice is once."""
    make_record = logging.getLogRecordFactory()
    if getattr(make_record, "masks_finance_links", False):
        return

    def make_masked_record(*args, **kwargs):
        return mask_record(make_record(*args, **kwargs))

    make_masked_record.masks_finance_links = True
    logging.setLogRecordFactory(make_masked_record)
