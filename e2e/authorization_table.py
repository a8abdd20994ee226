"""Who gets what: every address of the addon, and every model over RPC, for every role.

The roles:

- ``anon``: a browser that knows nothing; ``link``: one that followed Ada's links
- ``A``: Ada of the customer Alder Mill, signed in; ``own``: Ben, her colleague, who may see his
  own documents only
- ``B``: Bea of another customer, signed in; ``gone``: Cleo of Alder Mill, signed in until her
  account was disabled
- ``nat``: Nat of Alder Mill, with Odoo's own portal and no account of ours
- ``plain``: staff without rights; ``user``, ``mgr``: staff by their Finance Portal group
- ``as-A``: the manager, viewing as Ada

All that addresses name is Ada's, unless they say otherwise: ``{invoice}`` is the reference of her
invoice for who is signed in, ``{link}`` that of the link mailed to her about it, ``{invoice_id}``
the number of its row, ``{account}`` what names her account in addresses; ``~`` stands for the
portal's address, ``@`` for documents'. The words:

- ``A``, ``own``, ``B``: documents of Ada's (and Ben's, where there is a list), of Ben's only, of
  Bea's; ``all``: of both customers; ``ok``: a page with nobody's documents; ``none``: no rows;
  ``staff``: what is for staff's eyes only; ``opens``: a button's answer, which changes nothing
- ``login``, ``home``, ``doc``, ``list``, ``setup``, ``saved``: sent on to our sign-in page, to the
  overview, a document, a list, the form of the setup link, the settings; ``erp``, ``my``,
  ``mine``, ``back``: to Odoo's sign-in page, its portal, the document there, its back office;
  ``out``: signed out, to our sign-in page
- numbers: that status and, from us, a page in plain words without anything of anybody's
- ``-``: refused; ``+``: may do it, not tried here, or as a suffix: may write as well
"""

from e2e import extensions
from e2e.authorization_methods import METHODS

