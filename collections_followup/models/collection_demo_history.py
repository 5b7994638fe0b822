from datetime import datetime, time, timedelta

from odoo import api, models

from .collection_demo import MODULE

#: The follow-up is lived through in weekly steps, so many days before today.
STEPS = tuple(range(-63, 0, 7))
#: Debtors whose mails come back.
BOUNCING = ("lisdoran",)
#: The country whose debtors the first collector looks after; the second has the others.
HOME = "IE"
#: What came of calls, in turn; an empty one has not been made yet.
CALL_NOTES = (
    "Accounts department says that payment is in the next payment run.",
    "Left a message with a colleague.",
    "Asked for a copy of the invoice; sent by mail.",
    "Will pay half this week and the rest next month.",
)


class CollectionDemo(models.AbstractModel):
    """The follow-up of the last weeks, made by the engine itself with the clock put back.

    Nothing leaves the database: mails and SMS of the past are marked as sent and removed from the
    queue.
    """

    _inherit = "collection.demo"

    @api.model
    def _live(self, on, companies):
        """Live through the weeks up to ``on``; today's contacts wait for a person."""
        documents, contacts = self._read("documents.csv"), self._read("contacts.csv")
        books, last = {}, -1000
        for step in STEPS:
            self._book([row for row in documents if last < row["day"] <= step], on, books)
            day = self._working_day(on + timedelta(days=step))
            week = self.with_context(collection_on=day)
            week._follow_up(companies, day, finish_calls=step != STEPS[-1])
            week._note_contacts([row for row in contacts if last < row["day"] <= step], on)
            week._make_agreements(step, on)
            week._pay_agreements(last, step, on)
            last = step
        self._book([row for row in documents if row["day"] > last], on, books)
        today = self.with_context(collection_on=on)
        today._note_contacts([row for row in contacts if row["day"] > last], on)
        today._make_agreements(0, on)
        today.env["collection.engine"]._run(on, companies)
        today._assign(companies)

    @api.model
    def _working_day(self, day):
        return day - timedelta(days=max(0, day.weekday() - 4))

    @api.model
    def _follow_up(self, companies, day, finish_calls):
        """One day's run: proposed, released by the supervisor, answered."""
        newest = self.env["mail.message"].search([], order="id desc", limit=1).id or 0
        engine = self.env["collection.engine"]
        engine._run(day, companies)
        self._assign(companies)
        runs = self.env["collection.run"].search(
            [("company_id", "in", companies.ids), ("date", "=", day)]
        )
        supervisor = self.env.ref(f"{MODULE}.demo_user_supervisor")
        for run in runs.filtered(lambda run: run.state == "review"):
            planned = run.log_ids.filtered(lambda log: log.state == "planned")
            run.with_user(supervisor)._release(planned)
            while logs := engine._claim_released(run.company_id):
                engine._deliver_safely(logs, day)
        # Their counts are cached since the run was made.
        runs.invalidate_recordset()
        engine._close_released_runs()
        self._answer(runs.log_ids.filtered(lambda log: log.state == "sent"), day, finish_calls)
        self._put_back(newest, day)

    @api.model
    def _assign(self, companies):
        """Share the cases of businesses between the collectors; private persons' have nobody."""
        cases = self.env["collection.case"].search(
            [("company_id", "in", companies.ids), ("user_id", "=", False)]
        )
        cases = cases.filtered(lambda case: case.partner_id.is_company)
        first = cases.filtered(lambda c: c.partner_id.country_id.code == HOME)
        first.user_id = self.env.ref(f"{MODULE}.demo_user_collector")
        (cases - first).user_id = self.env.ref(f"{MODULE}.demo_user_collector2")

    # === What became of contacts === #
    @api.model
    def _answer(self, logs, day, finish_calls):
        """Have contacts arrive or come back."""
        moment = datetime.combine(day, time(9, 5))
        by_channel = logs.grouped("channel")
        empty = logs.browse()
        messages = by_channel.get("email", empty) + by_channel.get("sms", empty)
        self._deliver_messages(messages)
        letters = by_channel.get("letter", empty)
        letters.printed_on = datetime.combine(day, time(14, 30))
        letters._set_done()
        calls = by_channel.get("call", empty)
        for log in calls if finish_calls else calls[::2]:
            # Cases of private persons have no collector: the supervisor calls them.
            caller = log.activity_id.user_id
            note = CALL_NOTES[log.id % len(CALL_NOTES)]
            log.activity_id.with_user(caller).action_feedback(feedback=note)
        logs.filtered(lambda log: log.state == "done").date_done = moment

    @api.model
    def _deliver_messages(self, logs):
        """Report mails and SMS as sent, or as bounced, the way Odoo's queues do."""
        bouncing = self.env["res.partner"].union(*map(self._debtor, BOUNCING))
        messages = logs.message_id
        lost = logs.filtered(
            lambda log: log.channel == "email" and log.debtor_id in bouncing
        ).message_id
        (messages - lost).notification_ids.write({"notification_status": "sent"})
        lost.notification_ids.write(
            {
                "notification_status": "bounce",
                "failure_type": "mail_bounce",
                "failure_reason": "550 5.1.1 The mailbox does not exist.",
            }
        )
        self.env["mail.notification"]._collection_report_delivery()
        # Delivered mails are removed from the queue; their text stays on the case.
        for model in ("mail.mail", "sms.sms"):
            queued = self.env[model].search([("mail_message_id", "in", messages.ids)])
            queued.state = "sent"
            queued.unlink()

    @api.model
    def _put_back(self, newest, day):
        """Give messages written since ``newest`` the day on which they are meant to be written."""
        messages = self.env["mail.message"].search([("id", ">", newest)])
        messages.date = datetime.combine(day, time(9, 0))

    @api.model
    def _note_contacts(self, rows, on):
        """Contacts that people made or received, noted on the case by hand."""
        Log = self.env["collection.contact.log"]
        for row in rows:
            debtor = self._debtor(row["debtor"])
            case = self.env["collection.case"].search([("partner_id", "=", debtor.id)], limit=1)
            if not case:
                continue
            Log.create(
                {
                    "case_id": case.id,
                    "company_id": case.company_id.id,
                    "currency_id": case.currency_id.id,
                    "partner_id": debtor.id,
                    "date": on + timedelta(days=row["day"]),
                    "channel": row["channel"],
                    "direction": row["direction"],
                    "state": row["state"],
                    "note": row["note"],
                    "user_id": self.env.ref(f"{MODULE}.demo_user_{row['user']}").id,
                }
            )
