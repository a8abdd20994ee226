"""What the Odoo shell runs to make two customers, and everything shared with them."""

from e2e import extensions

PASSWORD = "a long enough passphrase"

# What is made; bridges add to it.
MAKE = (
    f"PASSWORD = {PASSWORD!r}\n"
    + """
import itertools
import json

from odoo import Command
from odoo.http import Controller

env = env(context={**env.context, "no_reset_password": True, "tracking_disable": True})
company = env.company
found = {"rows": {}, "names": {}, "partners": {}, "documents": {}, "refs": {}, "logins": {}}
Scope = env["finance.portal.scope"]
product = env["product.product"].create({"name": "Desk", "type": "service"})


def contact(key, name, parent=None):
    values = {"name": name, "email": f"{key}@matrix.example.com", "lang": "en_US"}
    values |= {"parent_id": parent.id} if parent else {"is_company": True}
    partner = env["res.partner"].create(values)
    found["partners"][key] = partner.id
    return partner


alder, birch = contact("alder", "Alder Mill"), contact("birch", "Birch Forge")
people = {
    "ada": contact("ada", "Ada Alder", alder),
    "ben": contact("ben", "Ben Alder", alder),
    "cleo": contact("cleo", "Cleo Alder", alder),
    "dora": contact("dora", "Dora Alder", alder),
    "nat": contact("nat", "Nat Alder", alder),
    "bea": contact("bea", "Bea Birch", birch),
}


def make_user(key, groups, **values):
    values = {"name": key, "login": f"{key}@matrix.example.com", **values}
    groups = [env.ref(name).id for name in groups]
    user = env["res.users"].create(
        {"password": PASSWORD, "group_ids": [Command.set(groups)], **values}
    )
    found["logins"][key] = user.login
    return user


MANAGED = ("base.group_portal", "finance_portal.group_finance_portal_account")
for key in ("ada", "ben", "cleo", "bea"):
    partner = people[key]
    user = make_user(key, MANAGED, partner_id=partner.id)
    account = env["finance.portal.account"].create({
        "partner_id": partner.id,
        "user_id": user.id,
        "customer_id": partner.commercial_partner_id.id,
        "company_id": company.id,
        "own_documents": key == "ben",
        "set_up_at": "2026-01-01 00:00:00",
    })
    found["rows"].setdefault("finance.portal.account", {})[key] = account.ids
    found["refs"][key] = {"account": Scope._make_ref(account)}
make_user("nat", ["base.group_portal"], partner_id=people["nat"].id)
make_user("nobody", ["base.group_user"])
make_user("user", ["account.group_account_invoice", "sales_team.group_sale_salesman_all_leads"])
make_user("manager", ["account.group_account_manager", "sales_team.group_sale_manager"])


def make_documents(key, partner):
    line = {"name": "Desk", "quantity": 1, "price_unit": 100.0, "tax_ids": []}
    invoice, draft = env["account.move"].create([{
        "move_type": "out_invoice", "partner_id": partner.id, "invoice_date": "2026-01-15",
        "invoice_line_ids": [Command.create(line)],
    }] * 2)
    invoice.action_post()
    quote, order, answered, unsent = env["sale.order"].create([{
        "partner_id": partner.id, "require_signature": False, "require_payment": False,
        "order_line": [Command.create(
            {"product_id": product.id, "price_unit": 100.0, "tax_ids": []}
        )],
    }] * 4)
    (quote + order + answered).action_quotation_sent()
    order.action_confirm()
    payment = env["account.payment"].create({
        "partner_id": partner.id, "partner_type": "customer", "payment_type": "inbound",
        "amount": 40.0, "date": "2026-01-20",
    })
    payment.action_post()
    statement = env["finance.portal.issued.statement"].create({"partner_id": partner.id})
    statement._issue()
    return {"invoice": invoice, "quote": quote, "order": order, "payment": payment,
            "statement": statement,
            "draft": draft, "unsent": unsent, "answered": answered}


def attach(document, name, text, ticked):
    attachment = env["ir.attachment"].create({
        "name": name, "raw": text.encode(), "res_model": document._name, "res_id": document.id,
        "mimetype": "text/plain",
    })
    if ticked:
        env["finance.portal.file"]._add(document, attachment)
    return attachment


for key in ("ada", "ben", "bea"):
    partner = people[key]
    documents = make_documents(key, partner)
    kinds = ("invoice", "quote", "order", "answered", "payment", "statement")
    shown = [documents[kind] for kind in kinds]
    found["names"][key] = [document.name for document in shown]
    found["documents"][key] = {kind: document.id for kind, document in documents.items()}
    found["refs"][key] |= {kind: Scope._make_ref(document) for kind, document in documents.items()}
    ticked = attach(documents["invoice"], "plan.txt", f"plan of {key}", True)
    internal = attach(documents["invoice"], "margin.txt", f"margin of {key}", False)
    found["names"][key].append(f"plan of {key}")
    for kind in ("invoice", "quote"):
        documents[kind].access_token = token = f"native-{kind}-of-{key}"
        found["documents"][key][f"{kind}_token"] = token
    found["documents"][key] |= {"ticked": ticked.id, "internal": internal.id}
    file = env["finance.portal.file"].search([("attachment_id", "=", ticked.id)])
    found["refs"][key]["file"] = file.ref
    message = documents["invoice"].message_post(
        body="Internal talk", message_type="comment", subtype_xmlid="mail.mt_note"
    )
    rows = {
        "account.move": documents["invoice"],
        "account.move.line": documents["invoice"].line_ids,
        "sale.order": documents["quote"] + documents["order"],
        "sale.order.line": documents["quote"].order_line + documents["order"].order_line,
        "account.payment": documents["payment"],
        "finance.portal.issued.statement": documents["statement"],
        "res.partner": partner,
        "res.users": partner.user_ids,
        "mail.message": message,
        "ir.attachment": ticked + internal,
        "finance.portal.file": file,
    }
    for name, records in rows.items():
        found["rows"].setdefault(name, {})[key] = records.ids


def make_extras(key):
    documents, Batch = found["documents"][key], env["finance.portal.batch"]
    about = {"res_model": "account.move", "res_id": documents["invoice"]}
    note = env["finance.portal.note"].create(
        {**about, "company_id": company.id, "body": f"note for {key}"}
    )
    manager = env["res.users"].search([("login", "=", found["logins"]["manager"])])
    batch = Batch.create({"name": "One", "user_id": manager.id, "company_id": company.id})
    line = env["finance.portal.batch.line"].create({
        **about, "batch_id": batch.id, "user_id": manager.id, "company_id": company.id,
        "state": "sent",
    })
    request = env["finance.portal.access.request"].create({**about, "ip": "192.0.2.1"})
    env["finance.portal.account"]._enable(people["dora"])
    found["dora"] = people["dora"].email
    links = env["finance.portal.account.link"].search([])
    for records in (note, batch, line, request, links):
        found["rows"][records._name] = {key: records.ids}


make_extras("ada")
terms = attach(alder, "terms.txt", "terms for alder", True)
found["names"]["ada"].append("terms for alder")
file = env["finance.portal.file"].search([("attachment_id", "=", terms.id)])
found["refs"]["ada"]["shared"] = file.ref
found["secret"] = [f"margin of {key}" for key in ("ada", "ben", "bea")]
found["secret"] += ["Internal talk"]
"""
)

