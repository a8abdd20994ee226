"""What jobs do when somebody saves the record that they are working on."""

from datetime import timedelta
from functools import partial

from odoo import fields
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, retrying

PAUSE = timedelta(minutes=1)


def work_off(records, work, cron):
    """Do the same for each record, in a transaction of its own, until the job's time is over.

    Whoever saves one of them meanwhile costs another try. When that doesn't help either, the
    record is left as it was, and the job is woken again soon.

    :param records: what waits; in the environment of the job
    :param work: called with each record
    :param str cron: external id of the job
    """
    Cron, again = records.env["ir.cron"], False
    for record_id in records.ids:
        # By itself: what is read of one would be read of all, again after each commit.
        record = records.browse(record_id)
        try:
            retrying(partial(work, record), record.env)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            record.env.cr.rollback()
            again = True
        if not Cron._commit_progress(1):
            return  # the scheduler comes back for the rest
    if again:
        # sudo: a job wakes itself
        records.env.ref(cron).sudo()._trigger(fields.Datetime.now() + PAUSE)
        Cron._commit_progress()
