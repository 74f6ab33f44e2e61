"""The rows under the description of a đề án: work, indicators, linked activities and further provinces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from khuyencong.core.errors import Refused
from khuyencong.core.money import MAX_DONG
from khuyencong.law.catalogue import activity, activity_name
from khuyencong.places.models import Province
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.indicators import INDICATORS, OTHER
from khuyencong.projects.models import ExpectedIndicator, LinkedActivity, Project, ProjectProvince, WorkItem
from khuyencong.projects.models.content import as_dict
from khuyencong.projects.models.project import route_for

MAX_ROWS = 100
WORK_COLUMNS = ("content", "who", "starts_on", "ends_on", "output", "cost")
INDICATOR_COLUMNS = ("code", "name", "unit", "baseline", "target", "note")


@dataclass(frozen=True)
class WorkInput:
    """One piece of work as entered; `cost` in đồng."""

    content: str
    who: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    output: str = ""
    cost: int | None = None


@dataclass(frozen=True)
class IndicatorInput:
    """One promised figure as entered; `name` only for a figure that the catalogue does not have."""

    code: str
    target: Decimal
    baseline: Decimal | None = None
    name: str = ""
    unit: str = ""
    note: str = ""


@dataclass(frozen=True)
class LinkedInput:
    """A further activity of a flagship đề án as entered."""

    activity: str
    link: str = ""


@dataclass(frozen=True)
class ContentRows:
    """What of the rows is to be written; None leaves a list as it is."""

    work_items: Sequence[WorkInput] | None = None
    indicators: Sequence[IndicatorInput] | None = None
    linked_activities: Sequence[LinkedInput] | None = None
    further_provinces: Sequence[Province] | None = None


def rows_snapshot(project: Project, rows: ContentRows) -> dict[str, Any]:
    """The lists that `rows` is about to replace, or has replaced, as the audit log keeps them."""
    kept: dict[str, Any] = {}
    if rows.work_items is not None:
        kept["công việc"] = [as_dict(one, WORK_COLUMNS) for one in project.work_items.all()]
    if rows.indicators is not None:
        kept["chỉ tiêu"] = [as_dict(one, INDICATOR_COLUMNS) for one in project.indicators.all()]
    if rows.linked_activities is not None:
        kept["nội dung liên kết"] = [as_dict(one, ("activity", "link")) for one in project.linked_activities.all()]
    if rows.further_provinces is not None:
        kept["tỉnh khác"] = [one.province.name for one in project.further_provinces.select_related("province")]
    return kept


def write_rows(project: Project, rows: ContentRows) -> None:
    """Replace the lists that `rows` holds, of a locked project whose other values are set. Raises Refused."""
    for given in (rows.work_items, rows.indicators, rows.linked_activities):
        if given is not None and len(given) > MAX_ROWS:
            raise Refused(f"Mỗi bảng của thuyết minh có tối đa {MAX_ROWS} dòng.")
    if rows.work_items is not None:
        _write_work(project, rows.work_items)
    if rows.indicators is not None:
        _write_indicators(project, rows.indicators)
    if rows.linked_activities is not None:
        _write_linked(project, rows.linked_activities)
    if rows.further_provinces is not None:
        _write_provinces(project, rows.further_provinces)


def _write_work(project: Project, rows: Sequence[WorkInput]) -> None:
    for number, one in enumerate(rows, start=1):
        if not one.content.strip():
            raise Refused(f"Công việc {number}: hãy ghi nội dung công việc.", article="TT 36/2013 Đ5.5")
        if one.starts_on and one.ends_on and one.ends_on < one.starts_on:
            raise Refused(f"Công việc {number}: ngày kết thúc không được trước ngày bắt đầu.")
        if one.cost is not None and not 0 <= one.cost <= MAX_DONG:
            raise Refused(f"Công việc {number}: số tiền không hợp lệ.")
    project.work_items.all().delete()
    WorkItem.objects.bulk_create(
        WorkItem(
            project=project,
            position=position,
            content=one.content,
            who=one.who,
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            output=one.output,
            cost=one.cost,
        )
        for position, one in enumerate(rows, start=1)
    )


def _write_indicators(project: Project, rows: Sequence[IndicatorInput]) -> None:
    seen: set[tuple[str, str]] = set()
    for number, one in enumerate(rows, start=1):
        if one.code not in INDICATORS:
            raise Refused(f"Chỉ tiêu {number}: chỉ tiêu này không có trong danh mục.")
        if (one.code == OTHER) != bool(one.name.strip()):
            raise Refused(f"Chỉ tiêu {number}: chỉ «{INDICATORS[OTHER].name}» có tên riêng, và phải có.")
        if one.target < 0 or (one.baseline is not None and one.baseline < 0):
            raise Refused(f"Chỉ tiêu {number}: con số không được âm.")
        if not (one.unit.strip() or INDICATORS[one.code].unit):
            raise Refused(f"Chỉ tiêu {number}: hãy ghi đơn vị tính.")
        key = (one.code, one.name)
        if key in seen:
            raise Refused(f"Chỉ tiêu {number}: đã có ở dòng trên.")
        seen.add(key)
    project.indicators.all().delete()
    ExpectedIndicator.objects.bulk_create(
        ExpectedIndicator(
            project=project,
            position=position,
            code=one.code,
            name=one.name,
            unit=one.unit.strip() or INDICATORS[one.code].unit,
            baseline=one.baseline,
            target=one.target,
            note=one.note,
        )
        for position, one in enumerate(rows, start=1)
    )


def _write_linked(project: Project, rows: Sequence[LinkedInput]) -> None:
    seen = {project.activity}
    for one in rows:
        if activity(one.activity) is None:
            raise Refused("Nội dung hoạt động liên kết không có trong danh mục.", article="NĐ 45/2012 Đ4")
        if one.activity in seen:
            raise Refused(f"Nội dung «{activity_name(one.activity)}» đã có trong đề án.", article="TT 36/2013 Đ2.3")
        seen.add(one.activity)
    project.linked_activities.all().delete()
    LinkedActivity.objects.bulk_create(
        LinkedActivity(project=project, position=position, activity=one.activity, link=one.link)
        for position, one in enumerate(rows, start=1)
    )


def _write_provinces(project: Project, provinces: Sequence[Province]) -> None:
    """Also sets the route: what lies in several provinces goes straight to the national agency."""
    first = project.province.current_id or project.province_id
    wanted = {one.current_id or one.pk: one for one in provinces}
    wanted.pop(first, None)
    if wanted and project.source == FundingSource.LOCAL:
        raise Refused(
            "Kinh phí khuyến công địa phương chỉ dùng cho hoạt động của địa phương mình.",
            article="NĐ 45/2012 Đ13.2",
        )
    abroad = project.beneficiaries.exclude(establishment__province__current__in=[first, *wanted])
    left = abroad.select_related("establishment").first()
    if left is not None:
        raise Refused(f"{left.establishment} ở một tỉnh không còn trong đề án: hãy đưa cơ sở ấy ra trước.")
    project.further_provinces.all().delete()
    ProjectProvince.objects.bulk_create(ProjectProvince(project=project, province=one) for one in wanted.values())
    project.route = route_for(project.source, project.implementing_unit, several_provinces=bool(wanted))


def provinces_of(project: Project) -> set[int]:
    """Keys of all provinces of today in which the đề án is carried out; one query."""
    further = project.further_provinces.values_list("province__current_id", "province_id")
    first = project.province.current_id or project.province_id
    return {first, *(current or own for current, own in further)}
