"""Measures the addon beside one SQL statement and beside the peer, in one run.

Every repetition takes all parts in turn, so that what else the machine does strikes all alike.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

import common

common.find_tools()

import databases  # noqa: E402
import harness  # noqa: E402
import report  # noqa: E402

HERE = Path(__file__).resolve().parent
FOLDER = Path(os.environ.get("COLLECTIONS_CACHE", common.ROOT / ".cache")) / "bench"
PARTS = ("install", "ours", "posting", "pages", "charges", "ageing", "dashboard", "peer")


def arguments():
    parser = argparse.ArgumentParser(prog="./benchmarks/run", description=__doc__)
    parser.add_argument("--size", choices=("small", "medium", "large"), default="medium")
    parser.add_argument("--repeat", type=int, default=3, help="repetitions; the median counts")
    parser.add_argument(
        "--heavy", type=int, help="repetitions of mails, letters and the peer, which take longest"
    )
    parser.add_argument("--parts", default=",".join(PARTS), help="default: %(default)s")
    parser.add_argument(
        "--mails", type=int, help="mails to make; 0 is all; default: all, or 10000 at size large"
    )
    parser.add_argument("--peer-mails", type=int, default=500, help="the peer's sample of mails")
    parser.add_argument("--rounds", type=int, default=15, help="rounds of posting and paying")
    parser.add_argument("--documents", type=int, default=40, help="documents of a round")
    parser.add_argument("--append", action="store_true", help="go on with the last run's results")
    parser.add_argument("--profile", help="folder for cProfile texts; profiled runs are slower")
    parser.add_argument("--write", action="store_true", help="put the table into README.md")
    parser.add_argument("--report", action="store_true", help="only make the table again")
    args = parser.parse_args()
    args.parts = args.parts.split(",")
    if unknown := set(args.parts) - set(PARTS):
        parser.error(f"unknown parts: {', '.join(sorted(unknown))}")
    if args.mails is None:
        args.mails = 10000 if args.size == "large" else 0
    if args.heavy is None:
        args.heavy = 1 if args.size == "large" else args.repeat
    return args


def part(name, database, args, *options, addons=""):
    """Run one part in a process of its own, so that its memory is its own."""
    command = [sys.executable, str(HERE / f"part_{name}.py"), "-d", database, "--size", args.size]
    command += options
    if addons:
        command += ["--addons-path", addons]
    if args.profile and name != "floor":
        command += ["--profile", args.profile]
    with open(FOLDER / "log.txt", "a") as log:
        if subprocess.run(command, check=False, stderr=log).returncode:
            raise SystemExit(f"Part {name} failed; see the end of {FOLDER / 'log.txt'}")


def install(args):
    times = min(args.repeat, args.heavy) if "install" in args.parts else 1
    for _number in range(times):
        total, bare = databases.install_ours(args.size)
        harness.emit(
            {"name": "install", "db": databases.ours(args.size), "wall": total, "bare": bare}
        )


def once_installed(args):
    name = databases.ours(args.size)
    if "install" in args.parts or not databases.exists(name):
        install(args)


def measure_ours(args, number):
    part("floor", databases.base(args.size), args)
    options = ["--mails", str(args.mails)]
    options += ["--letters"] if number < args.heavy else ["--no-mails"]
    part("lanes", databases.ours(args.size), args, "--lanes", "2")
    part("ours", databases.ours(args.size), args, *options)


def measure_peer(args):
    addons = databases.addons_path(databases.peer_addons(FOLDER / "peer"))
    options = ["--mails", str(args.peer_mails)]
    # At a million invoices grouping alone, which is quadratic, would take hours.
    options += ["--only-run"] if args.size == "large" else []
    part("peer", databases.peer(args.size), args, *options, addons=addons)


def measure_posting(args):
    """On two clones, for the documents stay: both as fresh, and as well analysed."""
    plain, loaded = (f"{databases.base(args.size)}_{name}" for name in ("plain", "posting"))
    databases.install_plain(args.size, plain)
    databases.clone(databases.ours(args.size), loaded)
    for name in (plain, loaded):
        databases.execute(name, "VACUUM ANALYZE")
    options = ["--without", plain, "--rounds", str(args.rounds)]
    options += ["--documents", str(args.documents)]
    part("posting", loaded, args, *options)
    databases.drop(plain)
    databases.drop(loaded)


def measure(args):
    for number in range(args.repeat):
        print(f"--- repetition {number + 1} of {args.repeat}", flush=True)
        if "ours" in args.parts:
            measure_ours(args, number)
        if "peer" in args.parts and number < args.heavy:
            measure_peer(args)
    if "posting" in args.parts:
        measure_posting(args)
    if "pages" in args.parts:
        part("pages", databases.ours(args.size), args)
    for name in ("charges", "ageing", "dashboard"):
        if name in args.parts:
            # The dashboard takes the best of three by itself, after months of pictures.
            for _number in range(1 if name == "dashboard" else args.repeat):
                part(name, databases.ours(args.size), args)


def main():
    args = arguments()
    FOLDER.mkdir(parents=True, exist_ok=True)
    results = FOLDER / f"results-{args.size}.jsonl"
    if not args.report:
        os.environ["BENCH_OUT"] = str(results)
        if not args.append:
            with contextlib.suppress(FileNotFoundError):
                results.rename(results.with_suffix(".before.jsonl"))
        started = time.monotonic()
        databases.generate(args.size)
        if "peer" in args.parts:
            addons = databases.peer_addons(FOLDER / "peer")
            databases.install_peer(args.size, addons)
        once_installed(args)
        measure(args)
        harness.emit({"name": "whole", "db": "", "wall": round(time.monotonic() - started)})
    text = report.make(results, args.size)
    print(text)
    if args.write:
        report.write(HERE / "README.md", args.size, text)


if __name__ == "__main__":
    main()
