"""The command `khuyencong`: what people who run the program need. Developers have `manage.py` beside it."""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from khuyencong import jobs, server
from khuyencong.config import Config, ConfigError, read_config
from khuyencong.core.version import program_version
from khuyencong.server import RefusalError
from khuyencong.terminal import MuteError, Parser, fail, say, speak_any_locale

EXIT_CONFIG = 3
EXIT_INTERRUPTED = 130
MOST_SENTENCES = 20
BASE_DIR = Path(__file__).resolve().parent.parent
MANAGE_HELP = "Chạy một lệnh quản lý của Django, ví dụ: khuyencong manage add_account"
LAW_HELP = "Xem: khuyencong law --help"
IMPORT_HELP = "Xem: khuyencong import --help"
PLACES_HELP = "Xem: khuyencong places --help"
REPORT_CHECK_HELP = "Xem: khuyencong report-check --help"
REPORT_HELP = "Xem: khuyencong report --help"
BACKUP_HELP = "Xem: khuyencong backup --help"
RESTORE_HELP = "Xem: khuyencong restore --help"
MOVE_HELP = "Xem: khuyencong move-database --help"
SLOW_HELP = "Xem: khuyencong slow --help"
DOCTOR_HELP = "Xem: khuyencong doctor --help"
REHIDE_HELP = "Xem: khuyencong rehide --help"
EPILOG = """\
khuyencong --version in phiên bản.

biến môi trường:
  DATABASE_URL     sqlite:///tệp hoặc postgresql://tài-khoản:mật-khẩu@máy:cổng/tên
                   (thêm ?pgbouncer=1 khi đi qua PgBouncer)
  CACHE            database: đếm lượt mở trang của mọi máy chung với nhau, trong PostgreSQL
  REPLICA_URLS     các bản sao trực tuyến để đọc báo cáo, trang công khai, cách nhau bằng dấu cách
  DATABASE_PASSWORD_FILE, EMAIL_PASSWORD_FILE   tệp chứa mật khẩu, thay cho việc ghi trong địa chỉ
  KHUYENCONG_VAR   thư mục dữ liệu (mặc định: var/ của dự án)
  SECRET_KEY_FILE  tệp khóa ký phiên đăng nhập, giống nhau trên mọi máy (mặc định: trong thư mục dữ liệu)
  FILES_URL, FILES_KEY_ID, FILES_SECRET_FILE
                   nơi chứa tệp đính kèm chung (S3): s3://bucket?endpoint=https://máy-chủ-tệp
  PORT             cổng trên 127.0.0.1 (mặc định: 8000)
  ALLOWED_HOSTS    các tên máy được truy cập, cách nhau bằng dấu phẩy
  HTTPS=1          khi đứng sau máy chủ HTTPS
  PUBLIC_URL       địa chỉ của trang trong thư, ví dụ https://khuyencong.example
  EMAIL_URL        máy chủ thư: smtp://tài-khoản:mật-khẩu@máy:587?tls=1 (mặc định: ghi thư vào thư mục dữ liệu)
  EMAIL_FROM       địa chỉ gửi thư
  JSON_LOGS=1      nhật ký máy chủ thành JSON, mỗi lượt truy cập một dòng
  OTEL_EXPORTER_OTLP_ENDPOINT   nơi nhận vết OpenTelemetry; cần các gói của requirements/telemetry.txt
  SLOW_PAGE_MS, SLOW_QUERY_MS   từ bao nhiêu mili giây là chậm (mặc định: 1000 và 200)
  REQUIRE_SECOND_FACTOR=0   không bắt buộc xác thực hai lớp với lãnh đạo, kế toán, quản trị
  BACKUP_DIR       thư mục chứa các bản sao lưu
  BACKUP_KEY_FILE  tệp khóa (age) để mã hóa bản sao lưu
  BACKUP_SCRATCH   thư mục ghi tạm khi sao lưu và phục hồi thử (mặc định: thư mục dữ liệu)
  CLAMD            máy quét mã độc: /run/clamav/clamd.ctl hoặc máy:cổng
  OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET_FILE, OIDC_NAME, OIDC_SECOND_FACTOR
                   đăng nhập qua hệ thống khác (OpenID Connect)
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code: 0 done, 1 refused or found wrong, 2 not understood, 3 wrong setting."""
    speak_any_locale()
    words = list(sys.argv[1:] if argv is None else argv)
    if words == ["--version"]:
        say(f"khuyencong {program_version()}")
        return 0
    if words[:1] == ["manage"]:
        return manage(["khuyencong manage", *words[1:]])
    known: dict[str, Callable[[Sequence[str]], int]] = {
        "law": law,
        "import": bring_in,
        "places": places,
        "report": report,
        "report-check": report_check,
        "rehide": rehide,
    }
    known |= {name: upkeep(name) for name in ("backup", "restore", "move-database", "doctor", "slow")}
    own = known.get(words[0]) if words else None
    if own is not None:
        return own(words[1:])
    arguments = _parser().parse_args(words)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khuyencong.settings")
    command: Callable[[argparse.Namespace], int] = arguments.command
    try:
        return command(arguments)
    except ConfigError as error:
        return fail(str(error), EXIT_CONFIG)
    except (RefusalError, MuteError) as error:
        return fail(str(error), 1)


