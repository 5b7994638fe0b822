"""The table: medians of the measurements beside their targets."""

import datetime as dt
import json
import os
import re
import statistics
from collections import defaultdict


def load(path):
    """{name: list of records}"""
    result = defaultdict(list)
    with open(path) as lines:
        for line in lines:
            record = json.loads(line)
            result[record["name"]].append(record)
    return result


def median(records, key="wall"):
    values = [record[key] for record in records if record.get(key) is not None]
    return statistics.median(values) if values else None


class Table:
    """Rows of measured value, target and verdict; without the ones whose input is missing."""

    def __init__(self, data):
        self.data = data
        self.rows = []

    def value(self, name, key="wall"):
        return median(self.data.get(name, []), key)

    def cpu(self, name):
        """Processor seconds of Python and of the server together."""
        records = self.data.get(name, [])
        sums = [r.get("cpu", 0) + r["pg_cpu"] for r in records if r.get("pg_cpu") is not None]
        return statistics.median(sums) if sums else None

    def add(self, label, text, value=None, target="", met=None):
        if value is None and met is not None:
            return
        verdict = "" if met is None else "met" if met else "**not met**"
        self.rows.append((label, text, target, verdict))

    def plain(self, label, name, key="wall", unit="s"):
        value = self.value(name, key)
        if value is not None:
            self.add(label, f"{value:,.3g} {unit}")

    def ratio(self, label, upper, lower, limit, at_least=False):
        if upper is None or not lower:
            return
        ratio = upper / lower
        met = ratio >= limit if at_least else ratio <= limit
        sign = "≥" if at_least else "≤"
        self.add(label, f"{ratio:,.1f} ×", ratio, f"{sign} {limit:g} ×", met)

    def limit(self, label, value, limit, unit, at_least=False):
        if value is None:
            return
        met = value >= limit if at_least else value <= limit
        sign = "≥" if at_least else "≤"
        self.add(label, f"{value:,.4g} {unit}", value, f"{sign} {limit:g} {unit}", met)


def add_floor(table):
    labels = {
        "partner_write": "One SQL statement, every debtor",
        "partner_upsert_5pct_changed": "One SQL statement, 5 % changed",
    }
    for task, label in labels.items():
        for kind, how in (("plain", "Odoo's indexes"), ("indexed", "covering index")):
            table.plain(f"{label} ({how})", f"floor.{task}.{kind}")


def describe(table, label, name):
    records = table.data.get(name)
    if not records:
        return
    last = records[-1]
    logs = table.data.get(f"{name}.logs", [{}])[-1].get("n", 0)
    table.add(
        label,
        f"{median(records):,.3g} s for {last['n']:,} cases, {last['items']:,} items, "
        f"{logs:,} contacts; {median(records, 'queries'):,.0f} queries, "
        f"{median(records, 'peak_mb'):,.0f} MB",
    )


def add_ours(table):
    describe(table, "First run (every case new)", "ours.first")
    describe(table, "The same day again", "ours.first_again")
    describe(table, "The day after all were written to", "ours.day_after_mailing")
    describe(table, "A normal day (5 % of the debtors changed)", "ours.normal")
    describe(table, "The normal day again", "ours.normal_again")
    for label, name, task, limit in (
        ("First run by one lane", "ours.first", "partner_write", None),
        ("Normal day", "ours.normal", "partner_upsert_5pct_changed", 5),
    ):
        for kind, how in (("plain", "Odoo's indexes"), ("indexed", "covering index")):
            floor = f"floor.{task}.{kind}"
            title = f"{label} : one SQL statement ({how})"
            measured, least = table.value(name), table.value(floor)
            if kind == "plain" and limit:
                table.ratio(title, measured, least, limit)
            elif measured and least:
                table.add(title, f"{measured / least:,.1f} ×")
            own, its = table.cpu(name), table.cpu(floor)
            if own and its:
                table.add(f"… the same in processor time ({how})", f"{own / its:,.1f} ×")
    table.plain("First run as shipped (two lanes)", "lanes.first.2")
    table.ratio(
        "First run as shipped : one SQL statement (Odoo's indexes)",
        table.value("lanes.first.2"),
        table.value("floor.partner_write.plain"),
        15,
    )
    runs = table.data.get("ours.first", [])
    if runs:
        per = [record["queries"] * 1000 / record["n"] for record in runs]
        text = f"{statistics.median(per):.0f}"
        table.add("Queries per 1,000 cases of the first run", text)
    peaks = [
        record["peak_mb"]
        for n, rs in table.data.items()
        if n[:4] == "ours"
        for record in rs
        if "peak_mb" in record
    ]
    if peaks:
        table.limit("Peak memory of all parts", max(peaks), 400, "MB")


