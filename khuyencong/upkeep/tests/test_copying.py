"""A copy of the real database and its files is made, tried and brought back; what is missing in it is found."""

import os
from dataclasses import replace
from datetime import datetime

import pyrage
import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection

from khuyencong.audit.verify import head_now
from khuyencong.config import Database
from khuyencong.testing import make_project
from khuyencong.upkeep import copying, restoring, trying
from khuyencong.upkeep import database as databases
from khuyencong.upkeep.archive import ArchiveError, BrokenCopyError, read_key
from khuyencong.upkeep.doctor import examine
from khuyencong.upkeep.files import kept_files
from khuyencong.upkeep.neighbours import Mark
from khuyencong.upkeep.rotation import to_remove

NOW = datetime(2026, 11, 30, 1, 30)  # noqa: DTZ001  # names of copies are in the time of the office


@pytest.fixture
def config(transactional_db, world, tmp_path):
    """The installation of this test: its real database, a folder of its own, a đề án with its attached files."""
    var_dir = tmp_path / "var"
    (var_dir / "files").mkdir(parents=True)
    (tmp_path / "copies").mkdir()
    (var_dir / "secret_key").write_text("k" * 64)
    make_project(world)
    for _, name, _ in kept_files():  # the files of the test's own storage, as they would lie here
        target = var_dir / "files" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with default_storage.open(name, "rb") as file:
            target.write_bytes(file.read())
    outside = replace(settings.CONFIG.outside, key_file=str(var_dir / "federation_key.pem"))
    return replace(settings.CONFIG, var_dir=var_dir, database=database_of_tests(), outside=outside)


def database_of_tests():
    """The database of the tests as the environment would name it."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return Database(engine="sqlite", name=str(found["NAME"]))
    return Database(
        engine="postgresql", name=found["NAME"], user=found["USER"], password=found["PASSWORD"], host=found["HOST"],
        port=int(found["PORT"]),
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_copy_is_made_tried_and_brought_back(config, tmp_path, monkeypatch):
    # The environment of a server may hold the password in a file, and replicas: what is looked at is another database.
    (tmp_path / "password").write_text("mật khẩu của cơ sở dữ liệu thật")
    monkeypatch.setenv("DATABASE_PASSWORD_FILE", str(tmp_path / "password"))
    monkeypatch.setenv("REPLICA_URLS", "postgresql://a@127.0.0.1:1/a")
    (config.var_dir / "federation_key.pem").write_text("khóa ký")
    (config.var_dir / "da-an.jsonl").write_text("{}\n")
    key = read_key(str(pyrage.x25519.Identity.generate()))
    made = copying.make(config, tmp_path / "copies", key=key, now=NOW)
    assert made.path.name == "khuyencong-20261130-013000.tar.age"
    assert [one.path for one in copying.copies(tmp_path / "copies")] == [made.path]
    told = trying.try_out(config, made.path, key=key)
    seq, digest = head_now()
    assert f"Đầu chuỗi: {seq}:{digest}" in told
    assert "Tệp đính kèm: đủ" in told
    assert copying.last_tried(tmp_path / "copies") == NOW
    # For good, into an empty place: the same records, files and key.
    with databases.scratch(config.database, tmp_path) as empty:
        outside = replace(config.outside, key_file=str(tmp_path / "new" / "federation_key.pem"))
        there = replace(config, var_dir=tmp_path / "new", database=empty, outside=outside)
        told = restoring.restore(there, made.path, key=key)
        assert f"{seq}:{digest}" in told
        assert "khuyencong rehide" in told
        assert (tmp_path / "new" / "federation_key.pem").read_text() == "khóa ký"
        assert (tmp_path / "new" / "da-an.jsonl").read_text() == "{}\n"
        assert (tmp_path / "new" / "secret_key").read_text() == "k" * 64
        assert _files(tmp_path / "new") == _files(config.var_dir) != set()
        with pytest.raises(ArchiveError, match="không trống"):
            restoring.restore(there, made.path, key=key)
        with pytest.raises(ArchiveError, match="Cơ sở dữ liệu đích không trống"):
            restoring.restore(replace(there, var_dir=tmp_path / "third"), made.path, key=key)


def _files(var_dir):
    return {path.relative_to(var_dir).as_posix() for path in (var_dir / "files").rglob("*") if path.is_file()}


@pytest.mark.django_db(transaction=True)
def test_copy_that_lacks_or_changes_a_file_does_not_pass(config, tmp_path):
    path = next(path for path in (config.var_dir / "files").rglob("*") if path.is_file())
    content = path.read_bytes()
    path.write_bytes(content + b" ")
    made = copying.make(config, tmp_path / "copies", key=None, now=NOW)
    with pytest.raises(BrokenCopyError, match="không còn như khi được giữ"):
        trying.try_out(config, made.path, key=None)
    with pytest.raises(ArchiveError, match="đã có"):
        copying.make(config, tmp_path / "copies", key=None, now=NOW)
    aside = copying.set_aside(made.path)
    assert copying.copies(aside.parent) == []  # neither restored nor counted
    assert to_remove([aside.name]) == []
    kept = replace(config, backup=replace(config.backup, folder=aside.parent))
    assert [one.mark for one in examine(kept, only={"Bản sao lưu"})] == [Mark.BAD, Mark.BAD]
    path.unlink()
    later = copying.make(config, tmp_path / "copies", key=None, now=NOW.replace(hour=2))
    with pytest.raises(ArchiveError, match="Thiếu tệp"):
        trying.try_out(config, later.path, key=None)
    assert not list(tmp_path.rglob("*.part"))


def test_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    config = replace(settings.CONFIG, var_dir=tmp_path)
    with (
        pytest.raises(ArchiveError, match="Không ghi được vào thư mục sao lưu"),
        copying.alone(config, tmp_path / "file" / "copies"),
    ):
        pass
    assert os.listdir(tmp_path) == ["file"]  # noqa: PTH208  # names alone


def test_two_copies_are_not_made_at_once(tmp_path):
    """A second one would take the unfinished file of the first for one that was left behind."""
    (tmp_path / "other.tar.part").write_bytes(b"half")
    config = replace(settings.CONFIG, var_dir=tmp_path)
    with copying.alone(config, tmp_path):
        (tmp_path / "mine.tar.part").write_bytes(b"half")
        with pytest.raises(ArchiveError, match="Một lần sao lưu khác"), copying.alone(config, tmp_path):
            pass
        assert [path.name for path in tmp_path.glob("*.part")] == ["mine.tar.part"]


def test_address_of_a_database_reads_back():
    from khuyencong.config import _database

    for database in (
        Database(engine="sqlite", name="/srv/dữ liệu/k.sqlite3"),
        Database(engine="postgresql", name="kc", user="u@x", password="p/:?#", host="db.example", port=5433),
        Database(engine="postgresql", name="kc", user="u", host="::1", port=5432),
        Database(
            engine="postgresql", name="kc", user="u", host="/var/run/postgresql", options=(("sslmode", "require"),)
        ),
    ):
        assert _database(databases.url_of(database), settings.BASE_DIR, settings.BASE_DIR) == database
