"""Small database commands for the set-up scripts. The server comes from libpq's variables."""

import argparse
import os
import shlex
import sys
from urllib.parse import unquote, urlsplit

import psycopg2
from psycopg2.sql import SQL, Identifier


def run(query, *params, database="postgres"):
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(query, params)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def ping():
    run("SELECT 1")


def note(name):
    """Print what the scripts wrote about a database: which sources it was made from."""
    rows = run(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", name
    )
    return (rows[0][0] or "unfinished") if rows else "absent"


def annotate(name, text):
    run(SQL("COMMENT ON DATABASE {} IS %s").format(Identifier(name)), text)


def clone(source, target):
    query = SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(target), Identifier(source))
    run(query)


def drop(name):
    run(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


def rename(source, target):
    run(SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(source), Identifier(target)))


def find(prefix):
    rows = run("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", prefix)
    return "\n".join(row[0] for row in rows)


def state(name, module):
    """Print the state of a module, such as "installed"."""
    rows = run("SELECT state FROM ir_module_module WHERE name = %s", module, database=name)
    return rows[0][0] if rows else "unknown"


def url():
    """Print DATABASE_URL as the environment variables that libpq and Odoo read."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    values = {
        "PGHOST": parts.hostname or "localhost",
        "PGPORT": parts.port or 5432,
        "PGUSER": parts.username,
        "PGPASSWORD": parts.password,
    }
    return "\n".join(
        f"export {name}={shlex.quote(unquote(str(value)))}"
        for name, value in values.items()
        if value
    )


COMMANDS = {
    function.__name__: function
    for function in (ping, note, annotate, clone, drop, rename, find, state, url)
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("arguments", nargs="*")
    options = parser.parse_args()
    try:
        output = COMMANDS[options.command](*options.arguments)
    except psycopg2.Error as error:
        sys.exit(f"PostgreSQL: {error}")
    if output:
        sys.stdout.write(f"{output}\n")


if __name__ == "__main__":
    main()
