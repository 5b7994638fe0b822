import { registry } from "@web/core/registry";
import { FloatField, floatField } from "@web/views/fields/float/float_field";

/** A number that nobody has entered is empty, not zero: what that means is said in its place. */
export class FloatOrEmptyField extends FloatField {
    static template = "collections_followup.FloatOrEmpty";
    static props = { ...FloatField.props, placeholder: { type: String, optional: true } };

    get formattedValue() {
        return this.value ? super.formattedValue : "";
    }
}

registry.category("fields").add("collection_float_or_empty", {
    ...floatField,
    component: FloatOrEmptyField,
    extractProps: (info, dynamicInfo) => ({
        ...floatField.extractProps(info, dynamicInfo),
        placeholder: info.placeholder,
    }),
});
