from datetime import timedelta
from math import ceil

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.route import keep_order, make_place, order_route
from ..words import day_text

#: Appointments begin at a multiple of so many minutes.
STEP = 5


class CollectionVisitRoute(models.Model):
    """The round of one visitor on one day: the stops in the order of the way."""

    _name = "collection.visit.route"
    _description = "Round of Visits"
    _order = "start desc, id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        string="Visitor",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', '=', company_id)]",
    )
    start = fields.Datetime(string="Leaves At", required=True)
    date = fields.Date(compute="_compute_date", store=True, index=True)
    start_id = fields.Many2one(
        "res.partner",
        string="From and Back To",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env.company.partner_id,
    )
    speed = fields.Integer(
        string="Kilometres an Hour", default=30, help="As the crow flies, for the times of day."
    )
    with_invoices = fields.Boolean(
        string="With Copies of Invoices", help="They are printed behind the sheet, to hand over."
    )
    visit_ids = fields.One2many("collection.visit", "route_id", readonly=True)
    visit_count = fields.Integer(string="Stops", compute="_compute_figures")
    open_count = fields.Integer(string="To Go", compute="_compute_figures")
    amount_overdue = fields.Monetary(string="Overdue", compute="_compute_figures")
    missing_text = fields.Char(compute="_compute_figures")
    distance = fields.Float(string="Kilometres", digits=(8, 1), readonly=True)
    state = fields.Selection(
        [("planned", "Planned"), ("done", "Done")],
        compute="_compute_state",
        search="_search_state",
    )

    _check_speed = models.Constraint(
        "CHECK(speed BETWEEN 3 AND 130)", "The speed is between 3 and 130 kilometres an hour."
    )

    # === Compute methods === #
    @api.depends("date", "user_id")
    def _compute_name(self):
        for route in self:
            route.name = self.env._(
                "Visits of %(who)s, %(day)s",
                who=route.user_id.name or "",
                day=day_text(self.env, route.date),
            )

    @api.depends("name")
    def _compute_display_name(self):
        for route in self:
            route.display_name = route.name

    @api.depends("start", "user_id")
    def _compute_date(self):
        for route in self:
            there = route.with_context(tz=route.user_id.tz or self.env.user.tz)
            route.date = (
                route.start and fields.Datetime.context_timestamp(there, route.start).date()
            )

    @api.depends("visit_ids.state", "visit_ids.amount_overdue", "visit_ids.has_place")
    def _compute_figures(self):
        for route in self:
            stops = route.visit_ids.filtered(lambda visit: visit.state != "cancelled")
            lost = stops.filtered(lambda visit: not visit.has_place)
            route.visit_count = len(stops)
            route.open_count = len(stops.filtered(lambda visit: visit.state == "planned"))
            route.amount_overdue = sum(stops.mapped("amount_overdue"))
            route.missing_text = bool(lost) and self.env._(
                "Without coordinates, and so at the end of the round: %(names)s",
                names=", ".join(lost.mapped("partner_id.name")),
            )

    @api.depends("visit_ids.state")
    def _compute_state(self):
        for route in self:
            open_visits = route.visit_ids.filtered(lambda visit: visit.state == "planned")
            route.state = "planned" if open_visits or not route.visit_ids else "done"

    @api.model
    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        planned = [("visit_ids.state", "=", "planned")]
        if set(value) >= {"planned", "done"}:
            return []
        return planned if "planned" in value else ["!", *planned]

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        routes = super().create(vals_list)
        routes._check_may_plan()
        return routes

    def write(self, vals):
        result = super().write(vals)
        self._check_may_plan()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if self.visit_ids:
            raise UserError(self.env._("A round with visits is history. Cancel the visits."))

    def _check_may_plan(self):
        if self.env.su or self.env.user.has_group("collections_followup.group_supervisor"):
            return
        if self.user_id - self.env.user:
            raise AccessError(self.env._("A supervisor plans rounds for others."))

    # === Actions === #
    def action_order(self):
        """The shortest way through the stops that are still open, with new times."""
        self.ensure_one()
        self.check_access("write")
        self._arrange(order_route)

    def action_keep_order(self):
        """New times for the stops in the order in which they were dragged."""
        self.ensure_one()
        self.check_access("write")
        self._arrange(keep_order)

    def action_print(self):
        """The sheet to take along."""
        self.ensure_one()
        self.check_access("read")
        return self.env["collection.letter"]._get_download(self._make_sheet())

    def action_view_visits(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "collections_followup.collection_visit_action"
        )
        return {**action, "domain": [("route_id", "=", self.id)], "context": {}}

    def action_cancel(self):
        """None of the stops that are open is visited."""
        self.check_access("write")
        self.visit_ids.action_cancel()

    # === Business methods === #
    def _get_start_place(self):
        """Where the round begins; refused while nobody has entered it."""
        # sudo: where the office is.
        start = self.start_id.sudo()
        place = make_place(start.partner_latitude, start.partner_longitude)
        if not place:
            raise UserError(
                self.env._(
                    "%(start)s has no coordinates, so no way can be found from there. Enter "
                    "latitude and longitude on its contact, page Collections.",
                    start=start.display_name,
                )
            )
        return place

    def _arrange(self, arrange):
        """Order the open stops and give them times; what was visited stays as it is.

        :param arrange: function of ``tools/route.py``
        """
        stops = self.visit_ids.filtered(lambda visit: visit.state == "planned")
        stops = stops.sorted(lambda visit: (visit.sequence, visit.id))
        placed = stops.filtered("has_place")
        route = arrange(self._get_start_place(), [visit._get_place() for visit in placed])
        visits = [placed[i] for i in route.order] + list(stops - placed)
        legs = [*route.legs, *(0.0 for _visit in stops - placed)]
        times = self._get_times(legs, [visit.duration for visit in visits])
        rows = zip(visits, legs, times, strict=True)
        for number, (visit, leg, start) in enumerate(rows, 1):
            visit.write({"sequence": number * 10, "start": start})
            # sudo: the distance is readonly for people.
            visit.sudo().distance = leg
        self.sudo().distance = route.total  # sudo: as above

    def _get_times(self, legs, durations):
        """When each stop begins, from the kilometres to it and the minutes at the others.

        :rtype: list[datetime.datetime]
        """
        moment, result = self.start, []
        for km, minutes in zip(legs, durations, strict=True):
            travel = ceil(km / self.speed * 60 / STEP) * STEP
            moment += timedelta(minutes=travel)
            result.append(moment)
            moment += timedelta(minutes=minutes)
        return result
