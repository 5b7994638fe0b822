import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { cookie } from "@web/core/browser/cookie";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Component } from "@odoo/owl";
import { CollectionBars } from "./bars";
import { CollectionChart } from "./chart";
import { CollectionFilterBar } from "./filter_bar";
import { formatFigure, formatMonth, formatShort, formatWeekday } from "./numbers";
import { useFigures } from "./use_figures";

// Not due is calm, then warmer with age, as in the bar of the case.
const AGES = ["#7c9cbf", "#f2c14e", "#f08a4b", "#e36a4c", "#d8503f", "#b5363a", "#8f1d2c"];
const CALM = "#5b7fa6";
const WARM = "#e3813e";
const GOOD = "#4f9d69";
const FAINT = "#c9ced6";

export class CollectionDashboard extends Component {
    static template = "collections_followup.Dashboard";
    static components = { Layout, CollectionBars, CollectionChart, CollectionFilterBar };
    static props = { ...standardActionServiceProps };

    setup() {
        this.figures = useFigures("collection.dashboard", "get_data");
        this.state = this.figures.state;
        this.display = { controlPanel: {} };
        this.hints = {
            before: (text) => _t("%s at the beginning", text),
            share: (text) => _t("%s of the receivables", text),
            best: (text) => _t("best possible: %s", text),
            target: (text) => _t("%s of the target", text),
            by_amount: () => _t("by amount"),
            last_month: () => _t("in the last month"),
        };
    }

    get data() {
        return this.state.data;
    }

    get dark() {
        return cookie.get("color_scheme") === "dark";
    }

    format(value, unit) {
        return formatFigure(value, unit, this.data.currency_id);
    }

    // --- Tiles ---
    get tiles() {
        return this.data.tiles.map((tile) => {
            const units = { before: "money", share: "percent", best: "days", target: "percent" };
            const missing = tile.other === null && tile.hint in units;
            const other = this.format(tile.other, units[tile.hint] || "number");
            return {
                ...tile,
                text: this.format(tile.value, tile.unit),
                note: missing || !tile.hint ? "" : this.hints[tile.hint](other),
            };
        });
    }

    // --- Charts ---
    get axes() {
        const color = this.dark ? "#3c3f47" : "#e9ecef";
        const text = this.dark ? "#c5c8ce" : "#6c757d";
        return (unit, more = {}) => ({
            beginAtZero: true,
            border: { display: false },
            grid: { color },
            ticks: {
                color: text,
                maxTicksLimit: 5,
                // The mark keeps the sign before the number in Arabic.
                callback: (value) =>
                    unit === "money"
                        ? formatShort(value)
                        : unit === "percent"
                          ? `\u200e${value}%`
                          : value,
            },
            ...more,
        });
    }

    get monthAxis() {
        const text = this.dark ? "#c5c8ce" : "#6c757d";
        return {
            grid: { display: false },
            ticks: { color: text, maxRotation: 0, autoSkipPadding: 12 },
        };
    }

    get legend() {
        return {
            position: "bottom",
            labels: { usePointStyle: true, boxHeight: 8, color: this.dark ? "#c5c8ce" : "#495057" },
        };
    }

    tooltip(units) {
        return {
            callbacks: {
                label: (point) =>
                    `${point.dataset.label}: ${this.format(point.raw, units[point.datasetIndex])}`,
            },
        };
    }

    get ageing() {
        const rows = this.data.ageing;
        const highest = Math.max(...rows.map((row) => Math.abs(row.value)), 1);
        const total = rows.reduce((sum, row) => sum + row.value, 0);
        return rows.map((row, index) => ({
            label: row.label,
            text: this.format(row.value, "money"),
            note: total ? this.format((100 * row.value) / total, "percent") : "",
            share: Math.max(0, (100 * row.value) / highest),
            color: this.getAgeColor(index, rows.length),
            muted: !row.value,
            records: row.records,
        }));
    }

    getAgeColor(index, count) {
        if (!index) {
            return AGES[0];
        }
        const step = count > 2 ? (AGES.length - 2) / (count - 2) : 0;
        return AGES[1 + Math.round((index - 1) * step)];
    }

    get trend() {
        const points = this.data.trend;
        const line = (name, label, color, yAxisID) => ({
            label,
            data: points.map((point) => point[name]),
            borderColor: color,
            backgroundColor: color,
            borderWidth: 2,
            pointRadius: 3,
            pointHoverRadius: 5,
            tension: 0.25,
            spanGaps: true,
            yAxisID,
        });
        return {
            data: {
                labels: points.map((point) => formatMonth(point.label)),
                datasets: [
                    line("dso", _t("DSO (days)"), CALM, "y"),
                    line("cei", _t("CEI (%)"), WARM, "y2"),
                ],
            },
            options: {
                interaction: { mode: "index", intersect: false },
                plugins: { legend: this.legend, tooltip: this.tooltip(["days", "percent"]) },
                scales: {
                    x: this.monthAxis,
                    y: this.axes("days", { position: "left" }),
                    y2: this.axes("percent", {
                        position: "right",
                        suggestedMax: 100,
                        grid: { display: false },
                    }),
                },
            },
            label: points
                .map((p) => `${formatMonth(p.label)}: DSO ${p.dso ?? "–"}, CEI ${p.cei ?? "–"}`)
                .join("; "),
        };
    }

