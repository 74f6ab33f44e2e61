"""Bringing a copy back for good, into an empty place."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from khuyencong.config import Config
from khuyencong.config_files import Bucket
from khuyencong.core.version import program_version
from khuyencong.upkeep import database as databases
from khuyencong.upkeep.archive import ArchiveError, Key, open_copy, unpack, why
from khuyencong.upkeep.copying import FILES, HIDDEN, RESTORING, SECRET, files_of, keepsakes, require_room
from khuyencong.upkeep.trying import check

OF_A_DISK = "lost+found"  # in the folder of files where that is a disk of its own


def restore(config: Config, copy: Path, *, key: Key | None) -> str:
    """Bring a copy back for good, into an empty database and an empty folder; what is to be said of it afterwards.

    Whatever can be refused is refused before anything is written, and what was put in place is taken back where the rest cannot
    follow. Only what does not pass the check afterwards stays, to be looked at. Raises ArchiveError.
    """
    databases.require_direct(config.database)
    databases.require_empty(config.database)
    with open_copy(copy) as file:
        size = os.fstat(file.fileno()).st_size
    try:
        config.var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in config.var_dir.glob(f"{RESTORING}*"):
            shutil.rmtree(left, ignore_errors=True)
        require_room(config.var_dir, size)
        with tempfile.TemporaryDirectory(dir=config.var_dir, prefix=RESTORING) as name:
            folder = Path(name)
            manifest = unpack(copy, folder, key=key)
            made_by = str(manifest.get("version", "0"))
            if _number(made_by) > _number(program_version()):
                raise ArchiveError(
                    f"Bản sao do bản {made_by} tạo ra, chương trình là bản {program_version()}: hãy cài bản ấy trước."
                )
            if manifest.get("files", True):
                _require_empty_files(config)
            moves = _moves(config, folder)
            _bring_in(config, folder)
            for source, target in moves:
                shutil.move(source, target)
    except OSError as error:
        raise ArchiveError(f"Không ghi được vào {config.var_dir}: {why(error)}.") from error
    return "\n".join([_looked_at(config, made_by), *_hide_again(config)])


def _looked_at(config: Config, made_by: str) -> str:
    """What the check says; the records of an older version are brought up first, by whoever may change tables."""
    if _number(made_by) < _number(program_version()):
        return (
            f"Đã phục hồi. Bản sao do bản {made_by} tạo ra, chương trình là bản {program_version()}: hãy chạy “khuyencong manage "
            "migrate” rồi “khuyencong check --files” trước khi mở máy chủ."
        )
    try:
        told = check(config.database, config.var_dir, bucket=config.files)
    except ArchiveError as error:
        raise ArchiveError(
            f"{error}\nMọi thứ của bản sao đã ở chỗ của nó và ở nguyên đó để xem; muốn thử bản khác thì tạo lại nơi trống."
        ) from error
    return f"{told}\nĐã phục hồi và đạt kiểm tra. Chạy lại máy chủ bằng “khuyencong serve”."


def _hide_again(config: Config) -> list[str]:
    """The list may know of people whose names were hidden after the copy was made."""
    hidden = config.var_dir / HIDDEN
    return [f"Trước khi mở cho mọi người: “khuyencong rehide {hidden}”."] if hidden.exists() else []


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(digits) for digits in re.findall(r"\d+", version)[:3])


def _require_empty_files(config: Config) -> None:
    if config.files is not None:
        if not _is_bucket_empty(config.files):
            raise ArchiveError(
                "Nơi chứa tệp ghi trong FILES_URL không trống: hãy phục hồi vào một bucket hay thư mục mới."
            )
        return
    files = config.var_dir / FILES
    if files.exists() and any(path.name != OF_A_DISK for path in files.iterdir()):
        raise ArchiveError(f"Thư mục {files} không trống: bản sao chỉ được phục hồi vào một thư mục trống.")


def _moves(config: Config, folder: Path) -> list[tuple[Path, Path]]:
    """Which keys and lists of the copy go where, after a look that each can. Raises ArchiveError.

    Those that are here stay: the list is newer, and a key was put there by somebody. The key of all secrets must then be the same;
    only that in the folder of data, which every first start makes anew, gives way.
    """
    found = []
    for name, target in keepsakes(config).items():
        source = folder / name
        if not source.exists():
            continue
        if name == SECRET and config.secret_key_file is not None and target.exists():
            if source.read_text(encoding="utf-8").strip() != target.read_text(encoding="utf-8").strip():
                raise ArchiveError(
                    f"Khóa trong {target} (SECRET_KEY_FILE) khác khóa của bản sao: với nó không ai đăng nhập hai lớp được nữa. "
                    f"Hãy lấy tệp {SECRET} trong bản sao (age -d … | tar x {SECRET}) đặt vào đó trước."
                )
        elif not target.exists() or (name == SECRET and config.secret_key_file is None):
            if not os.access(target.parent, os.W_OK):
                raise ArchiveError(
                    f"Không ghi được {target}: hãy lấy tệp {name} trong bản sao (age -d … | tar x {name}) đặt vào đó trước."
                )
            found.append((source, target))
    return found


def _bring_in(config: Config, folder: Path) -> None:
    """The files, then the database, which comes all at once or not at all; then the files go again."""
    try:
        if config.files is None:
            _move_in(folder / FILES, config.var_dir / FILES)
        else:
            _fill(config.files, folder / FILES)
        databases.bring_back(folder / databases.name_in_copy(config.database), config.database)
    except BaseException:
        if (folder / FILES).exists():
            _take_back(config, folder / FILES)
        raise


def _move_in(source: Path, target: Path) -> None:
    """One by one into the folder, which may be a disk of its own; each stays in `source` as a name too, to be taken back."""
    target.mkdir(mode=0o700, exist_ok=True)
    for part in files_of(source):
        place = target / part.path.relative_to(source)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            place.hardlink_to(part.path)
        except OSError:
            shutil.copyfile(part.path, place)
            place.chmod(0o600)


def _take_back(config: Config, source: Path) -> None:
    if config.files is not None:
        _remove_from(config.files, source)
        return
    files = config.var_dir / FILES
    for part in files_of(source):
        with suppress(OSError):
            (config.var_dir / part.name).unlink(missing_ok=True)
    for path in sorted(files.rglob("*"), reverse=True):
        with suppress(OSError):  # not empty, or not ours
            path.rmdir()


def _remove_from(place: Bucket, source: Path) -> None:
    from khuyencong.core import bucket

    for part in files_of(source):
        with suppress(OSError):
            bucket.remove(place, part.name.removeprefix(f"{FILES}/"))


def _is_bucket_empty(place: Bucket) -> bool:
    from khuyencong.core import bucket

    try:
        return next(bucket.names(place), None) is None
    except OSError as error:
        raise ArchiveError(f"Không mở được nơi chứa tệp ghi trong FILES_URL: {error}") from error


def _fill(place: Bucket, folder: Path) -> None:
    from khuyencong.core import bucket

    try:
        for part in files_of(folder):
            bucket.put(place, part.name.removeprefix(f"{FILES}/"), part.path)
    except OSError as error:
        raise ArchiveError(f"Không chép được tệp đính kèm lên máy chủ tệp: {error}") from error
