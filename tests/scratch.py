"""A database of its own for tests that commit: cloned from the test database, dropped at the end;
workers as real processes; and a mail server that keeps what it gets."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing, contextmanager
from email import message_from_bytes

import psycopg2
from psycopg2 import sql

import odoo.modules.registry
from odoo import api, sql_db
from odoo.tools import config

#: A process that has loaded Odoo and waits. For each line, a list of commands, it forks: the
#: child opens connections of its own and carries them out, as a server just started would.
NURSERY = """
import json, os, signal, sys, traceback
import odoo, odoo.modules.registry
from odoo import api, sql_db
from odoo.tools import config
config.parse_config(json.loads(sys.argv[1]))
registry = odoo.modules.registry.Registry(sys.argv[2])
sql_db.close_all()
signal.signal(signal.SIGCHLD, signal.SIG_IGN)

def tell(*words):
    os.write(1, (json.dumps(words) + chr(10)).encode())

def work(commands):
    try:
        with registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            for command in commands:
                exec(command, {"env": env, "cr": cr})
                cr.commit()
        tell("done", os.getpid(), "")
    except BaseException:
        tell("failed", os.getpid(), traceback.format_exc())
    os._exit(0)

tell("ready", os.getpid(), "")
for line in sys.stdin:
    child = os.fork()
    if not child:
        work(json.loads(line))
    tell("started", child, "")
"""


def connection_options(*folders):
    """The options with which this process reaches PostgreSQL and Odoo's folders.

    :param folders: more folders with addons
    """
    addons = ",".join([*config["addons_path"], *folders])
    options = [f"--addons-path={addons}", "--log-level=critical"]
    if config["data_dir"]:
        options.append(f"--data-dir={config['data_dir']}")
    for name in ("db_host", "db_port", "db_user", "db_password"):
        if config[name]:
            options.append(f"--{name}={config[name]}")
    return options


@contextmanager
def scratch_database(suffix):
    """A copy of the test database under a name of its own."""
    source = config["db_name"]
    source = source[0] if isinstance(source, list) else source
    name = f"{source}_{suffix}_{os.getpid()}"
    _clone(source, name)
    try:
        yield name
    finally:
        odoo.modules.registry.Registry.delete(name)
        sql_db.close_db(name)
        _administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _administer(statement, *names):
    with closing(sql_db.db_connect("postgres").cursor()) as cr:
        cr._cnx.autocommit = True
        cr.execute(sql.SQL(statement).format(*map(sql.Identifier, names)).as_string(cr._cnx))


def _clone(source, name):
    """PostgreSQL copies a database only while nobody is connected to it."""
    for attempt in range(50):
        sql_db.close_db(source)
        try:
            _administer("CREATE DATABASE {} TEMPLATE {}", name, source)
        except psycopg2.errors.ObjectInUse:
            if attempt == 49:
                raise
            time.sleep(0.2)
        else:
            return


@contextmanager
def _not_testing():
    """Load a registry as a server does: without the tests of the addons."""
    testing, config["test_enable"] = config["test_enable"], False
    try:
        yield
    finally:
        config["test_enable"] = testing


@contextmanager
def environment(database):
    """An environment that commits."""
    with _not_testing():
        registry = odoo.modules.registry.Registry(database)
    with registry.cursor() as cr:
        yield api.Environment(cr, api.SUPERUSER_ID, {})


class Nursery:
    """Workers on a database: real processes, started at once, that can be killed."""

    def __init__(self, database, *folders):
        self.told = {}  # pid -> (what, detail)
        self.process = subprocess.Popen(
            [sys.executable, "-c", NURSERY, json.dumps(connection_options(*folders)), database],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        )

    def __enter__(self):
        self._listen("ready")
        return self

    def __exit__(self, *_error):
        self.process.stdin.close()
        self.process.kill()
        self.process.wait()

    def _listen(self, what, pid=None):
        """Read what workers tell until one tells ``what``; keep the rest."""
        while True:
            word, teller, detail = json.loads(self.process.stdout.readline())
            if word != "started":
                self.told[teller] = (word, detail)
            if word == what and pid in (None, teller):
                return teller

    def start(self, *commands):
        """Have commands carried out by a new process.

        :return: its number
        """
        self.process.stdin.write(json.dumps(commands) + "\n")
        self.process.stdin.flush()
        return self._listen("started")

    def wait_for(self, pid):
        """Wait until a process has ended.

        :return: whether it had done its work, and what it told if not
        """
        while pid not in self.told:
            word, teller, detail = json.loads(self.process.stdout.readline())
            self.told[teller] = (word, detail)
        word, detail = self.told[pid]
        return word == "done", detail

    def finish(self, *pids):
        """Wait for processes; each must have done its work."""
        for pid in pids:
            done, detail = self.wait_for(pid)
            assert done, detail

    def kill(self, pid):
        """SIGKILL, as the power cord would do it.

        :return: whether it was still at work
        """
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        while True:  # until PostgreSQL's answers can reach it no more
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                return True
            time.sleep(0.001)


def install(database, module, *folders, options=()):
    """Install a module by a process of its own, with the tests it brings.

    :return: the process, with what it told
    """
    command = [sys.executable, "-c", "import odoo.cli; odoo.cli.main()", "server", "-d", database]
    command += ["-i", module, "--stop-after-init", "--no-http", *connection_options(*folders)]
    command[command.index("--log-level=critical")] = "--log-level=test"
    path = os.pathsep.join(folder for folder in sys.path if folder)
    return subprocess.run(
        [*command, *options],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


class MailServer:
    """An SMTP server that keeps who got what.

    :param refuses: whether it refuses a recipient; default: nobody
    :param float delay: seconds it takes to answer each command
    """

    def __init__(self, refuses=None, delay=0):
        self.messages = []  # (recipients, message id)
        self.refused = []
        self._refuses, self._delay = refuses or (lambda recipient: False), delay
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        started = asyncio.run_coroutine_threadsafe(self._start(), self._loop)
        self.port = started.result(10)
        return self

    def __exit__(self, *_error):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    async def _start(self):
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=2**24)
        return server.sockets[0].getsockname()[1]

    async def _serve(self, reader, writer):
        recipients = []
        try:
            writer.write(b"220 sink\r\n")
            while line := await reader.readline():
                verb = line[:4].upper()
                await asyncio.sleep(self._delay)
                if verb == b"RCPT":
                    recipient = re.search(rb"<(.*?)>", line).group(1).decode()
                    if self._refuses(recipient):
                        self.refused.append(recipient)
                        writer.write(b"550 no such mailbox\r\n")
                        await writer.drain()
                        continue
                    recipients.append(recipient)
                if verb == b"DATA":
                    writer.write(b"354 go\r\n")
                    await writer.drain()
                    data = await reader.readuntil(b"\r\n.\r\n")
                    message = message_from_bytes(data)
                    self.messages.append((tuple(recipients), message["Message-Id"]))
                    recipients = []
                writer.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
                await writer.drain()
                if verb == b"QUIT":
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def count(self):
        """{recipient: number of different messages}"""
        different = {(recipient, number) for to, number in self.messages for recipient in to}
        return Counter(recipient for recipient, _number in different)

    def transmissions(self):
        """{recipient: number of transmissions, repeated ones included}"""
        return Counter(recipient for to, _number in self.messages for recipient in to)
