"""Who may do what: each role on each model, two companies, own and unassigned cases, and every
public method tried by every role."""

import ast
import inspect

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from .common import ON, ROLES, CollectionsCase, days

CONFIGURATION = ("collection.policy", "collection.stage", "collection.action")
RECORDS = ("collection.case", "collection.item", "collection.contact.log", "collection.run")
#: What reader, collector, supervisor and manager may do on every model of the addon: read, write,
#: create, unlink. Which records of it is for the record rules.
RIGHTS = {
    # Settings and short lists
    ("r", "r", "r", "rwcu"): """
        action contact.outcome contact.rule delay.reason dispute.reason hold.reason
        interest.compensation interest.regime policy reference.rate script stage
        writeoff.reason handover.requirement limitation.rule""",
    ("r", "r", "rwcu", "rwcu"): "statement.schedule target visit.cash",
    ("r", "", "rwcu", "rwcu"): "remittance report.schedule",
    ("", "r", "rwcu", "rwcu"): "assignment.rule",
    ("", "r", "r", "rwcu"): "trace.source",
    ("", "r", "r", "r"): "duplicate",
    ("", "", "r", "rw"): "processing",
    ("", "rwc", "rwc", "rwc"): "person.status trace trace.lead",
    ("r", "", "r", "rwcu"): """
        experiment mandate mandate.tier provision provision.line provision.rate""",
    # What only the follow-up, or a dialog, writes
    ("r", "r", "r", "r"): """
        account.month ageing bounce contact.result credit.notice exposure handover.result item
        recovery roll run snapshot writeoff""",
    ("r", "", "r", "r"): "experiment.debtor placement remittance.line",
    ("", "", "r", "r"): "privacy.log portfolio",
    ("", "", "", "r"): "mail.receipt page.hit",
    # What people work on; what is history cannot be deleted
    ("r", "rw", "rw", "rw"): "address.change case",
    ("r", "rwc", "rwc", "rwc"): """
        charge consent contact.log credit.hold credit.limit extension hold opt.out refund visit
        visit.route""",
    ("r", "rwc", "rwc", "rwcu"): "credit.file",
    ("r", "rwc", "rwcu", "rwcu"): """
        credit.document credit.insurance credit.report credit.security handover.cost
        handover.receipt legal.step""",
    ("rw", "rwc", "rwc", "rwc"): "dispute",  # whoever is asked to answer one may
    ("rw", "rwcu", "rwcu", "rwcu"): "goods.return goods.return.line",
    ("r", "rwcu", "rwcu", "rwcu"): """
        agreement agreement.line claim claim.inquiry contact.time handover handover.document""",
    ("", "rwcu", "rwcu", "rwcu"): """
        absence address.wizard agreement.reason agreement.sign ask bounce.wizard
        charge.invoice.wizard charge.waive.wizard claim.answer dispute.agree dispute.wizard extension.wizard hold.wizard identifier
        log.contact payment.wizard payment.wizard.line person.wizard plan.wizard plan.wizard.line
        recovery.wizard visit.plan visit.plan.line visit.result
        visit.result.goods writeoff.wizard""",
    (
        "",
        "",
        "rwcu",
        "rwcu",
    ): "assign.wizard handover.reason placement.wizard privacy.wizard return.wizard",
    ("ru", "ru", "ru", "ru"): "forecast.line",
    ("rwcu", "rwcu", "rwcu", "rwcu"): "ageing.wizard forecast statement.wizard",
}
#: What employees who are asked something may read without any role.
OWNERS = (
    "collection.dispute",
    "collection.dispute.reason",
    "collection.goods.return",
    "collection.goods.return.line",
    "collection.handover",
)
OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
#: Models of the follow-up whose methods nobody may call from outside.
PRIVATE_MODELS = ("collection.engine", "collection.channel", "collection.compliance")


