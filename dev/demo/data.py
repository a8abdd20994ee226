"""Fill the demo database; runs in an Odoo shell, see ``load``."""

import base64
import io
import runpy
from pathlib import Path

from PIL import Image, ImageDraw

COMPANY = {
    "name": "Nordlicht Studio GmbH",
    "street": "Lindenweg 7",
    "zip": "10115",
    "city": "Berlin",
    "phone": "+49 30 5550100",
    "email": "office@nordlicht.example",
    "website": "https://nordlicht.example",
    "vat": "DE136695976",
    "primary_color": "#1F5C57",
    "secondary_color": "#E0A458",
    "report_footer": "Nordlicht Studio GmbH · Lindenweg 7 · 10115 Berlin · DE136695976",
    "invoice_terms": "Thank you for working with us.",
}

# name, language, country, address, contacts (name, email)
CUSTOMERS = (
    (
        "Bäckerei Sonnenkorn KG", "de_DE", "de", ("Marktstraße 12", "20357", "Hamburg"),
        (
            ("Greta Lindner", "greta@sonnenkorn.example"),
            ("Jonas Peters", "jonas@sonnenkorn.example"),
        ),
    ),
    (
        "Atelier Dubois SARL", "fr_FR", "fr", ("18 rue des Martyrs", "75009", "Paris"),
        (("Camille Dubois", "camille@dubois.example"),),
    ),
    (
        "Talleres Olivar S.L.", "es_ES", "es", ("Calle de la Luna 5", "28004", "Madrid"),
        (("Lucía Ortega", "lucia@olivar.example"),),
    ),
    (
        "Grachtenhuis B.V.", "nl_NL", "nl", ("Prinsengracht 88", "1015 DX", "Amsterdam"),
        (("Sanne de Vries", "sanne@grachtenhuis.example"),),
    ),
    (
        "شركة الواحة للتصميم", "ar_001", "ae", ("شارع الشيخ زايد ١٢", "00000", "دبي"),
        (("ليلى حداد", "layla@alwaha.example"),),
    ),
    (
        "Harbour & Pine Ltd", "en_GB", "ie", ("4 Quay Street", "D02 X285", "Dublin"),
        (("Ada Byrne", "ada@harbourpine.example"),),
    ),
)  # fmt: skip


def load(env) -> None:
    """Create company, users, customers and documents; the caller commits."""
    set_up_company(env)
    set_up_users(env)
    # Documents belong to a person: mails are signed and sent by whoever made them.
    person = env(user=env.ref("base.user_admin"))
    customers = create_customers(person)
    tax = _sibling("documents.py")["load"](person, customers)
    _sibling("quotes.py")["load"](person, customers, tax)
    for module, name in _sibling("bridges.py")["DATA"].items():
        if env["ir.module.module"]._get(module).state == "installed":
            _sibling(name)["load"](person, customers, tax)


def _sibling(name: str) -> dict:
    """Return the names of a file beside this one, which is run by its path."""
    return runpy.run_path(str(Path(__file__).with_name(name)))


def set_up_company(env) -> None:
    """Give the company its address, brand, currency, accounts and taxes."""
    company = env.company
    germany = env.ref("base.de")
    env.ref("base.EUR").active = True
    # The languages of Odoo's that the addon is translated to are there; this one writes as they do.
    env["res.lang"]._activate_lang("en_GB")
    company.write({**COMPANY, "country_id": germany.id, "account_fiscal_country_id": germany.id})
    env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    company.write(
        {
            "currency_id": env.ref("base.EUR").id,
            "logo": draw_logo(),
            "font": "Lato",
            "external_report_layout_id": env.ref("web.external_layout_striped").id,
        }
    )
    translate = _sibling("words.py")["translate"]
    translate(company, "invoice_terms")
    # Odoo translates the name of these terms, but not what they say on an invoice.
    translate(env.ref("account.account_payment_term_30days"), "note")
    company.partner_id.tz = "Europe/Berlin"  # or customers read UTC
    # Quotes take their currency from here, and Odoo's own statistics would go to the inbox.
    env["product.pricelist"].search([]).currency_id = env.ref("base.EUR")
    env["digest.digest"].search([]).state = "deactivated"
    bank = env["res.bank"].create({"name": "Hansebank Berlin", "bic": "HANSDEBBXXX"})
    env["res.partner.bank"].create(
        {
            "acc_number": "DE89370400440532013000",
            "bank_id": bank.id,
            "partner_id": company.partner_id.id,
            "allow_out_payment": True,
        }
    )


def draw_logo() -> bytes:
    """Return the company's logo, a sun over waves, as base64 of a PNG."""
    picture = Image.new("RGBA", (480, 480), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((0, 0, 479, 479), 96, fill="#1F5C57")
    draw.ellipse((150, 90, 330, 270), fill="#E0A458")
    for top, colour in ((230, "#2F7F78"), (300, "#59A59D"), (370, "#A7D3CC")):
        draw.rounded_rectangle((60, top, 420, top + 44), 22, fill=colour)
    stream = io.BytesIO()
    picture.save(stream, "PNG", optimize=True)
    return base64.b64encode(stream.getvalue())


def set_up_users(env) -> None:
    """Give the administrator an address and add a colleague who sends invoices."""
    env.ref("base.user_admin").write(
        {
            "name": "Nora Winter",
            "email": "nora@nordlicht.example",
            "signature": "Nora Winter",
            "tz": "Europe/Berlin",
        }
    )
    env["res.users"].with_context(no_reset_password=True).create(
        {
            "name": "Ines Vogt",
            "login": "invoicing@nordlicht.example",
            "email": "invoicing@nordlicht.example",
            "password": "invoicing",
            "tz": "Europe/Berlin",
            "group_ids": [
                (4, env.ref("base.group_user").id),
                (4, env.ref("account.group_account_invoice").id),
                (4, env.ref("sales_team.group_sale_salesman").id),
            ],
        }
    )


def create_customers(env) -> dict:
    """Create the customers with their contacts; return companies by language."""
    customers = {}
    for name, language, country, (street, postcode, city), contacts in CUSTOMERS:
        customers[language] = env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "lang": language,
                "email": f"billing@{contacts[0][1].split('@')[1]}",
                "street": street,
                "zip": postcode,
                "city": city,
                "country_id": env.ref(f"base.{country}").id,
                "child_ids": [
                    (0, 0, {"name": contact, "email": email, "lang": language})
                    for contact, email in contacts
                ],
            }
        )
    return customers
