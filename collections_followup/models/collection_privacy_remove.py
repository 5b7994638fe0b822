from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

#: What goes of a contact; name and postal address stand on the invoices.
EMPTY_CONTACT = {
    "phone": False,
    "email": False,
    "website": False,
    "comment": False,
    "image_1920": False,
    "partner_latitude": 0.0,
    "partner_longitude": 0.0,
    "collection_caution": False,
    "collection_instruction": False,
}


class CollectionPrivacy(models.AbstractModel):
    """How data go: records, or what they say about a person; with messages, files, history."""

    _inherit = "collection.privacy"

    @api.model
    def _remove(self, kept, records):
        """Delete records, or empty the fields that name the person; one statement."""
        if not records:
            return
        if kept.model == "mail.message":
            self._remove_messages(records)
            return
        if not kept.empties:
            records.unlink()
            return
        self._remove_what_hangs_on(records)
        records.flush_recordset()
        cleared = SQL(", ").join(SQL("%s = NULL", SQL.identifier(name)) for name in kept.empties)
        # Rows of history refuse to be written by hand; this is the one exception.
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE id = ANY(%s)",
                SQL.identifier(records._table),
                cleared,
                list(records.ids),
            )
        )
        records.invalidate_recordset(kept.empties, flush=False)

    @api.model
    def _get_left_domain(self, kept):
        """Records of a kind that still hold something."""
        Model = self.env[kept.model]
        names = [*kept.empties, *self._get_message_fields(Model)]
        # sudo: the file's place alone.
        files = self.env["ir.attachment"].sudo().with_context(skip_res_field_check=True)
        files = files._search([("res_model", "=", kept.model)]).subselect("res_id")
        return Domain.OR(
            [*(Domain(name, "!=", False) for name in names), Domain("id", "in", files)]
        )

    @api.model
    def _get_message_fields(self, Model):
        return [name for name in ("message_ids", "message_id") if name in Model._fields]

    @api.model
    def _get_messages(self, records):
        """What was written on records, and the notice that a contact was."""
        # sudo: a person's file is handed over or erased as a whole; checked by the caller.
        messages = self.env["mail.message"].sudo()
        if "message_ids" in records._fields and records._name != "collection.case":
            messages = messages.search(
                [("model", "=", records._name), ("res_id", "in", records.ids)]
            )
        return messages | records.message_id if "message_id" in records._fields else messages

    # === What hangs on a record === #
    @api.model
    def _remove_what_hangs_on(self, records):
        """Messages, files, signatures and appointments of records whose texts are emptied."""
        self._remove_messages(self._get_messages(records))
        self._get_files(records).unlink()
        if "calendar_event_id" in records._fields:
            records.calendar_event_id.unlink()

    @api.model
    def _remove_messages(self, messages):
        """Messages with their files, and the texts that were sent with them."""
        if not messages:
            return
        # sudo: the queue of SMS keeps number and text of what could not be sent.
        texts = self.env["sms.sms"].sudo().search([("mail_message_id", "in", messages.ids)])
        texts.unlink()
        messages.attachment_ids.filtered(self._is_own_file).unlink()
        messages.unlink()

    @api.model
    def _is_own_file(self, file):
        """Whether a file was made or sent for collecting: invoices that were sent along stay."""
        owner = file.res_model or ""
        return not owner or owner.startswith(("collection.", "mail."))

    @api.model
    def _get_files(self, records):
        """Files of records, those in fields included."""
        # sudo: a person's file is handed over or erased as a whole; checked by the caller.
        files = self.env["ir.attachment"].sudo().with_context(skip_res_field_check=True)
        return files.search([("res_model", "=", records._name), ("res_id", "in", records.ids)])

    @api.model
    def _remove_case_files(self, cases):
        """Files on cases: letters that were printed, and what came in. They go with the last
        contact that has to be kept."""
        # sudo: as above.
        logs = self.env["collection.contact.log"].sudo()
        log = next(kept for kept in self._get_kept() if kept.model == logs._name)
        proven = logs.search(Domain("case_id", "in", cases.ids) & self._get_left_domain(log))
        self._get_files(cases - proven.case_id).unlink()

    # === The contact === #
    @api.model
    def _empty_contact(self, debtors):
        """Name and postal address stay on the invoices; the rest of the contact goes.

        The persons behind a company are archived under a name that says nothing.
        """
        # What is erased must be kept neither in the history of addresses nor in that of Odoo.
        quiet = {"collection_change_known": True, "tracking_disable": True}
        # sudo: supervisors may not edit contacts in general; erasure has been checked.
        people = debtors.sudo().with_context(**quiet)
        people.write(EMPTY_CONTACT)
        persons = self._get_contacts(people).filtered(lambda person: not person.is_company)
        persons = persons.with_context(**quiet)
        gone = {"name": self.env._("Erased"), "function": False, "active": False}
        persons.write({**EMPTY_CONTACT, **gone})
        # Those without an address of their own show that of the debtor, which stays.
        own = persons.filtered(lambda person: person.type != "contact")
        own.write(dict.fromkeys(("street", "street2", "zip", "city"), False))
        self._forget_old_values(people | persons)

    @api.model
    def _forget_old_values(self, people):
        """Odoo keeps what stood in a field before: numbers and addresses among it."""
        # sudo: as above; the messages themselves stay.
        values = self.env["mail.tracking.value"].sudo()
        values.search(
            [
                ("mail_message_id.model", "=", "res.partner"),
                ("mail_message_id.res_id", "in", people.ids),
                ("field_id.name", "in", [*EMPTY_CONTACT, "name", "function"]),
            ]
        ).unlink()
