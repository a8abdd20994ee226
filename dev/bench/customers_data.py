"""Fill a database with customers who have an account; runs in an Odoo shell, see ``load``."""

import json
import runpy
from pathlib import Path

HERE = Path(__file__).parent
BUCKETS = ("viewing", "signing_in", "deciding", "archives")


def load(env, company_id: int, wanted: dict[str, dict]) -> None:
    """Create customers with open invoices, and print what to measure as one line of JSON.

    :param company_id: whose customers they are
    :param wanted: by a name, of each customer: ``invoices`` (how many), and as far as needed
        ``has_pdfs``, ``gets_statement`` (by a link) and ``pays_online``
    """
    company = env["res.company"].browse(company_id)
    data = runpy.run_path(str(HERE / "data.py"))
    portal = runpy.run_path(str(HERE / "portal_data.py"))
    for bucket in BUCKETS:
        env["ir.config_parameter"].set_param(f"finance_portal.throttle.{bucket}", "1000000/60")
    facts = {}
    for name, one in wanted.items():
        customer = data["_customers"](env, name, 1)
        first = data["_invoice"](env, company, customer)
        count = one["invoices"] - 1
        moves = [first.id, *data["_clone"](env, first, customer.ids * count, name.upper())]
        if one.get("has_pdfs"):
            data["_attach_pdf"](env, moves)
        user = portal["_user"](env, company, customer, managed=True)
        facts[name] = {"email": user.login, "password": portal["PASSWORD"]}
        if one.get("gets_statement"):
            facts[name]["link"] = _send_statement(env, company, customer)
        if one.get("pays_online"):
            facts[name] |= _let_pay(env, moves)
    env.cr.execute("ANALYZE")
    env.cr.commit()
    print(json.dumps(facts))


def _send_statement(env, company, customer) -> str:
    """Send a statement of open items as an email does; return the path of its link."""
    admin = env(user=env.ref("base.user_admin"), context={"allowed_company_ids": company.ids})
    statement = admin["finance.portal.issued.statement"].create({"partner_id": customer.id})
    statement._issue()
    values = {"model": statement._name, "res_id": statement.id, "recipient_ids": customer.ids}
    mail = env["mail.mail"].create({**values, "state": "sent"})
    env.cr.commit()  # the link is stored by a transaction of its own
    issue = env["finance.portal.several.links"]._issue
    [token] = issue([(statement, customer, "")], mail, address=None)
    return f"/finance/i/{token}"


def _let_pay(env, moves: list[int]) -> dict:
    """Publish Odoo's provider for trying out; return it, and the names of what is paid."""
    provider = env.ref("payment.payment_provider_demo")
    provider.write({"state": "test", "is_published": True})
    method = env.ref("payment_demo.payment_method_demo")
    make_ref = env["finance.portal.scope"]._make_ref
    return {
        "provider": provider.id,
        "method": method.id,
        "refs": [make_ref(move) for move in env["account.move"].browse(moves)],
    }
