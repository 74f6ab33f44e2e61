"""The command `khuyencong places`: bringing the units up to date by a decision, and looking one up on a day.

What a decision changes besides the units themselves (agencies, the audit trail) lies in rooms above `places`, so the
pieces are put together here, in one transaction.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from khuyencong import server
from khuyencong.core.dates import format_date
from khuyencong.law_case import read_day
from khuyencong.plain_file import CaseError, read_plain
from khuyencong.terminal import Once, Parser, fail, say

if TYPE_CHECKING:
    from khuyencong.places.decision import Decision
    from khuyencong.places.update import Applied

MISTAKE = 1
MOST_SENTENCES = 30
ORIGIN = "lệnh places update"
NOTHING_TO_DO = "Quyết định này đã được áp dụng: không có gì để làm."
ONLY_LOOKED = "Chưa có gì được ghi. Để áp dụng, chạy lại với --apply."

DESCRIPTION = "Cập nhật tỉnh, xã theo một quyết định; tra cứu một tỉnh, xã vào một ngày."
UPDATE_DESCRIPTION = """\
Xem trước, rồi với --apply thì áp dụng, một quyết định về đơn vị hành chính mô tả trong TỆP (YAML hoặc JSON,
«-» là đầu vào chuẩn). Đơn vị cũ kết thúc vào ngày trước ngày có hiệu lực, đơn vị mới bắt đầu từ ngày ấy;
hồ sơ đã lập không thay đổi. Tệp đã áp dụng thì lần sau không còn gì để làm."""
UPDATE_EPILOG = """\
ví dụ (không có thật):
  document: Nghị quyết 00/2027/QH16
  passed_on: 2026-11-10
  in_force_on: 2027-01-01
  verified: false
  source: Công báo
  changes:
    - merge_provinces: ["82", "25"]
      into: {code: "82", name: Tỉnh Ví Dụ, region: south}
    - rename_province: "38"
      name: Tỉnh Tên Mới
    - new_city: "22"
    - split_province: "52"
      into:
        - {code: "52", name: Tỉnh Phần Một, communes: rest}
        - {code: "53", name: Tỉnh Phần Hai, communes: ["21550"]}
    - merge_communes: ["00004", "00008"]
      into: {code: "00004", name: Phường Ví Dụ}
    - split_commune: "29869"
      into:
        - {code: "29869", name: Xã Phần Một, latitude: 10.1, longitude: 105.1}
        - {code: "29870", name: Xã Phần Hai, latitude: 10.2, longitude: 105.2}
    - rename_commune: "07900"
      name: Phường Tên Mới
    - move_commune: "07903"
      to: "15"
    - move_point: "00013"
      latitude: 21.05
      longitude: 105.85

mã là mã hoặc khóa của đơn vị đang dùng, trong dấu nháy. Mỗi đơn vị nêu một lần. Phần đầu của một đơn vị bị
chia là phần chính: hồ sơ cũ được tính vào đó. Khu vực khuyến công được giữ như trước, chờ xác minh.

