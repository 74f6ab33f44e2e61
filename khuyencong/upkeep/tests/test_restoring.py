"""What is refused before anything is written, what is taken back, and what is said of copies of other versions; by hand-made copies."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from django.conf import settings

from khuyencong.config import Database
from khuyencong.core.version import program_version
from khuyencong.persons import hidden_list
from khuyencong.upkeep import copying, restoring
from khuyencong.upkeep import database as databases
from khuyencong.upkeep.archive import ArchiveError, Part, write


@pytest.fixture
def there(tmp_path):
    """A new installation with SQLite, with nothing in it yet."""
    var_dir = tmp_path / "new"
    var_dir.mkdir()
    return replace(
        settings.CONFIG, var_dir=var_dir, database=Database("sqlite", str(var_dir / "k.sqlite3")), files=None,
        secret_key_file=None, outside=replace(settings.CONFIG.outside, key_file=str(var_dir / "federation_key.pem")),
    )  # fmt: skip


@pytest.fixture
def copy_of(tmp_path):
    """A copy as a version of the program would have made it."""

    def made(version="0.0.1", **about):
        database = tmp_path / "database.sqlite3"
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS one (value TEXT)")
            connection.commit()
        for name in ("secret_key", "a.pdf", "federation_key.pem", "da-an.jsonl"):
            (tmp_path / name).write_text(f"{name} của bản sao")
        parts = [Part(name, tmp_path / name) for name in ("secret_key", "federation_key.pem", "da-an.jsonl")]
        if about.get("files", True):
            parts.append(Part("files/de-an/a.pdf", tmp_path / "a.pdf"))
        target = tmp_path / f"khuyencong-20261130-01300{len(list(tmp_path.glob('*.tar')))}.tar"
        write(target, [*parts, Part("database.sqlite3", database)], about={"version": version, **about}, key=None)
        return target

    return made


def names(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_copy_of_an_older_version_is_brought_in_and_what_comes_next_is_said(there, copy_of):
    (there.var_dir / "files" / "lost+found").mkdir(parents=True)  # a disk of its own
    told = restoring.restore(there, copy_of(), key=None)
    assert "khuyencong manage migrate" in told
    assert "đạt kiểm tra" not in told
    assert names(there.var_dir) == {
        "secret_key", "federation_key.pem", "da-an.jsonl", "files/de-an/a.pdf", "k.sqlite3",
    }  # fmt: skip
    assert (there.var_dir / "secret_key").stat().st_mode & 0o077 == 0


def test_copy_of_a_newer_version_is_refused(there, copy_of):
    with pytest.raises(ArchiveError, match=rf"bản 99\.0\.0 tạo ra.*{program_version()}"):
        restoring.restore(there, copy_of("99.0.0"), key=None)
    assert names(there.var_dir) == set()


@pytest.mark.parametrize("suffix", databases.SQLITE_BESIDE)
def test_what_a_dead_database_left_is_not_mixed_in(there, copy_of, suffix):
    left = there.var_dir / f"k.sqlite3{suffix}"
    left.write_bytes(b"x")
    with pytest.raises(ArchiveError, match=f"không trống .*k.sqlite3{suffix}"):
        restoring.restore(there, copy_of(), key=None)
    assert names(there.var_dir) == {left.name}


def test_shared_key_that_differs_is_refused_first(there, copy_of, tmp_path):
    shared = tmp_path / "shared"
    shared.write_text("khóa mới tạo")
    there = replace(there, secret_key_file=shared)
    with pytest.raises(ArchiveError, match="khác khóa của bản sao"):
        restoring.restore(there, copy_of(), key=None)
    with pytest.raises(ArchiveError, match=r"Không ghi được .*đặt vào đó trước"):
        restoring.restore(replace(there, secret_key_file=tmp_path / "nowhere" / "key"), copy_of(), key=None)
    assert names(there.var_dir) == set()
    shared.write_text("secret_key của bản sao\n")
    restoring.restore(there, copy_of(), key=None)
    assert shared.read_text() == "secret_key của bản sao\n"


def test_own_key_and_newer_list_stay(there, copy_of):
    (there.var_dir / "da-an.jsonl").write_text("mới hơn")
    (there.var_dir / "federation_key.pem").write_text("đã đặt vào")
    (there.var_dir / "secret_key").write_text("do lần chạy đầu tạo ra")
    assert f"khuyencong rehide {there.var_dir / 'da-an.jsonl'}" in restoring.restore(there, copy_of(), key=None)
    assert (there.var_dir / "da-an.jsonl").read_text() == "mới hơn"
    assert (there.var_dir / "federation_key.pem").read_text() == "đã đặt vào"
    assert (there.var_dir / "secret_key").read_text() == "secret_key của bản sao"


def test_files_are_taken_back_where_the_database_does_not_follow(there, copy_of, monkeypatch):
    def refuse(*_):
        raise ArchiveError("không được")

    monkeypatch.setattr(databases, "bring_back", refuse)
    for _ in range(2):  # the second is not told that something is there
        with pytest.raises(ArchiveError, match="không được"):
            restoring.restore(there, copy_of(), key=None)
    assert names(there.var_dir) == set()


def test_copy_without_files_comes_beside_those_that_are_there(there, copy_of):
    kept = there.var_dir / "files" / "a.pdf"
    kept.parent.mkdir()
    kept.write_bytes(b"x")
    with pytest.raises(ArchiveError, match="không trống"):
        restoring.restore(there, copy_of(), key=None)
    restoring.restore(there, copy_of(files=False), key=None)
    assert kept.read_bytes() == b"x"


def test_list_of_the_hidden_has_one_name():
    assert copying.HIDDEN == hidden_list.LIST
