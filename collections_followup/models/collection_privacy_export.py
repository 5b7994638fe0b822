import io
import json
import zipfile

from odoo import api, models
from odoo.tools import format_amount, html2plaintext

#: Fields of the contact that are handed over.
CONTACT = (
    "name",
    "street",
    "street2",
    "zip",
    "city",
    "phone",
    "email",
    "vat",
    "company_registry",
    "lang",
    "comment",
    "collection_caution",
    "collection_instruction",
    "collection_preferred_channel",
)
#: Columns that say nothing about the person.
TECHNICAL = {
    "id",
    "create_uid",
    "write_uid",
    "write_date",
    "__last_update",
    "access_token",
    "case_id",
    "company_id",
    "debtor_id",
    "sequence",
    "mail_activity_type_id",
    "message_id",
    "parent_id",
    "reply_to",
    "reply_to_force_new",
    "email_layout_xmlid",
    "email_add_signature",
    "is_internal",
    "link_counter",
    "record_company_id",
    "record_alias_domain_id",
    "res_id",
    "person_key",
    "payment_mark",
}
#: Records of which a list of names says something.
LISTED = ("account.move.line", "account.move")
BANK = ("acc_number", "acc_holder_name", "bank_id")
SIMPLE = ("char", "text", "html", "date", "datetime", "integer", "float", "monetary", "boolean")


class CollectionPrivacy(models.AbstractModel):
    """The file of one person, as a ZIP with a page to read, one to compute with, and papers."""

    _inherit = "collection.privacy"

    @api.model
    def _export(self, debtor, reason=""):
        """Everything that is kept about a person (GDPR, Articles 15 and 20).

        :return: ir.attachment of the user
        """
        self._check_supervisor()
        data = self._collect(debtor)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(
                "data.json", json.dumps(data, default=str, ensure_ascii=False, indent=2)
            )
            archive.writestr("index.html", self._render_overview(debtor, data))
            for name, content in self._get_papers(debtor):
                archive.writestr(name, content)
        rows = [
            {
                "name": part["title"],
                "count": len(part["rows"]),
                "goes": len(part["rows"]),
                "why": "",
            }
            for part in data["parts"]
        ]
        self._write_log("export", debtor, reason, rows)
        # sudo: the file is for who asked for it, and is attached to nothing others may read.
        return (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": f"{self.env._('Personal data')} {debtor.name}.zip".replace("/", "-"),
                    "raw": buffer.getvalue(),
                    "mimetype": "application/zip",
                    "res_model": "collection.privacy.wizard",
                    "res_id": 0,
                }
            )
        )

    @api.model
    def _collect(self, debtor):
        """Contact, documents and our records as plain values with their labels."""
        # sudo: the file is handed over as a whole; the right has been checked.
        debtor_sudo = debtor.sudo()
        people = debtor_sudo | self._get_contacts(debtor)
        parts = [
            self._read_part(self.env._("Contact"), people, CONTACT),
            self._read_part(self.env._("Bank Accounts"), people.bank_ids, BANK),
            self._read_documents(debtor_sudo),
        ]
        messages = self.env["mail.message"].sudo()  # sudo: as above
        for kept in self._get_kept():
            records = self._find(kept, debtor)
            if kept.model == messages._name:
                messages |= records
                continue
            # Whose it is need not be said on every record.
            names = [name for name in self._get_names(records) if name != kept.owner]
            parts.append(self._read_part(self._get_title(records), records, names))
            messages |= self._get_messages(records)
        parts.append(self._read_part(self._get_title(messages), messages.sorted("id")))
        parts = [part for part in parts if part["rows"]]
        entries = self._get_entries().values()
        return {
            "debtor": debtor_sudo.name,
            "date": str(self.env["collection.case"]._today()),
            "controller": self.env.company.name,
            "parts": parts,
            "processing": [self._read_entry(entry) for entry in entries if entry.active],
        }

    @api.model
    def _get_title(self, records):
        return self.env["ir.model"]._get(records._name).name

    @api.model
    def _get_names(self, records):
        """Fields of a model that tell something about the person."""
        return [
            name
            for name, field in records._fields.items()
            if name not in TECHNICAL
            and (field.store or name in ("summary", "found"))
            and (
                field.type in (*SIMPLE, "many2one", "selection", "json")
                or field.comodel_name in LISTED
            )
            and not name.startswith(("activity_", "message_", "access_"))
        ]

    @api.model
    def _read_part(self, title, records, names=None):
        names = names or self._get_names(records)
        labels = records.fields_get(names, ["string", "selection"])
        rows = []
        for record in records:
            row = {}
            for name in names:
                value = self._plain(record, name, labels.get(name, {}))
                if value not in (None, "", False):
                    row[labels[name]["string"]] = value
            rows.append(row)
        return {"title": title, "rows": rows}

    @api.model
    def _plain(self, record, name, label):
        value, field = record[name], record._fields[name]
        if field.relational:
            return ", ".join(one.display_name or "" for one in value)
        if field.type == "selection":
            return dict(label.get("selection") or ()).get(value, value)
        if field.type in ("date", "datetime"):
            return field.to_string(value) if value else ""
        if field.type == "html":
            return html2plaintext(value or "", include_references=False).strip()
        if field.type == "monetary":
            currency = record[field.get_currency_field(record)]
            return format_amount(self.env, value, currency) if value and currency else value
        return value

    @api.model
    def _read_documents(self, debtor):
        """Invoices and credit notes, which stay in the books."""
        rows = [
            {
                self.env._("Number"): move.name,
                self.env._("Date"): str(move.date),
                self.env._("Amount"): format_amount(self.env, move.amount_total, move.currency_id),
                self.env._("Open"): format_amount(self.env, move.amount_residual, move.currency_id),
            }
            for move in self._get_moves(debtor)
        ]
        return {"title": self.env._("Invoices and Payments"), "rows": rows}

    @api.model
    def _get_moves(self, debtor):
        # sudo: as in _collect.
        return (
            self.env["account.move"]
            .sudo()
            .search(
                [
                    ("commercial_partner_id", "=", debtor.id),
                    ("state", "=", "posted"),
                    ("company_id", "in", self.env.companies.ids),
                ],
                order="date, id",
            )
        )

    @api.model
    def _read_entry(self, entry):
        bases = dict(entry._fields["basis"]._description_selection(self.env))
        return {
            "what": entry.name,
            "purpose": entry.purpose,
            "basis": bases[entry.basis],
            "recipients": entry.recipients or "",
            "months": entry.months,
            "law": entry.law or "",
        }

    @api.model
    def _render_overview(self, debtor, data):
        """The page to read, with its own style, so that it opens without a network."""
        return self.env["ir.qweb"]._render(
            "collections_followup.privacy_overview", {"data": data, "debtor": debtor}
        )