    openMonth(index) {
        this.figures.open(this.data.trend[index].records);
    }

    get money() {
        const months = this.data.money;
        const targets = {
            type: "line",
            label: _t("Target"),
            data: months.map((month) => month.target || null),
            borderColor: WARM,
            backgroundColor: WARM,
            borderWidth: 2,
            borderDash: [6, 4],
            pointRadius: 3,
            pointStyle: "line",
            spanGaps: true,
        };
        const received = {
            label: _t("Received"),
            data: months.map((month) => month.value),
            backgroundColor: months.map((month) =>
                month.target && month.value >= month.target ? GOOD : CALM,
            ),
            borderRadius: 3,
            pointStyle: "rectRounded",
            maxBarThickness: 48,
        };
        return {
            data: {
                labels: months.map((month) => formatMonth(month.label)),
                datasets: months.some((month) => month.target) ? [targets, received] : [received],
            },
            options: {
                interaction: { mode: "index", intersect: false },
                plugins: { legend: this.legend, tooltip: this.tooltip(["money", "money"]) },
                scales: { x: this.monthAxis, y: this.axes("money") },
            },
            label: months
                .map((m) => `${formatMonth(m.label)}: ${this.format(m.value, "money")}`)
                .join("; "),
        };
    }

    openMoney(index) {
        this.figures.open(this.data.money[index].records);
    }

    // --- Bars ---
    get rolls() {
        return this.data.rolls.bars.map((bar, index) => ({
            label: bar.label,
            text: this.format(bar.value, "percent"),
            note: bar.before === null ? "" : _t("before: %s", this.format(bar.before, "percent")),
            share: Math.min(100, bar.value || 0),
            color: this.getAgeColor(index + 1, this.data.rolls.bars.length + 1),
            muted: !bar.value,
            records: bar.records,
        }));
    }

    get rollMonth() {
        return formatMonth(this.data.rolls.month);
    }

    openRoll(records) {
        this.figures.open(records, this.data.rolls.filters);
    }

    get promises() {
        const days = this.data.promises;
        const names = { before: _t("Before, not paid"), today: _t("Today") };
        const highest = Math.max(...days.map((day) => day.value), 1);
        return days.map((day) => ({
            label: names[day.when] || formatWeekday(day.date),
            text: day.count ? this.format(day.value, "money") : "–",
            note: day.count > 1 ? _t("%s payments", day.count) : "",
            share: (100 * day.value) / highest,
            color: { before: AGES[4], today: WARM }[day.when] || CALM,
            muted: !day.count,
            records: day.records,
        }));
    }

    get promised() {
        return this.format(
            this.data.promises.reduce((sum, day) => sum + day.value, 0),
            "money",
        );
    }

    get disputes() {
        const rows = this.data.disputes;
        const highest = Math.max(...rows.map((row) => row.value), 1);
        return rows.map((row, index) => ({
            label: row.label,
            text: this.format(row.value, "number"),
            note: "",
            share: (100 * row.value) / highest,
            color: this.getAgeColor(index + 1, rows.length + 1),
            muted: !row.value,
            records: row.records,
        }));
    }

    // --- Work ---
    get others() {
        return this.data.others.map((row) => ({
            ...row,
            openText: formatFigure(row.open, "money", row.currency_id),
            overdueText: formatFigure(row.overdue, "money", row.currency_id),
        }));
    }

    chooseCompany(id) {
        this.figures.change({ company_ids: [id] });
    }

    get work() {
        return this.data.work.map((row) => {
            const reached = row.target ? (100 * row.received) / row.target : null;
            return {
                ...row,
                receivedText: this.format(row.received, "money"),
                targetText: row.target ? this.format(row.target, "money") : "–",
                reachedText: reached === null ? "" : this.format(reached, "percent"),
                share: Math.min(100, Math.max(0, reached || 0)),
                color: reached >= 100 ? GOOD : reached === null ? FAINT : CALM,
            };
        });
    }

    chooseCollector(userId) {
        if (this.data.filters.users.length) {
            this.figures.change({ user_id: userId });
        }
    }
}

registry.category("actions").add("collection_dashboard", CollectionDashboard);