# Prints one line of JSON: the ids, names and addresses that tests need.
TELL = """
found["routes"] = [
    [rule.rule, sorted(set(rule.methods or ("GET", "POST")) - {"HEAD", "OPTIONS"})]
    for rule in env["ir.http"].routing_map().iter_rules()
    if rule.endpoint.__module__.startswith("odoo.addons.finance_portal")
]


def is_ours(cls):
    return cls.__module__.startswith("odoo.addons.finance_portal")


def get_controllers(cls):
    for child in cls.__subclasses__():
        if is_ours(child):
            yield child
        yield from get_controllers(child)


controllers = list(dict.fromkeys(get_controllers(Controller)))
found["clashes"] = [
    f"{one.__name__} and {other.__name__}: {name}"
    for one, other in itertools.combinations(controllers, 2)
    if not issubclass(one, other) and not issubclass(other, one)
    for name in vars(one).keys() & vars(other).keys()
    if not name.startswith("__")
]


def get_public_methods(model):
    for cls in type(model).mro():
        if is_ours(cls):
            for name, value in vars(cls).items():
                if callable(value) and not name.startswith("_") and name != "init":
                    yield name


found["models"], found["methods"], found["fields"] = [], [], {}
for name, model in env.items():
    if name.startswith("finance.portal.") and not model._abstract:
        found["models"].append(name)
    # What is made for other programs belongs to a model without records.
    if not model._abstract or name == "finance.portal.api":
        foreign = {n for c in type(model).mro() if not is_ours(c) for n in vars(c)}
        names = sorted(set(get_public_methods(model)) - foreign)
        found["methods"] += [f"{name}.{method}" for method in names]
        found["fields"][name] = next(
            (n for n, f in model._fields.items() if f.store and f.type == "char" and n != "login"),
            "create_date",
        )
env.cr.commit()
print("FOUND" + json.dumps(found))
"""
SETUP = "\n".join([MAKE, *extensions.parts("SETUP"), TELL])
