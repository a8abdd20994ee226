"""L11: one table has a decision on every use of Odoo's permanent tokens."""

import tempfile
from pathlib import Path

from odoo.modules.module import Manifest
from odoo.tests import BaseCase, tagged

from .native_places import TABLE, compare, find_places, read_table

# Modules that only test Odoo itself.
OWN, TESTING = "finance_portal", "test_"


@tagged("post_install", "-at_install")
class TestNativePlaces(BaseCase):
    def test_l11_every_place_is_decided(self):
        addons = {
            manifest.name: Path(manifest.path)
            for manifest in Manifest.all_addon_manifests()
            if not manifest.name.startswith((OWN, TESTING))
        }
        found = find_places(addons)
        self.assertIn("portal/models/portal_mixin.py", found)
        trouble = compare(found, read_table(TABLE.read_text()))
        self.assertFalse(trouble, "\n" + "\n".join(trouble))

    def test_every_reason_says_something(self):
        for decision, reason, place, _names in read_table(TABLE.read_text()):
            with self.subTest(place):
                self.assertGreater(len(reason.split()), 1, decision)

    # === THE COMPARISON ITSELF === #

    def places(self, **files):
        """Return what is found in an addon with these files; ``__`` in a name is a slash."""
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files.items():
                path = Path(folder, f"{name.replace('__', '/')}.py")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return find_places({"some_app": Path(folder)})

    def test_places_are_found_outside_tests(self):
        found = self.places(
            models__order="url = self.get_portal_url()",
            controllers__main="def show(self, hash=None, pid=None, access_token=None):",
            tests__test_order="self.order.access_token",
            models__other="pid = os.getpid()\nhash = sha256()",
        )
        self.assertEqual(
            found,
            {
                "some_app/models/order.py": {"get_portal_url"},
                "some_app/controllers/main.py": {"access_token", "hash/pid"},
            },
        )

    def test_a_new_place_or_symbol_has_to_be_decided(self):
        found = self.places(models__order="self.access_token; self._portal_ensure_token()")
        row = ("left", "a reason", "some_app/*", {"access_token"})
        for rows, missing in (([], "_portal_ensure_token, access_token"),
                              ([row], "has _portal_ensure_token,")):  # fmt: skip
            (sentence,) = compare(found, rows)
            self.assertIn(missing, sentence)
            self.assertIn("tests/native_places.txt", sentence)

    def test_a_line_that_fits_nothing_has_to_go(self):
        found = self.places(models__order="self.access_token")
        fits = ("left", "a reason", "some_app/models/*", {"access_token"})
        for row in (
            ("closed", "a reason", "gone_app/*", {"access_token"}),
            ("closed", "a reason", "some_app/controllers/*", {"access_token"}),
        ):
            (sentence,) = compare(found, [fits, row])
            self.assertIn(row[2], sentence)
        (sentence,) = compare(found, [(*fits[:3], {"access_token", "hash/pid"})])
        self.assertIn("hash/pid", sentence)

    def test_no_place_is_decided_twice(self):
        found = self.places(models__order="self.access_token")
        rows = [
            ("left", "a reason", "some_app/*", {"access_token"}),
            ("closed", "a reason", "some_app/models/order.py", {"access_token"}),
        ]
        self.assertIn("decided twice", compare(found, rows)[0])

    def test_what_is_no_line_of_the_table_is_said(self):
        for text in (
            "perhaps: a reason",
            "left",
            "    a/b.py: access_token",
            "left: a reason\n    a/b.py: tokens",
            "left: a reason\n    a/b.py",
        ):
            with self.subTest(text), self.assertRaises(ValueError):
                read_table(text)
