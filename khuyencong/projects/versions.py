"""Frozen versions of a đề án: its whole content as plain data that reads without the program, and what differs.

`PARTS` is the one list of what belongs to a đề án, `further_parts` what rooms above add for some of them. A new table of
child rows is added by one line; a new field of a table is in the next version by itself. Each value is kept as data and, where that says less, in words.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models

from khuyencong.core.components import Fact
from khuyencong.core.dates import format_date
from khuyencong.core.fields import MoneyField
from khuyencong.core.money import format_dong
from khuyencong.law.catalogue import activity_name, catalogue
from khuyencong.people.actors import Actor
from khuyencong.projects.models import Project, ProjectVersion, VersionCause
from khuyencong.projects.states import Transition

FORMAT = 1
# What tells of the record, not of the đề án.
BOOKKEEPING = frozenset(
    {"id", "project", "creation_key", "version", "haystack", "created_at", "created_by", "in_charge", "left_on", "file"}
    | {"kept_at", "kept_by", "bank_key", "number_key"}
)
NOTHING, NO = "(không có)", "không"
DESCRIPTION = "description"
# Of no use on a page, though kept.
HIDDEN = frozenset({"position", "content_type", "size", "sha256", "amounts_approximate"})
# What columns are called whose model gives them no Vietnamese name.
LABELS = {
    "plan": "kế hoạch",
    "submitted_by": "người gửi",
    "content_type": "kiểu tệp",
    "sha256": "mã kiểm tra tệp",
    "uploaded_by": "người đính kèm",
    "uploaded_at": "đính kèm ngày",
}


def _entry(entries: Mapping[str, Any], code: str) -> str:
    return str(entries[code].name) if code in entries else code


# Codes of the law's catalogue, by the name of the field.
CODES: dict[str, Callable[[str], str]] = {
    "activity": activity_name,
    "sector": lambda code: _entry(catalogue().sectors, code),
    "priority_place": lambda code: _entry(catalogue().priority_places, code),
    "priority_trade": lambda code: _entry(catalogue().priority_trades, code),
}


@dataclass(frozen=True)
class Part:
    """One table of a đề án: `read` gives its rows, in their order; `title` names the field that names a row."""

    name: str
    label: str
    read: Callable[[Project], Iterable[models.Model]]
    title: str
    key: str = "id"  # by what a row is known again in another version


PARTS = (
    Part(DESCRIPTION, "Thuyết minh", lambda project: [project], title="name"),
    Part("work", "Nội dung công việc và tiến độ", lambda project: project.work_items.all(), title="content"),
    Part("indicators", "Chỉ tiêu dự kiến", lambda project: project.indicators.all(), title="code"),
    Part("linked", "Nội dung liên kết", lambda project: project.linked_activities.all(), title="activity"),
    Part(
        "provinces",
        "Các tỉnh cùng thực hiện",
        lambda project: project.further_provinces.select_related("province").order_by("pk"),
        title="province",
    ),
    Part(
        "beneficiaries",
        "Cơ sở thụ hưởng",
        lambda project: project.beneficiaries.select_related("establishment"),
        title="establishment",
    ),
    Part(
        "estimate",
        "Dự toán kinh phí (Mẫu số 1)",
        lambda project: project.lines.select_related("beneficiary__establishment", "quotation"),
        title="content",
    ),
    Part(
        "files",
        "Tệp hồ sơ",
        lambda project: project.attachments.select_related("uploaded_by").order_by("pk"),
        title="name",
    ),
)

# Tables of rooms above, which they add when the program starts. They stand in the version only where they have rows.
further_parts: list[Part] = []


def content_of(project: Project) -> dict[str, Any]:
    """Everything that stands in the đề án now, as plain data; one query for each part besides the first."""
    fresh = Project.objects.select_related(
        "province",
        "province_before",
        "commune",
        "implementing_unit",
        "department",
        "funder",
        "payer",
        "plan",
        "submitted_by",
    ).get(pk=project.pk)
    parts = [_part(part, list(part.read(fresh))) for part in PARTS]
    further = [_part(part, rows) for part in further_parts if (rows := list(part.read(fresh)))]
    return {"format": FORMAT, "parts": [*parts, *further]}


def _part(part: Part, rows: Sequence[models.Model]) -> dict[str, Any]:
    columns = _columns(rows[0]) if rows else []
    return {
        "name": part.name,
        "label": part.label,
        "columns": [{"name": one.name, "label": LABELS.get(one.name, str(one.verbose_name))} for one in columns],
        "rows": [_row(part, row, columns) for row in rows],
    }


def _columns(row: models.Model) -> list[Any]:
    return [one for one in row._meta.concrete_fields if one.name not in BOOKKEEPING]  # noqa: SLF001  # Django documents it


def _row(part: Part, row: models.Model, columns: Sequence[Any]) -> dict[str, Any]:
    return {
        "key": str(getattr(row, part.key)),
        "title": _words(row, row._meta.get_field(part.title)),  # noqa: SLF001  # as above
        "values": {one.name: _plain(one.value_from_object(row)) for one in columns},
        "words": {one.name: _words(row, one) for one in columns},
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _words(row: models.Model, column: Any) -> str:
    """One value as a person reads it; "" for none."""
    value = column.value_from_object(row)
    if value is None or value == "":
        return ""
    if column.is_relation:
        return str(getattr(row, column.name))
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if column.name in CODES:
        return CODES[column.name](value)
    return f"{format_dong(value)} đồng" if isinstance(column, MoneyField) else _of_type(value)


def _of_type(value: Any) -> str:
    if isinstance(value, bool):
        return "có" if value else NO
    if isinstance(value, date):
        return format_date(value)
    return str(_plain(value))


def checksum(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content in one form of writing, so that it is the same after a round trip through either database."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def is_whole(version: ProjectVersion) -> bool:
    """Whether the content is still that of the checksum."""
    return checksum(version.content) == version.sha256


def freeze(
    project: Project, *, cause: VersionCause, document: str = "", by: Actor | None = None, made_as: str = ""
) -> ProjectVersion:
    """Keep the locked `project` as it stands; the number follows the last one. `by` or `made_as` says who."""
    content = content_of(project)
    last = project.versions.order_by("-number").first()
    return ProjectVersion.objects.create(
        project=project,
        number=last.number + 1 if last else 1,
        cause=cause,
        document=document[:300],
        made_by=by.user if by else None,
        made_as=by.signature if by else made_as,
        content=content,
        sha256=checksum(content),
    )


def freeze_before(project: Project, *, document: str, by: Actor) -> ProjectVersion | None:
    """Keep the locked `project` before it is changed; None where the last version says the same of it."""
    last = project.versions.order_by("-number").first()
    if last is not None and not differences(last.content, content_of(project)):
        return None
    return freeze(project, cause=VersionCause.BEFORE, document=document, by=by)


def freeze_on_step(project: Project, transition: Transition) -> None:
    """Listen to the steps of a đề án: each submission and the approval make a version."""
    if transition.name == "submit":
        freeze(
            project,
            cause=VersionCause.SUBMISSION,
            document=f"Lần gửi {project.submission}",
            made_as=str(project.submitted_by or ""),
        )
    elif transition.name == "approve" and project.plan is not None:
        plan = project.plan
        freeze(
            project,
            cause=VersionCause.APPROVAL,
            document=f"Quyết định {plan.decision_number}",
            made_as=plan.approved_as,
        )


@dataclass(frozen=True)
class Difference:
    """One value that differs between two versions, in words; a whole row that is only in one of them has no `field`."""

    part: str
    row: str
    field: str
    before: str
    after: str


# Where the đề án or a row stands, not what it says.
STANDING = frozenset({"state", "submission", "submitted_by", "submitted_on", "plan", "funder", "position"})


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What two contents say differently, part by part, row by row, field by field; where the đề án stands left aside."""
    found: list[Difference] = []
    earlier = {part["name"]: part for part in before["parts"]}
    later = {part["name"]: part for part in after["parts"]}
    for name in dict.fromkeys([*earlier, *later]):
        found += _of_part(earlier.get(name), later.get(name))
    return found