ADDRESSES = """
method path                       anon  link  A     own   B     gone  nat   plain user  mgr   as-A
GET  ~                            login login A     own   B     login login login login login A
GET  ~/invoices                   login login A     own   B     login login login login login A
GET  ~/invoices/download          login login ok    ok    ok    login login login login login ok
GET  ~/invoices/download/zip      401   401   A     own   B     401   401   401   401   401   A
GET  ~/payments                   login login A     own   B     login login login login login A
GET  ~/quotes                     login login A     own   B     login login login login login A
GET  ~/orders                     login login A     own   B     login login login login login A
GET  ~/files                      login login A     own   B     login login login login login A
GET  ~/files/{shared}             401   401   A     404   404   401   401   401   401   401   A
GET  ~/files/{file}               401   401   404   404   404   401   401   401   401   401   404
GET  ~/statement                  login login A     ok    B     login login login login login A
GET  ~/statement/sent             login login A     ok    B     login login login login login A
GET  ~/statement/csv              401   401   A     422   B     401   401   401   401   401   A
GET  ~/statement/pdf              401   401   ok    422   +     401   401   401   401   401   ok
GET  ~/settings                   login login ok    ok    ok    login login login login login ok
POST ~/settings/password          login login 422   422   422   login login login login login 403
POST ~/settings/language          login login saved saved saved login login login login login 403
GET  ~/settings/two-factor        login login 404   404   404   login login login login login 403
POST ~/settings/two-factor        login login 404   404   404   login login login login login 403
POST ~/settings/two-factor/off    login login 404   404   404   login login login login login 403
GET  ~/settings/passkeys          login login 404   404   404   login login login login login 403
POST ~/settings/passkeys          login login 404   404   404   login login login login login 403
POST ~/settings/passkeys/options  login login 422   422   422   login login login login login 403
POST ~/settings/passkeys/1/remove login login 404   404   404   login login login login login 403
GET  ~/a/{account}                login login A     404   404   login login login login login A
GET  ~/a/{account}/invoices       login login A     404   404   login login login login login A
GET  ~/a/{account}/invoices/download/zip \
                                  401   401   A     404   404   401   401   401   401   401   A
GET  ~/a/{account}/statement/csv  401   401   A     404   404   401   401   401   401   401   A
GET  ~/a/{account}/files/{shared} 401   401   A     404   404   401   401   401   401   401   A
GET  ~/a/{unknown_account}        login login 404   404   404   login login login login login 404
POST ~/a/{account}/settings/language \
                                  login login saved 404   404   login login login login login 403
POST ~/a/{account}/settings/password \
                                  login login 422   404   404   login login login login login 403
GET  ~/login                      ok    ok    home  home  home  ok    ok    ok    ok    ok    home
POST ~/login                      401   +     401   +     +     +     401   +     +     +     401
GET  ~/code                       login login login login login login login login login login login
POST ~/code                       login login login login login login login login login login login
GET  ~/forgot                     ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok
POST ~/forgot                     ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok
GET  ~/setup                      404   404   404   404   404   404   404   404   404   404   404
POST ~/setup                      404   404   404   404   404   404   404   404   404   404   404
GET  ~/setup/{unknown}            404   404   404   404   404   404   404   404   404   404   404
GET  ~/reset                      404   404   404   404   404   404   404   404   404   404   404
POST ~/reset                      404   404   404   404   404   404   404   404   404   404   404
GET  ~/reset/{unknown}            404   404   404   404   404   404   404   404   404   404   404
GET  ~/stop                       404   404   404   404   404   404   404   404   404   404   404
POST ~/stop                       404   404   404   404   404   404   404   404   404   404   404
GET  ~/stop/{unknown}             404   404   404   404   404   404   404   404   404   404   404
GET  /finance_portal/asset/1/portal.css \
                                  ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok
GET  /finance_portal/metrics      404   404   404   404   404   404   404   404   404   404   404
GET  @/{link}                     404   A     404   404   404   404   404   404   404   404   404
GET  @/{invoice}                  login login A     404   404   login login login login login A
GET  @/{quote}                    login login A     404   404   login login login login login A
GET  @/{order}                    login login A     404   404   login login login login login A
GET  @/{payment}                  login login A     404   404   login login login login login A
GET  @/{statement}                login login A     404   404   login login login login login A
GET  @/{draft}                    login login 404   404   404   login login login login login 404
GET  @/{unsent}                   login login 404   404   404   login login login login login 404
GET  @/{bens}                     login login own   own   404   login login login login login own
GET  @/{beas}                     login login 404   404   B     login login login login login 404
GET  @/{unknown}                  404   404   404   404   404   404   404   404   404   404   404
GET  @/{link}/pdf                 404   A     404   404   404   404   404   404   404   404   404
GET  @/{statement}/pdf            401   401   A     404   404   401   401   401   401   401   A
GET  @/{invoice}/pdf              401   401   A     404   404   401   401   401   401   401   A
GET  @/{link}/signature           404   404   404   404   404   404   404   404   404   404   404
GET  @/{quote}/signature          401   401   404   404   404   401   401   401   401   401   404
GET  @/{link}/file/{file}         404   A     404   404   404   404   404   404   404   404   404
GET  @/{invoice}/file/{file}      401   401   A     404   404   401   401   401   401   401   A
GET  @/{quote}/file/{file}        401   401   404   404   404   401   401   401   401   401   404
GET  /finance_portal/decision/{decision}/evidence \
                                  erp   erp   home  home  home  erp   403   403   A     +     +
GET  /finance_portal/archive/1    erp   erp   home  home  home  erp   403   403   404   404   404
POST @/{link}/seen                404   204   404   404   404   404   404   404   404   404   404
POST @/{invoice}/seen             login login 204   404   404   login login login login login 204
POST @/{quote_link}/accept        404   400   404   404   404   404   404   404   404   404   404
POST @/{quote}/accept             login login 400   404   404   login login login login login 403
POST @/{quote_link}/decline       404   400   404   404   404   404   404   404   404   404   404
POST @/{quote}/decline            login login 400   404   404   login login login login login 403
POST @/{quote_link}/answer        404   404   404   404   404   404   404   404   404   404   404
POST @/{quote}/answer             login login 404   404   404   login login login login login 403
POST @/{quote_link}/options       404   400   404   404   404   404   404   404   404   404   404
POST @/{quote}/options            login login 400   404   404   login login login login login 403
POST @/{link}/account             404   ok    404   404   404   404   404   404   404   404   404
POST @/{invoice}/account          login login 404   404   404   login login login login login 404
POST @/{link}/request-access      ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok
POST @/{link}/request-access?everything=1 \
                                  ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok
POST /finance/i/{unknown}/request-access \
                                  ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok
POST /q/{unknown}/request-access  ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok
GET  /finance/i/{unknown}         404   404   404   404   404   404   404   404   404   404   404
GET  /q/{unknown}                 404   404   404   404   404   404   404   404   404   404   404
GET  /web/reset_password          ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok
POST /web/reset_password          ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok
GET  /web/signup                  ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok
POST /web/signup                  +     +     +     +     +     +     +     +     +     +     +
POST /my/orders/{quote_id}/document/1 \
                                  my    my    my    my    my    my    my    my    my    my    my
GET  /my/orders/{quote_id}/document/1 \
                                  401   401   my    my    my    401   my    my    my    my    my
"""

