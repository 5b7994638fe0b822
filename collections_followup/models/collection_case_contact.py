from odoo import api, fields, models
from odoo.tools import format_time

#: Outcomes after which a planned call is still to be made.
STILL_TO_CALL = {"call_back", "refer"}


class CollectionCase(models.Model):
    """Contacts that people make: the row of the log, and what follows from it."""

    _inherit = "collection.case"

    # === Actions === #
    def action_log_contact(self):
        """The dialog that asks how a contact went; the channel comes from the context."""
        self.ensure_one()
        passed = {
            name: value
            for name, value in self.env.context.items()
            if name in ("default_channel", "default_direction", "collection_outcome")
        }
        return self._open_dialog(
            "collection.log.contact",
            self.env._("Log Contact: %(debtor)s", debtor=self.display_name),
            {**passed, "default_case_id": self.id, "dialog_size": "extra-large"},
        )

    # === Business methods === #
    def _log_contact(self, outcome, values):
        """Write a contact by hand to the log, with what it means for ladder and activities.

        A call that the engine has planned is the call that was made: its row takes the outcome.

        :param outcome: collection.contact.outcome
        :param dict values: of the log row: channel, note, call_back_at and so on
        :return: the row
        """
        self.ensure_one()
        values = {**values, "outcome_id": outcome.id, "user_id": self.env.uid}
        pending = self._get_pending_contact(values)
        waits = outcome.next_step in STILL_TO_CALL and not outcome.reaches_stage
        if pending and not (waits and values.get("call_back_at")):
            # sudo: the engine's own row takes its outcome once, from whoever made the call.
            log = pending.sudo()
            log.write(values)
            log._set_done() if outcome.reaches_stage else log._set_failed("not_reached")
            log = log.sudo(False)
        else:
            log = self._create_contact(outcome, values)
        self._follow_contact(log, outcome)
        return log

    def _get_pending_contact(self, values):
        """The engine's contact that this one fulfils: planned or on its way, on that channel."""
        if values.get("direction") == "in":
            return self.env["collection.contact.log"]
        return self.env["collection.contact.log"].search(
            [
                ("case_id", "=", self.id),
                ("channel", "=", values["channel"]),
                ("channel", "in", ("call", "visit", "other")),
                ("action_id", "!=", False),
                ("state", "in", ("planned", "sent")),
            ],
            order="id",
            limit=1,
        )

    def _create_contact(self, outcome, values):
        today = self._today()
        due = self.move_line_ids.filtered(
            lambda line: (
                line.amount_residual > 0
                and not line.no_followup
                and (line.date_maturity or line.date) <= today
            )
        )
        reached = outcome.reaches_stage or outcome.right_party or values.get("direction") == "in"
        spoke = outcome._get_effect().conversation or outcome._get_effect().voicemail
        log = self.env["collection.contact.log"].create(
            {
                "case_id": self.id,
                "company_id": self.company_id.id,
                "currency_id": self.currency_id.id,
                "amount": self.amount_overdue,
                "stage_id": self.stage_id.id,
                "move_line_ids": [fields.Command.set(due.ids)],
                "date": today,
                "date_done": fields.Datetime.now(),
                "state": "done" if reached or spoke else "failed",
                "block_code": False if reached or spoke else "not_reached",
                **values,
            }
        )
        if outcome.reaches_stage:
            self.env["collection.engine"]._mark_reached(log)
        return log

    # === What follows === #
    def _follow_contact(self, log, outcome):
        """Activities, call-back time and the day on which the case is in the work list again."""
        self._close_call_activities(log, outcome)
        if log.call_back_at:
            self._schedule_call_back(log)
        talked = log.right_party or log.direction == "in"
        # sudo: kept for people by what they log; not to be written by hand.
        self.sudo().write(
            {
                "call_back_at": log.call_back_at,
                "next_work_date": self._get_next_work_date(log),
                **({"last_answer_date": log.date} if talked else {}),
            }
        )

    def _get_next_work_date(self, log):
        """When the case belongs to the work list again: at the call-back, else tomorrow."""
        if log.call_back_at:
            return fields.Datetime.context_timestamp(self, log.call_back_at).date()
        return fields.Date.add(log.date, days=1)

    def _get_call_activities(self):
        # sudo: a call that is made is made, whichever colleague had it on the list.
        return self.sudo().activity_ids.filtered(
            lambda activity: activity.activity_type_id.category == "phonecall"
        )

    def _close_call_activities(self, log, outcome):
        """Calls that were due have been made; one that must be made again stays."""
        if log.channel != "call":
            return
        today = self._today()
        due = self._get_call_activities().filtered(lambda a: a.date_deadline <= today)
        waiting = due._collection_logs().activity_id
        for activity in due - waiting:
            # sudo: the call may stand on a colleague's list.
            activity.with_user(self.env.user).sudo()._action_done(feedback=outcome.name)

    def _schedule_call_back(self, log):
        """One open call, at the time the debtor asked for."""
        local = fields.Datetime.context_timestamp(self, log.call_back_at)
        clock = format_time(self.env, log.call_back_at, time_format="short")
        summary = self.env._("Call back at %(time)s", time=clock)
        values = {
            "date_deadline": local.date(),
            "summary": summary,
            "user_id": self.env.uid,
        }
        open_call = self._get_call_activities()[:1]
        if open_call:
            open_call.write(values)
            return
        self.with_context(mail_activity_quick_update=True).activity_schedule(
            "mail.mail_activity_data_call", note=log.note or "", **values
        )

    # === The next case === #
    @api.model
    def _get_work_domain(self):
        """Cases this user should work on now."""
        return [
            ("is_mine", "=", True),
            ("state", "=", "open"),
            ("amount_overdue", ">", 0),
            ("to_do", "=", True),
        ]

    def _get_next_case(self):
        """The case after this one in the work list, or the first one at its end."""
        self.ensure_one()
        others = [*self._get_work_domain(), ("id", "!=", self.id)]
        order = "score desc, id"
        after = [
            "|",
            ("score", "<", self.score),
            "&",
            ("score", "=", self.score),
            ("id", ">", self.id),
        ]
        return self.search([*others, *after], order=order, limit=1) or self.search(
            others, order=order, limit=1
        )
