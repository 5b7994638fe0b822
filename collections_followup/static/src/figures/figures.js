import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Component } from "@odoo/owl";
import { CollectionFilterBar } from "../dashboard/filter_bar";
import { formatFigure } from "../dashboard/numbers";
import { useFigures } from "../dashboard/use_figures";

/** Every figure with its definition and its parts, each of which opens its records. */
export class CollectionFigures extends Component {
    static template = "collections_followup.Figures";
    static components = { Layout, CollectionFilterBar };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.figures = useFigures("collection.dashboard", "get_figures_data");
        this.state = this.figures.state;
        this.display = { controlPanel: {} };
    }

    get data() {
        return this.state.data;
    }

    format(value, unit) {
        return formatFigure(value, unit, this.data.currency_id);
    }

    async download(form) {
        const filters = { ...this.state.filters };
        this.action.doAction(
            await this.orm.call("collection.figures.sheet", "get_file", [filters, form]),
        );
    }
}

registry.category("actions").add("collection_figures", CollectionFigures);
