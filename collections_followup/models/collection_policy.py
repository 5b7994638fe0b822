from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.decision import PolicyRule
from ..tools.escalation import Ladder, prefer


class CollectionPolicy(models.Model):
    """A dunning strategy for a kind of debtor: a ladder of stages and how to walk it."""

    _name = "collection.policy"
    _description = "Collection Policy"
    _order = "sequence, id"

    # === Fields === #
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        help="Leave empty to share the policy between all companies.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="Currency of the amounts of this policy. They are converted into the currency of the "
        "debt at the rate of the day.",
    )
    mode = fields.Selection(
        [("review", "Review: a person releases each run"), ("automatic", "Automatic")],
        required=True,
        default="review",
        help="Review: the nightly run only proposes, and nothing leaves the company before "
        "somebody releases it. Automatic: contacts are made by the nightly run itself.",
    )
    stage_ids = fields.One2many("collection.stage", "policy_id", string="Stages", copy=True)
    minimum_amount = fields.Monetary(
        help="A debtor who owes less than this in a currency is not contacted about it."
    )
    net_credits = fields.Boolean(
        string="Set credits against debts",
        default=True,
        help="Unapplied credit notes and payments are set against the oldest debts, and only what "
        "remains is chased. Otherwise the full debts are chased and credits are only shown.",
    )
    escalation = fields.Selection(
        [("step", "One stage after the other"), ("direct", "The highest stage that fits")],
        required=True,
        default="step",
        help="One stage after the other: an item goes to the next stage only after a contact of "
        "the present one has arrived. The highest stage that fits: stages may be skipped.",
    )
    catch_up_days = fields.Integer(
        default=7,
        help="An item that is late on the ladder stays at most so many days in a stage.",
    )
    min_interval_days = fields.Integer(
        string="Days between contacts",
        default=3,
        help="A new step waits until so many days have passed since the last contact of an "
        "earlier one.",
    )
    debtor_type = fields.Selection(
        [("any", "Everybody"), ("business", "Businesses"), ("consumer", "Consumers")],
        required=True,
        default="any",
    )
    country_ids = fields.Many2many("res.country", string="Countries")
    partner_category_ids = fields.Many2many("res.partner.category", string="Contact Tags")
    case_count = fields.Integer(compute="_compute_case_count")

    _check_minimum = models.Constraint(
        "CHECK(minimum_amount >= 0)", "The minimum amount cannot be negative."
    )
    _check_days = models.Constraint(
        "CHECK(catch_up_days >= 1 AND min_interval_days >= 0)",
        "Days to catch up must be at least 1, and days between contacts at least 0.",
    )

    # === Compute methods === #
    def _compute_case_count(self):
        counts = dict(
            self.env["collection.case"]._read_group(
                [("policy_id", "in", self.ids), ("state", "!=", "closed")],
                ["policy_id"],
                ["__count"],
            )
        )
        for policy in self:
            policy.case_count = counts.get(policy, 0)

    # === Constraints === #
    @api.constrains("active", "mode", "stage_ids")
    def _check_stages(self):
        for policy in self:
            if policy.active and policy.mode == "automatic" and not policy.stage_ids:
                raise ValidationError(
                    self.env._(
                        "The policy %(policy)s has no stages, so it cannot run automatically. "
                        "Add at least one stage first.",
                        policy=policy.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = self.env["collection.case"].search([("policy_id", "in", self.ids)], limit=1)
        if used:
            raise ValidationError(
                self.env._(
                    "The policy %(policy)s is used by cases. Archive it instead of deleting it.",
                    policy=used.policy_id.name,
                )
            )

    # === Actions === #
    def action_view_cases(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "collections_followup.collection_case_action"
        )
        return {**action, "domain": [("policy_id", "=", self.id)], "context": {}}

    # === Business methods === #
    def _get_rule(self, prefers=None):
        """The policy as the pure decision reads it.

        :param prefers: the channel a debtor wants to be contacted on first
        :rtype: odoo.addons.collections_followup.tools.decision.PolicyRule
        """
        self.ensure_one()
        ladder = Ladder(
            stages=tuple(stage._get_rule() for stage in self.stage_ids),
            direct=self.escalation == "direct",
            catch_up_days=self.catch_up_days,
        )
        return PolicyRule(
            ladder=prefer(ladder, prefers),
            minimum_amount=self.currency_id._collection_decimal(self.minimum_amount),
            net=self.net_credits,
            min_interval=self.min_interval_days,
        )

    def _accepts(self, facts):
        """Whether a debtor falls under this policy.

        :param dict facts: ``company``, ``country``, ``consumer`` and ``categories`` of a debtor
        """
        self.ensure_one()
        return (
            (not self.company_id or self.company_id.id == facts["company"])
            and (self.debtor_type == "any" or (self.debtor_type == "consumer") == facts["consumer"])
            and (not self.country_ids or facts["country"] in self.country_ids.ids)
            and (
                not self.partner_category_ids
                or not facts["categories"].isdisjoint(self.partner_category_ids.ids)
            )
        )

    @api.model
    def _choose(self, policies, facts):
        """The policy of a debtor: the one set on the contact, else the first that fits, else the
        company's default.

        :param policies: active policies in order
        :param dict facts: see :meth:`_accepts`; plus ``own``, the policy set on the contact
        :return: a policy, or an empty recordset
        """
        if facts["own"]:
            own = policies.filtered(lambda policy: policy.id == facts["own"])
            if own:
                return own
        specific = policies.filtered(
            lambda p: p.debtor_type != "any" or p.country_ids or p.partner_category_ids
        )
        for policy in specific:
            if policy._accepts(facts):
                return policy
        default = self.env["res.company"].browse(facts["company"]).collection_policy_id
        if default.active:
            return default
        return next((p for p in policies - specific if p._accepts(facts)), self.browse())
