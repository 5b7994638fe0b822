import logging
from datetime import UTC, timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL

from ..tools.position import position
from .collection_channel import ChannelError

_logger = logging.getLogger(__name__)

#: A contact waits at most so long for an allowed hour; after that it is refused.
PATIENCE = timedelta(hours=36)


class CollectionEngine(models.AbstractModel):
    """Making contacts that have been released: truth first, then the rules, then the channel."""

    _inherit = "collection.engine"

    @api.model
    def _deliver_safely(self, logs, on, at=None):
        """Make contacts, or refuse them with a code; a contact that fails stops no other.

        :param at: the aware moment; ``None`` when the day is not today, as in a simulation
        """
        # sudo: contacts are made by the job, or for a person whose right to release was checked.
        logs = logs.sudo()
        for company, mine in logs.grouped("company_id").items():
            engine = self.with_company(company)
            allowed = engine._verify(mine, on, at)
            for channel, group in allowed.grouped("channel").items():
                engine._deliver_group(self.env["collection.channel"]._for(channel), group)

    @api.model
    def _deliver_group(self, channel, logs):
        try:
            with self.env.cr.savepoint():
                channel.with_company(logs.company_id)._deliver(logs)
                logs._set_sent()
                return
        except (OperationalError, ConcurrencyError):
            raise
        except Exception as error:  # noqa: BLE001 - each contact is tried alone below
            if len(logs) == 1:
                self._refuse(logs, error)
                return
            _logger.info("A group of %s contacts failed; trying one by one", len(logs))
        for log in logs:
            self._deliver_group(channel, log)

    @api.model
    def _refuse(self, log, error):
        """A contact that could not be made becomes a refusal that says why."""
        if isinstance(error, ChannelError):
            code, detail = error.code, error.detail
        else:
            code, detail = "template_error", str(error)
        _logger.warning("Contact %s was not made: %s %s", log.id, code, detail)
        log._set_blocked(code, note=detail)
        case_sudo = log.case_id.sudo()
        case_sudo.write(
            {"no_contact_code": code, "no_contact_reason": self._cached_sentence(code, ())}
        )
        case_sudo._ask_to_mend(code, detail)

    # === Truth at send time === #
    @api.model
    def _verify(self, logs, on, at=None):
        """Read balances again and refuse what is paid, held or no longer allowed.

        Amount and items of the others are brought up to date.

        :return: contacts that may be made now
        """
        cases = logs.case_id
        items = self._load_items(cases, on)
        # Released yesterday and made today: it counts from today.
        logs.filtered(lambda log: log.date != on).date = on
        self._check_state(logs)
        for log in logs.filtered(lambda log: log.state == "planned"):
            self._update_truth(log, items.get(log.case_id.id, []), on)
        allowed = logs.filtered(lambda log: log.state == "planned")
        wanted = [
            (log.case_id.id, log.debtor_id.id, log.channel, log.action_id.purpose or "")
            for log in allowed
        ]
        recipients, verdicts = self._screen(wanted, on, at)
        postponed, unreachable = set(), {}
        for index, log in enumerate(allowed):
            recipient = recipients[log.debtor_id.id, log.channel]
            verdict = verdicts.get(index)
            if recipient.code:
                unreachable.setdefault(recipient.code, []).append(log.id)
            elif verdict:
                postponed.add(log.id)
                self._postpone_or_refuse(log, verdict, at)
            elif (log.partner_id.id, log.address) != (
                recipient.partner,
                recipient.address or False,
            ):
                log.write({"partner_id": recipient.partner, "address": recipient.address})
        for code, ids in unreachable.items():
            logs.browse(ids)._set_blocked(code)
        return allowed.filtered(lambda log: log.state == "planned" and log.id not in postponed)

    @api.model
    def _postpone_or_refuse(self, log, verdict, at):
        """Wait for the first allowed moment when that is near; otherwise refuse."""
        if at and verdict.earliest and verdict.earliest - at <= PATIENCE:
            log.not_before = verdict.earliest.astimezone(UTC).replace(tzinfo=None)
            self._wake_release(log.not_before)
            return
        log._set_blocked(verdict.code, note=verdict.message % verdict.params)

    @api.model
    def _check_state(self, logs):
        for state, group in logs.grouped(lambda log: log.case_id.state).items():
            if state != "open":
                group._set_blocked(state)

    @api.model
    def _update_truth(self, log, items, on):
        """Bring amount and items of a notice to what is open now, or refuse it."""
        mine = [item for item in items if item.currency == log.currency_id.id]
        pos = position(mine, on, net=log.case_id.policy_id.net_credits)
        before_due = log.stage_id.min_days_overdue < 0
        listed = set(log.move_line_ids.ids)
        # A notice lists what it asks for: debts that fell due meanwhile come with it.
        open_now = [
            i for i in pos.chaseable if i.line_id in listed or (i.due < on and not before_due)
        ]
        amount = pos.asked(open_now)
        if listed.isdisjoint(i.line_id for i in open_now):
            still = [i for i in mine if i.line_id in listed]
            code = next((i.excluded for i in still if i.excluded), None)
            log._set_blocked(code or ("covered_by_credits" if still else "paid"))
            return
        keep = {item.line_id for item in open_now}
        if keep != listed:
            log.move_line_ids = [fields.Command.set(sorted(keep))]
        if log.currency_id.compare_amounts(log.amount, float(amount)):
            log.amount = float(amount)

    # === What deliveries mean for the ladder === #
    @api.model
    def _mark_reached(self, logs):
        """Items listed by contacts that arrived have been reached in their stage."""
        if not logs:
            return
        self._flush_ladder()
        self.env.cr.execute(
            SQL(
                """
                WITH reached AS (
                    UPDATE collection_item i
                       SET reached_on = g.date, reached_log_id = g.id
                      FROM collection_contact_log g
                      JOIN collection_contact_log_line_rel r ON r.log_id = g.id
                     WHERE g.id = ANY(%s) AND r.line_id = i.move_line_id
                       AND i.reached_on IS NULL AND i.stage_since <= g.date
                 RETURNING i.case_id
                )
                UPDATE collection_case k
                   SET next_review_date = LEAST(k.next_review_date, g.date + 1)
                  FROM (SELECT case_id, max(date) AS date FROM collection_contact_log
                         WHERE id = ANY(%s) GROUP BY case_id) g
                 WHERE k.id = g.case_id AND k.state = 'open'
                """,
                list(logs.ids),
                list(logs.ids),
            )
        )
        self._invalidate_ladder()

    @api.model
    def _unmark_reached(self, logs):
        """A contact came back: its items have not been reached by it, and the case is looked at
        again by the next run."""
        if not logs:
            return
        self._flush_ladder()
        self.env.cr.execute(
            SQL(
                """
                WITH lost AS (
                    UPDATE collection_item SET reached_on = NULL, reached_log_id = NULL
                     WHERE reached_log_id = ANY(%s)
                )
                UPDATE collection_case k
                   SET next_review_date = LEAST(k.next_review_date, g.date)
                  FROM (SELECT case_id, max(date) AS date FROM collection_contact_log
                         WHERE id = ANY(%s) GROUP BY case_id) g
                 WHERE k.id = g.case_id AND k.state = 'open'
                """,
                list(logs.ids),
                list(logs.ids),
            )
        )
        self._invalidate_ladder()

    @api.model
    def _review_again(self, logs):
        """Contacts that were planned are not made: the next run decides about their cases anew."""
        if not logs:
            return
        self._flush_ladder()
        self.env.cr.execute(
            SQL(
                """
                UPDATE collection_case k
                   SET next_review_date = LEAST(k.next_review_date, g.date + 1)
                  FROM collection_contact_log g
                 WHERE g.id = ANY(%s) AND k.id = g.case_id AND k.state = 'open'
                """,
                list(logs.ids),
            )
        )
        self._invalidate_ladder()

    @api.model
    def _flush_ladder(self):
        self.env["collection.contact.log"].flush_model()
        self.env["collection.item"].flush_model()
        self.env["collection.case"].flush_model()

    @api.model
    def _invalidate_ladder(self):
        self.env["collection.item"].invalidate_model(["reached_on", "reached_log_id"], flush=False)
        self.env["collection.case"].invalidate_model(["next_review_date"], flush=False)
