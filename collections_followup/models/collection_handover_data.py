import json

from odoo import models

from ..tools.csv_text import make_csv

#: Name and version of the structure in ``file.json``; raised when a field changes its meaning.
FORMAT = "collections_followup.handover"
VERSION = 1
ITEM_COLUMNS = (
    "document",
    "reference",
    "date",
    "due",
    "currency",
    "amount",
    "paid",
    "open",
    "interest_and_fees",
    "enforceable_until",
)


class CollectionHandover(models.Model):
    """The file as data: what a lawyer's or agency's program reads."""

    _inherit = "collection.handover"

    def _get_data(self):
        """Everything of the file as plain values; the structure is described in the README."""
        self.ensure_one()
        return {
            "format": FORMAT,
            "version": VERSION,
            "file": {
                "number": self.name,
                "kind": self.kind,
                "date": str(self.date_placed or self.env["collection.case"]._today()),
                "their_reference": self.reference or "",
                "payment_reference": self.case_id.reference or "",
                "terms": self.terms or "",
                "note": self.note or "",
                "without_documents_because": self.override_reason or "",
            },
            "creditor": self._get_party(self.company_id.partner_id),
            "recipient": self._get_party(self.partner_id) if self.partner_id else None,
            "debtor": {
                **self._get_party(self.debtor_id),
                "consumer": self.debtor_id._is_consumer(),
                "contacts": [self._get_party(child) for child in self.debtor_id.child_ids],
            },
            "items": self._get_item_rows(),
            "totals": self._get_totals(),
            "contacts": self._get_contact_rows(),
            "agreements": self._get_agreement_rows(),
            "disputes": self._get_dispute_rows(),
            "legal_steps": [
                {
                    "kind": step.kind,
                    "date": str(step.date),
                    "court": step.court or "",
                    "file_number": step.file_number or "",
                    "deadline": str(step.deadline or ""),
                    "result": step.result or "",
                }
                for step in self.case_id.legal_step_ids.sorted("date")
            ],
        }

    def _get_party(self, partner):
        partner = partner.sudo()  # sudo: addresses of those the file is about
        return {
            "name": partner.name or "",
            "street": ", ".join(filter(None, (partner.street, partner.street2))),
            "zip": partner.zip or "",
            "city": partner.city or "",
            "country": partner.country_id.code or "",
            "vat": partner.vat or "",
            "company_registry": partner.company_registry or "",
            "email": partner.email or "",
            "phone": partner.phone or "",
        }

    def _get_charges(self):
        """Interest and fees of the items, as they have been reckoned and not waived.

        :return: {line id: amount}
        """
        groups = self.env["collection.charge"]._read_group(
            [("move_line_id", "in", self.move_line_ids.ids), ("state", "!=", "waived")],
            ["move_line_id"],
            ["amount:sum"],
        )
        return {line.id: amount for line, amount in groups}

    def _get_item_rows(self):
        today = self.env["collection.case"]._today()
        charges = self._get_charges()
        limits = self.case_id._get_limitations(self.move_line_ids, today)
        rows = []
        for line in self.move_line_ids.sorted(lambda line: line.date_maturity or line.date):
            currency, move = line.currency_id, line.move_id
            limit = limits.get(line)
            rows.append(
                {
                    "document": move.name,
                    "reference": move.ref or move.payment_reference or "",
                    "date": str(move.invoice_date or move.date),
                    "due": str(line.date_maturity or line.date),
                    "currency": currency.name,
                    "amount": currency.round(line.amount_currency),
                    "paid": currency.round(line.amount_currency - line.amount_residual_currency),
                    "open": currency.round(line.amount_residual_currency),
                    "interest_and_fees": charges.get(line.id, 0.0),
                    "enforceable_until": str(limit[0].ends or "") if limit else "",
                }
            )
        return rows

    def _get_totals(self):
        """What is open, with interest and fees, in each currency."""
        totals = {}
        for row in self._get_item_rows():
            found = totals.setdefault(row["currency"], {"open": 0.0, "interest_and_fees": 0.0})
            for name in found:
                found[name] = round(found[name] + row[name], 6)
        return totals

    def _get_contact_rows(self):
        logs = self.env["collection.contact.log"].search(
            [("case_id", "=", self.case_id.id), ("state", "in", ("sent", "done", "failed"))],
            order="date, id",
        )
        channels = dict(logs._selection_channel())
        states = dict(logs._fields["state"]._description_selection(self.env))
        return [
            {
                "date": str(log.date),
                "direction": log.direction or "out",
                "channel": channels.get(log.channel, log.channel),
                "person": log.partner_id.name or "",
                "address": log.address or "",
                "stage": log.stage_id.name or "",
                "result": log.outcome_id.name or states.get(log.state, ""),
                "arrived": str(log.date_done.date()) if log.date_done else "",
                "amount": log.amount,
                "currency": log.currency_id.name or "",
            }
            for log in logs
            if log.channel != "handover"
        ]

    def _get_agreement_rows(self):
        states = dict(
            self.env["collection.agreement"]._fields["state"]._description_selection(self.env)
        )
        return [
            {
                "date": str(agreement.date),
                "kind": agreement.kind,
                "name": agreement.name,
                "amount": agreement.amount_total,
                "paid": agreement.amount_paid,
                "currency": agreement.currency_id.name,
                "state": states.get(agreement.state, ""),
            }
            for agreement in self.document_ids[:1]._get_agreements()
        ]

    def _get_dispute_rows(self):
        return [
            {
                "date": str(dispute.date),
                "name": dispute.name,
                "about": dispute.items_text or "",
                "amount": dispute.amount_disputed,
                "currency": dispute.currency_id.name,
                "description": dispute.description or "",
                "answer": dispute.answer or "",
                "resolution": dispute.resolution or "",
            }
            for dispute in self.document_ids[:1]._get_disputes()
        ]

    def _make_json(self, documents):
        data = {**self._get_data(), "documents": documents}
        return json.dumps(data, ensure_ascii=False, indent=2).encode()

    def _make_csv(self):
        """The items as a table."""
        return make_csv(ITEM_COLUMNS, self._get_item_rows())
