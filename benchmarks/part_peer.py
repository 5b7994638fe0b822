"""The peer, OCA ``account_credit_control``: its run, lines made ready, letters, mails.

Everything is rolled back. Mails are a sample; the report extrapolates them and says so.
"""

import common

common.find_tools()

import bench_credit_control  # noqa: E402
import harness  # noqa: E402


def generate_lines(env, args):
    env.cr.execute(
        "SELECT count(*) FROM account_move_line l JOIN account_account a ON a.id = l.account_id "
        "WHERE a.account_type = 'asset_receivable' AND l.parent_state = 'posted' "
        "AND l.reconciled IS NOT TRUE"
    )
    items = env.cr.fetchone()[0]
    with harness.measure("peer.run", args, env.cr, items=items) as meter:
        runs = env["credit.control.run"]
        for company in env["res.company"].search([]):
            runs |= bench_credit_control.launch(env, company)
        harness.finish(env)
        meter["n"] = len(runs.line_ids)
    return runs


def prepare_letters(env, args, runs):
    with harness.measure("peer.ready", args, env.cr, n=len(runs.line_ids)):
        for run in runs:
            run.set_to_ready_lines()
        harness.finish(env)
    env.cr.execute("ANALYZE credit_control_line, mail_message, mail_followers")
    lines = runs.line_ids.filtered(lambda line: line.channel == "email")
    with harness.measure("peer.group", args, env.cr, n=len(lines)) as meter:
        Communication = env["credit.control.communication"]
        meter["groups"] = len(Communication._aggregate_credit_lines(lines))
    return lines


def send(env, args, lines):
    """A sample of mails, without and with the letter attached."""
    Communication = env["credit.control.communication"]
    template = env.ref("account_credit_control.email_template_credit_control_base")
    partners, start = lines.partner_id, 0
    reports = template.report_template_ids
    for label, count in (("without_pdf", args.mails), ("with_pdf", args.pdfs)):
        chosen = partners[start : start + count]
        start += count
        part = lines.filtered(lambda line, chosen=chosen: line.partner_id in chosen)
        communications = Communication._generate_comm_from_credit_lines(part)
        template.report_template_ids = reports if label == "with_pdf" else False
        harness.finish(env)
        name = f"peer.mails_{label}"
        with harness.measure(name, args, env.cr, n=len(communications)):
            communications._generate_emails()
            harness.finish(env)


def main():
    parser = common.part_arguments(__doc__)
    parser.add_argument("--mails", type=int, default=500)
    parser.add_argument("--pdfs", type=int, default=10)
    parser.add_argument("--only-run", action="store_true", help="neither letters nor mails")
    args = parser.parse_args()
    registry = harness.boot(args)
    bench_credit_control.prepare(registry, args)
    if args.only_run:
        with harness.environment(registry) as env:
            generate_lines(env, args)
        return
    with harness.reports_from(registry, args), harness.environment(registry) as env:
        runs = generate_lines(env, args)
        lines = prepare_letters(env, args, runs)
        send(env, args, lines)


if __name__ == "__main__":
    main()