class World(CollectionsCase):
    """Two companies with a debtor each, and the four roles in the first one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.make_policy(("Reminder", 5, "email"))
        cls.users = {role: cls.make_user(role) for role in ROLES}
        cls.debtor = cls.make_debtor("Acme")
        cls.make_invoice(cls.debtor, 100, ON - days(6))
        cls.other = cls.make_company("Southwind Traders")
        cls.make_policy(("Mahnung", 5, "email"), company=cls.other)
        cls.make_invoice(cls.debtor, 30, ON - days(6), company=cls.other)
        cls.engine._run(ON, companies=cls.company + cls.other)
        cls.env.cr.flush()
        cls.case = cls.env["collection.case"].search([("company_id", "=", cls.company.id)])
        cls.foreign = cls.env["collection.case"].search([("company_id", "=", cls.other.id)])

    def as_(self, role, records):
        return records.with_user(self.users[role]).with_context(allowed_company_ids=None)


class TestRights(World):
    def models(self):
        """Every model of the addon that keeps records, dialogs included."""
        return (
            self.env["ir.model"]
            .search([("model", "=like", "collection.%"), ("abstract", "=", False)])
            .mapped("model")
        )

    def test_each_model_for_each_role(self):
        found = {}
        for model in self.models():
            allowed = []
            for role in ROLES:
                Model = self.env[model].with_user(self.users[role])
                allowed.append(
                    "".join(
                        letter
                        for letter, operation in OPERATIONS.items()
                        if Model.has_access(operation)
                    )
                )
            found[model] = tuple(allowed)
        expected = {
            f"collection.{name}": rights
            for rights, names in RIGHTS.items()
            for name in names.split()
        }
        wrong = {
            model: (expected.get(model, "not in the table"), found.get(model, "no such model"))
            for model in expected | found
            if expected.get(model) != found.get(model)
        }
        self.assertFalse(wrong, "A new model belongs into the table at the top of this file")

    def test_nobody_else_sees_anything(self):
        for group in ("base.group_user", "base.group_portal", "base.group_public"):
            user = self.env["res.users"].create(
                {
                    "name": group,
                    "login": group,
                    "company_id": self.company.id,
                    "company_ids": [Command.set(self.company.ids)],
                    "group_ids": [Command.set(self.env.ref(group).ids)],
                }
            )
            for model in self.models():
                seen = group == "base.group_user" and model in OWNERS
                self.assertEqual(
                    self.env[model].with_user(user).has_access("read"), seen, (group, model)
                )

    def test_every_model_of_the_addon_has_access_rows(self):
        """A model without rows is open to nobody, which is seldom meant."""
        models = self.env["ir.model"].search(
            [("model", "=like", "collection.%"), ("abstract", "=", False)]
        )
        self.assertIn("collection.case", models.mapped("model"))
        for model in models:
            self.assertTrue(model.access_ids, model.model)
            self.assertTrue(all(access.group_id for access in model.access_ids), model.model)

    def test_every_model_with_a_company_has_a_rule_for_it(self):
        for model in self.env["ir.model"].search([("model", "=like", "collection.%")]):
            Model = self.env[model.model]
            if Model._abstract or Model._transient or "company_id" not in Model._fields:
                continue
            rules = model.rule_ids.filtered(lambda rule: not rule.groups)
            self.assertTrue(
                any("company_id" in (rule.domain_force or "") for rule in rules), model.model
            )


class TestCompanies(World):
    def test_nobody_sees_the_other_company(self):
        for role in ROLES:
            for model in RECORDS:
                records = self.env[model].with_user(self.users[role]).search([])
                self.assertLessEqual(records.company_id, self.company, (role, model))
            self.assertEqual(
                self.env["collection.case"].with_user(self.users[role]).search([]), self.case
            )

    def test_nobody_opens_the_other_companys_case_by_its_number(self):
        logs = self.env["collection.contact.log"].search([("company_id", "=", self.other.id)])
        for role in ROLES:
            for record in (self.foreign, logs, logs.run_id):
                with self.assertRaises(AccessError):
                    self.as_(role, record).check_access("read")

    def test_policies_of_the_other_company_are_hidden_and_shared_ones_are_not(self):
        shared = self.env["collection.policy"].create({"name": "All", "company_id": False})
        seen = self.env["collection.policy"].with_user(self.users["collector"]).search([])
        self.assertIn(shared, seen)
        self.assertIn(self.policy, seen)
        self.assertNotIn(self.foreign.policy_id, seen)


class TestRecordsOfCases(World):
    """Whoever sees a case sees what was agreed, disputed and posted in it; nobody else does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = cls.make_records(cls.case)
        cls.others = cls.make_records(cls.foreign)

    @classmethod
    def make_records(cls, case):
        """One record of each model that is about a case."""
        line = case.move_line_ids[:1]
        company, currency = case.company_id, case.currency_id
        common = {"case_id": case.id}
        money = {**common, "currency_id": currency.id, "amount": 10}
        payment = cls.pay(line.move_id.with_company(company), 10)
        cls.make_credit_note(case.partner_id, 10, company=company)
        cls.env.invalidate_all()
        by = {"date": ON, "user_id": cls.env.uid}
        reason = cls.env.ref("collections_followup.writeoff_reason_insolvency")
        writeoff = cls.env["collection.writeoff"].create(
            {**common, **by, "amount": 10, "reason_id": reason.id}
        )
        Hold = cls.env["collection.hold"]
        agreement = cls.env["collection.agreement"].create(
            {
                **common,
                "currency_id": currency.id,
                "line_ids": [Command.create({"date": ON + days(9999), "amount": 10})],
            }
        )
        return [
            agreement,
            agreement.line_ids,
            cls.env["collection.dispute"]._open(case, "dispute", line),
            cls.env["collection.extension"].create(
                {
                    **common,
                    "move_line_ids": [Command.set(line.ids)],
                    "date_old": line.date_maturity,
                    "date_new": ON + days(9999),
                    "reason": "Flood",
                }
            ),
            cls.env["collection.refund"].create({**money, "reason": "Paid twice"}),
            cls.env["collection.bounce"].create(
                {
                    **money,
                    **by,
                    "payment_id": payment.id,
                    "move_id": payment.move_id.id,
                    "reason": "funds",
                }
            ),
            cls.env["collection.charge"].create(
                {**money, "date_from": ON - days(1), "date_to": ON, "kind": "late_fee"}
            ),
            writeoff,
            cls.env["collection.recovery"].create(
                {
                    **by,
                    "writeoff_id": writeoff.id,
                    "company_id": company.id,
                    "currency_id": currency.id,
                    "amount": 1,
                }
            ),
            Hold.create(
                {**common, "reason_id": cls.env.ref("collections_followup.hold_reason_deceased").id}
            ),
        ]

    def may(self, role, record, operation="read"):
        return self.as_(role, record).has_access(operation)

    def test_every_role_reads_those_of_its_company_only(self):
        for record, foreign in zip(self.mine, self.others, strict=True):
            for role in ROLES:
                self.assertTrue(self.may(role, record), (role, record))
                self.assertFalse(self.may(role, foreign), (role, foreign))
                found = self.env[record._name].with_user(self.users[role]).search([])
                self.assertNotIn(foreign, found, role)

    def test_a_collector_does_not_see_those_of_a_colleagues_case(self):
        self.case.user_id = self.make_user("collector", login="colleague")
        self.env.flush_all()
        for record in self.mine:
            for operation in OPERATIONS.values():
                self.assertFalse(self.may("collector", record, operation), (record, operation))
            for role in ("reader", "supervisor", "manager"):
                self.assertTrue(self.may(role, record), (role, record))

    def test_readers_change_none_of_them(self):
        for record in self.mine:
            for operation in ("write", "unlink"):
                self.assertFalse(self.may("reader", record, operation), (record, operation))


