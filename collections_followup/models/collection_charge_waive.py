from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount


class CollectionCharge(models.Model):
    """Giving charges up: a collector asks, a supervisor decides, above a limit a manager."""

    _inherit = "collection.charge"

    # === Actions === #
    def action_approve_waiver(self):
        """Grant what was asked for."""
        self.check_access("read")
        requested = self.filtered("waive_requested")
        if not requested:
            raise UserError(self.env._("Nobody has asked to waive these charges."))
        for reason, charges in requested.grouped("waive_reason").items():
            charges._waive(reason)

    def action_refuse_waiver(self):
        """Refuse what was asked for; the charges stay."""
        self._check_supervisor()
        requested = self.filtered("waive_requested")
        # sudo: readonly for people; the right has been checked.
        requested.sudo().write({"waive_requested": False, "waive_reason": False})
        requested._log_on_cases(self.env._("Waiver refused"), "")

    def action_unwaive(self):
        """Charge again what was given up."""
        self._check_supervisor()
        waived = self.filtered(lambda charge: charge.state == "waived")
        waived._set_accrued(release=True)
        waived._log_on_cases(self.env._("Charged again"), "")
        # sudo: readonly for people; the right has been checked.
        waived.sudo().write({"waived_by_id": False, "waived_on": False, "waive_reason": False})

    # === Business methods === #
    def _may_waive(self):
        """Whether the user may waive these charges: managers any, supervisors up to the limit of
        the company, others none. The limit is for a debtor's charges together."""
        if self.env.su or self.env.user.has_group("collections_followup.group_manager"):
            return True
        if not self.env.user.has_group("collections_followup.group_supervisor"):
            return False
        return all(
            company.currency_id.compare_amounts(
                charges._get_amount_company(), company.collection_waive_limit
            )
            <= 0
            for (company, _case), charges in self.grouped(
                lambda c: (c.company_id, c.case_id)
            ).items()
        )

    def _check_supervisor(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("collections_followup.group_supervisor"):
            raise AccessError(self.env._("Only a supervisor may decide about waived charges."))

    def _waive(self, reason):
        """Give charges up.

        :raise AccessError: when the user may not waive so much
        """
        self.check_access("read")
        if not self._may_waive():
            raise AccessError(
                self.env._(
                    "You may not waive so much. Ask a supervisor, or a manager above the limit of "
                    "%(limit)s.",
                    limit=format_amount(
                        self.env,
                        self.company_id[:1].collection_waive_limit,
                        self.company_id[:1].currency_id,
                    ),
                )
            )
        if self.filtered(lambda charge: charge.state != "accrued" or charge.move_id):
            raise UserError(
                self.env._(
                    "Only charges that are not on a debit note can be waived. Cancel or credit "
                    "the debit note instead."
                )
            )
        for charge in self.filtered(lambda charge: charge.kind == "interest"):
            charge.sudo().frozen_explanation = charge.explanation  # sudo: readonly for people
        self._update_state(
            ("accrued",),
            "waived",
            {
                "waive_reason": reason,
                "waived_by_id": self.env.uid,
                "waived_on": self.env["collection.case"]._today(),
                "waive_requested": False,
            },
        )
        self._log_on_cases(self.env._("Waived"), reason)

    def _request_waiver(self, reason):
        """Ask a supervisor to give charges up: a mark on them and one activity for each case."""
        self.check_access("read")
        # sudo: readonly for people; whoever sees the charge may ask.
        self.sudo().write({"waive_requested": True, "waive_reason": reason})
        for case in self.case_id:
            case.sudo().with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Charges to be waived"),
                note=reason,
                user_id=self._get_approver(case.company_id).id,
            )
        self._log_on_cases(self.env._("Waiver requested"), reason)

    def _get_approver(self, company):
        """Who is asked: the company's person for unassigned cases if that is a supervisor, else
        the first supervisor of the company."""
        # sudo: collectors may not read who has which role.
        supervisors = self.env.ref("collections_followup.group_supervisor").sudo().all_user_ids
        chosen = company.sudo().collection_user_id & supervisors
        able = supervisors.filtered(lambda user: company in user.company_ids and user.active)
        return chosen or able.sorted("id")[-1:] or self.env.ref("base.user_admin")

    def _log_on_cases(self, what, reason):
        for case, charges in self.grouped("case_id").items():
            lines = [
                f"{what}: {charge.name}, "
                + format_amount(self.env, charge.amount, charge.currency_id)
                for charge in charges
            ]
            # sudo: the history of a case is written whoever may see the charge.
            case.sudo()._message_log(
                body="\n".join([*lines, *([reason] if reason else [])]),
                author_id=self.env.user.partner_id.id,
            )
