"""The list of establishments as a kind of list, for `documents.incoming`."""

from __future__ import annotations

import re
from typing import Final

from khuyencong.documents.incoming.kinds import Heading, ListKind, names_of
from khuyencong.documents.incoming.sheet import SheetRead, read_list
from khuyencong.establishments.importing.fields import FIELDS, YEARLY, field_of, yearly_key

MAX_ROWS: Final = 20_000
NO_HEADINGS: Final = (
    "Không tìm thấy dòng tiêu đề của danh sách: cần có cột «Tên cơ sở» và ít nhất một cột nữa của tệp mẫu "
    "(Loại hình, Mã số thuế, Mã xã…). Hãy tải tệp mẫu và chép danh sách vào đó."
)
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_YEAR = re.compile(r"\b(?:nam )?(20[0-9]{2})\b")


def _yearly(words: str, unit: int) -> Heading | None:
    """A figure of one year: «Doanh thu năm 2025»."""
    match = _YEAR.search(words)
    if match is None or not _FIRST_YEAR <= int(match[1]) <= _LAST_YEAR:
        return None
    rest = " ".join(_YEAR.sub(" ", words).split())
    figure = next((key for key, (_, names) in YEARLY.items() if rest in names), "")
    return Heading(yearly_key(figure, int(match[1])), unit) if figure else None


ESTABLISHMENTS: Final = ListKind(
    names=names_of({field.key: (field.heading, field.also) for field in FIELDS}),
    heading_of_key=lambda key: field_of(key).heading,
    money=frozenset(field.key for field in FIELDS if field.kind == "dong"),
    things="cơ sở",
    missing=NO_HEADINGS,
    most_rows=MAX_ROWS,
    further=_yearly,
)


def read_sheet(content: bytes) -> SheetRead:
    """The list of establishments in an .xlsx file. Raises Refused with a Vietnamese sentence where there is none to read."""
    return read_list(content, ESTABLISHMENTS)
