from odoo import models

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
        """Whether a list is about records each of which belongs to one company; settings may belong
        to all of them."""
        if not (result.get("xml_id") or "").startswith("collections_followup."):
            return False
        if OTHERS in (result.get("context") or "") or result["res_model"] not in self.env:
            return False
        model = self.env[result["res_model"]]
        company = model._fields.get("company_id")
        if model._transient or not company:
            return False
        of_one = company.required or company.related or not model._auto
        return model._name == "account.move.line" or bool(of_one)
