from odoo import fields, models


class CalendarEvent(models.Model):
    """A visit that is moved in the calendar has been moved, within the contact rules."""

    _inherit = "calendar.event"

    collection_visit_ids = fields.One2many(
        "collection.visit",
        "calendar_event_id",
        groups="collections_followup.group_reader,collections_followup.group_collector",
    )

    def write(self, vals):
        result = super().write(vals)
        if "start" in vals and not self.env.context.get("collection_visit"):
            # sudo: whose calendar it is may move the visit; the rules are asked all the same.
            visits = self.env["collection.visit"].sudo()
            for visit in visits.search(
                [("calendar_event_id", "in", self.ids), ("state", "=", "planned")]
            ):
                visit.with_context(collection_visit=True).start = visit.calendar_event_id.start
        return result
