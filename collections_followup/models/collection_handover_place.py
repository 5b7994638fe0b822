from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..words import day_text
from .collection_handover import CARRIED_OUT, OUTSIDE

#: Handovers for which a debt that cannot be enforced any more is not taken.
COURT = ("lawyer",)


class CollectionHandover(models.Model):
    """From hand to hand: ready, placed, recalled, closed; and what stops meanwhile."""

    _inherit = "collection.handover"

    service_state = fields.Selection(
        [
            ("ordered", "Ordered"),
            ("done", "Carried Out"),
            ("reversing", "To Be Undone"),
            ("reversed", "Undone"),
        ],
        string="Order to Stock or Service",
        readonly=True,
        copy=False,
        tracking=True,
        help="A disconnected service is connected again once everything is paid.",
    )

    # === Actions === #
    def action_ready(self):
        """Prepared: everything obligatory is there."""
        self._check_role("collector")
        for handover in self.filtered(lambda handover: handover.state == "draft"):
            handover._check_complete()
            handover.sudo().state = "ready"  # sudo: readonly for people
            handover._ask_to_place()

    def action_draft(self):
        self._check_role("collector")
        self.filtered(lambda handover: handover.state == "ready").sudo().state = "draft"  # as above

    def action_override(self):
        """Ask a supervisor why it goes without obligatory documents."""
        self.ensure_one()
        self._check_role("supervisor")
        return self._open_reason("override", self.env._("Hand Over without Documents"))

    def action_place(self):
        """The file goes out; our own contacts stop."""
        self._check_role("supervisor")
        for handover in self.filtered(lambda handover: handover.state in ("draft", "ready")):
            handover._check_place()
            handover._place()

    def action_service_done(self):
        """Stock or service did what it was asked for, or undid it."""
        self.check_access("read")
        collects = self.env.user.has_group("collections_followup.group_collector")
        for handover in self:
            if not collects and handover.service_user_id != self.env.user:
                raise AccessError(self.env._("Somebody else was asked to carry this out."))
            target = {"ordered": "done", "reversing": "reversed"}.get(handover.service_state)
            if target:
                # sudo: readonly for people; who may has been checked.
                handover.sudo().service_state = target
                handover.sudo().activity_unlink(["mail.mail_activity_data_todo"])
                if target == "reversed":
                    handover.sudo()._end("closed", self.env._("Paid, and connected again."))

    def action_take_goods(self):
        """Order the goods back that are repossessed."""
        self.ensure_one()
        action = self.case_id.action_take_goods()
        action["context"]["default_purpose"] = "repossession"
        action["context"]["default_user_id"] = self.service_user_id.id
        return action

    def _open_reason(self, step, name):
        return self.env["collection.case"]._open_dialog(
            "collection.handover.reason",
            name,
            {"default_handover_ids": self.ids, "default_step": step},
        )

    # === Checks === #
    def _check_role(self, role):
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(f"collections_followup.group_{role}"):
            raise AccessError(
                self.env._("Only a supervisor places, recalls and closes files.")
                if role == "supervisor"
                else self.env._("Only collections prepares files.")
            )

    def _get_refusal(self):
        """Why the file cannot be handed over.

        :return: (code, sentence), or ``None``
        """
        self.ensure_one()
        refusals = (
            self._refuse_receiver,
            self._refuse_barred,
            self._refuse_placed,
            self._refuse_documents,
        )
        if not self.move_line_ids.filtered(lambda line: not line.reconciled):
            return "nothing_open", self.env._("Nothing is open on the items of this file.")
        return next((found for refuse in refusals if (found := refuse())), None)

    def _refuse_receiver(self):
        if self.kind in OUTSIDE and not self.partner_id:
            return "no_partner", self.env._("Choose who gets the file.")
        if self.kind in CARRIED_OUT and not self.service_user_id:
            return "no_service", self.env._("Choose who in stock or service carries it out.")
        return None

    def _refuse_barred(self):
        """Nobody is sent to court with a debt that the law forbids to sue for."""
        if self.kind not in COURT:
            return None
        lines = self.move_line_ids.filtered(lambda line: not line.reconciled)
        today = self.env["collection.case"]._today()
        barred = self.case_id._get_barred(lines, today, ("no_suit", "block"))
        if not barred:
            return None
        return "time_barred", self.env._(
            "%(items)s can no longer be enforced, and the law forbids to sue for it or to "
            "threaten that. Leave it out.",
            items=", ".join(line.move_id.name for line in barred),
        )

    def _refuse_placed(self):
        other = self._get_other_placed()
        if not other:
            return None
        return "placed_already", self.env._(
            "%(file)s with some of these items is with %(whom)s. Recall it first.",
            file=other.name,
            whom=other._get_holder(),
        )

    def _refuse_documents(self):
        missing = self._get_missing()
        if not missing or self.override_reason:
            return None
        return "documents_missing", self.env._(
            "Obligatory documents are missing: %(documents)s. Add them, or have a supervisor "
            "say why the file goes without.",
            documents=", ".join(missing.mapped("name")),
        )

    def _get_other_placed(self):
        """Another file of the case that has been placed with items of this one."""
        others = self.search(
            [("case_id", "=", self.case_id.id), ("state", "=", "placed"), ("id", "!=", self.id)]
        )
        return others.filtered(
            lambda other: other.scope == "all" or other.move_line_ids & self.move_line_ids
        )[:1]

    def _check_complete(self):
        refusal = self._get_refusal()
        if refusal:
            raise HandoverRefused(refusal[1], refusal[0])

    def _check_place(self):
        self._check_complete()
        if self.case_id.state == "closed":
            raise UserError(self.env._("The case is closed; there is nothing to hand over."))

    # === Business methods === #
    def _get_holder(self):
        """Who has the file, in words."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return self.partner_id.name or self.service_user_id.name or kinds.get(self.kind, "")

    def _ask_to_place(self):
        handover_sudo = self.sudo()  # sudo: given to the supervisor by anybody
        self.env["mail.activity"]._collection_tell(
            [
                {
                    "record": self,
                    "summary": self.env._("Hand over: %(file)s", file=self.debtor_id.name),
                    "date": self.env["collection.case"]._today(),
                    "user": self.env["collection.charge"]._get_approver(handover_sudo.company_id),
                }
            ]
        )

    def _place(self):
        handover = self.sudo()  # sudo: readonly for people; the right has been checked
        handover.write(
            {
                "state": "placed",
                "date_placed": self.env["collection.case"]._today(),
                "placed_by_id": self.env.uid,
                "amount_placed": self.amount_open,
            }
        )
        handover.activity_unlink(["mail.mail_activity_data_todo"])
        if self.scope == "all":
            handover.case_id._set_state(("open", "on_hold"), "handed_over")
        if self.kind in CARRIED_OUT:
            handover.service_state = "ordered"
            handover._order_service(self.env._("Carry out: %(file)s", file=handover._describe()))
        self._tell_case(
            self.env._("Handed over to %(whom)s: %(file)s", whom=self._get_holder(), file=self.name)
        )

    def _describe(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return f"{kinds[self.kind]}, {self.debtor_id.name}"

    def _order_service(self, summary):
        self.env["mail.activity"]._collection_tell(
            [
                {
                    "record": handover,
                    "summary": summary,
                    "note": handover.note,
                    "date": self.env["collection.case"]._today(),
                    "user": handover.service_user_id or handover.user_id or self.env.user,
                }
                for handover in self
            ]
        )

    def _tell_case(self, text):
        # sudo: the history of the case is written whoever does it.
        self.case_id.sudo()._message_log(body=text, author_id=self.env.user.partner_id.id)
        self.case_id._review_now()

    # === Seams === #
    @api.model
    def _get_placed_lines(self, line_ids, kinds=None):
        """Items that somebody else has, of files with chosen items; one query.

        :param kinds: kinds of files that count; none: all of them
        :return: set of line ids
        """
        self.flush_model()
        chosen = SQL("AND h.kind = ANY(%s)", list(kinds)) if kinds else SQL()
        rows = self.env.execute_query(
            SQL(
                "SELECT r.move_line_id FROM collection_handover_line_rel r "
                "JOIN collection_handover h ON h.id = r.handover_id "
                "WHERE r.move_line_id = ANY(%s) AND h.state = 'placed' AND h.scope = 'items' %s",
                list(line_ids),
                chosen,
            )
        )
        return {row[0] for row in rows}

    @api.model
    def _check_free(self, case, lines):
        """Refuse arrangements of ours about what somebody else collects."""
        # sudo: that somebody else has it binds everybody.
        placed = self.sudo().search([("case_id", "=", case.id), ("state", "=", "placed")])
        for handover in placed.filtered(lambda handover: handover.kind in OUTSIDE):
            if handover.scope == "all" or handover.move_line_ids & lines:
                raise UserError(
                    self.env._(
                        "%(whom)s has collected this since %(day)s (%(file)s). Send the debtor "
                        "there, or have the file recalled first.",
                        whom=handover._get_holder(),
                        day=day_text(self.env, handover.date_placed),
                        file=handover.name,
                    )
                )

    # === Watching === #
    @api.model
    def _follow_up(self, on, company):
        """End files of which everything is paid, and ask how the others stand; in sets.

        :return: the files that ended
        """
        # sudo: files of all collectors are watched.
        placed = self.sudo().search([("company_id", "=", company.id), ("state", "=", "placed")])
        placed.move_line_ids.fetch(["reconciled"])
        paid = placed.filtered(
            lambda handover: (
                all(handover.move_line_ids.mapped("reconciled")) and handover.move_line_ids
            )
        )
        connect = paid.filtered(
            lambda handover: handover.kind == "disconnection" and handover.service_state == "done"
        )
        connect.service_state = "reversing"
        connect._order_service(self.env._("Paid: connect the service again"))
        waiting = paid.filtered(lambda handover: handover.service_state == "reversing")
        placed._ask_again(on)
        return (paid - waiting)._end("closed", self.env._("Everything is paid."))

    def _ask_again(self, on):
        due = self.filtered(
            lambda handover: (
                handover.date_review
                and handover.date_review <= on
                and handover.reviewed_for != handover.date_review
            )
        )
        self.env["mail.activity"]._collection_tell(
            [
                {
                    "record": handover,
                    "summary": self.env._("Ask how it stands: %(file)s", file=handover._describe()),
                    "date": handover.date_review,
                    "user": handover.user_id or handover.placed_by_id,
                }
                for handover in due
            ]
        )
        for handover in due:
            handover.reviewed_for = handover.date_review


class HandoverRefused(UserError):
    """A file that cannot be handed over.

    :ivar str code: which of the reasons it is
    """

    def __init__(self, message, code):
        super().__init__(message)
        self.code = code