# Odoo's own pages. A managed account counts as a visitor there, or is redirected to our portal.
# ``e2e/shop`` covers the website's apps, where there is a shop.
ODOO_ADDRESSES = """
method path                       anon  link  A     own   B     gone  nat   plain user  mgr   as-A
GET  /web/login                   ok    ok    home  home  home  ok    ok    ok    ok    ok    ok
GET  /my                          erp   erp   home  home  home  erp   ok    ok    ok    ok    ok
GET  /web                         erp   erp   my    my    my    erp   my    ok    ok    ok    ok
GET  /odoo                        erp   erp   my    my    my    erp   my    ok    ok    ok    ok
GET  /my/account                  erp   erp   home  home  home  erp   ok    ok    ok    ok    ok
POST /my/account                  erp   erp   403   403   403   erp   +     +     +     +     +
GET  /my/invoices                 erp   erp   home  home  home  erp   A     ok    all   all   all
GET  /my/invoices/{invoice_id}    401   401   my    my    my    401   A     my    A     A     A
GET  /my/invoices/{invoice_id}?report_type=pdf \
                                  401   401   my    my    my    401   A     my    +     +     +
GET  /my/invoices/{invoice_id}?access_token={invoice_token} \
                                  410   410   410   410   410   410   A     410   A     A     A
GET  /my/invoices/{invoice_id}?report_type=pdf&access_token={invoice_token} \
                                  410   410   410   410   410   410   +     410   +     +     +
GET  /my/orders                   erp   erp   home  home  home  erp   A     ok    ok    ok    ok
GET  /my/orders/{quote_id}        401   401   my    my    my    401   A     my    A     A     A
GET  /my/orders/{quote_id}?access_token={quote_token} \
                                  410   410   410   410   410   410   A     410   A     A     A
POST /my/orders/{quote_id}/decline \
                                  my    my    my    my    my    my    +     my    +     +     +
GET  /report/pdf/account.report_invoice/{invoice_id} \
                                  erp   erp   home  home  home  erp   403   403   +     +     +
GET  /web/content/{ticked_id}     404   404   404   404   404   404   404   404   A     A     A
GET  /web/content/{internal_id}   404   404   404   404   404   404   404   404   staff staff staff
GET  /web/content/account.move/{invoice_id}/invoice_pdf_report_file \
                                  404   404   404   404   404   404   A     404   A     A     A
GET  /web/image/{internal_id}     ok    ok    ok    ok    ok    ok    ok    ok    staff staff staff
GET  /mail/view?model=account.move&res_id={invoice_id} \
                                  erp   erp   mine  my    my    erp   mine  back  back  back  back
JSON /mail/message/post           -     -     -     -     -     -     +     -     +     +     +
JSON /mail/thread/messages        -     -     -     -     -     -     A     ok    staff staff staff
JSON /web/session/get_session_info \
                                  -     -     -     -     -     -     ok    ok    ok    ok    ok
JSON /web/dataset/call_button/account.move/button_draft \
                                  -     -     -     -     -     -     -     -     +     +     +
"""

