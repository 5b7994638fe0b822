import logging
import time
from collections import Counter
from datetime import UTC, datetime

from psycopg2 import OperationalError
from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

#: Advisory lock of a company's preparation, and how long a lane waits for it.
LOCK_KEY = 0x0C011EC7
LOCK_ATTEMPTS = 600
LOCK_PAUSE = 0.5
#: Times a chunk is tried again when another transaction was faster.
RETRIES = 5


class CollectionEngine(models.AbstractModel):
    """The nightly follow-up: select, decide, check, contact, log.

    This file drives; loading facts, deciding and writing, and making contacts are in the files
    ``collection_engine_*.py``. Only :meth:`_cron_run` and :meth:`_cron_release` commit.
    """

    _name = "collection.engine"
    _description = "Collection Engine"

    # === Entry points === #
    @api.model
    def _run(self, on, companies=None, dry_run=False):
        """Do a day's follow-up in the present transaction.

        :param date on: the day, for which everything is computed
        :param companies: default: all companies
        :param bool dry_run: write nothing; the summary says what would happen and why
        :return: summary: ``cases`` looked at, ``errors``, counters ``stages`` (cases by stage
            name), ``actions`` (contacts by stage name and channel, "Final notice/email") and
            ``blocked`` (by refusal code, cases without any contact included); in a dry run also
            ``contacts``: what would be made or refused, as dicts
        :rtype: dict
        """
        companies = companies or self.env["res.company"].search([])
        if not dry_run:
            return self._run_companies(on, companies)
        savepoint = self.env.cr.savepoint()
        try:
            return self._run_companies(on, companies, deliver=False)
        finally:
            # The same code as the real run, undone: what it says is what would happen.
            savepoint.close(rollback=True)

    @api.model
    def _cron_run(self, lane=1):
        """The scheduled job: the same as :meth:`_run`, in chunks that are committed one by one.

        Any number of lanes may run at once, on any number of machines: a chunk is claimed by
        locking its rows, and rows that somebody else holds are skipped.
        """
        on = fields.Date.context_today(self)
        for company in self.env["res.company"].search([]):
            engine = self.with_company(company)
            if not engine._prepare_once(company, on, lane):
                continue
            if not engine._cron_decide(company, on):
                return
            engine._retrying(lambda engine=engine, company=company: engine._finish(company, on))
            self.env["ir.cron"]._commit_progress()
            engine._retrying(lambda engine=engine, company=company: engine._recheck(company, on))
            self.env["ir.cron"]._commit_progress()
            if lane == 1:
                engine._retrying(
                    lambda company=company: self.env["collection.charge"]._accrue(on, company)
                )
                self.env["ir.cron"]._commit_progress()
                engine._retrying(
                    lambda engine=engine, company=company: engine._prepare_work_list(company, on)
                )
                self.env["ir.cron"]._commit_progress()
        self._cron_release()

    @api.model
    def _cron_release(self):
        """The scheduled job that makes contacts which have been released.

        Each chunk is of its own day: the work may go on over midnight, and hours are looked at only
        on the day itself.
        """
        while count := self._retrying(lambda: self._deliver_chunk(fields.Date.context_today(self))):
            if not self.env["ir.cron"]._commit_progress(count, remaining=self._count_released()):
                return
        self._retrying(self._close_released_runs)
        self.env["ir.cron"]._commit_progress()

    # === Driver === #
    @api.model
    def _run_companies(self, on, companies, deliver=True):
        summary = {
            "cases": 0,
            "errors": 0,
            "stages": Counter(),
            "actions": Counter(),
            "blocked": Counter(),
            "contacts": [],
        }
        for company in companies:
            engine = self.with_company(company)
            run = engine._prepare(company, on)
            if not run:
                continue
            done = self.env["collection.case"]
            while cases := engine._claim(company, on, done):
                engine._process(run, cases, on)
                done += cases
            if deliver:
                while engine._deliver_chunk(on, company):
                    pass
            engine._finish(company, on)
            self.env["collection.charge"]._accrue(on, company)
            engine._prepare_work_list(company, on)
            engine._add_to_summary(summary, run, done, details=not deliver)
        return summary

    @api.model
    def _add_to_summary(self, summary, run, cases, details):
        """Count what a run of one company decided."""
        summary["cases"] += len(cases)
        summary["errors"] += len(cases.filtered("error_text"))
        for stage, count in cases._read_group([("id", "in", cases.ids)], ["stage_id"], ["__count"]):
            summary["stages"][stage.name or ""] += count
        for code, count in cases._read_group(
            [("id", "in", cases.ids), ("no_contact_code", "!=", False)],
            ["no_contact_code"],
            ["__count"],
        ):
            summary["blocked"][code] += count
        domain = [("run_id", "=", run.id), ("state", "!=", "blocked")]
        for stage, channel, count in self.env["collection.contact.log"]._read_group(
            domain, ["stage_id", "channel"], ["__count"]
        ):
            name = stage.name or self.env._("Agreement")
            summary["actions"][f"{name}/{channel}"] += count
        if details:
            summary["contacts"] += self._describe_contacts(run)

    @api.model
    def _describe_contacts(self, run):
        """Contacts of a run as plain values, which outlive the rollback of a dry run."""
        return [
            {
                "case_id": log.case_id.id,
                "debtor": log.debtor_id.display_name,
                "stage": log.stage_id.name,
                "channel": log.channel,
                "state": log.state,
                "code": log.block_code or None,
                "reason": log.block_reason or None,
                "amount": log.amount,
                "currency": log.currency_id.name,
                "items": log.move_line_ids.ids,
            }
            for log in run.log_ids
        ]

    @api.model
    def _cron_decide(self, company, on):
        """Decide about all cases of a company that are due for review.

        :return: False when the time of the job is up
        """
        self.env["ir.cron"]._commit_progress(remaining=self._count_due(company, on))
        while count := self._retrying(lambda: self._decide_chunk(company, on)):
            if not self.env["ir.cron"]._commit_progress(
                count, remaining=self._count_due(company, on)
            ):
                return False
        return True

    @api.model
    def _decide_chunk(self, company, on):
        """Claim a chunk of cases and decide about them.

        :return: how many there were
        """
        cases = self._claim(company, on)
        if cases:
            self._process(self._get_run(company, on), cases, on)
        return len(cases)

    @api.model
    def _deliver_chunk(self, on, company=None):
        """Claim a chunk of released contacts and make them.

        :return: how many there were
        """
        logs = self._claim_released(company)
        if logs:
            today = on == fields.Date.context_today(self)
            self._deliver_safely(logs, on, at=datetime.now(UTC) if today else None)
        return len(logs)

    @api.model
    def _prepare_once(self, company, on, lane):
        """Prepare a company while other lanes wait; later lanes find it done.

        The lock is asked for again and again in new transactions rather than waited for: a
        transaction that waited would go on with the picture it had before the other one was done.

        :return: the run of the day, or an empty recordset when there is nothing to do
        """
        for _attempt in range(LOCK_ATTEMPTS):
            run = self._retrying(lambda: self._prepare_locked(company, on, lane))
            if run is not None:
                self.env["ir.cron"]._commit_progress()
                return run
            self.env.cr.rollback()
            time.sleep(LOCK_PAUSE)
        _logger.warning("Another job has been preparing company %s for long; skipped", company.id)
        return self.env["collection.run"]

    @api.model
    def _prepare_locked(self, company, on, lane):
        """Prepare a company, or return ``None`` while another lane does."""
        if not self._try_lock_company(company):
            return None
        # sudo: people may read runs of their company, the job looks at every company's.
        ready = lane > 1 and self.env["collection.run"].sudo().search_count(
            [("company_id", "=", company.id), ("date", "=", on)]
        )
        return self._get_run(company, on) if ready else self._prepare(company, on)

    @api.model
    def _try_lock_company(self, company):
        self.env.cr.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_KEY, company.id])
        return self.env.cr.fetchone()[0]

    def _retrying(self, function):
        """Call ``function``; again in a new transaction if another one was faster.

        A retry begins from the start, claims included, because a rollback gives up the rows that
        were claimed.

        :return: what the function returned
        """
        for attempt in range(1, RETRIES + 1):
            try:
                result = function()
                self.env.cr.flush()
            except (OperationalError, ConcurrencyError, UniqueViolation):
                self.env.cr.rollback()
                if attempt == RETRIES:
                    raise
            else:
                return result
        return None

    # === Before and after === #
    @api.model
    def _prepare(self, company, on):
        """Open cases, bring balances up to date, and let go of yesterday's proposals.

        :return: the run of the day, or an empty recordset when the company has no policy
        """
        if not self._get_policies(company):
            return self.env["collection.run"]
        run = self._get_run(company, on)
        self._expire_runs(company, on)
        self.env["collection.contact.log"]._withdraw_unsent(on, company)
        ended = self.env["collection.agreement"]._follow_up(on, company)
        self._resume_items(ended.filtered(lambda agreement: agreement.state == "broken"), on)
        self.env["collection.dispute"]._escalate(on, company)
        self.env["collection.case"]._sync_holds(on, SQL("k.company_id = %s", company.id))
        self.env["collection.case"]._refresh(on=on, companies=company)
        self._close_cases(company, on)
        self._open_cases(company, on)
        self._wake_for_reminders(company, on)
        return run

    @api.model
    def _get_run(self, company, on):
        """The run of a company and day, made when there is none yet."""
        Run = self.env["collection.run"].sudo()  # people may read runs, only the engine makes them
        run = Run.search([("company_id", "=", company.id), ("date", "=", on)], limit=1)
        return run or Run.create({"company_id": company.id, "date": on})

    @api.model
    def _expire_runs(self, company, on):
        """Proposals of earlier days that nobody released are replaced by today's."""
        # sudo: only the engine writes runs and plans contacts.
        old = (
            self.env["collection.run"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("date", "<", on),
                    ("state", "in", ("running", "review")),
                ]
            )
        )
        if not old:
            return
        logs = (
            self.env["collection.contact.log"]
            .sudo()
            .search(
                [("run_id", "in", old.ids), ("state", "=", "planned"), ("released", "=", False)]
            )
        )
        cases = logs.case_id
        logs._set_cancelled("superseded")
        cases.write({"next_review_date": on})
        for run in old:
            run.state = "done" if run.state == "running" or run.sent_count else "expired"

    @api.model
    def _finish(self, company, on):
        """Give the day's run its state: waiting for a person, or done."""
        run = self._get_run(company, on)
        cases = self.env["collection.case"].sudo()
        reviewed = [("company_id", "=", company.id), ("reviewed_on", "=", on)]
        run.invalidate_recordset(["planned_count"], flush=False)  # contacts are written by SQL
        # Later runs look at the same cases, so the count of an old run must not shrink.
        run.case_count = max(run.case_count, cases.search_count(reviewed))
        run.error_count = cases.search_count([*reviewed, ("error_text", "!=", False)])
        if run.planned_count:
            unreleased = (
                self.env["collection.contact.log"]
                .sudo()
                .search_count(
                    [("run_id", "=", run.id), ("state", "=", "planned"), ("released", "=", False)],
                    limit=1,
                )
            )
            run.state = "review" if unreleased else "releasing"
        elif run.state in ("running", "review"):
            run.state = "done"
        return run

    @api.model
    def _prepare_work_list(self, company, on):
        """Give new cases to collectors, and rank the work list.

        Cases that were looked at today have their score, and those that another lane is still
        deciding about get it there. Of the others a seventh is scored anew: they only grow older,
        a little every day.
        """
        Case = self.env["collection.case"]
        unassigned = Case.search(
            [("company_id", "=", company.id), ("state", "!=", "closed"), ("user_id", "=", False)]
        )
        unassigned._assign_by_rules()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM collection_case WHERE company_id = %s AND state <> 'closed' "
                "AND (score_parts IS NULL OR id %% 7 = %s AND reviewed_on IS DISTINCT FROM %s) "
                "AND NOT (state = 'open' AND next_review_date <= %s) ORDER BY id",
                company.id,
                on.toordinal() % 7,
                on,
                on,
            )
        )
        if rows:
            Case._update_scores(on, cases=Case.browse(row[0] for row in rows))

    @api.model
    def _close_released_runs(self):
        # sudo: only the engine writes runs.
        runs = self.env["collection.run"].sudo().search([("state", "=", "releasing")])
        for run in runs:
            self.with_company(run.company_id)._finish(run.company_id, run.date)
            if run.state == "releasing" and not run.planned_count:
                run.state = "done"
