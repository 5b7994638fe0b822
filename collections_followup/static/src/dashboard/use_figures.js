import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { onWillStart, useComponent, useState } from "@odoo/owl";

const ASKED = ["period", "date_from", "date_to", "company_ids", "user_id"];

/**
 * What the screens of figures share: one server call for all that is shown, again when a filter
 * changes, and the records behind a figure. Going back finds the filters as they were.
 *
 * @param {string} model
 * @param {string} method
 */
export function useFigures(model, method) {
    const component = useComponent();
    const orm = useService("orm");
    const action = useService("action");
    const keepLast = new KeepLast();
    const state = useState({
        data: null,
        loading: false,
        filters: component.props.state?.filters || {},
    });
    useSetupAction({ getLocalState: () => ({ filters: { ...state.filters } }) });

    async function load(filters) {
        state.loading = true;
        try {
            state.data = await keepLast.add(orm.call(model, method, [filters]));
            const { period, ...others } = Object.fromEntries(
                ASKED.map((name) => [name, state.data.filters[name]]),
            );
            state.filters = { period, ...others };
        } finally {
            state.loading = false;
        }
    }
    onWillStart(() => load({ ...state.filters }));

    return {
        state,
        change: (changes) => load({ ...state.filters, ...changes }),
        reload: () => load({ ...state.filters }),
        /** Open the records behind a figure; others than the chosen filters may apply. */
        open: async (records, filters = {}) => {
            if (!records) {
                return;
            }
            const asked = { ...state.filters, ...filters };
            action.doAction(await orm.call("collection.figures", "get_records", [asked, records]));
        },
    };
}
