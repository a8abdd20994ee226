"""L1 to L12 for time approvals."""

from odoo.tests import tagged

from odoo.addons.finance_portal.tests.kind_rules import KindRules

from .common import TimeCase


@tagged("post_install", "-at_install")
class TestTimeRules(KindRules, TimeCase):
    @classmethod
    def make_document(cls, partner):
        return cls.make_request(partner)

    def waits_for_customer(self):
        return True

    def make_unshareable(self, document):
        document.action_cancel()

    def get_native_path(self, document):
        return ""  # Odoo has no page for them
