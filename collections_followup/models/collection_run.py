from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError


class CollectionRun(models.Model):
    """One day's follow-up of one company: what was proposed, released, done and refused."""

    _name = "collection.run"
    _description = "Follow-up Run"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"

    # === Fields === #
    name = fields.Char(compute="_compute_name", store=True)
    date = fields.Date(required=True, readonly=True, index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    state = fields.Selection(
        [
            ("running", "Preparing"),
            ("review", "To Release"),
            ("releasing", "Sending"),
            ("done", "Done"),
            ("expired", "Not Released"),
        ],
        required=True,
        default="running",
        readonly=True,
        tracking=True,
    )
    user_id = fields.Many2one("res.users", string="Released by", readonly=True)
    log_ids = fields.One2many("collection.contact.log", "run_id", readonly=True)
    case_count = fields.Integer(string="Cases Looked At", readonly=True)
    planned_count = fields.Integer(string="Planned", compute="_compute_counts")
    waiting_count = fields.Integer(
        string="Being Sent", compute="_compute_counts", help="Released, and not yet made."
    )
    sent_count = fields.Integer(compute="_compute_counts")
    blocked_count = fields.Integer(compute="_compute_counts")
    total_count = fields.Integer(compute="_compute_counts")
    progress = fields.Float(compute="_compute_counts")
    error_count = fields.Integer(readonly=True)
    letter_attachment_id = fields.Many2one("ir.attachment", readonly=True, string="Letters")
    _company_date_unique = models.UniqueIndex(
        "(company_id, date)", "There is already a run of this company for this day."
    )

    # === Compute methods === #
    @api.depends("date", "company_id")
    def _compute_name(self):
        for run in self:
            run.name = f"{run.company_id.name} {fields.Date.to_string(run.date) or ''}"

    def _compute_counts(self):
        counts, waiting = Counter(), Counter()
        for run, state, released, count in self.env["collection.contact.log"]._read_group(
            [("run_id", "in", self.ids)], ["run_id", "state", "released"], ["__count"]
        ):
            counts[run.id, state] += count
            waiting[run.id] += count if released and state == "planned" else 0
        for run in self:
            run.planned_count = counts[run.id, "planned"]
            run.waiting_count = waiting[run.id]
            run.sent_count = sum(counts[run.id, state] for state in ("sent", "done", "failed"))
            run.blocked_count = counts[run.id, "blocked"]
            total = sum(count for (run_id, _state), count in counts.items() if run_id == run.id)
            run.total_count = total
            going = run.sent_count + run.waiting_count
            run.progress = 100.0 * run.sent_count / going if going else 0.0

    # === Actions === #
    @api.model
    def action_run_now(self):
        """Have today's follow-up prepared now, in the background, instead of next night."""
        self.env["collection.contact.log"]._check_may_release()
        # sudo: the scheduled jobs belong to the administrator; who may start them was checked.
        for lane in self.env["collection.engine"].sudo()._get_lanes().filtered("active"):
            lane._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "The follow-up run is being prepared. It appears here in a moment."
                ),
            },
        }

    def action_release(self):
        """Make every planned contact of the run."""
        self._release(self.log_ids.filtered(lambda log: log.state == "planned"))
        return True

    def action_release_none(self):
        """Make none of them; they are proposed again by the next run."""
        self._check_release()
        planned = self.log_ids.filtered(lambda log: log.state == "planned")
        planned._set_cancelled("not_released")
        self._set_done()

    def action_view_logs(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "collections_followup.collection_contact_log_action"
        )
        context = {"search_default_group_stage": 1, "search_default_group_channel": 1}
        return {**action, "domain": [("run_id", "=", self.id)], "context": context}

    # === Business methods === #
    def _check_release(self):
        self.check_access("read")
        self.env["collection.contact.log"]._check_may_release()
        for run in self:
            if run.state not in ("review", "releasing"):
                raise UserError(
                    self.env._(
                        "The run %(run)s is not waiting for release (%(state)s).",
                        run=run.name,
                        state=dict(self._fields["state"]._description_selection(self.env))[
                            run.state
                        ],
                    )
                )

    def _release(self, logs):
        """Make the given planned contacts in the background, in chunks, with progress.

        :param logs: planned contacts of this run
        """
        self._check_release()
        for run in self:
            mine = logs.filtered(lambda log, run=run: log.run_id == run and log.state == "planned")
            # sudo: people may not write on runs; releasing is checked just above.
            mine.sudo().write({"released": True})
            run.sudo().write({"state": "releasing", "user_id": self.env.uid})
        self.env["collection.engine"]._wake_release()

    def _set_done(self):
        # sudo: only the engine writes runs; the right to release was checked by the caller.
        self.sudo().filtered(lambda run: run.state != "done").write({"state": "done"})

    def _get_summary_rows(self):
        """What the run decided, for the summary table and the demo's console.

        :return: list of dicts: stage, channel, state, reason, count, amount (company currency of
            the run is not implied: amounts are per currency)
        """
        self.ensure_one()
        channels = dict(self.env["collection.contact.log"]._selection_channel())
        states = dict(
            self.env["collection.contact.log"]._fields["state"]._description_selection(self.env)
        )
        reasons = self.env["collection.compliance"]._get_reasons()
        groups = self.env["collection.contact.log"]._read_group(
            [("run_id", "=", self.id)],
            ["stage_id", "channel", "state", "block_code", "currency_id"],
            ["__count", "amount:sum"],
        )
        rows = [
            {
                "stage": stage.name or self.env._("Reminders of agreements"),
                "stage_id": stage.id,
                "sequence": stage.sequence,
                "channel": channels.get(channel, channel),
                "channel_code": channel,
                "state": states.get(state, state),
                "state_code": state,
                "reason": reasons.get(code, code) or "",
                "code": code or "",
                "currency": currency,
                "count": count,
                "amount": amount,
            }
            for stage, channel, state, code, currency, count, amount in groups
        ]
        return sorted(rows, key=lambda row: (row["sequence"], row["channel"], row["state_code"]))

    def _summary_text(self):
        """The summary as plain text, for consoles and logs."""
        self.ensure_one()
        lines = [
            self.env._("%(run)s: %(count)s cases looked at", run=self.name, count=self.case_count)
        ]
        counts = Counter()
        for row in self._get_summary_rows():
            counts[row["stage"], row["channel"], row["state"], row["reason"]] += row["count"]
        lines += [
            f"  {count:>5}  {stage:<26} {channel:<12} {state} {reason}".rstrip()
            for (stage, channel, state, reason), count in counts.items()
        ]
        return "\n".join(lines)