def manage(argv: Sequence[str]) -> int:
    """Pass `argv` (program name first) to Django's management; a wrong setting ends with its sentence."""
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khuyencong.settings")
    try:
        execute_from_command_line(list(argv))
    except ConfigError as error:
        return fail(str(error), EXIT_CONFIG)
    return 0


def law(words: Sequence[str]) -> int:
    """Ask the law room; see `khuyencong.law_cli`, which starts without Django."""
    from khuyencong.law_cli import main as run

    return _answered(run, words)


def bring_in(words: Sequence[str]) -> int:
    """Bring a list in from a spreadsheet; see `khuyencong.import_cli`."""
    from khuyencong.import_cli import main as run

    return _answered(run, words)


def places(words: Sequence[str]) -> int:
    """Bring the units up to date or look one up; see `khuyencong.places_cli`."""
    from khuyencong.places_cli import main as run

    return _answered(run, words)


def report_check(words: Sequence[str]) -> int:
    """Look for figures of a report that contradict each other; see `khuyencong.reportcheck_cli`, without Django."""
    from khuyencong.reportcheck_cli import main as run

    return _answered(run, words)


def report(words: Sequence[str]) -> int:
    """The figures of a year; see `khuyencong.report_cli`."""
    from khuyencong.report_cli import main as run

    return _answered(run, words)


def rehide(words: Sequence[str]) -> int:
    """Hide anew what a copy brought back; see `khuyencong.rehide_cli`."""
    from khuyencong.rehide_cli import main as run

    return _answered(run, words)


def upkeep(name: str) -> Callable[[Sequence[str]], int]:
    """Copies, bringing them back, looking the installation over; see `khuyencong.upkeep.cli`."""

    def command(words: Sequence[str]) -> int:
        from khuyencong.upkeep.cli import COMMANDS

        return _answered(COMMANDS[name], words)

    return command


