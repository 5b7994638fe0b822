from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

#: Columns of a journal item on which the balances of its debtor depend.
WATCHED = {
    "amount_residual",
    "amount_residual_currency",
    "reconciled",
    "parent_state",
    "partner_id",
    "account_id",
    "date_maturity",
    "no_followup",
    "company_id",
    "currency_id",
}


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    collection_stage_id = fields.Many2one(
        "collection.stage",
        compute="_compute_collection_stage_id",
        search="_search_collection_stage_id",
    )

    collection_days_overdue = fields.Integer(
        string="Days Overdue", compute="_compute_collection_days_overdue"
    )

    # === Compute methods === #
    # Neither field depends on others: they are read anew in each transaction, and posting and
    # reconciling have nothing to mark.
    @api.depends_context("collection_on")
    def _compute_collection_days_overdue(self):
        today = self.env["collection.case"]._today()
        for line in self:
            due = line.date_maturity or line.date
            days = (today - due).days if due and not line.reconciled else 0
            line.collection_days_overdue = max(0, days)

    def _compute_collection_stage_id(self):
        # sudo: whoever may read the journal item may see its stage, also in a case of another
        # collector.
        items = self.env["collection.item"].sudo().search([("move_line_id", "in", self.ids)])
        stages = {item.move_line_id.id: item.stage_id.id for item in items}
        for line in self:
            line.collection_stage_id = stages.get(line._origin.id)

    @api.model
    def _search_collection_stage_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: as above; what is found is journal items, which have rules of their own.
        Item = self.env["collection.item"].sudo()
        stages = [stage for stage in value if stage]
        found = Domain(
            "id", "in", self._collection_lines_of(Item._search([("stage_id", "in", stages)]))
        )
        if False in value:
            found |= ~Domain("id", "in", self._collection_lines_of(Item._search([])))
        return found

    @api.model
    def _collection_lines_of(self, query):
        return query.subselect(SQL.identifier(query.table, "move_line_id"))

    # === CRUD === #
    def write(self, vals):
        """Spare Odoo from describing a hundred fields to itself.

        While it writes, Odoo asks for the description of those fields that are tracked; where none
        is, it asks for none, which to :meth:`fields_get` means all. That takes milliseconds for
        each write, a part of them for fields of ours.
        """
        lines = self
        if not any(getattr(self._fields.get(name), "tracking", False) for name in vals):
            lines = self.with_context(collection_nothing_tracked=True)
        return super(AccountMoveLine, lines).write(vals)

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        if allfields == [] and self.env.context.get("collection_nothing_tracked"):
            return {}
        return super().fields_get(allfields, attributes)

    def _write_multi(self, vals_list):
        """Every change of a stored column passes here, computed ones included, so this is where
        debtors whose balance changed are noted. It costs a set lookup per write."""
        watched = any(not WATCHED.isdisjoint(vals) for vals in vals_list)
        if watched and any("partner_id" in vals for vals in vals_list):
            # The debtor who had the item before: the old value is still in the database.
            self._collection_note_debtors()
        result = super()._write_multi(vals_list)
        if watched:
            self._collection_note_lines()
        return result

    def unlink(self):
        # Posted entries can only be deleted by force; their debtors are refreshed then too.
        if self.env.context.get("force_delete"):
            self._collection_note_debtors()
        return super().unlink()

    # === Actions === #
    def action_collection_toggle_followup(self):
        """Leave these items out of the follow-up, or take them in again."""
        for line in self:
            line.no_followup = not line.no_followup

    # === Business methods === #
    def _collection_note_lines(self):
        """Have the balances of these items' debtors refreshed at the end of the transaction."""
        self._collection_notes()["lines"].update(self._ids)

    def _collection_note_debtors(self):
        """The same for the debtors as the database has them now."""
        self.env.cr.execute(
            "SELECT DISTINCT partner_id FROM account_move_line "
            "WHERE id = ANY(%s) AND partner_id IS NOT NULL",
            [list(self._ids)],
        )
        self._collection_notes()["partners"].update(row[0] for row in self.env.cr.fetchall())

    @api.model
    def _collection_notes(self):
        precommit = self.env.cr.precommit
        notes = precommit.data.get("collections_followup.changed")
        if notes is None:
            notes = {"lines": set(), "partners": set()}
            precommit.data["collections_followup.changed"] = notes
            precommit.add(self._collection_refresh_noted)
        return notes

    @api.model
    def _collection_refresh_noted(self):
        """Refresh the noted debtors: once a transaction, one statement for all of them."""
        notes = self.env.cr.precommit.data.pop("collections_followup.changed", None)
        if not notes:
            return
        # sudo: balances are the same whoever caused the change, and belong to all collectors.
        self.env["collection.case"].sudo()._refresh_changed(notes["lines"], notes["partners"])
