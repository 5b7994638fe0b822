"""The world of the tests, built once a class: creditors with a chart of accounts, people with the
least rights for each role, debtors, ladders, and the words in which the tests speak."""

import json
from datetime import date, timedelta

from odoo import Command
from odoo.tests import TransactionCase, new_test_user, tagged

from odoo.addons.collections_followup.models.collection_contact_rule import SHIPPED

from .creditors import take_creditor

#: The day most tests take place on: a Monday, far from year's end.
ON = date(2026, 3, 16)
ROLES = ("reader", "collector", "supervisor", "manager")


def days(count):
    return timedelta(days=count)


@tagged("post_install", "-at_install")
class CollectionsCase(TransactionCase):
    """A creditor, and helpers to make, pay and chase debts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True, lang="en_US"))
        # Only the ladders and contact rules that a test builds itself count.
        cls.env["collection.policy"].search([]).active = False
        cls.env["collection.contact.rule"].search([]).active = False
        cls.company = cls.make_company("Northwind Traders")
        cls.env = cls.env(context=dict(cls.env.context, allowed_company_ids=cls.company.ids))
        cls.company = cls.company.with_env(cls.env)
        cls.usd = cls.company.currency_id
        cls.mail_template = cls.env["mail.template"].create(
            {
                "name": "Notice",
                "model_id": cls.env["ir.model"]._get_id("collection.contact.log"),
                "subject": "Notice {{ object.reference }}",
                "body_html": '<p>Please pay <t t-out="object.amount"/></p>',
            }
        )
        cls.sms_template = cls.env["sms.template"].create(
            {
                "name": "Text",
                "model_id": cls.env["ir.model"]._get_id("collection.contact.log"),
                "body": "Please pay {{ object.amount }}",
            }
        )
        cls.engine = cls.env["collection.engine"]

    # === Who === #
    @classmethod
    def make_company(cls, name):
        company = take_creditor(cls.env, name, email="ar@creditor.example")
        company.collection_policy_id = False
        return company

    @classmethod
    def make_user(cls, role, company=None, login=None):
        """Somebody with one collections role and no other right."""
        company = company or cls.company
        return new_test_user(
            cls.env,
            login or f"{role}_{company.id}",
            groups=f"collections_followup.group_{role}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
            email=f"{role}@creditor.example",
        )

    @classmethod
    def hire(cls, *roles):
        """One person of each role, under its name: ``self.collector``…"""
        for role in roles:
            setattr(cls, role, cls.make_user(role))

    @classmethod
    def make_debtor(cls, name="Debtor", **values):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "email": f"{name.lower().replace(' ', '.')}@debtor.example",
                "street": "Main Street 1",
                "city": "Springfield",
                "zip": "12345",
                **values,
            }
        )

    # === Ladders === #
    @classmethod
    def set_clock(cls, on=ON):
        """What asks for today is told this day."""
        cls.env = cls.env(context=dict(cls.env.context, collection_on=on))

    @classmethod
    def set_up_interest(cls, *roles):
        """A ladder with the interest of Italy, a debtor, and people of these roles."""
        cls.set_clock()
        cls.regime = cls.env["collection.interest.regime"].search([("code", "=", "IT")])
        cls.policy = cls.make_policy(
            ("Reminder", 1, "email"), interest_regime_id=cls.regime.id, charge_compensation=False
        )
        cls.debtor = cls.make_debtor()
        cls.hire(*(roles or ("collector", "supervisor", "manager")))

    @classmethod
    def activate_shipped_rules(cls):
        """The contact rules as they are after installation."""
        shipped = [entry["code"] for entry in json.loads(SHIPPED.read_text()) if entry["active"]]
        rules = cls.env["collection.contact.rule"].with_context(active_test=False)
        rules.search([("code", "in", shipped)]).active = True

    @classmethod
    def make_policy(cls, *stages, company=None, **values):
        """A ladder: each stage is (name, days overdue, action, action…) with actions as channel
        or as dict; it becomes the company's default.

        :param stages: a dict in the second place sets more than the days
        """
        company = company or cls.company
        policy = cls.env["collection.policy"].create(
            {
                "name": values.pop("name", "Ladder"),
                "company_id": company.id,
                "currency_id": company.currency_id.id,
                "mode": values.pop("mode", "review"),
                "min_interval_days": values.pop("min_interval_days", 0),
                **values,
                "stage_ids": [
                    Command.create(cls._prepare_stage(index, *stage))
                    for index, stage in enumerate(stages)
                ],
            }
        )
        company.collection_policy_id = policy
        return policy

    @classmethod
    def _prepare_stage(cls, index, name, start, *actions):
        values = start if isinstance(start, dict) else {"min_days_overdue": start}
        return {
            "name": name,
            "sequence": index,
            **values,
            "action_ids": [Command.create(cls._prepare_action(action)) for action in actions],
        }

    @classmethod
    def _prepare_action(cls, action):
        values = dict(action) if isinstance(action, dict) else {"channel": action}
        if values["channel"] in ("email", "letter"):
            values.setdefault("mail_template_id", cls.mail_template.id)
        if values["channel"] == "sms":
            values.setdefault("sms_template_id", cls.sms_template.id)
        return values

    # === Books === #
    @classmethod
    def make_euro(cls):
        """The euro, at 0.80 for a unit of the company's currency, and 0.50 since this month."""
        eur = cls.env.ref("base.EUR")
        eur.active = True
        cls.env["res.currency.rate"].create(
            [
                {"currency_id": eur.id, "name": day, "rate": rate, "company_id": cls.company.id}
                for day, rate in (("2025-01-01", 0.8), ("2026-03-01", 0.5))
            ]
        )
        return eur

    @classmethod
    def make_invoice(cls, debtor, amount, due, *, post=True, company=None, **values):
        """A posted invoice without tax, due on one day."""
        company = company or cls.company
        invoice = (
            cls.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": debtor.id,
                    "invoice_date": min(due, ON) - days(30),
                    "invoice_date_due": due,
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [
                        Command.create(
                            {"name": "Goods", "price_unit": amount, "tax_ids": [Command.clear()]}
                        )
                    ],
                    **values,
                }
            )
        )
        if post:
            invoice.action_post()
            cls.env.cr.flush()
        return invoice

    @classmethod
    def make_credit_note(cls, debtor, amount, due=ON, **values):
        return cls.make_invoice(debtor, amount, due, move_type="out_refund", **values)

    @classmethod
    def pay(cls, invoices, amount=None, on=ON):
        """Register a payment as a bookkeeper does, and match it with the invoices."""
        wizard = (
            cls.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoices.ids)
            .create({"payment_date": on, "group_payment": True})
        )
        if amount is not None:
            wizard.amount = amount
        payments = wizard._create_payments()
        cls.env.cr.flush()
        return payments

    @classmethod
    def make_entry(cls, debtor, amount, due, company=None, **values):
        """A journal entry on the receivable account without an invoice (a migrated balance)."""
        company = company or cls.company
        Account = cls.env["account.account"].with_company(company)
        of_company = [("company_ids", "in", company.ids)]
        receivable = Account.search(
            [*of_company, ("account_type", "=", "asset_receivable")], limit=1
        )
        income = Account.search([*of_company, ("account_type", "=", "income")], limit=1)
        line = {
            "account_id": receivable.id,
            "partner_id": debtor.id,
            "date_maturity": due,
            "debit": max(amount, 0),
            "credit": max(-amount, 0),
            "no_followup": False,
            **values,
        }
        counter = {
            "account_id": income.id,
            "debit": max(-amount, 0),
            "credit": max(amount, 0),
        }
        move = (
            cls.env["account.move"]
            .with_company(company)
            .create({"date": ON, "line_ids": [Command.create(line), Command.create(counter)]})
        )
        move.action_post()
        cls.env.cr.flush()
        return move

    @staticmethod
    def receivable(moves):
        return moves.line_ids.filtered(lambda line: line.account_type == "asset_receivable")

    # === Work === #
    def follow_up(self, on=ON, company=None, **values):
        """The night's run of one company."""
        summary = self.engine._run(on, companies=company or self.company, **values)
        self.env.cr.flush()
        return summary

    def release(self, run, user, logs=None, on=ON):
        """A person releases proposals, and the job makes them."""
        run_as = run.with_user(user)
        if logs is None:
            run_as.action_release()
        else:
            run_as._release(logs.with_user(user))
        self.make_released(on)

    def make_released(self, on=ON):
        while claimed := self.engine._claim_released(self.company):
            self.engine._deliver_safely(claimed, on)
        self.engine._close_released_runs()
        self.env.cr.flush()

    def arrive(self, logs):
        """The mail server accepts the messages."""
        self._report(logs, "sent")

    def bounce(self, logs):
        """The messages come back."""
        self._report(logs, "bounce")

    def _report(self, logs, status):
        notifications = logs.message_id.notification_ids
        self.assertTrue(notifications, "There is nothing on its way")
        notifications.write({"notification_status": status})
        self.env.cr.flush()

    def case_of(self, debtor, company=None):
        return self.env["collection.case"].search(
            [
                ("partner_id", "=", debtor.id),
                ("company_id", "=", (company or self.company).id),
                ("state", "!=", "closed"),
            ]
        )

    def run_of(self, on=ON, company=None):
        return self.env["collection.run"].search(
            [("company_id", "=", (company or self.company).id), ("date", "=", on)]
        )

    def contacts(self, debtor, **values):
        domain = [("debtor_id", "=", debtor.id)]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.env["collection.contact.log"].search(domain, order="id")

    # === Assertions === #
    def assertContacts(self, debtor, *expected):
        """The whole contact log of a debtor, oldest first, as (stage, channel, state or code)."""
        found = [
            (log.stage_id.name, log.channel, log.block_code or log.state)
            for log in self.contacts(debtor)
        ]
        self.assertEqual(found, list(expected))

    def assertStage(self, debtor, stage, company=None):
        case = self.case_of(debtor, company)
        self.assertEqual(case.stage_id.name or None, stage, case.no_contact_reason)

    def assertReason(self, debtor, code, company=None):
        """No contact is made, the code says why, and there is a sentence for it."""
        case = self.case_of(debtor, company)
        self.assertEqual(case.no_contact_code or None, code)
        if code:
            self.assertGreater(len(case.no_contact_reason), len(code))
