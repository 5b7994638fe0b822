from odoo import api, fields, models


class CollectionPrivacyWizard(models.TransientModel):
    """What is kept about one person: hand it over, hold it, or erase what may go."""

    _name = "collection.privacy.wizard"
    _description = "Personal Data"

    partner_id = fields.Many2one("res.partner", string="Person", required=True, readonly=True)
    reason = fields.Char(string="Why", help="Who asked for it, and when. Kept in the log.")
    legal_hold = fields.Boolean(compute="_compute_hold", store=True, readonly=False)
    legal_hold_reason = fields.Char(compute="_compute_hold", store=True, readonly=False)
    preview_html = fields.Html(compute="_compute_preview_html", sanitize=False)
    obstacle = fields.Char(compute="_compute_preview_html")

    # === Compute methods === #
    @api.depends("partner_id")
    def _compute_hold(self):
        for wizard in self:
            # sudo: who may erase may see what forbids it.
            partner_sudo = wizard.partner_id.sudo()
            wizard.legal_hold = partner_sudo.collection_legal_hold
            wizard.legal_hold_reason = partner_sudo.collection_legal_hold_reason

    @api.depends("partner_id")
    def _compute_preview_html(self):
        privacy = self.env["collection.privacy"]
        privacy._check_supervisor()
        today = self.env["collection.case"]._today()
        for wizard in self:
            partner = wizard.partner_id
            rows = privacy._preview(partner, today) if partner else []
            wizard.obstacle = privacy._get_obstacles(partner, today).get(partner.id, False)
            wizard.preview_html = rows and self.env["ir.qweb"]._render(
                "collections_followup.privacy_preview", {"rows": rows}
            )

    # === Actions === #
    def action_export(self):
        """The file of the person, as a ZIP."""
        self.ensure_one()
        file = self.env["collection.privacy"]._export(self.partner_id, self.reason or "")
        return self.env["collection.letter"]._get_download(file)

    def action_erase(self):
        """Erase what may go; what stays is said in the log."""
        self.ensure_one()
        today = self.env["collection.case"]._today()
        log = self.env["collection.privacy"]._erase(self.partner_id, self.reason, today)
        return log.get_formview_action()

    def action_set_hold(self):
        """Keep everything about this person, or let it go again."""
        self.ensure_one()
        self.env["collection.privacy"]._check_supervisor()
        # sudo: supervisors may not edit contacts in general; this mark is theirs.
        self.partner_id.sudo().write(
            {
                "collection_legal_hold": self.legal_hold,
                "collection_legal_hold_reason": self.legal_hold and self.legal_hold_reason,
            }
        )
        return self.partner_id.action_collection_privacy()
