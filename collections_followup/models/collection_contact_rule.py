import json
import re
from pathlib import Path

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.contact_rules import CHECKS, WEEKDAYS, rule_from_data

SHIPPED = Path(__file__).parent.parent / "data" / "contact_rules.json"
HOURS = re.compile(
    r"^(mon|tue|wed|thu|fri|sat|sun|holiday)(?:-(mon|tue|wed|thu|fri|sat|sun))?"
    r"\s+(\d\d:\d\d)-(\d\d:\d\d)$"
)
#: Limits that have a field of their own, with the name the pure rules know them by.
LIMITS = {
    "window_days": "window_days",
    "limit": "max_attempts",
    "limit_conversations_day": "max_conversations_day",
    "limit_conversations": "max_conversations_window",
    "cooldown_days": "cooldown_days",
    "consent_days": "consent_days",
}


class CollectionContactRule(models.Model):
    """A law or house rule on contacts: what it limits, for whom, and where it is written."""

    _name = "collection.contact.rule"
    _description = "Contact Rule"
    _order = "sequence, id"

    # === Fields === #
    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    group = fields.Char(help="The regime the rule belongs to, such as US-REGF.", index=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        selection=lambda self: [(kind, kind.replace("_", " ").capitalize()) for kind in CHECKS],
        required=True,
        default="frequency",
    )
    mode = fields.Selection([("block", "Block"), ("warn", "Warn")], required=True, default="block")
    legal_source = fields.Char(required=True, help="Where the rule is written.")
    valid_from = fields.Date()
    valid_to = fields.Date()
    country_id = fields.Many2one("res.country", index=True)
    state_id = fields.Many2one(
        "res.country.state",
        string="Province or State",
    )
    locality = fields.Char(help="City or district, for rules that hold only there.")
    debtor_type = fields.Selection(
        [("any", "Everybody"), ("consumer", "Consumers"), ("business", "Businesses")],
        required=True,
        default="any",
    )
    party = fields.Selection(
        [
            ("any", "Everybody"),
            ("first", "Creditors in their own name"),
            ("third", "Collectors for others"),
        ],
        required=True,
        default="any",
    )
    channels = fields.Char(
        help="Channels the rule is about, separated by commas: phone, email, sms, letter, visit. "
        "Empty: all."
    )
    hours = fields.Char(
        help="Allowed hours at the debtor's place, such as: mon-fri 08:00-21:00, sat 08:30-15:00, "
        "holiday 10:00-18:00. Days left out are closed."
    )
    weekdays = fields.Char(compute="_compute_weekdays", help="Days with allowed hours.")
    limit = fields.Integer(string="At Most", help="Attempts within the window. 0: no limit.")
    limit_conversations_day = fields.Integer(string="Conversations a Day")
    limit_conversations = fields.Integer(string="Conversations in the Window")
    window_days = fields.Integer(default=7, help="Days, the day of the contact included.")
    cooldown_days = fields.Integer(
        help="Days without a call after a conversation, the day of the conversation included."
    )
    consent_days = fields.Integer(help="Days for which consent to further calls holds at most.")
    parameters = fields.Json(help="What only rules of this kind know.")

    _code_unique = models.Constraint("UNIQUE(code)", "Another contact rule has this code already.")
    _check_limits = models.Constraint(
        'CHECK("limit" >= 0 AND window_days >= 0 AND cooldown_days >= 0)',
        "Limits and days cannot be negative.",
    )

    # === Compute methods === #
    @api.depends("hours")
    def _compute_weekdays(self):
        for rule in self:
            rule.weekdays = ", ".join(
                day for day in (*WEEKDAYS, "holiday") if rule._parse_hours(rule.hours).get(day)
            )

    # === Constraints === #
    @api.constrains("hours", "channels", "kind", "parameters")
    def _check_rule(self):
        for rule in self:
            try:
                rule._get_rule()
            except (KeyError, TypeError, ValueError) as error:
                raise ValidationError(
                    self.env._(
                        "The contact rule %(rule)s cannot be read: %(problem)s",
                        rule=rule.name,
                        problem=error,
                    )
                ) from error

    # === CRUD === #
    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    # === Business methods === #
    @api.model
    def _parse_hours(self, text):
        """``mon-fri 08:00-21:00`` as ``{"mon": ["08:00", "21:00"], …}``.

        :raises ValueError: for what cannot be read, naming it
        """
        table = {}
        for part in filter(None, (part.strip().lower() for part in (text or "").split(","))):
            match = HOURS.match(part)
            if not match or match[3] >= match[4]:
                raise ValueError(self.env._("'%(part)s' is not a day with hours.", part=part))
            first, last, *hours = match.groups()
            if first == "holiday":
                table[first] = hours
                continue
            days = WEEKDAYS[WEEKDAYS.index(first) : WEEKDAYS.index(last or first) + 1]
            table.update(dict.fromkeys(days, hours))
        return table

    def _get_rule(self):
        """The rule as the pure verdict reads it.

        :rtype: odoo.addons.collections_followup.tools.contact_model.ContactRule
        """
        self.ensure_one()
        entry = {
            "code": self.code,
            "kind": self.kind,
            "policy": self.group or "",
            "name": self.name,
            "legal_source": self.legal_source,
            "valid_from": self.valid_from and fields.Date.to_string(self.valid_from),
            "valid_to": self.valid_to and fields.Date.to_string(self.valid_to),
            "country": self.country_id.code or None,
            "state": self.state_id.code or None,
            "locality": self.locality or None,
            "debtor_type": self.debtor_type,
            "party": self.party,
            "channels": [c.strip() for c in (self.channels or "").split(",") if c.strip()],
            "mode": self.mode,
            "parameters": {
                **(self.parameters or {}),
                **{name: self[field] for field, name in LIMITS.items() if self[field]},
            },
        }
        if self.hours:
            entry["parameters"]["hours"] = self._parse_hours(self.hours)
        return rule_from_data(entry)

    @api.model
    def _load_shipped(self):
        """Make a record of each shipped rule that is not there yet; those a person has changed
        stay as they are."""
        known = set(self.with_context(active_test=False).search([]).mapped("code"))
        entries = json.loads(SHIPPED.read_text(encoding="utf-8"))
        missing = [entry for entry in entries if entry["code"] not in known]
        self.create([self._prepare_shipped_vals(entry) for entry in missing])

    @api.model
    def _prepare_shipped_vals(self, entry):
        parameters = dict(entry["parameters"])
        country = self.env["res.country"].search([("code", "=", entry["country"] or "-")])
        state = self.env["res.country.state"].search(
            [("country_id", "=", country.id), ("code", "=", entry["state"] or "-")]
        )
        hours = parameters.pop("hours", None)
        values = {field: parameters.pop(name, 0) or 0 for field, name in LIMITS.items()}
        return {
            **values,
            "name": entry["name"],
            "code": entry["code"],
            "group": entry["policy"],
            "kind": entry["kind"],
            "mode": entry["mode"],
            "active": entry["active"],
            "legal_source": entry["legal_source"],
            "valid_from": entry["valid_from"],
            "valid_to": entry.get("valid_to"),
            "country_id": country.id,
            "state_id": state.id,
            "locality": entry["locality"],
            "debtor_type": entry["debtor_type"],
            "party": entry["party"],
            "channels": ", ".join(entry["channels"]),
            "hours": hours
            and ", ".join(f"{day} {span[0]}-{span[1]}" for day, span in hours.items() if span),
            "parameters": parameters,
        }
