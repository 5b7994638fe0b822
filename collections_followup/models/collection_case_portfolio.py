from odoo import api, fields, models


class CollectionCase(models.Model):
    """Portfolio: which collector looks after which case."""

    _inherit = "collection.case"

    is_mine = fields.Boolean(
        compute="_compute_is_mine",
        search="_search_is_mine",
        help="In my portfolio, or in that of a colleague for whom I stand in.",
    )

    # === Compute methods === #
    @api.depends_context("uid")
    @api.depends("user_id")
    def _compute_is_mine(self):
        mine = self.env.user.collection_portfolio_user_ids
        for case in self:
            case.is_mine = case.user_id in mine

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        users = self.env.user.collection_portfolio_user_ids
        return [("user_id", "in" if True in value else "not in", users.ids)]

    # === Actions === #
    def action_assign(self):
        """Ask for a collector, for supervisors."""
        return self._open_dialog(
            "collection.assign.wizard",
            self.env._("Assign Cases"),
            {"default_case_ids": self.ids},
        )

    # === Business methods === #
    def _assign_by_rules(self, keep=True):
        """Give cases to collectors by the assignment rules.

        :param bool keep: leave cases that have a collector alone
        :return: the cases that got another collector
        """
        rules = self.env["collection.assignment.rule"].search([])
        cases = self.filtered(lambda case: not case.user_id) if keep and rules else self
        if not rules or not cases:
            return self.browse()
        load = self._get_load(rules.user_ids)
        last = cases._get_last_collectors()
        chosen = {}
        for case in cases.sorted(lambda case: (-case.amount_overdue, case.id)):
            user = case._choose_collector(rules, load, last)
            if user and user != case.user_id:
                load[user] = load.get(user, 0) + 1
                chosen.setdefault(user, []).append(case.id)
        for user, ids in chosen.items():
            self.browse(ids).with_context(tracking_disable=True).write({"user_id": user.id})
        return self.browse([case_id for ids in chosen.values() for case_id in ids])

    def _choose_collector(self, rules, load, last):
        """The collector of one case: the last one where the rule keeps it, else the one with the
        fewest open cases."""
        self.ensure_one()
        today = self._today()
        for rule in rules:
            amount = self.currency_id._convert(
                self.amount_overdue, rule.currency_id, self.company_id, today
            )
            if not rule._accepts(self, amount):
                continue
            users = rule.user_ids.filtered(
                lambda user: user.active and self.company_id in user.company_ids
            )
            previous = last.get((self.partner_id.id, self.company_id.id))
            if rule.keep_last and previous and previous in users:
                return previous
            if users:
                return min(users, key=lambda user: (load.get(user, 0), user.id))
        return self.env["res.users"]

    @api.model
    def _get_load(self, users):
        """Open cases per collector."""
        # sudo: the load counts also cases this user may not see.
        return dict(
            self.sudo()._read_group(
                [("user_id", "in", users.ids), ("state", "!=", "closed")], ["user_id"], ["__count"]
            )
        )

    def _get_last_collectors(self):
        """Who looked after these debtors the last time.

        :return: {(debtor id, company id): res.users}
        """
        # sudo: closed cases of other collectors count too.
        closed = self.sudo().search(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("company_id", "in", self.company_id.ids),
                ("state", "=", "closed"),
                ("user_id", "!=", False),
            ],
            order="date_closed, id",
        )
        return {(case.partner_id.id, case.company_id.id): case.user_id for case in closed}

    @api.model
    def _get_worker(self, user, on):
        """Who does the work of a collector on a day: the substitute while the collector is away."""
        return self.env["collection.absence"]._get_substitutes(on).get(user, user)
