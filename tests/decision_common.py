"""A customer in front of a quote: what the tests of decisions share."""

import base64
import io
import re

from PIL import Image, ImageDraw

from .http_common import FinancePortalHttpCase

SEEN = re.compile(r'name="seen"[^>]*?value="([^"]+)"')
PDF = b"%PDF-1.4 the quote as it was mailed"


def drawn(ink=True):
    """Return what the browser posts for a drawn signature."""
    picture = Image.new("RGBA", (400, 120), (0, 0, 0, 0))
    if ink:
        ImageDraw.Draw(picture).line([(10, 100), (200, 20), (390, 100)], fill="black", width=4)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


class DecisionCase(FinancePortalHttpCase):
    """``FinancePortalHttpCase`` with ``quote``, sent by ``seller``; its PDF is ready."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("seller", "sales_team.group_sale_salesman", lang="en_US")
        cls.classPatch(
            cls.env.registry["sale.order"],
            "_finance_portal_get_pdf",
            lambda self, keep=True: ("Quotation.pdf", PDF),
        )
        cls.quote = cls.make_quote(user_id=cls.seller.id)
        cls.Decision = cls.env["finance.portal.decision"]

    def open_quote(self, quote=None, partner=None, **options):
        """Open a fresh link to a quote; return ``(link, page)``."""
        link, token = self.issue(self.quote if quote is None else quote, partner, **options)
        return link, self.visit(f"/q/{token}", follow=True)

    def answer(self, page, kind="accept", **form):
        """Press a button of a page's form; return where that leads."""
        seen = SEEN.search(page.text)
        data = {
            "csrf_token": self.csrf_of(page),
            "seen": seen.group(1) if seen else "",
            "name": "Ada Baker",
            **form,
        }
        path = re.search(r"/finance/d/[\w.-]+", page.url).group()
        return self.visit(f"{path}/{kind}", "POST", data=data, follow=True)

    def decisions(self, quote=None):
        quote = self.quote if quote is None else quote
        return self.Decision.search([("res_model", "=", "sale.order"), ("res_id", "=", quote.id)])

    def kinds(self, link):
        """Return what happened to a link, the oldest first, without its sending."""
        rows = self.Event.search([("link_id", "=", link.id)], order="id")
        return [row.kind for row in rows if row.kind not in ("sent", "opened")]

    def assertChanged(self, change, *shown, quote=None):
        """Assert that a change between page and click is shown, and then can be accepted."""
        quote = self.make_quote() if quote is None else quote
        self.become_stranger()
        link, page = self.open_quote(quote)
        change(quote)
        refused = self.answer(page)
        self.assertEqual(refused.status_code, 409)
        self.assertStrictHeaders(refused)
        self.assertIn("changed while you were reading", refused.text)
        for text in shown:
            self.assertIn(text, refused.text)
        self.assertIn('value="Ada Baker"', refused.text, "nothing has to be typed again")
        self.assertEqual((quote.state, self.kinds(link)), ("sent", ["refused"]))
        after = self.visit(
            f"/finance/d/{link.ref}/accept",
            "POST",
            data={
                "csrf_token": self.csrf_of(refused),
                "seen": SEEN.search(refused.text).group(1),
                "name": "Ada Baker",
            },
            follow=True,
        )
        self.assertIn("Accepted by Ada Baker", after.text)
        self.assertEqual(quote.state, "sale")
