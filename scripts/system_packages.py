"""Finds the programs that the tests need from the system: PostgreSQL, PgBouncer, nginx, clamd and Chromium.

Where one is missing, root gets Debian's package; anyone else is told the command. With `CI=true` a missing one is an error.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import postgres

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LIBRARY = "libatomic.so.1"
LIBRARY_PACKAGE = "libatomic1"
SYSTEM_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])  # where Debian puts servers
CLUSTER_SETTINGS = Path("/etc/postgresql-common/createcluster.conf")


def in_ci() -> bool:
    """Say whether nothing may be skipped."""
    return os.environ.get("CI", "").lower() in {"1", "true"}


def have_postgresql() -> bool:
    """Say whether PostgreSQL can be started, installing it first where that is possible."""
    # First the common part alone, so that its settings are there before a server is.
    if postgres.find_binaries() is None and _can_install() and _install("postgresql-common"):
        with _no_system_cluster():
            _install("postgresql")
    return postgres.find_binaries() is not None


def have_pgbouncer() -> bool:
    """Say whether PgBouncer is there, installing it first where that is possible; the tests start and stop their own."""
    if shutil.which("pgbouncer", path=SYSTEM_PATH) is None and _can_install():
        _install("pgbouncer")
    return shutil.which("pgbouncer", path=SYSTEM_PATH) is not None


def have_nginx() -> bool:
    """Say whether nginx is there, installing it first where that is possible; the tests start and stop their own."""
    if shutil.which("nginx", path=SYSTEM_PATH) is None and _can_install():
        _install("nginx")
    return shutil.which("nginx", path=SYSTEM_PATH) is not None


def have_clamd() -> bool:
    """Say whether clamd is there, installing it first where that is possible; the tests start and stop their own."""
    if shutil.which("clamd", path=SYSTEM_PATH) is None and _can_install():
        _install("clamav-daemon")
    return shutil.which("clamd", path=SYSTEM_PATH) is not None


def find_chromium() -> str | None:
    """Return the path of Chromium, installing what is missing where that is possible; None when tests cannot drive it."""
    if (_chromium() is None or not _have_library()) and _can_install():
        # A font with all Vietnamese letters comes along: a bare machine has none, and its pictures would show boxes.
        _install("chromium", "fonts-dejavu-core", LIBRARY_PACKAGE)
    return _chromium() if _have_library() else None


def _have_library() -> bool:
    """Say whether the library is there that Playwright's driver needs and a bare Debian lacks."""
    try:
        ctypes.CDLL(LIBRARY)
    except OSError:
        return False
    return True


def _chromium() -> str | None:
    given = os.environ.get("KHUYENCONG_CHROMIUM", "")
    return next((path for name in (given, *CHROMIUM_NAMES) if name and (path := shutil.which(name))), None)


def _can_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _install(*packages: str) -> bool:
    print(f"Đang cài gói của hệ điều hành: {' '.join(packages)}…", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    # The lists of packages on a fresh machine are empty or old.
    for command in (["apt-get", "update", "-q"], install):
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode != 0 and command is install:
            print("\n".join((done.stdout + done.stderr).splitlines()[-10:]), file=sys.stderr)
            return False
    return True


@contextmanager
def _no_system_cluster() -> Iterator[None]:
    """Keep Debian's package from making and starting a server of its own; the tests start theirs and stop it."""
    before = CLUSTER_SETTINGS.read_text(encoding="utf-8")
    CLUSTER_SETTINGS.write_text(f"{before}\ncreate_main_cluster = false\n", encoding="utf-8")
    try:
        yield
    finally:
        CLUSTER_SETTINGS.write_text(before, encoding="utf-8")
