"""Writing a đề án: its description, its beneficiaries and its estimate."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.establishments.models import Establishment
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, AgencyKind
from khuyencong.people.permissions import Permission, require
from khuyencong.places.models import Province
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.actions.content import ContentRows, rows_snapshot, write_rows
from khuyencong.projects.door import lock_draft, touch
from khuyencong.projects.models import Beneficiary, Project, ProjectCounter
from khuyencong.projects.models.project import route_for
from khuyencong.projects.naming import name_beneficiary

# What a person may write; everything else on a project is set by actions.
DRAFT_FIELDS = (
    "name",
    "kind",
    "activity",
    "sector",
    "spending",
    "cooperating_unit",
    "province_before",
    "commune",
    "place_text",
    "necessity",
    "aims",
    "scale",
    "superior",
    "content",
    "organisation",
    "effects",
    "effect_economic",
    "effect_social",
    "effect_environment",
    "sustainability",
    "replicability",
    "selection",
    "selection_document",
    "planned_beneficiaries",
    "beneficiary_criteria",
    "starts_on",
    "ends_on",
    "declared_norm_document",
    "declared_norm_article",
    "declared_norm_percent",
    "declared_norm_cap",
    "priority_place",
    "priority_trade",
    "priority_multiplier",
    "priority_decision",
)
SOURCE_LETTERS = {FundingSource.NATIONAL: "QG", FundingSource.LOCAL: "DP"}


@transaction.atomic
def create_project(
    *,
    by: Actor,
    creation_key: UUID,
    source: str,
    province: Province,
    fields: Mapping[str, Any],
    unit: Agency | None = None,
    department: Agency | None = None,
    rows: ContentRows | None = None,
    recorded_from: str = "",
    record_note: str = "",
    figures_approximate: bool = False,
    note: str = "",
) -> Project:
    """Open a đề án of the actor's unit in `province`; the same `creation_key` twice gives the first one back.

    `rows`: its work, indicators, linked activities and further provinces. `note`: what the audit trail says of how it came. `unit` and `department` are only for records of the past, whose agencies may be gone. Raises NotAllowed,
    Refused where the unit does not work in that province or nobody holds that money.
    """
    require(by, Permission.PROJECT_EDIT)
    unit = unit or by.agency
    # Under the lock of the counter, so that two clicks at once find each other.
    year = int(fields["year"])
    counter = _lock_counter(province, year, source)
    earlier = Project.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.created_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    if year < today().year and not recorded_from:
        raise Refused(f"Năm kế hoạch {year} đã qua: hãy chọn từ năm {today().year}.")
    if source == FundingSource.LOCAL and unit.kind in {AgencyKind.NATIONAL, AgencyKind.REGIONAL_CENTRE}:
        raise Refused("Cục và trung tâm khu vực chỉ lập đề án khuyến công quốc gia.", article="NĐ 45/2012 Đ11")
    if unit.province_id and (province.current_id or province.pk) != (
        unit.province.current_id if unit.province else None
    ):
        raise Refused("Đơn vị của bạn chỉ lập đề án trong tỉnh, thành phố của mình.")
    department = department or find_agency(AgencyKind.DEPARTMENT, province)
    funder = department if source == FundingSource.LOCAL else find_agency(AgencyKind.NATIONAL, None)
    if funder is None:
        raise Refused("Chưa có cơ quan giữ kinh phí của nguồn này trên hệ thống; hãy báo quản trị.")
    project = Project(
        creation_key=creation_key,
        code=_next_code(counter),
        source=source,
        province=province,
        implementing_unit=unit,
        department=department,
        funder=funder,
        payer=funder,
        route=route_for(source, unit),
        created_by=by.user,
        in_charge=by.user,
        recorded_from=recorded_from,
        record_note=record_note,
        figures_approximate=figures_approximate,
        year=year,
        **{name: fields[name] for name in DRAFT_FIELDS if name in fields},
    )
    project.save()
    if rows is not None:
        write_rows(project, rows)
        project.save()
    after = snapshot(project) | (rows_snapshot(project, rows) if rows else {})
    record(action="project.create", by=by, subject=project, thread=project.thread, after=after, note=note)
    return project


def find_agency(kind: AgencyKind, province: Province | None) -> Agency | None:
    """The agency of that kind that is active today, in today's province where it has one."""
    agencies = Agency.objects.active_on(today()).filter(kind=kind)
    if province is not None:
        agencies = agencies.filter(province__current=province.current_id or province.pk)
    return agencies.order_by("pk").first()


