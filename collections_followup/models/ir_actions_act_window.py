from odoo import models

#: Lists, pivots and graphs that add amounts or counts up over companies.
SUMMED = frozenset(
    f"collection.{name}"
    for name in [
        "account.month",
        "ageing",
        "agreement",
        "agreement.line",
        "bounce",
        "case",
        "charge",
        "contact.log",
        "contact.result",
        "credit.file",
        "credit.hold",
        "credit.limit",
        "dispute",
        "exposure",
        "extension",
        "goods.return",
        "handover",
        "handover.cost",
        "handover.receipt",
        "item",
        "legal.step",
        "portfolio",
        "provision",
        "provision.line",
        "recovery",
        "refund",
        "roll",
        "run",
        "snapshot",
        "target",
        "trace",
        "trace.lead",
        "visit",
        "visit.cash",
        "visit.route",
        "writeoff",
    ]
) | {"account.move.line"}
#: In the context of an action: it is about debts of others.
OTHERS = "collection_others"


class IrActionsActWindow(models.Model):
    """With own companies and ledgers of clients selected together, lists show own debts: their
    totals must not mix. Debts of others have lists of their own."""

    _inherit = "ir.actions.act_window"

    def _get_action_dict(self):
        result = super()._get_action_dict()
        if not self._collection_is_summed(result):
            return result
        companies = self.env.companies
        if not companies._collection_is_mixed():
            return result
        own = companies._collection_own()
        leaf = f"('company_id', 'in', {own.ids})"
        domain = (result["domain"] or "[]").strip()
        rest = domain[1:].lstrip()
        result["domain"] = f"[{leaf}]" if rest == "]" else f"[{leaf}, {rest}"
        label = self.env._("%(list)s (own debts)", list=result["name"])
        return {**result, "name": label, "display_name": label}

    def _collection_is_summed(self, result):
        return (
            result["res_model"] in SUMMED
            and (result.get("xml_id") or "").startswith("collections_followup.")
            and OTHERS not in (result.get("context") or "")
        )
