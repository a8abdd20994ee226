import logging
from functools import partial

import psycopg2

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError

_logger = logging.getLogger(__name__)

# Where a transaction remembers whom it tells of what.
TOLD = "finance_portal_broken_text"
SOURCE_LANG = "en_US"


class FinancePortalBrokenText(models.AbstractModel):
    """Tell staff about an email's text with an error, while the customer gets another text.

    Such as a translation in which a placeholder was translated too.
    """

    _name = "finance.portal.broken.text"
    _description = "Email Texts with Errors"

    @api.model
    def _is_broken(self, error):
        """Return whether rendering failed because of the text, not of rights or the database."""
        while error:
            if isinstance(error, AccessError | psycopg2.Error):
                return False
            error = error.__cause__ or error.__context__
        return True

    @api.model
    def _get_first_line(self, error):
        """Return in one line what an error began with.

        Each of Odoo's layers words it anew, with a traceback.
        """
        while error.__cause__:
            error = error.__cause__
        return next(iter(str(error).strip().splitlines()), type(error).__name__)

    @api.model
    def _explain(self, record, lang):
        """Return which text has an error, in which language, and how to correct it.

        :param record: the email template, or the view of one of our own emails (``ir.ui.view``)
        :param str lang: the code of the language
        """
        # sudo: what languages and texts are called is no secret
        Lang = self.env["res.lang"].sudo().with_context(active_test=False)
        names = {
            "name": record.sudo().display_name,
            "language": Lang.search([("code", "=", lang or SOURCE_LANG)], limit=1).name or lang,
        }
        if record._name == "mail.template":
            return self.env._(
                'The email template "%(name)s" has an error in %(language)s. To correct it, turn on'
                " developer mode, open Settings > Technical > Email Templates, and choose the"
                " language with the button next to the text.",
                **names,
            )
        return self.env._(
            'The email text "%(name)s" has an error in %(language)s. To correct it, turn on'
            " developer mode, and open Settings > Technical > Views.",
            **names,
        )

    @api.model
    def _tell_later(self, about, text, lang):
        """Tell staff that a customer gets the original text; once, when all else is done.

        :param about: the record that the email is about; possibly empty
        :param text: as in :meth:`_explain`
        """
        about = about if isinstance(about, models.BaseModel) else self.env["res.partner"]
        told = self.env.cr.precommit.data.setdefault(TOLD, set())
        key = (about._name, about.id, text, lang)
        if not about or not about.id or key in told or self.env.cr.readonly:
            return
        told.add(key)
        self.env.cr.precommit.add(partial(self._try_to_tell, about, text, lang))

    @api.model
    def _try_to_tell(self, about, text, lang):
        """Tell staff; what goes wrong with that keeps nothing else from being saved."""
        try:
            with self.env.cr.savepoint():
                self._tell(about, text, lang)
        except psycopg2.OperationalError:
            raise  # Odoo tries all of it again
        except Exception:
            _logger.exception("Could not tell staff that %s has an error", text)

    @api.model
    def _tell(self, about, text, lang):
        """Note it in the record's chatter, and give the responsible user one thing to do."""
        # Contacts aren't documents; theirs is the salesperson. Asked by name: documents stand in a
        # room above.
        is_document = hasattr(about, "_finance_portal_get_responsible")
        # sudo: the visitor or job that caused the email may not read it
        own = about.sudo()
        user = own._finance_portal_get_responsible() if is_document else own.user_id
        company = own.company_id if "company_id" in own._fields else self.env.company
        # Staff's language, and not that of the customer whose email it is.
        Page = self.env["finance.portal.page"].with_context(lang=None)
        code = Page._get_installed_lang(user.lang, company.partner_id.lang)
        # Not the context of whoever sends: a note sends nothing.
        context = {"lang": code, "mail_post_autofollow_author_skip": True}
        record = about.with_env(self.env(user=SUPERUSER_ID, context=context))
        texts = self.with_env(record.env)
        problem = texts._explain(text.with_env(record.env), lang)
        record.message_post(
            body=texts.env._("The customer got an email in the original language. %s", problem),
            author_id=record.env.ref("base.partner_root").id,
            message_type="notification",
            subtype_xmlid="mail.mt_note",
        )
        if not user.active or not hasattr(record, "activity_schedule"):
            return
        summary = texts.env._("Correct the email text: %s", text.with_env(record.env).display_name)
        # However many emails it concerns, it is one thing to do.
        open_ones = [("user_id", "=", user[:1].id), ("summary", "=", summary)]
        if not record.env["mail.activity"].search_count(open_ones, limit=1):
            record.activity_schedule(
                "mail.mail_activity_data_todo", summary=summary, note=problem, user_id=user[:1].id
            )
