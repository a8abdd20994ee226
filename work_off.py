"""How jobs work off what waits: each piece in a transaction of its own.

Also what they do when somebody saves the record that they are working on.
"""

import logging
from datetime import timedelta

from odoo import fields
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, retrying

PAUSE = timedelta(minutes=1)

_logger = logging.getLogger(__name__)


def attempt(env, work):
    """Do something in a transaction; whoever saves the same meanwhile costs another try.

    :return: whether it was done; not if somebody was in the way each time
    """
    try:
        retrying(work, env)
    except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
        env.cr.rollback()
        return False
    return True


def work_or_fail(env, work, fail):
    """Do something in a transaction; when it fails, undo it and go on.

    :param fail: called with the exception, to write it down in a transaction of its own
    :return: whether this is settled; not if somebody was in the way each time
    """
    try:
        return attempt(env, work)
    except Exception as error:
        env.cr.rollback()
        problem = error
    fail(problem)
    return True


def work_apart(records, work):
    """Do the same for each record; what fails of one is logged, and keeps it from no other.

    :param work: called with each record; returns whether there was time for all of it
    :return: whether there was time for all records
    """
    for record_id in records.ids:
        record = records.browse(record_id)
        try:
            if not work(record):
                return False
        except Exception:
            record.env.cr.rollback()
            _logger.exception("A job failed for %s, and goes on with the others", record)
    return True


def work_off(records, work, cron):
    """Do the same for each record, in a transaction of its own, until the job's time is over.

    Whoever saves one of them meanwhile costs another try. When that doesn't help either, the
    record is left as it was, and the job is woken again soon. What fails is left to the next run.

    :param records: what waits; in the environment of the job
    :param work: called with each record
    :param str cron: external id of the job
    """
    Cron, again = records.env["ir.cron"], []

    def try_one(record):
        if not attempt(record.env, lambda: work(record)):
            again.append(record.id)
        return True

    for record_id in records.ids:
        # By itself: what is read of one would be read of all, again after each commit.
        work_apart(records.browse(record_id), try_one)
        if not Cron._commit_progress(1):
            return  # the scheduler comes back for the rest
    if again:
        # sudo: a job wakes itself
        records.env.ref(cron).sudo()._trigger(fields.Datetime.now() + PAUSE)
        Cron._commit_progress()


def work_off_queue(env, waiting, take, work):
    """Take what is next and work on it, until nothing waits or the job's time is over.

    :param int waiting: how much waits now
    :param take: returns the records to work on next, in a transaction of its own
    :param work: called with them
    """
    Cron = env["ir.cron"]
    Cron._commit_progress(remaining=waiting)
    while records := retrying(take, env):
        work(records)
        if not Cron._commit_progress(len(records)):
            return  # the scheduler comes back for the rest


def work_off_parts(env, work):
    """Do one part after the other, each in a transaction of its own, until there are no more.

    :param work: does the next part; returns how much that was, nothing when there are no more
    :return: whether it came to an end in the time that the scheduler gave
    """
    while count := retrying(work, env):
        # Something always remains: what it is, the next run finds out.
        if not env["ir.cron"]._commit_progress(count, remaining=1):
            return False
    return True
