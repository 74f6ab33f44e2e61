"""What the doctor says of the copies: how old, whether one was tried, which key seals them, and the room where they lie."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from khuyencong.config import Config
from khuyencong.upkeep.archive import ArchiveError, Key, read_key
from khuyencong.upkeep.copying import FAILED, SPARE, Copy, copies, last_tried, left_open, scratch_of
from khuyencong.upkeep.neighbours import Mark, gigabytes
from khuyencong.upkeep.rotation import is_kept, office_now

OLDEST_COPY = timedelta(hours=26)  # a copy a day, and time for a long one
OLDEST_TRIED = timedelta(days=8)
KEPT_FOR = timedelta(days=90)  # what was kept before an upgrade is needed for no longer; hidden names are still in it
LEFT_FOR = timedelta(days=1)


def saved(config: Config) -> Iterable[tuple[Mark, str]]:
    """Everything about the copies of this installation."""
    folder = config.backup.folder
    if folder is None:
        yield (
            Mark.WARNING,
            "Chưa đặt thư mục sao lưu (BACKUP_DIR): hỏng đĩa là mất hết. Xem “khuyencong backup --help”.",
        )
        return
    if failed := sorted(path.name for path in folder.glob(f"*{FAILED}")):
        yield (
            Mark.BAD,
            f"Bản sao {failed[-1].removesuffix(FAILED)} không đạt khi phục hồi thử: hãy tìm lý do trong nhật ký rồi xóa tệp {failed[-1]}.",
        )
    yield from _left(config)
    found = copies(folder)
    if not found:
        yield Mark.BAD, f"Thư mục {folder} chưa có bản sao nào: hãy chạy “khuyencong backup”."
        return
    age = office_now() - found[0].made_at
    sentence = f"Bản sao mới nhất {found[0].path.name}, {gigabytes(found[0].size)}, cách đây {_hours(age)}; tất cả {len(found)} bản."
    yield (Mark.GOOD if age <= OLDEST_COPY else Mark.BAD), sentence
    yield from _sealing(config, folder)
    yield from _place(config, folder, found)


def _sealing(config: Config, folder: Path) -> Iterable[tuple[Mark, str]]:
    """The key, and with it whether copies are tried here."""
    key: Key | None = None
    if config.backup.key_file is None:
        yield Mark.WARNING, "Bản sao không được mã hóa (BACKUP_KEY_FILE): ai cầm được tệp là đọc được hồ sơ."
    else:
        try:
            key = read_key(config.backup.key_file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, ArchiveError):
            yield (
                Mark.BAD,
                "Không đọc được khóa sao lưu ghi trong BACKUP_KEY_FILE: không tạo được bản sao nào nữa.",
            )
            return
    if key is not None and key.only_seals:
        yield Mark.GOOD, "Máy này chỉ có khóa công khai của bản sao: hãy phục hồi thử trên máy giữ khóa riêng."
        return
    tried = last_tried(folder)
    if tried is None:
        yield Mark.WARNING, "Chưa bản sao nào được phục hồi thử: hãy chạy “khuyencong backup --verify”."
    elif office_now() - tried > OLDEST_TRIED:
        yield (
            Mark.WARNING,
            f"Bản sao phục hồi thử đạt gần nhất là của ngày {tried:%d/%m/%Y}: hãy chạy “khuyencong backup --verify”.",
        )


def _place(config: Config, folder: Path, found: list[Copy]) -> Iterable[tuple[Mark, str]]:
    if folder.stat().st_dev == config.var_dir.stat().st_dev:
        yield Mark.WARNING, f"Thư mục sao lưu {folder} cùng đĩa với dữ liệu: hãy chép thêm sang máy khác."
    free = shutil.disk_usage(folder).free
    largest = max(one.size for one in found)
    if free < 2 * largest + SPARE:
        mark = Mark.WARNING if free >= largest + SPARE else Mark.BAD
        yield (
            mark,
            f"Thư mục sao lưu {folder} còn trống {gigabytes(free)}, một bản sao cần {gigabytes(largest)}: hãy thêm đĩa.",
        )
    old = [one for one in found if is_kept(one.path.name) and office_now() - one.made_at > KEPT_FOR]
    if old:
        yield (
            Mark.WARNING,
            f"Bản sao {old[0].path.name} được giữ riêng, không tự hết hạn: hãy xóa khi không cần, trong nó còn người đã ẩn.",
        )


def _left(config: Config) -> Iterable[tuple[Mark, str]]:
    before = time.time() - LEFT_FOR.total_seconds()
    if left := [path.name for path in left_open(scratch_of(config)) if path.stat().st_mtime < before]:
        yield (
            Mark.WARNING,
            f"Một lần sao lưu bị dừng giữa chừng để lại {', '.join(left)} không mã hóa: lần sao lưu sau tự dọn.",
        )


def _hours(age: timedelta) -> str:
    hours = int(age.total_seconds() // 3600)
    return f"{hours} giờ" if hours < 48 else f"{hours // 24} ngày"  # noqa: PLR2004  # two days are said in days
