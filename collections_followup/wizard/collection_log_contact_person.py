from odoo import fields, models

#: Outcome → what is recorded about the person.
STATUS_STEPS = ("deceased", "insolvency", "minor", "ward")


class CollectionLogContact(models.TransientModel):
    """Outcomes that say something about the person: died, insolvent, minor, moved away."""

    _inherit = "collection.log.contact"

    person_date = fields.Date(string="Since When")
    speaker_name = fields.Char(string="Who Takes Care Now")
    speaker_phone = fields.Char(string="Phone of That Person")

    def _do_step(self, log):
        if self.next_step in STATUS_STEPS:
            return self._record_status()
        return super()._do_step(log)

    def _record_status(self):
        """What the dialog of the case records, with what is known from the talk."""
        labels = dict(self.env["collection.channel"]._get_channels())
        wizard = self.env["collection.person.wizard"].create(
            {
                "case_id": self.case_id.id,
                "kind": self.next_step,
                "date_event": self.person_date,
                "told_by": ", ".join(filter(None, (labels[self.channel], self.note))),
                "speaker_name": self.speaker_name,
                "speaker_phone": self.speaker_phone,
            }
        )
        wizard._record()

    def _step_trace(self, log):
        """The debtor has moved: somebody searches."""
        self.case_id._start_traces("moved")
