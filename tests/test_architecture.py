"""The shape of the addon: what may mention what, where the clock is read, who commits."""

import ast
from pathlib import Path

import pytest

ADDON = Path(__file__).resolve().parent.parent / "collections_followup"
LIMIT = 400

#: Layers in the order of dependency: a layer mentions itself and those before it.
#: Files are found by how their name begins; the first layer that fits is the file's.
LAYERS = (
    ("tools", ("tools/",)),
    (
        "configuration",
        (
            "models/collection_policy",
            "models/collection_stage",
            "models/collection_action",
            "models/collection_contact_rule",
            "models/collection_contact_outcome",
            "models/collection_delay_reason",
            "models/collection_dispute_reason",
            "models/collection_hold_reason",
            "models/collection_interest",
            "models/collection_reference_rate",
            "models/collection_trace_source",
            "models/res_currency",
        ),
    ),
    ("channels", ("models/collection_channel", "models/collection_compliance")),
    ("engine", ("models/collection_engine",)),
)
#: Configuration may not look at cases except to guard its own deletion and to count.
CONFIGURATION_MAY = {"_unlink_except_used", "_compute_case_count", "action_view_cases"}


def python_files():
    return sorted(path for path in ADDON.rglob("*.py"))


def text_files():
    return sorted(
        path
        for path in ADDON.rglob("*")
        if path.suffix in (".py", ".js", ".scss", ".xml") and "static/lib" not in str(path)
    )


def relative(path):
    return path.relative_to(ADDON).as_posix()


def layer(path):
    name = relative(path)
    return next((layer for layer, starts in LAYERS if name.startswith(starts)), None)


def trees(*names):
    return [(p, ast.parse(p.read_text())) for p in python_files() if layer(p) in names]


def imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def models_mentioned(tree):
    """Names in ``env["…"]`` and in the first argument of relational fields."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            target = node.value
            if getattr(target, "attr", getattr(target, "id", "")) == "env":
                yield node.slice.value
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "").endswith(
            ("Many2one", "One2many", "Many2many")
        ):
            if node.args and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value


def functions(tree):
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_the_layers_are_found():
    for name, _starts in LAYERS:
        assert trees(name), name


def test_tools_know_no_odoo_and_no_clock():
    for path, tree in trees("tools"):
        for name in imports(tree):
            assert not name.startswith("odoo"), f"{relative(path)} imports {name}"
            assert not name.startswith(".."), f"{relative(path)} imports {name}"
        assert not list(models_mentioned(tree)), relative(path)
        assert not clock_readings(tree), relative(path)


def clock_readings(tree):
    """Calls that ask what time it is."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name, owner = node.func.attr, ast.unparse(node.func.value)
        if name in ("today", "context_today", "utcnow") or (
            name == "now" and owner.split(".")[-1] in ("datetime", "Datetime")
        ):
            found.append(f"{owner}.{name} in line {node.lineno}")
    return found


def test_configuration_knows_no_case():
    forbidden = {"collection.case", "collection.contact.log", "collection.run", "collection.engine"}
    for path, tree in trees("configuration"):
        for function in functions(tree):
            if function.name in CONFIGURATION_MAY:
                continue
            mentioned = forbidden & set(models_mentioned(function))
            assert not mentioned, f"{relative(path)}: {function.name} mentions {mentioned}"


def test_channels_do_not_decide_and_compliance_does_not_send():
    for path, tree in trees("channels"):
        for name in imports(tree):
            assert not name.endswith((".decision", ".escalation", ".cadence")), relative(path)
        if "compliance" in path.name:
            sending = {"mail.mail", "sms.sms", "mail.activity", "collection.channel"}
            assert not sending & set(models_mentioned(tree)), relative(path)


def test_only_the_engine_writes_the_stage():
    """``stage_id`` of a case or an item is set nowhere else."""
    for path in python_files():
        if relative(path).startswith(("models/collection_engine", "tools/")):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "write":
                keys = {
                    key.value
                    for arg in node.args
                    if isinstance(arg, ast.Dict)
                    for key in arg.keys
                    if isinstance(key, ast.Constant)
                }
                assert "stage_id" not in keys, f"{relative(path)} line {node.lineno}"
            if isinstance(node, ast.Assign) and any(
                isinstance(t, ast.Attribute) and t.attr == "stage_id" for t in node.targets
            ):
                raise AssertionError(f"{relative(path)} line {node.lineno}")


def test_the_engine_reads_the_clock_at_its_entries_only():
    entries = {"_cron_run", "_cron_release", "_deliver_chunk"}
    for path, tree in trees("engine"):
        for function in functions(tree):
            readings = [r for r in clock_readings(function) if "Datetime.now" not in r]
            if function.name not in entries:
                assert not readings, f"{relative(path)} {function.name}: {readings}"


def test_nothing_asks_the_server_for_the_date():
    """A day is the user's or the company's: ``context_today``, never the server's."""
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr == "today":
                assert "date" not in ast.unparse(node.value).lower(), (
                    f"{relative(path)} line {node.lineno}"
                )


def test_only_the_scheduled_jobs_commit():
    """Committing is for the jobs' own loops; everything they call can be undone as a whole."""
    allowed = {"_cron_run", "_cron_release", "_cron_decide", "_prepare_once", "_retrying"}
    for path in python_files():
        for function in functions(ast.parse(path.read_text())):
            if function.name in allowed or function.name.startswith("_cron_"):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    assert node.func.attr not in ("commit", "_commit_progress"), (
                        f"{relative(path)}: {function.name}"
                    )
                    owner = ast.unparse(node.func.value)
                    assert not (node.func.attr == "rollback" and owner.endswith("cr")), (
                        f"{relative(path)}: {function.name}"
                    )


def test_the_engine_is_private():
    for path, tree in trees("engine", "channels"):
        for function in functions(tree):
            inner = any(
                function in ast.walk(other) and function is not other for other in functions(tree)
            )
            assert function.name.startswith("_") or inner, f"{relative(path)}: {function.name}"


def test_sudo_is_explained():
    """A function that goes past the rights says why, in a comment or by the name it gives."""
    for path in python_files():
        source = path.read_text()
        lines = source.splitlines()
        for function in functions(ast.parse(source)):
            text = "\n".join(lines[function.lineno - 1 : function.end_lineno])
            if ".sudo()" in text:
                assert "#" in text or "_sudo" in text, f"{relative(path)}: {function.name}"


@pytest.mark.parametrize("path", text_files(), ids=relative)
def test_files_are_short(path):
    assert len(path.read_text().splitlines()) <= LIMIT


def test_functions_are_short_enough_to_read():
    for path in python_files():
        for function in functions(ast.parse(path.read_text())):
            code = function.end_lineno - function.lineno + 1
            doc = ast.get_docstring(function, clean=False) or ""
            assert code - len(doc.splitlines()) <= 70, f"{relative(path)}: {function.name} {code}"


def test_models_are_in_files_named_after_them():
    for path in sorted((ADDON / "models").glob("*.py")):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if not isinstance(node, ast.ClassDef):
                continue
            for statement in node.body:
                if isinstance(statement, ast.Assign) and statement.targets[0].id == "_name":
                    name = statement.value.value.replace(".", "_")
                    assert path.stem.startswith(name), f"{path.name} defines {name}"