class TestCollector(World):
    def test_own_and_unassigned_only(self):
        colleague = self.make_user("collector", login="colleague")
        Case = self.env["collection.case"]
        for owner, visible in ((False, True), (self.users["collector"], True), (colleague, False)):
            self.case.user_id = owner
            self.assertEqual(
                bool(Case.with_user(self.users["collector"]).search([])), visible, owner
            )
            for model in ("collection.contact.log", "collection.item"):
                found = self.env[model].with_user(self.users["collector"]).search([])
                self.assertEqual(bool(found), visible, model)

    def test_reader_and_supervisor_see_all(self):
        self.case.user_id = self.make_user("collector", login="colleague")
        for role in ("reader", "supervisor", "manager"):
            self.assertEqual(
                self.env["collection.case"].with_user(self.users[role]).search([]), self.case, role
            )

    def test_stage_state_and_figures_cannot_be_changed_by_hand(self):
        for values in (
            {"stage_id": False},
            {"state": "closed"},
            {"amount_overdue": 0},
            {"next_review_date": ON},
            {"policy_id": False},
            {"company_id": self.other.id},
        ):
            for role in ROLES[1:]:
                with self.assertRaises(UserError):
                    self.as_(role, self.case).write(values)

    def test_a_note_may_be_posted_by_whoever_sees_the_case(self):
        for role in ROLES:
            self.as_(role, self.case).message_post(body="Called back")


