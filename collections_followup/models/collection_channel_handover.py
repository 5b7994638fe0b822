from odoo import api, fields, models
from odoo.fields import Command

from ..tools.contact import Recipient
from .collection_handover_requirement import KINDS


class CollectionChannel(models.AbstractModel):
    _inherit = "collection.channel"

    @api.model
    def _get_channels(self):
        return [*super()._get_channels(), ("handover", self.env._("Hand Over"))]


class CollectionChannelHandover(models.AbstractModel):
    """The last step of a ladder: a file is prepared, and people decide whether it goes."""

    _name = "collection.channel.handover"
    _inherit = "collection.channel"
    _description = "Contact Channel: Hand Over"

    @api.model
    def _check_action(self, action):
        if not action.handover_kind:
            return self.env._("Say to whom the file is handed over.")
        return ""

    @api.model
    def _resolve(self, debtors):
        """The debtor is not contacted, so nothing can stand against it."""
        return {debtor.id: Recipient(debtor.id) for debtor in debtors}

    @api.model
    def _deliver(self, logs):
        """A draft for each case that has none, and somebody to look at it."""
        # sudo: the run prepares files for all collectors.
        Handover = self.env["collection.handover"].sudo()
        busy = Handover.search(
            [
                ("case_id", "in", logs.case_id.ids),
                ("state", "in", ("draft", "ready", "placed")),
            ]
        ).case_id
        fresh = logs.filtered(lambda log: log.case_id not in busy)
        handovers = Handover.create([self._prepare_handover(log) for log in fresh])
        engine = self.env["collection.engine"]
        self.env["mail.activity"]._collection_tell(
            [
                {
                    "record": handover,
                    "summary": self.env._("Prepare the file: %(file)s", file=handover._describe()),
                    "date": log.date,
                    "user": handover.user_id or engine._get_responsible(log.case_id),
                }
                for handover, log in zip(handovers, fresh, strict=True)
            ]
        )
        logs._set_done()

    @api.model
    def _prepare_handover(self, log):
        action = log.action_id
        # A notice lists everything; a file holds what has come as far as this stage.
        lines = log.move_line_ids
        reached = self.env["collection.item"].search(
            [("move_line_id", "in", lines.ids), ("stage_id", "=", log.stage_id.id)]
        )
        lines = reached.move_line_id or lines
        return {
            "case_id": log.case_id.id,
            "kind": action.handover_kind or "agency",
            "partner_id": action.handover_partner_id.id,
            "user_id": (action.user_id or log.case_id.user_id).id,
            "scope": "items",
            "move_line_ids": [Command.set(lines.ids)],
        }


class CollectionAction(models.Model):
    _inherit = "collection.action"

    handover_kind = fields.Selection(KINDS, string="Hand Over To")
    handover_partner_id = fields.Many2one(
        "res.partner", string="Lawyer, Agency or Insurer", ondelete="restrict"
    )

    @api.constrains("channel", "handover_kind", "active")
    def _check_text(self):
        return super()._check_text()
