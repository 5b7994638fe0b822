from odoo import api, fields, models

from ..words import day_text, short_day_text

#: Contacts shown on the case without another click.
RECENT = 5
LEVELS = {"danger": 0, "warning": 1, "info": 2}


class CollectionCase(models.Model):
    """The case as one screen: warnings, last contacts, terms of the sale, and what to say."""

    _inherit = "collection.case"

    banner_html = fields.Html(compute="_compute_banner_html", sanitize=False)
    verdict_html = fields.Html(compute="_compute_verdict_html", sanitize=False)
    timeline_html = fields.Html(compute="_compute_timeline_html", sanitize=False)
    agreed_html = fields.Html(compute="_compute_agreed_html", sanitize=False)
    terms_html = fields.Html(compute="_compute_terms_html", sanitize=False)
    script_html = fields.Html(compute="_compute_script_html", sanitize=False)

    # === Warnings === #
    @api.depends("hold_ids.date_to", "partner_id.collection_caution")
    def _compute_banner_html(self):
        for case in self:
            warnings = sorted(case._get_warnings(), key=lambda warning: LEVELS[warning["level"]])
            case.banner_html = warnings and self._render_part("banners", {"warnings": warnings})

    def _get_warnings(self):
        """What must be known before a word is said.

        :return: list of dicts: level, title, text, until
        """
        self.ensure_one()
        result = []
        # sudo: the caution belongs to the screen of the case, whoever looks at it.
        partner_sudo = self.partner_id.sudo()
        if partner_sudo.collection_caution:
            labels = dict(
                partner_sudo._fields["collection_caution"]._description_selection(self.env)
            )
            result.append(
                {
                    "level": "danger"
                    if partner_sudo.collection_caution == "aggressive"
                    else "warning",
                    "title": labels[partner_sudo.collection_caution],
                    "text": partner_sudo.collection_instruction
                    or self.env._("Stay calm, stay short, and hand over to a supervisor in time."),
                    "until": False,
                }
            )
        for hold in self.current_hold_ids:
            reason = hold.reason_id
            scope = ", ".join(hold.move_ids.mapped("name"))
            result.append(
                {
                    "level": reason.banner_level if reason.banner else "info",
                    "title": " – ".join(filter(None, (self.env._("On hold"), reason.name, scope))),
                    "text": " ".join(filter(None, (reason.banner, hold.note))),
                    "until": hold.date_to and day_text(self.env, hold.date_to),
                }
            )
        return result

    def _compute_verdict_html(self):
        """May the debtor be called now?"""
        for case in self:
            talk = case._origin and case.state == "open"
            case.verdict_html = talk and self._render_part(
                "verdict",
                {"verdict": case._get_contact_verdict("call"), "there": case.local_time},
            )

    # === Last contacts === #
    def _compute_timeline_html(self):
        for case in self:
            logs = self.env["collection.contact.log"].search(
                [("case_id", "=", case._origin.id), ("state", "in", ("sent", "done", "failed"))],
                limit=RECENT,
            )
            labels = dict(self.env["collection.channel"]._get_channels())
            case.timeline_html = self._render_part(
                "timeline",
                {
                    "logs": logs,
                    "labels": labels,
                    "case": case,
                    "days": {log.id: short_day_text(self.env, log.date) for log in logs},
                },
            )

    # === Agreements and disputes === #
    def _compute_agreed_html(self):
        for case in self:
            disputes = case.dispute_ids.filtered(lambda d: d.state in ("open", "answered"))
            case.agreed_html = self._render_part(
                "agreed", {"agreements": case.active_agreement_ids, "disputes": disputes}
            )

    # === Terms of the sale === #
    def _compute_terms_html(self):
        for case in self:
            moves = case.move_line_ids.filtered(lambda line: line.amount_residual > 0).move_id
            files = self.env["ir.attachment"].search(
                [("res_model", "=", "account.move"), ("res_id", "in", moves.ids)]
            )
            case.terms_html = self._render_part(
                "terms",
                {
                    "case": case,
                    "moves": moves,
                    "files": files.grouped("res_id"),
                    "orders": {move.id: move._get_collection_orders() for move in moves},
                },
            )

    # === What to say === #
    def _compute_script_html(self):
        for case in self:
            case.script_html = case._get_script("call")

    def _get_script(self, channel):
        """What to say on a channel at this stage, with the debtor's figures.

        :rtype: markupsafe.Markup
        """
        if not self._origin:
            return False
        script = self.env["collection.script"]._find(self._origin, channel)
        return script._render(self._origin) if script else False

    def _get_script_debts(self, limit=5):
        """The oldest overdue items, for scripts.

        :return: account.move.line
        """
        today = self._today()
        return self.move_line_ids.filtered(
            lambda line: line.amount_residual > 0 and (line.date_maturity or line.date) < today
        )[:limit]

    @api.model
    def _render_part(self, name, values):
        return self.env["ir.qweb"]._render(f"collections_followup.case_{name}", values)
