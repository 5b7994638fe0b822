from odoo import api, fields, models
from odoo.tools import SQL

from ..models.account_move_line_figures import MONEY_JOURNALS
from ..models.collection_buckets import MAX_BUCKETS
from ..tools.figure_periods import month_before
from .collection_ageing import AS_OF

#: Key of the context that says from which day; without it, a month before the other one.
SINCE = "collection_roll_since"
#: Where items are that are not open any more.
SETTLED = "settled"


class CollectionRoll(models.Model):
    """What became of the debts of one day by another: item by item, from which age to which.

    The roll rate out of an age group is what its debts still amount to in the next age group on the
    later day, divided by what they amounted to on the earlier day. An item that has jumped over a
    group is in the matrix, not in the rate. Credits that nobody has matched are left out: they do
    not grow older.
    """

    _name = "collection.roll"
    _description = "Debts Rolling On"
    _auto = False
    _order = "date_due, id"
    _rec_name = "move_id"
    _depends = {
        "collection.ageing": ["residual"],
        "account.move.line": ["journal_id"],
        "account.partial.reconcile": ["amount", "max_date"],
    }

    move_line_id = fields.Many2one("account.move.line", string="Journal Item", readonly=True)
    move_id = fields.Many2one("account.move", string="Document", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Debtor", readonly=True)
    case_id = fields.Many2one("collection.case", readonly=True)
    user_id = fields.Many2one("res.users", string="Collector", readonly=True)
    date_due = fields.Date(string="Due", readonly=True)
    bucket_before = fields.Selection(
        selection="_selection_before", string="Age Before", readonly=True
    )
    bucket_after = fields.Selection(selection="_selection_after", string="Age After", readonly=True)
    is_rolled = fields.Boolean(
        string="One Step Older", readonly=True, help="In the next age group now."
    )
    amount_before = fields.Monetary(currency_field="company_currency_id", readonly=True)
    amount_after = fields.Monetary(currency_field="company_currency_id", readonly=True)
    amount_collected = fields.Monetary(
        string="Collected",
        currency_field="company_currency_id",
        readonly=True,
        help="Money matched with the item in between.",
    )

    # === Buckets === #
    @api.model
    def _selection_before(self):
        return self.env["collection.ageing"]._get_bucket_selection()

    @api.model
    def _selection_after(self):
        return [*self._selection_before(), (SETTLED, self.env._("Settled"))]

    # === Actions === #
    def action_open_document(self):
        """The invoice or entry of an item."""
        self.ensure_one()
        return self.move_id.get_formview_action()

    # === The statement === #
    @api.model
    def _between(self, since, on):
        """This model between two days; what was read between others is forgotten."""
        roll = self.with_context(**{SINCE: since, AS_OF: on})
        roll.invalidate_model()
        return roll

    @api.model
    def _get_days(self):
        on = self.env["collection.ageing"]._get_as_of()
        since = self.env.context.get(SINCE)
        return fields.Date.to_date(since) if since else month_before(on), on

    @property
    def _table_query(self):
        since, on = self._get_days()
        return SQL(
            """
            SELECT t.*, d.commercial_partner_id AS partner_id, k.id AS case_id, k.user_id,
                   COALESCE(c.amount, 0) AS amount_collected
              FROM (%(steps)s) t
              LEFT JOIN res_partner d ON d.id = t.contact_id
              LEFT JOIN (%(cases)s) k
                     ON k.partner_id = d.commercial_partner_id AND k.company_id = t.company_id
              LEFT JOIN (%(money)s) c ON c.line_id = t.id
            """,
            steps=self._steps(since, on, self.env.company._get_ageing_limits()),
            cases=self.env["collection.case"]._newest_cases(),
            money=self._collected(since, on),
        )

    def _steps(self, since, on, limits):
        """A query of the debts of a day, with what they are on a later one."""
        Ageing = self.env["collection.ageing"]
        return SQL(
            """
            SELECT b.id, b.id AS move_line_id, b.move_id, b.company_id, b.company_currency_id,
                   b.partner_id AS contact_id, b.date_due, b.bucket AS bucket_before,
                   COALESCE(n.bucket, %(settled)s) AS bucket_after,
                   COALESCE(n.bucket::int = b.bucket::int + 1, FALSE) AS is_rolled,
                   b.residual AS amount_before, COALESCE(n.residual, 0) AS amount_after
              FROM (SELECT o.*, %(before)s AS bucket FROM (%(items_before)s) o
                     WHERE o.residual > 0) b
              LEFT JOIN (SELECT o.*, %(after)s AS bucket FROM (%(items_after)s) o
                          WHERE o.residual > 0) n ON n.id = b.id
            """,
            settled=SETTLED,
            before=Ageing._bucket(limits, since),
            items_before=Ageing._open_items(since),
            after=Ageing._bucket(limits, on),
            items_after=Ageing._open_items(on),
        )

    def _collected(self, since, on):
        """A query of the money matched with items after a day, until another."""
        return SQL(
            """
            SELECT p.debit_move_id AS line_id, sum(p.amount) AS amount
              FROM account_partial_reconcile p
              JOIN account_move_line l ON l.id = p.credit_move_id AND l.parent_state = 'posted'
              JOIN account_journal j ON j.id = l.journal_id
             WHERE p.max_date > %s AND p.max_date <= %s AND j.type = ANY(%s)
             GROUP BY p.debit_move_id
            """,
            since,
            on,
            list(MONEY_JOURNALS),
        )

    @api.model
    def _debtor_rolls(self, since, on, company):
        """A query of ``partner_id, b0 … b9, r0 … r8``: debts before, and what rolled on."""
        columns = [
            SQL(
                "sum(amount_before) FILTER (WHERE bucket_before = %(key)s) AS %(before)s, "
                "sum(amount_after) FILTER (WHERE bucket_before = %(key)s AND is_rolled) "
                "AS %(rolled)s",
                key=str(number),
                before=SQL.identifier(f"b{number}"),
                rolled=SQL.identifier(f"r{number}"),
            )
            for number in range(MAX_BUCKETS)
        ]
        return SQL(
            """
            SELECT d.commercial_partner_id AS partner_id, %s
              FROM (%s) t LEFT JOIN res_partner d ON d.id = t.contact_id
             WHERE t.company_id = %s GROUP BY d.commercial_partner_id
            """,
            SQL(", ").join(columns),
            self._steps(since, on, company._get_ageing_limits()),
            company.id,
        )
