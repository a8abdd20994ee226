import time
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.tools import SQL

from ...tools.masking import mask_links
from ...tools.zones import get_zone
from ...work_off import work_off_queue, work_or_fail

MAX_ATTEMPTS = 3


class FinancePortalBulkLineMixin(models.AbstractModel):
    """One record of a run, what became of it, and the job that works off what waits.

    What is done for lines that are taken together, and their state, is one transaction: a crash
    leaves either all of it or nothing. So are the emails, which Odoo's queue hands over later.
    """

    _name = "finance.portal.bulk.line.mixin"
    _description = "Line of a Run"
    _inherit = "finance.portal.system.record.mixin"
    _order = "id"

    # The field that holds the run, and those that tell what a line is about. A unique index of
    # the kind lets that wait once: it decides between two people who start at the same time.
    _run = None
    _subject = ()

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Started By", required=True, readonly=True)
    # A kind adds the state of what is done.
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("failed", "Failed"),
            ("skipped", "Skipped"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="waiting",
    )
    reason = fields.Char(readonly=True)
    attempts = fields.Integer(
        readonly=True, help="Number of attempts; more than one after a crash."
    )

    _queue_index = models.Index("(id) WHERE state = 'waiting'")

    # === WHAT A KIND OF LINE MUST TELL === #

    def _process(self):
        """Do what these lines, which were taken together, are for, and ``_settle`` each."""
        raise NotImplementedError

    def _get_waiting_elsewhere(self):
        """Return those of these lines whose subject waits already, in any line."""
        raise NotImplementedError

    def _log_failure(self, error):
        """Tell an administrator the cause of what was not foreseen."""
        raise NotImplementedError

    @api.model
    def _describe_waiting(self):
        """Return the sentence for a line that is only listed, since its subject waits already."""
        raise NotImplementedError

    @api.model
    def _describe_archived(self, name):
        """Return the sentence for when whoever started it, by name, is archived."""
        raise NotImplementedError

    @api.model
    def _describe_exhausted(self, attempts):
        """Return the sentence for what was tried often enough."""
        raise NotImplementedError

    @api.model
    def _describe_crash(self):
        """Return the sentence for a failure that nobody foresaw."""
        raise NotImplementedError

    # === STARTING === #

    @api.model
    def _add(self, run, rows):
        """Add a line to a run for each row; what waits in another line is only listed.

        :param list rows: values of each line with its ``state``, "waiting" or already settled
            with its ``reason``; dicts with the same keys
        """
        common = {self._run: run.id, "company_id": run.company_id.id, "user_id": run.user_id.id}
        rows = [{**row, **common} for row in rows]
        accepted = self._insert_waiting([row for row in rows if row["state"] == "waiting"])
        listed = []
        for row in rows:
            if row["state"] != "waiting":
                listed.append(row)
            elif self._get_subject(row) not in accepted:
                reason = self._describe_waiting()
                listed.append({**row, "state": "skipped", "reason": reason})
        self.create(listed)

    @api.model
    def _get_subject(self, row):
        """Return what the line of a row is about."""
        return tuple(row[name] for name in self._subject)

    @api.model
    def _insert_waiting(self, rows):
        """Insert lines that wait, unless what they are about waits already.

        Not create(): the unique indexes decide between two people who start at once, without
        an error.

        :param list rows: dicts with the same keys
        :return: what now waits here, as ``_get_subject`` returns it
        """
        if not rows:
            return set()
        self.env[self._fields[self._run].comodel_name].flush_model()
        self.flush_model()
        extra = {"attempts": 0, "create_uid": self.env.uid}
        rows = [{**row, **extra} for row in rows]
        inserted = self.env.execute_query(
            SQL(
                "INSERT INTO %s (create_date, %s) VALUES %s ON CONFLICT DO NOTHING RETURNING %s",
                SQL.identifier(self._table),
                SQL(", ").join(SQL.identifier(name) for name in rows[0]),
                SQL(", ").join(
                    SQL("(%s, %s)", self.env.cr.now(), SQL(", ").join(
                        SQL("%s", value) for value in row.values()
                    ))
                    for row in rows
                ),
                SQL(", ").join(SQL.identifier(name) for name in self._subject),
            )
        )  # fmt: skip
        self.invalidate_model()
        return set(inserted)

    # === THE JOB === #

    @api.model
    def _work_off(self):
        """Work off what waits, oldest first, until the scheduler's time is over."""
        last, pace = self.browse(), 0

        def work(lines):
            nonlocal last, pace
            began = time.monotonic()
            lines._work_or_fail()
            done = lines.filtered(lambda line: line.state not in ("waiting", "failed"))
            last, pace = lines, len(done) / max(time.monotonic() - began, 0.01)

        waiting = self.search_count([("state", "=", "waiting")])
        work_off_queue(self.env, waiting, lambda: self._take(last, pace), work)

    @api.model
    def _take(self, last=(), pace=0):
        """Return the lines to do next, having noted that an attempt begins.

        What stops the server stops nothing but itself, and not forever.

        :param last: the lines that were done before these
        :param float pace: how many of those were done in a second
        """
        first = self.search([("state", "=", "waiting")], limit=1)
        lines = first._get_group(last, pace).try_lock_for_update()
        for line in lines:
            line.attempts += 1
        return lines

    def _get_group(self, last, pace):
        """Return this line, maybe empty, with those that are done together with it.

        See ``_take`` for the arguments.
        """
        return self

    def _work_or_fail(self):
        """Work on these lines; when that fails, say why."""
        work_or_fail(self.env, self._work, self._divide_or_fail)

    def _divide_or_fail(self, error):
        """Try lines that failed together one by one, so that only the guilty one fails."""
        if len(self) > 1:
            for line in self:
                line._work_or_fail()
            return
        if not isinstance(error, UserError):
            self._log_failure(error)
        retrying(partial(self._fail, error), self.env)

    def _work(self):
        """Work on these lines, which are of one run and user, in this transaction."""
        # Whoever cancelled meanwhile has been faster.
        lines = self.try_lock_for_update().filtered(lambda line: line.state == "waiting")
        if not lines:
            return
        if exhausted := lines.filtered(lambda line: line.attempts > MAX_ATTEMPTS):
            exhausted._settle("failed", exhausted._as_starter()._describe_exhausted(MAX_ATTEMPTS))
        if rest := lines - exhausted:
            if problem := rest._get_starter_problem():
                rest._settle("failed", problem)
            else:
                rest._process()
        lines._report()

    def _fail(self, error):
        """Write why it failed."""
        self._settle("failed", self._explain(error))
        self._report()

    def _settle(self, state, reason=False):
        """Write what became of these lines."""
        self.write(self._prepare_settled(state, reason))

    @api.model
    def _prepare_settled(self, state, reason):
        """Return the values of what became of a line."""
        return {"state": state, "reason": mask_links(reason) if reason else False}

    def _report(self):
        """Tell whoever started it if these lines were the last ones."""
        self.flush_recordset()
        self[self._run]._notify_when_done()

    def _explain(self, error):
        """Return a sentence in the starter's language for why it failed."""
        if isinstance(error, UserError) and error.args:
            return str(error)
        return self._in_words_of_starter()._describe_crash()

    def _in_words_of_starter(self):
        """Return these lines in the language of whoever started them."""
        lang = self.env["finance.portal.page"]._get_installed_lang(self.user_id.lang)
        return self.with_context(lang=lang)

    # === WHO STARTED IT === #

    def _as_starter(self, **context):
        """Return these lines in the environment of whoever started them, or tried them again."""
        user = self.user_id
        # Not the job's own context: what is mailed must not depend on who mails it.
        return self.with_user(user).with_context(
            lang=self.env["finance.portal.page"]._get_installed_lang(user.lang),
            tz=str(get_zone(user.tz, self.company_id[:1].partner_id.tz)),
            allowed_company_ids=self.company_id.ids,
            mail_notify_force_send=False,
            **context,
        )

    def _get_starter_problem(self):
        """Return the sentence for when whoever started it is archived, else ``None``."""
        user = self.user_id
        if user.active or user._is_superuser():
            return None
        return self._as_starter()._describe_archived(user.name)
