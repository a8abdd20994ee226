import doctest

from odoo.tests import BaseCase, tagged

from ..tools import hours


@tagged("post_install", "-at_install")
class TestPure(BaseCase):
    """What knows nothing of Odoo."""

    def test_examples_in_docstrings(self):
        results = doctest.testmod(hours)
        self.assertGreater(results.attempted, 0)
        self.assertFalse(results.failed)
