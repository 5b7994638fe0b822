from odoo import api, models


class CollectionCreditHold(models.Model):
    """Of two holds in force, the older one stays."""

    _inherit = "collection.credit.hold"

    @api.model
    def _merge_debtors(self, sources, target):
        holds = self.search(
            [("partner_id", "in", (sources + target).ids), ("date_released", "=", False)],
            order="date_from, id",
        )
        today = self.env["collection.case"]._today()
        for group in holds.grouped("company_id").values():
            for hold in group[1:]:
                hold.write(
                    {
                        "date_released": today,
                        "released_by": self.env.uid,
                        "note": "\n".join(
                            filter(None, [hold.note, self.env._("Joined with another hold.")])
                        ),
                    }
                )
