"""Pictures of the demo database's screens, taken by a headless Chromium."""

import base64
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

import requests
import websocket

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "pictures"
#: The app's page in Odoo has some of them.
APP_FOLDER = ROOT / "collections_followup" / "static" / "description"
APP_PICTURES = {"work_list", "case", "run", "dashboard", "page"}
DATABASE = "collections_demo"
DESK, PHONE = (1440, 900), (390, 844)
READY = (
    "!!document.querySelector('.o_action_manager > *, #wrapwrap') && "
    "!document.querySelector('.o_loading_indicator, .o_blockUI')"
)
CASE = "/odoo/action-collections_followup.collection_case_action/8"
#: The debtor whose page is shown; its address is the case's field.
PAGE_OF = "Brosnahan"
#: name: (login, size, address, steps); a step is a selector to click and the text it must have.
PICTURES = {
    "work_list": ("demo_collector", DESK, "/odoo/work-list", ()),
    "case": ("demo_manager", DESK, CASE, ()),
    "log_contact": ("demo_manager", DESK, CASE, (("button[name=action_log_contact]", ""),)),
    "plan": ("demo_manager", DESK, CASE, (("button[name=action_plan]", ""),)),
    "payment": ("demo_manager", DESK, CASE, (("button[name=action_register_payment]", ""),)),
    "run": (
        "demo_supervisor",
        DESK,
        "/odoo/collection-runs",
        ((".o_data_row .o_data_cell", "Tolmere Workplace"),),
    ),
    "dashboard": ("demo_supervisor", DESK, "/odoo/collections-dashboard", ()),
    "figures": ("demo_supervisor", DESK, "/odoo/collections-figures", ()),
    "ageing": ("demo_supervisor", DESK, "/odoo/aged-receivables", ()),
    "exposure": ("demo_supervisor", DESK, "/odoo/credit-exposure", ()),
    "page": (None, PHONE, PAGE_OF, ()),
    "policy": (
        "demo_manager",
        DESK,
        "/odoo/collection-policies",
        ((".o_data_row .o_data_cell", ""),),
    ),
}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """The demo database, served while pictures are taken."""

    def __enter__(self):
        self.port = free_port()
        command = [sys.executable, str(ROOT / "scripts/lib/run_odoo.py"), "server", "-d", DATABASE]
        command += [f"--http-port={self.port}", "--http-interface=127.0.0.1"]
        command += ["--max-cron-threads=0", "--log-level=warn"]
        self.process = subprocess.Popen(command)
        for _second in range(120):
            try:
                requests.get(self.url("/web/login"), timeout=30)
            except requests.ConnectionError:
                time.sleep(1)
            else:
                return self
        raise SystemExit("The demo database does not answer.")

    def __exit__(self, *_error):
        self.process.terminate()
        self.process.wait()

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def log_in(self, login):
        """A session's identifier; the demo's passwords are the logins."""
        session = requests.Session()
        values = {"db": DATABASE, "login": login, "password": login}
        answer = session.post(
            self.url("/web/session/authenticate"),
            json={"jsonrpc": "2.0", "params": values},
            timeout=60,
        ).json()
        if "error" in answer:
            raise SystemExit(f"{login} cannot log in: {answer['error']['data']['message']}")
        return session.cookies["session_id"]

    def page_of(self, debtor):
        """Address of the debtor's page, as its collector copies it."""
        session = {"session_id": self.log_in("demo_manager")}
        arguments = {
            "model": "collection.case",
            "method": "search_read",
            "args": [[["partner_id.name", "ilike", debtor]]],
            "kwargs": {"fields": ["page_url"], "limit": 1},
        }
        answer = requests.post(
            self.url("/web/dataset/call_kw"),
            json={"jsonrpc": "2.0", "params": arguments},
            cookies=session,
            timeout=60,
        ).json()
        return urllib.parse.urlsplit(answer["result"][0]["page_url"]).path


class Browser:
    """One page of a headless Chromium, spoken to by its debugging protocol."""

    def __enter__(self):
        self.folder, port = tempfile.mkdtemp(), free_port()
        command = [
            "chromium",
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
        ]
        command += [f"--remote-debugging-port={port}", "--remote-allow-origins=*"]
        command += [f"--user-data-dir={self.folder}", "about:blank"]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        for _attempt in range(100):
            try:
                pages = requests.get(f"http://127.0.0.1:{port}/json", timeout=5).json()
                address = next(p["webSocketDebuggerUrl"] for p in pages if p["type"] == "page")
            except (requests.ConnectionError, StopIteration):
                time.sleep(0.2)
            else:
                break
        self.socket, self.number = websocket.create_connection(address), 0
        for domain in ("Network", "Page", "Runtime"):
            self.call(f"{domain}.enable")
        return self

    def __exit__(self, *_error):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def call(self, method, **params):
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.number:
                return answer.get("result", answer)

    def evaluate(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        return result.get("result", {}).get("value")

    def settle(self):
        """Wait until nothing is being loaded any more."""
        time.sleep(1)
        for _attempt in range(100):
            if self.evaluate(READY):
                break
            time.sleep(0.3)
        time.sleep(1)

    def click(self, selector, text):
        found = self.evaluate(
            f"(() => {{ const found = [...document.querySelectorAll({json.dumps(selector)})]"
            f".find((e) => e.textContent.includes({json.dumps(text)}));"
            "if (found) { found.click(); } return !!found; })()"
        )
        if not found:
            raise SystemExit(f"Nothing to click: {selector} {text}")
        self.settle()

    def take(self, server, name, picture):
        login, (width, height), address, steps = picture
        if login:
            cookie = {"name": "session_id", "value": server.log_in(login), "url": server.url("/")}
            self.call("Network.setCookie", **cookie)
        else:
            self.call("Network.clearBrowserCookies")
            address = server.page_of(address)
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=(width, height) == PHONE,
        )
        self.call("Page.navigate", url=server.url(address))
        self.settle()
        for step in steps:
            self.click(*step)
        data = self.call("Page.captureScreenshot", format="png")["data"]
        for folder in (FOLDER, APP_FOLDER) if name in APP_PICTURES else (FOLDER,):
            (folder / f"{name}.png").write_bytes(base64.b64decode(data))
        sys.stdout.write(f"{name}\n")


def main(*names):
    FOLDER.mkdir(parents=True, exist_ok=True)
    if unknown := set(names) - PICTURES.keys():
        raise SystemExit(f"No such picture: {', '.join(sorted(unknown))}")
    with Server() as server, Browser() as browser:
        for name in names or PICTURES:
            browser.take(server, name, PICTURES[name])


if __name__ == "__main__":
    main(*sys.argv[1:])