def _lock_counter(province: Province, year: int, source: str) -> ProjectCounter:
    today = province.current or province
    counter, _ = ProjectCounter.objects.select_for_update().get_or_create(
        province_code=today.code, year=year, source=source
    )
    return counter


def _next_code(counter: ProjectCounter) -> str:
    """province–year–source–number, such as 82-2026-DP-0003; a number is never reused."""
    counter.last += 1
    counter.save(update_fields=["last"])
    letters = SOURCE_LETTERS[FundingSource(counter.source)]
    return f"{counter.province_code}-{counter.year}-{letters}-{counter.last:04d}"


@transaction.atomic
def update_project(
    *, project_id: int, by: Actor, version: int, fields: Mapping[str, Any], rows: ContentRows | None = None
) -> Project:
    """Change the description of a draft, and the lists that `rows` holds. Raises NotAllowed, Stale, Refused."""
    project = lock_draft(project_id, by=by, version=version)
    rows = rows or ContentRows()
    before = snapshot(project) | rows_snapshot(project, rows)
    for name in DRAFT_FIELDS:
        if name in fields:
            setattr(project, name, fields[name])
    write_rows(project, rows)
    project.version += 1
    project.save()
    after = snapshot(project) | rows_snapshot(project, rows)
    record(action="project.update", by=by, subject=project, thread=project.thread, before=before, after=after)
    return project


@transaction.atomic
def add_beneficiary(
    *,
    project_id: int,
    by: Actor,
    version: int,
    establishment: Establishment,
    place_text: str = "",
    commits_own_capital: bool = False,
    declares_no_other_support: bool = False,
) -> Beneficiary:
    """Name an establishment as beneficiary, with the commitments it has given. Raises NotAllowed, Stale, Refused."""
    return name_beneficiary(
        lock_draft(project_id, by=by, version=version),
        by=by,
        establishment=establishment,
        place_text=place_text,
        commits_own_capital=commits_own_capital,
        declares_no_other_support=declares_no_other_support,
    )


@transaction.atomic
def remove_beneficiary(*, project_id: int, by: Actor, version: int, beneficiary_id: int) -> None:
    """Take a beneficiary out of a draft, with its lines of the estimate. Raises NotAllowed, Stale, Refused."""
    project = lock_draft(project_id, by=by, version=version)
    beneficiary = project.beneficiaries.select_related("establishment").filter(pk=beneficiary_id).first()
    if beneficiary is None:
        raise Refused("Cơ sở này không còn trong đề án.")
    name = beneficiary.establishment.name
    lines = beneficiary.lines.count()
    beneficiary.delete()
    touch(project)
    record(
        action="project.remove_beneficiary",
        by=by,
        subject=project,
        thread=project.thread,
        before={"cơ sở": name, "số dòng dự toán": lines},
    )


def snapshot(project: Project) -> dict[str, Any]:
    """What the audit log keeps of a project: everything a person may write, and where it stands."""
    kept = ("code", "year", "source", "route", "state", "version", *DRAFT_FIELDS)
    values = {name: getattr(project, f"{name}_id" if name in {"province_before", "commune"} else name) for name in kept}
    return {name: _plain(value) for name, value in values.items() if value not in {None, ""}}


def _plain(value: Any) -> str | int:
    """As JSON data; a decimal without the zeros that only its column adds."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value if isinstance(value, int) else str(value)
