import { registry } from "@web/core/registry";
import { getFieldDomain } from "@web/model/relational_model/utils";
import { useSpecialData } from "@web/views/fields/relational_utils";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

const HOTKEYS = "1234567890abcdefgh";

/** How a contact went: one large button per outcome, each with a key of its own. */
export class OutcomeButtons extends Component {
    static template = "collections_followup.OutcomeButtons";
    static props = {
        ...standardFieldProps,
        domain: { type: [Array, Function], optional: true },
    };

    setup() {
        this.outcomes = useSpecialData((orm, props) => {
            const { relation } = props.record.fields[props.name];
            // Calls and visits end in different ways.
            const domain = getFieldDomain(props.record, props.name, props.domain);
            return orm.call(relation, "search_read", [domain, ["display_name", "right_party"]]);
        });
    }

    get buttons() {
        const { name, record } = this.props;
        const chosen = record.data[name] && record.data[name].id;
        return this.outcomes.data.map((outcome, index) => ({
            ...outcome,
            hotkey: HOTKEYS[index],
            chosen: outcome.id === chosen,
        }));
    }

    choose({ id, display_name }) {
        this.props.record.update({ [this.props.name]: { id, display_name } });
    }
}

export const outcomeButtons = {
    component: OutcomeButtons,
    supportedTypes: ["many2one"],
    extractProps: (_fieldInfo, dynamicInfo) => ({ domain: dynamicInfo.domain }),
};

registry.category("fields").add("collection_outcome_buttons", outcomeButtons);
