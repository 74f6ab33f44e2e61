"""The command `khuyencong rehide`: after a copy of an earlier day was brought back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from khuyencong import server
from khuyencong.core.money import format_dong
from khuyencong.server import RefusalError
from khuyencong.terminal import Parser, say

DESCRIPTION = """\
Ẩn lại những người đã ẩn sau ngày của bản sao vừa phục hồi.

TỆP là da-an.jsonl trong KHUYENCONG_VAR cũ (hãy giữ lại trước khi phục hồi): mỗi dòng một mục đã ẩn, không có tên ai.
Mục khác mang cùng số thì để nguyên. Cần cùng khóa bí mật với nơi đã ẩn; chạy lại không làm gì thêm."""


def main(words: Sequence[str]) -> int:
    """Run `khuyencong rehide FILE`; 0, or RefusalError where the list cannot be read."""
    import django

    parser = Parser(prog="khuyencong rehide", description=DESCRIPTION)
    parser.add_argument("list", type=Path, metavar="TỆP", help="da-an.jsonl")
    arguments = parser.parse_args(words)
    django.setup()
    server.require_migrated()
    from khuyencong.persons.hiding import hide_again

    try:
        with arguments.list.open(encoding="utf-8") as lines:
            found = hide_again(lines)
    except (OSError, ValueError) as error:
        raise RefusalError(f"Không đọc được danh sách {arguments.list}.") from error
    if found.torn and not found.done + found.left:
        raise RefusalError(f"Không đọc được danh sách {arguments.list}.")
    say(
        f"Đã ẩn lại {format_dong(found.done)} mục; {format_dong(found.left)} mục để nguyên "
        "(đã ẩn, không còn, hoặc là mục khác mang cùng số)."
    )
    if found.torn:
        say(f"{format_dong(found.torn)} dòng bị đứt, không đọc được: hãy xem danh sách của máy khác hoặc của bản sao.")
    return 0
