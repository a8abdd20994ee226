"""A clear message if Python is older than 3.11 (section 13)."""

import ast
import sys
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import BaseCase, tagged

ADDON = Path(__file__).parents[1]


@tagged("post_install", "-at_install")
class TestPythonVersion(BaseCase):
    def import_first_line(self):
        """Run the first part of the addon that Odoo imports."""
        source = (ADDON / "python_version.py").read_text()
        exec(compile(source, "python_version.py", "exec"), {})  # noqa: S102  our own file

    def test_an_older_python_is_refused_in_a_sentence(self):
        with (
            patch.object(sys, "version_info", (3, 10, 12, "final", 0)),
            self.assertRaisesRegex(UserError, r"needs Python 3\.11 or newer.*Python 3\.10\."),
        ):
            self.import_first_line()
        self.import_first_line()

    def test_it_is_asked_before_anything_else_and_older_pythons_can_read_it(self):
        """Newer syntax in them would fail before the message could be shown."""
        first = ast.parse((ADDON / "__init__.py").read_text(), feature_version=(3, 10)).body[0]
        self.assertIsInstance(first, ast.ImportFrom)
        self.assertEqual([name.name for name in first.names], ["python_version"])
        ast.parse((ADDON / "python_version.py").read_text(), feature_version=(3, 10))

    def test_it_is_the_version_that_the_packages_name(self):
        self.assertIn('requires-python = ">=3.11"', (ADDON / "pyproject.toml").read_text())
