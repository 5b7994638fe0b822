from datetime import datetime, time, timedelta

from odoo import Command, api, fields, models

from .collection_demo import MODULE
from .collection_demo_history import HOME

#: What is known about some debtors: who warns, who waits, who wants letters.
PREFERENCES = {"penhallow": "call", "quillane": "letter"}
CAUTION = "rathclare"
HOLD = ("castlemoy", "vulnerable")
CALL_BACK = "fennick"
PROMISE = "seavale"
#: Outcomes of the calls of the last weeks, in turn; they fit CALL_NOTES of the history.
CALL_OUTCOMES = ("informed", "left_message", "informed", "right_party_promise")
#: When calls were made, and how many minutes they took.
CALL_TIMES = ((9, 4.0), (10, 1.5), (11, 6.0), (14, 8.5), (15, 3.0), (16, 5.0))


class CollectionDemo(models.AbstractModel):
    """What the collectors of the demonstration have noted, and how the work is shared."""

    _inherit = "collection.demo"

    @api.model
    def _live(self, on, companies):
        result = super()._live(on, companies)
        today = self.with_context(collection_on=on)
        today._note_wishes()
        today._work_today(on)
        today._share_work(on, companies)
        return result

    @api.model
    def _desk_case(self, name):
        return self.env["collection.case"].search(
            [("partner_id", "=", self._debtor(name).id)], limit=1
        )

    @api.model
    def _note_wishes(self):
        for name, channel in PREFERENCES.items():
            self._debtor(name).collection_preferred_channel = channel
        self._debtor(CAUTION).write(
            {
                "collection_caution": "care",
                "collection_instruction": "The bursar works mornings only. Do not leave messages "
                "with the pupils who answer the phone.",
            }
        )

    @api.model
    def _work_today(self, on):
        """A call to make, a promise to wait for, and a debtor to leave alone."""
        collector = self.env.ref(f"{MODULE}.demo_user_collector")
        self._desk_case(CALL_BACK).with_user(collector)._log_contact(
            self.env.ref(f"{MODULE}.outcome_call_back"),
            {
                "channel": "call",
                "note": "The owner is back tomorrow.",
                "call_back_at": datetime.combine(on + timedelta(days=1), time(10)),
            },
        )
        case = self._desk_case(PROMISE).with_user(collector)
        case._log_contact(
            self.env.ref(f"{MODULE}.outcome_right_party_promise"),
            {"channel": "call", "right_party": True, "note": "Pays when the season has closed."},
        )
        self.env["collection.agreement"].with_user(collector)._promise(
            case, case.amount_overdue, on + timedelta(days=5), note="By bank transfer."
        )
        name, reason = HOLD
        self.env["collection.hold"].with_user(collector).create(
            {
                "case_id": self._desk_case(name).id,
                "reason_id": self.env.ref(f"{MODULE}.hold_reason_{reason}").id,
                "date_to": on + timedelta(days=30),
                "note": "Illness in the family; asked for time until next month.",
            }
        )

    @api.model
    def _share_work(self, on, companies):
        """The rules by which new cases find their collector, and an absence to come."""
        collector = self.env.ref(f"{MODULE}.demo_user_collector")
        other = self.env.ref(f"{MODULE}.demo_user_collector2")
        country = self.env["res.country"].search([("code", "=", HOME)])
        self.env["collection.assignment.rule"].create(
            [
                {
                    "name": "Ireland, 1,500 and more",
                    "currency_id": companies[0].currency_id.id,
                    "min_amount": 1500,
                    "company_id": companies[0].id,
                    "sequence": 1,
                    "country_ids": [Command.set(country.ids)],
                    "user_ids": [Command.set(collector.ids)],
                },
                {
                    "name": "Other countries, 1,500 and more",
                    "currency_id": companies[0].currency_id.id,
                    "min_amount": 1500,
                    "company_id": companies[0].id,
                    "sequence": 2,
                    "user_ids": [Command.set(other.ids)],
                },
            ]
        )
        self.env["collection.absence"].create(
            {
                "user_id": other.id,
                "substitute_id": collector.id,
                "date_from": on + timedelta(days=21),
                "date_to": on + timedelta(days=35),
                "note": "Annual leave",
            }
        )

    # === What came of calls === #
    @api.model
    def _answer(self, logs, day, finish_calls):
        """Calls have an outcome, an hour and a length, as people log them."""
        result = super()._answer(logs, day, finish_calls)
        made = logs.filtered(lambda log: log.channel == "call" and log.state == "done")
        for log in made:
            hour, minutes = CALL_TIMES[log.id % len(CALL_TIMES)]
            outcome = self.env.ref(f"{MODULE}.outcome_{CALL_OUTCOMES[log.id % len(CALL_OUTCOMES)]}")
            log.write(
                {
                    "outcome_id": outcome.id,
                    "right_party": outcome.right_party,
                    "moment": datetime.combine(day, time(hour, log.id % 60)),
                    "duration": minutes,
                    "user_id": (log.case_id.user_id or log.user_id).id,
                }
            )
        return result

    @api.model
    def _note_contacts(self, rows, on):
        """The same for contacts that people noted by hand."""
        newest = self.env["collection.contact.log"].search([], order="id desc", limit=1).id or 0
        result = super()._note_contacts(rows, on)
        noted = self.env["collection.contact.log"].search([("id", ">", newest)])
        for log in noted.filtered(lambda log: log.channel in ("call", "email")):
            code = "no_answer" if log.state == "failed" else "informed"
            outcome = self.env.ref(f"{MODULE}.outcome_{code}")
            hour, minutes = CALL_TIMES[log.id % len(CALL_TIMES)]
            log.write(
                {
                    "outcome_id": outcome.id,
                    "right_party": outcome.right_party,
                    "moment": fields.Datetime.to_datetime(log.date) + timedelta(hours=hour),
                    "duration": minutes if log.channel == "call" else 0,
                }
            )
        return result
