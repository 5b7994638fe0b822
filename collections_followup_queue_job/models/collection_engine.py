from contextlib import contextmanager
from math import ceil

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models

from odoo.addons.collections_followup.models.collection_engine_claim import DELIVERY_CHUNK
from odoo.addons.queue_job.delay import chain, group
from odoo.addons.queue_job.exception import RetryableJobError


class CollectionEngine(models.AbstractModel):
    """The nightly follow-up as jobs: each chunk is one, on whatever machine has room for it.

    A job names no records. It claims the next chunk by locking its rows, as the lanes of the
    scheduled job do, so a job that is repeated, late or superfluous does no harm.
    """

    _inherit = "collection.engine"

    @api.model
    def _cron_run(self, lane=1):
        """Prepare each company, and leave its chunks to the job queue.

        Lanes beside the first have nothing to do: the capacity of the channels takes their place.
        """
        if lane > 1:
            return
        on = fields.Date.context_today(self)
        for company in self.env["res.company"].search([]):
            engine = self.with_company(company)
            if engine._prepare_once(company, on, lane):
                engine._enqueue_chunks(company, on)
                self.env["ir.cron"]._commit_progress(1)
        self._cron_release()

    @api.model
    def _cron_release(self):
        """Leave contacts that have been released to the job queue."""
        self._enqueue_contacts()
        self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _enqueue_chunks(self, company, on):
        """A job for each chunk of cases, and one that finishes the run when all are done."""
        count = ceil(self._count_due(company, on) / self._chunk_size())
        jobs = [
            self.delayable(
                description=self.env._(
                    "Follow-up of %(company)s, %(day)s: chunk %(number)s of %(count)s",
                    company=company.name,
                    day=on,
                    number=number,
                    count=count,
                ),
                identity_key=f"collections decide {company.id} {on} {number}",
            )._job_decide(company, on)
            for number in range(1, count + 1)
        ]
        finish = self.delayable(
            description=self.env._(
                "Follow-up of %(company)s, %(day)s: the end", company=company.name, day=on
            ),
            identity_key=f"collections finish {company.id} {on}",
        )._job_finish(company, on)
        (chain(group(*jobs), finish) if jobs else finish).delay()

    @api.model
    def _enqueue_contacts(self):
        """A job for each chunk of released contacts; those already waiting are not doubled."""
        for number in range(1, ceil(self._count_released() / DELIVERY_CHUNK) + 1):
            self.with_delay(
                description=self.env._("Contacts: chunk %(number)s", number=number),
                identity_key=f"collections make {number}",
            )._job_make()

    # === Jobs === #
    @api.model
    def _job_decide(self, company, on):
        """Decide about one chunk.

        :param date on: the day of the run; a job that comes on another day leaves the cases to
            that day's run
        :return: what was done, for the job's record
        """
        if on != fields.Date.context_today(self):
            return self.env._("The day is over; the next run looks at these cases.")
        engine = self.with_company(company)
        with self._repeatable():
            count = engine._decide_chunk(company, on)
        return self.env._("Cases: %(count)s", count=count)

    @api.model
    def _job_finish(self, company, on):
        """What comes after all chunks: the run's state, charges, the work list."""
        engine = self.with_company(company)
        with self._repeatable():
            if engine._count_due(company, on) and on == fields.Date.context_today(self):
                # Rows that somebody held were passed over: once more.
                engine._decide_chunk(company, on)
            engine._finish(company, on)
            engine._recheck(company, on)
            self.env["collection.charge"]._accrue(on, company)
            engine._prepare_work_list(company, on)
            engine._enqueue_contacts()

    @api.model
    def _job_make(self):
        """Make one chunk of released contacts."""
        with self._repeatable():
            count = self._deliver_chunk(fields.Date.context_today(self))
            if not self._count_released():
                self._close_released_runs()
        return self.env._("Contacts: %(count)s", count=count)

    @contextmanager
    def _repeatable(self):
        """Another transaction may have been faster: the job is tried again, as often as the queue
        says. Serialization failures the queue knows itself."""
        try:
            yield
            self.env.cr.flush()
        except UniqueViolation as error:
            raise RetryableJobError(str(error), ignore_retry=True, seconds=2) from error
