from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.route import bounding_box, distance_km, make_place, order_route

#: Debtors looked at around a place; the nearest of them are shown.
MAX_FOUND = 400
MAX_SHOWN = 40
#: Names of debtors without coordinates that are told.
MAX_NAMES = 5


class CollectionVisitPlan(models.TransientModel):
    """A day's round: debtors near a place, who may be visited and why others may not."""

    _name = "collection.visit.plan"
    _description = "Plan Visits"

    company_id = fields.Many2one("res.company", required=True, default=lambda s: s.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        string="Visitor",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', '=', company_id)]",
    )
    may_choose_visitor = fields.Boolean(compute="_compute_may_choose_visitor")
    date = fields.Date(required=True, default=lambda self: self._next_working_day())
    hour = fields.Float(string="Leaves At", required=True, default=9.0)
    minutes = fields.Integer(string="Minutes a Visit", required=True, default=30)
    max_stops = fields.Integer(string="Stops at Most", required=True, default=8)
    radius = fields.Float(string="Within Kilometres", required=True, default=15.0)
    amount_from = fields.Monetary(
        string="Overdue at Least", help="Smaller debts are not worth the way."
    )
    near_case_id = fields.Many2one("collection.case", string="Near the Debtor")
    near_id = fields.Many2one(
        "res.partner",
        string="Near the Place",
        default=lambda self: self.env.company.partner_id,
    )
    start_id = fields.Many2one(
        "res.partner",
        string="From and Back To",
        required=True,
        default=lambda self: self.env.company.partner_id,
    )
    task = fields.Text(string="What to Do There")
    with_invoices = fields.Boolean(string="Copies of Invoices to Hand Over", default=True)
    line_ids = fields.One2many(
        "collection.visit.plan.line",
        "wizard_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    notice = fields.Char(compute="_compute_notice")
    missing_text = fields.Char(compute="_compute_missing_text")
    chosen_count = fields.Integer(string="Chosen", compute="_compute_chosen")
    chosen_distance = fields.Float(
        string="Kilometres of the Round", digits=(8, 1), compute="_compute_chosen"
    )

    # === Defaults and computes === #
    @api.model
    def _next_working_day(self):
        day = self.env["collection.case"]._today() + timedelta(days=1)
        while day.weekday() >= 5:
            day += timedelta(days=1)
        return day

    @api.depends_context("uid")
    def _compute_may_choose_visitor(self):
        supervisor = self.env.user.has_group("collections_followup.group_supervisor")
        self.may_choose_visitor = supervisor

    def _get_start(self):
        """The moment at which the round begins, as the database writes it."""
        name = self.user_id.tz or self.env.user.tz or self.company_id.partner_id.tz or "UTC"
        minutes = round(min(max(self.hour, 0), 23.98) * 60)
        local = datetime.combine(self.date, time(minutes // 60, minutes % 60), ZoneInfo(name))
        return local.astimezone(UTC).replace(tzinfo=None)

    def _get_centre(self):
        partner = self.near_case_id.partner_id or self.near_id
        # sudo: where a place is.
        partner = partner.sudo()
        return make_place(partner.partner_latitude, partner.partner_longitude)

    @api.depends("near_case_id", "near_id")
    def _compute_notice(self):
        for wizard in self:
            wizard.notice = not wizard._get_centre() and self.env._(
                "%(place)s has no coordinates, so nothing near it can be found. Enter latitude and "
                "longitude on the contact, page Collections, or choose another place.",
                place=wizard.near_case_id.display_name or wizard.near_id.display_name or "–",
            )

    @api.depends("company_id", "amount_from")
    def _compute_missing_text(self):
        for wizard in self:
            lost = self.env["collection.case"].search(
                [
                    *wizard._get_domain(),
                    ("partner_id.partner_latitude", "in", (0, False)),
                    ("partner_id.partner_longitude", "in", (0, False)),
                ]
            )
            names = ", ".join(lost[:MAX_NAMES].mapped("display_name"))
            wizard.missing_text = bool(lost) and self.env._(
                "%(count)s overdue debtors have no coordinates and cannot be found by distance: "
                "%(names)s",
                count=len(lost),
                names=names + (" …" if len(lost) > MAX_NAMES else ""),
            )

    @api.depends(
        "company_id",
        "user_id",
        "date",
        "hour",
        "radius",
        "amount_from",
        "max_stops",
        "near_case_id",
        "near_id",
    )
    def _compute_line_ids(self):
        for wizard in self:
            rows = wizard._find_rows() if wizard.date and wizard.user_id else []
            wizard.line_ids = [fields.Command.clear(), *map(fields.Command.create, rows)]

    @api.depends("line_ids.chosen", "start_id")
    def _compute_chosen(self):
        for wizard in self:
            chosen = wizard.line_ids.filtered("chosen")
            wizard.chosen_count = len(chosen)
            start = wizard._get_start_place()
            stops = [p for line in chosen if (p := line._get_place())]
            wizard.chosen_distance = order_route(start, stops).total if start and stops else 0

    def _get_start_place(self):
        # sudo: where the office is.
        start = self.start_id.sudo()
        return make_place(start.partner_latitude, start.partner_longitude)

    # === Candidates === #
    def _get_domain(self):
        return [
            ("company_id", "=", self.company_id.id),
            ("state", "=", "open"),
            ("amount_overdue", ">", 0),
            ("amount_overdue", ">=", self.amount_from),
        ]

    def _find_rows(self):
        """Debtors around the place, the nearest first, with what speaks against each.

        :return: list of values of lines
        """
        near = self._find_near()
        seed = self.near_case_id
        if seed and seed not in [case for _km, case in near]:
            near.insert(0, (0.0, seed))
        near = near[:MAX_SHOWN]
        cases = self.env["collection.case"].browse([case.id for _km, case in near])
        problems = cases._get_visit_problems(self._get_start(), self.user_id)
        planned = cases._get_planned_visits()
        free = [c for c in cases if c.id not in problems and c.id not in planned]
        best = sorted(free, key=lambda case: (case != seed, -case.score, -case.amount_overdue))
        chosen = {case.id for case in best[: max(self.max_stops, 0)]}
        return [
            {
                "case_id": case.id,
                "distance": km,
                "chosen": case.id in chosen,
                "problem": problems.get(case.id, ("", planned.get(case.id)))[1],
            }
            for km, case in near
        ]

    def _find_near(self):
        """:return: list of (kilometres, case), the nearest first"""
        centre = self._get_centre()
        if not centre or self.radius <= 0:
            return []
        south, north, west, east = bounding_box(centre, self.radius)
        cases = self.env["collection.case"].search(
            [
                *self._get_domain(),
                ("partner_id.partner_latitude", ">=", south),
                ("partner_id.partner_latitude", "<=", north),
                ("partner_id.partner_longitude", ">=", west),
                ("partner_id.partner_longitude", "<=", east),
            ],
            order="score desc, id",
            limit=MAX_FOUND,
        )
        found = []
        for case in cases:
            # sudo: where a debtor is whose case may be read.
            debtor = case.partner_id.sudo()
            place = make_place(debtor.partner_latitude, debtor.partner_longitude)
            if place and (km := distance_km(centre, place)) <= self.radius:
                found.append((km, case))
        return sorted(found, key=lambda row: (row[0], row[1].id))

    # === Actions === #
    def action_plan(self):
        """Make the round: the order of the way, the appointments, and the sheet to print."""
        self.ensure_one()
        route = self._plan()
        return {**route.get_formview_action(), "target": "current"}

    def _plan(self):
        lines = self.line_ids.filtered("chosen")
        if self.user_id != self.env.user and not self.may_choose_visitor:
            raise AccessError(self.env._("A supervisor plans visits for others."))
        if not lines:
            raise UserError(self.env._("Choose the debtors who are to be visited."))
        refused = lines.filtered("problem")
        if refused:
            raise UserError(
                self.env._(
                    "%(debtor)s cannot be visited then. %(reason)s",
                    debtor=refused[0].case_id.display_name,
                    reason=refused[0].problem,
                )
            )
        if self.date < self.env["collection.case"]._today():
            raise UserError(self.env._("Choose today or a day to come."))
        route = self.env["collection.visit.route"].create(
            {
                "company_id": self.company_id.id,
                "user_id": self.user_id.id,
                "start": self._get_start(),
                "start_id": self.start_id.id,
                "with_invoices": self.with_invoices,
            }
        )
        self._make_visits(route, lines)
        return route

    def _make_visits(self, route, lines):
        """Visits in the order of the way, each at its time."""
        start = route._get_start_place()
        placed = lines.filtered(lambda line: line._get_place())
        way = order_route(start, [line._get_place() for line in placed])
        stops = [placed[i] for i in way.order] + list(lines - placed)
        legs = [*way.legs, *(0.0 for _line in lines - placed)]
        times = route._get_times(legs, [self.minutes for _stop in stops])
        visits = self.env["collection.visit"].create(
            [
                {
                    "case_id": stop.case_id.id,
                    "route_id": route.id,
                    "user_id": self.user_id.id,
                    "sequence": number * 10,
                    "start": moment,
                    "duration": self.minutes,
                    "task": self.task,
                }
                for number, (stop, moment) in enumerate(zip(stops, times, strict=True), 1)
            ]
        )
        for visit, leg in zip(visits, legs, strict=True):
            visit.sudo().distance = leg  # sudo: readonly for people.
        route.sudo().distance = way.total  # sudo: as above


class CollectionVisitPlanLine(models.TransientModel):
    _name = "collection.visit.plan.line"
    _description = "Debtor near by"
    _order = "id"

    wizard_id = fields.Many2one("collection.visit.plan", ondelete="cascade", index=True)
    case_id = fields.Many2one("collection.case", required=True)
    currency_id = fields.Many2one(related="case_id.currency_id")
    partner_id = fields.Many2one(related="case_id.partner_id")
    address_text = fields.Char(string="Where", compute="_compute_address_text", compute_sudo=True)
    amount_overdue = fields.Monetary(related="case_id.amount_overdue")
    days_overdue = fields.Integer(related="case_id.days_overdue", string="Days")
    score = fields.Float(related="case_id.score")
    last_contact_date = fields.Date(related="case_id.last_contact_date", string="Last Contact")
    distance = fields.Float(string="Kilometres", digits=(8, 1))
    chosen = fields.Boolean(string="Go There")
    problem = fields.Char(string="Not Allowed Because")

    @api.depends("case_id")
    def _compute_address_text(self):
        Visit = self.env["collection.visit"]
        for line in self:
            line.address_text = Visit._get_one_line(line.case_id.partner_id)

    def _get_place(self):
        # sudo: where a debtor is whose case may be read.
        debtor = self.case_id.partner_id.sudo()
        return make_place(debtor.partner_latitude, debtor.partner_longitude)
