from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.limitation import Rule

EFFECT = [
    ("none", "Nothing"),
    ("renew", "Begins It Anew"),
    ("suspend", "Suspends It"),
    ("stop", "Stops It"),
]
#: Events whose effect differs from law to law; a judgment always begins a period of its own.
CHOSEN = (
    "acknowledgement",
    "payment",
    "promise",
    "demand",
    "negotiation",
    "suit",
    "insolvency",
)


#: What does not change the law that a rule states.
BESIDE = {"name", "sequence", "active", "note", "warn_days", "checked_on", "checked_by_id"}


class CollectionLimitationRule(models.Model):
    """Until when the law of a country lets a debt be enforced. Editable, with its source: have
    the rules you rely on checked by a lawyer."""

    _name = "collection.limitation.rule"
    _description = "Limitation Period"
    _order = "country_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    country_id = fields.Many2one("res.country", help="Empty: where no other rule fits.")
    state_id = fields.Many2one(
        "res.country.state",
        string="State of the Country",
        domain="[('country_id', '=', country_id)]",
        help="Empty: where no rule of the state fits.",
    )
    debtor_type = fields.Selection(
        [("any", "Anybody"), ("consumer", "Consumers"), ("business", "Businesses")],
        required=True,
        default="any",
    )
    months = fields.Integer(string="Length (Months)", required=True, default=36)
    from_year_end = fields.Boolean(
        string="From the End of the Year", help="It begins when the year of the due date ends."
    )
    to_year_end = fields.Boolean(
        string="Until the End of the Year", help="It ends with the calendar year."
    )
    effect_acknowledgement = fields.Selection(
        EFFECT, string="Acknowledgement", required=True, default="renew"
    )
    effect_payment = fields.Selection(EFFECT, string="Part Payment", required=True, default="renew")
    effect_promise = fields.Selection(
        EFFECT,
        string="Promise or Plan",
        required=True,
        default="none",
        help="Whether what debtors promise here acknowledges the debt.",
    )
    effect_demand = fields.Selection(EFFECT, string="Formal Demand", required=True, default="none")
    effect_negotiation = fields.Selection(
        EFFECT, string="Negotiations", required=True, default="none"
    )
    effect_suit = fields.Selection(
        EFFECT, string="Suit or Payment Order", required=True, default="suspend"
    )
    effect_insolvency = fields.Selection(
        EFFECT, string="Claim in Insolvency", required=True, default="suspend"
    )
    months_after = fields.Integer(
        string="Suspended Longer (Months)",
        help="A suspension lasts so much longer than the proceedings.",
    )
    judgment_months = fields.Integer(
        string="After a Judgment (Months)",
        help="0: a debt confirmed by a court has the same period.",
    )
    warn_days = fields.Integer(
        string="Days of Warning",
        default=90,
        help="So many days before the last one somebody is told, once.",
    )
    mode = fields.Selection(
        [
            ("warn", "Warn"),
            ("no_suit", "No Suit, Nor a Threat of It"),
            ("block", "No Contact at All"),
        ],
        string="Afterwards",
        required=True,
        default="warn",
    )
    legal_source = fields.Char(
        required=True, help="The statute, with its articles; shown on every case beside the date."
    )
    note = fields.Text(help="Which article says what, and what this rule leaves out.")
    checked_on = fields.Date(
        readonly=True, copy=False, help="When somebody said that the rule is right for you."
    )
    checked_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    _check_numbers = models.Constraint(
        "CHECK(months > 0 AND months_after >= 0 AND judgment_months >= 0 AND warn_days >= 0)",
        "A limitation period is longer than nothing, and no length is negative.",
    )

    # === Constraints === #
    @api.constrains("country_id", "state_id")
    def _check_state(self):
        for rule in self.filtered("state_id"):
            if rule.state_id.country_id != rule.country_id:
                raise ValidationError(
                    self.env._(
                        "%(state)s is no state of %(country)s.",
                        state=rule.state_id.name,
                        country=rule.country_id.name or "–",
                    )
                )

    # === CRUD === #
    def write(self, vals):
        if not BESIDE.issuperset(vals):
            # What was checked was another rule.
            vals = {**vals, "checked_on": False, "checked_by_id": False}
        return super().write(vals)

    # === Actions === #
    def action_checked(self):
        """Somebody who knows the law says that the rule is right."""
        self.write(
            {"checked_on": self.env["collection.case"]._today(), "checked_by_id": self.env.uid}
        )

    # === Business methods === #
    def _get_rule(self):
        """The rule as the pure function takes it."""
        self.ensure_one()
        effects = {event: self[f"effect_{event}"] for event in CHOSEN}
        return Rule(
            self.months,
            self.from_year_end,
            self.to_year_end,
            {**effects, "judgment": "renew"},
            self.months_after,
            self.judgment_months,
        )

    @api.model
    def _choose(self, rules, places, consumer):
        """The first rule that fits: of the first place that has one, a state before its country,
        else one without country.

        :param rules: all rules, in their order
        :param places: (country, state) whose law may apply, as ids, the nearest first
        """
        kinds = ("any", "consumer" if consumer else "business")
        wanted = [
            place
            for country_id, state_id in places
            for place in ((country_id, state_id), (country_id, False))
        ]
        for place in (*wanted, (False, False)):
            for rule in rules:
                here = (rule.country_id.id, rule.state_id.id)
                if here == place and rule.debtor_type in kinds:
                    return rule
        return self.browse()
