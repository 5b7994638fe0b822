import logging

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.figure_periods import PRESETS

_logger = logging.getLogger(__name__)


class CollectionReportSchedule(models.Model):
    """Figures sent regularly: to whom, how often, of which period, and in which form."""

    _name = "collection.report.schedule"
    _description = "Scheduled Report"
    _inherit = ["collection.schedule"]
    _check_company_auto = True

    user_ids = fields.Many2many(
        "res.users",
        string="Sent To",
        required=True,
        domain="[('share', '=', False), ('company_ids', '=', company_id)]",
        help="They get the figures of the whole company, whatever they may see in Odoo.",
    )
    collector_id = fields.Many2one(
        "res.users",
        domain="[('share', '=', False), ('company_ids', '=', company_id)]",
        help="Only figures of this collector's debtors. Empty: of all.",
    )
    period = fields.Selection(
        selection="_selection_period", required=True, default="last_month", string="Figures Of"
    )
    form = fields.Selection(
        [("pdf", "PDF"), ("xlsx", "Excel"), ("both", "PDF and Excel")],
        required=True,
        default="pdf",
    )
    with_ageing = fields.Boolean(
        string="With Aged Receivables", help="Also attach them, as of the last day of the period."
    )
    day = fields.Integer(default=2)
    error_text = fields.Text(string="Not Sent Because", readonly=True, copy=False)

    # === Compute methods === #
    @api.model
    def _selection_period(self):
        names = dict(self.env["collection.dashboard"]._get_period_names())
        return [(name, names[name]) for name in PRESETS]

    @api.constrains("user_ids", "company_id")
    def _check_recipients(self):
        for schedule in self:
            if not schedule.user_ids:
                raise ValidationError(
                    self.env._("Choose at least one person to whom “%s” is sent.", schedule.name)
                )
            # sudo: companies of colleagues.
            strangers = schedule.user_ids.sudo().filtered(
                lambda user, company=schedule.company_id: (
                    user.share or company not in user.company_ids
                )
            )
            if strangers:
                raise ValidationError(
                    self.env._(
                        "%(who)s does not work in %(company)s. Choose colleagues who do.",
                        who=", ".join(strangers.mapped("name")),
                        company=schedule.company_id.name,
                    )
                )

    # === Actions === #
    def action_send_now(self):
        """Send it at once, as it will be sent; the schedule stays as it is."""
        self.check_access("write")
        today = self.env["collection.case"]._today()
        mails = self.env["mail.mail"]
        for schedule in self:
            mails |= schedule._send(today)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%s mails are on their way.", len(mails)),
            },
        }

    # === Business methods === #
    def _send(self, on):
        """Queue a mail for each language of the recipients.

        :return: the mails
        """
        self.ensure_one()
        # sudo: a supervisor decides who gets the figures of the company; mails are queued by Odoo.
        self_sudo = self.sudo()
        users = self_sudo.user_ids.filtered("email")
        if not users:
            raise UserError(
                self.env._(
                    "None of the people to whom “%s” is sent has an e-mail address.", self.name
                )
            )
        values = []
        for lang, group in users.grouped(lambda user: user.lang or "en_US").items():
            values.append(self_sudo._in_language(lang, on)._prepare_mail(group, on))
        return self_sudo.env["mail.mail"].create(values)

    def _in_language(self, lang, on):
        return self.with_context(
            lang=lang, allowed_company_ids=self.company_id.ids, collection_on=on
        ).with_company(self.company_id)

    def _get_filters(self):
        return {"period": self.period, "user_id": self.collector_id.id}

    def _prepare_mail(self, users, on):
        Sheet = self.env["collection.figures.sheet"]
        figures = Sheet._get_figures(self._get_filters())
        title = self.env._("%(report)s, %(period)s", report=self.name, period=figures["period"])
        files = []
        if self.form in ("pdf", "both"):
            files.append((f"{title}.pdf", Sheet._make_pdf(figures, title)))
        if self.form in ("xlsx", "both"):
            files.append((f"{title}.xlsx", Sheet._make_xlsx(figures, title)))
        if self.with_ageing:
            files += self._make_ageing(figures["last"])
        return {
            "subject": title,
            "email_from": self.company_id.email_formatted or self.env.user.email_formatted,
            "email_to": ", ".join(user.email_formatted for user in users),
            "body_html": self.env["ir.qweb"]._render(
                "collections_followup.figures_mail",
                {"figures": figures, "title": title, "company": self.company_id},
                minimal_qcontext=True,
            ),
            "attachment_ids": [
                Command.create({"name": name.replace("/", "-"), "raw": content})
                for name, content in files
            ],
            "auto_delete": True,
        }

    def _make_ageing(self, on):
        """Aged receivables in the forms of this report."""
        Ageing = self.env["collection.ageing.sheet"]
        name = self.env._("Aged receivables %(day)s", day=fields.Date.to_string(on))
        domain = [("user_id", "=", self.collector_id.id)] if self.collector_id else []
        made = []
        if self.form in ("pdf", "both"):
            pdf = Ageing._make_pdf(on, self.company_id, domain, self.collector_id.name or "")
            made.append((f"{name}.pdf", pdf))
        if self.form in ("xlsx", "both"):
            made.append((f"{name}.xlsx", Ageing._make_xlsx(on, self.company_id, domain)))
        return made

    # === The job === #
    def _run_on(self, on):
        """Send a report that is due; mails go out with Odoo's queue. What prevents it is noted and
        does not stop the others."""
        self.ensure_one()
        error_text = False
        try:
            with self.env.cr.savepoint():
                self._send(on)
        except (UserError, ValidationError) as error:
            error_text = str(error)
            _logger.warning("Report %r was not sent: %s", self.name, error)
        self.write(
            {
                "last_date": self.last_date if error_text else on,
                "error_text": error_text,
                "next_date": self._get_next_day(on),
            }
        )
