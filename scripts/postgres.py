"""A throw-away PostgreSQL on a free loopback port: `with cluster() as url: …`.

Run by hand, `python scripts/postgres.py` starts one, prints its `DATABASE_URL` and keeps it until Ctrl+C.
"""

import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

OLDEST = 15
START_SECONDS = 60
STOP_SECONDS = 20
TRIES = 3  # another program can take the free port before the server does
PR_SET_PDEATHSIG = 1
USER = "khuyencong"
DATABASE = "khuyencong"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    # Nothing here outlives the run, so nothing needs to survive a power cut.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "jit": "off",  # compiling a query costs more than any query of a test
    "max_connections": "100",
    "log_min_messages": "fatal",
    "timezone": "UTC",
}


class PostgresError(Exception):
    """The server did not start; the message holds what it said."""


@dataclass(frozen=True, slots=True)
class _Account:
    """Whom the server runs as: it refuses to run as root."""

    user: int | None
    group: int | None


def find_binaries() -> Path | None:
    """Return the folder that holds initdb, postgres, pg_isready and createdb of the newest version ≥ 15; None without one."""
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    folders += Path("/usr/lib/postgresql").glob("*/bin")
    config = shutil.which("pg_config")
    if config:
        asked = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        folders.append(Path(asked.stdout.strip()))
    # PATH often has a lone link to one program; the folder it leads to has its companions.
    folders += [(folder / "postgres").resolve().parent for folder in folders if _runs(folder / "postgres")]
    found = {
        folder
        for folder in folders
        if all(_runs(folder / name) for name in ("initdb", "postgres", "pg_isready", "createdb"))
    }
    usable = [(version, folder) for folder in found if (version := _version(folder)) >= OLDEST]
    return max(usable)[1] if usable else None


@contextmanager
def cluster(changed: Mapping[str, str] | None = None) -> Iterator[str]:
    """Start a server in a temporary folder, yield the `DATABASE_URL` of an empty database, stop it and remove the folder.

    `changed`: settings of the server that are to differ from SETTINGS.
    Raises PostgresError when there are no binaries or the server does not start.
    """
    binaries = find_binaries()
    if binaries is None:
        raise PostgresError(f"PostgreSQL {OLDEST} or newer was not found.")
    account = _account()
    # Not TMPDIR: that may be a private folder, which the account of the server could not enter.
    home = Path(tempfile.mkdtemp(prefix="khuyencong-pg-", dir="/tmp"))
    try:
        if account.user is not None and account.group is not None:
            os.chown(home, account.user, account.group)
        password = secrets.token_hex(16)
        _initialise(binaries, home, account, password, USER)
        with _server(binaries, home, account, changed or {}) as port:
            _run(
                binaries / "createdb",
                "-h",
                "127.0.0.1",
                "-p",
                str(port),
                "-U",
                USER,
                DATABASE,
                account=account,
                password=password,
            )
            yield f"postgresql://{USER}:{password}@127.0.0.1:{port}/{DATABASE}"
    finally:
        shutil.rmtree(home, ignore_errors=True)


def process_of(url: str) -> int | None:
    """The process of the server behind a `DATABASE_URL` of `cluster`; None when it is not found."""
    port = f"--port={url.rpartition(':')[2].partition('/')[0]}"
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if words[0].endswith(b"/postgres") and port.encode() in words:
                return int(folder.name)
    return None


def stop_on_signals() -> None:
    """Turn SIGTERM and SIGHUP into an ordinary exit, so that every `with` block still stops what it started."""

    def leave(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGHUP, leave)


def _runs(program: Path) -> bool:
    # Folders on PATH may be closed to us; os.access says no where a Path would raise.
    return os.access(program, os.X_OK) and program.is_file()


def _version(folder: Path) -> int:
    """Return the major version; 0 when the program does not say."""
    said = subprocess.run([str(folder / "postgres"), "--version"], capture_output=True, text=True, check=False).stdout
    number = said.partition("(PostgreSQL)")[2].strip().split(".")[0]
    return int(number) if number.isdecimal() else 0


def _account() -> _Account:
    if os.geteuid() != 0:
        return _Account(None, None)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return _Account(entry.pw_uid, entry.pw_gid)
    raise PostgresError("PostgreSQL does not run as root, and there is no other account to run it as.")


def _run(program: Path, *arguments: str, account: _Account, password: str = "") -> None:
    # Not our own home: the account of the server may not look for certificates there.
    environment = {**os.environ, "HOME": "/", "LC_ALL": "C", "PGPASSWORD": password}
    done = subprocess.run(
        [str(program), *arguments],
        cwd="/",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        user=account.user,
        group=account.group,
        extra_groups=None if account.user is None else [],
    )
    if done.returncode != 0:
        raise PostgresError(f"{program.name}: {done.stderr.strip()}")


def _initialise(binaries: Path, home: Path, account: _Account, password: str, user: str) -> None:
    secret = home / "password"
    secret.touch(mode=0o600)
    secret.write_text(password, encoding="utf-8")
    if account.user is not None and account.group is not None:
        os.chown(secret, account.user, account.group)
    # A collation by language, as on most servers in use: a list that is only in order by code point shows up in the tests.
    locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=en-US")
    _run(
        binaries / "initdb",
        f"--pgdata={home / 'data'}",
        f"--username={user}",
        "--auth=scram-sha-256",
        f"--pwfile={secret}",
        "--no-sync",
        *locale,
        account=account,
    )
    secret.unlink()


@contextmanager
def _server(binaries: Path, home: Path, account: _Account, changed: Mapping[str, str]) -> Iterator[int]:
    """Run the server as our own child; yield its port."""
    libc = ctypes.CDLL(None)

    def die_with_parent() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)

    log = home / "server.log"
    for _ in range(TRIES):
        port = _free_port()
        settings = {**SETTINGS, **changed, "port": str(port), "unix_socket_directories": str(home)}
        with log.open("ab") as output:
            process = subprocess.Popen(
                [
                    str(binaries / "postgres"),
                    "-D",
                    str(home / "data"),
                    *(f"--{name}={value}" for name, value in settings.items()),
                ],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl+C reaches the tests first; the server is stopped after them
                preexec_fn=die_with_parent,  # noqa: PLW1509 - this program has one thread; the server must not outlive it
                user=account.user,
                group=account.group,
                extra_groups=None if account.user is None else [],
            )
        try:
            if _answers(binaries, process, port):
                yield port
                return
        finally:
            _stop(process)
    raise PostgresError(f"PostgreSQL did not start: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(binaries: Path, process: subprocess.Popen[bytes], port: int) -> bool:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        asked = subprocess.run(
            [str(binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)],
            check=False,
            stdin=subprocess.DEVNULL,
        )
        # The port may be answered by someone else's server while ours is failing: look at ours again.
        if asked.returncode == 0 and process.poll() is None:
            return True
        time.sleep(0.1)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):  # PostgreSQL: fast, immediate, and not at all
        process.send_signal(number)
        try:
            process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        return


def main() -> int:
    """Keep a server until interrupted."""
    stop_on_signals()
    try:
        with cluster() as url:
            print(url, flush=True)
            signal.pause()
    except KeyboardInterrupt:
        return 0
    except PostgresError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
