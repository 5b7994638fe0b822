from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

#: Records that are cleaned before the job looks whether there is time left.
CHUNK = 500
#: Days after which a file that was handed over is removed from the server.
EXPORT_DAYS = 7
SUPERVISOR = "collections_followup.group_supervisor"


class CollectionPrivacy(models.AbstractModel):
    """Erasing the data of a person, and cleaning by schedule what is not needed any more."""

    _inherit = "collection.privacy"

    @api.model
    def _check_supervisor(self):
        if not self.env.su and not self.env.user.has_group(SUPERVISOR):
            raise AccessError(self.env._("Only supervisors hand over or erase data of persons."))

    # === Erasure === #
    @api.model
    def _erase(self, debtor, reason, on):
        """Erase what may go about a person; what the law demands stays.

        :return: collection.privacy.log
        """
        self._check_supervisor()
        if not (reason or "").strip():
            raise UserError(self.env._("Write down why: who asked for it, and when."))
        obstacle = self._get_obstacles(debtor, on).get(debtor.id)
        if obstacle:
            raise UserError(
                self.env._(
                    "Nothing of %(debtor)s can be erased now. %(why)s",
                    debtor=debtor.name,
                    why=obstacle,
                )
            )
        rows = self._preview(debtor, on)
        entries = self._get_entries()
        closed = self._get_closed(debtor).get(debtor.id)
        for kept in self._get_kept():
            records, entry = self._find(kept, debtor), entries.get(kept.code)
            self._remove(kept, self._filter_going(kept, records, entry, closed, on, None))
        self._remove_case_files(self._get_cases(debtor))
        self._empty_contact(debtor)
        return self._write_log("erasure", debtor, reason, rows)

    @api.model
    def _write_log(self, kind, debtor, reason, rows):
        lines = [
            self.env._(
                "%(name)s: %(goes)s of %(count)s. %(why)s",
                name=row["name"],
                goes=row["goes"],
                count=row["count"],
                why=row["why"],
            ).strip()
            for row in rows
        ]
        # sudo: the log is written by what is done, and by nobody by hand.
        return (
            self.env["collection.privacy.log"]
            .sudo()
            .create(
                {
                    "kind": kind,
                    "partner_id": debtor.id,
                    "reason": reason,
                    "text": "\n".join(lines),
                }
            )
            .sudo(self.env.su)
        )

    # === Scheduled cleaning === #
    @api.model
    def _cron_clean(self):
        """The scheduled job: clean what has been kept for long enough, in chunks."""
        on = fields.Date.context_today(self)
        for company in self.env["res.company"].search([]):
            cleaner = self.with_company(company).with_context(allowed_company_ids=company.ids)
            cleaner._clean_deceased(on)
            for kept in self._get_kept():
                while count := cleaner._clean_chunk(kept, on):
                    if not self.env["ir.cron"]._commit_progress(count):
                        return
            cleaner._clean_exports(on)
            self.env["ir.cron"]._commit_progress()

    @api.model
    def _clean(self, on):
        """All that is due on a day, for the companies at hand; for the job and for tests."""
        # The dead first: who they are is cleaned with the rest.
        count = len(self._clean_deceased(on))
        self._clean_exports(on)
        return count + sum(self._clean_chunk(kept, on) for kept in self._get_kept())

    @api.model
    def _clean_chunk(self, kept, on):
        """Clean records of one kind whose time is over.

        :return: how many
        """
        entry = self._get_entries().get(kept.code)
        if not entry or not entry.months or entry.action == "keep" or not kept.owner:
            return self._clean_talk(entry, on) if kept.code == "talk" else 0
        records = self._find_old(kept, on - relativedelta(months=entry.months))
        debtors = records.mapped(kept.owner)
        obstacles = self._get_obstacles(debtors, on)
        closed = self._get_closed(debtors)
        old = records.filtered(
            lambda record: (
                (owner := record.mapped(kept.owner).id) not in obstacles
                and self._is_over(entry, self._day_of(record, kept), closed.get(owner), on)
            )
        )
        if old:
            self._remove(kept, old)
            row = {"name": entry.name, "goes": len(old), "count": len(old), "why": ""}
            self._write_log("cleaning", self.env["res.partner"], entry.law or "", [row])
        return len(old)

    @api.model
    def _find_old(self, kept, before):
        """Records older than a day that still hold something, of debtors whose last case was
        closed before that day."""
        # sudo: the job cleans for the company, whoever it runs as.
        Model = self.env[kept.model].sudo().with_context(active_test=False)
        domain = Domain(kept.date, "<", before) & Domain(
            kept.owner, "not in", self._get_busy(before)
        )
        domain &= Domain(f"{kept.owner}.collection_legal_hold", "=", False)
        if "company_id" in Model._fields:
            domain &= Domain("company_id", "in", [*self.env.companies.ids, False])
        if kept.empties:
            domain &= self._get_left_domain(kept)
        return Model.search(domain, limit=CHUNK, order="id")

    @api.model
    def _get_busy(self, before):
        """Debtors with a case, in any company, that is open or was closed on a day or later."""
        # sudo: as in _find_old.
        cases = self.env["collection.case"].sudo()
        domain = ["|", ("state", "!=", "closed"), ("date_closed", ">=", before)]
        return cases._search(domain).subselect("partner_id")

    @api.model
    def _clean_talk(self, entry, on):
        """Messages on cases that were closed long ago; notices go with the contact log."""
        if not entry or not entry.months:
            return 0
        before = on - relativedelta(months=entry.months)
        # sudo: as in _find_old.
        cases = self.env["collection.case"].sudo().with_context(active_test=False)
        old = cases._search(
            [
                ("state", "=", "closed"),
                ("date_closed", "<", before),
                ("company_id", "in", self.env.companies.ids),
                ("partner_id", "not in", self._get_busy(before)),
                ("partner_id.collection_legal_hold", "=", False),
            ]
        )
        Message = self.env["mail.message"].sudo()
        messages = Message.search(self._get_talk_domain(old), limit=CHUNK, order="id")
        self._remove_messages(messages)
        return len(messages)

    @api.model
    def _clean_exports(self, on):
        """Files that were handed over are not kept beside the data themselves, nor letters of
        whole runs longer than the contacts."""
        months = (self._get_entries().get("log") or self.env["collection.processing"]).months
        ends = {"collection.privacy.wizard": on - relativedelta(days=EXPORT_DAYS)}
        if months:
            ends["collection.run"] = on - relativedelta(months=months)
        # sudo: as in _find_old.
        Attachment = self.env["ir.attachment"].sudo()
        for model, before in ends.items():
            Attachment.search([("res_model", "=", model), ("create_date", "<", before)]).unlink()

    @api.model
    def _clean_deceased(self, on):
        """Numbers and addresses of people who have died, once nothing is open any more."""
        entry = self._get_entries().get("status")
        if not entry or not entry.months:
            return self.env["res.partner"]
        before = on - relativedelta(months=entry.months)
        # sudo: as in _find_old.
        statuses = (
            self.env["collection.person.status"]
            .sudo()
            .search([("kind", "=", "deceased"), ("date_known", "<", before)])
        )
        people = statuses.partner_id.filtered(lambda person: person.phone or person.email)
        closed = self._get_closed(people)
        bad = self._get_obstacles(people, on)
        done = people.filtered(
            lambda person: person.id not in bad and (closed.get(person.id) or before) <= before
        )
        if done:
            self._empty_contact(done)
        return done
