from odoo import fields, models


class CollectionExperimentDebtor(models.Model):
    """Which half of a trial a debtor is in, since when; written by the follow-up run."""

    _name = "collection.experiment.debtor"
    _description = "Debtor in a Trial"
    _order = "date_joined desc, id desc"
    _rec_name = "partner_id"

    experiment_id = fields.Many2one(
        "collection.experiment", string="Trial", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Debtor",
        required=True,
        index=True,
        ondelete="restrict",
        readonly=True,
    )
    arm = fields.Selection([("a", "A"), ("b", "B")], string="Half", required=True, readonly=True)
    date_joined = fields.Date(string="Joined", required=True, readonly=True)
    running = fields.Boolean(default=True, readonly=True)

    _unique_debtor = models.UniqueIndex(
        "(experiment_id, partner_id)", "This debtor takes part already."
    )
    _unique_running = models.UniqueIndex(
        "(partner_id, company_id) WHERE running",
        "A debtor can take part in one running trial only.",
    )

    def action_open_case(self):
        """The case of the debtor; the debtor where there is none any more."""
        self.ensure_one()
        case = self.env["collection.case"].search(
            [("partner_id", "=", self.partner_id.id), ("company_id", "=", self.company_id.id)],
            order="id desc",
            limit=1,
        )
        return (case or self.partner_id).get_formview_action()
