import { registry } from "@web/core/registry";

const MODEL = "collection.case";

/**
 * Open the case after this one: in the order of the list from which the case was opened, with its
 * filters; where there is no such list, the one the server proposes.
 */
export async function openNextCase(env, action) {
    const { case: current, fallback } = action.params;
    const service = env.services.action;
    // The dialog first: what is below it is loaded again.
    await service.doAction({ type: "ir.actions.act_window_close" });
    const controller = service.currentController;
    const onCase = controller?.view?.type === "form" && controller.action?.res_model === MODEL;
    if (!onCase) {
        // Called from a row: the list has been loaded again, without the row that is done.
        return;
    }
    const resIds = controller.props?.resIds || [];
    const next = resIds[resIds.indexOf(current) + 1];
    if (resIds.includes(current) && next) {
        return service.switchView("form", { resId: next, resIds });
    }
    if (!fallback) {
        return service.doAction("collections_followup.collection_work_list_action", {
            clearBreadcrumbs: true,
        });
    }
    return service.switchView("form", { resId: fallback, resIds: [fallback] });
}

registry.category("actions").add("collections_followup.next_case", openNextCase);
