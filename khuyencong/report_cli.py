"""The command `khuyencong report`: the figures of a year, for those who run the machine or feed another program."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from khuyencong import server
from khuyencong.core.dates import format_date, parse_vn_date
from khuyencong.core.text import shown
from khuyencong.server import RefusalError
from khuyencong.terminal import Once, Parser, say

if TYPE_CHECKING:
    from khuyencong.places.models import Province
    from khuyencong.reporting.activities import Done
    from khuyencong.reporting.figures import Question, Values
    from khuyencong.reporting.tables import Tables

FIRST_YEAR, LAST_YEAR = 2013, 2100
DESCRIPTION = "Số liệu kế hoạch và thực hiện."
YEAR_DESCRIPTION = """\
Kế hoạch và thực hiện một năm của một tỉnh hiện nay (gồm các tỉnh đã sáp nhập vào), hoặc của cả nước khi không nêu tỉnh.
Năm là năm ngân sách; số liệu đến ngày 31/12 của năm, hoặc đến hôm nay nếu năm chưa hết, trừ khi nêu --until."""
YEAR_EPILOG = """\
với --json, in một đối tượng:
  place, year, closing_on
  figures      mã số liệu: label, unit, explained
  total        mã số liệu: giá trị (tiền bằng đồng)
  shares       mã tỷ lệ: label, percent (một chữ số thập phân; null khi không có kế hoạch)
  activities, sources, units, provinces      các bảng: label, group, keys, values
  before       như total, cùng kỳ năm trước; null khi năm ấy không có số liệu
  envelopes    given, disposable, committed, paid_out (đồng)
  others       việc đếm ngoài đề án (bình chọn, hội chợ, đào tạo…): code, title, counts, provinces; không lọc theo nguồn

