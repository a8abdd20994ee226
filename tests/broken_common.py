"""Email texts with an error in one language, as a bad translation brings them."""

from odoo.tools import SQL

LANG = "es_ES"
SOURCE = {
    "subject": "Original words {{ object.display_name }}",
    "body_html": '<p>Original words for <t t-out="object.display_name"/></p>',
}
# One fails as it is read, the other as it is filled in.
BROKEN = {
    "subject": "{{ object.no_such_method() }}",
    "body_html": '<p>no_such <t t-out="object.("/></p>',
}
TRACES = ("no_such", "object.", "Traceback", "t-out")


class BrokenTextCase:
    """Break texts past Odoo, which checks what people save, and no translation it loads."""

    @classmethod
    def speak_spanish(cls, *partners):
        cls.env["res.lang"]._activate_lang(LANG)
        for partner in partners:
            partner.lang = LANG

    def break_template(self, template, field, langs=(LANG,)):
        """Give a template our texts, with an error in one of them in these languages."""
        template.with_context(lang="en_US").write(SOURCE)
        self.env.flush_all()
        for name, text in SOURCE.items():
            for lang in ("en_US", LANG):
                is_broken = name == field and lang in langs
                self.env.cr.execute(
                    SQL(
                        "UPDATE mail_template SET %(field)s = %(field)s"
                        " || jsonb_build_object(%(lang)s, %(text)s::text) WHERE id = %(id)s",
                        field=SQL.identifier(name),
                        lang=lang,
                        text=BROKEN[name] if is_broken else text,
                        id=template.id,
                    )
                )
        self.env.invalidate_all()

    def break_view(self, view):
        """Put an error into the translation of a view."""
        source = view.with_context(lang="en_US").arch_db
        head, end, rest = source.partition(">")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_ui_view SET arch_db = arch_db || jsonb_build_object(%s, %s::text)"
            " WHERE id = %s",
            [LANG, f'{head}{end}<t t-out="no_such.thing()"/>{rest}', view.id],
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache("templates")

    def assertNoTrace(self, text):
        """Assert that a customer's email shows nothing of an error."""
        for trace in TRACES:
            self.assertNotIn(trace, str(text))

    def told(self, record):
        """Return what staff were told about texts with an error, on this record."""
        self.env.cr.precommit.run()
        notes = record.sudo().message_ids.mapped("body")
        return [note for note in notes if "original" in note and "error" in note]
