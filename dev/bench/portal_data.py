"""Fill a database for the benchmark of the portal; runs in an Odoo shell, see ``load``."""

import json
import runpy
from pathlib import Path

PASSWORD = "a password for the benchmark"
PAYMENTS = 30
QUOTES = 10


def load(env, company_ids: list[int], own: int, others: int) -> None:
    """Create a customer with an account, and one with Odoo's own portal.

    :param company_ids: ours, and the one that keeps Odoo's own ways
    :param own: how many invoices each of the two has
    :param others: how many customers there are to have the other invoices
    """
    data = runpy.run_path(str(Path(__file__).with_name("data.py")))
    set_param = env["ir.config_parameter"].set_param
    set_param("finance_portal.throttle.signing_in", "1000000/60")
    facts = {"logins": [], "password": PASSWORD}
    for number, company in enumerate(env["res.company"].browse(company_ids)):
        customer = data["_customers"](env, f"portal{number}", 1)
        first = data["_invoice"](env, company, customer)
        data["_clone"](env, first, customer.ids * (own - 1), f"PORTAL{number}")
        for _number in range(QUOTES):
            data["_quote"](env, company, customer).action_quotation_sent()
        _pay(env, company, customer)
        user = _user(env, company, customer, managed=not number)
        facts["logins"].append(user.login)
    facts["others"] = data["_customers"](env, "other", others).ids
    facts["model"] = first.id
    env.cr.execute("ANALYZE")
    env.cr.commit()
    print(json.dumps(facts))


def _pay(env, company, customer) -> None:
    """Give a customer payments."""
    admin = env(user=env.ref("base.user_admin"), context={"allowed_company_ids": company.ids})
    payments = admin["account.payment"].create(
        [
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": customer.id,
                "amount": 100.0 + number,
                "company_id": company.id,
            }
            for number in range(PAYMENTS)
        ]
    )
    payments.action_post()


def _user(env, company, customer, managed: bool):
    """Return the portal user of a customer, with an account of ours or as Odoo gives it."""
    groups = env.ref("base.group_portal")
    if managed:
        groups |= env.ref("finance_portal.group_finance_portal_account")
    user = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "partner_id": customer.id,
                "login": customer.email,
                "password": PASSWORD,
                "company_id": company.id,
                "company_ids": [(6, 0, company.ids)],
                "group_ids": [(6, 0, groups.ids)],
            }
        )
    )
    if managed:
        env["finance.portal.account"].create(
            {
                "partner_id": customer.id,
                "user_id": user.id,
                "customer_id": customer.id,
                "company_id": company.id,
                "set_up_at": "2026-01-01 00:00:00",
            }
        )
    return user
