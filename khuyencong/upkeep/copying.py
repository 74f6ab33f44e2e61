"""Making a copy of everything, trying it, and removing those that newer ones stand for."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from khuyencong.config import Config, Database
from khuyencong.config_files import Bucket
from khuyencong.core.version import program_version
from khuyencong.upkeep import database as databases
from khuyencong.upkeep.archive import PLAIN, SEALED, ArchiveError, Key, Part, unpack, write
from khuyencong.upkeep.rotation import STAMP, made_at, to_remove

FILES, SECRET = "files", "secret_key"
UNFINISHED = ".part"
FAILED = ".failed"  # what a copy that could not be brought back is called from then on: no copy any more
LOCK = ".lock"
# Where the real files lie; a copy is tried with its own.
PLACES = ("FILES_URL", "FILES_KEY_ID", "FILES_SECRET_FILE", "REPLICA_URLS")


class BrokenCopyError(ArchiveError):
    """A copy was brought back, and what it holds does not pass the check; the message is a Vietnamese sentence."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A whole copy on disk."""

    path: Path
    size: int
    made_at: datetime


def make(config: Config, folder: Path, *, key: Key | None, now: datetime) -> Copy:
    """Copy the database of one moment, the attached files and the secret key into a file of `folder`. Raises ArchiveError.

    The files come first, then the database, then the files that came meanwhile: whatever the database names was there in one of
    the two rounds, also where somebody removed it a moment later. What is made carries its name only once it is whole.
    """
    databases.require_direct(config.database)
    with _alone(folder):
        return _make(config, folder, key=key, now=now)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """The folder for one copy at a time: what another left unfinished is taken away, and it must not be still at work."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (folder / LOCK).open("w", encoding="utf-8")
    except OSError as error:
        raise ArchiveError(f"Không ghi được vào thư mục sao lưu {folder}: {error.strerror}.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ArchiveError(f"Một lần sao lưu khác đang ghi vào {folder}: hãy chờ nó xong.") from error
        for left in folder.glob(f"*{UNFINISHED}"):
            left.unlink()
        yield


def _make(config: Config, folder: Path, *, key: Key | None, now: datetime) -> Copy:
    target = folder / f"khuyencong-{now.strftime(STAMP)}{SEALED if key else PLAIN}"
    if target.exists():
        raise ArchiveError(f"Bản sao {target.name} đã có.")
    unfinished = target.with_name(target.name + UNFINISHED)
    about = {"made_at": now.isoformat(), "engine": config.database.engine, "version": program_version()}
    try:
        with tempfile.TemporaryDirectory(dir=config.var_dir, prefix="copy-") as scratch:
            write(unfinished, _parts(config, Path(scratch)), about=about, key=key)
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return Copy(target, target.stat().st_size, now)


def _parts(config: Config, scratch: Path) -> Iterator[Part]:
    if config.secret_key_path.exists():
        yield Part(SECRET, config.secret_key_path)
    there: set[str] = set()
    yield from _attached(config, scratch, there)
    name = databases.name_in_copy(config.database)
    databases.dump(config.database, scratch / name)
    yield Part(name, scratch / name)
    yield from _attached(config, scratch, there)  # a name that is there already is passed over


def _attached(config: Config, scratch: Path, there: set[str]) -> Iterator[Part]:
    """The attached files; those of a bucket pass through `scratch` one by one, each once (`there`: those that did)."""
    if config.files is None:
        yield from _files(config.var_dir / FILES)
        return
    from khuyencong.core import bucket

    try:
        for name in bucket.names(config.files):
            if name in there:
                continue
            with suppress(FileNotFoundError), tempfile.NamedTemporaryFile(dir=scratch) as passing:
                bucket.fetch(config.files, name, Path(passing.name))
                there.add(name)
                yield Part(f"{FILES}/{name}", Path(passing.name))
    except OSError as error:
        raise ArchiveError(f"Không đọc được tệp đính kèm từ máy chủ tệp: {error}") from error


def _files(folder: Path) -> Iterator[Part]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield Part(f"{FILES}/{path.relative_to(folder).as_posix()}", path)


def copies(folder: Path) -> list[Copy]:
    """The copies of a folder, newest first."""
    found = [(at, path) for path in folder.glob("khuyencong-*") if (at := made_at(path.name)) is not None]
    return [Copy(path, path.stat().st_size, at) for at, path in sorted(found, reverse=True)]


def rotate(folder: Path) -> list[str]:
    """Remove the copies that newer ones stand for; their names."""
    removed = to_remove(one.path.name for one in copies(folder))
    for name in removed:
        (folder / name).unlink(missing_ok=True)
    return removed


def try_out(config: Config, copy: Path, *, key: Key | None) -> str:
    """Bring a copy back into a scratch place and check every record and file there; what the check said.

    Raises BrokenCopyError with what is wrong with it, ArchiveError where it could not be tried (no private key, no room). The
    real records are not touched.
    """
    with tempfile.TemporaryDirectory(dir=config.var_dir, prefix="try-") as name:
        folder = Path(name)
        unpack(copy, folder, key=key)
        with databases.scratch(config.database, folder) as database:
            databases.bring_back(folder / databases.name_in_copy(config.database), database)
            try:
                return check(database, folder)
            except ArchiveError as error:
                raise BrokenCopyError(str(error)) from error


def set_aside(copy: Path) -> Path:
    """Rename a copy that has failed its trial, so that nobody restores it and the doctor does not count it; its new name."""
    return copy.rename(copy.with_name(copy.name + FAILED))


def check(database: Database, var_dir: Path, *, files: bool = True, bucket: Bucket | None = None) -> str:
    """`khuyencong check` in a process of its own over another database, and its files. Raises ArchiveError.

    The files are looked for in the folder, or in the bucket of this installation where it is given.
    """
    ours = {name: value for name, value in os.environ.items() if bucket is not None or name not in PLACES}
    environment = {**ours, "DATABASE_URL": databases.url_of(database), "KHUYENCONG_VAR": str(var_dir)}
    done = subprocess.run(  # noqa: S603  # this program itself
        [sys.executable, "-m", "khuyencong.cli", "check", *(["--files"] if files else [])],
        env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise ArchiveError(f"Hồ sơ chép sang không đạt kiểm tra: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout.strip()


def restore(config: Config, copy: Path, *, key: Key | None) -> str:
    """Bring a copy back for good, into an empty database and an empty folder; what the check said afterwards.

    Raises ArchiveError; then nothing that was brought in stays but what a database server itself cannot take back.
    """
    var_dir = config.var_dir
    files = var_dir / FILES
    databases.require_direct(config.database)
    if files.exists() and any(files.iterdir()):
        raise ArchiveError(f"Thư mục {files} không trống: bản sao chỉ được phục hồi vào một thư mục trống.")
    if config.files is not None and not _is_bucket_empty(config.files):
        raise ArchiveError("Nơi chứa tệp ghi trong FILES_URL không trống: hãy phục hồi vào một bucket hay thư mục mới.")
    if not databases.is_empty(config.database):
        raise ArchiveError("Cơ sở dữ liệu đích không trống: bản sao chỉ được phục hồi vào một cơ sở dữ liệu trống.")
    var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=var_dir, prefix="restore-") as name:
        folder = Path(name)
        unpack(copy, folder, key=key)
        databases.bring_back(folder / databases.name_in_copy(config.database), config.database)
        if config.files is not None:
            _fill(config.files, folder / FILES)
        else:
            if files.exists():
                files.rmdir()
            if (folder / FILES).exists():
                (folder / FILES).rename(files)
        # A key that all machines share is where it was put; the one of the copy comes only where there is none.
        shared = config.secret_key_file is not None and config.secret_key_file.exists()
        if (folder / SECRET).exists() and not shared:
            shutil.move(folder / SECRET, config.secret_key_path)
    return check(config.database, var_dir, bucket=config.files)


def _is_bucket_empty(place: Bucket) -> bool:
    from khuyencong.core import bucket

    try:
        return next(bucket.names(place), None) is None
    except OSError as error:
        raise ArchiveError(f"Không mở được nơi chứa tệp ghi trong FILES_URL: {error}") from error


def _fill(place: Bucket, folder: Path) -> None:
    from khuyencong.core import bucket

    try:
        for part in _files(folder):
            bucket.put(place, part.name.removeprefix(f"{FILES}/"), part.path)
    except OSError as error:
        raise ArchiveError(f"Không chép được tệp đính kèm lên máy chủ tệp: {error}") from error