# Last, since they give and take what lets a browser in. A link opens for whoever holds it.
LAST = """
method path                       anon  link  A     own   B     gone  nat   plain user  mgr   as-A
GET  ~/setup/{setup_token}        setup setup setup setup setup setup setup setup setup setup setup
GET  ~/setup                      ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok
POST ~/setup                      422   422   422   422   422   422   422   422   422   422   422
GET  /finance/i/{token}           doc   doc   doc   doc   doc   doc   doc   doc   doc   doc   doc
POST @/{spare_link}/end           ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok
POST ~/end-view                   back  back  back  back  back  back  back  back  back  back  +
POST ~/settings/sign-out-everywhere \
                                  login login out   out   out   login login login login login 403
POST ~/logout                     out   out   out   out   out   out   out   out   out   out   403
POST ~/end-view                   +     +     +     +     +     +     +     +     +     +     back
GET  /web/session/logout          back  back  back  back  back  back  back  back  back  back  back
POST /web/session/logout          back  back  back  back  back  back  back  back  back  back  back
"""

# Dialogs: their rows come and go with whatever other tests press, so only the right counts.
DIALOGS = {
    f"finance.portal.{name}"
    for name in (
        "diagnosis", "diagnosis.finding", "download", "enable", "enable.many", "import.logins",
        "reopen", "resend", "send", "send.statements",
    )
}

# Calls of search_read; without a plus, of whatever writes as well.
MODELS = """
model                             anon  link  A     own   B     gone  nat   plain user  mgr   as-A
account.move                      -     -     -     -     -     -     A     -     all+  all+  all+
account.move.line                 -     -     -     -     -     -     A     -     all+  all+  all+
sale.order                        -     -     -     -     -     -     A     -     all+  all+  all+
sale.order.line                   -     -     -     -     -     -     A     -     all+  all+  all+
account.payment                   -     -     -     -     -     -     -     -     all+  all+  all+
res.partner                       -     -     -     -     -     -     A     all   all+  all+  all+
res.users                         -     -     -     -     -     -     A     all   all   all   all
mail.message                      -     -     -     -     -     -     none  none+ all+  all+  all+
ir.attachment                     -     -     -     -     -     -     none  none+ all+  all+  all+
finance.portal.issued.statement   -     -     -     -     -     -     -     -     all+  all+  all+
finance.portal.link               -     -     -     -     -     -     -     -     A     A     A
finance.portal.event              -     -     -     -     -     -     -     -     A     A     A
finance.portal.decision           -     -     -     -     -     -     -     -     A     A     A
finance.portal.account            -     -     -     -     -     -     -     -     all   all   all
finance.portal.account.link       -     -     -     -     -     -     -     -     A     A     A
finance.portal.login              -     -     -     -     -     -     -     -     -     -     -
finance.portal.batch              -     -     -     -     -     -     -     -     none  A     A
finance.portal.batch.line         -     -     -     -     -     -     -     -     none  A     A
finance.portal.enabling           -     -     -     -     -     -     -     -     -     none  none
finance.portal.enabling.line      -     -     -     -     -     -     -     -     -     none  none
finance.portal.file               -     -     -     -     -     -     -     -     -     -     -
finance.portal.note               -     -     -     -     -     -     -     -     -     -     -
finance.portal.pdf                -     -     -     -     -     -     -     -     -     -     -
finance.portal.throttle           -     -     -     -     -     -     -     -     -     -     -
finance.portal.access.request     -     -     -     -     -     -     -     -     -     -     -
finance.portal.statement.run      -     -     -     -     -     -     -     -     -     -     -
finance.portal.account.request    -     -     -     -     -     -     -     -     -     -     -
finance.portal.setup.check        -     -     -     -     -     -     -     -     -     none  none
finance.portal.send               -     -     -     -     -     -     -     -     none+ none+ none+
finance.portal.send.statements    -     -     -     -     -     -     -     -     none+ none+ none+
finance.portal.download           -     -     -     -     -     -     -     -     none+ none+ none+
finance.portal.resend             -     -     -     -     -     -     -     -     none+ none+ none+
finance.portal.enable             -     -     -     -     -     -     -     -     -     none+ none+
finance.portal.enable.many        -     -     -     -     -     -     -     -     -     none+ none+
finance.portal.import.logins      -     -     -     -     -     -     -     -     -     none+ none+
finance.portal.reopen             -     -     -     -     -     -     -     -     -     none+ none+
finance.portal.diagnosis          -     -     -     -     -     -     -     -     none+ none+ none+
finance.portal.diagnosis.finding  -     -     -     -     -     -     -     -     none+ none+ none+
"""

