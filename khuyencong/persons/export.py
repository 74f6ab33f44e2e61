"""Everything that is kept about one person, as a table for people and as JSON for programs, in one ZIP."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from io import BytesIO
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import ForeignKey, Model, Q
from django.db.models.fields.files import FieldFile

from khuyencong.audit.labels import describe
from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import format_date, format_moment
from khuyencong.core.errors import Refused
from khuyencong.core.files import check_leaving
from khuyencong.core.zips import member
from khuyencong.documents.excel import Column, Sheet, workbook
from khuyencong.people.models import User
from khuyencong.persons.holding import Holding, Sort
from khuyencong.persons.where import HOLDINGS

MOST_EVENTS = 500
# Copies say nothing new, and secrets are nobody's to read.
_LEFT_OUT = frozenset({Sort.COPY, Sort.SECRET})
FOLDER = "tep"  # of the files in the ZIP
OPENERS = frozenset({"creation_key", "session_key", "token", "token_hash"})  # by name, whatever the description says
MOST_BYTES = 100 * 1024 * 1024  # of files in one ZIP: it is made in memory
ELSEWHERE = (
    "Những nơi này cũng có thể nhắc đến một người, trong văn bản, tệp hoặc bản chép; hệ thống không dò từng chữ ở đó. "
    "Cần thì hỏi cơ quan giữ hồ sơ, nói rõ hồ sơ nào."
)
TRAIL_NOTE = "Mở xem một trang không được ghi lại; sửa, tải về, xuất thì có. Nhiều nhất 500 lần gần đây của mỗi mục."


def own_rows_of(user: User) -> list[tuple[Holding, int]]:
    """The rows that belong to an account: whoever signed in may always have them. A query for each kind."""
    found = []
    for holding in HOLDINGS:
        if holding.account:
            rows = holding.model._default_manager.order_by("pk")  # noqa: SLF001  # Django documents it
            mine = rows.filter(**{holding.account: user.pk}).values_list("pk", flat=True)
            found += [(holding, pk) for pk in dict.fromkeys(mine)]
    return found


def gathered(rows: Sequence[tuple[Holding, int]]) -> list[dict[str, Any]]:
    """Each row with all its fields and what the trail says of it; plain data. A few queries for each row."""
    found = []
    for holding, pk in rows:
        row = holding.model._default_manager.filter(pk=pk).first()  # noqa: SLF001  # Django documents it
        if row is not None:
            fields = row._meta.concrete_fields  # noqa: SLF001  # Django documents it
            found.append(
                {
                    "là": str(holding.kind),
                    "bản ghi": holding.key,
                    "số": pk if isinstance(pk, int) else "",  # the key of a session opens it
                    "lý do không ẩn": holding.stays,
                    "mục": [_told(row, holding, one) for one in fields if _shown(holding, one.name)],
                    "nhật ký": _trail(row),
                }
            )
    return found


def zip_of(rows: list[dict[str, Any]], *, made_on: date, about: str) -> bytes:
    """`du-lieu.xlsx`, `du-lieu.json` and the files of what was gathered; `about` says why and for whom it was made."""
    elsewhere = [{"nơi": label, "lý do": why} for label, why in not_searched()]
    whole = {"lập ngày": made_on.isoformat(), "theo": about, "các mục": rows, "cũng có thể có ở": elsewhere}
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member("du-lieu.xlsx"), _tables(rows, made_on, about))
        archive.writestr(member("du-lieu.json"), json.dumps(whole, ensure_ascii=False, indent=1))
        for name in _files_named(rows):
            with suppress(OSError), default_storage.open(name) as file:
                archive.writestr(member(f"{FOLDER}/{name}"), file.read())
    return buffer.getvalue()


def not_searched() -> list[tuple[str, str]]:
    """The places in which nobody is looked for, and why what stands there stays."""
    found = [(one.label, one.stays) for one in HOLDINGS if not one.searched and not _is_secret(one)]
    return list(dict.fromkeys(found))


def _is_secret(holding: Holding) -> bool:
    return all(sort in _LEFT_OUT for sort in holding.fields.values())


def _files_named(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The kept files of the rows, by their names on the disk, as many as fit; those that are held back stay."""
    left = MOST_BYTES
    names = dict.fromkeys(one["tệp"] for row in rows for one in row["mục"] if one.get("tệp"))
    for name in names:
        with suppress(OSError, Refused):
            check_leaving(name)
            left -= default_storage.size(name)
            if left >= 0:
                yield name


