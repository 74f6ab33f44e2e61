"""The command `khuyencong import`: lists of establishments from a spreadsheet, for those who run the machine."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from khuyencong import server
from khuyencong.core.errors import DomainError
from khuyencong.core.money import format_dong
from khuyencong.core.text import shown
from khuyencong.server import RefusalError
from khuyencong.terminal import Once, Parser, fail, say

if TYPE_CHECKING:
    from khuyencong.documents.incoming.sheet import SheetRead
    from khuyencong.establishments.importing.plan import Planned
    from khuyencong.people.actors import Actor

SOME_REFUSED, NOT_READ = 1, 2
MOST_LINES = 30
ORIGIN = "dòng lệnh"
ONLY_LOOKED = "Chưa ghi gì vào hồ sơ. Để ghi, chạy lại với --apply."

DESCRIPTION = "Nhập danh sách từ tệp Excel."
ESTABLISHMENTS_DESCRIPTION = """\
Xem trước, rồi với --apply thì ghi, danh sách cơ sở công nghiệp nông thôn trong TỆP (.xlsx).

Cơ sở đã có được nhận ra theo mã số thuế, không có thì theo tên trong cùng xã; ô để trống không thay đổi gì.
Nhập lại cùng một tệp không làm thay đổi gì; bị dừng giữa chừng thì chạy lại là ghi tiếp phần còn lại.
Dòng không nhận được không cản các dòng khác.

Không có --as: làm với tư cách người vận hành máy chủ, trên cả nước; nhật ký ghi «dòng lệnh», không có người;
hồ sơ mới do Sở Công Thương của tỉnh giữ. Với --as: đúng quyền và địa bàn của người ấy."""
ESTABLISHMENTS_EPILOG = """\
với --json, in một đối tượng:
  applied      đã ghi hay chỉ xem trước
  created, updated, unchanged      số dòng
  refused      danh sách dòng không nhận: row, cell, column, reason, name và errors (mọi lỗi của dòng)
  rows         mọi dòng: row, outcome (created, updated, unchanged, refused), name, changes [[cột, trước, sau]], notes
  sheet, notes      trang tính đã đọc và các lưu ý khi đọc
  error        thay cho tất cả, khi không đọc được tệp

