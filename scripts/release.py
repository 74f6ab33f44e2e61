"""Cut a release: `make release`. What it leaves behind is told at the end; nothing of it is published.

From the files as they are committed it builds the wheel and the source archive, installs the wheel with the locked packages into
an empty environment, loads the made-up data in an empty folder with it, serves, opens pages, runs `check` and `doctor`. The archive
is unpacked, installed as the guide of an office says, and serves the same data; it gives the same wheel again. The data of every
earlier release come up to this one with the installed wheel, and none may be lost. Then it moves the made-up data to PostgreSQL and keeps both under `tests/releases/<version>/` with the list of the migrations, from where every later version
has to be able to go on (docs/adr/0041-releases.md).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

import kept
import postgres
import served

ROOT = Path(__file__).resolve().parent.parent
RELEASES = ROOT / "tests" / "releases"
DIST = ROOT / "dist"
CHANGELOG = ROOT / "CHANGELOG.md"
LOCKS = {"base": "requirements", "wide": "requirements-wide", "telemetry": "requirements-telemetry"}  # names in `dist/`
KEPT = "release.json"
SQLITE, POSTGRESQL = "database.sqlite3.xz", "database.pgdump.xz"
MOST_BYTES = 2 * 1024**2  # of the kept data of one release
MADE_HERE = frozenset({"var", "dist", "build", "__pycache__", "khuyencong.egg-info"})
WITHOUT_GIT = "1767225600"  # 01/01/2026
UNRELEASED = "chưa phát hành"
# Nothing of the person who cuts the release may lead what is tried to other packages or records.
LET_THROUGH = ("PATH", "LANG", "TMPDIR", "SSL_CERT_FILE")


class ReleaseError(Exception):
    """The release cannot be cut; the message is a Vietnamese sentence that says why."""


def main() -> int:
    """Cut the release; exit 1 with a sentence where it cannot be."""
    parser = argparse.ArgumentParser(description="Cắt một bản phát hành.")
    parser.add_argument("--rehearse", action="store_true", help="chỉ thử: không đòi mọi thứ đã lưu, không giữ lại gì")
    rehearse = parser.parse_args().rehearse
    postgres.stop_on_signals()
    try:
        return cut(rehearse=rehearse)
    except (ReleaseError, postgres.PostgresError) as error:
        print(error, file=sys.stderr)
        return 1


def cut(*, rehearse: bool) -> int:
    """All steps in their order. Raises ReleaseError; what was made until then stays in `dist/`."""
    version = project_version(ROOT)
    folder = RELEASES / version
    if folder.exists():
        raise ReleaseError(f"Bản {version} đã được giữ trong {folder}: hãy đổi số phiên bản trong pyproject.toml.")
    if not rehearse and told("git", "status", "--porcelain"):
        raise ReleaseError("Còn thay đổi chưa lưu vào git: một bản phát hành chỉ được cắt từ những gì đã lưu.")
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir()
    with tempfile.TemporaryDirectory(prefix="khuyencong-release-") as name:
        scratch = Path(name)
        step("Dựng gói")
        committed = copy_of_tracked(scratch / "source")
        if not rehearse:
            date_changelog(committed / CHANGELOG.name, version)
        wheel, source = build(committed, DIST)
        require_everything(wheel)
        unpacked = unpack(source, scratch / "unpacked")
        require_same_wheel(unpacked, wheel, scratch / "again")
        for lock, named in LOCKS.items():
            shutil.copyfile(ROOT / "requirements" / f"{lock}.txt", DIST / f"{named}-{version}.txt")
        step("Cài vào một môi trường trống")
        python = install(wheel, scratch / "environment", lock=ROOT / "requirements" / "base.txt")
        step("Chạy thử trong một thư mục trống")
        home = scratch / "home"
        home.mkdir()
        said = run([*program(python), "--version"], environment=environment_of(home), folder=home)
        if said.strip() != f"khuyencong {version}":
            raise ReleaseError(f"Gói nói phiên bản là «{said.strip()}», không phải {version}.")
        run([*program(python), "demo", "--no-serve"], environment=environment_of(home), folder=home)
        opened = try_out(python, home, signed_in=True)
        print(f"Mở được {len(opened)} trang: {', '.join(opened)}.")
        step("Cài mã nguồn như hướng dẫn, chạy thử với dữ liệu ấy")
        run([sys.executable, "scripts/setup_env.py", "base"], folder=unpacked)
        try_out(unpacked / ".venv" / "bin" / "python", home, signed_in=True, var_dir=data_of(home))
        for earlier in sorted(RELEASES.glob(f"*/{SQLITE}")):
            step(f"Nâng dữ liệu của bản {earlier.parent.name}")
            take_over(python, earlier, scratch / f"from-{earlier.parent.name}")
        step("Giữ dữ liệu của bản này")
        to_keep = scratch / version
        keep_data(python, home, to_keep)
        keep_migrations(version, to_keep)
        if not rehearse:  # last of all: a release that fails leaves nothing behind here
            date_changelog(CHANGELOG, version)
            shutil.copytree(to_keep, folder)
    sums = "".join(f"{sha256(path)}  {path.name}\n" for path in sorted(DIST.iterdir()))
    (DIST / "SHA256SUMS").write_text(sums, encoding="utf-8")
    print(f"\n{sums}\nĐã dựng {wheel.name} và {source.name} trong {DIST}.")
    if not rehearse:
        print(
            f"Còn lại: git add CHANGELOG.md tests/releases && git commit -m 'Release {version}' && git tag v{version}"
        )
    return 0


def project_version(root: Path) -> str:
    """The one place where the version stands."""
    return str(tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def date_changelog(changelog: Path, version: str) -> None:
    """Put today's date beside the version where it still says that it is not released. Raises ReleaseError without a section."""
    text = changelog.read_text(encoding="utf-8")
    heading = re.search(rf"^## \[{re.escape(version)}\] – (.+)$", text, re.MULTILINE)
    if heading is None:
        raise ReleaseError(f"CHANGELOG.md chưa có phần «## [{version}] – {UNRELEASED}»: hãy viết bản này có gì mới.")
    if heading[1] == UNRELEASED:
        line = heading[0].replace(UNRELEASED, date.today().isoformat())  # noqa: DTZ011  # the day of whoever cuts it
        changelog.write_text(text.replace(heading[0], line), encoding="utf-8")


