"""The command as a person at a terminal meets it: in a process of its own, with a folder of its own."""

import os
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from khuyencong import cli
from khuyencong.config import read_config
from khuyencong.demo.mark import APPLICATION_ID, is_demo_file
from khuyencong.projects.models import Project
from khuyencong.server import RefusalError, remove_demo, require_own_shape

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def khuyencong(tmp_path):
    def run(*arguments, **environment):
        settings = {"KHUYENCONG_VAR": str(tmp_path / "var"), "DATABASE_URL": "", "PYTHONUTF8": "1", **environment}
        return subprocess.run(
            [sys.executable, "-m", "khuyencong.cli", *arguments],
            cwd=ROOT,
            env={**os.environ, **settings},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def make_database(path, application_id=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA application_id = {application_id}")
        connection.execute("CREATE TABLE so_that (id integer)")
    return path


def test_help_names_every_command(khuyencong):
    done = khuyencong("--help")
    assert done.returncode == 0
    assert all(word in done.stdout for word in ("serve", "demo", "check", "manage", "DATABASE_URL"))


@pytest.mark.parametrize(
    ("arguments", "environment", "code", "sentence"),
    [
        ((), {}, 2, "Không hiểu dòng lệnh"),
        (("bay",), {}, 2, "Không hiểu dòng lệnh"),
        (("serve", "--workers", "0"), {}, 2, "số tiến trình"),
        (("serve",), {"PORT": "abc"}, 3, "PORT"),
        (("manage", "check"), {"PORT": "abc"}, 3, "PORT"),
        (("check",), {}, 1, "chưa được tạo"),
        (("mail",), {}, 1, "chưa được tạo"),
        (("digest",), {}, 1, "chưa được tạo"),
        (("digest", "x"), {}, 2, "Không hiểu dòng lệnh"),
        (("mail", "--days", "x"), {}, 2, "Không hiểu dòng lệnh"),
        (("check",), {"DATABASE_URL": "sqlite:////khong-co/a.sqlite3"}, 3, "không tồn tại"),
    ],
)
def test_what_cannot_be_done_ends_with_one_sentence(khuyencong, arguments, environment, code, sentence):
    done = khuyencong(*arguments, **environment)
    assert done.returncode == code
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_taken_port_is_said_before_anything_is_made(khuyencong, command, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = khuyencong(command, PORT=str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "đang có chương trình khác dùng" in done.stderr
    assert not (tmp_path / "var").exists()


def test_serve_refuses_a_database_that_is_behind_the_code(khuyencong):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    done = khuyencong("serve", PORT=str(port))
    assert done.returncode == 1
    assert "khuyencong manage migrate" in done.stderr


@pytest.mark.django_db
def test_database_of_an_unreleased_version_is_refused_with_the_table_named(monkeypatch):
    require_own_shape()
    monkeypatch.setattr(Project._meta.get_field("name"), "column", "ten_moi")
    with pytest.raises(RefusalError, match="projects_project"):
        require_own_shape()


def test_demo_never_touches_a_database_that_is_not_a_demo(khuyencong, tmp_path):
    path = make_database(tmp_path / "var" / "khuyencong.sqlite3")
    for arguments in (("demo", "--no-serve"), ("demo", "--no-serve", "--reset")):
        done = khuyencong(*arguments)
        assert done.returncode == 1
        assert "không phải là cơ sở dữ liệu dùng thử" in done.stderr
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("so_that",)]


def test_serving_demo_makes_no_pdf_in_the_process_that_is_forked(monkeypatch):
    started = []

    def run(command, **_):
        started.append(command)
        return SimpleNamespace(returncode=4)

    monkeypatch.setattr(cli.subprocess, "run", run)
    with pytest.raises(SystemExit) as ended:
        cli._load_data("load_demo", serving=True)
    assert ended.value.code == 4
    assert started[0][1:] == ["-m", "khuyencong.cli", "manage", "load_demo"]


def test_reset_removes_a_demo_and_its_files(tmp_path):
    path = make_database(tmp_path / "var" / "khuyencong.sqlite3", APPLICATION_ID)
    (tmp_path / "var" / "files").mkdir()
    (tmp_path / "var" / "secret_key").touch()
    assert is_demo_file(path)
    remove_demo(read_config({"KHUYENCONG_VAR": str(tmp_path / "var")}, ROOT))
    assert [entry.name for entry in (tmp_path / "var").iterdir()] == ["secret_key"]


@pytest.mark.parametrize("url", ["sqlite:///{folder}/ngoai.sqlite3", "postgresql://an@127.0.0.1/kc"])
def test_reset_outside_its_own_folder_is_refused(tmp_path, url):
    path = make_database(tmp_path / "ngoai.sqlite3", APPLICATION_ID)
    environ = {"KHUYENCONG_VAR": str(tmp_path / "var"), "DATABASE_URL": url.format(folder=tmp_path)}
    with pytest.raises(RefusalError):
        remove_demo(read_config(environ, ROOT))
    assert path.exists()


def test_file_that_is_no_database_is_no_demo(tmp_path):
    (tmp_path / "a.sqlite3").write_bytes(b"x" * 5000)
    assert not is_demo_file(tmp_path / "a.sqlite3")
    assert not is_demo_file(tmp_path / "khong-co.sqlite3")
