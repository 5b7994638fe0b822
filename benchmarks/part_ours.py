"""The addon: first run, mails, a normal day, the same day again, letters and calls.

Runs commit as the scheduled job does. Everything the addon wrote is removed before.
"""

import datetime as dt
import os

import common

common.find_tools()

import databases  # noqa: E402
import harness  # noqa: E402

#: Tables that grow by what the engine writes.
GROWING = (
    "collection_case, collection_item, collection_contact_log, collection_contact_log_line_rel, "
    "mail_message, mail_mail, mail_notification, mail_activity"
)
#: Warms the caches, as the limit's first execution does.
WARM = """
    SELECT count(l.amount_residual) FROM account_move_line l JOIN account_account a
    ON a.id = l.account_id JOIN res_partner d ON d.id = l.partner_id
    WHERE a.account_type = 'asset_receivable' AND l.reconciled IS NOT TRUE
    AND l.amount_residual <> 0 AND l.parent_state = 'posted'"""


def vacuum(database):
    """What autovacuum does between two nights."""
    databases.execute(database, f"VACUUM ANALYZE {GROWING}")


def reset(database):
    """Remove all that runs wrote; the configuration stays."""
    databases.execute(database, "DELETE FROM mail_message WHERE model LIKE 'collection.%%'")
    databases.execute(database, "DELETE FROM mail_activity WHERE res_model LIKE 'collection.%%'")
    # Not TRUNCATE … CASCADE: Odoo's tables refer to ours, and theirs would be emptied with them.
    databases.execute(database, "TRUNCATE collection_item, collection_contact_log_line_rel")
    for table in ("contact_log", "charge", "case", "run"):
        databases.execute(database, f"DELETE FROM collection_{table}")
    databases.execute(database, f"VACUUM FULL {GROWING}")
    vacuum(database)
    databases.execute(database, WARM)


class Days:
    """Takes the place of the clock: the scheduled job asks Odoo for today."""

    def __init__(self):
        from odoo import fields

        self.on = dt.date.today()  # noqa: DTZ011, TID251 - the data are relative to it
        fields.Date.context_today = lambda _record, _timestamp=None: self.on

    def next(self):
        self.on += dt.timedelta(days=1)


def open_env(registry):
    from odoo import SUPERUSER_ID, api

    return api.Environment(registry.cursor(), SUPERUSER_ID, {})


def counted(cr, query):
    cr.execute(query)
    return cr.fetchone()[0]


def run(registry, args, name, days):
    """One execution of the scheduled job, contacts left for review."""
    env = open_env(registry)
    before = counted(env.cr, "SELECT COALESCE(max(id), 0) FROM collection_contact_log")
    profile = args.profile and os.path.join(args.profile, f"{args.size}_{name}.txt")
    with harness.measure(name, args, env.cr) as meter, harness.profiled(profile):
        env["collection.engine"]._cron_run()
        env.cr.execute(
            "SELECT count(*), COALESCE(sum(open_item_count), 0) FROM collection_case "
            "WHERE reviewed_on = %s",
            [days.on],
        )
        cases, items = env.cr.fetchone()
        meter.update(n=cases, items=int(items))
    logs = counted(env.cr, f"SELECT count(*) FROM collection_contact_log WHERE id > {int(before)}")
    harness.emit({"name": f"{name}.logs", "db": args.database, "n": logs})
    errors = counted(env.cr, "SELECT count(*) FROM collection_case WHERE error_text IS NOT NULL")
    if errors:
        raise SystemExit(f"{errors} cases have an error; the figures would mean nothing")
    env.cr.close()


def mails(registry, args):
    """Release contacts and make them: mails rendered and queued, ready for the mail server."""
    env = open_env(registry)
    env.cr.execute(
        "UPDATE collection_contact_log SET released = TRUE WHERE id IN (SELECT id FROM "
        "collection_contact_log WHERE state = 'planned' AND channel = 'email' "
        "ORDER BY company_id, id LIMIT %s)",
        [args.mails or None],
    )
    count = env.cr.rowcount
    env.cr.commit()
    profile = args.profile and os.path.join(args.profile, f"{args.size}_mails.txt")
    with harness.measure("ours.mails", args, env.cr, n=count), harness.profiled(profile):
        env["collection.engine"]._cron_release()
    queued = counted(
        env.cr, "SELECT count(*) FROM mail_mail WHERE state = 'outgoing' AND body_html <> ''"
    )
    if queued < count:
        raise SystemExit(f"Only {queued} of {count} mails are in the queue")
    env.cr.close()


def arrive(registry, args):
    """Everything on its way, or planned, arrives."""
    env = open_env(registry)
    logs = env["collection.contact.log"].search([("state", "in", ("planned", "sent"))])
    with harness.measure("ours.arrived", args, env.cr, n=len(logs)):
        logs._set_done()
        env.cr.commit()
    env.cr.close()


def change(registry, percent):
    """Figures of some debtors differ from the ledger, as after payments by other programs."""
    env = open_env(registry)
    env.cr.execute(
        "UPDATE collection_case SET amount_open = amount_open + 1 WHERE partner_id %% 100 < %s",
        [percent],
    )
    env.cr.commit()
    env.cr.close()


def sample(env, channel, count):
    """Planned notices, turned into those of another channel for the measurement."""
    env.cr.execute(
        "UPDATE collection_contact_log SET channel = %s, state = 'planned', released = TRUE "
        "WHERE id IN (SELECT id FROM collection_contact_log WHERE action_id IS NOT NULL "
        "AND state = 'planned' ORDER BY id LIMIT %s) RETURNING id",
        [channel, count],
    )
    return env["collection.contact.log"].browse(row[0] for row in env.cr.fetchall())


def letters_and_calls(registry, args, days):
    """Letters on paper and calls as activities; rolled back."""
    from odoo.exceptions import UserError

    Engine = "collection.engine"
    with harness.environment(registry) as env:
        logs = sample(env, "call", 5000)
        with harness.measure("ours.calls", args, env.cr, n=len(logs)):
            env[Engine]._deliver_safely(logs, days.on)
            harness.finish(env)
    with harness.reports_from(registry, args), harness.environment(registry) as env:
        logs = sample(env, "letter", 100)
        with harness.measure("ours.letters", args, env.cr, n=len(logs)) as meter:
            env[Engine]._deliver_safely(logs, days.on)
            try:
                env["collection.letter"]._print(logs, logs.run_id[:1])
            except UserError as error:
                meter["error"] = str(error)[:120]


def main():
    parser = common.part_arguments(__doc__)
    parser.add_argument("--mails", type=int, default=0, help="at most so many; 0: all")
    parser.add_argument("--percent", type=int, default=5, help="debtors that change on a day")
    parser.add_argument("--no-mails", action="store_true")
    parser.add_argument("--letters", action="store_true", help="letters and calls as well")
    args = parser.parse_args()
    reset(args.database)
    registry = harness.boot(args)
    days = Days()
    run(registry, args, "ours.first", days)
    vacuum(args.database)
    run(registry, args, "ours.first_again", days)
    if args.letters:
        letters_and_calls(registry, args, days)
    if not args.no_mails:
        mails(registry, args)
    arrive(registry, args)
    vacuum(args.database)
    days.next()
    run(registry, args, "ours.day_after_mailing", days)
    arrive(registry, args)
    days.next()
    change(registry, args.percent)
    vacuum(args.database)
    run(registry, args, "ours.normal", days)
    run(registry, args, "ours.normal_again", days)


if __name__ == "__main__":
    main()
