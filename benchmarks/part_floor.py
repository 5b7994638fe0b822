"""The limit: one SQL statement that computes and writes the same figures per debtor.

The statements are those of ``bench_sql.py``. They run on a database without the addon, first with
Odoo's own indexes, then with a partial covering index like ours.
"""

import os
import time

import common

common.find_tools()

import bench_sql  # noqa: E402
import harness  # noqa: E402
import psycopg2  # noqa: E402

TASKS = {name: query for name, query in bench_sql.TASKS if name.startswith("partner_")}


def backend_cpu(pid):
    """Seconds of the server process; zero where it runs on another machine."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def timed(connection, name, query):
    with connection.cursor() as cr:
        cr.execute("TRUNCATE bench_sql.partner, bench_sql.item, bench_sql.log")
        if name in bench_sql.PREPARE:
            cr.execute(bench_sql.PREPARE[name].replace("{extra}", ""))
        connection.commit()
        cr.execute("SELECT pg_backend_pid()")
        backend = cr.fetchone()[0]
        cpu, start = backend_cpu(backend), time.perf_counter()
        cr.execute(query)
        rows = cr.rowcount
        connection.commit()
        return time.perf_counter() - start, rows, backend_cpu(backend) - cpu


def main():
    args = common.part_arguments(__doc__).parse_args()
    connection = psycopg2.connect(dbname=args.database)
    with connection.cursor() as cr:
        cr.execute(bench_sql.SETUP)
    try:
        for label in ("plain", "indexed"):
            extra = ""
            if label == "indexed":
                extra = " AND l.amount_residual <> 0"
                with connection.cursor() as cr:
                    cr.execute(bench_sql.INDEX)
            for name in ("partner_write", "partner_upsert_5pct_changed"):
                query = TASKS[name].replace("{extra}", extra)
                timed(connection, name, query)  # warms the caches
                for _number in range(3):
                    wall, rows, cpu = timed(connection, name, query)
                    record = {"wall": wall, "n": rows, "pg_cpu": cpu}
                    harness.emit({"name": f"floor.{name}.{label}", "db": args.database, **record})
    finally:
        connection.rollback()
        with connection.cursor() as cr:
            cr.execute("DROP INDEX IF EXISTS bench_sql_open; DROP SCHEMA bench_sql CASCADE")
        connection.commit()
        connection.close()


if __name__ == "__main__":
    main()
