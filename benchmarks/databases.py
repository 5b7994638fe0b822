"""The databases: generated once and kept; those with an addon are clones of it."""

import configparser
import os
import subprocess
import sys
import time

import psycopg2
from common import ROOT, TOOLS
from psycopg2 import sql

RUN_ODOO = ROOT / "scripts" / "lib" / "run_odoo.py"


def connect(database="postgres"):
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True
    return connection


def execute(database, query, *params):
    connection = connect(database)
    try:
        with connection.cursor() as cr:
            cr.execute(query, params)
            return cr.fetchall() if cr.description else None
    finally:
        connection.close()


def exists(name):
    return bool(execute("postgres", "SELECT 1 FROM pg_database WHERE datname = %s", name))


def drop(name):
    execute("postgres", sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def clone(source, target):
    drop(target)
    query = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
    execute("postgres", query.format(sql.Identifier(target), sql.Identifier(source)))


def base(size):
    return f"bench_{size}"


def ours(size):
    return f"bench_{size}_ours"


def peer(size):
    return f"bench_{size}_peer"


def addons_path(*extra):
    """The configured addons path with other folders at its end, or nothing when there is none."""
    parser = configparser.ConfigParser()
    parser.read(os.environ.get("ODOO_RC", ""))
    own = parser.get("options", "addons_path", fallback="")
    return ",".join([*filter(None, own.split(",")), *map(str, extra)])


def odoo(database, *options, addons=""):
    """Run Odoo to its end; the seconds it took."""
    command = [sys.executable, str(RUN_ODOO), "-d", database, "--stop-after-init", "--no-http"]
    command += ["--log-level=error", "--max-cron-threads=0", *options]
    if addons:
        command += ["--addons-path", addons]
    start = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - start


def generate(size):
    """The generated data, made when they are not there yet."""
    name = base(size)
    if exists(name):
        if execute(name, "SELECT to_regclass('account_move') IS NOT NULL")[0][0] and execute(
            name, "SELECT 1 FROM account_move LIMIT 1"
        ):
            return
        drop(name)  # left by an interrupted attempt
    print(f"Generating {name}; this is done once…", flush=True)
    command = [sys.executable, str(TOOLS / "generate.py"), "-d", name, "--create", "--size", size]
    subprocess.run([*command, "--work-mem", "512MB"], check=True)


def install_plain(size, name):
    """A clone with what the addon depends on, but without it."""
    clone(base(size), name)
    odoo(name, "-i", "account_payment,calendar,sms,phone_validation")
    execute(name, "VACUUM ANALYZE account_move_line")


def install_ours(size):
    """A clone with the addon; the seconds of the installation and of merely starting Odoo."""
    clone(base(size), ours(size))
    bare = odoo(ours(size))
    total = odoo(ours(size), "-i", "collections_followup")
    execute(ours(size), "VACUUM ANALYZE account_move_line")
    return total, bare


def peer_addons(folder):
    """The unpacked addons of the peer, fetched with pip when they are not there yet."""
    addons = folder / "odoo" / "addons"
    if not addons.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        package = "odoo-addon-account-credit-control==19.0.*"
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", str(folder)]
        subprocess.run([*pip, package], check=True)
        for wheel in folder.glob("*.whl"):
            subprocess.run([sys.executable, "-m", "zipfile", "-e", wheel, folder], check=True)
    return addons


def install_peer(size, addons):
    if not exists(peer(size)):
        clone(base(size), f"{peer(size)}_new")
        odoo(f"{peer(size)}_new", "-i", "account_credit_control", addons=addons_path(addons))
        query = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        names = sql.Identifier(f"{peer(size)}_new"), sql.Identifier(peer(size))
        execute("postgres", query.format(*names))
