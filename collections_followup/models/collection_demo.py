import csv
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.tools import file_open, split_every

MODULE = "collections_followup"
#: Documents booked between two counts of the tables.
BATCH = 20
#: Terms named in documents.csv.
TERMS = {
    "15": "account.account_payment_term_15days",
    "30": "account.account_payment_term_30days",
    "45": "account.account_payment_term_45days",
    "instalments": f"{MODULE}.demo_term_instalments",
}
#: Units of a foreign currency for one of the company's, 500 days ago and 45 days ago.
RATES = {
    "demo_company": {"USD": (1.0821, 1.1043), "GBP": (0.8534, 0.8611)},
    "demo_company_uk": {"EUR": (1.1717, 1.1613), "USD": (1.2682, 1.2825)},
}
SALES_TAX = {"demo_company": 23.0, "demo_company_uk": 20.0}
#: Days overdue of the reminder before the due date.
BEFORE_DUE = -4


class CollectionDemo(models.AbstractModel):
    """Books of the demonstration companies: invoices, payments and credits up to today.

    What happened is in ``demo/documents.csv``, with days relative to today, so that the
    demonstration is always fresh. The follow-up of the last weeks is in
    ``collection_demo_history.py``. Everything goes through Odoo's own accounting.
    """

    _name = "collection.demo"
    _description = "Collections Demonstration Data"

    @api.model
    def _generate(self, on=None):
        """Make the books of the demonstration companies and their follow-up until ``on``.

        Does nothing where it has been done before.

        :param date on: the demonstration's today
        :return: whether something was made
        """
        on = on or fields.Date.context_today(self)
        companies = self._get_companies()
        if not companies or self._has_books(companies):
            return False
        demo = self.with_context(
            lang="en_US",
            tracking_disable=True,
            mail_auto_subscribe_no_notify=True,
            allowed_company_ids=companies.ids,
        )
        for company in companies:
            demo._prepare_company(company, on)
        demo._set_languages()
        demo._make_policy(companies[0])
        demo._live(on, companies)
        return True

    @api.model
    def _get_companies(self):
        names = (f"{MODULE}.{name}" for name in SALES_TAX)
        found = [self.env.ref(name, raise_if_not_found=False) for name in names]
        return self.env["res.company"].union(*filter(None, found))

    @api.model
    def _has_books(self, companies):
        domain = [("company_id", "in", companies.ids), ("state", "=", "posted")]
        return bool(self.env["account.move"].search_count(domain, limit=1))

    @api.model
    def _read(self, name):
        """Rows of a file in ``demo/``, as dicts."""
        with file_open(f"{MODULE}/demo/{name}") as file:
            return [{**row, "day": int(row["day"])} for row in csv.DictReader(file)]

    @api.model
    def _debtor(self, name):
        return self.env.ref(f"{MODULE}.demo_debtor_{name}")

    # === Company === #
    @api.model
    def _prepare_company(self, company, on):
        """Chart of accounts, bank account on the bank journal, tax and exchange rates."""
        if not company.chart_template:
            self._load_chart(company)
        name = self._name_of(company)
        tax = company.account_sale_tax_id
        if tax:
            tax.write({"name": f"VAT {SALES_TAX[name]:g}%", "amount": SALES_TAX[name]})
        bank = self.env.ref(f"{MODULE}.demo_bank_account{name.removeprefix('demo_company')}", False)
        journal = self.env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "=", "bank")], limit=1
        )
        if bank and journal and not journal.bank_account_id:
            journal.bank_account_id = bank
        self._set_rates(company.with_company(company), RATES[name], on)

    @api.model
    def _load_chart(self, company):
        """The generic chart of accounts, but in the company's own country and currency: it would
        make every company one of the United States."""
        currency, country = company.currency_id, company.country_id
        # Not try_loading(): that warns while modules are being loaded, as they are here.
        self.env["account.chart.template"]._load("generic_coa", company, install_demo=False)
        company.write({"currency_id": currency.id, "account_fiscal_country_id": country.id})
        for model in ("account.tax.group", "account.tax"):
            self.env[model].search([("company_id", "=", company.id)]).country_id = country

    @api.model
    def _make_policy(self, company):
        """A policy of the company's own: the standard one with a reminder before the due date and
        a minimum amount. The sister company keeps the standard policy."""
        standard = self.env.ref(f"{MODULE}.policy_standard")
        policy = standard.copy(
            {
                "name": company.name,
                "company_id": company.id,
                "currency_id": company.currency_id.id,
                "minimum_amount": 10.0,
                "mode": "review",
            }
        )
        company.collection_policy_id = policy
        first = policy.stage_ids[:1]
        if first.min_days_overdue <= BEFORE_DUE:
            return
        template = self.env.ref(f"{MODULE}.demo_mail_template_before_due")
        action = {"channel": "email", "mail_template_id": template.id}
        self.env["collection.stage"].create(
            {
                "policy_id": policy.id,
                "name": "Soon to be due",
                "sequence": first.sequence - 5,
                "min_days_overdue": BEFORE_DUE,
                "action_ids": [Command.create(action)],
            }
        )

    @api.model
    def _name_of(self, company):
        return next(name for name in SALES_TAX if self.env.ref(f"{MODULE}.{name}") == company)

    @api.model
    def _set_rates(self, company, rates, on):
        Rate = self.env["res.currency.rate"].with_company(company)
        for code, values in rates.items():
            currency = self.env.ref(f"base.{code}")
            currency.active = True
            for days, value in zip((500, 45), values, strict=True):
                day = on - timedelta(days=days)
                known = [("currency_id", "=", currency.id), ("company_id", "=", company.id)]
                if not Rate.search_count([*known, ("name", "=", day)]):
                    Rate.create(
                        {
                            "currency_id": currency.id,
                            "company_id": company.id,
                            "name": day,
                            "company_rate": value,
                        }
                    )

    @api.model
    def _set_languages(self):
        """Debtors get letters in their own language where it is installed, else in English."""
        installed = dict(self.env["res.lang"].get_installed())
        ids = self.env["ir.model.data"].search(
            [("module", "=", MODULE), ("name", "=like", "demo\\_debtor\\_%")]
        )
        for partner in self.env["res.partner"].browse(ids.mapped("res_id")):
            prefix = f"{(partner.country_id.code or '').lower()}_"
            own = [code for code in installed if code.startswith(prefix)]
            partner.lang = own[0] if own else "en_US" if "en_US" in installed else partner.lang

    # === Documents === #
    @api.model
    def _book(self, rows, on, books):
        """Post documents.

        :param list rows: rows of documents.csv
        :param dict books: key of a document: journal entry, filled here
        """
        for company in self._get_companies():
            demo = self.with_company(company)
            mine = [row for row in rows if demo._company_of(row) == company]
            documents = [row for row in mine if row["kind"] != "payment"]
            for batch in split_every(BATCH, documents):
                demo._book_documents(batch, on, books)
                demo._count_books()
            demo._receive([row for row in mine if row["kind"] == "payment"], on, books)
            demo._count_books()

    @api.model
    def _book_documents(self, rows, on, books):
        values = [self._prepare_document(row, on) for row in rows]
        moves = self.env["account.move"].create(values)
        moves.action_post()
        for row, move in zip(rows, moves, strict=True):
            books[row["key"]] = move
            if row["kind"] == "disputed":
                move.no_followup = True
            self._settle(move, row, books)

    @api.model
    def _count_books(self):
        """All of it is one transaction, in which PostgreSQL does not count its tables by itself;
        Odoo's search for the payments of an invoice then takes minutes."""
        self.env.flush_all()
        self.env.cr.execute(
            "ANALYZE account_move, account_move_line, account_partial_reconcile, account_payment"
        )

    @api.model
    def _company_of(self, row):
        suffix = f"_{row['company']}" if row["company"] else ""
        return self.env.ref(f"{MODULE}.demo_company{suffix}")

    @api.model
    def _currency_of(self, row):
        code = row["currency"]
        return self.env.ref(f"base.{code}") if code else self.env.company.currency_id

    @api.model
    def _prepare_document(self, row, on):
        day = on + timedelta(days=row["day"])
        if row["kind"] == "opening":
            return self._prepare_opening(row, day)
        debtor = self._debtor(row["debtor"])
        domestic = debtor.country_id == self.env.company.country_id
        tax = self.env.company.account_sale_tax_id if domestic else self.env["account.tax"]
        credit_note = row["kind"] == "credit_note"
        term = self.env.ref(TERMS[row["term"]], raise_if_not_found=False)
        return {
            "move_type": "out_refund" if credit_note else "out_invoice",
            "partner_id": debtor.id,
            "invoice_date": day,
            "date": day,
            "currency_id": self._currency_of(row).id,
            "invoice_payment_term_id": term.id if term and not credit_note else False,
            "invoice_date_due": day,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": row["text"],
                        "quantity": float(row["quantity"]),
                        "price_unit": float(row["price"]),
                        "tax_ids": [Command.set(tax.ids)],
                    }
                )
            ],
        }

    @api.model
    def _prepare_opening(self, row, day):
        """A balance brought forward: a journal item without an invoice."""
        debtor = self._debtor(row["debtor"])
        amount = float(row["price"])
        contra = self.env["account.account"].search(
            [
                *self.env["account.account"]._check_company_domain(self.env.company),
                ("account_type", "in", ("equity_unaffected", "equity")),
            ],
            limit=1,
        )
        receivable = debtor.with_company(self.env.company).property_account_receivable_id
        shared = {"name": row["text"], "partner_id": debtor.id}
        debit = {"account_id": receivable.id, "debit": amount, "date_maturity": day}
        credit = {"account_id": contra.id, "credit": amount}
        lines = [Command.create({**shared, **values}) for values in (debit, credit)]
        return {"move_type": "entry", "date": day, "ref": row["text"], "line_ids": lines}

    @api.model
    def _settle(self, move, row, books):
        """Match an entry with the invoices that it pays."""
        settled = self.env["account.move"].union(*(books[key] for key in row["settles"].split()))
        if settled:
            lines = (move | settled).line_ids.filtered(
                lambda line: line.account_type == "asset_receivable" and not line.reconciled
            )
            lines.reconcile()

    # === Payments === #
    @api.model
    def _receive(self, rows, on, books):
        """Register payments: of what is open, of a part, or on account."""
        journal = self.env["account.journal"].search(
            [("company_id", "=", self.env.company.id), ("type", "=", "bank")], limit=1
        )
        values = [self._prepare_payment(row, on, books, journal) for row in rows]
        # Where a bank reconciliation is installed, payments have an entry only if asked for.
        payments = self.env["account.payment"].with_context(force_payment_move=True).create(values)
        payments.action_post()
        for payment, row in zip(payments, rows, strict=True):
            self._settle(payment.move_id, row, books)

    @api.model
    def _prepare_payment(self, row, on, books, journal):
        settled = self.env["account.move"].union(*(books[key] for key in row["settles"].split()))
        amount, currency = row["price"], settled.currency_id[:1] or self._currency_of(row)
        if amount.endswith("%"):
            share = float(amount.removesuffix("%")) / 100
            amount = sum(settled.mapped("amount_total")) * share
        else:
            amount = float(amount or sum(settled.mapped("amount_residual")))
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": self._debtor(row["debtor"]).id,
            "journal_id": journal.id,
            "date": on + timedelta(days=row["day"]),
            "amount": currency.round(amount),
            "currency_id": currency.id,
            "memo": row["text"] or " ".join(settled.mapped("name")),
        }
