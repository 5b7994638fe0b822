from odoo import fields, models


class CollectionCase(models.Model):
    """Numbers that name the debtor, and others who have the same ones."""

    _inherit = "collection.case"

    identifier_ids = fields.One2many(
        related="partner_id.collection_identifier_ids",
        readonly=False,
        related_sudo=False,
        groups="collections_followup.group_collector",
    )
    same_ids = fields.Many2many(
        "res.partner",
        string="Perhaps the Same",
        compute="_compute_same_ids",
        groups="collections_followup.group_collector",
    )

    def _compute_same_ids(self):
        """Debtors with a number in common; two queries however many cases."""
        Duplicate = self.env["collection.duplicate"]
        mine = Duplicate.search([("partner_id", "in", self.partner_id.ids)])
        same = Duplicate.search([("number", "in", mine.mapped("number"))]) if mine else mine
        by_key = same.grouped(lambda row: (row.kind, row.number))
        rows = mine.grouped("partner_id")
        for case in self:
            keys = rows.get(case.partner_id, mine.browse())._get_keys()
            found = Duplicate.union(*(by_key[key] for key in keys)).partner_id
            case.same_ids = found - case.partner_id

    # === Actions === #
    def action_view_same(self):
        """Who has the same numbers, to be merged."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "collections_followup.collection_duplicate_action"
        )
        people = (self.partner_id + self.same_ids).ids
        return {**action, "domain": [("partner_id", "in", people)]}
