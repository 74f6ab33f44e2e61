"""Everything that is kept about one person, as a table for people and as JSON for programs, in one ZIP."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

from django.db.models import ForeignKey, Model, Q

from khuyencong.audit.labels import describe
from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import format_date, format_moment
from khuyencong.core.zips import member
from khuyencong.documents.excel import Column, Sheet, workbook
from khuyencong.people.models import User
from khuyencong.persons.holding import Holding, Sort
from khuyencong.persons.where import HOLDINGS

MOST_EVENTS = 500
# Copies say nothing new, and secrets are nobody's to read.
_LEFT_OUT = frozenset({Sort.COPY, Sort.SECRET})
OPENERS = frozenset({"creation_key", "session_key", "token", "token_hash"})  # by name, whatever the description says
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
    """`du-lieu.xlsx` and `du-lieu.json` of what was gathered; `about` says why and for whom it was made."""
    whole = {"lập ngày": made_on.isoformat(), "theo": about, "các mục": rows}
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member("du-lieu.xlsx"), _tables(rows, made_on, about))
        archive.writestr(member("du-lieu.json"), json.dumps(whole, ensure_ascii=False, indent=1))
    return buffer.getvalue()


def _shown(holding: Holding, name: str) -> bool:
    return holding.fields.get(name) not in _LEFT_OUT and name not in OPENERS


def _told(row: Model, holding: Holding, field: Any) -> dict[str, str]:
    value = getattr(row, field.name)
    sort = holding.fields.get(field.name)
    if field.choices and value:
        value = dict(field.flatchoices).get(value, value)
    elif isinstance(field, ForeignKey) and isinstance(value, Model):
        value = f"{value} ({value._meta.verbose_name})"  # noqa: SLF001  # Django documents it
    return {
        "tên": field.name,
        "nghĩa": str(field.verbose_name),
        "loại": str(sort) if sort else "",
        "giá trị": _text(value),
    }


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
            "với": event.subject_label,
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
        [f"{row['bản ghi']} {row['số']}".strip(), one["lúc"], one["ai"], one["cơ quan"], one["việc"], one["với"]]
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
                [Column("Bản ghi", width=26), Column("Lúc", width=18), Column("Ai", width=26), Column("Cơ quan", width=30), Column("Việc", width=30), Column("Với", width=40)],
                trail,
                (TRAIL_NOTE,),
            ),
        ],
        made_on=made_on,
    )  # fmt: skip
