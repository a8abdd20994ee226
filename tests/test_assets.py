"""What customers' pages load is small over the wire and kept by browsers."""

from pathlib import Path

from odoo import modules
from odoo.tests import tagged

from ..models.web.page_assets import ASSETS, load_asset
from .http_common import PatientHttpCase


@tagged("post_install", "-at_install")
class TestAssets(PatientHttpCase):
    def get(self, path, encoding="gzip"):
        return self.url_open(path, headers={"Accept-Encoding": encoding})

    def test_assets_are_compressed_and_kept(self):
        for name in ASSETS:
            with self.subTest(name=name):
                url = self.env["finance.portal.page"]._get_asset_url(name)
                answer, plain = self.get(url), self.get(url, "identity")
                self.assertEqual(answer.headers["Content-Encoding"], "gzip")
                self.assertLess(int(answer.headers["Content-Length"]), 10_000)
                self.assertEqual(answer.content, load_asset(name).content)
                self.assertNotIn("Content-Encoding", plain.headers)
                self.assertEqual(plain.content, answer.content)
                self.assertIn("immutable", answer.headers["Cache-Control"])
                self.assertNotIn("Set-Cookie", answer.headers)

    def test_the_stylesheet_is_made_of_every_file_of_its_folder(self):
        url = self.env["finance.portal.page"]._get_asset_url("portal.css")
        rest = self.get(url).text
        folder = Path(modules.get_module_path("finance_portal"), "static", "src", "css")
        for path in folder.iterdir():
            with self.subTest(path=path.name):
                text = path.read_text()
                self.assertEqual(rest.count(text), 1)
                rest = rest.replace(text, "")
        self.assertFalse(rest.strip())

    def test_an_outdated_page_gets_what_there_is(self):
        answer = self.get("/finance_portal/asset/000000000000/portal.css")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Cache-Control"], "no-cache")

    def test_nothing_else_is_handed_out(self):
        for name in ("__manifest__.py", "..%2F__manifest__.py", "icon.svg"):
            with self.subTest(name=name):
                answer = self.get(f"/finance_portal/asset/1/{name}")
                self.assertEqual(answer.status_code, 404)
