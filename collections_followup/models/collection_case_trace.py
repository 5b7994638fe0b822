from odoo import api, fields, models

from ..tools.contact_parties import LOCATION
from ..words import day_text
from .collection_case_verdict import ContactVerdict


class CollectionCase(models.Model):
    """Searches for the debtor: begun on the case, or by a letter that came back."""

    _inherit = "collection.case"

    trace_ids = fields.One2many(
        "collection.trace", "case_id", groups="collections_followup.group_collector"
    )
    trace_id = fields.Many2one(
        "collection.trace",
        string="Search",
        compute="_compute_trace_id",
        groups="collections_followup.group_collector",
    )
    trace_count = fields.Integer(
        compute="_compute_trace_id", groups="collections_followup.group_collector"
    )

    @api.depends("trace_ids.state")
    def _compute_trace_id(self):
        for case in self:
            case.trace_count = len(case.trace_ids)
            case.trace_id = case.trace_ids.filtered(lambda trace: trace.state == "open")[:1]

    # === Actions === #
    def action_trace(self):
        """Search for the debtor, or look at the search that goes on."""
        self.ensure_one()
        trace = self.trace_id or self._start_traces(self._guess_trace_reason())
        return trace.get_formview_action()

    def action_view_traces(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "collections_followup.collection_trace_action"
        )
        return {**action, "domain": [("case_id", "=", self.id)], "context": {}}

    # === Business methods === #
    def _guess_trace_reason(self):
        """Why somebody searches: what came back last."""
        failed = self.env["collection.contact.log"].search(
            [
                ("case_id", "=", self.id),
                ("block_code", "in", ("returned", "bounced")),
                ("channel", "in", ("letter", "email")),
            ],
            limit=1,
        )
        return {"letter": "returned", "email": "bounced"}.get(failed.channel, "no_answer")

    def _start_traces(self, reason):
        """Begin a search for each of these debtors who is not searched for yet.

        :return: the new searches
        """
        Trace = self.env["collection.trace"]
        # sudo: also a search that a colleague has begun.
        known = Trace.sudo().search([("case_id", "in", self.ids), ("state", "=", "open")]).case_id
        missing = self.filtered(lambda case: case.state != "closed" and case not in known)
        return Trace.create([case._prepare_trace_vals(reason) for case in missing])

    def _prepare_trace_vals(self, reason):
        return {
            "case_id": self.id,
            "reason": reason,
            "user_id": self.env["collection.engine"]._get_responsible(self).id,
        }

    def _get_warnings(self):
        """Letters stay stopped after a search that found no address; and the person must hear
        with the first contact where data were found."""
        result = super()._get_warnings() + self._get_notice_warnings()
        stopped = self.env["collection.compliance"]._get_searched(self.ids)
        if stopped and not self.sudo().trace_id:  # sudo: that letters are stopped is no secret
            text = self.env["collection.compliance"]._sentence("address_wrong")
            title = self.env._("No letters are sent")
            result.append({"level": "warning", "title": title, "text": text, "until": False})
        return result

    def _get_notice_warnings(self):
        self.ensure_one()
        if not self.env["collection.trace.lead"].has_access("read"):
            return []
        # sudo: whoever searched, the next contact is the first one.
        leads = self.env["collection.trace.lead"].sudo()
        return [
            {
                "level": "info",
                "title": self.env._("Say where the data come from"),
                "text": self.env._(
                    "%(found)s: found by %(origin)s. Say so with the first contact, by %(date)s "
                    "at the latest, and note it on the search.",
                    found=lead.found,
                    origin=lead.source_id.name,
                    date=day_text(self.env, lead.notice_due),
                ),
                "until": False,
            }
            for lead in leads.search(
                [
                    ("case_id", "in", self.ids),
                    ("state", "=", "verified"),
                    ("notice_due", "!=", False),
                    ("notice_date", "=", False),
                ]
            )
        ]

    # === The rules === #
    def _get_contact_verdict(
        self, channel, at=None, address=None, role="consumer", purpose="", **asked
    ):
        """No letter to an address that is wrong; others are asked once."""
        verdict = super()._get_contact_verdict(channel, at, address, role, purpose, **asked)
        if verdict.level == "block":
            return verdict
        sentence = self.env["collection.compliance"]._sentence
        wrong = channel == "letter" and role == "consumer"
        if wrong and self.env["collection.compliance"]._get_searched(self.ids):
            return ContactVerdict("block", "address_wrong", sentence("address_wrong"))
        if purpose == LOCATION and self._was_asked(asked.get("person")):
            return ContactVerdict("block", "third_party_again", sentence("third_party_again"))
        return verdict

    def _was_asked(self, person):
        """Whether this person was asked already, by a source that is asked once only."""
        # sudo: whoever asked, the person was asked.
        return bool(person) and bool(
            self.env["collection.trace.lead"]
            .sudo()
            .search_count(
                [
                    ("case_id", "=", self.id),
                    ("person_key", "=", person),
                    ("source_id.ask_once", "=", True),
                    ("state", "!=", "refused"),
                ],
                limit=1,
            )
        )
