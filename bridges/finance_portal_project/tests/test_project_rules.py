"""The rules of secure links and of the portal (L1 to L12), for projects."""

from odoo.tests import tagged

from odoo.addons.finance_portal.tests.account_common import AccountCase
from odoo.addons.finance_portal.tests.kind_rules import KindRules

from .common import ProjectCase


@tagged("post_install", "-at_install")
class TestProjectRules(KindRules, ProjectCase, AccountCase):
    @classmethod
    def make_document(cls, partner):
        return cls.make_project(partner, share=True)

    def waits_for_customer(self):
        return False

    def make_unshareable(self, document):
        document.finance_shared = False

    def assertNoNativeTrace(self, text):
        self.assertNotIn("/my/projects", str(text))
        self.assertNotIn("/mail/view", str(text))
        return super().assertNoNativeTrace(text)
