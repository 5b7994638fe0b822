"""Bring the demo database to today and write down what there is to see. Run by ``odoo shell``.

Safe to run again: what has been made is left alone.
"""

import os
from pathlib import Path

from odoo import fields

ROLES = ("reader", "collector", "supervisor", "manager")
#: Odoo's own paid services (SMS, company look-up) would be asked at these; nothing listens here.
SERVICES = ("iap.endpoint", "sms.endpoint")
NOWHERE = "http://127.0.0.1:9"


def set_addresses(env):
    """Letters fetch their style sheets from the server's own address, and its port may change."""
    set_param = env["ir.config_parameter"].set_param
    set_param("web.base.url", os.environ["COLLECTIONS_DEMO_URL"])
    for key in SERVICES:
        set_param(key, NOWHERE)


def run_today(env):
    """Make the books if they are not there, and have today's run wait for release."""
    on = fields.Date.context_today(env.user)
    env["collection.demo"]._generate(on)
    env["collection.engine"]._run(on)
    company = env.ref("collections_followup.demo_company", raise_if_not_found=False)
    if company:
        env.ref("base.user_admin").company_id = company


def describe_logins(env):
    users = env["res.users"].search([("login", "in", [f"demo_{role}" for role in ROLES])])
    names = {user.login: user.name for user in users}
    lines = [
        f"  {role.capitalize():<14}demo_{role:<12}{names[f'demo_{role}']}"
        for role in ROLES
        if f"demo_{role}" in names
    ]
    if lines:
        lines.insert(0, "Log in as (the password is the same word)")
    lines.append(f"  {'Administrator':<14}admin")
    return "\n".join(lines)


def describe_runs(env):
    """The newest run of each company, in the words of the run itself."""
    newest = {}
    for run in env["collection.run"].search([], order="company_id, date desc, id desc"):
        newest.setdefault(run.company_id, run)
    demo = env["collection.demo"]._get_companies()
    others = [company for company in newest if company not in demo]
    runs = [newest[company] for company in (*demo, *others) if company in newest]
    return "\n\n".join(run._summary_text() for run in runs if run.planned_count)


def main(env):
    set_addresses(env)
    run_today(env)
    parts = [describe_runs(env), describe_logins(env)]
    text = "\n\n".join(part for part in parts if part)
    Path(os.environ["COLLECTIONS_DEMO_SUMMARY"]).write_text(f"{text}\n", encoding="utf-8")
    env.cr.commit()


main(env)  # noqa: F821
