"""Odoo's own checks, and those of OCA, on the addon."""

import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

from odoo.modules import Manifest

import odoo.addons
from odoo.addons.base.tests import test_display_name, test_views
from odoo.addons.test_lint import tests as odoo_lint
from odoo.addons.test_lint.tests import (
    test_docstring,
    test_dunderinit,
    test_i18n,
    test_index,
    test_jstranslate,
    test_manifests,
    test_markers,
    test_naming,
    test_onchange_domains,
    test_orm_import,
    test_override_signatures,
    test_routes,
)

NAME = "collections_followup"
ROOT = Path(__file__).resolve().parent.parent


class OnlyOurs:
    """Odoo's checks of files look at every addon; here at one."""

    def setUp(self):
        ours = [m for m in Manifest.all_addon_manifests() if m.name == NAME]
        assert ours, "The addon is not on the path"
        patcher = patch.object(Manifest, "all_addon_manifests", return_value=ours)
        patcher.start()
        self.addCleanup(patcher.stop)
        super().setUp()


# === Files === #
class TestManifest(OnlyOurs, test_manifests.ManifestLinter):
    pass


class TestOnchangeDomains(OnlyOurs, test_onchange_domains.TestOnchangeDomains):
    pass


class TestInit(OnlyOurs, test_dunderinit.TestDunderinit):
    pass


class TestOrmImport(OnlyOurs, test_orm_import.TestDunderinit):
    pass


class TestTranslations(OnlyOurs, test_i18n.TestI18n):
    pass


class TestJavascriptTranslations(OnlyOurs, test_jstranslate.TestJsTranslations):
    pass


class TestConflictMarkers(OnlyOurs, test_markers.TestConflictMarkers):
    def test_conflict_markers(self):
        # Everything on the path would be read, Odoo and the set-up's packages included.
        ours = patch.object(odoo.addons, "__path__", [str(ROOT / NAME)])
        with ours, patch.object(odoo, "__path__", []):
            super().test_conflict_markers()


# === Registry: every model, ours with the others === #
class TestIndex(test_index.TestIndex):
    pass


class TestNaming(test_naming.TestNaming):
    pass


class TestSignatures(test_override_signatures.TestLintOverrideSignatures):
    pass


class TestDocstrings(test_docstring.TestDocstring):
    pass


class TestRoutes(test_routes.RoutesLinter):
    pass


class TestDisplayNames(test_display_name.TestEveryModel):
    pass


class TestEveryView(test_views.TestRenderAllViews):
    pass


# === Pylint === #
def pylint(*arguments, path=()):
    """Run pylint on the addon in a process of its own; what it finds is the message."""
    environment = dict(os.environ)
    environment["PYTHONPATH"] = os.pathsep.join([*path, *(p for p in sys.path if p)])
    done = subprocess.run(
        [sys.executable, "-m", "pylint", "--rcfile=/dev/null", *arguments, NAME],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_odoo_checkers():
    """SQL injection, untranslated messages and a raise in ``unlink``."""
    checks = (
        "used-before-assignment,undefined-variable,eval-used,unreachable,function-redefined,"
        "sql-injection,missing-gettext,gettext-variable,gettext-placeholders,gettext-repr,"
        "raise-unlink-override"
    )
    plugins = (
        "_pylint_path_setup,pylint.extensions.bad_builtin,_odoo_checker_sql_injection,"
        "_odoo_checker_gettext,_odoo_checker_unlink_override"
    )
    pylint(
        "--disable=all,useless-option-value,unknown-option-value",
        f"--enable={checks}",
        f"--load-plugins={plugins}",
        "--bad-functions=input",
        path=list(odoo_lint.__path__),
    )


def test_oca_checkers():
    pylint(
        "--load-plugins=pylint_odoo",
        "--disable=all",
        "--enable=odoolint",
        # The README is at the top of the repository, and a model may live in several short files.
        "--disable=manifest-required-author,missing-readme,consider-merging-classes-inherited",
        # Companies and settings are few; a wizard of Odoo's is extended among the models; the pure
        # functions know no Odoo, so they take groupby from the standard library.
        "--disable=no-search-all,no-wizard-in-models,bad-builtin-groupby,unknown-option-value",
        "--valid-odoo-versions=19.0",
    )
