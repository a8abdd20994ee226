from datetime import UTC, datetime

from babel.dates import format_date, format_time, get_datetime_format

from odoo import api, fields, models
from odoo.tools.misc import babel_locale_parse, get_lang


class FinancePortalPage(models.AbstractModel):
    """Write days so that nobody takes one for another, wherever they come from."""

    _inherit = "finance.portal.page"

    @api.model
    def _format_day(self, value):
        """Return a day with the name of its month, in the context's language.

        Not in the language's own figures: to a customer abroad, 01/03/2027 is another day.

        :param value: a date, or a datetime (UTC), which is taken in the context's time zone;
            either may be text as the database has it
        """
        if not value:
            return ""
        if isinstance(value, str):
            is_day = len(value) == len("2027-03-01")
            value = (fields.Date.to_date if is_day else fields.Datetime.to_datetime)(value)
        if isinstance(value, datetime):
            value = fields.Datetime.context_timestamp(self, value)
        locale = babel_locale_parse(get_lang(self.env).code)
        patterns = (locale.datetime_skeletons.get("yMMMd"), "medium", "long")
        for pattern in filter(None, patterns):
            text = format_date(value, getattr(pattern, "pattern", pattern), locale)
            # Some languages write even short months in figures.
            if any(map(str.isalpha, text)):
                break
        return text

    @api.model
    def _format_moment(self, moment, zone):
        """Return day and time to the minute, the day as :meth:`_format_day` writes it.

        :param datetime moment: in UTC
        :param zone: the reader's time zone
        """
        locale = babel_locale_parse(get_lang(self.env).code)
        local = moment.replace(tzinfo=UTC).astimezone(zone)
        joined = get_datetime_format("medium", locale=locale).replace("'", "")
        time = format_time(local, "short", tzinfo=zone, locale=locale)
        return joined.format(time, self._format_day(local.date()))
