import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { deserializeDate, serializeDate } from "@web/core/l10n/dates";
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
        const { companies, company_ids: ids } = this.props.filters;
        return ids.length === companies.length ? 0 : ids[0];
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
