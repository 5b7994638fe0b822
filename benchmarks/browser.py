"""A screen drawn by a real Chromium from data that are given: how long that takes once they are
there, and how many calls of the server it needed.

Odoo serves from this process, so that what is asked for can be answered with data of a transaction
that is rolled back afterwards.
"""

import contextlib
import json
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

import websocket
import werkzeug.serving

import odoo.http
from odoo import api
from odoo.service import security

PATIENCE = 120
#: Notes when a screen is complete: charts with something on them, and nothing loading.
WATCH = """
    (() => {
        const drawn = (canvas) => {
            const { width, height } = canvas;
            return width && height && canvas.getContext("2d")
                .getImageData(0, 0, width, height).data.some((value) => value);
        };
        const look = () => {
            const box = document.querySelector("SELECTOR");
            const charts = box ? [...box.querySelectorAll("canvas")] : [];
            if (charts.length >= CHARTS && charts.every(drawn)) {
                requestAnimationFrame(() => { window.screenReady = performance.now(); });
            } else {
                requestAnimationFrame(look);
            }
        };
        requestAnimationFrame(look);
    })();
"""
#: Milliseconds from the arrival of the data to the complete screen, and calls from that on.
ASK = """
    (() => {
        if (!window.screenReady) { return ""; }
        const calls = performance.getEntriesByType("resource").filter(
            (entry) => entry.name.includes("/web/dataset/call_kw/MODEL/"));
        return JSON.stringify({
            wall: (window.screenReady - calls.at(-1).responseEnd) / 1000,
            calls: calls.length,
        });
    })()
"""


@contextlib.contextmanager
def serving(registry, login="admin"):
    """Odoo on a port of its own; a cookie of somebody who is logged in."""
    server = werkzeug.serving.make_server("127.0.0.1", 0, odoo.http.root, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    store = odoo.http.root.session_store
    session = store.new()
    session.update(odoo.http.get_default_session(), db=registry.db_name)
    with registry.cursor() as cr:
        user = api.Environment(cr, 1, {})["res.users"].search([("login", "=", login)])
        session.uid, session.login = user.id, login
        session.session_token = security.compute_session_token(session, user.with_user(user).env)
        session.context = dict(user.with_user(user).context_get())
    store.save(session)
    try:
        yield f"http://127.0.0.1:{server.server_port}", session.sid
    finally:
        store.delete(session)
        server.shutdown()
        thread.join()


class Browser:
    """Chromium without a window, spoken to by its own protocol."""

    def __init__(self, folder, size=(1440, 950)):
        self.process = subprocess.Popen(
            [
                *(shutil.which("chromium") or "chromium", "--headless=new", "--no-sandbox"),
                *("--disable-gpu", "--remote-debugging-port=0", "--remote-allow-origins=*"),
                *(f"--user-data-dir={folder}", f"--window-size={size[0]},{size[1]}"),
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.number = 0
        port = self._wait(lambda: (Path(folder) / "DevToolsActivePort").read_text().split()[0])
        pages = self._wait(lambda: self._pages(port))
        self.socket = websocket.create_connection(pages[0]["webSocketDebuggerUrl"])

    def _pages(self, port):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json", timeout=5) as answer:
            return [page for page in json.load(answer) if page["type"] == "page"]

    def _wait(self, function):
        last = time.monotonic() + PATIENCE
        while time.monotonic() < last:
            with contextlib.suppress(OSError, IndexError):
                if found := function():
                    return found
            time.sleep(0.1)
        raise TimeoutError("Chromium did not answer.")

    def command(self, method, **params):
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.number:
                return answer.get("result", answer)

    def value(self, expression):
        found = self.command("Runtime.evaluate", expression=expression, returnByValue=True)
        return found.get("result", {}).get("value")

    def close(self):
        self.process.terminate()
        self.process.wait()


def draw(registry, path, model, selector, charts, repeat=3):
    """Open a screen some times.

    :param charts: how many charts it has at least
    :return: list of dicts: wall, calls
    """
    watch = WATCH.replace("SELECTOR", selector).replace("CHARTS", str(charts))
    results = []
    with serving(registry) as (address, sid), tempfile.TemporaryDirectory() as folder:
        browser = Browser(folder)
        try:
            browser.command("Network.setCookie", name="session_id", value=sid, url=address)
            browser.command("Page.enable")
            browser.command("Page.addScriptToEvaluateOnNewDocument", source=watch)
            # The first time everything is fetched that a browser keeps.
            for _number in range(repeat + 1):
                browser.command("Page.navigate", url=address + path)
                answer = browser._wait(lambda: browser.value(ASK.replace("MODEL", model)))
                results.append(json.loads(answer))
        finally:
            browser.close()
    return results[1:]
