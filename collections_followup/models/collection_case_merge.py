from odoo import api, fields, models


class CollectionCase(models.Model):
    """What becomes of cases when contacts are merged."""

    _inherit = "collection.case"

    @api.model
    def _merge_debtors(self, sources, target):
        """Join open cases of debtors that become one contact.

        Contacts and items go to the case that is furthest up the ladder; the others are closed.

        :param sources: contacts that will vanish
        :param target: the contact that stays
        """
        cases = self.search(
            [("partner_id", "in", (sources + target).ids), ("state", "!=", "closed")]
        )
        for _company, group in cases.grouped("company_id").items():
            if len(group) < 2:
                continue
            ordered = group.sorted(
                lambda case: (case.stage_id.sequence, case.amount_overdue), reverse=True
            )
            ordered[0]._absorb(ordered[1:])

    def _absorb(self, others):
        """Take over everything that happened in other cases of the same debtor."""
        self.ensure_one()
        for model in ("collection.contact.log", "collection.item"):
            records = self.env[model].search([("case_id", "in", others.ids)])
            if model == "collection.contact.log":
                # Attempts are counted per case and action: those taken over get new numbers.
                records._renumber_for(self)
            records.case_id = self
        for other in others:
            other._message_log(
                body=self.env._("Joined with the case of %(debtor)s.", debtor=self.display_name)
            )
        others.write({"state": "closed", "date_closed": fields.Date.context_today(self)})
        self.next_review_date = fields.Date.context_today(self)