mã thoát: 0 mọi dòng đều nhận được; 1 có dòng không nhận (các dòng khác vẫn được ghi);
2 không hiểu dòng lệnh hoặc không đọc được tệp; 3 biến môi trường sai"""


class UnusableError(Exception):
    """The command cannot begin; the message is a Vietnamese sentence."""


def main(words: Sequence[str]) -> int:
    """Run `khuyencong import WORDS`; return its exit code. Raises ConfigError."""
    import django

    wants_json = "--json" in words
    try:
        arguments = _parser().parse_args(words)
    except SystemExit as stop:
        if stop.code and wants_json:
            _say_json({"error": "Không hiểu dòng lệnh. Xem: khuyencong import establishments --help"})
        raise
    try:
        django.setup()
        command: Callable[[argparse.Namespace], int] = arguments.command
        return command(arguments)
    except (UnusableError, DomainError, RefusalError) as error:
        if wants_json:
            _say_json({"error": str(error)})
            return NOT_READ
        return fail(str(error), NOT_READ)


def establishments(arguments: argparse.Namespace) -> int:
    """Write the template, or read a list and say what would be, or was, done with it."""
    if arguments.template is not None:
        if arguments.file or arguments.apply or arguments.errors is not None:
            raise UnusableError("--template chỉ ghi tệp mẫu: không nêu tệp danh sách, --apply hay --errors cùng lúc.")
        return _write_template(arguments)
    if not arguments.file:
        raise UnusableError("Hãy nêu tệp danh sách (.xlsx), hoặc --template TỆP để lấy tệp mẫu.")
    from khuyencong.establishments.actions.importing import import_at_once

    content = _read(arguments.file)
    server.require_migrated()
    sheet, planned = import_at_once(
        by=_actor(arguments.username),
        file_name=Path(arguments.file).name,
        content=content,
        apply=arguments.apply,
        progress=_progress if sys.stderr is not None and sys.stderr.isatty() else _silent,
    )
    if arguments.errors is not None:
        _write_errors(arguments.errors, sheet, planned)
    if arguments.json:
        _say_json(as_data(sheet, planned, applied=arguments.apply))
    else:
        say("\n".join(_as_lines(sheet, planned, applied=arguments.apply)))
    return SOME_REFUSED if any(one.errors for one in planned) else 0


def as_data(sheet: SheetRead, planned: Sequence[Planned], *, applied: bool) -> dict[str, Any]:
    """What `--json` prints; see the help of the command."""
    counts = Counter(_outcome(one) for one in planned)
    return {
        "applied": applied,
        "created": counts["created"],
        "updated": counts["updated"],
        "unchanged": counts["unchanged"],
        "refused": [
            {
                "row": one.number,
                "cell": one.errors[0].cell,
                "column": one.errors[0].column,
                "reason": one.errors[0].sentence,
                "name": one.reading.name,
                "errors": [
                    {"cell": error.cell, "column": error.column, "reason": error.sentence} for error in one.errors
                ],
            }
            for one in planned
            if one.errors
        ],
        "rows": [
            {
                "row": one.number,
                "outcome": _outcome(one),
                "name": one.reading.name,
                "changes": [] if one.errors else [list(change) for change in one.changes],
                "notes": one.reading.notes,
            }
            for one in planned
        ],
        "sheet": sheet.name,
        "notes": sheet.notes,
    }


def _outcome(one: Planned) -> str:
    return {"create": "created", "update": "updated"}.get(one.outcome.value, one.outcome.value)


def _as_lines(sheet: SheetRead, planned: Sequence[Planned], *, applied: bool) -> list[str]:
    counts = Counter(_outcome(one) for one in planned)
    told = [f"Trang «{sheet.name}», {format_dong(len(planned))} dòng.", *sheet.notes]
    verb = "Đã" if applied else "Sẽ"
    told.append(
        f"{verb} thêm mới {format_dong(counts['created'])}, cập nhật {format_dong(counts['updated'])}; "
        f"không đổi {format_dong(counts['unchanged'])}; không nhận {format_dong(counts['refused'])}."
    )
    errors = [
        f"Ô {error.cell} ({error.column}): {error.sentence}" for one in planned for error in one.errors
    ]  # a cell names its row
    told += errors[:MOST_LINES]
    if len(errors) > MOST_LINES:
        told.append(f"Còn {format_dong(len(errors) - MOST_LINES)} lỗi khác: dùng --errors TỆP hoặc --json.")
    return told if applied else [*told, ONLY_LOOKED]


def _read(name: str) -> bytes:
    """The bytes of the file; one that is too large is not read at all."""
    from khuyencong.documents.reading import MAX_FILE_BYTES
    from khuyencong.documents.reading.archive import TOO_LARGE

    path = Path(name)
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise UnusableError(TOO_LARGE)
        with path.open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        raise UnusableError(f"Không có tệp {shown(name, 500)}.") from None
    except (OSError, ValueError):  # a folder, no permission, a name that no system takes
        raise UnusableError(f"Không đọc được tệp {shown(name, 500)}.") from None


def _actor(username: str | None) -> Actor | None:
    """The person named by --as in a hat that may import; None: whoever runs the machine, for the whole nation."""
    if username is None:
        return None
    from khuyencong.people.actors import as_actor, memberships_of
    from khuyencong.people.models import User
    from khuyencong.people.permissions import Permission, allowed

    user = User.objects.filter(username=User.objects.normalize_username(username)).first()
    if user is None:
        raise UnusableError(f"Không có người dùng «{shown(username)}».")
    hats = [as_actor(membership, user=user, origin=ORIGIN) for membership in memberships_of(user)]
    actor = next((hat for hat in hats if allowed(hat, Permission.ESTABLISHMENT_IMPORT)), None)
    if actor is None:
        raise UnusableError(f"{user} không có vai trò nào được nhập cơ sở từ Excel.")
    return actor


def _write_template(arguments: argparse.Namespace) -> int:
    from khuyencong.establishments.importing.files import template_workbook
    from khuyencong.establishments.importing.lists import load_lists
    from khuyencong.establishments.importing.shipped import shipped_lists

    try:
        server.require_migrated()
    except RefusalError:
        if arguments.username is not None:
            raise
        lists = shipped_lists()  # the template is wanted before there is a database
    else:
        lists = load_lists(_actor(arguments.username))
        if not lists.communes:  # a database without places yet
            lists = shipped_lists()
    _write(arguments.template, template_workbook(lists))
    if arguments.json:
        _say_json({"template": arguments.template})
    else:
        say(f"Đã ghi tệp mẫu {arguments.template}.")
    return 0


def _write_errors(name: str, sheet: SheetRead, planned: Sequence[Planned]) -> None:
    from khuyencong.establishments.importing.files import refused_workbook

    refused = [(one.reading.line, one.errors) for one in planned if one.errors]
    if refused:
        _write(name, refused_workbook(sheet.name, sheet.columns, refused))


def _write(name: str, content: bytes) -> None:
    """A new file; what somebody has already filled in is not written over."""
    path = Path(name)
    try:
        if path.exists() and path.stat().st_size:
            raise UnusableError(f"Tệp {shown(name, 500)} đã có: hãy nêu tên khác.")
        path.write_bytes(content)
    except (OSError, ValueError):
        raise UnusableError(f"Không ghi được tệp {shown(name, 500)}.") from None


def _progress(done: int, total: int) -> None:
    end = "\n" if done == total else ""
    sys.stderr.write(f"\rĐã xong {format_dong(done)} / {format_dong(total)} dòng{end}")
    sys.stderr.flush()


def _silent(_done: int, _total: int) -> None:
    """Nobody is watching."""


def _say_json(data: dict[str, Any]) -> None:
    """Letters as they are where the terminal has them, else as escapes: the answer can always be read back."""
    plain = (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "") not in {"utf8", "utf8sig"}
    say(json.dumps(data, ensure_ascii=plain, indent=2))


def _parser() -> Parser:
    parser = Parser(prog="khuyencong import", description=DESCRIPTION)
    parser.set_defaults(command=_no_command, json=False)
    commands = parser.add_subparsers(title="lệnh", metavar="LỆNH")
    sub: Parser = commands.add_parser(
        "establishments",
        help="danh sách cơ sở công nghiệp nông thôn",
        description=ESTABLISHMENTS_DESCRIPTION,
        epilog=ESTABLISHMENTS_EPILOG,
    )
    sub.add_argument_group("đối số").add_argument("file", nargs="?", default="", metavar="TỆP", help="tệp .xlsx")
    options = sub.choices_of
    options.add_argument("--apply", action="store_true", help="ghi vào hồ sơ; không có thì chỉ xem trước")
    options.add_argument("--json", action="store_true", help="in JSON")
    options.add_argument("--template", action=Once, metavar="TỆP", help="ghi tệp mẫu rồi thôi")
    options.add_argument("--errors", action=Once, metavar="TỆP", help="ghi các dòng không nhận, thêm cột «Lỗi»")
    options.add_argument("--as", action=Once, dest="username", metavar="TÊN", help="làm với quyền của người dùng này")
    sub.set_defaults(command=establishments)
    return parser


def _no_command(_arguments: argparse.Namespace) -> int:
    raise UnusableError("Hãy nêu lệnh: establishments. Xem: khuyencong import --help")
