from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

STATES = [
    ("open", "Open"),
    ("answered", "Answered"),
    ("resolved", "Resolved"),
    ("cancelled", "Withdrawn"),
]


class CollectionDispute(models.Model):
    """A question, complaint or dispute of a debtor, on all or part of some items.

    Items in dispute leave the automatic steps until it is resolved; questions do not.
    """

    _name = "collection.dispute"
    _description = "Inquiry or Dispute"
    _inherit = ["collection.case.request", "collection.case.record.items"]
    _order = "deadline, id"

    # === Fields === #
    name = fields.Char(compute="_compute_name")
    currency_id = fields.Many2one("res.currency", required=True)
    kind = fields.Selection(
        [
            ("inquiry", "Question"),
            ("complaint", "Complaint"),
            ("dispute", "Dispute"),
            ("document", "Request for Documents"),
        ],
        required=True,
        default="dispute",
    )
    state = fields.Selection(STATES, required=True, default="open", tracking=True, readonly=True)
    reason_id = fields.Many2one("collection.dispute.reason", ondelete="restrict")
    move_line_ids = fields.Many2many(
        relation="collection_dispute_line_rel",
        column1="dispute_id",
        column2="move_line_id",
    )
    amount_disputed = fields.Monetary(
        help="What the debtor does not accept. Less than the items: the rest stays due."
    )
    description = fields.Text()
    user_id = fields.Many2one(
        "res.users",
        string="Answered By",
        index=True,
        tracking=True,
        domain=[("share", "=", False)],
        default=lambda self: self.env.user,
    )
    date = fields.Date(required=True, default=lambda self: self.env["collection.case"]._today())
    deadline = fields.Date(index=True, tracking=True)
    date_resolved = fields.Date(readonly=True)
    resolution = fields.Selection(
        [
            ("rejected", "Not Justified"),
            ("credit_note", "Credit Note"),
            ("corrected", "Corrected Invoice"),
            ("refund", "Refund"),
            ("agreement", "Agreement"),
            ("answered", "Answered"),
        ],
        tracking=True,
        readonly=True,
    )
    resolution_note = fields.Text()

    _check_amount = models.Constraint(
        "CHECK(amount_disputed >= 0)", "The disputed amount cannot be negative."
    )
    _open_idx = models.Index("(case_id) WHERE state IN ('open', 'answered')")

    # === Compute methods === #
    @api.depends("kind", "partner_id", "reason_id")
    def _compute_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for dispute in self:
            parts = (kinds.get(dispute.kind), dispute.partner_id.name, dispute.reason_id.name)
            dispute.name = " – ".join(part for part in parts if part)

    # === Constraints === #
    @api.constrains("amount_disputed", "move_line_ids")
    def _check_disputed(self):
        for dispute in self:
            total = sum(dispute.move_line_ids.mapped("amount_currency"))
            if dispute.move_line_ids and (
                dispute.currency_id.compare_amounts(dispute.amount_disputed, total) > 0
            ):
                raise ValidationError(
                    self.env._("More is disputed than the items amount to. Correct the amount.")
                )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        disputes = super().create(vals_list)
        disputes.case_id._review_now()
        return disputes

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("Disputes are history and are not deleted. Withdraw it instead.")
        )

    # === Actions === #
    def action_withdraw(self):
        """The debtor gives up the objection."""
        self.check_access("write")
        self._set_closed("cancelled", False)

    def action_reject(self):
        """The objection is not justified; the items are due again."""
        self.check_access("write")
        self._set_closed("resolved", "rejected")

    def _set_closed(self, state, resolution):
        """End disputes that are open or answered.

        :return: those that ended because of this call
        """
        open_ones = self.filtered(lambda dispute: dispute.state in ("open", "answered"))
        # sudo: readonly for people; the calling action has checked the right to.
        open_ones.sudo().write(
            {
                "state": state,
                "resolution": resolution,
                "date_resolved": self.env["collection.case"]._today(),
            }
        )
        open_ones.case_id._review_now()
        return open_ones

    # === Business methods === #
    @api.model
    def _open(self, case, kind, lines, amount=0.0, reason=None, note=""):
        """Record an objection or question.

        :param lines: items it is about; they share a currency
        :param float amount: what is disputed, in that currency; 0: all of it
        :return: the dispute
        """
        if len(lines.currency_id) > 1:
            raise UserError(self.env._("Record one dispute per currency."))
        reason = reason or self.env["collection.dispute.reason"]
        today = case._today()
        values = {
            "case_id": case.id,
            "kind": kind,
            "currency_id": (lines.currency_id or case.currency_id).id,
            "move_line_ids": [fields.Command.set(lines.ids)],
            "amount_disputed": amount or sum(lines.mapped("amount_residual_currency")),
            "reason_id": reason.id,
            "description": note,
            "date": today,
            "deadline": fields.Date.add(today, days=reason.days or 14),
            "user_id": (reason.user_id or case.user_id or self.env.user).id,
        }
        return self.create(values)

    @api.model
    def _get_disputed(self, line_ids):
        """What is disputed of each item; one query.

        A dispute over several items is set against the oldest first.

        :return: {line id: disputed amount, at most what is open, in the currency of the item}
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT d.id, d.amount_disputed::text, l.id, l.amount_residual_currency::text
                  FROM collection_dispute d
                  JOIN collection_dispute_line_rel r ON r.dispute_id = d.id
                  JOIN account_move_line l ON l.id = r.move_line_id
                 WHERE d.state IN ('open', 'answered') AND d.kind = 'dispute'
                   AND d.id IN (SELECT dispute_id FROM collection_dispute_line_rel
                                 WHERE move_line_id = ANY(%s))
                 ORDER BY d.id, COALESCE(l.date_maturity, l.date), l.id
                """,
                list(line_ids),
            )
        )
        left, result = {}, {}
        for dispute_id, disputed, line_id, residual in rows:
            rest = left.setdefault(dispute_id, Decimal(disputed))
            free = Decimal(residual) - result.get(line_id, Decimal(0))
            share = max(Decimal(0), min(rest, free))
            left[dispute_id] = rest - share
            if share:
                result[line_id] = result.get(line_id, Decimal(0)) + share
        return result