mã thoát: 0 xong; 1 không có tỉnh ấy hoặc không ghi được tệp; 2 không hiểu dòng lệnh; 3 biến môi trường sai"""


def main(words: Sequence[str]) -> int:
    """Run `khuyencong report WORDS`; return its exit code. Raises ConfigError, RefusalError."""
    import django

    arguments = _parser().parse_args(words)
    django.setup()
    server.require_migrated()
    code: int = arguments.command(arguments)
    return code


def year(arguments: argparse.Namespace) -> int:
    """Print the year as text or JSON, or write it as an Excel file."""
    from khuyencong.reporting.figures import Question
    from khuyencong.reporting.period import Period, PeriodKind
    from khuyencong.reporting.tables import Tables, cells_of

    province = _province(arguments.province) if arguments.province else None
    question = Question(
        period=Period(PeriodKind.YEAR, arguments.year),
        until=arguments.until,
        province=province.key if province else "",
        source=arguments.source or "",
    )
    tables = Tables(question, cells_of(question))
    place = province.name if province else "Cả nước"
    if arguments.xlsx:
        _write_xlsx(arguments.xlsx, place, question, tables)
    if arguments.json:
        say(json.dumps(as_data(place, question, tables), ensure_ascii=False, indent=2))
    elif not arguments.xlsx:
        say("\n".join(_as_lines(place, question, tables)))
    return 0


def as_data(place: str, question: Question, tables: Tables) -> dict[str, Any]:
    """What `--json` prints; see the help of the command."""
    from khuyencong.reporting.comparing import before_of
    from khuyencong.reporting.envelopes import envelope_table
    from khuyencong.reporting.figures import FIGURES
    from khuyencong.reporting.tables import By

    total = tables.total()
    before = before_of(question)
    money = envelope_table(question).total
    from khuyencong.reporting.activities import SUBJECTS, done

    found: dict[str, Any] = {
        "place": place,
        "year": question.period.year,
        "closing_on": question.closing_on.isoformat(),
        "figures": {one.code: {"label": one.label, "unit": one.unit, "explained": one.explained} for one in FIGURES},
        "total": _named(total.values),
        "shares": {
            cell.ratio.code: {
                "label": cell.ratio.label,
                "percent": float(cell.value) if cell.value is not None else None,
            }
            for cell in total.shares
        },
        "before": _named(before) if before is not None else None,
        "envelopes": {name: getattr(money, name) for name in ("given", "disposable", "committed", "paid_out")},
    }
    for name, by in (
        ("activities", By.ACTIVITY),
        ("sources", By.SOURCE),
        ("units", By.UNIT),
        ("provinces", By.PROVINCE),
    ):
        found[name] = [
            {"label": row.label, "group": row.group, "keys": list(row.key), "values": _named(row.values)}
            for row in tables.table(by).rows
        ]
    found["others"] = [_other(done(one, question, book=tables.book)) for one in SUBJECTS]
    return found


def _other(done: Done) -> dict[str, Any]:
    from khuyencong.reporting.activities import named

    counts = [
        {"code": one.code, "label": one.label, "unit": one.unit, "explained": one.explained, "value": value}
        for one, value in named(done)
    ]
    codes = [one["code"] for one in counts]
    provinces = [
        {"label": label, "key": key, "values": dict(zip(codes, values, strict=True))}
        for label, values, key in done.lines()
    ]
    return {
        "code": done.subject.code,
        "title": done.subject.title,
        "counts": counts,
        "left_out": done.left_out,
        "provinces": provinces,
    }


def _named(values: Values) -> dict[str, int]:
    from khuyencong.reporting.figures import CODES

    return dict(zip(CODES, values, strict=True))


def _as_lines(place: str, question: Question, tables: Tables) -> list[str]:
    total = tables.total()
    lines = [f"{place}, {question.period}, số liệu đến hết ngày {format_date(question.closing_on)}"]
    for cell in total.all_cells:
        unit = "triệu đồng" if cell.figure.is_money else cell.figure.unit
        lines.append(f"  {cell.figure.label}: {cell.shown} {unit}")
    return [*lines, *(f"  {cell.ratio.label}: {cell.text}" for cell in total.shares)]


def _write_xlsx(path: str, place: str, question: Question, tables: Tables) -> None:
    from khuyencong.documents.excel import workbook
    from khuyencong.reporting.activities import SUBJECTS, done, sheet_of
    from khuyencong.reporting.figure_export import table_sheet
    from khuyencong.reporting.tables import By

    title = f"KẾ HOẠCH VÀ THỰC HIỆN {str(question.period).upper()}"
    lines = [place, f"Số liệu đến hết ngày {format_date(question.closing_on)}; tiền tính bằng đồng"]
    shown_by = (By.ACTIVITY, By.SOURCE, By.UNIT, By.PROVINCE, By.REGION)
    sheets = [table_sheet(tables.table(by), title, lines) for by in shown_by]
    sheets += [sheet_of(done(one, question, book=tables.book), title, lines) for one in SUBJECTS]
    content = workbook(sheets, made_on=question.closing_on)
    try:
        Path(path).write_bytes(content)
    except OSError:
        raise RefusalError(f"Không ghi được tệp «{shown(path)}».") from None


def _province(code: str) -> Province:
    from khuyencong.places.models import Province

    found = Province.objects.filter(valid_to__isnull=True, code=code).first()
    if found is None:
        raise RefusalError(
            f"Không có tỉnh, thành phố hiện nay mang mã «{shown(code)}». Tra mã: khuyencong places --help"
        )
    return found


def _year(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and FIRST_YEAR <= int(text[:5]) <= LAST_YEAR):
        raise argparse.ArgumentTypeError(f"năm là một số từ {FIRST_YEAR} đến {LAST_YEAR}")
    return int(text)


def _day(text: str) -> date:
    try:
        return parse_vn_date(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="khuyencong report", description=DESCRIPTION)
    commands = parser.add_subparsers(title="lệnh", required=True, metavar="LỆNH")
    sub = commands.add_parser(
        "year", help="một năm của một tỉnh hoặc cả nước", description=YEAR_DESCRIPTION, epilog=YEAR_EPILOG
    )
    options = sub.choices_of
    options.add_argument("--province", metavar="MÃ", action=Once, help="mã tỉnh hiện nay, ví dụ 25; bỏ trống: cả nước")
    options.add_argument("--year", type=_year, required=True, metavar="NĂM", action=Once, help="năm ngân sách")
    options.add_argument("--source", choices=("national", "local"), action=Once, help="chỉ một nguồn kinh phí")
    options.add_argument("--until", type=_day, metavar="NGÀY", action=Once, help="số liệu đến hết ngày dd/mm/yyyy")
    options.add_argument("--json", action="store_true", help="in một đối tượng JSON")
    options.add_argument("--xlsx", metavar="TỆP", action=Once, help="ghi các bảng ra tệp Excel")
    sub.set_defaults(command=year)
    return parser
