"""What every test run needs: the addon on Odoo's path, and no test that quietly did not run."""

import gc
from pathlib import Path

import pytest

import odoo.addons

ROOT = str(Path(__file__).resolve().parent.parent)

# The one reason that counts: data outside the project that a clone does not have.
ALLOWED_SKIP = "shared file absent:"


def _put_addon_on_path():
    """Make ``odoo.addons.collections_followup`` importable without a configured Odoo."""
    if ROOT not in odoo.addons.__path__:
        odoo.addons.__path__.append(ROOT)


_put_addon_on_path()

# Odoo makes many objects that live as long as a test; looking for garbage less often saves a
# twentieth of the time.
gc.set_threshold(100_000, 20, 50)


def _fail_instead_of_skip(report):
    """Turn a skip into a failure: no browser or no PDF engine must not make a green run."""
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    reason = reason.removeprefix("Skipped: ")
    if reason.startswith(ALLOWED_SKIP):
        return
    report.outcome = "failed"
    report.longrepr = f"This test did not run, which counts as a failure here: {reason}"


@pytest.fixture(scope="session", autouse=True)
def _creditors(request):
    """Only with a database; the unit tests run without the plugin that opens one."""
    if request.config.pluginmanager.has_plugin("odoo"):
        # These need a configured Odoo.
        from odoo.modules.registry import Registry
        from odoo.tests.common import get_db_name

        from .creditors import fill_reserve

        request.getfixturevalue("load_registry")
        fill_reserve(Registry(get_db_name()))


# Wrappers around the making of a report: pytest counts failures before it hands a report on.
@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    report = yield
    _fail_instead_of_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    report = yield
    _fail_instead_of_skip(report)
    return report
