from collections import defaultdict
from datetime import UTC, time, timedelta
from zoneinfo import ZoneInfo

from pytz import country_timezones

from odoo import api, fields, models
from odoo.tools import SQL, format_time

from ..words import short_day_text

#: When people may be called where no contact rule says otherwise.
HOUSE_HOURS = (time(8), time(20))
#: So many cases the database looks up one by one quicker than it reads all of them.
FEW = 2000


class CollectionCase(models.Model):
    """What the work list shows beside a case; all of it stored, or computed for a whole page."""

    _inherit = "collection.case"

    next_work_date = fields.Date(
        string="Again On",
        readonly=True,
        index="btree_not_null",
        help="The day on which the case belongs to the work list again.",
    )
    call_back_at = fields.Datetime(
        string="Call Back",
        readonly=True,
        index="btree_not_null",
        help="When the debtor asked to be called.",
    )
    is_today = fields.Boolean(search="_search_is_today", compute="_compute_is_today")
    to_do = fields.Boolean(compute="_compute_to_do", search="_search_to_do")
    call_back_now = fields.Boolean(compute="_compute_to_do", search="_search_call_back_now")
    last_log_id = fields.Many2one(
        "collection.contact.log", string="Last Contact Entry", compute="_compute_last_log"
    )
    last_contact_text = fields.Char(
        string="Last Contact", compute="_compute_last_log", help="The last contact or attempt."
    )
    next_step_text = fields.Char(string="Next Step", compute="_compute_next_step_text")
    appointment_text = fields.Char(
        string="Agreed",
        compute="_compute_appointment_text",
        help="When the debtor wants to be called, or has promised to pay.",
    )
    appointment_late = fields.Boolean(compute="_compute_appointment_text")
    local_time = fields.Char(string="Time There", compute="_compute_local_time")
    in_hours = fields.Boolean(
        string="May Be Called at This Hour",
        compute="_compute_local_time",
        search="_search_in_hours",
    )

    _work_idx = models.Index(
        "(user_id, score DESC, id) WHERE state = 'open' AND amount_overdue > 0"
    )

    # === To do === #
    @api.depends("next_work_date", "call_back_at")
    def _compute_to_do(self):
        today, now = self._today(), fields.Datetime.now()
        for case in self:
            case.to_do = not case.next_work_date or case.next_work_date <= today
            case.call_back_now = bool(case.call_back_at) and case.call_back_at <= now

    def _search_to_do(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return ["|", ("next_work_date", "=", False), ("next_work_date", "<=", self._today())]

    def _search_call_back_now(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [("call_back_at", "<=", fields.Datetime.now())]

    def _compute_is_today(self):
        today = self.search([("id", "in", self.ids), ("is_today", "=", True)])
        for case in self:
            case.is_today = case._origin in today

    @api.model
    def _search_is_today(self, operator, value):
        """Cases with an activity or a call-back until today.

        Mostly they are few beside all cases: then each part is read from its own index, and the
        database looks up these cases only. Otherwise it may as well read every case.
        """
        if operator != "in" or True not in value:
            return NotImplemented
        self.env["mail.activity"].flush_model(["res_model", "res_id", "date_deadline", "active"])
        self.flush_model(["call_back_at"])
        tomorrow = fields.Datetime.context_timestamp(self, fields.Datetime.now())
        tomorrow = (tomorrow + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        tomorrow = tomorrow.astimezone(UTC).replace(tzinfo=None)
        rows = self.env.execute_query(
            SQL(
                "SELECT res_id FROM mail_activity"
                " WHERE res_model = %s AND active AND date_deadline <= %s"
                " UNION ALL SELECT id FROM collection_case WHERE call_back_at < %s LIMIT %s",
                self._name,
                self._today(),
                tomorrow,
                FEW + 1,
            )
        )
        if len(rows) <= FEW:
            return [("id", "in", [row[0] for row in rows])]
        due = [("activity_date_deadline", "<=", self._today())]
        return ["|", ("call_back_at", "<", tomorrow), *due]

    # === Last contact and next step === #
    def _compute_last_log(self):
        """The newest contact or attempt of each case; one query for all of them."""
        last = self._get_last_logs()
        labels = dict(self.env["collection.channel"]._get_channels())
        logs = self.env["collection.contact.log"].browse(last.values())
        logs.fetch(["case_id", "channel", "outcome_id", "date", "direction"])
        for case in self:
            log = logs.browse(last.get(case._origin.id, False))
            case.last_log_id = log
            case.last_contact_text = False
            if log:
                day = short_day_text(self.env, log.date)
                how = log.outcome_id.name or labels.get(log.channel, log.channel)
                case.last_contact_text = f"{day} · {how}"

    def _get_last_logs(self):
        """:return: {case id: id of the newest contact that was made or tried}"""
        ids = self._origin.ids
        if not ids:
            return {}
        self.env["collection.contact.log"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT k.id, g.id
                  FROM unnest(%s::int[]) AS k(id)
                 CROSS JOIN LATERAL (
                       SELECT id FROM collection_contact_log
                        WHERE case_id = k.id AND state IN ('sent', 'done', 'failed')
                          AND (state <> 'sent' OR channel <> 'call')
                        ORDER BY date DESC, id DESC LIMIT 1) g
                """,
                list(ids),
            )
        )
        return dict(rows)

    @api.depends("call_back_at", "agreement_ids.next_date", "agreement_ids.state")
    def _compute_appointment_text(self):
        now, today = fields.Datetime.now(), self._today()
        promises = dict(
            self.env["collection.agreement"]._read_group(
                [("case_id", "in", self.ids), ("state", "=", "active")],
                ["case_id"],
                ["next_date:min"],
            )
        )
        for case in self:
            promised = promises.get(case._origin)
            text, late = False, False
            if case.call_back_at:
                local = fields.Datetime.context_timestamp(case, case.call_back_at)
                at = format_time(self.env, case.call_back_at, time_format="short")
                if local.date() != today:
                    at = f"{short_day_text(self.env, local.date())} {at}"
                text, late = self.env._("Call %(at)s", at=at), case.call_back_at <= now
            elif promised:
                day = short_day_text(self.env, promised)
                text, late = self.env._("Pays %(day)s", day=day), promised < today
            case.appointment_text, case.appointment_late = text, late

    @api.depends_context("uid")
    @api.depends("activity_ids.date_deadline", "stage_id", "no_contact_reason")
    def _compute_next_step_text(self):
        """The next activity; without one, what keeps the engine waiting, or the stage."""
        for case in self:
            # sudo: also what a colleague has planned for the debtor.
            activity = case.sudo().activity_ids[:1]
            case.next_step_text = (
                activity.summary
                or activity.activity_type_id.name
                or case.no_contact_reason
                or case.stage_id.name
            )

    # === Hours where the debtor lives === #
    def _compute_local_time(self):
        hours = self._get_hours_by_country()
        now = fields.Datetime.now().replace(tzinfo=UTC)
        zones = self._get_zones()
        for case in self:
            moments = [now.astimezone(ZoneInfo(zone)) for zone in zones[case.partner_id.id]]
            case.local_time = moments[0].strftime("%H:%M") if moments else False
            open_hours = hours[case.partner_id.country_id.id]
            case.in_hours = bool(moments) and all(
                self._is_open(moment, open_hours) for moment in moments
            )

    def _get_zones(self):
        """Where debtors may be. Numbers are looked at only where the country leaves it open, so
        that a page of the list stays quick; the verdict before a contact looks at all of it.

        :return: {debtor id: names of time zones}
        """
        single, several = {}, self.env["res.partner"]
        for partner in self.partner_id:
            names = country_timezones.get(partner.country_id.code or "", ())
            if len(names) == 1:
                single[partner.id] = names
            else:
                several |= partner
        return {**single, **self.env["res.partner"]._collection_time_zones(several)}

    @api.model
    def _search_in_hours(self, operator, value):
        """By country: where it is an hour for calls in every time zone of the country."""
        if operator != "in" or True not in value:
            return NotImplemented
        hours = self._get_hours_by_country()
        now = fields.Datetime.now().replace(tzinfo=UTC)
        countries = self.env["res.country"].search([("code", "in", list(country_timezones))])
        fitting = [
            country.id
            for country in countries
            if all(
                self._is_open(now.astimezone(ZoneInfo(zone)), hours[country.id])
                for zone in country_timezones[country.code]
            )
        ]
        return [("partner_id.country_id", "in", fitting)]

    @api.model
    def _get_hours_by_country(self):
        """Hours per country from the contact rules that hold for a whole country.

        :return: {country id: {weekday: (opening, closing)}}
        """
        Rule = self.env["collection.contact.rule"].sudo()  # rules are the same for everybody
        house = dict.fromkeys(range(6), HOUSE_HOURS)
        result = defaultdict(lambda: house)
        rules = Rule.search([("hours", "!=", False), ("state_id", "=", False)])
        for rule in rules.filtered(lambda rule: rule.country_id and not rule.locality):
            table = rule._parse_hours(rule.hours)
            days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
            result[rule.country_id.id] = {
                index: tuple(time.fromisoformat(text) for text in table[day])
                for index, day in enumerate(days)
                if day in table
            }
        return result

    @api.model
    def _is_open(self, moment, hours):
        span = hours.get(moment.weekday())
        return bool(span) and span[0] <= moment.time() < span[1]
