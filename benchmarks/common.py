"""What every part needs: the tools beside the project, sizes, and a reset of the addon's tables."""

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Generator, meter and the measurements of the limit and of the peer; not part of the project.
TOOLS = Path(os.environ.get("COLLECTIONS_BENCH_TOOLS", ROOT.parent / "shared" / "bench"))
NEEDED = ("generate.py", "harness.py", "bench_sql.py", "bench_credit_control.py")


def find_tools():
    """Put the tools on the path, or say what is missing and stop."""
    missing = [name for name in NEEDED if not (TOOLS / name).is_file()]
    if missing:
        raise SystemExit(
            f"The data generator is not there: {', '.join(missing)} not found in {TOOLS}.\n"
            "Put the folder 'shared/bench' beside the project, or name another one:\n"
            "    COLLECTIONS_BENCH_TOOLS=/some/folder ./benchmarks/run"
        )
    if str(TOOLS) not in sys.path:
        sys.path.insert(0, str(TOOLS))


def part_arguments(description):
    """Options that all parts share."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("-d", "--database", required=True)
    parser.add_argument("--size", required=True)
    parser.add_argument("-c", "--config", default=None)
    parser.add_argument("--addons-path", default=None)
    parser.add_argument("--profile", help="folder for cProfile texts; profiled runs are slower")
    return parser
