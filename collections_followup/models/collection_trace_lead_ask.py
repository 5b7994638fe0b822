from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.contact_parties import LOCATION
from ..tools.tracing import find_debt_word
from ..words import day_text
from .collection_address_change import ADDRESS

NOTICE = "collections_followup.activity_type_gdpr_notice"
#: Days before the last day on which the activity to tell the person is due.
EARLY = 7


class CollectionTraceLead(models.Model):
    """What may be asked of whom, and what follows from an answer."""

    _inherit = "collection.trace.lead"

    verdict_text = fields.Char(compute="_compute_verdict_text")
    verdict_source = fields.Char(compute="_compute_verdict_text")

    # === May we? === #
    @api.depends("source_id", "channel", "person", "person_address", "again_reason", "trace_id")
    def _compute_verdict_text(self):
        """What stands against asking, before it is saved."""
        for lead in self:
            verdict = lead._get_verdict() if not lead._origin else None
            lead.verdict_text = verdict.reason if verdict and verdict.level == "block" else False
            lead.verdict_source = verdict.source if verdict else False

    def _get_verdict(self):
        """What holds and contact rules say about asking this person, or nothing."""
        self.ensure_one()
        # sudo: the new record of a dialog has its case through the search.
        case = self.trace_id._origin.case_id
        if not case or not self.source_id.third_party:
            return None
        return case._get_contact_verdict(
            "other" if self.channel == "search" else self.channel,
            address=self.person_address or "",
            role="third_party",
            purpose=LOCATION,
            # Asked again for a reason: the rules let it be as if for the first time.
            person="" if (self.again_reason or "").strip() else self.person_key or "",
        )

    def _check_question(self):
        """Others are not told of the debt; whoever is asked is named."""
        for lead in self.filtered("third_party"):
            if not lead.person_key:
                raise ValidationError(
                    self.env._("Write down who was asked: a person may be asked only once.")
                )
            numbers = lead.case_id.move_line_ids.move_id.mapped("name")
            word = find_debt_word(lead.question or "", numbers)
            if word:
                raise ValidationError(
                    self.env._(
                        "Nobody but the debtor may hear of the debt, so “%(word)s” must not be in "
                        "the question. Ask only where the person can be reached.",
                        word=word,
                    )
                )

    def _ask_rules(self):
        """A new row is asked where the rules allow it; otherwise it stays a refused row, with
        code and sentence."""
        for lead in self:
            verdict = lead._get_verdict() if lead.third_party else None
            if not verdict or verdict.level != "block":
                lead.sudo().state = "asked"  # sudo: readonly for people
                continue
            # sudo: as above; a refusal is a row, too.
            lead.sudo().write(
                {
                    "block_code": verdict.code,
                    "block_text": " ".join(filter(None, (verdict.reason, verdict.source))),
                    "cost": 0,
                    **self._prepare_empty_vals(),
                }
            )

    # === Actions === #
    def action_apply(self):
        """Close the dialog; a refusal stays in the list, with its reason."""
        return {"type": "ir.actions.act_window_close"}

    def action_none(self):
        """The source knew nothing."""
        self._check_state({"asked"})
        # sudo: readonly for people; the right has been checked.
        self.sudo().write({"state": "none"})

    def action_wrong(self):
        """It is not the debtor's; what was found is forgotten, that it was asked is kept."""
        self._check_state({"new", "verified"})
        self.filtered(lambda lead: lead.state == "verified")._take_back()
        # sudo: as above. Data that are not the debtor's must not be kept (GDPR, Article 5(1)(d)).
        self.sudo().write({"state": "wrong", **self._prepare_empty_vals()})
        self._close_notices()

    def action_verify(self):
        """It is the debtor: the contact is updated, the search has found, the case goes on."""
        self._check_state({"new"})
        for lead in self:
            lead.trace_id._check_open()
            values = lead._get_values()
            if not values:
                raise UserError(
                    self.env._("Enter the address, number or e-mail address that was found.")
                )
            change = self.env["collection.address.change"]._propose(
                lead.partner_id, values, "trace", lead._get_note()
            )
            supervisor = self.env.user.has_group("collections_followup.group_supervisor")
            if change and (supervisor or not change.needs_supervisor):
                change._accept()
            elif not change and set(values) & set(ADDRESS):
                # The address we have is right: letters may go there again.
                lead.trace_id.sudo().stops_letters = False
            # sudo: readonly for people; the right has been checked.
            lead.sudo().write({"state": "verified"})
            lead.trace_id.sudo().result = lead.trace_id.result or lead._get_note()
            lead.trace_id._end("found")

    def _take_back(self):
        """The contact gets back what stood there before somebody else's data, and is searched
        for again: that it did not help before is no reason to write to a stranger."""
        for lead in self:
            # sudo: the history of the debtor; the right has been checked by the caller.
            changes = self.env["collection.address.change"].sudo()
            found = lead._get_values()
            change = changes.search(
                [("partner_id", "=", lead.partner_id.id), ("source", "=", "trace")]
            ).filtered(
                lambda change, found=found: all(
                    found.get(name) == value for name, value in (change.new_values or {}).items()
                )
            )[:1]
            if change.state == "proposed":
                change._decide("refused")
            elif change:
                change._propose(
                    lead.partner_id, change.old_values, "trace", self.env._("Was somebody else's.")
                )._accept()
            again = lead.case_id._start_traces(lead.trace_id.reason)
            again.sudo().stops_letters = lead.trace_id.stops_letters

    def action_notice_given(self):
        """The person has been told where the data come from."""
        self.check_access("write")
        due = self.filtered(lambda lead: lead.notice_due and not lead.notice_date)
        if not due:
            raise UserError(self.env._("Nobody has to be told, or it has been done already."))
        # sudo: readonly for people; the right has been checked.
        due.sudo().write({"notice_date": self.env["collection.case"]._today()})
        due._close_notices()

    # === Business methods === #
    def _check_state(self, allowed):
        self.check_access("write")
        if any(lead.state not in allowed for lead in self):
            raise UserError(self.env._("This does not fit what the source has answered."))

    @api.model
    def _prepare_empty_vals(self):
        """Nothing of what was found is left."""
        names = ("street", "street2", "zip", "city", "state_id", "country_id", "phone", "email")
        return dict.fromkeys((*names, "employer", "answer", "obtained_on"), False)

    def _get_note(self):
        self.ensure_one()
        return self.env._(
            "%(origin)s, %(date)s, confidence %(confidence)s%%",
            origin=", ".join(filter(None, (self.source_id.name, self.person))),
            date=day_text(self.env, self.date.date()),
            confidence=self.confidence,
        )

    def _watch_notice(self):
        """An activity in time before the person must have been told."""
        for lead in self.filtered(lambda lead: lead.notice_due and not lead.notice_date):
            # sudo: the activity is for who searched, whoever verified.
            lead.sudo().case_id.with_context(mail_activity_quick_update=True).activity_schedule(
                NOTICE,
                date_deadline=fields.Date.subtract(lead.notice_due, days=EARLY),
                note=self.env._(
                    "Tell %(debtor)s by %(date)s, and with the first contact at the latest, which "
                    "data were found and where: %(origin)s.",
                    debtor=lead.partner_id.name,
                    date=day_text(self.env, lead.notice_due),
                    origin=lead.source_id.name,
                ),
                user_id=lead.trace_id.user_id.id,
            )

    def _close_notices(self):
        """Nobody is left to be told for these cases: their activities go."""
        cases = self.case_id
        self.flush_model()
        waiting = self.search(
            [
                ("case_id", "in", cases.ids),
                ("notice_due", "!=", False),
                ("notice_date", "=", False),
                ("obtained_on", "!=", False),
            ]
        )
        # sudo: the activity may stand on a colleague's list.
        (cases - waiting.case_id).sudo().activity_unlink([NOTICE])