def add_channels(table):
    mails = table.data.get("ours.mails")
    if mails:
        table.add("Mails rendered and queued", f"{mails[-1]['n']:,} in {median(mails):,.3g} s")
        table.add("Mails by one lane", f"{table.value('ours.mails', 'rate'):,.0f} /s")
        lanes = table.value("lanes.mails.2", "rate")
        table.limit("Mails as shipped (two lanes)", lanes, 250, "/s", at_least=True)
        cpu = table.cpu("ours.mails")
        if cpu:
            table.add("… processor time", f"{cpu / mails[-1]['n'] * 1000:.3g} ms a mail")
    letters = table.data.get("ours.letters")
    if letters:
        error = letters[-1].get("error")
        each = median(letters) / letters[-1]["n"]
        table.add("Letters, 100 in one PDF", error or f"{each:.3g} s each")
    calls = table.value("ours.calls", "rate")
    if calls:
        table.add("Calls as activities", f"{calls:,.0f}/s")


def add_peer(table):
    run = table.value("peer.run")
    if run is None:
        return
    for label, name in (
        ("Peer: run", "peer.run"),
        ("Peer: lines made ready", "peer.ready"),
        ("Peer: grouping into letters", "peer.group"),
        ("Peer: mails", "peer.mails_without_pdf"),
        ("Peer: mails with PDF", "peer.mails_with_pdf"),
    ):
        records = table.data.get(name)
        if not records:
            table.add(label, "not in this run")
            continue
        extra = f", {median(records, 'rate'):.3g}/s" if "mails" in name else ""
        table.add(
            label,
            f"{median(records):,.3g} s for {records[-1]['n']:,}{extra}; "
            f"{median(records, 'queries'):,.0f} queries, {median(records, 'peak_mb'):,.0f} MB",
        )
    ours = table.data["ours.first"]
    if not ours:
        return
    items = table.data["peer.run"][-1].get("items")
    if items:
        # Both look at every open item, whether they act on it or not.
        table.ratio("Peer's run : our first run, per open item", run, median(ours), 50, True)
        table.ratio("Peer's run : our normal day", run, table.value("ours.normal"), 50, True)
        ready, group = table.value("peer.ready"), table.value("peer.group")
        if ready and group:
            # Our run ends where the peer's grouping does: with one contact a debtor to be made.
            text = "Peer's run, ready and grouping : our first run, per open item"
            table.ratio(text, run + ready + group, median(ours), 50, True)
        theirs, mine = table.cpu("peer.run"), table.cpu("ours.first")
        if theirs and mine:
            text = "… Peer's run : our first run in processor time"
            table.add(text, f"{theirs / mine:,.1f} ×")
    add_whole(table, run, ours)


def add_whole(table, run, ours):
    """Everything from the ledger to the queued mail; the peer's mails extrapolated."""
    group, mails = table.data.get("peer.group"), table.data.get("ours.mails")
    rate = table.value("peer.mails_without_pdf", "rate")
    if not (group and mails and rate):
        return
    peer = run + table.value("peer.ready") + median(group) + group[-1]["groups"] / rate
    own = median(ours) + median(mails)
    count = table.data["peer.mails_without_pdf"][-1]["n"]
    text = f"peer {peer:,.0f} s (mails extrapolated from {count}), ours {own:,.1f} s"
    table.add("Whole run with mails", text)
    table.ratio("Whole run with mails, peer : ours", peer, own, 10, at_least=True)


