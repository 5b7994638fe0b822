import json

from odoo import fields, models
from odoo.tools import formatLang

#: States in the order of the columns.
COLUMNS = ("planned", "sent", "done", "failed", "blocked", "cancelled")


class CollectionRun(models.Model):
    """What a person reads before releasing a run, and after it."""

    _inherit = "collection.run"

    planned_log_ids = fields.One2many(
        "collection.contact.log", "run_id", domain=[("state", "=", "planned")], readonly=True
    )
    blocked_log_ids = fields.One2many(
        "collection.contact.log",
        "run_id",
        domain=[("state", "in", ("blocked", "failed"))],
        readonly=True,
    )
    sent_log_ids = fields.One2many(
        "collection.contact.log",
        "run_id",
        domain=[("state", "in", ("sent", "done"))],
        readonly=True,
    )
    letter_count = fields.Integer(string="Letters to Print", compute="_compute_letter_count")
    summary_html = fields.Html(string="Summary", compute="_compute_summary_html", sanitize=False)

    # === Compute methods === #
    def _compute_letter_count(self):
        counts = dict(
            self.env["collection.contact.log"]._read_group(
                [
                    ("run_id", "in", self.ids),
                    ("channel", "=", "letter"),
                    ("state", "in", ("sent", "done")),
                ],
                ["run_id"],
                ["__count"],
            )
        )
        for run in self:
            run.letter_count = counts.get(run, 0)

    def _compute_summary_html(self):
        for run in self:
            rows = run._get_summary_rows()
            values = {
                "columns": run._get_summary_columns(rows),
                "lines": run._get_summary_lines(rows),
                "refusals": run._get_refusals(rows),
                "silent": run._get_silent_cases(),
            }
            run.summary_html = self.env["ir.qweb"]._render(
                "collections_followup.run_summary", values
            )

    # === Actions === #
    def action_view_planned(self):
        """Planned contacts as a list to choose from."""
        self.ensure_one()
        action = self.action_view_logs()
        domain = [("run_id", "=", self.id), ("state", "=", "planned")]
        return {**action, "name": self.env._("To Release"), "domain": domain, "context": {}}

    def action_view_cases(self):
        """Cases this run looked at last."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "collections_followup.collection_case_action"
        )
        domain = [("company_id", "=", self.company_id.id), ("reviewed_on", "=", self.date)]
        return {**action, "domain": domain, "context": {"search_default_group_reason": 1}}

    # === The summary table === #
    def _get_summary_columns(self, rows):
        """States that occur, as (code, label)."""
        labels = dict(
            self.env["collection.contact.log"]._fields["state"]._description_selection(self.env)
        )
        used = {row["state_code"] for row in rows}
        return [(code, labels[code]) for code in COLUMNS if code in used]

    def _get_summary_lines(self, rows):
        """One line per stage and channel, with a count per state and what is asked for.

        :return: list of dicts: stage, channel, cells {state: {count, domain}}, amounts
        """
        lines = {}
        for row in rows:
            key = (row["stage_id"], row["channel_code"])
            line = lines.setdefault(
                key, {"stage": row["stage"], "channel": row["channel"], "cells": {}, "sums": {}}
            )
            domain = [
                ("run_id", "=", self.id),
                ("stage_id", "=", row["stage_id"]),
                ("channel", "=", row["channel_code"]),
                ("state", "=", row["state_code"]),
            ]
            cell = line["cells"].setdefault(
                row["state_code"], {"count": 0, "domain": json.dumps(domain)}
            )
            cell["count"] += row["count"]
            if row["state_code"] not in ("blocked", "cancelled"):
                currency = row["currency"]
                line["sums"][currency] = line["sums"].get(currency, 0.0) + row["amount"]
        for line in lines.values():
            line["amounts"] = [
                formatLang(self.env, amount, currency_obj=currency)
                for currency, amount in line.pop("sums").items()
            ]
        return list(lines.values())

    def _get_refusals(self, rows):
        """Contacts that were due and were not made, by reason, the most frequent first."""
        reasons = {}
        for row in rows:
            if row["state_code"] in ("blocked", "failed"):
                domain = [("run_id", "=", self.id), ("block_code", "=", row["code"])]
                found = reasons.setdefault(
                    row["code"],
                    {"reason": row["reason"], "count": 0, "domain": json.dumps(domain)},
                )
                found["count"] += row["count"]
        return sorted(reasons.values(), key=lambda reason: -reason["count"])

    def _get_silent_cases(self):
        """Cases the run looked at for which no contact was due, by reason."""
        self.ensure_one()
        domain = [
            ("company_id", "=", self.company_id.id),
            ("reviewed_on", "=", fields.Date.to_string(self.date)),
            ("log_ids", "not any", [("run_id", "=", self.id)]),
        ]
        reasons = self.env["collection.compliance"]._get_reasons()
        groups = self.env["collection.case"]._read_group(
            [*domain, ("no_contact_code", "!=", False)],
            ["no_contact_code"],
            ["__count"],
            order="__count desc",
        )
        return [
            {
                "reason": reasons.get(code, code),
                "count": count,
                "domain": json.dumps([*domain, ("no_contact_code", "=", code)]),
            }
            for code, count in groups
        ]
