from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import split_every

from .collection_statement import KINDS

#: Rows of the contact log written together.
BATCH = 1000


class CollectionStatementSchedule(models.Model):
    """Statements sent regularly: to whom, how often, and by which way."""

    _name = "collection.statement.schedule"
    _description = "Schedule of Statements"
    _inherit = ["collection.schedule"]

    name = fields.Char(translate=True)
    kind = fields.Selection(
        KINDS,
        required=True,
        default="open",
        help="Activity shows what happened since the statement before.",
    )
    channel = fields.Selection(
        [("email", "E-mail"), ("letter", "Letter")], required=True, default="email"
    )
    policy_ids = fields.Many2many(
        "collection.policy",
        string="Policies",
        domain="[('company_id', 'in', (False, company_id))]",
        help="Only debtors to whom one of these applies. Empty: all debtors.",
    )
    overdue_only = fields.Boolean(help="Leave out debtors who owe nothing that is overdue.")
    letter_count = fields.Integer(compute="_compute_letter_count")

    # === Compute methods === #
    def _compute_letter_count(self):
        groups = self.env["collection.contact.log"]._read_group(
            [*self._get_letter_domain(), ("statement_schedule_id", "in", self.ids)],
            ["statement_schedule_id"],
            ["__count"],
        )
        counts = dict(groups)
        for schedule in self:
            schedule.letter_count = counts.get(schedule, 0)

    # === Actions === #
    def action_print_letters(self):
        """Print what this schedule has made and nobody has printed yet, in one PDF."""
        self.ensure_one()
        letters = self.env["collection.contact.log"].search(
            [*self._get_letter_domain(), ("statement_schedule_id", "=", self.id)], order="id"
        )
        if not letters:
            raise UserError(self.env._("All letters of this schedule have been printed."))
        letters.check_access("write")
        Letter = self.env["collection.letter"]
        return Letter._get_download(Letter._print(letters, self))

    def action_view_statements(self):
        """Statements that this schedule has made, and refusals."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "collections_followup.collection_contact_log_action"
        )
        domain = [("statement_schedule_id", "=", self.id)]
        return {**action, "domain": domain, "context": {"create": False}}

    # === Business methods === #
    @api.model
    def _get_letter_domain(self):
        return [("channel", "=", "letter"), ("state", "=", "sent"), ("printed_on", "=", False)]

    def _get_case_domain(self):
        self.ensure_one()
        domain = [("company_id", "=", self.company_id.id), ("state", "=", "open")]
        if self.policy_ids:
            domain.append(("policy_id", "in", self.policy_ids.ids))
        if self.overdue_only:
            domain.append(("amount_overdue", ">", 0))
        return [*domain, ("open_item_count", ">", 0)] if self.kind == "open" else domain

    def _plan(self, on):
        """Have the statements made that are due; each debtor once, whatever happens in between.

        :return: how many
        """
        self.ensure_one()
        due = self.next_date
        if not self.policy_ids and not self.overdue_only:
            # Also who is not late has a right to know what is open.
            self.env["collection.engine"]._open_cases_to_write(self.company_id, on)
        Log = self.env["collection.contact.log"].with_company(self.company_id)
        made = Log.search([("statement_schedule_id", "=", self.id), ("statement_due", "=", due)])
        domain = [*self._get_case_domain(), ("id", "not in", made.case_id.ids)]
        cases = self.env["collection.case"].search(domain)
        values = {
            "channel": self.channel,
            "date": on,
            "statement_kind": self.kind,
            "statement_from": self.last_date if self.kind == "activity" else False,
            "statement_schedule_id": self.id,
            "statement_due": due,
            "user_id": False,
        }
        for ids in split_every(BATCH, cases.ids):
            Log._make_statements(cases.browse(ids), values)
        self.write({"last_date": on, "next_date": self._get_next_day(on)})
        return len(cases)

    def _run_on(self, on):
        """Plan what is due; the job that makes released contacts sends it."""
        self._plan(on)
        self.env["collection.engine"]._wake_release()
