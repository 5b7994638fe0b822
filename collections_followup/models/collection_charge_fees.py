from datetime import timedelta
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..tools.amounts import as_units
from ..tools.arrays import as_array
from ..tools.compensation import fixed_compensation
from ..tools.errors import ToolError
from ..tools.interest import is_late
from .collection_charge_accrual import Accrued


class CollectionCharge(models.Model):
    """Fixed compensation and late fees: charged once."""

    _inherit = "collection.charge"

    # === Compensation === #
    @api.model
    def _accrue_compensations(self, accrual, items, regimes, facts):
        """The fixed sum of the law, once for each late item that has none yet."""
        policies = self._get_paying_policies(accrual, items)
        wanted = [
            item
            for item in items
            if regimes[item.id][1].compensation and item.policy_id in policies
        ]
        known = self._get_compensated(wanted)
        rows = []
        for item in wanted:
            if item.id in known and not known[item.id]:
                continue
            regime_id, regime = regimes[item.id]
            claim = facts.claim(item, accrual.on, accrual.units[item.currency_id])
            if claim.principal and is_late(claim, regime):
                rows.append(
                    self._accrue_compensation(
                        accrual, item, claim, regime_id, regime, known.get(item.id)
                    )
                )
        return rows

    @api.model
    def _get_paying_policies(self, accrual, items):
        """Policies that charge the fixed sum; None stands for cases without one."""
        default = accrual.company.collection_policy_id
        result = set() if not default.charge_compensation else {None}
        ids = {item.policy_id for item in items if item.policy_id}
        policies = self.env["collection.policy"].browse(ids)
        return result | set(policies.filtered("charge_compensation").ids)

    @api.model
    def _get_compensated(self, items):
        """Charges of fixed compensation that exist already.

        :return: {line id: None, or the id of a row that is to be tried again}
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT move_line_id,
                       CASE WHEN error_text IS NOT NULL AND state = 'accrued' THEN id END
                  FROM collection_charge
                 WHERE move_line_id = ANY(%s::int[]) AND kind = 'compensation'
                """,
                as_array(item.id for item in items),
            )
        )
        return dict(rows)

    @api.model
    def _accrue_compensation(self, accrual, item, claim, regime_id, regime, charge_id=None):
        """The fixed sum for one item, in the currency of the item.

        Converted at the rate of the last day of the month before the item fell due, as the Polish
        act wants it; where debt and sum are in the same currency nothing is converted.
        """
        day = item.due.replace(day=1) - timedelta(days=1)
        granted = regime.compensation
        error, units = None, 0
        try:
            debt = claim.principal * self._get_rate_of(
                accrual, item.currency_id, granted.limit_currency, day
            )
            fixed = fixed_compensation(debt, granted)
            rate = self._get_rate_of(accrual, item.currency_id, granted.currency, day)
            units = as_units(fixed / rate, claim.unit)
        except ToolError as refused:
            error = self._translate_error(refused)
            accrual.summary["errors"] += 1
        first = item.due + timedelta(days=1)
        return Accrued(
            charge_id, item.id, item.case_id, "compensation", item.currency_id, units, first,
            first, regime_id, error,
        )  # fmt: skip

    @api.model
    def _get_rate_of(self, accrual, currency_id, code, day):
        """How much of the currency ``code`` one unit of a currency is on a day."""
        key = (currency_id, code, day)
        if key not in accrual.rates:
            other = self.env["collection.interest.regime"]._currency(code)
            accrual.rates[key] = (
                Decimal(1)
                if other.id == currency_id
                else self.env["collection.engine"]._get_rate(
                    currency_id, other.id, accrual.company.id, day
                )
            )
        if not accrual.rates[key]:
            currency = self.env["res.currency"].browse(currency_id)
            raise ToolError(
                "exchange_rate_missing",
                "There is no exchange rate between %(currency)s and %(other)s, so the fixed "
                "compensation cannot be computed.",
                {"currency": currency.name, "other": code},
            )
        return accrual.rates[key]

    # === Late fees === #
    @api.model
    def _accrue_late_fees(self, accrual):
        """Fees of stages whose contact has arrived: once per case or item and stage."""
        policies = self.env["collection.engine"]._get_policies(accrual.company)
        stages = policies.stage_ids.filtered(lambda stage: stage.late_fee > 0)
        if not stages:
            return
        cache = {}
        values = []
        for row in self._load_reached(accrual.company, stages):
            case_id, currency_id, stage_id, *_rest = row
            stage = stages.browse(stage_id)
            if case_id not in accrual.off:
                convert = self.env["collection.engine"]._get_converter(
                    stage.policy_id, accrual.company, accrual.on, cache
                )
                fee = convert(stage.currency_id._collection_decimal(stage.late_fee), currency_id)
                values.append(self._prepare_late_fee_vals(row, fee, stage))
        self.create(values)
        accrual.summary["created"] += len(values)
        accrual.summary["errors"] += sum(bool(vals["error_text"]) for vals in values)

    @api.model
    def _load_reached(self, company, stages):
        """Stages that contacts have reached and whose fee has not been charged.

        :return: rows (case, currency, stage, item or None, day)
        """
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                SELECT g.case_id, g.currency_id, g.stage_id,
                       CASE WHEN p.fee_per = 'item' THEN r.line_id END,
                       min(g.date)
                  FROM collection_contact_log g
                  JOIN collection_stage s ON s.id = g.stage_id
                  JOIN collection_policy p ON p.id = s.policy_id
                  JOIN collection_contact_log_line_rel r ON r.log_id = g.id
                 WHERE g.company_id = %s AND g.stage_id = ANY(%s) AND g.action_id IS NOT NULL
                   AND g.state = 'done'
                   AND NOT EXISTS (SELECT FROM collection_charge c
                                    WHERE c.kind = 'late_fee' AND c.stage_id = g.stage_id
                                      AND c.currency_id = g.currency_id
                                      AND CASE WHEN p.fee_per = 'item'
                                               THEN c.move_line_id = r.line_id
                                               ELSE c.case_id = g.case_id END)
                 GROUP BY 1, 2, 3, 4
                """,
                company.id,
                list(stages.ids),
            )
        )

    @api.model
    def _prepare_late_fee_vals(self, row, fee, stage):
        case_id, currency_id, stage_id, line_id, day = row
        currency = self.env["res.currency"].browse(currency_id)
        missing = fee is None
        error = missing and self.env._(
            "There is no exchange rate between %(currency)s and %(other)s, so the late fee cannot "
            "be computed.",
            currency=stage.currency_id.name,
            other=currency.name,
        )
        return {
            "case_id": case_id,
            "move_line_id": line_id,
            "kind": "late_fee",
            "currency_id": currency_id,
            "amount": 0.0 if missing else currency.round(float(fee)),
            "date_from": day,
            "date_to": day,
            "stage_id": stage_id,
            "note": stage.name,
            "error_text": error,
        }
