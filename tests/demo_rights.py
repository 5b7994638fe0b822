"""Every public method of the addon, called on a record of its model by people without rights.

The demonstration has a record of nearly every model, so its books are the world of these tests.
What a call did is counted by PostgreSQL: rows written in the transaction, in any table.
"""

import inspect

from odoo import Command
from odoo.exceptions import AccessError, MissingError, RedirectWarning, UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

MODULE = "collections_followup"
REFUSED = (AccessError, MissingError, UserError, RedirectWarning)
#: Odoo's own notes of what people do; none of them is ours or the books'.
TABLES_OF_ODOO = ("res_users_log", "res_device_log", "bus_bus", "ir_attachment", "ir_sequence")
#: People without any right in collections: each is refused or shown an empty hand.
STRANGERS = {
    "employee": "base.group_user",
    "portal": "base.group_portal",
    "public": "base.group_public",
}


#: What looking writes: the key of the link to an agreement's page, copies of invoices for a sheet.
LOOKED = {
    ("collection.agreement", "action_preview"): {"collection_agreement"},
    ("collection.visit.route", "action_print"): {"account_move", "account_move_line"},
}


class DemoRights:
    """Tests of a class that has the demonstration in its database."""

    def people(self, *names):
        companies = self.env["collection.demo"]._get_companies()
        return [
            new_test_user(
                self.env,
                f"{name}_of_nothing",
                groups=STRANGERS[name],
                company_id=companies[0].id,
                company_ids=[Command.set(companies.ids)],
            )
            for name in names
        ]

    def methods(self, model):
        """Names of public methods of the addon's that a client may call without arguments."""
        found = set()
        for cls in type(self.env[model]).__mro__:
            if MODULE not in (cls.__module__ or ""):
                continue
            for name, method in vars(cls).items():
                if inspect.isfunction(method) and name.startswith(("action_", "get_")):
                    found.add(name)
        return sorted(
            name for name in found if not _needs_arguments(getattr(self.env[model], name))
        )

    def calls(self):
        """(record, method name) of everything that can be called."""
        for model in self.env:
            if self.env[model]._abstract or not (names := self.methods(model)):
                continue
            domain = [("company_id", "!=", False)] if model == "account.move" else []
            record = self.env[model].sudo().search(domain, limit=1, order="id desc")
            for name in names if record else ():
                yield record, name

    def written(self):
        """Rows written in this transaction so far, by table; it never goes back."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables "
            "WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return {name: n for name, n in self.env.cr.fetchall() if name not in TABLES_OF_ODOO}

    def call(self, record, name, user):
        """Call a method as somebody, and undo it.

        :return: (answer or ``None``, tables that were written)
        """
        before = self.written()
        answer = None
        with self.cr.savepoint() as savepoint, mute_logger("odoo.sql_db"):
            try:
                answer = getattr(record.with_user(user).with_context({}), name)()
                after = self.written()
            except REFUSED:
                after = before  # refused: whatever was begun is undone with the savepoint
            savepoint.rollback()
        self.env.invalidate_all()
        return answer, {table for table, count in after.items() if count != before.get(table)}

    def test_the_demonstration_has_a_record_of_most_models(self):
        calls = list(self.calls())
        models = {record._name for record, _name in calls}
        self.assertGreater(len([name for name in models if name.startswith("collection.")]), 25)
        self.assertGreater(len(calls), 150)

    def test_strangers_change_nothing_and_are_told_nothing(self):
        for user in self.people(*STRANGERS):
            for record, name in self.calls():
                with self.subTest(role=user.login, model=record._name, method=name):
                    answer, tables = self.call(record, name, user)
                    self.assertFalse(tables)
                    if record._name.startswith("collection."):
                        self.assertFalse(_content_of(answer), answer)

    def test_readers_change_nothing_by_any_button(self):
        reader = self.env.ref(f"{MODULE}.demo_user_reader")
        dialogs = {model._table for model in self.env.values() if model._transient}
        for record, name in self.calls():
            with self.subTest(model=record._name, method=name):
                _answer, tables = self.call(record, name, reader)
                tables = {t for t in tables if not any(t.startswith(d) for d in dialogs)}
                self.assertLessEqual(tables, LOOKED.get((record._name, name), set()))


def _needs_arguments(method):
    parameters = inspect.signature(method).parameters.values()
    return any(p.default is p.empty and p.kind == p.POSITIONAL_OR_KEYWORD for p in parameters)


def _content_of(answer):
    """What an answer tells beyond the name of a screen, whose rights are checked when it opens."""
    if isinstance(answer, dict) and str(answer.get("type", "")).startswith("ir.actions."):
        return None
    return answer
