from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.errors import ToolError
from ..tools.statement import next_day


class CollectionSchedule(models.AbstractModel):
    """What is sent regularly: how often, on which day, and when next."""

    _name = "collection.schedule"
    _description = "Schedule"
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    frequency = fields.Selection(
        [("weekly", "Every week"), ("monthly", "Every month"), ("quarterly", "Every quarter")],
        required=True,
        default="monthly",
    )
    day = fields.Integer(
        required=True,
        default=1,
        help="Day of the week (1 is Monday) or of the month; 31 is the last one. Quarterly ones "
        "are sent in January, April, July and October.",
    )
    next_date = fields.Date(compute="_compute_next_date", store=True, readonly=False)
    last_date = fields.Date(readonly=True, copy=False)

    @api.depends("frequency", "day")
    def _compute_next_date(self):
        today = self.env["collection.case"]._today()
        for schedule in self:
            try:
                schedule.next_date = schedule._get_next_day(today)
            except ToolError:
                schedule.next_date = False  # the check below says why

    @api.constrains("frequency", "day")
    def _check_day(self):
        for schedule in self:
            last = 7 if schedule.frequency == "weekly" else 31
            if not 1 <= schedule.day <= last:
                raise ValidationError(
                    self.env._(
                        "The day of “%(name)s” must be from 1 to %(last)s: a day of the week for "
                        "what is sent every week, or a day of the month.",
                        name=schedule.name,
                        last=last,
                    )
                )

    def _get_next_day(self, on):
        """The first day after another one on which it is sent."""
        self.ensure_one()
        return next_day(self.frequency, self.day, on)

    def _run_on(self, on):
        """Do what is due, and set the next day."""
        raise NotImplementedError

    @api.model
    def _cron_run(self):
        """The daily job: what is due, each schedule in a transaction of its own."""
        on = self.env["collection.case"]._today()
        due = self.search([("next_date", "<=", on)])
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for schedule in due:
            schedule._run_on(on)
            if not self.env["ir.cron"]._commit_progress(1):
                break
