import { loadBundle } from "@web/core/assets";
import { localization } from "@web/core/l10n/localization";
import { Component, onWillStart, onWillUnmount, useEffect, useRef } from "@odoo/owl";

/**
 * A chart of the library that Odoo ships, which mirrors itself for languages written from right to
 * left, and whose points can be opened.
 */
export class CollectionChart extends Component {
    static template = "collections_followup.Chart";
    static props = {
        type: String,
        data: Object,
        options: { type: Object, optional: true },
        label: String,
        onPoint: { type: Function, optional: true },
    };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => {
                this.draw();
            },
            () => [this.props.data, this.props.options],
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    draw() {
        this.chart?.destroy();
        this.chart = new Chart(this.canvas.el, {
            type: this.props.type,
            data: this.props.data,
            options: this.mirror({
                animation: false,
                maintainAspectRatio: false,
                responsive: true,
                onClick: (_ev, points) => points.length && this.props.onPoint?.(points[0].index),
                onHover: (ev, points) => {
                    const pointer = points.length && this.props.onPoint;
                    ev.native.target.style.cursor = pointer ? "pointer" : "default";
                },
                ...this.props.options,
            }),
        });
    }

    /** The first month stands where reading begins. */
    mirror(options) {
        if (localization.direction !== "rtl") {
            return options;
        }
        const { scales = {}, plugins = {} } = options;
        const turned = Object.fromEntries(
            Object.entries(scales).map(([name, scale]) => [
                name,
                name === "x"
                    ? { ...scale, reverse: true }
                    : { ...scale, position: scale.position === "right" ? "left" : "right" },
            ]),
        );
        const rtl = { rtl: true, textDirection: "rtl" };
        return {
            ...options,
            scales: turned,
            plugins: {
                ...plugins,
                legend: { ...plugins.legend, ...rtl },
                tooltip: { ...plugins.tooltip, ...rtl },
            },
        };
    }
}
