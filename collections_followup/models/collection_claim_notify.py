from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

from ..words import day_text

#: A notice is prepared so many days before the policy's last day for it.
AHEAD = 10


class CollectionCreditInsurance(models.Model):
    """What the policy asks for when the debtor is late."""

    _inherit = "collection.credit.insurance"

    notify_days = fields.Integer(
        string="Notify Within (Days)",
        help="Days after the due date within which the insurer wants to hear of it. 0: never.",
    )
    waiting_days = fields.Integer(
        string="Waiting Period (Days)",
        help="Days after the due date before the loss can be claimed.",
    )
    covered_percent = fields.Float(string="Covered (%)", default=90.0, aggregator=None)

    _check_days = models.Constraint(
        "CHECK(notify_days >= 0 AND waiting_days >= 0 AND covered_percent BETWEEN 0 AND 100)",
        "Days cannot be negative, and cover is between 0 and 100 %.",
    )


class CollectionClaim(models.Model):
    """The credit insurer hears in time, and is asked to pay when the waiting period is over."""

    _inherit = "collection.claim"

    notify_by = fields.Date(
        compute="_compute_days", store=True, help="The last day for the notice, by the policy."
    )
    claim_from = fields.Date(string="Can Be Claimed From", compute="_compute_days", store=True)
    date_notified = fields.Date(readonly=True, copy=False, tracking=True)

    @api.depends("insurance_id", "move_line_ids", "kind")
    def _compute_days(self):
        for claim in self:
            policy = claim.insurance_id
            dues = [line.date_maturity or line.date for line in claim.move_line_ids]
            oldest = min(dues, default=False)
            notify = oldest and policy.notify_days and claim.kind == "credit"
            wait = oldest and policy.waiting_days and claim.kind == "credit"
            claim.notify_by = fields.Date.add(oldest, days=policy.notify_days) if notify else False
            claim.claim_from = fields.Date.add(oldest, days=policy.waiting_days) if wait else False

    @api.depends("insurance_id", "kind")
    def _compute_amount(self):
        """Credit insurance covers a part, up to the limit."""
        result = super()._compute_amount()
        for claim in self.filtered(lambda claim: claim.kind == "credit" and claim.insurance_id):
            if claim.state in (False, "draft"):
                policy = claim.insurance_id
                covered = claim.amount * (policy.covered_percent or 100.0) / 100
                limit = policy.currency_id._convert(
                    policy.amount,
                    claim.currency_id,
                    claim.company_id or self.env.company,
                    self.env["collection.case"]._today(),
                )
                claim.amount = claim.currency_id.round(min(covered, limit))
        return result

    # === Actions === #
    def action_notified(self):
        """The insurer has heard of it."""
        self._check_role("collector")
        today = self.env["collection.case"]._today()
        for claim in self.filtered(lambda claim: not claim.date_notified):
            claim.sudo().date_notified = today  # sudo: readonly for people
            claim._end_reminders()
            claim._tell_case(self.env._("%(insurer)s was notified.", insurer=claim.insurer_id.name))

    def _check_submit(self, on):
        result = super()._check_submit(on)
        if self.kind == "credit" and self.insurance_id.notify_days and not self.date_notified:
            raise UserError(
                self.env._("Notify the insurer first: the policy asks for it within its days.")
            )
        if self.claim_from and on < self.claim_from:
            raise UserError(
                self.env._(
                    "The policy has a waiting period: the loss can be claimed from %(day)s.",
                    day=day_text(self.env, self.claim_from),
                )
            )
        return result

    # === Watching === #
    @api.model
    def _prepare_notices(self, on, company):
        """A draft with an activity for each insured debtor whose notice is nearly due; a fixed
        number of queries, whatever the number of debtors.

        :return: the drafts
        """
        for model in ("collection.claim", "collection.credit.insurance", "collection.case"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (k.id) k.id, i.id, i.insurer_id, k.user_id
                  FROM collection_case k
                  JOIN collection_credit_insurance i ON i.partner_id = k.partner_id
                                                    AND i.company_id = k.company_id
                 WHERE k.company_id = %(company)s AND k.state <> 'closed'
                   AND i.notify_days > 0 AND i.amount > 0
                   AND (i.date_from IS NULL OR i.date_from <= k.oldest_due_date)
                   AND (i.date_to IS NULL OR i.date_to >= k.oldest_due_date)
                   AND k.oldest_due_date + i.notify_days <= %(soon)s
                   AND NOT EXISTS (SELECT FROM collection_claim c
                                    WHERE c.case_id = k.id AND c.insurance_id = i.id
                                      AND c.state <> 'closed')
                   AND NOT EXISTS (SELECT FROM collection_claim c
                                    WHERE c.case_id = k.id AND c.insurance_id = i.id
                                      AND c.create_date > k.oldest_due_date)
                 ORDER BY k.id, i.id
                """,
                company=company.id,
                soon=fields.Date.add(on, days=AHEAD),
            )
        )
        if not rows:
            return self
        cases = self.env["collection.case"].sudo().browse(row[0] for row in rows)
        lines = cases._get_open_lines()
        values = []
        for case_id, insurance_id, insurer_id, user_id in rows:
            overdue = lines[case_id].filtered(
                lambda line: line.amount_residual > 0 and (line.date_maturity or line.date) < on
            )
            # The largest currency; another one is claimed by a person.
            currency = overdue.currency_id[:1]
            overdue = overdue.filtered(lambda line, c=currency: line.currency_id == c)
            if overdue:
                values.append(
                    {
                        "case_id": case_id,
                        "kind": "credit",
                        "insurer_id": insurer_id,
                        "insurance_id": insurance_id,
                        "user_id": user_id,
                        "hold_debtor": False,
                        "move_line_ids": [Command.set(overdue.ids)],
                    }
                )
        # sudo: the nightly run prepares notices for all collectors.
        claims = self.sudo().create(values)
        fallback = self.env["collection.charge"]._get_approver(company)
        self.env["mail.activity"]._collection_tell(
            [
                {
                    "record": claim,
                    "summary": self.env._("Notify the credit insurer: %(claim)s", claim=claim.name),
                    "date": claim.notify_by or on,
                    "user": claim.user_id or fallback,
                }
                for claim in claims
            ]
        )
        return claims
