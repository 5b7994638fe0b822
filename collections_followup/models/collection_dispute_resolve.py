from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_amount


class CollectionDispute(models.Model):
    """Resolving: each way is done in Odoo and linked, and the dispute ends when it is done."""

    _inherit = "collection.dispute"

    resolved_move_ids = fields.Many2many(
        "account.move",
        "collection_dispute_move_rel",
        "dispute_id",
        "move_id",
        string="Credit Notes and Corrections",
        readonly=True,
        copy=False,
        check_company=True,
    )
    agreement_id = fields.Many2one(
        "collection.agreement", readonly=True, copy=False, ondelete="restrict", check_company=True
    )
    refund_ids = fields.One2many("collection.refund", "dispute_id", readonly=True)

    # === Actions === #
    def action_credit_note(self):
        """Odoo's dialog for credit notes, with document, reason and amount filled in."""
        return self._open_reversal(self.amount_disputed)

    def action_correct(self):
        """The same dialog, to credit the whole document and make a right one."""
        return self._open_reversal(0.0)

    def action_refund(self):
        """Ask for money to be sent back."""
        self.ensure_one()
        self._check_open()
        return self.case_id._open_refund(
            self.amount_disputed,
            self.currency_id,
            default_dispute_id=self.id,
            default_reason=self._get_reversal_reason(),
        )

    def action_agree(self):
        """Choose the agreement that settles the dispute."""
        self.ensure_one()
        self._check_open()
        return self.env["collection.case"]._open_dialog(
            "collection.dispute.agree", self.env._("Agreed"), {"default_dispute_id": self.id}
        )

    def action_close_answered(self):
        """A question that has its answer needs nothing else."""
        self.check_access("write")
        for dispute in self:
            if dispute.kind == "dispute":
                raise UserError(
                    self.env._(
                        "A disputed amount needs a decision: credit it, refund it, agree on it, or "
                        "reject the dispute."
                    )
                )
            if dispute.state == "open":
                dispute.action_answer()
        self._set_closed("resolved", "answered")

    def action_view_moves(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Credit Notes and Corrections"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", self.resolved_move_ids.ids)],
            "context": {"create": False},
        }

    # === Business methods === #
    def _check_open(self):
        self.check_access("write")
        if self.state not in ("open", "answered"):
            raise UserError(self.env._("This dispute is closed already."))

    def _get_reversal_reason(self):
        return self.reason_id.name or self.name

    def _open_reversal(self, amount):
        self.ensure_one()
        self._check_open()
        moves = self.move_line_ids.move_id
        if len(moves) != 1 or not moves.is_invoice():
            raise UserError(
                self.env._(
                    "A credit note is made for one invoice. Split the dispute: one for each "
                    "document."
                )
            )
        open_now = sum(self.move_line_ids.mapped("amount_residual_currency"))
        if self.currency_id.compare_amounts(amount, open_now) > 0:
            raise UserError(
                self.env._(
                    "%(amount)s is disputed, but only %(open)s is open. Ask for a refund of what "
                    "was paid.",
                    amount=format_amount(self.env, amount, self.currency_id),
                    open=format_amount(self.env, open_now, self.currency_id),
                )
            )
        return self.env["collection.case"]._open_dialog(
            "account.move.reversal",
            self.env._("Credit Note"),
            {
                "active_model": "account.move",
                "active_ids": moves.ids,
                "default_reason": self._get_reversal_reason(),
                "default_collection_dispute_id": self.id,
                "default_collection_amount": amount,
            },
        )

    def _link_moves(self, moves):
        """Remember what was made in Odoo to resolve this dispute."""
        self.ensure_one()
        # sudo: readonly for people; whoever made the document may link it.
        self.sudo().write({"resolved_move_ids": [Command.link(move.id) for move in moves]})
        # sudo: a mark of ours on a document that the user has just made.
        moves.sudo().collection_settles_dispute = True
        names = ", ".join(move._get_html_link() for move in moves)
        self._message_log(body=self.env._("Made to resolve this: %(documents)s", documents=names))

    def _settle_by(self, resolution):
        """End these disputes, once what resolves them is done."""
        for dispute in self:
            if dispute._set_closed("resolved", resolution):
                # sudo: whoever resolves it ends what others were asked to do.
                dispute.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    @api.model
    def _settle_by_moves(self, moves):
        """Credit notes of disputes that have been posted end them."""
        # sudo: the dispute follows the document, whoever posts it.
        disputes = self.sudo().search(
            [("resolved_move_ids", "in", moves.ids), ("state", "in", ("open", "answered"))]
        )
        for dispute in disputes:
            kinds = set((dispute.resolved_move_ids & moves).mapped("move_type"))
            corrected = "out_invoice" in dispute.resolved_move_ids.mapped("move_type")
            if "out_refund" in kinds or corrected:
                dispute._settle_by("corrected" if corrected else "credit_note")
