"""A file that comes in place of a text is no error of ours, on any form."""

import re
from pathlib import Path

from odoo.modules import Manifest
from odoo.tests import tagged

from .portal_common import PORTAL, PortalCase

FIELD = re.compile(r'<(?:input|textarea|select|button)\b[^>]*? name="([\w-]+)"')
ARGUMENT = re.compile(r"<[^<>]+>")
FILE = ("x.txt", b"x")
BUCKETS = ("viewing", "recovery", "deciding", "signing_in", "rendering")
# All that comes of asking for a link is an email to the address on file; what starts a payment
# is sealed.
WITHOUT_PROOF = ("/request-access", "/pay/transaction")


@tagged("post_install", "-at_install")
class TestFormFiles(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        set_param = cls.env["ir.config_parameter"].set_param
        for bucket in BUCKETS:
            set_param(f"finance_portal.throttle.{bucket}", "9999/60")
        set_param("finance_portal.lock_after", "9999")
        cls.paths = sorted(
            {
                rule.rule
                for rule in cls.env["ir.http"].routing_map().iter_rules()
                if rule.endpoint.routing.get("finance_portal") and "POST" in rule.methods
            }
        )
        cls.link, cls.token = cls.issue(cls.make_quote())

    def get_names(self):
        """Return the names of all fields of our pages."""
        texts = [
            view.read_text()
            for name in self.registry._init_modules
            if name.startswith("finance_portal")
            for view in Path(Manifest.for_addon(name).path, "views").glob("*_templates.xml")
        ]
        return sorted({name for text in texts for name in FIELD.findall(text)})

    def enter(self):
        """Be signed in and let in by a link; return the token of forms."""
        self.sign_in()
        return self.csrf_of(self.visit(f"/q/{self.token}", follow=True))

    def test_no_form_breaks_on_a_file(self):
        names = self.get_names()
        for name in ("csrf_token", "email", "password", "code", "name", "lang", "next"):
            self.assertIn(name, names)
        self.assertGreater(len(self.paths), 20)
        for path in self.paths:
            address = ARGUMENT.sub(lambda found: "1" if "int:" in found[0] else self.link.ref, path)
            csrf = None
            for name in names:
                csrf = csrf or self.enter()
                data = {"csrf_token": csrf} if name != "csrf_token" else {}
                with self.subTest(path=path, name=name):
                    self.env.flush_all()
                    answer = self.url_open(
                        address, data=data, files={name: FILE}, allow_redirects=False
                    )
                    self.env.invalidate_all()
                    self.assertLess(answer.status_code, 500)
                    if name == "csrf_token" and not path.endswith(WITHOUT_PROOF):
                        self.assertEqual(answer.status_code, 400)
                if f"{PORTAL}/login" in answer.headers.get("Location", ""):
                    csrf = None  # this form signs out
