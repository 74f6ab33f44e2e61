"""The commands `khuyencong backup`, `restore`, `move-database`, `doctor` and `slow`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from khuyencong import server
from khuyencong.config import Config, read_config
from khuyencong.core.money import format_dong
from khuyencong.server import RefusalError
from khuyencong.terminal import Parser, fail, say
from khuyencong.upkeep import copying, trying
from khuyencong.upkeep.archive import ArchiveError, BrokenCopyError, Key, looks_sealed, read_key, why
from khuyencong.upkeep.restoring import restore as bring_back
from khuyencong.upkeep.rotation import office_now

BASE_DIR = Path(__file__).resolve().parent.parent.parent
BACKUP_DESCRIPTION = """\
Chép cơ sở dữ liệu, tệp đính kèm, các khóa và danh sách người đã ẩn vào một tệp trong BACKUP_DIR, trong lúc mọi người vẫn làm việc.

Có BACKUP_KEY_FILE thì bản sao được mã hóa (định dạng age). Giữ bản mới nhất của 7 ngày, 5 tuần và 12 tháng, bản khác bị xóa.
--verify phục hồi bản vừa tạo vào một nơi tạm rồi kiểm tra nhật ký, sổ kinh phí và từng tệp như “khuyencong check --files”.
Máy chỉ có khóa công khai thì không mở được bản sao: khi ấy --verify nói rõ là chưa thử, hãy thử trên máy giữ khóa riêng."""
RESTORE_DESCRIPTION = """\
Phục hồi một bản sao vào DATABASE_URL và KHUYENCONG_VAR đang đặt; cả hai phải trống. Xong thì kiểm tra như khi --verify.
Bản sao của bản chương trình mới hơn bị từ chối; của bản cũ hơn thì phục hồi, rồi nói lệnh phải chạy tiếp.

Hãy dừng máy chủ trước. Bản sao mã hóa cần tệp có khóa riêng (BACKUP_KEY_FILE hoặc --key)."""
MOVE_DESCRIPTION = """\
Chuyển mọi hồ sơ từ cơ sở dữ liệu đang dùng sang một cơ sở dữ liệu trống, thường từ SQLite sang PostgreSQL, rồi so từng bảng:
số dòng và mã SHA-256 của mọi giá trị ở hai nơi phải bằng nhau, nếu không thì không chuyển gì. Nguồn chỉ được đọc.

ĐỊA-CHỈ có mật khẩu thì đưa qua đầu vào chuẩn, vì ai trên máy cũng xem được chữ của một lệnh: khuyencong move-database - < tệp
Hãy dừng máy chủ và các lịch trước; xong thì đặt DATABASE_URL sang địa chỉ mới. Tệp đính kèm và khóa bí mật ở nguyên trong KHUYENCONG_VAR."""
DOCTOR_DESCRIPTION = """\
Xem phiên bản, đĩa, đồng hồ, cơ sở dữ liệu, nhật ký, việc nền, thư, phông chữ, quyền trên tệp, bản sao lưu và HTTPS; mỗi thứ một câu.
Không thay đổi gì. Mã thoát 1 khi có chỗ hỏng."""

SLOW_DESCRIPTION = """\
Kể những trang chậm nhất (theo tên trang) và những truy vấn chậm nhất (không có giá trị nào) mà máy chủ trên máy này đã đo, cùng
những truy vấn mà PostgreSQL tự đếm khi có pg_stat_statements. Thời gian tính bằng mili giây; trung vị và p95 đúng đến 5 %.

