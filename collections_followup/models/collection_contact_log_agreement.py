from odoo import api, fields, models

from ..tools.identifiers import format_creditor_reference
from ..words import day_text
from .collection_notice_items import NoticeFormats


class CollectionContactLog(models.Model):
    """Reminders of agreed payments: rows of the contact log that are about a line of an
    agreement, with the text of the policy."""

    _inherit = "collection.contact.log"

    agreement_line_id = fields.Many2one(
        "collection.agreement.line", string="Agreed Payment", ondelete="restrict", readonly=True
    )
    reference = fields.Char(related=None, compute="_compute_reference")

    _reminder_unique = models.UniqueIndex(
        "(agreement_line_id) WHERE agreement_line_id IS NOT NULL "
        "AND state IN ('planned', 'sent', 'done', 'failed')",
        "The debtor has been reminded of this payment already.",
    )
    _reminder_idx = models.Index("(agreement_line_id) WHERE agreement_line_id IS NOT NULL")

    # === Compute methods === #
    @api.depends("case_id", "agreement_line_id")
    def _compute_reference(self):
        for log in self:
            # sudo: the reference is printed on what the debtor gets.
            agreement = log.sudo().agreement_line_id.agreement_id
            log.reference = agreement.reference or log.sudo().case_id.reference

    @api.depends("agreement_line_id")
    def _compute_pay_by_text(self):
        reminders = self.filtered("agreement_line_id")
        for log in reminders:
            log.pay_by_text = day_text(self.env, log.sudo().agreement_line_id.date)  # see above
        return super(CollectionContactLog, self - reminders)._compute_pay_by_text()

    @api.depends("agreement_line_id")
    def _compute_notice_items(self):
        reminders = self.filtered("agreement_line_id")
        formats = NoticeFormats(self.env)
        # sudo: what it shows is what the debtor is sent; whoever may read the row may see it.
        tables = self.env["collection.notice"]._render_each(
            "collections_followup.agreement_reminder",
            [log._get_reminder_values(formats) for log in reminders.sudo()],
            {"dir": self.env["res.lang"]._get_data(code=self.env.lang).direction or "ltr"},
        )
        for log, table in zip(reminders, tables, strict=True):
            log.notice_items = table
        return super(CollectionContactLog, self - reminders)._compute_notice_items()

    # === Texts === #
    def _get_mail_template(self):
        # sudo: templates belong to the administrator; whoever may read the row may read its text.
        policy = self.sudo().case_id.policy_id
        return (
            policy.agreement_template_id if self.agreement_line_id else super()._get_mail_template()
        )

    def _get_sms_template(self):
        policy = self.sudo().case_id.policy_id  # sudo: as above
        if self.agreement_line_id:
            return policy.agreement_sms_template_id
        return super()._get_sms_template()

    def _get_notice_total(self):
        return self.amount if self.agreement_line_id else super()._get_notice_total()

    def _get_reminder_values(self, formats):
        """The payment and the ones around it as the templates show them; all of it text."""
        self.ensure_one()
        agreement = self.agreement_line_id.agreement_id
        lines = agreement.line_ids.sorted(lambda line: (line.date, line.id))
        return {
            "rows": [
                {
                    "number": number,
                    "date": formats.date(line.date),
                    "amount": formats.amount(line.amount, line.currency_id),
                    "paid": line.state == "kept",
                    "current": line == self.agreement_line_id,
                }
                for number, line in enumerate(lines, 1)
            ],
            "count": len(lines),
            "total": formats.amount(self.amount, self.currency_id),
            "reference": format_creditor_reference(agreement.reference),
            "accounts": formats.once(
                ("accounts", self.company_id, self.currency_id), self._get_notice_accounts
            ),
        }

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        """Only the engine plans reminders: a row of a person names no payment of an agreement."""
        if not self.env.su:
            vals_list = [
                {name: value for name, value in vals.items() if name != "agreement_line_id"}
                for vals in vals_list
            ]
        return super().create(vals_list)
