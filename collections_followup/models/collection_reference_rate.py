from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_repr

from ..tools.rates import Rate, RateSeries, RateStep, shipped_series

#: Decimals of a rate in percent.
DIGITS = 6


class CollectionReferenceRate(models.Model):
    """One published reference rate, valid from a day, with the place where it was published.

    The next half-year's rate is added here when it is announced. A period without a rate is
    refused by the accrual, never guessed.
    """

    _name = "collection.reference.rate"
    _description = "Reference Rate"
    _order = "series, date_from desc"
    _rec_name = "series"

    # === Fields === #
    series = fields.Char(
        required=True, index=True, help="Code of the series, such as EU_MRO or DE_BASE."
    )
    series_name = fields.Char(string="Name")
    date_from = fields.Date(string="Valid From", required=True)
    rate = fields.Float(
        string="Rate (%)", required=True, digits=(16, DIGITS), help="Percent per annum."
    )
    source = fields.Char(help="Where the rate was published.")
    verified = fields.Boolean(
        help="The value has been compared with what the central bank or ministry published."
    )
    step = fields.Selection(
        [
            (RateStep.HALF_YEAR.value, "Until 30 June or 31 December"),
            (RateStep.CHANGE.value, "Until the next change"),
        ],
        string="Holds",
        required=True,
        default=lambda self: RateStep.HALF_YEAR.value,
        help="How long a value of this series lasts.",
    )
    known_until = fields.Date(
        help="For rates that hold until the next change: the last day for which this is known to "
        "be the rate. Later days are refused."
    )
    active = fields.Boolean(default=True)

    _series_date_unique = models.Constraint(
        "UNIQUE(series, date_from)", "This series has a rate from that day already."
    )

    # === Compute methods === #
    @api.depends("series", "date_from")
    def _compute_display_name(self):
        for rate in self:
            rate.display_name = f"{rate.series or ''} {rate.date_from or ''}".strip()

    @api.onchange("series")
    def _onchange_series(self):
        """A further rate of a series holds as long as the ones before."""
        last = self.search([("series", "=", self.series)], limit=1) if self.series else self
        if last and last != self:
            self.step = last.step
            self.series_name = last.series_name

    # === Constraints === #
    @api.constrains("rate")
    def _check_rate(self):
        for rate in self:
            if not -100 < rate.rate < 1000:
                raise ValidationError(
                    self.env._("A rate is given in percent per annum, such as 2.15.")
                )

    @api.constrains("step", "date_from", "known_until", "active")
    def _check_dates(self):
        for rate in self:
            if rate.known_until and rate.known_until < rate.date_from:
                raise ValidationError(
                    self.env._("A rate cannot end before the day from which it is valid.")
                )
            others = self.search([("series", "=", rate.series), ("step", "!=", rate.step)], limit=1)
            if rate.active and others:
                raise ValidationError(
                    self.env._(
                        "All rates of the series %(series)s must hold in the same way: either for "
                        "a half-year or until the next change.",
                        series=rate.series,
                    )
                )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("series") and "step" not in vals:
                last = self.search([("series", "=", vals["series"])], limit=1)
                vals["step"] = last.step or RateStep.HALF_YEAR.value
        return super().create(vals_list)

    # === Business methods === #
    @api.model
    def _get_series(self, codes=None):
        """The active rates as the pure calculation reads them.

        :param codes: only these series; default: all
        :return: {code: :class:`RateSeries`}
        """
        domain = [("series", "in", list(codes))] if codes is not None else []
        groups = defaultdict(list)
        for rate in self.search(domain, order="series, date_from"):
            groups[rate.series].append(rate)
        return {
            code: RateSeries(
                code=code,
                rates=tuple(rate._get_rate() for rate in rates),
                step=RateStep(rates[-1].step),
                known_until=rates[-1].known_until or None,
                name=rates[-1].series_name or code,
            )
            for code, rates in groups.items()
        }

    def _get_rate(self):
        self.ensure_one()
        exact = Decimal(float_repr(self.rate, DIGITS)).normalize()
        return Rate(self.date_from, exact, self.source or "", self.verified)

    @api.model
    def _load_shipped(self):
        """Make a record of each shipped rate that is not there yet; those a person has changed
        or archived stay as they are."""
        known = {
            (rate.series, rate.date_from)
            for rate in self.with_context(active_test=False).search([])
        }
        self.create(
            [
                self._prepare_shipped_vals(series, rate)
                for series in shipped_series().values()
                for rate in series.rates
                if (series.code, rate.date_from) not in known
            ]
        )

    @api.model
    def _prepare_shipped_vals(self, series, rate):
        is_last = rate == series.rates[-1]
        return {
            "series": series.code,
            "series_name": series.name,
            "date_from": rate.date_from,
            "rate": float(rate.rate),
            "source": rate.source,
            "verified": rate.verified,
            "step": series.step.value,
            "known_until": series.known_until if is_last else False,
        }
