"""The wheel: everything the addon needs, where Odoo looks for addons that pip has installed."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ADDON = ROOT / "collections_followup"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    return path


def test_the_wheel_has_every_file_of_the_addon_and_nothing_else(wheel):
    wanted = {
        f"odoo/addons/{path.relative_to(ROOT)}"
        for path in ADDON.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    names = zipfile.ZipFile(wheel).namelist()
    assert {name for name in names if ".dist-info/" not in name} == wanted


def test_its_version_is_that_of_the_manifest(wheel):
    manifest = (ADDON / "__manifest__.py").read_text()
    assert f'"version": "{wheel.name.split("-")[1]}"' in manifest


def test_odoo_finds_it_where_pip_puts_it(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path)
    script = (
        "import odoo.addons, odoo.modules.module as module\n"
        "from odoo.tools import config\n"
        "config.parse_config([])\n"
        "module.initialize_sys_path()\n"
        "print(module.get_module_path('collections_followup'))"
    )
    path = os.pathsep.join([*filter(None, sys.path), str(tmp_path)])
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={"PYTHONPATH": path, "HOME": str(tmp_path), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == str(tmp_path / "odoo/addons/collections_followup")
