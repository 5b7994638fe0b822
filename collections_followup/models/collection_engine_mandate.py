from odoo import api, models


class CollectionEngine(models.AbstractModel):
    """The nightly run leaves ledgers of clients alone whose mandate is not in force."""

    _inherit = "collection.engine"

    @api.model
    def _prepare(self, company, on):
        # sudo: the mandate binds the run, whoever starts it.
        mandate = company.sudo().collection_mandate_id
        if mandate and mandate._get_objection(on) not in ("", "mandate_territory"):
            return self.env["collection.run"]
        return super()._prepare(company, on)