PORTAL = "/finance/customer-portal"
ALL = ADDRESSES.split("\n", 2)[1].split()[2:]
# What every form sends along; for an answer to a quote, the seal of another version of it.
FORM = {
    "email": "nobody@matrix.example.com",
    "lang": "en_US",
    "name": "Ada Alder",
    "seen": "made-up",
}
# How else Odoo, or we, refuse what a program tries.
ALSO_REFUSED = {
    ("message_post", "builtins.AttributeError"),  # the model has no messages
    ("get_portal_url", "builtins.AttributeError"),  # payments have no page of Odoo's
    ("create", "builtins.KeyError"),  # Odoo looks for the entry of an item first
    # What a link says cannot be changed, whoever asks.
    ("write", "odoo.exceptions.UserError"),
    ("web_save", "odoo.exceptions.UserError"),
    ("copy", "odoo.exceptions.UserError"),
    ("copy", "odoo.exceptions.MissingError"),  # nobody has run the setup checks yet
    # Everybody in the back office may write emails; nobody has begun this one.
    ("action_finance_portal_edit_template", "odoo.exceptions.MissingError"),
    ("action_finance_portal_preview_email", "odoo.exceptions.MissingError"),
}


def rows(name: str) -> list[tuple[str, str, dict]]:
    """Return ``(method, path, {role: word})`` of each row of a table of addresses.

    :param name: what the table is called here and in the extensions
    """
    return [row for text in _tables(name) for row in _rows(text)]


def named_rows(name: str) -> list[tuple[str, dict]]:
    """Return ``(name, {role: word})`` of each row of a table of models or methods."""
    return [row for text in _tables(name) for row in _named_rows(text)]


def dialogs() -> set:
    """Return the models of dialogs."""
    return {*DIALOGS, *extensions.joined("DIALOGS")}


def _tables(name: str) -> list[str]:
    own = {
        "ADDRESSES": ADDRESSES,
        "ODOO_ADDRESSES": ODOO_ADDRESSES,
        "LAST": LAST,
        "MODELS": MODELS,
        "METHODS": METHODS,
    }
    return [own[name], *extensions.parts(name)]


def _rows(text: str) -> list[tuple[str, str, dict]]:
    (_method, _path, *roles), *lines = [line.split() for line in text.strip().splitlines()]
    return [
        (method, path.replace("~", PORTAL).replace("@", "/finance/d"), dict(_pair(roles, words)))
        for method, path, *words in lines
    ]


def _named_rows(text: str) -> list[tuple[str, dict]]:
    (_name, *roles), *lines = [line.split() for line in text.strip().splitlines()]
    refused = dict.fromkeys(ALL, "-")
    return [(name, refused | dict(_pair(roles, words))) for name, *words in lines]


def _pair(roles: list[str], words: list[str]) -> zip:
    return zip(roles, words, strict=True)
