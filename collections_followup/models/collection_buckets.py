from odoo import api, models

from ..tools.ageing import MAX_LIMITS

#: Not due, one bucket up to each limit, and older than the last.
MAX_BUCKETS = MAX_LIMITS + 2


class CollectionBuckets(models.AbstractModel):
    """Amounts by age in fields ``amount_0``, ``amount_1``… for as many buckets as there may be;
    people see those of their company, under the company's names."""

    _name = "collection.buckets"
    _description = "Amounts by Age"

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        result = super().fields_get(allfields, attributes)
        labels = self.env.company._get_ageing_labels()
        for number in range(MAX_BUCKETS):
            name = f"amount_{number}"
            if number >= len(labels):
                result.pop(name, None)
            elif "string" in result.get(name, ()):
                result[name]["string"] = labels[number]
        return result

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self.env.company._get_ageing_limits())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Views have a column for each possible bucket; those without one are left out."""
        arch, view = super()._get_view(view_id, view_type, **options)
        labels = self.env.company._get_ageing_labels()
        for number in range(MAX_BUCKETS):
            for node in arch.xpath(f"//field[@name='amount_{number}']"):
                if number < len(labels):
                    node.set("string", labels[number])
                    if view_type == "list":
                        node.set("sum", labels[number])
                else:
                    node.getparent().remove(node)
        return arch, view
