from odoo import api, fields, models


class CollectionContactRule(models.Model):
    _inherit = "collection.contact.rule"

    parameter_text = fields.Text(
        compute="_compute_parameter_text", help="What only rules of this kind know, in words."
    )

    @api.depends("parameters")
    def _compute_parameter_text(self):
        for rule in self:
            rule.parameter_text = "\n".join(
                f"{name.replace('_', ' ').capitalize()}: {self._as_words(value)}"
                for name, value in sorted((rule.parameters or {}).items())
                if value not in (None, "", [], {})
            )

    @api.model
    def _as_words(self, value):
        if isinstance(value, bool):
            return self.env._("yes") if value else self.env._("no")
        if isinstance(value, list):
            return ", ".join(str(part) for part in value)
        if isinstance(value, dict):
            return ", ".join(f"{key} {self._as_words(part)}" for key, part in value.items())
        return str(value)