class TestContactLog(World):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.log = cls.env["collection.contact.log"].search([("company_id", "=", cls.company.id)])

    def test_what_was_written_stays(self):
        for values in (
            {"channel": "call"},
            {"date": ON},
            {"case_id": self.case.id},
            {"action_id": False},
            {"occurrence": 9},
        ):
            with self.assertRaisesRegex(UserError, "append-only"):
                self.as_("manager", self.log).write(values)
        with self.assertRaises(AccessError):
            self.as_("manager", self.log).unlink()

    def test_nobody_lets_a_contact_go_or_ends_it_by_writing_its_progress(self):
        """Releasing is for supervisors, by its own action; progress is for the machine."""
        for values in ({"released": True}, {"state": "done"}, {"amount": 1}, {"block_code": "x"}):
            with self.assertRaises(UserError):
                self.as_("collector", self.log).write(values)

    def test_nobody_plans_a_contact_for_the_machine_by_hand(self):
        values = {
            "case_id": self.case.id,
            "company_id": self.company.id,
            "channel": "email",
            "state": "planned",
            "released": True,
            "action_id": self.policy.stage_ids.action_ids.id,
            "occurrence": 99,
        }
        with self.assertRaises(UserError):
            self.env["collection.contact.log"].with_user(self.users["collector"]).create(values)

    def test_a_collector_logs_a_contact_that_was_made(self):
        log = (
            self.env["collection.contact.log"]
            .with_user(self.users["collector"])
            .create({"case_id": self.case.id, "company_id": self.company.id, "channel": "call"})
        )
        self.assertEqual((log.state, log.user_id), ("done", self.users["collector"]))

    def test_a_contact_belongs_to_the_company_of_its_case(self):
        with self.assertRaises(UserError):
            self.env["collection.contact.log"].with_user(self.users["collector"]).create(
                {"case_id": self.foreign.id, "company_id": self.company.id, "channel": "call"}
            )

    def test_only_supervisors_release_and_cancel(self):
        for role in ("reader", "collector"):
            for act in (
                self.as_(role, self.log).action_cancel,
                self.as_(role, self.log).action_release,
                self.as_(role, self.log.run_id).action_release,
                self.as_(role, self.log.run_id).action_release_none,
                self.as_(role, self.log.run_id).action_run_now,
            ):
                with self.assertRaises(UserError):
                    act()
        self.assertEqual(self.log.state, "planned")
        self.assertFalse(self.log.released)
        self.as_("supervisor", self.log.run_id).action_release()
        self.assertTrue(self.log.released)

    def test_a_supervisor_cannot_touch_the_other_companys_run(self):
        run = self.env["collection.run"].search([("company_id", "=", self.other.id)])
        with self.assertRaises(AccessError):
            self.as_("supervisor", run).action_release()
        with self.assertRaises(AccessError):
            self.as_("supervisor", run.log_ids).action_cancel()


class TestPublicMethods(World):
    """What can be called from outside."""

    def methods(self, model):
        """Public methods that the addon itself defines on a model."""
        for cls in type(self.env[model]).__mro__:
            if "collections_followup" not in (cls.__module__ or ""):
                continue
            for name, value in vars(cls).items():
                if inspect.isfunction(value) and not name.startswith("_"):
                    yield name, value

    def test_the_engine_cannot_be_called_from_outside(self):
        models = [
            name
            for name in self.env
            if name.startswith(PRIVATE_MODELS) and self.env[name]._abstract
        ]
        self.assertGreater(len(models), 5)
        for model in models:
            self.assertFalse([name for name, _method in self.methods(model)], model)

    def test_public_methods_are_actions_or_overrides(self):
        """Anything public can be called by everybody with a login, so its name says that it checks
        for itself."""
        allowed = {
            "create",
            "write",
            "unlink",
            "read",
            "copy",
            "copy_data",
            "default_get",
            "init",
            "get_values",
            "set_values",
            "name_create",
            "name_search",
            "web_read",
        }
        for model in self.env:
            for name, _method in self.methods(model):
                overrides = any(
                    hasattr(cls, name) and "collections_followup" not in cls.__module__
                    for cls in type(self.env[model]).__mro__
                )
                self.assertTrue(
                    name.startswith(("action_", "get_")) or name in allowed or overrides,
                    f"{model}.{name}",
                )

    def test_readers_change_nothing_by_any_action(self):
        """Every button of the working records, pressed by a reader, leaves them as they were."""
        log = self.env["collection.contact.log"].search([("company_id", "=", self.company.id)])
        for record in (self.case, log, log.run_id):
            for name in sorted({name for name, _m in self.methods(record._name)}):
                method = getattr(self.as_("reader", record), name)
                if not name.startswith("action_") or _needs_arguments(method):
                    continue
                before = self._content(record)
                with self.cr.savepoint() as savepoint, mute_logger("odoo.sql_db"):
                    try:
                        method()
                        self.env.flush_all()
                    except (AccessError, UserError):
                        savepoint.rollback()
                        continue
                    self.assertEqual(self._content(record), before, f"{record._name}.{name}")
                    savepoint.rollback()

    def _content(self, record):
        self.env.flush_all()
        self.env.cr.execute(f"SELECT * FROM {record._table} WHERE id = %s", [record.id])
        return self.env.cr.fetchall()

    def test_no_controller_is_open_to_the_public_without_a_reason(self):
        """Routes of the addon name how they authenticate."""
        import odoo.addons.collections_followup as addon

        for path in _python_files(addon.__path__[0], "controllers"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "route":
                    self.assertIn("auth", {keyword.arg for keyword in node.keywords}, path)


def _needs_arguments(method):
    parameters = inspect.signature(method).parameters.values()
    return any(p.default is p.empty and p.kind == p.POSITIONAL_OR_KEYWORD for p in parameters)


def _python_files(root, folder):
    from pathlib import Path

    return sorted(Path(root, folder).rglob("*.py"))
