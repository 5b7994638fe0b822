from decimal import Decimal
from itertools import pairwise

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_repr

from ..tools.compensation import Compensation
from ..tools.daycount import DayCount
from ..tools.regimes import REGIMES, GraceMode, PaymentsTo, RateMode, Regime, Rounding

#: Which statute a country without one of its own follows when it is a member of the union.
UNION = "EU"


class CollectionInterestRegime(models.Model):
    """How late interest and fixed compensation are computed: a statute or a contract."""

    _name = "collection.interest.regime"
    _description = "Interest Regime"
    _order = "sequence, id"

    # === Fields === #
    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Leave empty to share the regime between all companies."
    )
    country_id = fields.Many2one("res.country", index=True)
    debtor_type = fields.Selection(
        [("any", "Everybody"), ("business", "Businesses"), ("consumer", "Consumers")],
        required=True,
        default="business",
    )
    basis = fields.Selection(
        [
            ("reference", "Reference rate and margin"),
            ("agreed", "Rate agreed in the contract"),
            ("none", "No interest"),
        ],
        required=True,
        default="reference",
    )
    series = fields.Char(
        string="Reference Rate", help="Code of the series of reference rates, such as EU_MRO."
    )
    margin = fields.Float(string="Margin (points)", digits=(16, 4))
    agreed_rate = fields.Float(string="Agreed Rate (%)", digits=(16, 4))
    rate_mode = fields.Selection(
        [
            (RateMode.SPLIT.value, "Each half-year has its own rate"),
            (RateMode.FIXED.value, "The rate of the first late day holds"),
        ],
        required=True,
        default=lambda self: RateMode.SPLIT.value,
    )
    day_count = fields.Selection(
        selection=[(count.value, count.value) for count in DayCount],
        required=True,
        default=lambda self: DayCount.ACT_365.value,
    )
    rounding = fields.Selection(
        [
            (Rounding.TOTAL.value, "Once, at the end"),
            (Rounding.SEGMENT.value, "Each period of the calculation"),
            (Rounding.DAILY.value, "The amount of one day"),
        ],
        required=True,
        default=lambda self: Rounding.TOTAL.value,
    )
    rate_cap = fields.Float(string="Highest Rate (%)", digits=(16, 4), help="0: no highest rate.")
    total_cap = fields.Float(
        string="Highest Total (% of the debt)",
        digits=(16, 4),
        help="Interest stops when it reaches this part of the debt. 0: it does not stop.",
    )
    grace_days = fields.Integer(string="Days of Grace")
    grace_mode = fields.Selection(
        [
            (GraceMode.WAIVE.value, "Nothing if paid in time, else from the due date"),
            (GraceMode.SHIFT.value, "Interest begins after them"),
        ],
        required=True,
        default=lambda self: GraceMode.WAIVE.value,
    )
    payments_to = fields.Selection(
        [
            (PaymentsTo.PRINCIPAL.value, "The invoice, as posted"),
            (PaymentsTo.INTEREST.value, "Interest first"),
        ],
        string="Payments Settle",
        required=True,
        default=lambda self: PaymentsTo.PRINCIPAL.value,
    )
    compensation_ids = fields.One2many(
        "collection.interest.compensation", "regime_id", string="Fixed Compensation", copy=True
    )
    compensation_currency_id = fields.Many2one(
        "res.currency",
    )
    limit_currency_id = fields.Many2one(
        "res.currency",
        string="Currency of the Limits",
        help="Empty: the same as that of the compensation.",
    )
    legal_source = fields.Char(help="Where the rule is written.")

    _code_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "Another regime has this code already."
    )
    _check_numbers = models.Constraint(
        "CHECK(grace_days >= 0 AND rate_cap >= 0 AND total_cap >= 0 AND agreed_rate >= 0)",
        "Days, rates and caps cannot be negative.",
    )

    # === Constraints === #
    @api.constrains("basis", "series")
    def _check_series(self):
        Rate = self.env["collection.reference.rate"].with_context(active_test=False)
        for regime in self.filtered(lambda regime: regime.basis == "reference"):
            if not regime.series or not Rate.search_count(
                [("series", "=", regime.series)], limit=1
            ):
                raise ValidationError(
                    self.env._(
                        "There are no reference rates of the series %(series)s. Enter the rates "
                        "first, or choose another series.",
                        series=regime.series or "–",
                    )
                )

    @api.constrains("compensation_ids", "compensation_currency_id")
    def _check_tiers(self):
        for regime in self.filtered("compensation_ids"):
            tiers = regime.compensation_ids.sorted(lambda tier: (tier.sequence, tier.id))
            limits = [tier.limit_amount for tier in tiers]
            rising = all(low < high for low, high in pairwise(limits[:-1]))
            if limits[-1] or not all(limits[:-1]) or not rising:
                raise ValidationError(
                    self.env._(
                        "The tiers of the compensation must have rising limits, and the last one "
                        "none, so that every debt falls into a tier."
                    )
                )
            if not regime.compensation_currency_id:
                raise ValidationError(self.env._("Choose the currency of the compensation."))

    # === Business methods === #
    @api.model
    def _exact(self, number):
        return Decimal(float_repr(number, 4)).normalize()

    def _get_regime(self):
        """The regime as the pure calculation reads it.

        :rtype: odoo.addons.collections_followup.tools.regimes.Regime
        """
        self.ensure_one()
        agreed = self._exact(self.agreed_rate) if self.basis == "agreed" else None
        return Regime(
            code=self.code,
            name=self.name,
            country=self.country_id.code or "",
            debtor_type=self.debtor_type,
            series=self.series if self.basis == "reference" else "",
            margin=self._exact(self.margin),
            agreed_rate=agreed,
            rate_mode=RateMode(self.rate_mode),
            day_count=DayCount(self.day_count),
            rounding=Rounding(self.rounding),
            rate_cap=self._exact(self.rate_cap) if self.rate_cap else None,
            total_cap_ratio=self._exact(self.total_cap) / 100 if self.total_cap else None,
            grace_days=self.grace_days,
            grace_mode=GraceMode(self.grace_mode),
            payments_to=PaymentsTo(self.payments_to),
            compensation=self._get_compensation(),
            source=self.legal_source or "",
        )

    def _get_compensation(self):
        if not self.compensation_ids:
            return None
        tiers = self.compensation_ids.sorted(lambda tier: (tier.sequence, tier.id))
        return Compensation(
            self.compensation_currency_id.name,
            tuple(tier._get_tier() for tier in tiers),
            self.limit_currency_id.name or "",
            self.legal_source or "",
        )

    @api.model
    def _of_country(self, country, consumer, company):
        """The statute of a country for a kind of debtor; members of the union without one of
        their own follow the directive.

        :return: a regime, or an empty recordset
        """
        kinds = ["any", "consumer" if consumer else "business"]
        domain = [("debtor_type", "in", kinds), ("company_id", "in", (False, company.id))]
        own = self.search([*domain, ("country_id", "=", country.id)], limit=1)
        if own or not country:
            return own if country else self.browse()
        union = self.env.ref("base.europe", raise_if_not_found=False)
        if union and country in union.country_ids:
            return self.search([*domain, ("code", "=", UNION)], limit=1)
        return self.browse()

    # === Shipped regimes === #
    @api.model
    def _load_shipped(self):
        """Make a record of each statute that is not there yet; what a person has changed stays."""
        known = set(self.with_context(active_test=False).search([]).mapped("code"))
        for sequence, regime in enumerate(REGIMES.values()):
            if regime.code not in known:
                self.create(self._prepare_shipped_vals(regime, sequence))

    @api.model
    def _prepare_shipped_vals(self, regime, sequence):
        granted = regime.compensation
        tiers = granted.tiers if granted else ()
        return {
            "name": regime.name,
            "code": regime.code,
            "sequence": sequence,
            "country_id": self.env["res.country"].search([("code", "=", regime.country or "-")]).id,
            "debtor_type": "any" if regime.code == "NONE" else regime.debtor_type,
            "basis": "reference" if regime.series else "none",
            "series": regime.series,
            "margin": float(regime.margin),
            "rate_mode": regime.rate_mode.value,
            "day_count": regime.day_count.value,
            "rounding": regime.rounding.value,
            "legal_source": regime.source,
            "compensation_currency_id": granted and self._currency(granted.currency).id,
            "limit_currency_id": granted and self._currency(granted.limit_currency).id,
            "compensation_ids": [
                fields.Command.create(
                    {
                        "sequence": number,
                        "amount": float(tier.amount),
                        "limit_amount": float(tier.limit or 0),
                        "includes_limit": tier.includes_limit,
                    }
                )
                for number, tier in enumerate(tiers)
            ],
        }

    @api.model
    def _currency(self, code):
        Currency = self.env["res.currency"].with_context(active_test=False)
        return Currency.search([("name", "=", code)], limit=1)
