"""Posting, paying and reconciling with and without the addon, on two databases side by side.

The two take turns, so that whatever else the machine does strikes both alike. The documents stay:
both databases are clones made for this.
"""

import contextlib
import json
import os
import statistics
import subprocess
import sys

import common

common.find_tools()

import harness  # noqa: E402

STEPS = ("post", "pay", "reconcile")


def prepare_invoices(env, partners):
    product_account = env["account.account"].search([("account_type", "=", "income")], limit=1)
    return env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": env.cr.now().date(),
                "invoice_line_ids": [
                    (0, 0, {"name": "Work", "price_unit": 100, "account_id": product_account.id})
                ],
            }
            for partner in partners
        ]
    )


def prepare_payments(env, partners):
    payments = env["account.payment"].create(
        [
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": partner.id,
                "amount": 50,
            }
            for partner in partners
        ]
    )
    payments.action_post()
    return payments.move_id


def post(env, move_id):
    env["account.move"].browse(move_id).action_post()


def pay(env, move_id):
    wizard = env["account.payment.register"].with_context(
        active_model="account.move", active_ids=[move_id]
    )
    wizard.create({}).action_create_payments()


def reconcile(env, pair):
    lines = env["account.move"].browse(pair).line_ids
    lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()


@contextlib.contextmanager
def transaction(registry):
    """A transaction as a request has it: nothing read before, committed at its end."""
    with registry.cursor() as cr:
        yield api_environment(cr)


def api_environment(cr):
    from odoo import SUPERUSER_ID, api

    return api.Environment(cr, SUPERUSER_ID, {})


def timed(registry, function, records):
    """Seconds by the clock, and of processor time of client and server."""
    cr = registry._db.cursor()  # the server process is the same: the pool gives it out again
    backend = harness.pg_cpu(cr)
    cr.close()
    cpu, start = harness.os.times(), harness.time.perf_counter()
    for record in records:
        with transaction(registry) as env:
            function(env, record)
    wall = harness.time.perf_counter() - start
    after = harness.os.times()
    cr = registry._db.cursor()
    backend = harness.pg_cpu(cr) - backend
    cr.close()
    return wall, after.user + after.system - cpu.user - cpu.system + backend


def measure_all(registry, partner_ids):
    """Each document is its own transaction."""
    with transaction(registry) as env:
        moves = prepare_invoices(env, env["res.partner"].browse(partner_ids)).ids
    half = len(moves) // 2
    result = {"post": timed(registry, post, moves)}
    result["pay"] = timed(registry, pay, moves[:half])
    with transaction(registry) as env:
        payments = prepare_payments(env, env["res.partner"].browse(partner_ids[half:])).ids
    pairs = list(zip(moves[half:], payments, strict=True))
    result["reconcile"] = timed(registry, reconcile, pairs)
    return result


def worker(args):
    """Answer each line read with the times of one round."""
    registry = harness.boot(args)
    for line in sys.stdin:
        with contextlib.redirect_stdout(sys.stderr):
            # The same debtors on both sides, all of them with open items.
            with transaction(registry) as env:
                env.cr.execute(
                    "SELECT p.id FROM res_partner p WHERE EXISTS (SELECT FROM account_move_line l "
                    "WHERE l.partner_id = p.id AND l.amount_residual > 0 AND l.company_id = 1 "
                    "AND l.parent_state = 'posted' AND l.reconciled IS NOT TRUE) "
                    "AND p.commercial_partner_id = p.id ORDER BY p.id OFFSET %s LIMIT %s",
                    [int(line) * args.documents, args.documents],
                )
                partner_ids = [row[0] for row in env.cr.fetchall()]
            result = measure_all(registry, partner_ids)
        print(json.dumps(result), flush=True)


def start(database, args):
    command = [sys.executable, __file__, "--worker", "-d", database, "--size", args.size]
    command += ["--documents", str(args.documents)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=os.environ)


def ask(process, number):
    process.stdin.write(f"{number}\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def compare(args):
    workers = start(args.without, args), start(args.database, args)
    rounds = []
    try:
        for number in range(-1, args.rounds):
            order = (0, 1) if number % 2 else (1, 0)
            answers = {index: ask(workers[index], number + 1) for index in order}
            if number >= 0:  # the first one warms the caches
                rounds.append((answers[0], answers[1]))
    finally:
        for process in workers:
            process.stdin.close()
            process.wait()
    for step in STEPS:
        for index, kind in enumerate(("wall", "cpu")):
            bare = [without[step][index] for without, _with in rounds]
            loaded = [with_[step][index] for _without, with_ in rounds]
            ratios = [w / b for w, b in zip(loaded, bare, strict=True)]
            harness.emit(
                {
                    "name": f"posting.{step}.{kind}",
                    "db": args.database,
                    "without": round(statistics.median(bare), 4),
                    "with": round(statistics.median(loaded), 4),
                    "ratio": round(statistics.median(ratios), 4),
                    "total_ratio": round(sum(loaded) / sum(bare), 4),
                    "rounds": len(rounds),
                }
            )


def main():
    parser = common.part_arguments(__doc__)
    parser.add_argument("--without", help="database without the addon")
    parser.add_argument("--documents", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--worker", action="store_true")
    args = parser.parse_args()
    if args.worker:
        worker(args)
    else:
        compare(args)


if __name__ == "__main__":
    main()