def _of_part(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[Difference]:
    label = str((after or before or {})["label"])
    old = {row["key"]: row for row in before["rows"]} if before else {}
    new = {row["key"]: row for row in after["rows"]} if after else {}
    labels = {one["name"]: one["label"] for part in (before, after) if part for one in part["columns"]}
    found = []
    for key in dict.fromkeys([*old, *new]):
        was, now = old.get(key), new.get(key)
        if was is None or now is None:
            row = now or was or {}
            summary = in_one_line(row, labels)
            found.append(Difference(label, row["title"], "", summary if was else NOTHING, summary if now else NOTHING))
            continue
        for name in dict.fromkeys([*was["words"], *now["words"]]):
            told, tells = was["words"].get(name, ""), now["words"].get(name, "")
            if told != tells and name not in STANDING:
                found.append(Difference(label, now["title"], labels.get(name, name), told or NOTHING, tells or NOTHING))
    return found


def in_one_line(row: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    """A whole row as one sentence: its amounts and texts, without what is empty or no."""
    told = [
        f"{labels.get(name, name)}: {words}"
        for name, words in row["words"].items()
        if words not in {"", NO, row["title"]} and name not in {"position", "sha256"}
    ]
    return "; ".join(told) or row["title"]


@dataclass(frozen=True)
class PartForPage:
    """One part of a version, ready to be read: facts and long texts of one row, or a table of several."""

    label: str
    facts: tuple[Fact, ...]
    texts: tuple[tuple[str, str], ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    is_table: bool


LONG = 200  # characters: a longer text stands in a section of its own


def part_for_page(part: Mapping[str, Any]) -> PartForPage:
    """One part of a stored content; only it is asked, not the records of today."""
    labels = {one["name"]: _first_upper(one["label"]) for one in part["columns"]}
    if part["name"] == DESCRIPTION and part["rows"]:
        told = [
            (labels.get(name, name), words) for name, words in part["rows"][0]["words"].items() if words not in {"", NO}
        ]
        return PartForPage(
            label=part["label"],
            facts=tuple(Fact(label, words) for label, words in told if not _is_long(words)),
            texts=tuple((label, words) for label, words in told if _is_long(words)),
            heads=(),
            rows=(),
            is_table=False,
        )
    shown = [one["name"] for one in part["columns"] if one["name"] not in HIDDEN]
    rows = tuple(
        (row["title"], tuple((labels[name], row["words"].get(name, "")) for name in shown if name != _title_of(part)))
        for row in part["rows"]
    )
    heads = tuple(labels[name] for name in shown if name != _title_of(part))
    return PartForPage(part["label"], (), (), (_first_upper(labels.get(_title_of(part), "Tên")), *heads), rows, True)


def _is_long(words: str) -> bool:
    return len(words) > LONG or "\n" in words


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _title_of(part: Mapping[str, Any]) -> str:
    return next((one.title for one in (*PARTS, *further_parts) if one.name == part["name"]), "")
