import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

/** The rank of a case, with the parts that add up to it as a tooltip. */
export class Score extends Component {
    static template = "collections_followup.Score";
    static props = { ...standardFieldProps, textField: { type: String, optional: true } };

    get value() {
        return Math.round(this.props.record.data[this.props.name] || 0);
    }

    get text() {
        return this.props.record.data[this.props.textField] || "";
    }
}

export const scoreField = {
    component: Score,
    supportedTypes: ["float"],
    extractProps: ({ options }) => ({ textField: options.text_field }),
};

registry.category("fields").add("collection_score", scoreField);
