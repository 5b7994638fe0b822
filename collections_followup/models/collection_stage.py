from itertools import pairwise

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.escalation import StageRule


class CollectionStage(models.Model):
    """A step of the ladder, from a friendly reminder to the final notice."""

    _name = "collection.stage"
    _description = "Collection Stage"
    _order = "policy_id, sequence, id"

    # === Fields === #
    policy_id = fields.Many2one("collection.policy", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="policy_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="policy_id.currency_id")
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    description = fields.Text(translate=True, help="What this step is for, for colleagues.")
    min_days_overdue = fields.Integer(
        string="Days Overdue",
        required=True,
        default=1,
        help="Days after the due date from which an item may be in this stage. Negative: before "
        "the due date.",
    )
    min_amount = fields.Monetary(
        string="Minimum Overdue",
        help="The debtor must owe at least this, overdue, for the stage to be reached.",
    )
    action_ids = fields.One2many("collection.action", "stage_id", string="Actions", copy=True)
    fold = fields.Boolean(string="Folded in Kanban")
    color = fields.Integer()

    _check_amount = models.Constraint(
        "CHECK(min_amount >= 0)", "The minimum overdue amount of a stage cannot be negative."
    )

    # === Constraints === #
    @api.constrains("min_days_overdue", "sequence", "policy_id")
    def _check_order(self):
        for policy in self.policy_id:
            stages = policy.stage_ids.sorted(lambda stage: (stage.sequence, stage.id))
            for earlier, later in pairwise(stages):
                if later.min_days_overdue <= earlier.min_days_overdue:
                    raise ValidationError(
                        self.env._(
                            "Stage %(later)s comes after %(earlier)s, so it must start at more "
                            "than %(days)s days overdue.",
                            later=later.name,
                            earlier=earlier.name,
                            days=earlier.min_days_overdue,
                        )
                    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = self.env["collection.case"].search([("stage_id", "in", self.ids)], limit=1)
        used = used or self.env["collection.contact.log"].search(
            [("stage_id", "in", self.ids)], limit=1
        )
        if used:
            raise ValidationError(
                self.env._(
                    "The stage %(stage)s has been used for contacts, so its history must stay. "
                    "Archive the policy and make a new one instead.",
                    stage=used.stage_id.name,
                )
            )

    # === Business methods === #
    def _get_rule(self):
        """The stage as the pure decision reads it."""
        self.ensure_one()
        return StageRule(
            id=self.id,
            sequence=self.sequence,
            min_days=self.min_days_overdue,
            min_amount=self.currency_id._collection_decimal(self.min_amount),
            actions=tuple(action._get_rule() for action in self.action_ids if action.active),
        )
