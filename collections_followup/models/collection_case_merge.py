from odoo import api, fields, models

#: What happened in a case and goes on in the one that stays; see also the other ``_absorb``.
MOVED = ("collection.item", "collection.agreement", "collection.dispute", "collection.hold")


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
        self._absorb_logs(
            self.env["collection.contact.log"].search([("case_id", "in", others.ids)])
        )
        for model in MOVED:
            self.env[model].search([("case_id", "in", others.ids)]).case_id = self
        payments = self.env["account.payment"].search([("collection_case_id", "in", others.ids)])
        payments.collection_case_id = self
        for other in others:
            other._message_log(
                body=self.env._("Joined with the case of %(debtor)s.", debtor=self.display_name)
            )
        others.write({"state": "closed", "date_closed": fields.Date.context_today(self)})
        self.next_review_date = fields.Date.context_today(self)

    def _absorb_logs(self, logs):
        """Attempts are counted per case and action: those taken over get new numbers. A statement
        that both were sent on the same day stays where it is."""
        known = {(log.statement_schedule_id, log.statement_due) for log in self._get_statements()}
        moved = logs.browse()
        for log in logs:
            key = (log.statement_schedule_id, log.statement_due)
            if not log.statement_schedule_id or key not in known:
                known.add(key)
                moved |= log
        moved._renumber_for(self)
        moved.case_id = self

    def _get_statements(self):
        return self.env["collection.contact.log"].search(
            [("case_id", "=", self.id), ("statement_schedule_id", "!=", False)]
        )