def copy_of_tracked(target: Path) -> Path:
    """The files that git knows of, as they are, in a folder of their own: nothing else can slip into a package."""
    for name in tracked():
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target / name)
    return target


def tracked() -> list[str]:
    """Names of the files that git knows of; a link to a folder (the guide) stands for the files in it."""
    names = _names()
    found = []
    for name in names:
        if (ROOT / name).is_dir():
            there = str((ROOT / name).resolve().relative_to(ROOT)) + "/"
            found += [f"{name}/{one.removeprefix(there)}" for one in names if one.startswith(there)]
        else:
            found.append(name)
    return found


def _names() -> list[str]:
    """What git knows of; without git or its records (an unpacked archive) every file but what is made here."""
    try:
        return [name for name in told("git", "ls-files", "-z").split("\0") if name]
    except (OSError, ReleaseError):
        found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file() or path.is_symlink())
        return sorted(str(path) for path in found if not any(one[0] == "." or one in MADE_HERE for one in path.parts))


def _committed_at() -> str:
    """Seconds of the last commit, so that equal files make equal packages; a fixed day where git tells none."""
    try:
        return told("git", "log", "-1", "--format=%ct").strip()
    except (OSError, ReleaseError):
        return WITHOUT_GIT


def build(source: Path, target: Path) -> tuple[Path, Path]:
    """The wheel and the source archive of the files in `source`, by the setuptools that is installed; no index is asked."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": _committed_at()}
    made = []
    for what in (
        "build_wheel",
        "build_sdist",
    ):  # each in a process of its own: one leaves traces that the other trips over
        call = f"import sys; from setuptools import build_meta; print(build_meta.{what}(sys.argv[1]))"
        said = run([sys.executable, "-c", call, str(target)], environment=environment, folder=source)
        made.append(target / said.split()[-1])
    return made[0], made[1]


def require_everything(wheel: Path) -> None:
    """Raise ReleaseError where a file that the program reads is not in the wheel."""
    with zipfile.ZipFile(wheel) as opened:
        inside = set(opened.namelist())
    read = [name for name in tracked() if re.match(r"khuyencong/(?!.*tests/)", name)]
    _require(read, inside, "Gói", "package-data trong pyproject.toml")


def unpack(source: Path, target: Path) -> Path:
    """The folder of the unpacked source archive. Raises ReleaseError where a committed file is not in it."""
    target.mkdir()
    run(["tar", "--extract", "--gzip", f"--file={source}", f"--directory={target}"])
    (root,) = target.iterdir()
    inside = {str(path.relative_to(root)) for path in root.rglob("*")}
    # What begins with a dot belongs to the repository.
    _require([name for name in tracked() if not name.startswith(".")], inside, "Mã nguồn đóng gói", "MANIFEST.in")
    return root


def _require(names: Sequence[str], inside: Collection[str], what: str, where: str) -> None:
    if missing := sorted(set(names) - set(inside)):
        raise ReleaseError(f"{what} thiếu {', '.join(missing)}: hãy thêm vào {where}.")


def require_same_wheel(unpacked: Path, wheel: Path, target: Path) -> None:
    """Raise ReleaseError where the unpacked archive does not give this very wheel: then what was tried of one says nothing of the other."""
    target.mkdir()
    again, _ = build(unpacked, target)
    if sha256(again) != sha256(wheel):
        raise ReleaseError(f"Mã nguồn đóng gói dựng ra một gói khác {wheel.name}.")


def install(wheel: Path, folder: Path, *, lock: Path | None) -> Path:
    """A new environment with the wheel and the locked packages; its Python.

    Without `lock` it borrows the packages of this environment instead of asking an index.
    """
    run([sys.executable, "-m", "venv", "--without-pip", str(folder)])
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--disable-pip-version-check"]
    if lock is None:
        (borrowed,) = folder.glob("lib/python*/site-packages")
        here = Path(os.__file__).parent.name
        packages = Path(sys.prefix) / "lib" / here / "site-packages"
        (borrowed / "borrowed.pth").write_text(f"{packages}\n", encoding="utf-8")
    else:
        run([*pip, "--require-hashes", "-r", str(lock)])
    run([*pip, "--no-deps", "--no-index", "--ignore-installed", str(wheel)])
    return python


def program(python: Path) -> list[str]:
    """The command that the wheel has brought along."""
    return [str(python.parent / "khuyencong")]


def environment_of(home: Path) -> dict[str, str]:
    """That of somebody who has just come: a home and nothing else; the data go into it."""
    through = {name: os.environ[name] for name in LET_THROUGH if name in os.environ}
    return {**through, "HOME": str(home), "PYTHONUTF8": "1"}


def data_of(home: Path) -> Path:
    """Where an installed package keeps its records by itself."""
    return home / ".local" / "share" / "khuyencong"


def try_out(python: Path, home: Path, *, signed_in: bool, var_dir: Path | None = None, files: bool = True) -> list[str]:
    """Serve what lies in `home`, open pages, run `check` and `doctor`; the pages that answered. Raises ReleaseError.

    `var_dir` is named to a program that keeps its records elsewhere, beside its source; without `files` those that are attached
    are not looked for.
    """
    environment = {**environment_of(home), **({"KHUYENCONG_VAR": str(var_dir)} if var_dir else {})}
    try:
        with served.served(program(python), environment, folder=home) as address:
            opened = served.look(address, signed_in=signed_in)
    except (OSError, RuntimeError) as error:
        raise ReleaseError(f"Gói đã cài không phục vụ được: {error}") from error
    run([*program(python), "check", *(["--files"] if files else [])], environment=environment, folder=home)
    found = run([*program(python), "doctor"], environment=environment, folder=home, may_fail=True)
    # A machine of a trial has neither mail nor HTTPS nor copies; what the package itself brings must be there.
    if not re.search(r"^ĐẠT +Phông chữ", found, re.MULTILINE) or "Không xem được" in found:
        raise ReleaseError(f"khuyencong doctor của gói đã cài: {found}")
    return opened


def take_over(python: Path, packed: Path, home: Path) -> None:
    """Bring the data of an earlier release up in `home` as an office does. Raises ReleaseError where any of it is lost."""
    data = data_of(home) / "khuyencong.sqlite3"
    data.parent.mkdir(parents=True)
    data.write_bytes(lzma.decompress(packed.read_bytes()))
    before = amounts_of(data)
    run([*program(python), "manage", "migrate", "--no-input"], environment=environment_of(home), folder=home)
    if lost := kept.lost(before, amounts_of(data)):
        raise ReleaseError(f"Nâng từ bản {packed.parent.name} làm mất dữ liệu: {', '.join(lost)}.")
    try_out(python, home, signed_in=True, files=False)  # which were not kept


def amounts_of(data: Path) -> kept.Amounts:
    """How much a SQLite file says."""
    with closing(sqlite3.connect(data)) as opened:
        return kept.amounts(opened.cursor(), kept.SQLITE_COLUMNS)


def keep_data(python: Path, home: Path, target: Path) -> None:
    """The made-up data as SQLite and as PostgreSQL have them. Raises ReleaseError where they are too large to keep."""
    target.mkdir()
    with tempfile.TemporaryDirectory() as name:
        copy, dump = Path(name) / "copy.sqlite3", Path(name) / "copy.pgdump"
        data = data_of(home) / "khuyencong.sqlite3"
        with closing(sqlite3.connect(data)) as source, closing(sqlite3.connect(copy)) as to:
            source.backup(to)
        with postgres.cluster() as address:
            run([*program(python), "move-database", address], environment=environment_of(home), folder=home)
            binaries = postgres.find_binaries()
            if binaries is None:
                raise ReleaseError("Không có PostgreSQL.")
            options = ["--format=custom", "--compress=0", "--no-owner", "--no-privileges", f"--file={dump}"]
            run([str(binaries / "pg_dump"), *options, address])
        for path, name_kept in ((copy, SQLITE), (dump, POSTGRESQL)):
            (target / name_kept).write_bytes(lzma.compress(path.read_bytes(), preset=9))
    size = sum(path.stat().st_size for path in target.iterdir())
    print(f"Dữ liệu: {size / 1024:.0f} KB.")
    if size > MOST_BYTES:
        raise ReleaseError(f"Dữ liệu nặng {size} byte, quá {MOST_BYTES}: hãy giữ một phần nhỏ hơn.")


def keep_migrations(version: str, target: Path) -> None:
    """Which migrations this release has, and their checksums: from now on nobody may change them."""
    found = {str(path.relative_to(ROOT)): sha256(path) for path in sorted(ROOT.glob("khuyencong/*/migrations/0*.py"))}
    listed = {"version": version, "migrations": found}
    (target / KEPT).write_text(json.dumps(listed, indent=1) + "\n", encoding="utf-8")


def sha256(path: Path) -> str:
    """Checksum of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def step(name: str) -> None:
    """Tell what comes now."""
    print(f"== {name}", flush=True)


def told(*command: str) -> str:
    """What a program says in the folder of the project."""
    return run(list(command), folder=ROOT)


def run(
    command: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    may_fail: bool = False,
) -> str:
    """What a program says on stdout. Raises ReleaseError with what it said on stderr where it fails."""
    done = subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0 and not may_fail:
        lines = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise ReleaseError(f"{' '.join(command)} không được (mã {done.returncode}):\n" + "\n".join(lines[-15:]))
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
