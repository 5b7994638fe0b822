from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CollectionCreditMixin(models.AbstractModel):
    """What belongs to a debtor as a borrower: one commercial entity in one company.

    Collectors see it of debtors that are theirs or nobody's, as they see cases.
    """

    _name = "collection.credit.mixin"
    _description = "Credit of a Debtor"

    partner_id = fields.Many2one(
        "res.partner",
        string="Debtor",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('parent_id', '=', False)]",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    is_mine = fields.Boolean(
        string="Mine or Nobody's", compute="_compute_is_mine", search="_search_is_mine"
    )

    # === Compute methods === #
    @api.depends_context("uid")
    @api.depends("partner_id", "company_id")
    def _compute_is_mine(self):
        mine = self.browse(self.search([("id", "in", self.ids), ("is_mine", "=", True)]).ids)
        for record in self:
            record.is_mine = record._origin in mine

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: whose the other cases are is what is asked.
        others = (
            self.env["collection.case"]
            .sudo()
            ._search(
                [
                    ("state", "!=", "closed"),
                    ("user_id", "!=", False),
                    ("user_id", "not in", self.env.user.collection_portfolio_user_ids.ids),
                ]
            )
        )
        not_mine = Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                "EXISTS (SELECT FROM collection_case k WHERE k.id IN %s "
                "AND k.partner_id = %s AND k.company_id = %s)",
                others.subselect(),
                SQL.identifier(alias, "partner_id"),
                SQL.identifier(alias, "company_id"),
            )
        )
        return ~not_mine if True in value else not_mine

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        """A contact stands for its commercial entity."""
        Partner = self.env["res.partner"]
        for vals in vals_list:
            if vals.get("partner_id"):
                partner = Partner.browse(vals["partner_id"])
                vals["partner_id"] = partner.commercial_partner_id.id
        return super().create(vals_list)

    # === Business methods === #
    def _log_on_case(self, text):
        """The open case of the debtor hears of it."""
        # sudo: the history of a case is written whoever may see it.
        cases = (
            self.env["collection.case"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", self.partner_id.ids),
                    ("company_id", "in", self.company_id.ids),
                    ("state", "!=", "closed"),
                ]
            )
        )
        by_debtor = {(case.partner_id, case.company_id): case for case in cases}
        for record in self:
            case = by_debtor.get((record.partner_id, record.company_id))
            if case:
                case._message_log(body=text, author_id=self.env.user.partner_id.id)
