"""Runs the tests of Odoo's modules on two databases, with the addon and without, and compares.

Each side is one Odoo process that updates the modules, so that tests of installing and tests of
the finished database are both run. A test that fails on both sides is Odoo's or the machine's.
"""

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

MODULES = ("account", "account_payment", "sms", "calendar")
ADDON = "collections_followup"
STARTED = re.compile(r"odoo\.addons\.(\S+): Starting (\S+) \.\.\.")
FAILED = re.compile(r"odoo\.addons\.(\S+): (?:FAIL|ERROR): (.+)$")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def install(database):
    odoo(database, "-i", ADDON, "--no-http", "--log-level=warn").check_returncode()


def command(database, *options):
    start = [sys.executable, "-c", "import odoo.cli; odoo.cli.main()", "server"]
    return [*start, "-d", database, "--stop-after-init", *options]


def odoo(database, *options):
    return subprocess.run(command(database, *options), check=False)


def start(database, log, modules):
    tags = ",".join(f"/{module}" for module in modules)
    options = ["-u", ",".join(modules), f"--test-tags={tags}", "--log-level=test"]
    options += [f"--http-port={free_port()}", "--http-interface=127.0.0.1", f"--logfile={log}"]
    Path(log).unlink(missing_ok=True)
    return subprocess.Popen(command(database, *options), stderr=subprocess.DEVNULL)


def read(log):
    """What a log tells: (tests that ran, tests that failed)."""
    ran, failed = set(), set()
    for line in Path(log).read_text(errors="replace").splitlines():
        if match := STARTED.search(line):
            ran.add(f"{match[1]}.{match[2]}")
        elif match := FAILED.search(line):
            failed.add(f"{match[1]}.{match[2].split(' (')[0]}")
    return ran, failed


def show(title, tests):
    sys.stdout.write(f"{title}: {len(tests)}\n")
    for test in sorted(tests):
        sys.stdout.write(f"    {test}\n")


def main(folder, *modules):
    modules = modules or MODULES
    sides = {}
    sys.stdout.write("Installing the addon on one of two databases\n")
    install("collections_compare_loaded")
    sys.stdout.write(f"Tests of {', '.join(modules)}, on both at once; this takes a while\n")
    sys.stdout.flush()
    begin = time.monotonic()
    for side in ("plain", "loaded"):
        log = os.path.join(folder, f"odoo_tests_{side}.log")
        sides[side] = log, start(f"collections_compare_{side}", log, modules)
    for _log, process in sides.values():
        process.wait()
    (ran, failed), (ran_loaded, failed_loaded) = (read(log) for log, _process in sides.values())
    sys.stdout.write(f"{time.monotonic() - begin:.0f} s\n")
    sys.stdout.write(f"Tests: {len(ran)} without the addon, {len(ran_loaded)} with it\n")
    show("Fail on both sides", failed & failed_loaded)
    show("Fail only without the addon", failed - failed_loaded)
    show("Fail only with the addon", failed_loaded - failed)
    show("Run only on one side", ran ^ ran_loaded)
    return 1 if not ran or ran ^ ran_loaded or failed_loaded - failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
