from odoo import api, models


class CollectionEngine(models.AbstractModel):
    """What somebody else has is left alone, and files, deadlines and limitation are watched."""

    _inherit = "collection.engine"

    @api.model
    def _prepare(self, company, on):
        engine = self.with_context(collection_on=on)
        engine.env["collection.handover"]._follow_up(on, company)
        engine.env["collection.legal.step"]._watch(on, company)
        engine.env["collection.case"]._watch_limitation(on, company)
        engine.env["collection.claim"]._watch(on, company)
        run = super()._prepare(company, on)
        # Balances are of today only now.
        engine.env["collection.claim"]._prepare_notices(on, company)
        return run

    @api.model
    def _get_exclusions(self, cases, line_ids, on):
        placed = self.env["collection.handover"]._get_placed_lines(line_ids)
        claimed = self.env["collection.claim"]._get_claimed_lines(line_ids)
        barred = self._get_silent_lines(line_ids, on)
        return {
            **super()._get_exclusions(cases, line_ids, on),
            **dict.fromkeys(claimed, "claimed"),
            **dict.fromkeys(barred, "time_barred"),
            **dict.fromkeys(placed, "handed_over"),
        }

    @api.model
    def _get_silent_lines(self, line_ids, on):
        """Barred items of which, by the law, nobody may speak any more."""
        # sudo: the law binds everybody.
        Rule = self.env["collection.limitation.rule"].sudo()
        if not line_ids or not Rule.search_count([("mode", "=", "block")], limit=1):
            return set()
        lines = self.env["account.move.line"].browse(line_ids)
        barred = self.env["collection.case"]._get_barred(lines, on, ("block",))
        return {line.id for line in barred}
