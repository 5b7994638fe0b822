"""The worked example of docs/extending.md: a channel of one's own, installed and used as written."""

import json
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from odoo import sql_db
from odoo.tests import BaseCase, tagged

from .scratch import Nursery, install, scratch_database

EXAMPLES = Path(__file__).resolve().parents[1] / "docs" / "examples"
MODULE = "collections_followup_chat"
REFUSED = "+3212345674"
#: Four debtors: two who can be reached, one without a number, one whose number is refused.
PREPARE = """
from tests.books import fill_books
company = fill_books(env, 4)
env["ir.config_parameter"].set_param("collections_followup_chat.gateway_url", {url!r})
text = env["sms.template"].create({{
    "name": "Chat", "body": "Please pay {{{{ object.amount_text }}}}",
    "model_id": env["ir.model"]._get_id("collection.contact.log"),
}})
action = company.collection_policy_id.stage_ids.action_ids
action.write({{"channel": "chat", "sms_template_id": text.id}})
belgium = env.ref("base.be")
for number, debtor in enumerate(env["res.partner"].search([("name", "=like", "Debtor %")])):
    phone = ["+32 12 34 56 71", "+32 12 34 56 72", False, {refused!r}][number]
    debtor.write({{"phone": phone, "country_id": belgium.id}})
env["collection.engine"]._cron_run()
"""


class Gateway(BaseHTTPRequestHandler):
    """Takes messages, knows those it has had by their key, and refuses one number."""

    received = {}

    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        refused = message["to"] == REFUSED
        if not refused:
            self.received[self.headers["Idempotency-Key"]] = message
        self.send_response(422 if refused else 202)
        self.end_headers()

    def log_message(self, *_args):
        pass


@tagged("post_install", "-at_install")
class TestExtending(BaseCase):
    def test_the_example_makes_contacts_and_refuses_with_its_own_codes(self):
        gateway = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
        threading.Thread(target=gateway.serve_forever, daemon=True).start()
        self.addCleanup(gateway.server_close)
        self.addCleanup(gateway.shutdown)
        Gateway.received.clear()
        url = f"http://127.0.0.1:{gateway.server_port}/messages"
        with scratch_database("extending") as database:
            done = install(database, MODULE, str(EXAMPLES))
            self.assertEqual(done.returncode, 0, done.stderr[-3000:])
            with Nursery(database, str(EXAMPLES)) as nursery:
                nursery.finish(nursery.start(PREPARE.format(url=url, refused=REFUSED)))
            rows = self._read(database)
        self.assertEqual(
            rows,
            [
                ("+3212345671", "sent", None),
                ("+3212345672", "sent", None),
                (None, "blocked", "no_chat"),
                (REFUSED, "blocked", "chat_refused"),
            ],
        )
        self.assertEqual(
            sorted(message["to"] for message in Gateway.received.values()),
            ["+3212345671", "+3212345672"],
        )
        self.assertTrue(all("Please pay" in m["text"] for m in Gateway.received.values()))

    def _read(self, database):
        with closing(sql_db.db_connect(database).cursor()) as cr:
            cr.execute(
                "SELECT address, state, block_code FROM collection_contact_log "
                "WHERE channel = 'chat' ORDER BY debtor_id"
            )
            return cr.fetchall()
