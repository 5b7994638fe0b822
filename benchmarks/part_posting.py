"""Posting, paying and reconciling with and without the addon, on two databases side by side.

The two take turns, so that whatever else the machine does strikes both alike. Work is rolled back.
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
    moves = env["account.move"].create(
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
    harness.finish(env)
    return moves


def receivable(moves):
    return moves.line_ids.filtered(lambda line: line.account_type == "asset_receivable")


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
    harness.finish(env)
    return payments


def pay(env, move):
    wizard = env["account.payment.register"].with_context(
        active_model="account.move", active_ids=move.ids
    )
    wizard.create({}).action_create_payments()


def measure_all(env, partners):
    """Seconds of client and server, per step. Each document is its own transaction."""

    def timed(function, records):
        start = harness.time.perf_counter()
        cpu = harness.os.times(), harness.pg_cpu(env.cr)
        for record in records:
            function(record)
            harness.finish(env)
        wall = harness.time.perf_counter() - start
        after = harness.os.times(), harness.pg_cpu(env.cr)
        python = after[0].user + after[0].system - cpu[0].user - cpu[0].system
        return wall, python + after[1] - cpu[1]

    moves = prepare_invoices(env, partners)
    result = {"post": timed(lambda move: move.action_post(), moves)}
    half = len(moves) // 2
    result["pay"] = timed(lambda move: pay(env, move), moves[:half])
    payments = prepare_payments(env, partners[half:])
    pairs = [
        receivable(move)
        + payment.move_id.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        for move, payment in zip(moves[half:], payments, strict=True)
    ]
    result["reconcile"] = timed(lambda lines: lines.reconcile(), pairs)
    return result


def worker(args):
    """Answer each line read with the times of one round."""
    registry = harness.boot(args)
    for line in sys.stdin:
        with contextlib.redirect_stdout(sys.stderr), harness.environment(registry) as env:
            # The same debtors on both sides, all of them with open items.
            env.cr.execute(
                "SELECT p.id FROM res_partner p WHERE EXISTS (SELECT FROM account_move_line l "
                "WHERE l.partner_id = p.id AND l.amount_residual > 0 AND l.company_id = 1 "
                "AND l.parent_state = 'posted' AND l.reconciled IS NOT TRUE) "
                "AND p.commercial_partner_id = p.id ORDER BY p.id OFFSET %s LIMIT %s",
                [int(line) * args.documents, args.documents],
            )
            partners = env["res.partner"].browse(row[0] for row in env.cr.fetchall())
            result = measure_all(env, partners)
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
            answers = {index: ask(workers[index], max(number, 0)) for index in order}
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
