"""PostgreSQL goes back to a moment: with the settings of `deploy/` and the commands of the guide, on a server of its own."""

import gzip
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
ARCHIVE = "/var/backups/khuyencong-wal"
DEPLOY = ROOT / "deploy"
ARCHIVING = "/usr/local/bin/khuyencong-archive"  # where the guide puts the script
SEGMENT = "000000010000000000000007"


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
    """What `deploy/` says of archiving, with the script where it lies here and this archive."""
    text = (DEPLOY / "postgresql-archive.conf").read_text(encoding="utf-8")
    found = dict(re.findall(r"^(\w+) = '?(.*?)'?$", text, re.MULTILINE))
    script = f"KHUYENCONG_WAL={archive} /bin/sh {archive.parent / 'archive.sh'}"
    assert found["archive_command"].startswith(ARCHIVING)
    return {**found, "archive_command": found["archive_command"].replace(ARCHIVING, script)}


def commands_of_the_guide(archive, moment):
    """The lines that the guide puts into the configuration, for this archive and this moment."""
    (lines,) = re.findall(r"<<'HẾT'\n(.*?)HẾT", GUIDE, re.DOTALL)
    assert ARCHIVE in lines
    return re.sub(
        r"recovery_target_time = '.*'", f"recovery_target_time = '{moment}'", lines.replace(ARCHIVE, str(archive))
    )


def take_base(address, home, account, *, on):
    """The weekly unit, on a day of the test."""
    programs = home / "programs"
    programs.mkdir(exist_ok=True)
    (programs / "date").write_text(f"#!/bin/sh\necho {on}-030000\n")
    (programs / "date").chmod(0o755)
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    environment = {
        "PATH": os.pathsep.join([str(programs), *map(str, found[-1:]), os.environ["PATH"]]),
        "KHUYENCONG_WAL": str(home / "wal"), "KHUYENCONG_BASE": str(home / "base"),
    }  # fmt: skip
    done = subprocess.run(  # noqa: S603  # our own script
        ["/bin/sh", str(home / "base.sh"), f"--dbname={address}"],
        cwd="/", env=environment, capture_output=True, text=True, check=False,
        user=account.user, group=account.group, extra_groups=None if account.user is None else [],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_goes_back_to_a_moment(postgres, tmp_path):
    account = postgres._account()
    # Not the folder of the test: the account of the server could not enter it.
    home = Path(tempfile.mkdtemp(prefix="khuyencong-pitr-", dir="/tmp"))  # as scripts/postgres.py does
    archive, base = home / "wal", home / "base"
    archive.mkdir()
    base.mkdir()
    for name in ("archive", "base"):
        shutil.copyfile(DEPLOY / f"khuyencong-{name}.sh", home / f"{name}.sh")
    try:
        if account.user is not None:
            for folder in (home, archive, base):
                os.chown(folder, account.user, account.group)
        postgres._initialise(postgres.find_binaries(), home, account, "thu", postgres.USER)
        with server(postgres, home, account, "thu", **settings_of_the_guide(archive)) as address:
            khuyencong(address, tmp_path, "manage", "migrate")
            for week in ("20261101", "20261108", "20261115"):
                take_base(address, home, account, on=week)
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute("INSERT INTO auth_group (name) VALUES ('giữ lại')")
                moment = connection.execute("SELECT clock_timestamp(), pg_sleep(1.5)").fetchone()[0]
                connection.execute("INSERT INTO auth_group (name) VALUES ('ghi nhầm')")
                connection.execute("SELECT pg_switch_wal()")
        kept = sorted(path.name for path in base.iterdir())
        assert kept == ["20261108-030000", "20261115-030000"]
        # What is older than the oldest base is gone, what it needs is there.
        label = (base / kept[0] / "backup_label").read_text()
        first = re.search(r"\(file ([0-9A-F]+)\)", label)[1]
        assert min(path.name for path in archive.glob("0*.gz") if "." not in path.stem) == f"{first}.gz"
        shutil.rmtree(home / "data")
        (base / kept[0]).rename(home / "data")
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


def test_what_is_archived_is_whole_and_never_something_else(tmp_path):
    wal, archive = tmp_path / SEGMENT, tmp_path / "archive"
    archive.mkdir()

    def keep(content):
        wal.write_bytes(content)
        return subprocess.run(  # noqa: S603  # our own script
            ["/bin/sh", str(DEPLOY / "khuyencong-archive.sh"), str(wal), SEGMENT],
            env={**os.environ, "KHUYENCONG_WAL": str(archive)}, capture_output=True, check=False,
        ).returncode  # fmt: skip

    (archive / f"{SEGMENT}.gz.part").write_bytes(b"half of it")  # of a try that was cut off
    assert keep(b"first") == 0
    assert keep(b"first") == 0  # asked again after a crash
    assert keep(b"other") != 0  # of another server
    assert gzip.decompress((archive / f"{SEGMENT}.gz").read_bytes()) == b"first"
    assert [path.name for path in archive.iterdir()] == [f"{SEGMENT}.gz"]


def test_the_guide_makes_what_the_units_write():
    (made,) = re.findall(r"^install -d -o postgres -g postgres -m 700 (.*)$", GUIDE, re.MULTILINE)
    unit = (DEPLOY / "khuyencong-base.service").read_text(encoding="utf-8")
    assert f"ReadWritePaths={made}\n" in unit
    for name, folder in zip(("archive", "base"), made.split(), strict=True):
        assert f"install -m 755 deploy/khuyencong-{name}.sh /usr/local/bin/khuyencong-{name}" in GUIDE
        assert f":-{folder}}}" in (DEPLOY / f"khuyencong-{name}.sh").read_text(encoding="utf-8")
    assert "ExecStart=/usr/local/bin/khuyencong-base\n" in unit
