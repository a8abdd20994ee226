"""Records created on confirmation aren't part of the accepted terms (section 13)."""

from odoo.tests import tagged

from odoo.addons.finance_portal.tests.decision_common import DecisionCase


@tagged("post_install", "-at_install")
class TestAcceptServices(DecisionCase):
    def test_a_project_and_a_task_are_made_for_what_was_accepted(self):
        service = self.env["product.product"].create(
            {
                "name": "Design",
                "type": "service",
                "list_price": 100,
                "service_policy": "ordered_prepaid",
                "service_tracking": "task_in_project",
            }
        )
        quote = self.make_quote(lines=[{"product_id": service.id}])
        _link, page = self.open_quote(quote)
        self.assertIn("Accepted by Ada Baker", self.answer(page).text)
        self.assertEqual(quote.state, "sale")
        # sudo: the salesperson need not see projects
        self.assertTrue(quote.sudo().order_line.task_id)
        self.assertEqual(len(quote.sudo().project_ids), 1)
