"""Books for tests that commit: a creditor with many debtors, all overdue."""

from datetime import timedelta

from odoo import Command

from .creditors import make_creditor


def fill_books(env, count, mode="automatic"):
    """A company with a one-stage ladder by e-mail and ``count`` debtors with an overdue invoice
    each; every other policy is archived.

    :return: the company
    """
    env["collection.policy"].search([]).active = False
    env["collection.contact.rule"].search([]).active = False
    company = make_creditor(env, "Northwind", email="ar@creditor.example")
    env = env(context=dict(env.context, allowed_company_ids=company.ids))
    template = env["mail.template"].create(
        {
            "name": "Notice",
            "model_id": env["ir.model"]._get_id("collection.contact.log"),
            "subject": "Notice {{ object.reference }}",
            "body_html": '<p>Please pay <t t-out="object.amount"/></p>',
            "email_from": "ar@creditor.example",
        }
    )
    action = {"channel": "email", "mail_template_id": template.id}
    company.collection_policy_id = env["collection.policy"].create(
        {
            "name": "Ladder",
            "company_id": company.id,
            "mode": mode,
            "stage_ids": [
                Command.create(
                    {
                        "name": "Reminder",
                        "min_days_overdue": 5,
                        "action_ids": [Command.create(action)],
                    }
                )
            ],
        }
    )
    debtors = env["res.partner"].create(
        [
            {"name": f"Debtor {i}", "email": f"debtor{i}@debtor.example", "is_company": True}
            for i in range(count)
        ]
    )
    add_invoices(env, company, debtors)
    return company


def add_invoices(env, company, debtors):
    today = env["collection.case"]._today()
    moves = (
        env["account.move"]
        .with_company(company)
        .create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": debtor.id,
                    "invoice_date": today - timedelta(days=40),
                    "invoice_date_due": today - timedelta(days=10),
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [
                        Command.create({"name": "Goods", "price_unit": 100, "tax_ids": False})
                    ],
                }
                for debtor in debtors
            ]
        )
    )
    moves.action_post()
    return moves
