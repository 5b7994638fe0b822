import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatMonetary } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

/**
 * What a debtor owes by age, one bar per currency.
 *
 * Value: [{currency_id, currency, balance, overdue, credit, limits, buckets}], where the first
 * bucket is not due yet and the last one is beyond the last limit.
 */
export class AgeingBar extends Component {
    static template = "collections_followup.AgeingBar";
    static props = { ...standardFieldProps };

    get bars() {
        const balances = this.props.record.data[this.props.name] || [];
        return balances.map((balance) => this.getBar(balance));
    }

    getBar({ currency_id: currencyId, currency, balance, overdue, credit, limits, buckets }) {
        const format = (amount) => formatMonetary(amount, { currencyId });
        const total = buckets.reduce((sum, amount) => sum + amount, 0);
        const labels = this.getLabels(limits);
        const segments = buckets.map((amount, index) => ({
            index,
            label: labels[index],
            amount: format(amount),
            share: total ? (100 * amount) / total : 0,
            empty: !amount,
        }));
        return {
            currency,
            segments,
            balance: format(balance),
            overdue: format(overdue),
            credit: credit ? format(credit) : "",
            // Without colours and widths: what a screen reader says.
            text: segments.map((segment) => `${segment.label}: ${segment.amount}`).join(", "),
        };
    }

    getLabels(limits) {
        const starts = [1, ...limits.map((limit) => limit + 1)];
        return [
            _t("Not due"),
            ...limits.map((limit, index) =>
                _t("%(from)s–%(to)s days", { from: starts[index], to: limit }),
            ),
            _t("Over %s days", limits.at(-1)),
        ];
    }
}

export const ageingBar = { component: AgeingBar, supportedTypes: ["json"] };

registry.category("fields").add("collection_ageing_bar", ageingBar);
