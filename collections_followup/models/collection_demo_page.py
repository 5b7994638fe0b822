from datetime import timedelta

from odoo import api, models


class CollectionDemo(models.AbstractModel):
    """What debtors of the demonstration have done on their pages today."""

    _inherit = "collection.demo"

    @api.model
    def _live(self, on, companies):
        result = super()._live(on, companies)
        self._visit_pages(on, companies[0])
        return result

    @api.model
    def _visit_pages(self, on, company):
        """One has corrected a phone number, another asks for instalments."""
        for name, visit in (("dunvale", self._correct_phone), ("fairgreen", self._ask_for_plan)):
            case = self.env["collection.case"].search(
                [
                    ("partner_id", "=", self._debtor(name).id),
                    ("company_id", "=", company.id),
                    ("state", "=", "open"),
                ],
                limit=1,
            )
            if case:
                page = case._for_page("en_US").with_context(
                    collection_on=on, tracking_disable=True, mail_auto_subscribe_no_notify=True
                )
                visit(page, on)

    @api.model
    def _correct_phone(self, case, on):
        case._page_details({"phone": "+353 1 555 0188", "contact_name": "Orla Byrne"})

    @api.model
    def _ask_for_plan(self, case, on):
        case._page_plan(
            case.currency_id,
            {
                "method": "count",
                "count": 3,
                "amount": None,
                "frequency": "monthly",
                "date": on + timedelta(days=14),
            },
            "Two of our own customers pay late.",
        )