def _answered(run: Callable[[Sequence[str]], int], words: Sequence[str]) -> int:
    """What a command with words of its own answers: its exit code, or a sentence where it cannot be done."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khuyencong.settings")
    try:
        return run(words)
    except ConfigError as error:
        return fail(str(error), EXIT_CONFIG)
    except (RefusalError, MuteError) as error:
        return fail(str(error), 1)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def serve(arguments: argparse.Namespace) -> int:
    """Serve an up-to-date database on 127.0.0.1 until stopped."""
    config = read_config(os.environ, BASE_DIR)
    server.require_free_port(config.port)
    _setup()
    server.require_migrated()
    server.collect_static(config)
    say(f"Mở http://127.0.0.1:{config.port}/ – nhấn Ctrl+C để dừng.")
    server.run(port=config.port, workers=arguments.workers, var_dir=config.var_dir)
    return 0


def demo(arguments: argparse.Namespace) -> int:
    """Make the demo database when it is missing, print the accounts and serve."""
    os.environ["KHUYENCONG_DEMO"] = "1"
    config = read_config(os.environ, BASE_DIR)
    if arguments.serve:
        server.require_free_port(config.port)
    if arguments.reset:
        server.remove_demo(config)
    _setup()
    _load_demo(config, serving=arguments.serve, data="load_national" if arguments.national else "load_demo")
    from khuyencong.demo.accounts import describe

    say(describe())
    if not arguments.serve:
        return 0
    say(f"\nMở http://127.0.0.1:{config.port}/ – nhấn Ctrl+C để dừng.")
    server.run(port=config.port, workers=1, var_dir=config.var_dir)
    return 0


def go_on(arguments: argparse.Namespace) -> int:
    """Do the long work that stands still: once, or for as long as the server that started it."""
    _setup()
    server.require_migrated()
    if arguments.parent is None:
        jobs.do_all()
    else:
        jobs.work(arguments.parent)
    return 0


def check(arguments: argparse.Namespace) -> int:
    """Check the audit chain and every rule of the ledger; exit 1 naming the first broken row."""
    _setup()
    server.require_migrated()
    _command("check_records", head=arguments.head)
    return _check_files() if arguments.files else 0


def _check_files() -> int:
    from khuyencong.upkeep.files import broken_files

    broken = list(broken_files())
    for sentence in broken[:MOST_SENTENCES]:
        fail(sentence, 1)
    if broken:
        return fail(f"Tất cả {len(broken)} tệp thiếu hoặc đã khác.", 1)
    say("Tệp đính kèm: đủ và không tệp nào khác đi.")
    return 0


def mail(arguments: argparse.Namespace) -> int:
    """Write again about notices whose letters the mail server did not take; exit 1 where it still takes none."""
    _setup()
    server.require_migrated()
    _command("send_letters", days=arguments.days)
    return 0


def digest(arguments: argparse.Namespace) -> int:
    """Send today's letters about what waits; exit 1 where the mail server does not take some."""
    _setup()
    server.require_migrated()
    _command("ask_effects", dry_run=arguments.dry_run)
    _command("send_digests", dry_run=arguments.dry_run)
    return 0


def _load_demo(config: Config, *, serving: bool, data: str) -> None:
    from django.db import connection

    from khuyencong.demo.mark import mark_as_demo

    server.require_database()
    if not mark_as_demo(connection):
        raise RefusalError(
            "Cơ sở dữ liệu này không phải là cơ sở dữ liệu dùng thử nên không nạp dữ liệu dùng thử vào: "
            "hãy đặt DATABASE_URL trỏ đến một cơ sở dữ liệu trống."
        )
    if server.pending_migrations():
        say("Đang tạo cơ sở dữ liệu…")
        _command("migrate", interactive=False, verbosity=0)
    server.require_own_shape()
    server.collect_static(config)
    _command("load_places")
    _load_data(data, serving=serving)


def _load_data(command: str, *, serving: bool) -> None:
    """The data of the demo, by that command; before serving in a process of its own.

    Making a PDF starts threads that a worker forked from this process would lack: there every PDF would wait forever.
    """
    if not serving:
        _command(command)
        return
    loaded = subprocess.run([sys.executable, "-m", "khuyencong.cli", "manage", command], check=False)  # noqa: S603  # our own command
    if loaded.returncode:
        raise SystemExit(loaded.returncode)


def _command(name: str, **options: Any) -> None:
    """Run one of Django's commands; what it cannot do is said to the person at the terminal in one sentence."""
    from django.core.management import CommandError, call_command

    try:
        call_command(name, **options)
    except CommandError as error:
        raise RefusalError(str(error)) from error


def _setup() -> None:
    import django

    django.setup()


