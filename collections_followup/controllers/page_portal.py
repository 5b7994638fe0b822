from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..words import day_text


class CollectionPagePortal(CustomerPortal):
    """The customer page in Odoo's portal: one for each company to which the user's entity owes."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "collection_count" in counters:
            values["collection_count"] = len(self._debt_own_cases())
        return values

    @route("/my/debts", type="http", auth="user", methods=["GET"], website=True, sitemap=False)
    def collection_pages(self, **_args):
        cases = self._debt_own_cases()
        if len(cases) == 1:
            return request.redirect(f"/my/debts/{cases.id}")
        lang = request.env.lang
        shown = [case._for_page(lang) for case in cases]
        return request.render(
            "collections_followup.page_list",
            {
                "page_name": "collection_page",
                "shown": [
                    {
                        "id": case.id,
                        "company": case.company_id.name,
                        "groups": case._get_page_groups(),
                        "since": day_text(case.env, case.oldest_due_date),
                    }
                    for case in shown
                ],
            },
        )

    def _debt_own_cases(self):
        return request.env["collection.case"]._get_portal_cases(request.env.user.partner_id)
