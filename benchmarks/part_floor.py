"""The limit: one SQL statement that computes and writes the same figures per debtor.

The statements are those of ``bench_sql.py``. They run on a database without the addon, first with
Odoo's own indexes, then with a partial covering index like ours.
"""

import time

import common

common.find_tools()

import bench_sql  # noqa: E402
import harness  # noqa: E402
import psycopg2  # noqa: E402

TASKS = {name: query for name, query in bench_sql.TASKS if name.startswith("partner_")}


def timed(connection, name, query):
    with connection.cursor() as cr:
        cr.execute("TRUNCATE bench_sql.partner, bench_sql.item, bench_sql.log")
        if name in bench_sql.PREPARE:
            cr.execute(bench_sql.PREPARE[name].replace("{extra}", ""))
        connection.commit()
        start = time.perf_counter()
        cr.execute(query)
        rows = cr.rowcount
        connection.commit()
        return time.perf_counter() - start, rows


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
                wall, rows = min(timed(connection, name, query) for _number in range(2))
                harness.emit(
                    {"name": f"floor.{name}.{label}", "db": args.database, "wall": wall, "n": rows}
                )
    finally:
        connection.rollback()
        with connection.cursor() as cr:
            cr.execute("DROP INDEX IF EXISTS bench_sql_open; DROP SCHEMA bench_sql CASCADE")
        connection.commit()
        connection.close()


if __name__ == "__main__":
    main()
