import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component, onMounted, onWillUnmount } from "@odoo/owl";

/** Milliseconds between two looks at a run that is being sent. */
const PAUSE = 4000;

/**
 * The summary of a run, rendered by the server; every figure opens the list behind it.
 * While the run is being sent, it is read again every few seconds.
 */
export class RunSummary extends Component {
    static template = "collections_followup.RunSummary";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        onMounted(() => {
            this.timer = setInterval(() => this.refresh(), PAUSE);
        });
        onWillUnmount(() => clearInterval(this.timer));
    }

    get value() {
        return this.props.record.data[this.props.name] || "";
    }

    refresh() {
        const { record } = this.props;
        if (record.data.state === "releasing" && !record.dirty && !document.hidden) {
            record.load();
        }
    }

    async onClick(ev) {
        const target = ev.target.closest("[data-domain]");
        if (!target) {
            return;
        }
        const action = await this.action.loadAction(target.dataset.action);
        this.action.doAction({
            ...action,
            context: {},
            domain: JSON.parse(target.dataset.domain),
        });
    }
}

export const runSummary = { component: RunSummary, supportedTypes: ["html"] };

registry.category("fields").add("collection_run_summary", runSummary);
