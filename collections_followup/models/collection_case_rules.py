from zoneinfo import ZoneInfo

from odoo import api, fields, models

from ..tools.contact_model import PersonFacts


class CollectionCase(models.Model):
    """What the contact rules need to know about a debtor."""

    _inherit = "collection.case"

    debtor_type = fields.Selection(
        [("consumer", "Consumer"), ("business", "Business")], compute="_compute_debtor_type"
    )

    @api.depends("partner_id.is_company", "partner_id.vat")
    def _compute_debtor_type(self):
        for case in self:
            case.debtor_type = "consumer" if case.partner_id._is_consumer() else "business"

    def _get_person_facts(self):
        """What is known of the debtors of these cases.

        :return: {case id: PersonFacts}
        """
        result = {}
        zones = self.env["res.partner"]._collection_time_zones(self.partner_id)
        for case in self:
            partner = case.partner_id
            result[case.id] = PersonFacts(
                time_zones=tuple(ZoneInfo(name) for name in zones[partner.id]),
                country=partner.country_id.code or "",
                state=partner.state_id.code or "",
                locality=partner.city or "",
                debtor_type=case.debtor_type,
                party="first",
                debts=(str(case.id),),
                **case._get_wishes(),
            )
        return result

    def _get_wishes(self):
        """What the debtor asked for, as arguments of PersonFacts. Hook."""
        return {}
