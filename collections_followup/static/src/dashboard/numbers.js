import { _t } from "@web/core/l10n/translation";
import { formatFloat, formatMonetary } from "@web/views/fields/formatters";

const { DateTime } = luxon;

/**
 * A value as people read it; a dash for what has no meaning, such as a rate of nothing.
 *
 * @param {number|null} value
 * @param {"money"|"days"|"percent"|"number"} unit
 */
export function formatFigure(value, unit, currencyId) {
    if (value === null || value === undefined) {
        return "–";
    }
    if (unit === "money") {
        return formatMonetary(value, { currencyId, digits: [16, 0] });
    }
    const digits = unit !== "percent" && Number.isInteger(value) ? 0 : 1;
    const number = formatFloat(value, { digits: [16, digits] });
    if (unit === "percent") {
        return _t("%s %%", number).replace("%%", "%");
    }
    return unit === "days" ? _t("%s days", number) : number;
}

/** Money in few characters, for axes. */
export function formatShort(value) {
    return formatFloat(value, {
        humanReadable: true,
        decimals: Number.isInteger(value / 1000) || Math.abs(value) < 1000 ? 0 : 1,
    });
}

/** "Mar 2026" for "2026-03", in the words of the user's language. */
export function formatMonth(month) {
    return DateTime.fromISO(`${month}-01`).toFormat("LLL yy");
}

/** "Mon 16" for a day. */
export function formatWeekday(day) {
    return DateTime.fromISO(day).toFormat("ccc d");
}
