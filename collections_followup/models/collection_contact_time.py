from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL, format_duration

from ..tools.contact_model import BlockedTime
from .collection_wish import ALL, RULE_CHANNELS

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class CollectionContactTime(models.Model):
    """Hours of the week a person prefers, or has called inconvenient; at the person's place."""

    _name = "collection.contact.time"
    _description = "Convenient or Inconvenient Time"
    _order = "partner_id, kind, hour_from, id"
    _rec_name = "partner_id"

    # === Fields === #
    partner_id = fields.Many2one("res.partner", required=True, index=True, ondelete="cascade")
    debtor_id = fields.Many2one(
        "res.partner", related="partner_id.commercial_partner_id", store=True, index=True
    )
    company_id = fields.Many2one(
        related="partner_id.company_id", store=True, index="btree_not_null"
    )
    kind = fields.Selection(
        [("avoid", "Inconvenient"), ("prefer", "Preferred")], required=True, default="avoid"
    )
    mon = fields.Boolean(default=True)
    tue = fields.Boolean(default=True)
    wed = fields.Boolean(default=True)
    thu = fields.Boolean(default=True)
    fri = fields.Boolean(default=True)
    sat = fields.Boolean(default=True)
    sun = fields.Boolean(default=True)
    hour_from = fields.Float(string="From", default=0.0)
    hour_to = fields.Float(string="To", default=24.0)
    channel = fields.Selection(
        selection=lambda self: self.env["collection.wish"]._selection_channel(),
        required=True,
        default=ALL,
    )
    date_to = fields.Date(string="Until", help="The last day it holds. Empty: for good.")
    note = fields.Char()

    _check_hours = models.Constraint(
        "CHECK(hour_from >= 0 AND hour_to <= 24 AND hour_from < hour_to)",
        "Give hours of one day, such as 12:00 to 14:00; use two lines for a night.",
    )

    # === Compute methods === #
    @api.depends("kind", *DAYS, "hour_from", "hour_to")
    def _compute_display_name(self):
        for span in self:
            span.display_name = span._describe()

    # === Business methods === #
    def _describe(self):
        """Days, hours and channel in a few words."""
        days = [self._fields[day]._description_string(self.env) for day in DAYS if self[day]]
        parts = [] if len(days) == 7 else [" ".join(days)]
        if (self.hour_from, self.hour_to) != (0.0, 24.0):
            parts.append(f"{format_duration(self.hour_from)}–{format_duration(self.hour_to)}")
        if self.channel != ALL:
            labels = dict(self.env["collection.wish"]._selection_channel())
            parts.append(labels[self.channel])
        return ", ".join(parts) or self.env._("at any time")

    @api.model
    def _get_times(self, debtors, on):
        """Times that hold on a day or later, as arguments of PersonFacts; one query.

        :return: {debtor id: {"blocked_times": tuple, "preferred_times": tuple}}
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT debtor_id, kind, hour_from, hour_to, channel, date_to,
                       mon, tue, wed, thu, fri, sat, sun
                  FROM collection_contact_time
                 WHERE debtor_id = ANY(%s) AND (date_to IS NULL OR date_to >= %s)
                 ORDER BY id
                """,
                list(debtors.ids),
                on,
            )
        )
        result = defaultdict(lambda: {"blocked_times": (), "preferred_times": ()})
        for debtor_id, kind, start, end, channel, until, *days in rows:
            span = BlockedTime(
                weekdays=frozenset(number for number, day in enumerate(days) if day),
                start=round(start * 60),
                end=round(end * 60),
                last_day=until,
                channels=frozenset(
                    () if channel == ALL else (RULE_CHANNELS.get(channel, channel),)
                ),
            )
            result[debtor_id]["blocked_times" if kind == "avoid" else "preferred_times"] += (span,)
        return dict(result)
