"""What has to be true of every email that a customer gets."""

import re

from lxml import html

MARK = 'class="fp-mail"'
NEVER = ("Powered by", "odoo.com", "Internal communication", "Unfollow", "&amp;#39;")
SECURE = re.compile(r"/(?:finance/[ipt]|q)/[\w-]{43}")
HOURS = "works for 24 hours"


def read_mail(mail):
    """Return ``(tree, preheader)`` of an email as the mail server got it."""
    tree = html.document_fromstring(str(mail["body"]))
    hidden = tree.xpath("//body/div[contains(@style, 'display: none')]")
    return tree, " ".join(hidden[0].text_content().replace("\u034f", "").split()) if hidden else ""


class MailLayoutRules:
    """For test cases: the rules of the one layout."""

    def assertWearsLayout(self, mail, company):
        """Assert what holds for every email to a customer; return ``(tree, preheader)``."""
        body, text = str(mail["body"]), mail["body_alternative"]
        self.assertEqual(body.count(MARK), 1)
        for word in NEVER:
            self.assertNotIn(word, body)
            self.assertNotIn(word, text)
        tree, preheader = read_mail(mail)
        self.assertTrue(preheader, "what inboxes show beside the subject")
        self.assertLessEqual(len(tree.xpath("//h1[@class]")), 1)
        self.assertLessEqual(len(tree.xpath("//table[@class='fp-button']//a")), 1)
        for amount in tree.xpath("//div[contains(@style, 'font-size: 34px')]"):
            told = amount.getparent().text_content()
            self.assertEqual(told.count(amount.text_content()), 1, "an amount is said once")
        for picture in tree.xpath("//img"):
            self.assertTrue(picture.get("alt"))
            self.assertIn("/web/binary/company_logo", picture.get("src"), "no tracking pixel")
            self.assertTrue(picture.get("width") and picture.get("height"))
        self.assertEqual(set(tree.xpath("//table[@class]/@role")), {"presentation"})
        self.assertNotIn("<", re.sub(r"<\S+@\S+>", "", text))
        for said in (company.name, company.vat):
            self.assertIn(said, tree.text_content())
            self.assertIn(said, text)
        return tree, preheader

    def assertHasSecureButton(self, mail, tree, links=1):
        """Assert that there is one button, whose address the plain text has too."""
        (button,) = tree.xpath("//table[@class='fp-button']//a")
        address = button.get("href")
        self.assertRegex(address, SECURE)
        self.assertEqual(str(mail["body"]).count(address), links)
        self.assertIn(address, mail["body_alternative"])
        for part in (tree.text_content(), mail["body_alternative"]):
            self.assertEqual(" ".join(part.split()).count(HOURS), 1)