mã thoát: 0 xem trước được, đã áp dụng hoặc không có gì để làm; 1 tệp sai; 3 biến môi trường sai"""


def main(words: Sequence[str]) -> int:
    """Run `khuyencong places WORDS`; return its exit code: 0 done, 1 wrong input. Raises ConfigError, RefusalError."""
    import django

    try:
        arguments = _parser().parse_args(words)
        django.setup()
        server.require_migrated()
        command: Callable[[argparse.Namespace], int] = arguments.command
        return command(arguments)
    except CaseError as error:
        more = [f"Còn {len(error.sentences) - MOST_SENTENCES} lỗi khác."]
        sentences = [*error.sentences[:MOST_SENTENCES], *(more if len(error.sentences) > MOST_SENTENCES else [])]
        return fail("\n".join(sentences), MISTAKE)


def update(arguments: argparse.Namespace) -> int:
    """Show what a decision would change, or apply it."""
    from khuyencong.places.decision import DecisionError, read_decision

    if not arguments.file:
        raise CaseError("Hãy nêu tệp mô tả quyết định, hoặc «-» để đọc từ đầu vào chuẩn.")
    try:
        decision = read_decision(read_plain(arguments.file))
        return _apply(decision, arguments) if arguments.apply else _preview(decision, arguments)
    except DecisionError as error:
        raise CaseError(*error.sentences) from None


def _preview(decision: Decision, arguments: argparse.Namespace) -> int:
    """Do all of it and take it back: what is shown is what applying would do."""
    from django.db import transaction

    from khuyencong.places.update import is_applied

    if is_applied(decision):
        return _nothing(arguments)
    with transaction.atomic():
        applied, agencies = _carry_out(decision, ahead=True)
        transaction.set_rollback(True)
    _tell(applied, agencies, arguments)
    return 0


def _apply(decision: Decision, arguments: argparse.Namespace) -> int:
    """Units, agencies and the audit event together, or nothing at all."""
    from django.db import transaction

    from khuyencong.audit.actions import record_system
    from khuyencong.places.update import is_applied

    if is_applied(decision):
        return _nothing(arguments)
    with transaction.atomic():
        applied, agencies = _carry_out(decision)
        record_system(
            action="places.update",
            origin=ORIGIN,
            subject=applied.decision,
            thread=f"places:{applied.decision.pk}",
            after={"digest": decision.digest, "changes": applied.decision.changes, "agencies": agencies},
        )
    _tell(applied, agencies, arguments)
    return 0


def _carry_out(decision: Decision, *, ahead: bool = False) -> tuple[Applied, list[str]]:
    """The units, then the agencies that worked in them; must be called inside a transaction."""
    from khuyencong.accounts.succession import succeed_provinces
    from khuyencong.places.update import apply_decision

    applied = apply_decision(decision, ahead=ahead)
    agencies = succeed_provinces(pairs=applied.pairs, on=decision.in_force_on, document=decision.document, apply=True)
    return applied, agencies


def _tell(applied: Applied, agencies: list[str], arguments: argparse.Namespace) -> None:
    from khuyencong.places.wording import plan_as_data, plan_as_lines

    done: bool = arguments.apply
    if arguments.json:
        _say_json({"applied": done, "nothing_to_do": False, **plan_as_data(applied.plan), "agencies": agencies})
    else:
        say("\n".join([*plan_as_lines(applied.plan), *agencies, "Đã áp dụng." if done else ONLY_LOOKED]))


def _nothing(arguments: argparse.Namespace) -> int:
    if arguments.json:
        _say_json({"applied": False, "nothing_to_do": True})
    else:
        say(NOTHING_TO_DO)
    return 0


def show(arguments: argparse.Namespace) -> int:
    """The provinces and communes that a code, a key or a name means on a day."""
    from khuyencong.core.dates import today
    from khuyencong.places.queries import communes_named, name_on, provinces_named, region_on

    if not arguments.place:
        raise CaseError("Hãy nêu mã, khóa hoặc tên của tỉnh, xã.")
    try:
        on: date = read_day(arguments.on) if arguments.on else today()
    except ValueError as error:
        raise CaseError(str(error)) from None
    lines = []
    for province in provinces_named(arguments.place, on):
        region = region_on(province, on)
        lines.append(f"{name_on(province, on)} [{province.key}], {region.label if region else 'chưa ghi khu vực'}")
        if province.valid_to is not None:
            lines.append(f"   đến {format_date(province.valid_to)}, nay thuộc {province.current}")
    for commune in communes_named(arguments.place, on):
        lines.append(f"{commune.name} [{commune.key}], {name_on(commune.province, on)}")
        if commune.valid_to is not None:
            lines.append(f"   đến {format_date(commune.valid_to)}, nay là {commune.current}")
    if not lines:
        raise CaseError(f"Ngày {format_date(on)} không có tỉnh, xã nào mang mã hoặc tên này.")
    say("\n".join(lines))
    return 0


def _say_json(data: dict[str, Any]) -> None:
    """Letters as they are where the terminal has them, else as escapes: the answer can always be read back."""
    plain = (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "") not in {"utf8", "utf8sig"}
    say(json.dumps(data, ensure_ascii=plain, indent=2))


def _parser() -> Parser:
    parser = Parser(prog="khuyencong places", description=DESCRIPTION, usage_code=MISTAKE)
    parser.set_defaults(command=_no_command)
    commands = parser.add_subparsers(title="lệnh", metavar="LỆNH")
    sub: Parser = commands.add_parser(
        "update",
        help="xem trước và áp dụng một quyết định",
        description=UPDATE_DESCRIPTION,
        epilog=UPDATE_EPILOG,
        usage_code=MISTAKE,
    )
    sub.add_argument_group("đối số").add_argument("file", nargs="?", default="", metavar="TỆP", help="tệp mô tả")
    sub.choices_of.add_argument("--apply", action="store_true", help="áp dụng; không có thì chỉ xem trước")
    sub.choices_of.add_argument("--json", action="store_true", help="in JSON")
    sub.set_defaults(command=update)
    sub = commands.add_parser(
        "show",
        help="tra cứu một tỉnh, xã",
        description="Tỉnh, xã mang mã, khóa hoặc tên ấy vào một ngày.",
        usage_code=MISTAKE,
    )
    sub.add_argument_group("đối số").add_argument(
        "place", nargs="?", default="", metavar="MÃ|TÊN", help="tên viết có dấu hay không dấu đều được"
    )
    sub.choices_of.add_argument("--on", action=Once, metavar="NGÀY", help="ngày, dạng năm-tháng-ngày; mặc định hôm nay")
    sub.set_defaults(command=show)
    return parser


def _no_command(_arguments: argparse.Namespace) -> int:
    raise CaseError("Hãy nêu lệnh: update hoặc show. Xem: khuyencong places --help")
