from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL


class CollectionHold(models.Model):
    """Leave a debtor, or some of its invoices, alone until a date, for a reason.

    Holds are history: they end, and are not deleted. A hold on the debtor puts the case on hold;
    one on invoices leaves the rest of the case at work.
    """

    _name = "collection.hold"
    _description = "Collection Hold"
    _inherit = ["collection.case.record"]
    _order = "date_from desc, id desc"
    _rec_name = "reason_id"

    # === Fields === #
    partner_id = fields.Many2one(store=True)  # found by what looks for data of a person
    move_ids = fields.Many2many(
        "account.move",
        "collection_hold_move_rel",
        "hold_id",
        "move_id",
        string="Invoices",
        check_company=True,
        help="Empty: everything this debtor owes.",
    )
    reason_id = fields.Many2one("collection.hold.reason", required=True, ondelete="restrict")
    permits = fields.Selection(related="reason_id.permits")
    stops_interest = fields.Boolean(related="reason_id.stops_interest")
    date_from = fields.Date(
        required=True, default=lambda self: self.env["collection.case"]._today()
    )
    date_to = fields.Date(
        string="Until", help="The last day of the hold. Empty: until somebody ends it."
    )
    note = fields.Text()
    user_id = fields.Many2one(
        "res.users", string="Set by", default=lambda self: self.env.user, readonly=True
    )
    ended_by_id = fields.Many2one("res.users", readonly=True)
    is_current = fields.Boolean(compute="_compute_is_current", search="_search_is_current")

    _check_dates = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from - 1)",
        "A hold cannot end before it begins.",
    )
    _current_idx = models.Index("(case_id, date_from, date_to)")

    # === Compute methods === #
    @api.depends("date_from", "date_to")
    def _compute_is_current(self):
        today = self.env["collection.case"]._today()
        for hold in self:
            hold.is_current = (
                bool(hold.date_from)
                and hold.date_from <= today
                and (not hold.date_to or hold.date_to >= today)
            )

    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._get_current_domain(self.env["collection.case"]._today())
        return domain if True in value else ~domain

    @api.onchange("reason_id")
    def _onchange_reason_id(self):
        days = self.reason_id.default_days
        if days and self.date_from:
            self.date_to = fields.Date.add(self.date_from, days=days)

    # === Constraints === #
    @api.constrains("move_ids", "case_id")
    def _check_moves(self):
        for hold in self:
            strange = hold.move_ids.filtered(
                lambda move, hold=hold: move.commercial_partner_id != hold.case_id.partner_id
            )
            if strange:
                raise ValidationError(
                    self.env._(
                        "%(invoice)s is not an invoice of %(debtor)s.",
                        invoice=strange[0].display_name,
                        debtor=hold.case_id.display_name,
                    )
                )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        holds = super().create(vals_list)
        holds.case_id._apply_holds()
        return holds

    def write(self, vals):
        if not self.env.su and set(vals) - {"date_to", "note", "ended_by_id"}:
            raise UserError(self.env._("Holds are history. End this one and set another instead."))
        result = super().write(vals)
        self.case_id._apply_holds()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Holds are history and are not deleted. End the hold instead."))

    # === Actions === #
    def action_end(self):
        """End the hold today; the next run looks at the case again."""
        self.check_access("write")
        today = self.env["collection.case"]._today()
        for hold in self.filtered("is_current"):
            # A hold of today has not lasted a day: it ends before it began.
            hold.write(
                {"date_to": fields.Date.subtract(today, days=1), "ended_by_id": self.env.uid}
            )

    # === Business methods === #
    @api.model
    def _get_current_domain(self, on):
        return Domain("date_from", "<=", on) & (
            Domain("date_to", "=", False) | Domain("date_to", ">=", on)
        )

    @api.model
    def _get_held_lines(self, line_ids, on):
        """Items whose invoice is on hold on a day; one query.

        :return: set of journal item ids
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.id
                  FROM account_move_line l
                  JOIN collection_hold_move_rel r ON r.move_id = l.move_id
                  JOIN collection_hold h ON h.id = r.hold_id
                 WHERE l.id = ANY(%s) AND h.date_from <= %s
                   AND (h.date_to IS NULL OR h.date_to >= %s)
                """,
                list(line_ids),
                on,
                on,
            )
        )
        return {row[0] for row in rows}
