"""The command `khuyencong law`: what the law allows, for people and for scripts.

It starts without Django and needs no database; where a migrated one is configured, the norms that users have entered
and confirmed count as well. It never makes one.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from khuyencong.config import Database, read_config
from khuyencong.core.errors import DomainError
from khuyencong.law.catalogue import activities_on
from khuyencong.law.norms import NormBook, shipped_norms
from khuyencong.law.support import group_sheet, support_for
from khuyencong.law.values import LOCAL, NATIONAL
from khuyencong.law_case import CaseError, load_case, read_day, require_activity
from khuyencong.law_words import group_as_data, group_text, norm_as_data, norm_text, sheet_as_data, sheet_text
from khuyencong.places.lookup import norm_keys
from khuyencong.server import has_entered_norms
from khuyencong.terminal import Once, Parser, fail, say

BASE_DIR = Path(__file__).resolve().parent.parent
T = TypeVar("T")
MISTAKE = 1
MOST_SENTENCES = 30
CONNECT_SECONDS = 5  # a command does not wait for a machine that is gone
NOT_READ = "Không đọc được cơ sở dữ liệu đã cấu hình: chỉ dùng các văn bản đi kèm phần mềm."

DESCRIPTION = """\
Hỏi định mức và tính mức hỗ trợ theo văn bản có hiệu lực vào một ngày.

Chạy được khi chưa có cơ sở dữ liệu. Có cơ sở dữ liệu thì tính cả các định mức đã được nhập và xác nhận."""
NORM_DESCRIPTION = """\
Định mức của một hoạt động vào một ngày: của khuyến công quốc gia, hoặc của một tỉnh khi có --province.

Mã tỉnh hai chữ số là mã của tỉnh vào ngày ấy (87 là Đồng Tháp tới 30/06/2025); 87@2025 luôn là tỉnh cũ;
tên tỉnh cũng được. Sau ngày 01/07/2025, nơi tỉnh mới chưa có định mức thì dùng định mức của tỉnh cũ mà
--site nêu; không bao giờ lấy định mức quốc gia thay."""
SUPPORT_DESCRIPTION = """\
Tính mức hỗ trợ của trường hợp mô tả trong TỆP (JSON hoặc YAML, «-» là đầu vào chuẩn)."""
SUPPORT_EPILOG = """\
ví dụ (số tiền là đồng):
  activity: machinery
  source: local               # hoặc national
  on: 2026-03-05
  province: 87@2025
  beneficiary: Cơ sở cơ khí Sông Tiền
  total_cost: 640000000
  eligible_cost: 600000000    # bỏ trống: bằng total_cost
  asked: 200000000

còn có: site, priority_multiplier, priority_approved, priority_basis, tier, charter_capital,
  declared: {document, article, percent hoặc rate, cap}
đề án nhóm: beneficiaries là danh sách, mỗi đơn vị ghi các khóa riêng của mình.

mỗi khóa viết một lần, không dùng nhãn, neo và tham chiếu của YAML.

mã thoát: 0 có kết quả (kể cả khi pháp luật không cho phép), 1 dữ liệu vào sai, 3 biến môi trường sai"""


def main(words: Sequence[str]) -> int:
    """Run `khuyencong law WORDS`; return its exit code: 0 answered, 1 wrong input. Raises ConfigError."""
    try:
        arguments = _parser().parse_args(words)
        command: Callable[[argparse.Namespace], int] = arguments.command
        return command(arguments)
    except CaseError as error:
        return fail("\n".join(_first(error.sentences)), MISTAKE)
    except DomainError as error:  # a law file that was changed by hand and cannot be used
        return fail(str(error), MISTAKE)


def _first(sentences: Sequence[str]) -> list[str]:
    """As many as one reads; the rest is counted."""
    more = [f"Còn {len(sentences) - MOST_SENTENCES} lỗi khác."] if len(sentences) > MOST_SENTENCES else []
    return [*sentences[:MOST_SENTENCES], *more]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The norms to answer with, and whether those of the database are among them."""

    book: NormBook
    entered: bool


def norm(arguments: argparse.Namespace) -> int:
    """The norm of an activity on a day."""
    mistakes: list[str] = []

    def attempt(read: Callable[[], T]) -> T | None:
        try:
            return read()
        except ValueError as error:
            mistakes.append(str(error))
            return None

    code = attempt(lambda: require_activity(_given(arguments.activity, "mã hoạt động; các mã: khuyencong law --help")))
    on = attempt(lambda: read_day(_given(arguments.on, "ngày, ví dụ: --on 2026-08-05")))
    # Without a day nobody can say which province a code means.
    place = (
        attempt(lambda: norm_keys(on, province=_place(arguments, "province"), site=_place(arguments, "site")))
        if on
        else None
    )
    if code is None or on is None or place is None:
        raise CaseError(*mistakes)
    province, keys = place
    shelf = open_shelf(shipped=arguments.shipped)
    source = LOCAL if province else NATIONAL
    found = shelf.book.norm_on(code, source=source, province_keys=keys, on=on)
    if arguments.json:
        data = norm_as_data(found, activity=code, source=source, on=on, province=province, keys=keys)
        _say_json({**data, "entered_norms": shelf.entered})
    else:
        say(norm_text(found, activity=code, source=source, on=on, province=province))
    return 0


def _given(word: str | None, what: str) -> str:
    """A word of the command line; ValueError with a Vietnamese sentence when it was left out."""
    if not word:
        raise ValueError(f"Hãy nêu {what}")
    return word


def _place(arguments: argparse.Namespace, name: str) -> str:
    """A province of the command line, "" where the option was left out.

    ValueError where a script left it empty: the answer would be that of the nation.
    """
    word: str | None = getattr(arguments, name)
    return "" if word is None else _given(word.strip(), f"mã, khóa hoặc tên tỉnh sau --{name}.")


