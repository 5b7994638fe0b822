from odoo import api, fields, models
from odoo.tools import SQL

from .collection_address_change import TRACKED

ROLES = "collections_followup.group_reader,collections_followup.group_collector"


class ResPartner(models.Model):
    """Addresses, numbers and names of debtors have a history, whoever changes them."""

    _inherit = "res.partner"

    collection_change_ids = fields.One2many(
        "collection.address.change", "partner_id", string="Address History", groups=ROLES
    )
    collection_change_count = fields.Integer(compute="_compute_collection_change_count")

    def _compute_collection_change_count(self):
        # sudo: the number alone; the changes are read by who may.
        counts = dict(
            self.env["collection.address.change"]
            .sudo()
            ._read_group([("debtor_id", "in", self.ids)], ["debtor_id"], ["__count"])
        )
        for partner in self:
            partner.collection_change_count = counts.get(partner._origin, 0)

    # === CRUD === #
    def write(self, vals):
        """Keep what stood on the contacts of debtors before it is replaced."""
        if self.env.context.get("collection_change_known") or not set(vals) & set(TRACKED):
            return super().write(vals)
        debtors = self._get_collection_debtors()
        names = [name for name in TRACKED if name in vals]
        before = self._read_collection_values(debtors, names)
        # Addresses that Odoo copies to the contact persons are no changes of their own.
        result = super(ResPartner, self.with_context(collection_change_known=True)).write(vals)
        debtors._keep_collection_changes(before, names)
        return result

    # === Actions === #
    def action_view_collection_changes(self):
        """The history of this debtor's addresses and names."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "collections_followup.collection_address_change_action"
        )
        return {**action, "domain": [("debtor_id", "=", self.commercial_partner_id.id)]}

    # === Business methods === #
    def _get_collection_debtors(self):
        """Those of these contacts that belong to a debtor with a case, open or closed; one query.

        :return: contacts of debtors
        """
        if not self.ids:
            return self.browse()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id
                  FROM res_partner p
                 WHERE p.id = ANY(%s)
                   AND EXISTS (SELECT FROM collection_case k
                                WHERE k.partner_id = p.commercial_partner_id)
                """,
                list(self.ids),
            )
        )
        return self.browse(row[0] for row in rows)

    @api.model
    def _read_collection_values(self, partners, names):
        Change = self.env["collection.address.change"]
        # sudo: the history is kept whoever edits, and whatever they may read.
        return {partner.id: Change._read_values(partner.sudo(), names) for partner in partners}

    def _keep_collection_changes(self, before, names):
        """A row of history for each contact that was changed by hand."""
        after = self._read_collection_values(self, names)
        rows = []
        for partner_id, old in before.items():
            new = {n: v for n, v in after[partner_id].items() if v != old[n]}
            if new:
                rows.append(self._prepare_collection_change(partner_id, old, new))
        if rows:
            # sudo: the history is written for whoever edits a contact.
            self.env["collection.address.change"].sudo().create(rows)

    @api.model
    def _prepare_collection_change(self, partner_id, old, new):
        return {
            "partner_id": partner_id,
            "kind": self.env["collection.address.change"]._get_kind(new),
            "old_values": {name: old[name] for name in new},
            "new_values": new,
            "source": "person",
            "state": "accepted",
            "user_id": self.env.uid,
            "decided_by_id": self.env.uid,
            "decided_on": fields.Datetime.now(),
        }

    def _get_collection_policies(self):
        """The policy of each of these debtors in the present company: that of the open case, or
        the company's own.

        :return: {partner: policy}
        """
        # sudo: which policy applies must not depend on who may see the case.
        cases = (
            self.env["collection.case"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", self.ids),
                    ("company_id", "=", self.env.company.id),
                    ("state", "!=", "closed"),
                ]
            )
        )
        by_debtor = {case.partner_id.id: case.policy_id for case in cases}
        default = self.env.company.sudo().collection_policy_id
        result = {partner: by_debtor.get(partner.id) or default for partner in self}
        result[self.env["res.partner"]] = default
        return result
