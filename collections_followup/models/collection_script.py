from odoo import api, fields, models


class CollectionScript(models.Model):
    """What to say: a guide for a stage and a channel, with the debtor's figures filled in."""

    _name = "collection.script"
    _description = "Script for a Contact"
    _inherit = ["mail.render.mixin"]
    _order = "sequence, id"
    # Only managers, who may edit templates, write scripts; collectors only see the result.
    _unrestricted_rendering = True

    # === Fields === #
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for all companies.")
    policy_id = fields.Many2one(
        "collection.policy", index=True, ondelete="cascade", help="Empty: for all policies."
    )
    stage_id = fields.Many2one(
        "collection.stage",
        index=True,
        ondelete="cascade",
        domain="[('policy_id', '=?', policy_id)]",
        help="Empty: for all stages.",
    )
    channel = fields.Selection(
        selection=lambda self: self.env["collection.channel"]._get_channels(),
        help="Empty: for all channels.",
    )
    debtor_type = fields.Selection(
        [("consumer", "Consumers"), ("business", "Businesses")], help="Empty: for everybody."
    )
    body = fields.Html(
        render_engine="qweb",
        render_options={"post_process": False},
        translate=True,
        sanitize="email_outgoing",
        help="The word object stands for the case: object.amount_overdue, object.partner_id.name.",
    )

    # === Compute methods === #
    def _compute_render_model(self):
        self.render_model = "collection.case"

    # === Business methods === #
    @api.model
    def _find(self, case, channel):
        """The script that fits a case most closely.

        :rtype: collection.script
        """
        scripts = self.search(
            [
                ("company_id", "in", (False, case.company_id.id)),
                ("policy_id", "in", (False, case.policy_id.id)),
                ("stage_id", "in", (False, case.stage_id.id)),
                ("channel", "in", (False, channel)),
                ("debtor_type", "in", (False, case.debtor_type)),
            ]
        )
        particular = ("stage_id", "channel", "debtor_type", "policy_id", "company_id")
        return scripts.sorted(
            lambda script: (-sum(bool(script[name]) for name in particular), script.sequence)
        )[:1]

    def _render(self, case):
        """The text for a case, in the debtor's language where it is translated."""
        self.ensure_one()
        # sudo: terms and names of contacts that the collector may not open one by one.
        bodies = self.sudo()._render_field(
            "body", case.ids, set_lang=case.partner_id.lang or self.env.lang
        )
        return bodies[case.id]
