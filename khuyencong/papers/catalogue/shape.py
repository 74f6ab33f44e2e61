"""What the modules of the catalogue share: the frame of a paper, rows with named columns, the fields of one đề án.

A paper that is also printed as PDF takes the data of that one; rows get names here, since whoever writes a template of
his own reads `{{ row.payee }}` and not the third of a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from khuyencong.core.dates import format_date
from khuyencong.core.money import NOTHING, format_dong
from khuyencong.core.text import money_in_words
from khuyencong.law.catalogue import activity_name
from khuyencong.people.models import Agency
from khuyencong.projects.models import Project
from khuyencong.projects.paper import date_in_words

DRAFT_FORM = "mẫu tạm: bố cục của mẫu chính thức chờ xác minh"
BLANK = "……………"  # to be filled in by hand
SIGN, SEAL = "Ký, ghi rõ họ tên", "Ký tên, đóng dấu"


def frame(
    *,
    organ: str,
    organ_above: str,
    place: str,
    on: date,
    title: str,
    subject: str = "",
    number: str = "",
    mark: str = DRAFT_FORM,
    signatures: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """What stands around the content of a paper, as in `documents/typst/paper.typ`."""
    return {
        "title": title,
        "subject": subject,
        "organ_above": organ_above,
        "organ": organ,
        "number": number or BLANK,
        "place_and_date": f"{place}, {date_in_words(on)}",
        "date": [on.year, on.month, on.day],
        "mark": mark,
        "stamp": "",
        "foot": f"{title} – {subject}" if subject else title,
        "signatures": [dict(one) for one in signatures],
    }


def of_agency(agency: Agency, on: date) -> dict[str, str]:
    """The agency, the one above it and the place, as of the day; expects `parent` and `province` loaded."""
    return {
        "organ": agency.name_on(on),
        "organ_above": agency.parent.name_on(on) if agency.parent else "",
        "place": agency.province.short_name if agency.province else "Hà Nội",
    }


def signed(role: str, name: str = "", hint: str = SIGN) -> dict[str, str]:
    """One who signs."""
    return {"role": role, "hint": hint, "name": name}


def named(rows: Iterable[Sequence[str]], names: Sequence[str]) -> list[dict[str, str]]:
    """The rows with a name for each column; ValueError where a row is longer or shorter than the names."""
    return [dict(zip(names, row, strict=True)) for row in rows]


def total(row: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    """The sums under the same names; dashes where there is no row to add up."""
    return dict(zip(names, row, strict=True)) if row else dict.fromkeys(names, NOTHING)


def amount(dong: int | None) -> dict[str, str]:
    """An amount in figures and in words; dashes where it is not known."""
    if dong is None:
        return {"figures": NOTHING, "words": NOTHING}
    return {"figures": format_dong(dong), "words": money_in_words(dong)}


def day(one: date | None) -> str:
    """dd/mm/yyyy, or a dash."""
    return format_date(one) if one else NOTHING


def figures(dong: int | None) -> str:
    """Đồng with grouped digits, or a dash."""
    return NOTHING if dong is None else format_dong(dong)


def project_fields(project: Project, on: date) -> dict[str, str]:
    """What papers about one đề án may name; two queries for the names of its agencies as of the day."""
    place = ", ".join(str(part) for part in (project.place_text, project.commune, project.province) if part)
    return {
        "code": project.code,
        "name": project.name,
        "kind": project.get_kind_display(),
        "source": project.get_source_display(),
        "year": str(project.year),
        "activity": activity_name(project.activity),
        "unit": project.implementing_unit.name_on(on),
        "cooperating_unit": project.cooperating_unit or NOTHING,
        "place": place or NOTHING,
        "starts_on": day(project.starts_on),
        "ends_on": day(project.ends_on),
    }
