"""Creditors in reserve: companies with a chart of accounts, made once a database and committed.

Loading a chart takes two seconds, and two hundred classes of tests begin with a creditor. Each
takes one of these, gives it the name it wants, and gives it back when it is rolled back.
"""

from odoo.api import SUPERUSER_ID, Environment

CHART = "generic_coa"
RESERVE = "Creditor in reserve"
#: More than any test takes; one that takes more still gets new ones.
COUNT = 3


def fill_reserve(registry):
    """Make what is missing, before the first test opens its transaction."""
    with registry.cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        for number in range(len(_get_reserve(env)), COUNT):
            make_creditor(env, f"{RESERVE} {number + 1}")


def take_creditor(env, name, **values):
    """A company with a chart of accounts and the default policy, under this name."""
    company = _get_reserve(env)[:1] or make_creditor(env, name)
    company.write({"name": name, **values})
    return company


def make_creditor(env, name, **values):
    company = env["res.company"].create({"name": name, **values})
    chart = env["account.chart.template"].with_company(company)
    chart.try_loading(CHART, company, install_demo=False)
    return company


def _get_reserve(env):
    return env["res.company"].search([("name", "=like", f"{RESERVE} %")], order="id")