Truy vấn được ghi khi lâu từ SLOW_QUERY_MS; trang bị đánh dấu * khi có lần lâu từ SLOW_PAGE_MS. Không thay đổi gì."""


def backup(words: Sequence[str]) -> int:
    """Make a copy, remove old ones, and try the new one where that is asked; exit 1 with a sentence where it fails."""
    parser = Parser(prog="khuyencong backup", description=BACKUP_DESCRIPTION)
    parser.choices_of.add_argument("--verify", action="store_true", help="phục hồi thử bản vừa tạo và kiểm tra")
    parser.choices_of.add_argument(
        "--keep", action="store_true", help="bản này không bị xóa theo lịch, ví dụ trước khi nâng cấp"
    )
    parser.choices_of.add_argument(
        "--without-files", action="store_true", help="không chép tệp đính kèm, khi chúng đã được giữ an toàn cách khác"
    )
    arguments = parser.parse_args(words)
    config = _config()
    folder = config.backup.folder
    if folder is None:
        raise RefusalError("Chưa đặt BACKUP_DIR: hãy ghi thư mục chứa các bản sao lưu, tốt nhất trên một đĩa khác.")
    try:
        key = _key(config.backup.key_file)
        with copying.alone(config, folder):
            made = copying.make(
                config, folder, key=key, now=office_now(), with_files=not arguments.without_files, kept=arguments.keep
            )
            say(f"Đã sao lưu vào {made.path} ({made.size / 1024**2:.1f} MB{', mã hóa' if key else ''}).")
            if arguments.verify:
                _verify(config, made, key)
            for name in copying.rotate(folder):
                say(f"Đã xóa bản cũ {name}.")
    except ArchiveError as error:
        raise RefusalError(str(error)) from error
    return 0


def _verify(config: Config, made: copying.Copy, key: Key | None) -> None:
    """Try what was just made; put it aside where it is broken. Raises ArchiveError."""
    try:
        say(_tried(config, made, key))
    except BrokenCopyError as error:
        aside = copying.set_aside(made.path)
        raise ArchiveError(f"{error}\nBản sao không dùng được, đã đổi tên thành {aside.name}.") from error


def _tried(config: Config, made: copying.Copy, key: Key | None) -> str:
    if key is None or not key.only_seals:
        return f"{trying.try_out(config, made.path, key=key)}\nBản sao phục hồi được và đạt kiểm tra."
    if not looks_sealed(made.path):
        raise BrokenCopyError(f"Bản sao {made.path.name} không mở đầu như một tệp của age.")
    return "Bản sao đã mã hóa, chưa phục hồi thử: máy này chỉ có khóa công khai, hãy thử trên máy giữ khóa riêng."


def restore(words: Sequence[str]) -> int:
    """Bring a copy back into an empty place; exit 1 with a sentence where it cannot be."""
    parser = Parser(prog="khuyencong restore", description=RESTORE_DESCRIPTION)
    parser.add_argument("copy", type=Path, metavar="BẢN-SAO", help="tệp .tar hoặc .tar.age")
    parser.choices_of.add_argument(
        "--key", type=Path, metavar="TỆP", help="tệp có khóa riêng (mặc định: BACKUP_KEY_FILE)"
    )
    arguments = parser.parse_args(words)
    config = _config()
    try:
        key = _key(arguments.key or config.backup.key_file)
        say(bring_back(config, arguments.copy, key=key))
    except ArchiveError as error:
        raise RefusalError(str(error)) from error
    return 0


def move(words: Sequence[str]) -> int:
    """Copy every row to another database and prove both equal; exit 1 with a sentence where it cannot be."""
    parser = Parser(prog="khuyencong move-database", description=MOVE_DESCRIPTION)
    parser.add_argument(
        "target", metavar="ĐỊA-CHỈ", help="DATABASE_URL của cơ sở dữ liệu mới, trống; «-»: dòng đầu của đầu vào chuẩn"
    )
    arguments = parser.parse_args(words)
    config = _config()
    address = sys.stdin.readline().strip() if arguments.target == "-" else arguments.target
    others = {name: value for name, value in os.environ.items() if name not in trying.REAL}
    target = read_config({**others, "DATABASE_URL": address}, BASE_DIR).database
    import django

    django.setup()
    server.require_migrated()
    from django.db import DatabaseError

    from khuyencong.upkeep.moving import move as move_rows

    try:
        moved = move_rows(config, target, tell=say)
        for one in moved:
            if one.rows:
                say(f"{one.table}: {format_dong(one.rows)} dòng, {one.digest[:16]}")
        say(trying.check(target, config.var_dir, files=False))
    except ArchiveError as error:
        raise RefusalError(str(error)) from error
    except DatabaseError as error:
        raise RefusalError(f"Cơ sở dữ liệu đích không nhận, không dòng nào được chuyển: {error}".strip()) from error
    say(f"Đã chuyển {format_dong(sum(one.rows for one in moved))} dòng của {len(moved)} bảng; hai bên bằng nhau.")
    return 0


def doctor(words: Sequence[str]) -> int:
    """Say what is right and wrong; exit 1 where something is broken."""
    parser = Parser(prog="khuyencong doctor", description=DOCTOR_DESCRIPTION)
    parser.parse_args(words)
    config = _config()
    import django

    django.setup()
    from khuyencong.upkeep.doctor import examine
    from khuyencong.upkeep.neighbours import Mark

    found = examine(config)
    for one in found:
        say(f"{one.mark:<6} {one.about}: {one.sentence}")
    bad = sum(one.mark is Mark.BAD for one in found)
    return fail(f"{bad} chỗ hỏng.", 1) if bad else 0


def slow(words: Sequence[str]) -> int:
    """Name the slowest pages and queries of the last hours."""
    from khuyencong.core.measures import LONGEST

    parser = Parser(prog="khuyencong slow", description=SLOW_DESCRIPTION)
    parser.choices_of.add_argument(
        "--hours", type=int, choices=range(1, LONGEST + 1), default=3, metavar="SỐ",
        help=f"trong bao nhiêu giờ qua, 1 đến {LONGEST} (mặc định: 3)",
    )  # fmt: skip
    arguments = parser.parse_args(words)
    config = _config()
    import django

    django.setup()
    from khuyencong.upkeep.slow import counted_by_postgresql, slow_pages_and_queries

    pages, queries = slow_pages_and_queries(
        config.var_dir / server.MEASURES, hours=arguments.hours, slow_page_ms=config.slow_page_ms
    )
    if not pages:
        say("Chưa đo được trang nào: máy chủ chưa chạy trong khoảng ấy, hoặc chạy với KHUYENCONG_VAR khác.")
    else:
        say(f"{'trang':<40} {'lượt':>7} {'giữa':>6} {'p95':>6} {'nhất':>6} {'truy vấn':>8}")
    for page in pages:
        name = f"{page.name}{' *' if page.is_slow else ''}"
        say(f"{name:<40} {page.count:>7} {page.median:>6} {page.p95:>6} {page.worst:>6} {page.queries:>8}")
    for title, rows in (("Truy vấn chậm", queries), ("PostgreSQL đếm", counted_by_postgresql() or [])):
        for one in rows:
            where = f", trang {one.page}" if one.page else ""
            say(f"\n{title}: {one.count} lần, tổng {one.total}, nhất {one.worst}{where}\n  {one.sql}")
    return 0


def _config() -> Config:
    return read_config(os.environ, BASE_DIR)


def _key(path: Path | None) -> Key | None:
    if path is None:
        return None
    try:
        return read_key(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = why(error) if isinstance(error, OSError) else "không phải là tệp chữ"
        raise ArchiveError(f"Không đọc được tệp khóa {path.absolute()}: {reason}.") from error


COMMANDS: Mapping[str, Callable[[Sequence[str]], int]] = {
    "backup": backup,
    "restore": restore,
    "move-database": move,
    "doctor": doctor,
    "slow": slow,
}
