from odoo import api, models
from odoo.tools import SQL

#: States in which a reminder has been made, or is about to be.
MADE = ("planned", "sent", "done", "failed")


class CollectionEngine(models.AbstractModel):
    """Agreements in the run: a reminder before each payment, and resuming when one is broken.

    A reminder is a contact like any other: planned with the run, released with it, asked about by
    the contact rules, checked against the books just before it is made. Its key is the payment it
    is about, so that it is made once. A debtor who is contacted today for another reason is
    reminded tomorrow.
    """

    _inherit = "collection.engine"

    # === Broken agreements === #
    @api.model
    def _resume_items(self, agreements, on):
        """Put items of broken agreements where their policy says; one statement a policy."""
        for policy, group in agreements.grouped(lambda a: a.case_id.policy_id).items():
            stages = policy._get_resume_stages() if policy else []
            for before, after in stages:
                self._resume_at(group, before, after, on)
        if agreements:
            self.env["collection.item"].invalidate_model(flush=False)

    @api.model
    def _resume_at(self, agreements, before, after, on):
        """Items begin a stage anew, so that its contact is made again."""
        self.env["collection.item"].flush_model()
        self.env["collection.agreement"].flush_model()
        known = SQL("WHERE collection_item.stage_id = %s", before) if before else SQL()
        only = SQL("AND i.stage_id = %s AND i.stage_since < %s", before, on) if before else SQL()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO collection_item (move_line_id, case_id, stage_id, stage_since)
                SELECT DISTINCT r.move_line_id, a.case_id, %(after)s, %(on)s::date
                  FROM collection_agreement a
                  JOIN collection_agreement_line_rel r ON r.agreement_id = a.id
                  JOIN account_move_line l ON l.id = r.move_line_id AND l.reconciled IS NOT TRUE
                  LEFT JOIN collection_item i ON i.move_line_id = l.id
                 WHERE a.id = ANY(%(ids)s) AND COALESCE(l.date_maturity, l.date) < %(on)s %(only)s
                    ON CONFLICT (move_line_id) DO UPDATE
                   SET stage_id = excluded.stage_id, stage_since = excluded.stage_since,
                       reached_on = NULL, reached_log_id = NULL
                 %(known)s
                """,
                after=after,
                on=on,
                ids=list(agreements.ids),
                only=only,
                known=known,
            )
        )

    # === Reminders === #
    @api.model
    def _due_reminders(self, on, condition):
        """Payments to be reminded of: the SQL of all that asks for them.

        :param SQL condition: on cases ``k``
        """
        return SQL(
            """
            SELECT %(columns)s
              FROM collection_agreement_line l
              JOIN collection_agreement a ON a.id = l.agreement_id
              JOIN collection_case k ON k.id = a.case_id
              JOIN collection_policy p ON p.id = k.policy_id
             WHERE a.state = 'active' AND l.state = 'pending' AND %(condition)s
               AND l.amount > COALESCE(l.amount_paid, 0) AND p.agreement_reminder <> 'none'
               AND l.date >= %(on)s AND l.date - p.agreement_reminder_days <= %(on)s
               AND l.date - p.agreement_reminder_days > a.date
               AND NOT EXISTS (SELECT FROM collection_contact_log g
                                WHERE g.agreement_line_id = l.id AND g.state IN %(made)s)
            """,
            columns=SQL("DISTINCT ON (k.id, a.currency_id) k.id AS case_id, l.id AS line_id"),
            condition=condition,
            on=on,
            made=MADE,
        )

    @api.model
    def _wake_for_reminders(self, company, on):
        """Have this run look at cases with a payment to be reminded of; one statement."""
        for model in ("collection.agreement", "collection.agreement.line", "collection.case"):
            self.env[model].flush_model()
        self.env["collection.contact.log"].flush_model()
        due = self._due_reminders(on, SQL("k.company_id = %s AND k.state = 'open'", company.id))
        self.env.cr.execute(
            SQL(
                "UPDATE collection_case k SET next_review_date = %s FROM (%s) due "
                "WHERE k.id = due.case_id AND k.next_review_date > %s",
                on,
                due,
                on,
            )
        )
        self.env["collection.case"].invalidate_model(["next_review_date"], flush=False)

    @api.model
    def _write_contacts(self, run, cases, facts, decisions, on):
        """Add reminders of agreed payments to the contacts of the ladder."""
        outcome = super()._write_contacts(run, cases, facts, decisions, on)
        for code, case_id in self._write_reminders(run, cases, facts, decisions, on):
            if code:
                outcome.setdefault(case_id, code)
        return outcome

    @api.model
    def _write_reminders(self, run, cases, facts, decisions, on):
        """Plan reminders, or note why they are not made.

        :return: list of (refusal code or ``None``, case id)
        """
        lines = self._load_reminders(cases, facts, decisions, on)
        if not lines:
            return []
        channels = {line: facts[line.case_id.id].policy.agreement_reminder for line in lines}
        wanted = [(line.case_id.id, line.partner_id.id, channels[line], "") for line in lines]
        recipients, verdicts = self._screen(wanted, on)
        refused = self._get_refused(lines)
        values, result = [], []
        for index, line in enumerate(lines):
            case, verdict = line.case_id, verdicts.get(index)
            recipient = recipients[line.partner_id.id, channels[line]]
            code = recipient.code or (verdict.code if verdict else None)
            result.append((code, case.id))
            if not code or refused.get(line.id) != code:
                released = facts[case.id].policy.mode == "automatic" and not code
                values.append(
                    self._prepare_reminder(run, line, channels[line], recipient, code, released, on)
                )
        # sudo: only the engine plans contacts.
        self.env["collection.contact.log"].sudo().create(values)
        return result

    @api.model
    def _load_reminders(self, cases, facts, decisions, on):
        """The next payment of each case and currency to be reminded of; one query.

        :return: lines of agreements
        """
        self.env["collection.agreement.line"].flush_model()
        self.env["collection.contact.log"].flush_model()
        rows = self.env.execute_query(
            SQL(
                "%s ORDER BY k.id, a.currency_id, l.date, l.id",
                self._due_reminders(on, SQL("k.id = ANY(%s)", list(cases.ids))),
            )
        )
        # sudo: the engine reads agreements of all collectors.
        lines = self.env["collection.agreement.line"].sudo().browse(row[1] for row in rows)
        return lines.filtered(
            lambda line: (
                facts[line.case_id.id].policy
                and not self._is_contacted(
                    line, facts[line.case_id.id], decisions[line.case_id.id], on
                )
            )
        )

    @api.model
    def _is_contacted(self, line, fact, decision, on):
        """Whether the debtor hears from us today anyway, in the currency of the agreement."""
        currency = line.agreement_id.currency_id.id
        return any(i.currency == currency and not i.refusal for i in decision.intents) or any(
            (contact.date == on and contact.state in MADE) or contact.state == "planned"
            for contact in fact.history[currency]
        )

    @api.model
    def _get_refused(self, lines):
        """The code of the last refusal of each reminder: it is noted once, not every day."""
        logs = (
            self.env["collection.contact.log"]
            .sudo()
            .search(  # sudo: rows of all collectors
                [("agreement_line_id", "in", lines.ids), ("state", "=", "blocked")], order="id"
            )
        )
        return {log.agreement_line_id.id: log.block_code for log in logs}

    @api.model
    def _prepare_reminder(self, run, line, channel, recipient, code, released, on):  # noqa: PLR0913
        agreement = line.agreement_id
        return {
            "case_id": agreement.case_id.id,
            "company_id": agreement.company_id.id,
            "agreement_line_id": line.id,
            "channel": channel,
            "state": "blocked" if code else "planned",
            "block_code": code or False,
            "date": on,
            "moment": False,
            "user_id": False,
            "partner_id": recipient.partner,
            "address": recipient.address or False,
            "currency_id": agreement.currency_id.id,
            "amount": line.amount - line.amount_paid,
            "released": released,
            "run_id": run.id,
        }

    # === Truth at send time === #
    @api.model
    def _verify(self, logs, on, at=None):
        """Read the books of agreements again before a reminder is made."""
        logs.agreement_line_id.agreement_id.filtered(
            lambda agreement: agreement.state == "active"
        )._read_books(on)
        return super()._verify(logs, on, at)

    @api.model
    def _update_truth(self, log, items, on):
        if not log.agreement_line_id:
            return super()._update_truth(log, items, on)
        line = log.agreement_line_id
        left = line.currency_id.round(line.amount - line.amount_paid)
        code = None
        if line.agreement_id.state != "active":
            code = "agreement_ended"
        elif line.currency_id.compare_amounts(left, 0) <= 0:
            code = "paid"
        elif self._is_contacted_otherwise(log, on):
            code = "contacted_today"
        if code:
            log._set_blocked(code)
        elif line.currency_id.compare_amounts(left, log.amount):
            log.amount = left
        return None

    @api.model
    def _is_contacted_otherwise(self, log, on):
        """Whether a step of the ladder goes out, or went out, today to the same debtor."""
        return bool(
            log.search_count(
                [
                    ("id", "!=", log.id),
                    ("case_id", "=", log.case_id.id),
                    ("currency_id", "=", log.currency_id.id),
                    ("date", "=", on),
                    ("action_id", "!=", False),
                    ("direction", "=", "out"),
                    "|",
                    ("state", "in", ("sent", "done")),
                    "&",
                    ("state", "=", "planned"),
                    ("released", "=", True),
                ],
                limit=1,
            )
        )
