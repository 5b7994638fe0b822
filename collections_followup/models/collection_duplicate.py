from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CollectionDuplicate(models.Model):
    """Debtors who have a number in common, so that they are perhaps the same: one statement over
    numbers entered here, tax numbers, company numbers and bank accounts."""

    _name = "collection.duplicate"
    _description = "Same Number on Several Debtors"
    _auto = False
    _order = "number, id"
    _rec_name = "number"

    partner_id = fields.Many2one("res.partner", string="Debtor", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    kind = fields.Selection(
        [
            ("tax", "VAT or company number"),
            ("personal", "Personal number"),
            ("iban", "Bank account"),
            ("lei", "LEI"),
        ],
        readonly=True,
    )
    number = fields.Char(readonly=True)
    has_case = fields.Boolean(string="Owes", readonly=True)

    @property
    def _table_query(self):
        self.env["res.partner"].flush_model()
        self.env["res.partner.bank"].flush_model()
        self.env["collection.identifier"].flush_model()
        self.env["collection.case"].flush_model(["partner_id", "state"])
        return SQL(
            """
            WITH number AS (
                SELECT p.commercial_partner_id AS partner_id,
                       CASE WHEN i.kind IN ('vat', 'company') THEN 'tax' ELSE i.kind END AS kind,
                       CASE WHEN i.kind = 'iban' THEN i.number ELSE %(plain_number)s END AS number
                  FROM collection_identifier i
                  JOIN res_partner p ON p.id = i.partner_id AND p.active
                 UNION
                SELECT id, 'tax', %(plain_vat)s FROM res_partner p
                 WHERE id = commercial_partner_id AND active AND length(vat) > 4
                 UNION
                SELECT id, 'tax', %(plain_registry)s FROM res_partner p
                 WHERE id = commercial_partner_id AND active AND length(company_registry) > 4
                 UNION
                SELECT p.commercial_partner_id, 'iban', b.sanitized_acc_number
                  FROM res_partner_bank b
                  JOIN res_partner p ON p.id = b.partner_id AND p.active
                 WHERE b.active AND length(b.sanitized_acc_number) > 4
            ), shared AS (
                SELECT *, count(*) OVER (PARTITION BY kind, number) AS partners
                  FROM number
            ), owing AS (
                SELECT s.partner_id, s.kind, s.number, p.company_id,
                       EXISTS (SELECT FROM collection_case k
                                WHERE k.partner_id = s.partner_id AND k.state <> 'closed') AS owes
                  FROM shared s
                  JOIN res_partner p ON p.id = s.partner_id
                 WHERE s.partners > 1
            ), marked AS (
                SELECT *, bool_or(owes) OVER (PARTITION BY kind, number) AS concerns FROM owing
            )
            SELECT row_number() OVER (ORDER BY number, kind, partner_id) AS id,
                   partner_id, company_id, kind, number, owes AS has_case
              FROM marked
             WHERE concerns
            """,
            plain_number=self._plain(SQL("i.number")),
            plain_vat=self._plain(SQL("p.vat")),
            plain_registry=self._plain(SQL("p.company_registry")),
        )

    def _plain(self, column):
        """The number without blanks and country, as :func:`..tools.identity.plain` gives it."""
        bare = SQL("regexp_replace(upper(%s), '[^0-9A-Z]', '', 'g')", column)
        return SQL("regexp_replace(%s, '^[A-Z]{2}(?=[0-9])', '')", bare)

    # === Actions === #
    def action_merge(self):
        """Odoo's own dialog to merge contacts, with all who have these numbers."""
        same = self.search([("number", "in", self.mapped("number"))])
        same = same.filtered(lambda row: (row.kind, row.number) in self._get_keys())
        Wizard = self.env["base.partner.merge.automatic.wizard"]
        if not Wizard.has_access("create"):
            raise UserError(
                self.env._(
                    "You may not merge contacts. Ask somebody who may, such as the administrator."
                )
            )
        action = self.env["ir.actions.actions"]._for_xml_id("base.action_partner_merge")
        context = {"active_model": "res.partner", "active_ids": same.partner_id.ids}
        return {**action, "context": context}

    def action_open_partner(self):
        self.ensure_one()
        return self.partner_id.get_formview_action()

    def _get_keys(self):
        return {(row.kind, row.number) for row in self}