def add_rest(table):
    labels = {
        "post": "Posting an invoice",
        "pay": "Registering a payment",
        "reconcile": "Reconciling",
    }
    for step, label in labels.items():
        for kind, how in (("wall", "time"), ("cpu", "processor time")):
            ratio = table.value(f"posting.{step}.{kind}", "ratio")
            if ratio is not None:
                percent = (ratio - 1) * 100
                table.limit(f"{label}, slower by ({how})", percent, 3, "%")
    page, core = table.value("page.collection.case"), table.value("page.res.partner")
    if page:
        text = f"{page * 1000:.3g} ms against {core * 1000:.3g} ms"
        table.add("First page of cases against contacts", text, page, "not slower", page <= core)
    for label, name in (("First accrual", "first"), ("Accrual of a day", "next_day")):
        own, limit = table.value(f"charges.{name}"), table.value("charges.floor")
        if own and limit:
            count = table.data[f"charges.{name}"][-1]["n"]
            table.add(f"{label} of interest", f"{own:.3g} s for {count:,} late items")
            table.ratio(f"{label} : one SQL pass over the items", own, limit, 10)
    add_ageing(table)
    add_dashboard(table)
    install, bare = table.value("install"), table.value("install", "bare")
    if install:
        table.add("Installing the addon", f"{install:.3g} s, merely starting Odoo {bare:.3g} s")


def add_ageing(table):
    days = {"today": "today", "recent": "20 days ago", "past": "120 days ago"}
    for name, day in days.items():
        floor = table.value(f"ageing.{name}.floor")
        for group, label in (("bucket", "by bucket"), ("debtor", "by debtor and bucket")):
            own = table.value(f"ageing.{name}.{group}")
            if own and floor:
                title = f"Ageing as of {day}, {label}"
                table.add(title, f"{own:.3g} s against {floor:.3g} s")
                table.ratio(f"{title} : one SQL aggregate", own, floor, 3)


def add_dashboard(table):
    """Seconds of the one call of the dashboard and of what feeds it."""
    floor = table.value("dashboard.floor")
    if not floor:
        return
    count = table.data["dashboard.floor"][-1]["n"]
    for name, title in (
        ("call", "Dashboard, its one call"),
        ("figures", "All figures of ninety days"),
        ("month.last", "Pictures and credit records of a month"),
    ):
        own = table.value(f"dashboard.{name}")
        if own:
            text = f"{own:.3g} s for {count:,} open items; one SQL aggregate {floor:.3g} s"
            table.add(title, text)
    drawn = table.value("dashboard.draw")
    if drawn:
        calls = max(record["calls"] for record in table.data["dashboard.draw"])
        text = f"{drawn:.3g} s for {count:,} open items in Chromium; {calls} server call"
        table.add(
            "Dashboard drawn, once its data are there", text, drawn, "≤ 1 s", drawn <= 1 == calls
        )


def machine():
    """Cores and memory, and no more about where it was."""
    with open("/proc/meminfo") as lines:
        kb = int(re.search(r"MemTotal:\s+(\d+)", lines.read())[1])
    return f"{os.cpu_count()} cores, {kb / 1024 / 1024:.0f} GiB of memory"


def make(path, size):
    data = load(path)
    table = Table(data)
    for add in (add_floor, add_ours, add_channels, add_peer, add_rest):
        add(table)
    taken = dt.date.fromtimestamp(os.path.getmtime(path))  # noqa: DTZ012 - the local calendar day
    repeats = len(data.get("ours.first", []))
    heavy = f"mails and letters {len(data.get('ours.mails', []))}"
    heavy += f", the peer {len(data.get('peer.run', []))}"
    lines = [
        f"Size {size}, {taken.isoformat()}, {machine()}, median of {repeats} ({heavy}):",
        "",
        "| what | measured | target | |",
        "| --- | --- | --- | --- |",
        *(f"| {' | '.join(row)} |" for row in table.rows),
    ]
    return "\n".join(lines)


def write(path, size, text):
    """Replace the table of a size in the README."""
    with open(path) as file:
        content = file.read()
    begin, end = f"<!-- {size} -->", f"<!-- /{size} -->"
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.S)
    content = pattern.sub(lambda _match: f"{begin}\n{text}\n{end}", content)
    with open(path, "w") as file:
        file.write(content)
