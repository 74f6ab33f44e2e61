"""PostgreSQL goes back to a moment: with the settings of `deploy/` and the commands of the guide, on a server of its own."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[3]
GUIDE = (ROOT / "docs" / "guide" / "van-hanh.md").read_text(encoding="utf-8")
ARCHIVE, BASE = "/var/backups/khuyencong-wal", "/var/backups/khuyencong-base"


@pytest.fixture
def postgres():
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        import postgres as found
    finally:
        sys.path.pop(0)
    if found.find_binaries() is None:
        assert not os.environ.get("CI")
        pytest.skip("no PostgreSQL")
    return found


@contextmanager
def server(postgres, home, account, password, **settings):
    """The server of `home/data` with further settings; the address of its database."""
    ordinary = dict(postgres.SETTINGS)
    postgres.SETTINGS.update(settings)
    try:
        with postgres._server(postgres.find_binaries(), home, account, {}) as port:
            yield f"postgresql://{postgres.USER}:{password}@127.0.0.1:{port}/postgres"
    finally:
        postgres.SETTINGS.clear()
        postgres.SETTINGS.update(ordinary)


def khuyencong(address, folder, *words):
    environment = {**os.environ, "DATABASE_URL": address, "KHUYENCONG_VAR": str(folder)}
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-m", "khuyencong.cli", *words], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def settings_of_the_guide(archive):
    """What `deploy/` says of archiving, for this archive."""
    text = (ROOT / "deploy" / "postgresql-archive.conf").read_text(encoding="utf-8")
    found = dict(re.findall(r"^(\w+) = '?(.*?)'?$", text, re.MULTILINE))
    assert ARCHIVE in found["archive_command"]
    return {name: value.replace(ARCHIVE, str(archive)) for name, value in found.items()}


def commands_of_the_guide(archive, moment):
    """The lines that the guide puts into the configuration, for this archive and this moment."""
    (lines,) = re.findall(r"<<'HẾT'\n(.*?)HẾT", GUIDE, re.DOTALL)
    assert ARCHIVE in lines
    return re.sub(
        r"recovery_target_time = '.*'", f"recovery_target_time = '{moment}'", lines.replace(ARCHIVE, str(archive))
    )


def test_goes_back_to_a_moment(postgres, tmp_path):
    account = postgres._account()
    # Not the folder of the test: the account of the server could not enter it.
    home = Path(tempfile.mkdtemp(prefix="khuyencong-pitr-", dir="/tmp"))  # as scripts/postgres.py does
    archive, base = home / "wal", home / "base"
    archive.mkdir()
    try:
        if account.user is not None:
            for folder in (home, archive):
                os.chown(folder, account.user, account.group)
        postgres._initialise(postgres.find_binaries(), home, account, "thu")
        with server(postgres, home, account, "thu", **settings_of_the_guide(archive)) as address:
            khuyencong(address, tmp_path, "manage", "migrate")
            (command,) = re.findall(r"^pg_basebackup (.*)$", GUIDE, re.MULTILINE)
            words = command.replace(BASE, str(base)).split()
            postgres._run(
                postgres.find_binaries() / "pg_basebackup",
                f"--dbname={address}",
                *words,
                account=account,
                password="thu",  # of a server that lives for seconds
            )
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute("INSERT INTO auth_group (name) VALUES ('giữ lại')")
                moment = connection.execute("SELECT clock_timestamp(), pg_sleep(1.5)").fetchone()[0]
                connection.execute("INSERT INTO auth_group (name) VALUES ('ghi nhầm')")
                connection.execute("SELECT pg_switch_wal()")
        shutil.rmtree(home / "data")
        base.rename(home / "data")
        with (home / "data" / "postgresql.auto.conf").open("a", encoding="utf-8") as configuration:
            configuration.write(commands_of_the_guide(archive, moment.isoformat()))
        (home / "data" / "recovery.signal").touch()
        with server(postgres, home, account, "thu") as address:
            with psycopg.connect(address) as connection:
                names = {name for (name,) in connection.execute("SELECT name FROM auth_group")}
            assert names == {"giữ lại"}
            assert "chuỗi liền mạch" in khuyencong(address, tmp_path, "check")
    finally:
        shutil.rmtree(home, ignore_errors=True)
