from datetime import timedelta

from odoo import api, models

from .collection_demo import MODULE

ASKING = "My name is Sean Keane. I would like to confirm how to reach Mr. Devany."


class CollectionDemo(models.AbstractModel):
    """Debtors who moved, died or became insolvent, a request from the customer page, and two
    contacts that are perhaps the same."""

    _inherit = "collection.demo"

    @api.model
    def _live(self, on, companies):
        result = super()._live(on, companies)
        demo = self.with_context(collection_on=on, allowed_company_ids=companies[0].ids)
        demo = demo.with_company(companies[0])
        demo._ask_for_changes()
        demo._search_debtors(on)
        demo._record_persons(on)
        demo._enter_numbers(companies[0])
        self.env.cr.flush()
        return result

    @api.model
    def _get_person_case(self, name):
        """The open case of a demonstration debtor, as its collector sees it."""
        cases = self.env["collection.case"].search(
            [
                ("partner_id", "=", self._debtor(name).id),
                ("company_id", "=", self.env.company.id),
                ("state", "!=", "closed"),
            ]
        )
        return cases.with_user(cases.user_id or self.env.ref(f"{MODULE}.demo_user_supervisor"))

    @api.model
    def _ask_for_changes(self):
        Change = self.env["collection.address.change"]
        for name, values, source, note in (
            (
                "quillane",
                {"street": "4 Canal Row", "zip": "P36 R2X1"},
                "page",
                "We move at the end of the month",
            ),
            (
                "tullow",
                {"contact_name": "Maeve Tully", "contact_phone": "+353 59 555 0120"},
                "debtor",
                "",
            ),
            ("inish", {"name": "Inish Café and Bakery"}, "debtor", "Told on the phone"),
        ):
            Change._propose(self._debtor(name), values, source, note)
        moved = self._debtor("cloverhill")
        moved.write({"street": "60A Clover Hill", "phone": "+353 1 555 0138"})

    @api.model
    def _search_debtors(self, on):
        """One search that goes on, with a question that was refused, and one that has found."""
        case = self._get_person_case("cormac")
        if not case:
            return
        trace = self._begin_search(case, "returned")
        # The dates of a demonstration lie in the past; the rest is as if it had just been asked.
        self._ask_source(trace, "post", state_text="No forwarding order")
        self._ask_source(
            trace, "neighbor", person="Mrs. Hanley, No. 9", channel="visit", question=ASKING
        )
        self._ask_source(
            trace, "neighbor", person="Mrs. Hanley, No. 9", channel="call", question=ASKING
        )
        self._ask_source(
            trace,
            "internet",
            street="27 Lake Road",
            zip="N37 Y8K2",
            city="Athlone",
            answer="A notice of the rowing club",
        )
        found = self._get_person_case("nuala")
        if found:
            search = self._begin_search(found, "moved")
            lead = self._ask_source(
                search, "register", cost=12.0, street="3 Elm Park", zip="D14 X7C2", city="Dublin"
            )
            lead.action_verify()

    @api.model
    def _begin_search(self, case, reason):
        return case._start_traces(reason)

    @api.model
    def _ask_source(self, trace, code, state_text="", **values):
        lead = (
            self.env["collection.trace.lead"]
            .with_user(trace.env.user)
            .create(
                {
                    "trace_id": trace.id,
                    "source_id": self.env["collection.trace.source"]
                    .search([("code", "=", code)])
                    .id,
                    **values,
                }
            )
        )
        if state_text:
            lead.answer = state_text
            lead.action_none()
        return lead

    @api.model
    def _record_persons(self, on):
        """One debtor has died, another is insolvent."""
        day = timedelta(days=1)
        for name, values in (
            (
                "aoife",
                {
                    "kind": "deceased",
                    "date_event": on - 20 * day,
                    "told_by": "Death notice",
                    "speaker_name": "Colm Tiernagh",
                    "speaker_phone": "+353 85 555 0177",
                },
            ),
            (
                "fennick",
                {
                    "kind": "insolvency",
                    "date_event": on - 6 * day,
                    "told_by": "Gazette",
                    "proceeding": "bankruptcy",
                    "court": "High Court, Dublin",
                    "file_number": "2026/331 COS",
                    "claim_deadline": on + 24 * day,
                    "hearing_date": on + 45 * day,
                    "speaker_name": "Orla Whelan, Liquidator",
                    "speaker_email": "orla@whelan-insolvency.example",
                },
            ),
        ):
            case = self._get_person_case(name)
            if case:
                wizard = case.env["collection.person.wizard"]
                wizard.create({"case_id": case.id, **values})._record()

    @api.model
    def _enter_numbers(self, company):
        """A second contact of the same business, made by somebody in a hurry."""
        case = self._get_person_case("granard")
        if not case:
            return
        twin = self.env["res.partner"].create(
            {
                "name": "Granard Bikes and Repairs",
                "is_company": True,
                "company_registry": "IE 331 207",
            }
        )
        for partner in (case.partner_id, twin):
            case.env["collection.identifier"].create(
                {
                    "partner_id": partner.id,
                    "kind": "company",
                    "number": "331207",
                    "country_id": self.env.ref("base.ie").id,
                    "source": "Companies register",
                }
            )
