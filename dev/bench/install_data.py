"""Fill a database without the addon, to install it there; runs in an Odoo shell, see ``load``."""

import json
import runpy
from pathlib import Path


def load(env, customers: int) -> None:
    """Create customers, and one of each kind of document to copy.

    :param customers: whose the invoices will be
    """
    data = runpy.run_path(str(Path(__file__).with_name("data.py")))
    company = env.company
    data["_set_up"](env, company, "Example Studio")
    people = data["_customers"](env, "customer", customers)
    invoice = data["_invoice"](env, company, people[:1])
    data["_quote"](env, company, people[:1]).action_quotation_sent()
    payment = env["account.payment"].create(
        {"payment_type": "inbound", "partner_type": "customer", "partner_id": people[0].id}
    )
    payment.action_post()
    env["mail.mail"].create({"model": "account.move", "res_id": invoice.id, "state": "exception"})
    env.cr.commit()
    print(json.dumps({"model": invoice.id, "people": people.ids}))
