"""`khuyencong backup` as a timer calls it: with each kind of key, killed before, on a full disk, while everybody writes."""

import os
import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pyrage
import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from khuyencong.config import Database
from khuyencong.server import RefusalError, require_migrated
from khuyencong.upkeep import cli, copying, trying
from khuyencong.upkeep import database as databases
from khuyencong.upkeep.archive import ArchiveError, BrokenCopyError
from khuyencong.upkeep.doctor import examine
from khuyencong.upkeep.neighbours import Mark
from khuyencong.upkeep.rotation import office_now


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An installation with a small SQLite database; the folder of its copies is `copies`."""
    var_dir = tmp_path / "var"
    (var_dir / "files").mkdir(parents=True)
    (var_dir / "secret_key").write_text("k" * 64)
    with closing(sqlite3.connect(var_dir / "khuyencong.sqlite3")) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE one (value BLOB)")
        connection.commit()
    for name in ("DATABASE_URL", "BACKUP_KEY_FILE", "BACKUP_SCRATCH", "FILES_URL", "REPLICA_URLS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KHUYENCONG_VAR", str(var_dir))
    monkeypatch.setenv("BACKUP_DIR", str(tmp_path / "copies"))
    return tmp_path


def said_of_copies(home, **backup):
    found = replace(settings.CONFIG.backup, folder=home / "copies", **backup)
    config = replace(settings.CONFIG, var_dir=home / "var", backup=found)
    return [(one.mark, one.sentence) for one in examine(config, only={"Bản sao lưu"})]


def test_machine_that_only_seals_copies_each_night_and_says_that_it_has_not_tried(home, monkeypatch, capsys):
    key_file = home / "backup.key"
    key_file.write_text(f"{pyrage.x25519.Identity.generate().to_public()}\n")
    monkeypatch.setenv("BACKUP_KEY_FILE", str(key_file))
    (home / "copies").mkdir()
    old = home / "copies" / "khuyencong-20200101-000000.tar.age"
    for path in (old, home / "copies" / "khuyencong-20200101-010000.tar.age"):
        path.write_bytes(b"")
    assert cli.backup(["--verify"]) == 0
    assert "chưa phục hồi thử" in capsys.readouterr().out
    assert not old.exists()  # old ones go
    assert not list((home / "copies").glob("*.failed"))
    said = said_of_copies(home, key_file=key_file)
    assert any("chỉ có khóa công khai" in sentence for _, sentence in said)
    key_file.unlink()
    said = said_of_copies(home, key_file=key_file)
    assert any(mark is Mark.BAD and "Không đọc được khóa sao lưu" in sentence for mark, sentence in said)
    with pytest.raises(RefusalError, match=r"Không đọc được tệp khóa /.*: No such file"):
        cli.backup(["--verify"])


def test_copy_before_an_upgrade_stays(home):
    assert cli.backup(["--keep", "--without-files"]) == 0
    (kept,) = copying.copies(home / "copies")
    assert kept.path.name.endswith("-kept.tar")
    assert copying.rotate(home / "copies") == []
    said = said_of_copies(home)
    assert any("Chưa bản sao nào được phục hồi thử" in sentence for _, sentence in said)
    copying.note_tried(kept.path)
    assert not any("phục hồi thử" in sentence for _, sentence in said_of_copies(home))
    long_ago = home / "copies" / f"khuyencong-{office_now() - timedelta(days=100):%Y%m%d-%H%M%S}-kept.tar"
    kept.path.rename(long_ago)
    copying.note_tried(long_ago)
    said = said_of_copies(home)
    assert any("phục hồi thử đạt gần nhất" in sentence for _, sentence in said)
    assert any("không tự hết hạn" in sentence for _, sentence in said)


def test_copy_that_cannot_be_read_again_is_put_aside(home, monkeypatch):
    """Whatever breaks it: here the file is cut off the moment it is made."""
    make = copying.make

    def cut(*words, **named):
        made = make(*words, **named)
        os.truncate(made.path, 512)
        return made

    monkeypatch.setattr(copying, "make", cut)
    with pytest.raises(RefusalError, match=r"đã đổi tên thành .*\.failed"):
        cli.backup(["--verify"])
    assert copying.copies(home / "copies") == []


def test_what_could_not_be_tried_is_not_called_broken(home, monkeypatch):
    monkeypatch.setenv("PORT", "không phải số")  # whatever keeps `check` from starting
    database = Database("sqlite", str(home / "var" / "khuyencong.sqlite3"))
    with pytest.raises(ArchiveError, match="Không chạy được “khuyencong check”") as caught:
        trying.check(database, home / "var")
    assert not isinstance(caught.value, BrokenCopyError)
    monkeypatch.undo()
    with pytest.raises(BrokenCopyError, match="chưa được tạo"):
        trying.check(database, home / "var")


def test_what_a_killed_one_left_in_the_open_is_told_and_removed(home):
    left = home / "var" / f"{copying.TRYING}abc"
    left.mkdir()
    (left / "database.sqlite3").write_bytes(b"x")
    os.utime(left, (1, 1))
    (home / "copies").mkdir()
    assert any(left.name in sentence for _, sentence in said_of_copies(home))
    assert cli.backup([]) == 0
    assert not left.exists()


def test_disk_without_room_is_said_before_anything_is_written(home, monkeypatch):
    (home / "copies").mkdir()
    (home / "copies" / "khuyencong-20261101-010000.tar").write_bytes(bytes(10_000))
    usage = copying.shutil.disk_usage(home)._replace(free=copying.SPARE)
    monkeypatch.setattr(copying.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(RefusalError, match="còn trống 200 MB"):
        cli.backup([])
    assert any("còn trống 200,0 MB" in sentence for mark, sentence in said_of_copies(home) if mark is Mark.BAD)
    assert len(copying.copies(home / "copies")) == 1


def test_work_of_a_trial_goes_to_the_disk_that_is_named(home, monkeypatch):
    monkeypatch.setenv("BACKUP_SCRATCH", str(home / "tạm"))
    used = []
    monkeypatch.setattr(
        trying, "unpack", lambda _copy, folder, **_: used.append(folder) or (_ for _ in ()).throw(ArchiveError("đủ"))
    )
    with pytest.raises(RefusalError, match="đủ"):
        cli.backup(["--verify"])
    assert used[0].parent == home / "tạm"
    assert list((home / "tạm").iterdir()) == []


def test_copy_of_sqlite_ends_however_much_is_written(home):
    path = home / "var" / "khuyencong.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.executemany("INSERT INTO one VALUES (?)", [(bytes(4_000),)] * 12_000)
        connection.commit()
    writing = threading.Event()

    def write_on():
        until = time.monotonic() + 20
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous=OFF")
            while not writing.is_set() and time.monotonic() < until:
                connection.execute("INSERT INTO one VALUES ('x')")

    writer = threading.Thread(target=write_on)
    writer.start()
    time.sleep(0.1)
    databases.dump(Database("sqlite", str(path)), home / "copy.sqlite3")
    still = writer.is_alive()
    writing.set()
    writer.join()
    assert still
    with closing(sqlite3.connect(home / "copy.sqlite3")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_file_that_may_still_be_written_to_is_read_after_the_database(home):
    files = home / "var" / "files"
    (files / "đang ghi.pdf").write_bytes(b"%PDF")
    (files / "đã nghỉ.pdf").write_bytes(b"%PDF")
    os.utime(files / "đã nghỉ.pdf", (1, 1))
    config = replace(
        settings.CONFIG, var_dir=home / "var", database=Database("sqlite", str(home / "var" / "khuyencong.sqlite3")),
        files=None,
    )  # fmt: skip
    (home / "scratch").mkdir()
    names = [part.name for part in copying._parts(config, home / "scratch", with_files=True)]
    assert names[-3:] == ["files/đã nghỉ.pdf", "database.sqlite3", "files/đang ghi.pdf"]
    (home / "other").mkdir()
    assert not any("files/" in part.name for part in copying._parts(config, home / "other", with_files=False))


def test_database_of_a_newer_version_is_refused(db):
    """What was put together with others, and what another program has there, is no sign of one."""
    for app, name in (("projects", "0000_old"), ("foreign", "0001_initial")):
        MigrationRecorder(connection).record_applied(app, name)
    require_migrated()
    MigrationRecorder(connection).record_applied("projects", "9999_later")
    with pytest.raises(RefusalError, match=r"mới hơn cập nhật \(projects\.9999_later\)"):
        require_migrated()