def _whole_number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 64):  # noqa: PLR2004 - more processes than any office's machine has cores
        raise argparse.ArgumentTypeError("số tiến trình là một số từ 1 đến 64")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="khuyencong", description="Quản lý hoạt động khuyến công.", epilog=EPILOG)
    commands = parser.add_subparsers(title="lệnh", required=True, metavar="LỆNH")
    sub = commands.add_parser("serve", help="chạy máy chủ", description="Chạy máy chủ trên 127.0.0.1.")
    sub.choices_of.add_argument(
        "--workers",
        type=_whole_number,
        default=None,
        metavar="SỐ",
        help="số tiến trình (mặc định: số lõi, không quá 4)",
    )
    sub.set_defaults(command=serve)
    sub = commands.add_parser(
        "demo", help="chạy với dữ liệu dùng thử", description="Tạo dữ liệu dùng thử rồi chạy máy chủ."
    )
    sub.choices_of.add_argument("--reset", action="store_true", help="xóa dữ liệu dùng thử cũ và làm lại từ đầu")
    sub.choices_of.add_argument(
        "--no-serve", dest="serve", action="store_false", help="chỉ tạo dữ liệu, không chạy máy chủ"
    )
    sub.choices_of.add_argument(
        "--national", action="store_true", help="dữ liệu cả nước 2014–2026: 60.000 đề án, mất nhiều phút"
    )
    sub.set_defaults(command=demo)
    sub = commands.add_parser(
        "check",
        help="kiểm tra sổ và nhật ký",
        description="Kiểm tra chuỗi nhật ký và mọi quy tắc của sổ kinh phí; mã thoát 1 khi có dòng sai.",
    )
    sub.choices_of.add_argument(
        "--head", default="", metavar="SỐ:MÃ", help="đối chiếu nhật ký với một đầu chuỗi đã in trước đây"
    )
    sub.choices_of.add_argument("--files", action="store_true", help="xem cả mọi tệp đính kèm còn đủ và không đổi")
    sub.set_defaults(command=check)
    sub = commands.add_parser(
        "mail",
        help="gửi lại thư báo chưa đi",
        description="Gửi lại thư về những thông báo chưa đọc mà máy chủ thư không nhận; mã thoát 1 khi vẫn không nhận.",
    )
    sub.choices_of.add_argument(
        "--days", type=int, default=3, metavar="SỐ", help="của bao nhiêu ngày qua, 1 đến 30 (mặc định: 3)"
    )
    sub.set_defaults(command=mail)
    sub = commands.add_parser(
        "digest",
        help="gửi thư nhắc việc",
        description="Gửi thư nhắc việc của hôm nay, mỗi người một thư, chỉ ngày làm việc; mã thoát 1 khi có thư không gửi được.",
    )
    sub.choices_of.add_argument("--dry-run", action="store_true", help="chỉ kể thư sẽ gửi, không gửi và không ghi gì")
    sub.set_defaults(command=digest)
    sub = commands.add_parser(
        "jobs",
        help="làm tiếp việc đang dở",
        description="Làm tiếp những việc dài không còn ai mở trang, như một bộ giấy tờ. Máy chủ tự làm, không cần gọi lệnh này.",
    )
    sub.choices_of.add_argument("--parent", type=int, default=None, help=argparse.SUPPRESS)
    sub.set_defaults(command=go_on)
    commands.add_parser("law", help="hỏi định mức, tính mức hỗ trợ", description=LAW_HELP)
    commands.add_parser("import", help="nhập danh sách từ tệp Excel", description=IMPORT_HELP)
    commands.add_parser("places", help="cập nhật, tra cứu tỉnh, xã", description=PLACES_HELP)
    commands.add_parser("report-check", help="tìm số mâu thuẫn trong báo cáo", description=REPORT_CHECK_HELP)
    commands.add_parser("report", help="số liệu một năm của một tỉnh", description=REPORT_HELP)
    commands.add_parser("backup", help="sao lưu tất cả, thử phục hồi", description=BACKUP_HELP)
    commands.add_parser("restore", help="phục hồi từ một bản sao", description=RESTORE_HELP)
    commands.add_parser("move-database", help="chuyển sang cơ sở dữ liệu khác", description=MOVE_HELP)
    commands.add_parser("doctor", help="xem máy và cài đặt có ổn không", description=DOCTOR_HELP)
    commands.add_parser("slow", help="xem trang và truy vấn nào chậm", description=SLOW_HELP)
    commands.add_parser("rehide", help="ẩn lại dữ liệu cá nhân sau khi phục hồi", description=REHIDE_HELP)
    commands.add_parser("manage", help="lệnh quản lý của Django", description=MANAGE_HELP)
    return parser


if __name__ == "__main__":
    sys.exit(main())
