"""What the app store and Odoo's own Apps screen show of each addon.

The store allows inline styles, pictures beside the page, and links for email; it takes out scripts
and links to elsewhere, and what it takes out leaves a hole.
"""

import io
from pathlib import Path

from lxml import html
from PIL import Image

from odoo.modules.module import Manifest
from odoo.tests import TransactionCase, tagged
from odoo.tools import file_path

ALLOWED = {
    "section", "h1", "h2", "h3", "p", "ul", "li", "b", "i", "a", "img", "table", "tr", "th", "td",
    "div", "br",
}  # fmt: skip
ATTRIBUTES = {"style", "src", "alt", "href"}
MAX_PAGE, MAX_PICTURE, MAX_ICON = 40_000, 150_000, 20_000
ICON, COVER = (140, 140), (1120, 560)
MAX_NAME = 25  # characters that the store's tiles have room for


@tagged("post_install", "-at_install")
class TestStorePage(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.modules = cls.env["ir.module.module"].search(
            [("name", "=like", "finance_portal%"), ("state", "=", "installed")]
        )

    def file(self, module, name):
        return Path(file_path(f"{module.name}/static/description/{name}"))

    def size(self, path):
        with Image.open(io.BytesIO(path.read_bytes())) as picture:
            self.assertEqual(picture.format, "PNG")
            return picture.size

    def test_names_fit_into_the_stores_tiles(self):
        for module in self.modules:
            with self.subTest(module.name):
                name = Manifest.for_addon(module.name)["name"]
                self.assertLessEqual(len(name), MAX_NAME, name)
                title = self.file(module, "index.html").read_text().partition("</h1>")[0]
                self.assertTrue(title.endswith(name), "the page says what the tile says")

    def test_pages_hold_only_what_the_store_leaves_in(self):
        for module in self.modules:
            with self.subTest(module.name):
                text = self.file(module, "index.html").read_text()
                self.assertLess(len(text), MAX_PAGE)
                self.assertTrue(text.isascii(), "the store and a browser may guess the encoding")
                page = html.fragment_fromstring(text)
                for element in page.iter():
                    self.assertIn(element.tag, ALLOWED)
                    self.assertLessEqual(set(element.attrib), ATTRIBUTES)
                    self.assertNotIn("url(", element.get("style", ""))
                    self.assertTrue(element.get("href", "mailto:").startswith("mailto:"))
                self.assertNotIn("://", text)
                self.assertEqual(len(page.xpath("//h1")), 1)

    def test_every_picture_is_there_and_is_small(self):
        for module in self.modules:
            with self.subTest(module.name):
                page = html.fragment_fromstring(self.file(module, "index.html").read_text())
                shown = set()
                for picture in page.iter("img"):
                    name = picture.get("src")
                    self.assertRegex(name, r"^\w+\.png$", "beside the page")
                    self.assertTrue(picture.get("alt"))
                    path = self.file(module, name)
                    self.assertLess(path.stat().st_size, MAX_PICTURE, name)
                    self.assertGreaterEqual(self.size(path)[0], 300, name)
                    shown.add(name)
                kept = {path.name for path in self.file(module, "index.html").parent.glob("*.png")}
                self.assertEqual(kept - {"icon.png"}, shown, "nothing is shipped that nobody sees")

    def test_icons_and_covers_have_the_size_that_is_shown(self):
        for module in self.modules:
            with self.subTest(module.name):
                icon = self.file(module, "icon.png")
                self.assertEqual(self.size(icon), ICON)
                self.assertLess(icon.stat().st_size, MAX_ICON)
                self.assertEqual(module.icon, f"/{module.name}/static/description/icon.png")
                for name in Manifest.for_addon(module.name)["images"][:1]:
                    self.assertEqual(self.size(Path(file_path(f"{module.name}/{name}"))), COVER)
        self.assertTrue(Manifest.for_addon("finance_portal")["images"])
        self.assertIn("finance_portal", self.modules.mapped("name"))

    def test_the_apps_screen_leads_to_the_page(self):
        """Without an address of ours, Odoo's button opens the page instead of Learn More."""
        for module in self.modules:
            with self.subTest(module.name):
                self.assertFalse(Manifest.for_addon(module.name)["website"])
                page = html.fragment_fromstring(module.description_html, create_parent=True)
                self.assertTrue(page.xpath(".//h1"))
                original = html.fragment_fromstring(self.file(module, "index.html").read_text())
                pictures = [picture.get("src") for picture in page.iter("img")]
                self.assertEqual(len(pictures), len(list(original.iter("img"))))
                for source in pictures:
                    self.assertTrue(source.startswith(f"/{module.name}/static/description/"))
