from odoo import api, fields, models


class CollectionWritingWarning(models.AbstractModel):
    """What stands against a message to a debtor, said before it is written."""

    _name = "collection.writing.warning"
    _description = "Warning before a Message to a Debtor"

    collection_warning_html = fields.Html(
        compute="_compute_collection_warning_html", sanitize=False
    )

    def _compute_collection_warning_html(self):
        for composer in self:
            case, channel, recipients = composer._get_collection_message()
            warnings = case and case._get_writing_warnings(channel, recipients)
            composer.collection_warning_html = warnings and case._render_part(
                "banners", {"warnings": warnings}
            )

    def _get_collection_message(self):
        """To be given by the composer.

        :return: (collection.case, channel, res.partner); no case where the message is not about
            one
        """
        raise NotImplementedError

    @api.model
    def _get_collection_case(self, model, ids):
        """The case that a message is about, when the user may see it."""
        case = self.env["collection.case"]
        if len(ids) == 1 and model == case._name:
            case = case.browse(ids)
        elif len(ids) == 1 and (model or "").startswith("collection."):
            # sudo: whose case it is; whether the user may see it is asked below.
            record_sudo = self.env[model].browse(ids).sudo()
            case = case.browse(record_sudo["case_id"].id if "case_id" in record_sudo else ())
        return case.exists().filtered(lambda case: case.has_access("read"))
