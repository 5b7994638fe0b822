import { Component } from "@odoo/owl";

/**
 * Rows of label, bar and value; each opens what is behind it, by mouse and by keyboard.
 *
 * rows: [{label, text, share, color, note, records, muted}], share from 0 to 100.
 */
export class CollectionBars extends Component {
    static template = "collections_followup.Bars";
    static props = {
        rows: Array,
        onOpen: Function,
    };
}