def _shown(holding: Holding, name: str) -> bool:
    return holding.fields.get(name) not in _LEFT_OUT and name not in OPENERS


def _told(row: Model, holding: Holding, field: Any) -> dict[str, str]:
    value = getattr(row, field.name)
    sort = holding.fields.get(field.name)
    if field.choices and value:
        value = dict(field.flatchoices).get(value, value)
    elif isinstance(field, ForeignKey) and isinstance(value, Model):
        value = f"{value} ({value._meta.verbose_name})"  # noqa: SLF001  # Django documents it
    told = {
        "tên": field.name,
        "nghĩa": str(field.verbose_name),
        "loại": str(sort) if sort else "",
        "giá trị": _text(value),
    }
    if isinstance(value, FieldFile) and value:
        told |= {"giá trị": f"{FOLDER}/{value.name}", "tệp": str(value.name)}
    return told


def _text(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, datetime):
        return format_moment(value)
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _trail(row: Model) -> list[dict[str, str]]:
    """The last events about the row: who did what to it, and, of a person with an account, what he or she did."""
    condition = Q(subject_type=row._meta.label_lower, subject_id=str(row.pk))  # noqa: SLF001  # Django documents it
    thread = getattr(row, "thread", "")
    if thread:
        condition |= Q(thread=thread)
    if isinstance(row, User):
        condition |= Q(actor=row.pk)
    events = AuditEvent.objects.filter(condition).order_by("-seq")[:MOST_EVENTS]
    return [
        {
            "lúc": format_moment(event.at),
            "ai": event.actor_label,
            "cơ quan": event.agency_label,
            "việc": describe(event.action),
            "đối tượng": event.subject_label,
        }
        for event in events
    ]


def _tables(rows: list[dict[str, Any]], made_on: date, about: str) -> bytes:
    fields = [
        [row["là"], f"{row['bản ghi']} {row['số']}".strip(), one["nghĩa"], one["loại"], one["giá trị"]]
        for row in rows
        for one in row["mục"]
        if one["giá trị"]
    ]
    trail = [
        [f"{row['bản ghi']} {row['số']}".strip(), one["lúc"], one["ai"], one["cơ quan"], one["việc"], one["đối tượng"]]
        for row in rows
        for one in row["nhật ký"]
    ]
    lines = (f"Lập ngày {format_date(made_on)}.", about)
    return workbook(
        [
            Sheet(
                "Dữ liệu",
                "Dữ liệu về một người",
                [Column("Vai trò"), Column("Bản ghi", width=26), Column("Mục", width=30), Column("Loại", width=18), Column("Giá trị", width=60)],
                fields,
                lines,
            ),
            Sheet(
                "Nhật ký",
                "Ai đã làm gì với các mục này",
                [Column("Bản ghi", width=26), Column("Lúc", width=18), Column("Ai", width=26), Column("Cơ quan", width=30), Column("Việc", width=30), Column("Đối tượng", width=40)],
                trail,
                (TRAIL_NOTE,),
            ),
            Sheet(
                "Nơi khác",
                "Cũng có thể có ở",
                [Column("Nơi", width=50), Column("Vì sao giữ nguyên, không dò tìm", width=90)],
                [list(one) for one in not_searched()],
                (ELSEWHERE,),
            ),
        ],
        made_on=made_on,
    )  # fmt: skip
