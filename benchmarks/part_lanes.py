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


def measure(args):
    part_ours.reset(args.database)
    lanes = [start(args, number) for number in range(1, args.lanes + 1)]
    for lane in lanes:
        wait_for(lane, "ready")
    begin = time.perf_counter()
    for lane in lanes:
        lane.stdin.write("go\n")
        lane.stdin.flush()
    for lane in lanes:
        wait_for(lane, "done")
    wall = time.perf_counter() - begin
    for lane in lanes:
        lane.wait()
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
