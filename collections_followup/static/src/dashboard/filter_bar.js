import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { deserializeDate, serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { Component } from "@odoo/owl";

/**
 * Period, company and collector of figures. Nothing is kept here: what was chosen comes back with
 * the figures.
 */
export class CollectionFilterBar extends Component {
    static template = "collections_followup.FilterBar";
    static components = { DateTimeInput };
    static props = {
        filters: Object,
        onChange: Function,
    };

    get isCustom() {
        return this.props.filters.period === "custom";
    }

    get companyId() {
        const { counted_ids: counted, company_ids: ids } = this.props.filters;
        const all = ids.length === counted.length && ids.every((id) => counted.includes(id));
        return all ? 0 : ids[0];
    }

    /** With ledgers of clients at hand, "all" are the own companies: debts of others stay apart. */
    get allCompanies() {
        return this.props.filters.mixed ? _t("Own companies") : _t("All companies");
    }

    day(name) {
        return deserializeDate(this.props.filters[name]);
    }

    onPeriod(period) {
        this.props.onChange({ period });
    }

    onDay(name, day) {
        if (day) {
            this.props.onChange({ [name]: serializeDate(day) });
        }
    }

    onCompany(value) {
        const { companies } = this.props.filters;
        const chosen = Number(value);
        this.props.onChange({
            company_ids: chosen ? [chosen] : companies.map((company) => company.id),
            user_id: false,
        });
    }

    onUser(value) {
        this.props.onChange({ user_id: Number(value) || false });
    }
}
