import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

/** The parts of a risk grade: what each is about, its points out of the most, and why. */
export class GradeTable extends Component {
    static template = "collections_followup.GradeTable";
    static props = { ...standardFieldProps };

    get parts() {
        return (this.props.record.data[this.props.name] || []).map((part) => ({
            ...part,
            width: part.most ? Math.round((part.points / part.most) * 100) : 0,
        }));
    }
}

registry.category("fields").add("collection_grade_table", {
    component: GradeTable,
    supportedTypes: ["json"],
});
