"""Names and amounts as parts of a translated sentence, and its language. Imports no Odoo.

Given to ``_()``, these parts make the sentence safe HTML: it escapes whatever else it is made of.
"""

from markupsafe import Markup


def isolate(text):
    """Return a text that keeps its own direction inside a sentence of the other one.

    >>> isolate("R&D")
    Markup('<bdi>R&amp;D</bdi>')
    >>> isolate(False)  # a field without a value
    Markup('<bdi></bdi>')
    """
    return Markup("<bdi>%s</bdi>") % (text or "")


def isolate_address(text):
    """Return an email address, which reads from left to right in every language.

    >>> isolate_address("ada@bakery.example.com")
    Markup('<bdi dir="ltr">ada@bakery.example.com</bdi>')
    """
    return Markup('<bdi dir="ltr">%s</bdi>') % text


def embolden(text):
    """Return a text that stands out.

    >>> embolden(isolate("Ada"))
    Markup('<b><bdi>Ada</bdi></b>')
    """
    return Markup("<b>%s</b>") % text


def keep_together(text):
    """Return a text that stands out and isn't broken over two lines of a page.

    >>> keep_together(isolate("30 €"))
    Markup('<b class="phrase"><bdi>30 €</bdi></b>')
    """
    return Markup('<b class="phrase">%s</b>') % text


def html_lang(code):
    """Return a language of Odoo's as HTML names it.

    >>> html_lang("pt_BR"), html_lang("sr@latin")
    ('pt-BR', 'sr')
    """
    return code.replace("_", "-").split("@")[0]
