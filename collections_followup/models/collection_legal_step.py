from odoo import api, fields, models
from odoo.exceptions import UserError

from ..words import day_text

KINDS = [
    ("demand", "Formal Demand"),
    ("acknowledgement", "Acknowledgement"),
    ("negotiation", "Negotiations"),
    ("payment_order", "Payment Order"),
    ("suit", "Suit"),
    ("hearing", "Hearing"),
    ("judgment", "Judgment"),
    ("appeal", "Appeal"),
    ("enforcement", "Enforcement"),
    ("insolvency", "Claim in Insolvency"),
    ("other", "Other"),
]
#: What a step is to the period of limitation.
EVENT_OF = {
    **{kind: kind for kind in ("demand", "acknowledgement", "negotiation", "judgment")},
    **dict.fromkeys(("payment_order", "suit", "appeal"), "suit"),
    "insolvency": "insolvency",
}
#: Steps that may not be taken for a debt that is barred, unless the rule only warns.
ENFORCING = ("payment_order", "suit", "enforcement")
#: A deadline is told so many days before.
WARN_DAYS = 7


class CollectionLegalStep(models.Model):
    """A step of the law about some items, or all of them: when, where, what it costs, what came
    of it, and until when something has to be done."""

    _name = "collection.legal.step"
    _description = "Legal Step"
    _inherit = ["collection.case.request", "collection.case.record.items"]
    _order = "date desc, id desc"

    name = fields.Char(compute="_compute_name", store=True)
    kind = fields.Selection(KINDS, required=True, default="payment_order", tracking=True)
    move_line_ids = fields.Many2many(
        relation="collection_legal_step_line_rel",
        column1="step_id",
        column2="move_line_id",
        help="Empty: everything that is open.",
    )
    handover_id = fields.Many2one(
        "collection.handover", index="btree_not_null", ondelete="set null", check_company=True
    )
    court = fields.Char(string="Court or Office")
    file_number = fields.Char(tracking=True)
    date = fields.Date(required=True, default=lambda self: self.env["collection.case"]._today())
    date_end = fields.Date(string="Ended On", help="Of proceedings and negotiations, which last.")
    deadline = fields.Date(tracking=True, index="btree_not_null")
    warned_on = fields.Date(readonly=True, copy=False)
    user_id = fields.Many2one(
        "res.users", string="Watched By", default=lambda self: self.env.user, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    cost = fields.Monetary(help="What it costs in all, with tax.")
    result = fields.Text()
    state = fields.Selection(
        [("open", "Open"), ("done", "Done")], required=True, default="open", tracking=True
    )

    _check_dates = models.Constraint(
        "CHECK(date_end IS NULL OR date_end >= date)", "A step cannot end before it begins."
    )
    _check_cost = models.Constraint("CHECK(cost >= 0)", "Costs cannot be negative.")

    # === Compute methods === #
    @api.depends("kind", "file_number", "partner_id")
    def _compute_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for step in self:
            parts = (kinds.get(step.kind), step.file_number, step.partner_id.name)
            step.name = " – ".join(part for part in parts if part)

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        steps._check_barred()
        steps.case_id._review_now()
        return steps

    def write(self, vals):
        if "deadline" in vals:
            vals = {**vals, "warned_on": False}
        result = super().write(vals)
        if {"kind", "move_line_ids", "date"} & set(vals):
            self._check_barred()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        if self.filtered(lambda step: step.state == "done"):
            raise UserError(self.env._("Steps that were taken are history and are not deleted."))

    # === Actions === #
    def action_done(self):
        self.check_access("write")
        self.write({"state": "done"})
        # sudo: whoever ends it ends what others were asked to watch.
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    def action_reopen(self):
        self.check_access("write")
        self.write({"state": "open"})

    # === Business methods === #
    def _check_barred(self):
        """Where the law forbids it, nobody sues for a debt that is barred."""
        for step in self.filtered(lambda step: step.kind in ENFORCING):
            lines = step.move_line_ids or step.case_id._get_debts()
            barred = step.case_id._get_barred(lines, step.date, ("no_suit", "block"))
            if barred:
                line, (found, rule) = next(iter(barred.items()))
                raise UserError(
                    self.env._(
                        "%(item)s could be enforced until %(day)s only, and %(rule)s (%(law)s) "
                        "forbids to sue for it or to threaten that. Leave it out.",
                        item=line.display_name,
                        day=day_text(self.env, found.ends),
                        rule=rule.name,
                        law=rule.legal_source,
                    )
                )

    @api.model
    def _watch(self, on, company):
        """Tell of deadlines that come near, once each; in sets.

        :return: the steps whose deadline is near
        """
        # sudo: deadlines of all collectors are watched.
        near = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "open"),
                ("deadline", "<=", fields.Date.add(on, days=WARN_DAYS)),
                ("warned_on", "=", False),
            ]
        )
        fallback = self.env["collection.charge"]._get_approver(company) if near else None
        self.env["mail.activity"]._collection_tell(
            [
                {
                    "record": step,
                    "summary": self.env._("Deadline: %(step)s", step=step.name),
                    "date": step.deadline,
                    "user": step.user_id or fallback,
                }
                for step in near
            ]
        )
        near.write({"warned_on": on})
        return near
