from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

KINDS = [
    ("supervisor", "A supervisor"),
    ("sales", "Sales"),
    ("note", "A note that everybody sees"),
    ("caution", "A warning to colleagues"),
]


class CollectionAsk(models.TransientModel):
    """Hand a case up, ask the salesperson, or tell other departments."""

    _name = "collection.ask"
    _description = "Work Together on a Case"

    # === Fields === #
    case_id = fields.Many2one("collection.case", required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, default="supervisor")
    user_id = fields.Many2one(
        "res.users",
        string="Who",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        domain="[('share', '=', False)]",
    )
    date = fields.Date(
        string="By", required=True, default=lambda self: self.env["collection.case"]._today()
    )
    caution = fields.Selection(
        selection=lambda self: self.env["res.partner"]._fields["collection_caution"].selection,
        default="aggressive",
    )
    text = fields.Text()
    with_summary = fields.Boolean(string="Add the summary of the case", default=True)

    # === Compute methods === #
    @api.depends("case_id", "kind")
    def _compute_user_id(self):
        for wizard in self:
            if wizard.kind == "supervisor":
                wizard.user_id = wizard._get_supervisor()
            elif wizard.kind == "sales":
                wizard.user_id = wizard._get_salesperson()
            else:
                wizard.user_id = False

    def _get_supervisor(self):
        """The company's person for collections when that is a supervisor, else any other one."""
        company = self.case_id.company_id
        group_sudo = self.env.ref("collections_followup.group_supervisor").sudo()  # who may help
        candidates = group_sudo.all_user_ids.filtered(
            lambda user: not user.share and company in user.company_ids and user != self.env.user
        )
        people = candidates.filtered(lambda user: user.active)
        preferred = company.sudo().collection_user_id & people
        return preferred or people.sorted("id", reverse=True)[:1]

    def _get_salesperson(self):
        moves = self.case_id.move_line_ids.move_id.sorted("invoice_date", reverse=True)
        users = moves.invoice_user_id | self.case_id.partner_id.user_id
        # Invoices made by an import belong to the system, which answers nobody.
        people = users.filtered(lambda user: user.active and not user.share)
        return (people - self.env.ref("base.user_root"))[:1]

    # === Actions === #
    def action_apply(self):
        """Do what was asked for."""
        self.ensure_one()
        self.case_id.check_access("write")
        if not (self.text or "").strip():
            raise UserError(self.env._("Write what it is about."))
        getattr(self, f"_apply_{self.kind}")()
        return {"type": "ir.actions.act_window_close"}

    def _apply_supervisor(self):
        self._ask_user(self.env._("A collector asks for help"))

    def _apply_sales(self):
        self._ask_user(self.env._("Question from collections"))

    def _apply_note(self):
        self._tell_everybody(self.env._("Note from collections"))

    def _apply_caution(self):
        # sudo: collectors may not edit contacts, but must be able to warn each other.
        self.case_id.partner_id.sudo().write(
            {"collection_caution": self.caution, "collection_instruction": self.text}
        )

    # === Business methods === #
    def _ask_user(self, title):
        """An activity with the question: on the case for colleagues who may open it, otherwise on
        the debtor."""
        if not self.user_id:
            raise UserError(self.env._("Choose whom to ask."))
        body = plaintext2html(self.text)
        if self.with_summary:
            body += Markup("<hr/><pre>%s</pre>") % self.case_id.summary_text
        in_collections = self.user_id.has_group("collections_followup.group_collector")
        # sudo: activities are given to people on records they can open; the debtor's is not one
        # that collectors may edit.
        record = self.case_id if in_collections else self.case_id.partner_id.sudo()
        record.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.date,
            summary=title,
            note=body,
            user_id=self.user_id.id,
        )
        self.case_id._message_log(
            body=Markup("<b>%s</b>: %s<br/>%s")
            % (title, self.user_id.name, plaintext2html(self.text))
        )

    def _tell_everybody(self, title):
        body = Markup("<b>%s</b><br/>%s") % (title, plaintext2html(self.text))
        # sudo: the author stays the user; collectors may not edit contacts otherwise.
        self.case_id.partner_id.sudo().message_post(
            body=body, author_id=self.env.user.partner_id.id, subtype_xmlid="mail.mt_note"
        )
        self.case_id._message_log(body=body)
