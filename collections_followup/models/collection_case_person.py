from odoo import api, fields, models

from .collection_case_verdict import ContactVerdict
from .collection_person_status import HELD, SPEAKERS

GROUP = "collections_followup.group_collector"


class CollectionCase(models.Model):
    """The status of the person behind a case, and who speaks for the debtor."""

    _inherit = "collection.case"

    status_ids = fields.One2many("collection.person.status", "case_id", groups=GROUP)
    current_status_ids = fields.Many2many(
        "collection.person.status", compute="_compute_current_status_ids", groups=GROUP
    )
    status_text = fields.Text(compute="_compute_current_status_ids", groups=GROUP)

    @api.depends("status_ids.state")
    def _compute_current_status_ids(self):
        today = self._today()
        for case in self:
            current = case.status_ids.filtered(
                lambda status: (
                    status.state == "current"
                    and not (status.date_of_age and status.date_of_age <= today)
                )
            )
            case.current_status_ids = current
            case.status_text = "\n".join(case._describe_status(status) for status in current)

    def _describe_status(self, status):
        """One line: what it is, who speaks for the debtor, and what is due."""
        labels = dict(status._fields["kind"]._description_selection(self.env))
        words = [labels[status.kind]]
        if status.representative_id:
            speaker = status.representative_id
            words.append(", ".join(filter(None, (speaker.name, speaker.phone))))
        if status.claim_state in ("due", "late"):
            words.append(self.env._("the claim is not registered"))
        return " – ".join(words)

    # === Actions === #
    def action_person_status(self):
        """Record that the debtor has died, is insolvent, under age or under guardianship."""
        self.ensure_one()
        return self._open_dialog(
            "collection.person.wizard",
            self.env._("Status of the Person: %(debtor)s", debtor=self.display_name),
            {"default_case_id": self.id},
        )

    def action_view_statuses(self):
        self.ensure_one()
        if len(self.status_ids) == 1:
            return self.status_ids.get_formview_action()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "collections_followup.collection_person_status_action"
        )
        return {**action, "domain": [("case_id", "=", self.id)], "context": {}}

    # === Business methods === #
    def _get_script(self, channel):
        """The texts speak to the debtor; for the dead and the insolvent there is none."""
        kind, _people = self._get_status()
        return False if kind in HELD else super()._get_script(channel)

    def _get_status(self):
        """The gravest thing that is recorded about the debtor, and who speaks for it."""
        statuses = self.env["collection.compliance"]._get_statuses(self.partner_id.ids)
        return statuses.get(self.partner_id.id, ("", ()))

    def _get_lawyer(self):
        """Who must be contacted instead of the debtor: lawyer, executor, administrator…"""
        return super()._get_lawyer() or self._get_speaker()

    def _get_speaker(self):
        """Who speaks for a debtor who cannot: recorded with the status, or of that type."""
        self.ensure_one()
        kind, people = self._get_status()
        # sudo: whom to contact belongs to the case.
        persons = self.env["res.partner"].sudo().browse(sorted(people))
        fitting = persons.filtered(lambda person: person.type == SPEAKERS.get(kind))
        return (fitting or persons)[:1].sudo(False)

    def _get_page_limits(self):
        """Whoever cannot act alone agrees on nothing on the page; the insolvent do not pay."""
        kind, speakers = self._get_status()
        limits = super()._get_page_limits()
        if kind in HELD or (kind and not speakers):
            limits |= {"promise", "plan", "accept"}
        return limits | ({"pay"} if kind == "insolvency" else set())

    def _get_contact_verdict(
        self, channel, at=None, address=None, role="consumer", purpose="", **asked
    ):
        """Neither the dead nor minors are contacted, also where no hold says so."""
        verdict = super()._get_contact_verdict(channel, at, address, role, purpose, **asked)
        if verdict.level == "block" or role in ("attorney", "representative"):
            return verdict
        kind, _people = self._get_status()
        if kind:
            sentence = self.env["collection.compliance"]._sentence(f"person_{kind}")
            return ContactVerdict("block", f"person_{kind}", sentence)
        return verdict
