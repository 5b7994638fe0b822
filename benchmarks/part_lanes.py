"""The first run shared by several lanes: processes that claim chunks of the same work.

python benchmarks/part_lanes.py -d bench_medium_ours --size medium --lanes 2
"""

import subprocess
import sys
import time

import common

common.find_tools()

import databases  # noqa: E402
import harness  # noqa: E402
import part_ours  # noqa: E402

RELEASE = """
    UPDATE collection_contact_log SET released = TRUE
     WHERE state = 'planned' AND channel = 'email' RETURNING id"""


def worker(args):
    """Get ready, say so, and work as soon as a line arrives."""
    registry = harness.boot(args)
    part_ours.Days()
    env = part_ours.open_env(registry)
    print("ready", flush=True)
    sys.stdin.readline()
    env["collection.engine"]._cron_run(lane=args.worker)
    env.cr.close()
    print("done", flush=True)
    sys.stdin.readline()
    env = part_ours.open_env(registry)
    env["collection.engine"]._cron_release()
    env.cr.close()
    print("done", flush=True)


def start(args, lane):
    command = [sys.executable, __file__, "-d", args.database, "--size", args.size]
    command += ["--worker", str(lane)]
    for name in ("config", "addons_path"):
        if getattr(args, name):
            command += [f"--{name.replace('_', '-')}", getattr(args, name)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)


def wait_for(process, word):
    """Read lines until the word; those of Odoo's start are passed over."""
    for line in process.stdout:
        if line.strip() == word:
            return
    raise SystemExit(f"A lane ended before it was {word}")


def work(lanes):
    """Seconds until all lanes have done their next piece of work."""
    begin = time.perf_counter()
    for lane in lanes:
        lane.stdin.write("go\n")
        lane.stdin.flush()
    for lane in lanes:
        wait_for(lane, "done")
    return time.perf_counter() - begin


def measure(args):
    part_ours.reset(args.database)
    lanes = [start(args, number) for number in range(1, args.lanes + 1)]
    for lane in lanes:
        wait_for(lane, "ready")
    wall = work(lanes)
    counts = databases.execute(
        args.database,
        "SELECT count(*), count(DISTINCT partner_id * 1000 + company_id), "
        "count(*) FILTER (WHERE reviewed_on IS NULL OR error_text IS NOT NULL) "
        "FROM collection_case",
    )
    cases, different, wrong = counts[0]
    if cases != different or wrong:
        raise SystemExit(f"{cases} cases of {different} debtors, {wrong} not decided")
    harness.emit(
        {"name": f"lanes.first.{args.lanes}", "db": args.database, "wall": wall, "n": cases}
    )
    count = len(databases.execute(args.database, RELEASE))
    wall = work(lanes)
    for lane in lanes:
        lane.wait()
    ((queued,),) = databases.execute(
        args.database, "SELECT count(*) FROM mail_mail WHERE state = 'outgoing'"
    )
    if queued != count:
        raise SystemExit(f"{queued} mails are in the queue, {count} contacts were released")
    rate = round(count / wall, 1)
    record = {"name": f"lanes.mails.{args.lanes}", "db": args.database, "wall": wall, "n": count}
    harness.emit({**record, "rate": rate})


def main():
    parser = common.part_arguments(__doc__.splitlines()[0])
    parser.add_argument("--lanes", type=int, default=2)
    parser.add_argument("--worker", type=int, default=0, help="number of this lane")
    args = parser.parse_args()
    if args.worker:
        worker(args)
    else:
        measure(args)


if __name__ == "__main__":
    main()
