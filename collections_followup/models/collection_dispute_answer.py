from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ..words import day_text


class CollectionDispute(models.Model):
    """Answering: by whom, until when, on what evidence, and how long it took."""

    _inherit = "collection.dispute"

    evidence_ids = fields.Many2many(
        "ir.attachment",
        "collection_dispute_evidence_rel",
        "dispute_id",
        "attachment_id",
    )
    answer = fields.Text(help="What was found out, and what the debtor is told.")
    date_answered = fields.Date(readonly=True, copy=False, tracking=True)
    days_to_answer = fields.Integer(
        compute="_compute_days_to_answer",
        store=True,
        aggregator="avg",
        help="From the day it was raised to the day it was answered or closed.",
    )
    escalated_on = fields.Date(
        readonly=True, copy=False, help="The day the supervisor was told that no answer came."
    )
    items_text = fields.Text(
        string="About",
        compute="_compute_items_text",
        help="Documents and amounts, for those who may not read the books.",
    )

    can_edit = fields.Boolean(compute="_compute_can_edit")

    @api.depends_context("uid")
    def _compute_can_edit(self):
        """Whoever is asked to answer does not change what the question is."""
        self.can_edit = self.env.user.has_group("collections_followup.group_collector")

    @api.depends("date", "date_answered", "date_resolved")
    def _compute_days_to_answer(self):
        for dispute in self:
            days = [day for day in (dispute.date_answered, dispute.date_resolved) if day]
            dispute.days_to_answer = (min(days) - dispute.date).days if days else 0

    @api.depends("move_line_ids")
    def _compute_items_text(self):
        for dispute in self:
            # sudo: whoever is asked to answer has to know what about, without rights to the books.
            lines = dispute.sudo().move_line_ids
            dispute.items_text = "\n".join(
                self.env._(
                    "%(document)s, due %(due)s: %(amount)s, open %(open)s",
                    document=line.move_id.name,
                    due=day_text(self.env, line.date_maturity or line.date),
                    amount=format_amount(self.env, line.amount_currency, line.currency_id),
                    open=format_amount(self.env, line.amount_residual_currency, line.currency_id),
                )
                for line in lines
            )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        disputes = super().create(vals_list)
        for dispute in disputes.filtered("user_id"):
            dispute._ask_for_answer()
        disputes._adopt_evidence()
        return disputes

    def write(self, vals):
        closed = {"state", "resolution", "date_resolved", "date_answered", "escalated_on"}
        if not self.env.su and closed & set(vals):
            raise UserError(
                self.env._("Answer, resolve or withdraw the dispute instead of changing its state.")
            )
        if not self.env.su and not self.env.user.has_group("collections_followup.group_collector"):
            self._check_answering(vals)
        result = super().write(vals)
        if vals.get("user_id"):
            for dispute in self.filtered(lambda dispute: dispute.state == "open"):
                dispute.sudo().activity_unlink(["mail.mail_activity_data_todo"])
                dispute._ask_for_answer()
        if "deadline" in vals:
            # sudo: readonly for people; a new deadline is watched anew.
            self.sudo().write({"escalated_on": False})
        if "evidence_ids" in vals:
            self._adopt_evidence()
        return result

    def _check_answering(self, vals):
        """People outside collections answer and add files; the rest is collections' business."""
        chatter = ("message", "activity", "website", "rating", "my")
        own = {name for name in vals if name.split("_")[0] not in chatter}
        if own - {"answer", "evidence_ids"}:
            raise UserError(
                self.env._("You are asked for an answer and evidence; collections does the rest.")
            )

    def _adopt_evidence(self):
        """Files belong to the dispute, so that those who may read it may read them."""
        for dispute in self:
            # sudo: only links files that the user has just uploaded or may read already.
            loose = dispute.evidence_ids.sudo().filtered(lambda file: not file.res_id)
            loose.write({"res_model": dispute._name, "res_id": dispute.id})

    # === Actions === #
    def action_answer(self):
        """The answer has been found; collections decides what follows."""
        self.check_access("write")
        today = self.env["collection.case"]._today()
        for dispute in self.filtered(lambda dispute: dispute.state == "open"):
            if not (dispute.answer or "").strip():
                raise UserError(self.env._("Write the answer first."))
            # sudo: readonly for people; whoever may write the dispute may answer it.
            dispute.sudo().write({"state": "answered", "date_answered": today})
            dispute.sudo().activity_unlink(["mail.mail_activity_data_todo"])
            dispute._tell_collector()

    def action_write_to_debtor(self):
        """Odoo's composer, addressed to the debtor; what is written and answered stays here."""
        self.ensure_one()
        self.check_access("write")
        # sudo: whoever answers need not see the case; only the address is taken from it.
        partner = self.sudo().case_id._get_contact_person("email")
        return self.env["collection.case"]._open_dialog(
            "mail.compose.message",
            self.env._("Write to %(debtor)s", debtor=self.partner_id.name),
            {
                "default_composition_mode": "comment",
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_partner_ids": partner.ids,
                "default_subject": self.name,
                "default_body": self.answer or "",
                "mail_post_autofollow": False,
            },
        )

    # === Business methods === #
    def _ask_for_answer(self):
        """An activity for the person who is to answer, by the deadline."""
        today = self.env["collection.case"]._today()
        # sudo: people outside collections are asked too.
        self.sudo().with_context(mail_activity_quick_update=True).activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.deadline or today,
            summary=self.env._("Answer: %(dispute)s", dispute=self.name),
            note=self.description or "",
            user_id=self.user_id.id,
        )

    def _tell_collector(self):
        """The collector closes what somebody else has answered."""
        case_sudo = self.sudo().case_id  # sudo: whoever answers need not see the case
        responsible = self.env["collection.engine"]._get_responsible(case_sudo)
        if not responsible or responsible == self.env.user:
            return
        self.sudo().with_context(mail_activity_quick_update=True).activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Answered: decide what follows"),
            user_id=responsible.id,
        )

    @api.model
    def _escalate(self, on, companies=None):
        """Tell supervisors of what nobody has answered by its deadline: once, in sets.

        :return: the disputes that are late now
        """
        domain = [("state", "=", "open"), ("deadline", "<", on), ("escalated_on", "=", False)]
        if companies is not None:
            domain.append(("company_id", "in", companies.ids))
        late = self.sudo().search(domain)  # sudo: also those of other collectors
        if not late:
            return late
        values = []
        for company, disputes in late.grouped("company_id").items():
            approver = self.env["collection.charge"]._get_approver(company)
            values += [dispute._prepare_escalation(approver, on) for dispute in disputes]
        self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).create(
            values
        )
        late.write({"escalated_on": on})
        return late

    def _prepare_escalation(self, approver, on):
        return {
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "res_id": self.id,
            "activity_type_id": self.env.ref("mail.mail_activity_data_warning").id,
            "summary": self.env._("No answer by the deadline: %(dispute)s", dispute=self.name),
            "note": self.env._("It was to be answered by %(who)s.", who=self.user_id.name or "–"),
            "date_deadline": on,
            "user_id": approver.id,
        }
