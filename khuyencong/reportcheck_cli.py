"""The command `khuyencong report-check`: what contradicts itself in a report; it starts without Django and needs no database."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from khuyencong.core.errors import Refused
from khuyencong.core.text import shown
from khuyencong.documents.reading.archive import MAX_FILE_BYTES
from khuyencong.reportcheck.checking import Claim, Report, check
from khuyencong.reportcheck.reading import TOO_LARGE, read_file
from khuyencong.terminal import Parser, fail, say

FOUND, NOT_READ = 1, 2
STDIN = "-"
LONGEST_NAME = 500
CLEAN = "Không thấy số nào mâu thuẫn với nhau."

DESCRIPTION = """\
Kiểm tra các con số trong báo cáo TỆP (.docx, .pdf, .txt; «-» là văn bản từ đầu vào chuẩn): tổng với các phần, tỷ lệ với
hai số của nó, số bình quân. Chỉ nêu điều chắc chắn không thể đúng cùng nhau, đã tính cả làm tròn, «hơn», «gần»."""
EPILOG = """\
với --json, in một đối tượng:
  file            tên tệp
  claims          mọi con số có đơn vị: text, value, unit (đồng, %, hoặc thứ được đếm), low và high (các giá trị có thể
                  hiểu), qualifier ("", over, under, about, limit), sentence
  contradictions  rule (sum, share, growth, average, table), sentence, figures, explanation
  error           thay cho tất cả, khi không đọc được tệp

mã thoát: 0 không thấy mâu thuẫn; 1 có mâu thuẫn; 2 không hiểu dòng lệnh hoặc không đọc được tệp"""


def main(words: Sequence[str]) -> int:
    """Run `khuyencong report-check WORDS`; return its exit code."""
    try:
        arguments = _parser().parse_args(words)
    except SystemExit as stop:
        if stop.code and "--json" in words:
            _say_json({"error": "Không hiểu dòng lệnh. Xem: khuyencong report-check --help"})
        raise
    try:
        report = check(read_file(_name(arguments.file), _content(arguments.file)))
    except Refused as error:
        if arguments.json:
            _say_json({"error": str(error)})
            return NOT_READ
        return fail(str(error), NOT_READ)
    if arguments.json:
        _say_json({"file": arguments.file, **as_data(report)})
    else:
        say("\n".join(_lines(report)))
    return FOUND if report.contradictions else 0


def as_data(report: Report) -> dict[str, Any]:
    """What `--json` prints; see the help of the command."""
    return {
        "claims": [_claim(one) for one in report.claims],
        "contradictions": [
            {
                "rule": one.rule.value,
                "sentence": one.sentence,
                "figures": list(one.figures),
                "explanation": one.explanation,
            }
            for one in report.contradictions
        ],
    }


def _claim(claim: Claim) -> dict[str, Any]:
    figure = claim.figure
    return {
        "text": figure.text,
        "value": _plain(figure.value),
        "unit": figure.unit.label,
        "low": _plain(figure.interval.low),
        "high": _plain(figure.interval.high),
        "qualifier": figure.qualifier.value,
        "sentence": claim.sentence,
    }


def _plain(value: Fraction) -> int | float:
    return value.numerator if value.denominator == 1 else float(value)


def _lines(report: Report) -> list[str]:
    lines = []
    for one in report.contradictions:
        lines += [f"Mâu thuẫn: {one.explanation}", f"  {one.sentence}", ""]
    count = f"Đã đọc {len(report.claims)} con số có đơn vị."
    return [*lines, f"{count} {len(report.contradictions)} chỗ mâu thuẫn." if lines else f"{count} {CLEAN}"]


def _name(file: str) -> str:
    return "report.txt" if file == STDIN else file


def _content(file: str) -> bytes:
    """The bytes of the file, or of the standard input; Refused where it cannot be read or is too large."""
    try:
        if file == STDIN:
            content = sys.stdin.buffer.read(MAX_FILE_BYTES + 1) if sys.stdin else b""
        else:
            with Path(file).open("rb") as stream:
                content = stream.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError as error:
        raise Refused(f"Không có tệp {shown(file, LONGEST_NAME)}.") from error
    except (OSError, ValueError) as error:  # a folder, no permission, a name that no system takes
        raise Refused(f"Không đọc được tệp {shown(file, LONGEST_NAME)}.") from error
    if len(content) > MAX_FILE_BYTES:
        raise Refused(TOO_LARGE)
    return content


def _say_json(data: dict[str, Any]) -> None:
    """Letters as they are where the terminal has them, else as escapes: the answer can always be read back."""
    plain = (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "") not in {"utf8", "utf8sig"}
    say(json.dumps(data, ensure_ascii=plain, indent=2))


def _parser() -> Parser:
    parser = Parser(prog="khuyencong report-check", description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument_group("đối số").add_argument("file", metavar="TỆP", help="báo cáo; «-» là đầu vào chuẩn")
    parser.choices_of.add_argument("--json", action="store_true", help="in JSON")
    return parser
