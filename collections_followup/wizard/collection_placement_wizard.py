import base64
import binascii
from io import BytesIO
from zipfile import BadZipFile

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_amount

from ..tools.placement import read_csv, read_debts

#: Bytes and rows of a file that is still read.
MAX_SIZE = 5_000_000
MAX_ROWS = 5000
#: Errors that are told; whoever has more mends these first.
MAX_TOLD = 50


class CollectionPlacementWizard(models.TransientModel):
    """Read a client's file of debts: all of it is booked in the client's ledger, or nothing.

    Debts that were placed already are left out, so that a file may be read again.
    """

    _name = "collection.placement.wizard"
    _description = "Place Debts"

    mandate_id = fields.Many2one("collection.mandate", required=True, readonly=True)
    currency_id = fields.Many2one(related="mandate_id.currency_id")
    content = fields.Binary(string="File of Debts", attachment=False)
    file_name = fields.Char()
    date = fields.Date(
        string="Booked On",
        required=True,
        default=lambda self: self.env["collection.case"]._today(),
    )
    error_text = fields.Text(compute="_compute_preview")
    new_count = fields.Integer(string="New Debts", compute="_compute_preview")
    known_count = fields.Integer(string="Placed Already", compute="_compute_preview")
    total = fields.Monetary(compute="_compute_preview")

    @api.depends("content", "file_name", "mandate_id")
    def _compute_preview(self):
        for wizard in self:
            debts, errors = wizard._read() if wizard.content else ([], [])
            known = wizard._get_known(debts)
            new = [debt for debt in debts if wizard._get_key(debt) not in known]
            wizard.error_text = "\n".join(errors[:MAX_TOLD]) or False
            wizard.new_count = len(new)
            wizard.known_count = len(debts) - len(new)
            wizard.total = float(sum(debt.amount for debt in new))

    # === Actions === #
    def action_apply(self):
        """Book the debts and show them."""
        self.ensure_one()
        placements = self._place()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "collections_followup.collection_placement_action"
        )
        return {**action, "domain": [("id", "in", placements.ids)]}

    # === Reading === #
    def _read(self):
        """:return: (debts, sentences about what is wrong)"""
        try:
            content = base64.b64decode(self.content, validate=True)
        except (binascii.Error, ValueError):
            return [], [self.env._("The file could not be read. Choose it again.")]
        if len(content) > MAX_SIZE:
            return [], [self.env._("The file is larger than 5 MB. Divide it.")]
        try:
            rows = self._read_xlsx(content) if content[:2] == b"PK" else read_csv(content)
        except (ValueError, KeyError, BadZipFile, OSError) as error:
            return [], [self.env._("This is no CSV file and no workbook: %s", error)]
        if len(rows) > MAX_ROWS:
            return [], [self.env._("The file has more than %s rows. Divide it.", MAX_ROWS)]
        debts, errors = read_debts(rows, self._get_labels())
        sentences = [self._tell(error) for error in errors]
        return debts, sentences + self._check_currency(debts) + self._check_countries(debts)

    @api.model
    def _read_xlsx(self, content):
        from openpyxl import load_workbook

        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
        return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]

    def _tell(self, error):
        """One thing that is wrong, as a sentence with its row."""
        column = self._get_columns().get(error.column, error.column)
        sentences = {
            "empty": self.env._("There are no debts in the file."),
            "column_missing": self.env._("There is no column “%s”.", column),
            "column_twice": self.env._("There are two columns for “%s”.", column),
            "missing": self.env._("“%s” is empty.", column),
            "bad_date": self.env._(
                "“%s” is no day that can be read in one way only. Write 2026-03-31 or 31.3.2026.",
                error.value,
            ),
            "bad_amount": self.env._(
                "“%s” is no amount that can be read in one way only. Write 1234.50.", error.value
            ),
            "not_positive": self.env._("The amount has to be above zero, not %s.", error.value),
            "due_before_date": self.env._("It is due before its own date."),
            "twice": self.env._("The same debt stands in row %s already.", error.value),
        }
        return self.env._(
            "Row %(row)s: %(what)s", row=error.row, what=sentences.get(error.code, error.code)
        )

    def _get_labels(self):
        """Headings in every language of the database: a client writes in the client's own."""
        labels = {}
        for lang, _name in self.env["res.lang"].get_installed():
            for column, label in self.with_context(lang=lang)._get_columns().items():
                labels.setdefault(column, set()).add(label)
        return labels

    def _get_columns(self):
        return {
            "debtor": self.env._("Debtor"),
            "reference": self.env._("Debtor number"),
            "document": self.env._("Document"),
            "date": self.env._("Date"),
            "due": self.env._("Due"),
            "amount": self.env._("Amount"),
            "currency": self.env._("Currency"),
            "street": self.env._("Street"),
            "zip": self.env._("ZIP"),
            "city": self.env._("City"),
            "country": self.env._("Country"),
            "email": self.env._("E-mail"),
            "phone": self.env._("Phone"),
            "vat": self.env._("VAT"),
        }

    def _check_currency(self, debts):
        own = self.currency_id.name
        return [
            self.env._(
                "Row %(row)s: the currency is %(currency)s, and the client's ledger is in %(own)s.",
                row=debt.row,
                currency=debt.currency,
                own=own,
            )
            for debt in debts
            if debt.currency and debt.currency != own
        ]

    def _check_countries(self, debts):
        codes = {dict(debt.details).get("country", "").upper() for debt in debts} - {""}
        known = self.env["res.country"].search([("code", "in", list(codes))])
        territory = self.mandate_id.country_ids
        problems = []
        for debt in debts:
            code = dict(debt.details).get("country", "").upper()
            country = known.filtered(lambda c, code=code: c.code == code)
            if code and not country:
                what = self.env._("there is no country with the code “%s”.", code)
            elif territory and country not in territory:
                what = self.env._("the mandate does not reach the debtor's country.")
            else:
                continue
            problems.append(self.env._("Row %(row)s: %(what)s", row=debt.row, what=what))
        return problems

    # === Placing === #
    @api.model
    def _get_key(self, debt):
        return debt.key.lower(), debt.document.lower(), debt.due

    def _get_known(self, debts):
        if not debts:
            return set()
        placed = self.env["collection.placement"].search_fetch(
            [
                ("mandate_id", "=", self.mandate_id.id),
                ("due", "in", list({debt.due for debt in debts})),
                ("date_returned", "=", False),
            ],
            ["debtor_key", "document", "due"],
        )
        return {(p.debtor_key.lower(), p.document.lower(), p.due) for p in placed}

    def _place(self):
        mandate = self.mandate_id
        mandate.check_access("read")
        if not self.content:
            raise UserError(self.env._("Choose the client's file first."))
        objection = mandate._get_objection(self.env["collection.case"]._today())
        if objection not in ("", "mandate_territory"):
            raise UserError(self.env["collection.compliance"]._get_reasons()[objection])
        debts, errors = self._read()
        if errors:
            raise UserError(
                self.env._(
                    "Nothing was placed. Mend the file first:\n%s", "\n".join(errors[:MAX_TOLD])
                )
            )
        journal = self._get_journal()
        self.env["collection.writeoff"]._check_lock(mandate.ledger_company_id, journal, self.date)
        # Two people who read the same file at once would book it twice.
        mandate.sudo().lock_for_update()
        known = self._get_known(debts)
        new = [debt for debt in debts if self._get_key(debt) not in known]
        if not new:
            raise UserError(self.env._("All debts of this file have been placed already."))
        placements = self._book(new, journal)
        mandate._message_log(
            body=self.env._(
                "%(count)s debts placed, %(total)s in all; %(known)s were placed before.",
                count=len(new),
                total=format_amount(
                    self.env, float(sum(debt.amount for debt in new)), self.currency_id
                ),
                known=len(debts) - len(new),
            )
        )
        return placements

    def _get_journal(self):
        # sudo: the ledger of the client is another company.
        journal = (
            self.env["account.journal"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.mandate_id.ledger_company_id.id),
                    ("type", "=", "general"),
                ],
                limit=1,
            )
        )
        if not journal:
            raise UserError(
                self.env._(
                    "The client's ledger has no journal for entries. Install its chart of accounts."
                )
            )
        return journal

    def _book(self, debts, journal):
        """An entry for each debt: owed by the debtor, and to the client once it is paid."""
        ledger = self.mandate_id.ledger_company_id
        partners = self._get_partners(debts)
        # sudo: who places debts of a client books them in the client's ledger.
        moves = self.env["account.move"].sudo().with_company(ledger)
        moves = moves.create(
            [self._prepare_move(d, partners[d.key.lower()], journal) for d in debts]
        )
        moves.action_post()
        return (
            self.env["collection.placement"]
            .sudo()
            .create(
                [
                    {
                        "mandate_id": self.mandate_id.id,
                        "partner_id": partners[debt.key.lower()].id,
                        "debtor_key": debt.key,
                        "document": debt.document,
                        "due": debt.due,
                        "amount": float(debt.amount),
                        "move_id": move.id,
                    }
                    for debt, move in zip(debts, moves, strict=True)
                ]
            )
        )

    def _prepare_move(self, debt, partner, journal):
        ledger = self.mandate_id.ledger_company_id
        # sudo: as above; accounts of partners are a property of the ledger.
        client = self.mandate_id.client_id.sudo().with_company(ledger)
        debtor = partner.sudo().with_company(ledger)
        amount = float(debt.amount)
        return {
            "move_type": "entry",
            "journal_id": journal.id,
            "date": self.date,
            "ref": debt.document,
            "line_ids": [
                Command.create(
                    {
                        "name": debt.document,
                        "account_id": debtor.property_account_receivable_id.id,
                        "partner_id": partner.id,
                        "date_maturity": debt.due,
                        "debit": amount,
                        "no_followup": False,
                    }
                ),
                Command.create(
                    {
                        "name": self.env._("Placed: %(document)s", document=debt.document),
                        "account_id": client.property_account_payable_id.id,
                        "partner_id": client.id,
                        "credit": amount,
                    }
                ),
            ],
        }

    def _get_partners(self, debts):
        """Debtors by the client's number: those placed before, and new ones for the others.

        :return: {number in lower case: res.partner}
        """
        placed = self.env["collection.placement"].search(
            [("mandate_id", "=", self.mandate_id.id)], order="id"
        )
        result = {placement.debtor_key.lower(): placement.partner_id for placement in placed}
        new = {d.key.lower(): d for d in reversed(debts) if d.key.lower() not in result}
        codes = {dict(debt.details).get("country", "").upper() for debt in new.values()} - {""}
        countries = {
            c.code: c.id for c in self.env["res.country"].search([("code", "in", [*codes])])
        }
        # sudo: collectors may not create contacts in general; these are the client's debtors.
        partners = (
            self.env["res.partner"]
            .sudo()
            .create([self._prepare_partner(debt, countries) for debt in new.values()])
        )
        result.update(zip(new, partners, strict=True))
        return result

    def _prepare_partner(self, debt, countries):
        details = dict(debt.details)
        names = ("street", "zip", "city", "email", "phone", "vat")
        return {
            "name": debt.debtor,
            "ref": details.get("reference"),
            "company_id": self.mandate_id.ledger_company_id.id,
            "country_id": countries.get(details.get("country", "").upper(), False),
            "is_company": bool(details.get("vat")),
            **{name: details[name] for name in names if name in details},
        }
