from decimal import Decimal

from babel import Locale, UnknownLocaleError

from odoo import api, models
from odoo.tools import float_repr, format_amount, format_date

from ..tools.affordability import Budget, PlanRequest, capacity, check_plan, simulate
from ..tools.annuity import periodic_rate
from ..tools.errors import ToolError
from ..tools.installments import DownPayment, amounts_of, build_plan
from ..tools.plan_dates import (
    PERIODS_PER_YEAR,
    SATURDAY_SUNDAY,
    BusinessDay,
    Calendar,
    Rhythm,
    check_dates,
    plan_dates,
)
from ..words import day_text

#: Rhythms that are proposed to a debtor.
PROPOSED = ("weekly", "fortnightly", "monthly")
#: Years ahead for which public holidays are looked up.
YEARS = 6


class CollectionPlanWizard(models.TransientModel):
    """The simulator: payments that follow, what they cost, and whether they can be afforded."""

    _inherit = "collection.plan.wizard"

    # === Compute methods === #
    @api.depends(
        "kind",
        "move_line_ids",
        "currency_id",
        "discount_percent",
        "down_amount",
        "down_date",
        "frequency",
        "method",
        "count",
        "amount_each",
        "date_first",
        "business_day",
        "interest_rate",
        "line_ids.date",
        "line_ids.amount",
        "income",
        "commitments",
        "reserve",
        "offer",
    )
    def _compute_preview(self):
        for wizard in self:
            lines, wizard.problem = [], False
            try:
                lines = wizard._get_lines() if wizard.amount_debt else []
            except ToolError as error:
                wizard.problem = wizard._translate(error)
            draft = wizard._get_draft(lines)
            reasons = draft._get_approval_reasons() if lines else []
            wizard.needs_approval = bool(reasons)
            wizard.preview_html = self.env["ir.qweb"]._render(
                "collections_followup.plan_preview",
                wizard._get_preview_values(lines, reasons),
                minimal_qcontext=True,
            )

    # === Arithmetic === #
    def _exact(self, amount):
        return self.currency_id._collection_decimal(amount)

    def _get_unit(self):
        """The smallest amount of the currency, as an exact decimal."""
        rounding = self.currency_id.rounding
        return Decimal(float_repr(rounding, self.currency_id.decimal_places)).normalize()

    def _get_calendar(self):
        """Weekend and public holidays of the company's country."""
        company = self.company_id
        country = (company.country_id.code or "").upper()
        partners = self.env["res.partner"]
        today = self.env["collection.case"]._today()
        holidays = frozenset().union(
            *(
                partners._collection_holidays(
                    country, company.state_id.code or "", today.replace(day=1, year=today.year + n)
                )
                for n in range(0, YEARS, 2)
            )
        )
        rule = BusinessDay(self.business_day or "keep")
        return Calendar(self._get_weekend(country), holidays, rule)

    @api.model
    def _get_weekend(self, country):
        """Days of the week on which nothing falls due in a country."""
        try:
            locale = Locale.parse(f"und_{country}")
        except (UnknownLocaleError, ValueError):
            return SATURDAY_SUNDAY
        first, last = locale.weekend_start, locale.weekend_end
        return frozenset((first + n) % 7 for n in range((last - first) % 7 + 1))

    def _get_down(self):
        if not self.down_amount:
            return None
        day = self.down_date or self.env["collection.case"]._today()
        return DownPayment(day, self._exact(self.down_amount))

    def _get_lines(self):
        """Lines of the plan as it is entered.

        :raise ToolError: when it cannot be
        """
        today = self.env["collection.case"]._today()
        if not 0 <= self.interest_rate <= 100:
            raise ToolError("rate_invalid", "Interest lies between 0 and 100 percent a year.")
        if self.date_first and self.frequency != "custom":
            check_dates([self.date_first], today)
        down = self._get_down()
        if down:
            check_dates([down.date], today)
        if self.frequency == "custom":
            return self._get_own_lines(today)
        return self._make_lines(self.frequency)

    def _get_own_lines(self, today):
        own = self.line_ids.sorted(lambda line: (str(line.date or ""), line._origin.id or 0))
        own = [line for line in own if line.date]
        dates = check_dates([line.date for line in own], today)
        amounts = [self._exact(line.amount) for line in own]
        return build_plan(
            self._exact(self.amount_asked), dates, self._get_unit(), None, amounts=amounts
        )

    def _make_lines(self, frequency):
        rhythm, unit = Rhythm(frequency), self._get_unit()
        total, down = self._exact(self.amount_asked), self._get_down()
        rate = Decimal(str(self.interest_rate)) if self.kind == "plan" else Decimal(0)
        periodic = periodic_rate(rate, PERIODS_PER_YEAR[rhythm])
        calendar, amounts, count = self._get_calendar(), None, self.count
        if self.method == "amount" and not rate:
            rest = total - down.amount if down else total
            amounts = amounts_of(rest, self._exact(self.amount_each), unit)
            count = len(amounts)
        elif self.method == "amount":
            count = self._count_for(rhythm, calendar)
        dates = plan_dates(self.date_first, count, rhythm, calendar)
        return build_plan(total, dates, unit, down, periodic, amounts)

    def _count_for(self, rhythm, calendar):
        """How many payments of the wished amount it takes with interest."""
        request = self._get_request(calendar)
        monthly = self._exact(self.amount_each) * PERIODS_PER_YEAR[rhythm] / 12
        able = capacity(Budget(income=monthly, commitments=Decimal(0)), self._get_unit())
        found = simulate(request, able, (rhythm,))
        if not found:
            raise ToolError(
                "payment_too_small",
                "A payment of %(payment)s is too small: the debt would never be paid.",
                {"payment": self._exact(self.amount_each)},
            )
        return sum(not line.is_down_payment for line in found[0].lines)

    def _try_lines(self, frequency):
        try:
            return self._make_lines(frequency)
        except ToolError:
            return ()

    def _get_request(self, calendar=None):
        company_sudo = self.company_id.sudo()  # limits are settings
        return PlanRequest(
            total=self._exact(self.amount_asked),
            first=self.date_first,
            rate=Decimal(str(self.interest_rate)) if self.kind == "plan" else Decimal(0),
            max_months=company_sudo.collection_plan_max_months,
            down=self._get_down(),
            calendar=calendar or self._get_calendar(),
            unit=self._get_unit(),
        )

    def _get_capacity(self):
        """What may be asked for a month, from what the debtor told; ``None`` when nothing was."""
        if not self.income and not self.offer:
            return None
        offer = self._exact(self.offer) if self.offer else None
        if not self.income:
            return capacity(Budget(offer, Decimal(0), offer=offer), self._get_unit())
        share = self.company_id.sudo().collection_plan_share  # sudo: a setting
        return capacity(
            Budget(
                self._exact(self.income),
                self._exact(self.commitments),
                self._exact(self.reserve),
                Decimal(str(share)) / 100,
                offer,
            ),
            self._get_unit(),
        )

    def _get_proposals(self, able, rhythms=PROPOSED):
        return simulate(self._get_request(), able, tuple(Rhythm(rhythm) for rhythm in rhythms))

    # === What is shown === #
    def _get_draft(self, lines):
        """The agreement as it would be, to ask what approval it needs; nothing is written."""
        return self.env["collection.agreement"].new(
            {
                **self._prepare_agreement_vals(lines),
                "amount_debt": self.amount_debt,
            }
        )

    def _get_preview_values(self, lines, reasons):
        proposals, able, against = (), None, ()
        try:
            able = self._get_capacity()
            if able and self.kind == "plan" and self.amount_asked and self.date_first:
                proposals = self._get_proposals(able)
            if able and self.frequency != "custom":
                against = check_plan(lines, Rhythm(self.frequency), able)
        except ToolError as error:
            reasons = [*reasons, self._translate(error)]
        return {
            "problem": self.problem,
            "lines": [self._format_line(line) for line in lines],
            "total": self._money(sum((line.amount for line in lines), Decimal(0))),
            "interest": self._money(sum((line.interest for line in lines), Decimal(0))),
            "has_interest": any(line.interest for line in lines),
            "reasons": reasons,
            "able": able and self._format_capacity(able),
            "against": [self._translate(reason) for reason in against],
            "fits": bool(able and lines and not against),
            "proposals": [self._format_proposal(proposal) for proposal in proposals],
        }

    def _money(self, amount):
        return format_amount(self.env, float(amount), self.currency_id)

    def _format_line(self, line):
        return {
            "number": line.number,
            "down": line.is_down_payment,
            "date": format_date(self.env, line.date, date_format="EEE d MMM y"),
            "amount": self._money(line.amount),
            "interest": self._money(line.interest),
        }

    def _format_capacity(self, able):
        return {
            "free": self._money(able.free),
            "monthly": self._money(able.monthly),
            "none": able.monthly <= 0,
            "reasons": [self._translate(reason) for reason in able.reasons],
        }

    def _format_proposal(self, proposal):
        labels = dict(self._fields["frequency"]._description_selection(self.env))
        lines = [line for line in proposal.lines if not line.is_down_payment]
        return {
            "rhythm": labels[str(proposal.rhythm)],
            "count": len(lines),
            "amount": self._money(lines[0].amount),
            "last": self._money(lines[-1].amount),
            "until": day_text(self.env, lines[-1].date),
            "cost": self._money(proposal.cost),
            "reasons": [self._translate(reason) for reason in proposal.reasons],
        }

    def _translate(self, refused):
        """The sentence of a calculation in the user's language, with amounts in the currency.

        :param refused: a ``ToolError`` or ``Reason``
        """
        params = {
            name: self._money(value)
            if isinstance(value, Decimal)
            else day_text(self.env, value)
            if hasattr(value, "isoformat")
            else value
            for name, value in refused.params.items()
        }
        return self._get_sentences().get(refused.code, refused.template) % params

    @api.model
    def _get_sentences(self):
        """Sentences of the calculations, where they are seen, so that they are translated."""
        return {
            "date_in_past": self.env._("The first payment on %(date)s would be in the past."),
            "dates_unordered": self.env._("%(later)s does not come after %(earlier)s."),
            "plan_empty": self.env._("A plan needs at least one payment."),
            "plan_sum_differs": self.env._(
                "The payments add up to %(sum)s, and %(total)s must be paid."
            ),
            "amount_not_positive": self.env._("Every payment must be more than zero."),
            "too_many_lines": self.env._(
                "%(total)s cannot be split into %(count)s payments: one would be zero."
            ),
            "down_payment_invalid": self.env._(
                "The down payment of %(amount)s must be more than zero and less than %(total)s."
            ),
            "rate_invalid": self.env._("Interest lies between 0 and 100 percent a year."),
            "no_free_income": self.env._(
                "Nothing is left of the income: %(free)s after commitments and what must remain."
            ),
            "offer_above_capacity": self.env._(
                "The debtor offers %(offer)s a month, but can afford only %(monthly)s."
            ),
            "offer_below_capacity": self.env._(
                "The debtor offers %(offer)s a month and could afford %(monthly)s."
            ),
            "too_long": self.env._(
                "It takes %(months)s months; collectors grant at most %(limit)s."
            ),
            "above_capacity": self.env._(
                "A payment of %(amount)s is more than the %(limit)s the debtor can pay each time."
            ),
        }
