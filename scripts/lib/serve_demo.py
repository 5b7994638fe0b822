"""Serve the demo: an Odoo server and a mail server that only files what it is given.

Usage: serve_demo.py DATABASE PORT. Runs till Ctrl-C or until Odoo ends.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

LIB = Path(__file__).resolve().parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_mail_server(port, folder):
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}"),
            *("-c", "aiosmtpd.handlers.Mailbox", folder),
        ]
    )


def start_odoo(database, port, mail_port):
    return subprocess.Popen(
        [
            *(sys.executable, str(LIB / "run_odoo.py"), "server", "-d", database),
            *("--db-filter", f"^{database}$", "--no-database-list"),
            *("--http-interface", "127.0.0.1", "--http-port", str(port)),
            *("--smtp", "127.0.0.1", "--smtp-port", str(mail_port), "--log-level", "warn"),
        ]
    )


def wait_for_login_page(server, url):
    """Return whether the page answers; false if the server ended before."""
    while server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/web/login", timeout=30):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return False


def banner(url, mail_folder):
    summary = Path(os.environ["COLLECTIONS_DEMO_SUMMARY"]).read_text(encoding="utf-8")
    return (
        f"\n{summary}\n"
        f"Open      {url}/odoo\n"
        f"Mails     stay on this machine, in {mail_folder}\n"
        f"Stop      Ctrl-C\n\n"
    )


def stop(processes):
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()


def main():
    database, port = sys.argv[1:]
    url = f"http://127.0.0.1:{port}"
    mail_folder = os.environ["COLLECTIONS_MAIL_FOLDER"]
    mail_port = free_port()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    processes = [start_mail_server(mail_port, mail_folder)]
    try:
        server = start_odoo(database, port, mail_port)
        processes.append(server)
        if wait_for_login_page(server, url):
            sys.stdout.write(banner(url, mail_folder))
            sys.stdout.flush()
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        stop(processes)


if __name__ == "__main__":
    sys.exit(main())