def support(arguments: argparse.Namespace) -> int:
    """The calculation sheet of a described case."""
    if not arguments.file:
        raise CaseError("Hãy nêu tệp mô tả trường hợp, hoặc «-» để đọc từ đầu vào chuẩn.")
    case = load_case(arguments.file)
    shelf = open_shelf(shipped=arguments.shipped)
    sheets = [support_for(query, book=shelf.book) for query in case.queries]
    if case.is_group:
        group = group_sheet(sheets)
        data, text = group_as_data(group, case.provinces), group_text(group, case.provinces)
    else:
        data, text = sheet_as_data(sheets[0], case.provinces[0]), sheet_text(sheets[0], case.provinces[0])
    if arguments.json:
        _say_json({**data, "entered_norms": shelf.entered})
    else:
        say(text)
    return 0


def open_shelf(*, shipped: bool) -> Shelf:
    """The norms to answer with: those of the configured database too, unless `shipped` or there is none to read.

    A database that was configured by hand and cannot be read is said on the error stream. Raises ConfigError.
    """
    if shipped:
        return Shelf(shipped_norms(), entered=False)
    database = read_config(os.environ, BASE_DIR).database
    if database.engine == "sqlite":
        path = Path(database.name)
        if not os.environ.get("DATABASE_URL", "").strip() and _is_missing(path):
            return Shelf(shipped_norms(), entered=False)
        entered = has_entered_norms(path)
        if entered is False:  # the usual case, answered without waiting for Django
            return Shelf(shipped_norms(), entered=True)
        readable = entered is True
    else:
        readable = _answers(database)
    book = _book_of_database() if readable else None
    if book is None:
        fail(NOT_READ, 0)
    return Shelf(book or shipped_norms(), entered=book is not None)


def _is_missing(path: Path) -> bool:
    """Whether there is no database yet; one in a folder that we may not look into is there but cannot be read."""
    try:
        return not path.is_file() or path.stat().st_size == 0
    except PermissionError:
        return False


def _answers(database: Database) -> bool:
    """Whether the PostgreSQL server lets us in; the pool of connections would go on trying for longer."""
    import psycopg

    options = {"connect_timeout": str(CONNECT_SECONDS), **dict(database.options)}
    try:
        psycopg.connect(
            dbname=database.name,
            user=database.user,
            password=database.password,
            host=database.host,
            port=database.port,
            **options,  # type: ignore[arg-type]  # texts, as libpq takes them
        ).close()
    except psycopg.Error:
        return False
    return True


def _book_of_database() -> NormBook | None:
    """The norms of the configured database with the shipped ones; None when it is not migrated or cannot be read."""
    import django
    from django.db import DatabaseError

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khuyencong.settings")
    django.setup()
    from khuyencong.normbook.book import current_book

    try:
        return current_book()
    except (DatabaseError, ValueError):  # a table that is not there, a value that no release has written
        return None


def _say_json(data: dict[str, Any]) -> None:
    """Letters as they are where the terminal has them, else as escapes: the answer can always be read back."""
    plain = (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "") not in {"utf8", "utf8sig"}
    say(json.dumps(data, ensure_ascii=plain, indent=2))


def _parser() -> Parser:
    codes = "\n".join(f"  {one.code:32} {one.name}" for one in activities_on())
    parser = Parser(
        prog="khuyencong law",
        description=DESCRIPTION,
        epilog=f"mã hoạt động:\n{codes}",
        usage_code=MISTAKE,
    )
    parser.set_defaults(command=_no_command)
    commands = parser.add_subparsers(title="lệnh", metavar="LỆNH")
    sub: Parser = commands.add_parser(
        "norm",
        help="định mức của một hoạt động vào một ngày",
        description=NORM_DESCRIPTION,
        usage_code=MISTAKE,
    )
    _add_word(sub, "activity", "HOẠT_ĐỘNG", "mã hoạt động: khuyencong law --help")
    for name, metavar, text in (
        ("--on", "NGÀY", "ngày, dạng năm-tháng-ngày"),
        ("--province", "TỈNH", "mã, khóa hoặc tên tỉnh"),
        ("--site", "TỈNH_CŨ", "tỉnh trước 01/07/2025 của địa điểm"),
    ):
        sub.choices_of.add_argument(name, action=Once, metavar=metavar, help=text)
    _add_switches(sub, norm)
    sub = commands.add_parser(
        "support",
        help="tính mức hỗ trợ của một trường hợp",
        description=SUPPORT_DESCRIPTION,
        epilog=SUPPORT_EPILOG,
        usage_code=MISTAKE,
    )
    _add_word(sub, "file", "TỆP", "tệp JSON hoặc YAML; «-» là đầu vào chuẩn")
    _add_switches(sub, support)
    return parser


def _no_command(_arguments: argparse.Namespace) -> int:
    raise CaseError("Hãy nêu lệnh: norm hoặc support. Xem: khuyencong law --help")


def _add_word(sub: Parser, name: str, metavar: str, text: str) -> None:
    """The word the command is about; left out, the command itself says in a sentence what is missing."""
    sub.add_argument_group("đối số").add_argument(name, nargs="?", default="", metavar=metavar, help=text)


def _add_switches(sub: Parser, run: Callable[[argparse.Namespace], int]) -> None:
    sub.choices_of.add_argument("--json", action="store_true", help="in JSON")
    sub.choices_of.add_argument("--shipped", action="store_true", help="chỉ dùng các văn bản đi kèm phần mềm")
    sub.set_defaults(command=run)
