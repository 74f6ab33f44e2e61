"""A new draft that begins with what an earlier đề án of the same unit says."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.projects.actions.content import ContentRows, IndicatorInput, LinkedInput, WorkInput
from khuyencong.projects.actions.draft import create_project
from khuyencong.projects.actions.estimate import save_estimate
from khuyencong.projects.estimates import LineInput
from khuyencong.projects.models import Project

# What says the same next year. Days, money decisions, priorities granted and how the unit was chosen belong to one year.
COPIED_FIELDS = (
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
    "effect_economic",
    "effect_social",
    "effect_environment",
    "sustainability",
    "replicability",
    "declared_norm_document",
    "declared_norm_article",
    "declared_norm_percent",
    "declared_norm_cap",
)


@transaction.atomic
def copy_project(*, source_id: int, by: Actor, creation_key: UUID, name: str, year: int) -> Project:
    """Open a draft of `year` with the texts, work, indicators and estimate of an earlier đề án of the actor's unit.

    Beneficiaries with their commitments, files, days, granted priorities and decisions about money are not copied, so
    lines stand under no establishment. The same key twice gives the first copy back. Raises NotAllowed, Refused.
    """
    source = Project.objects.select_related("province__current", "implementing_unit").get(pk=source_id)
    require(by, Permission.PROJECT_EDIT, source)
    earlier = Project.objects.filter(creation_key=creation_key, created_by=by.user).first()
    if earlier is not None:
        return earlier
    fields = {field: getattr(source, field) for field in COPIED_FIELDS}
    if not any(fields[one] for one in ("effect_economic", "effect_social", "effect_environment", "sustainability")):
        fields["effects"] = source.effects  # a record of the past: told apart while it is written
    copy = create_project(
        by=by,
        creation_key=creation_key,
        source=source.source,
        province=source.province.current or source.province,
        fields=fields | {"name": name, "year": year},
        rows=_rows(source),
    )
    lines = [
        LineInput(
            content=line.content,
            total=line.total,
            support=line.support,
            counterpart=line.counterpart,
            other=line.other,
            in_cost_base=line.in_cost_base,
            note=line.note,
            year=None if line.year is None else line.year + year - source.year,
            cost_item=line.cost_item,
            unit=line.unit,
            quantity=line.quantity,
            unit_price=line.unit_price,
        )
        for line in source.lines.all()
    ]
    if lines:
        save_estimate(project_id=copy.pk, by=by, version=copy.version, lines=lines)
        copy.refresh_from_db()
    record(
        action="project.copy",
        by=by,
        subject=copy,
        thread=copy.thread,
        after={"chép từ": source.code, "phiên bản": source.version, "số dòng dự toán": len(lines)},
    )
    return copy


def _rows(source: Project) -> ContentRows:
    """Its rows without the days of that year."""
    return ContentRows(
        work_items=[
            WorkInput(content=one.content, who=one.who, output=one.output, cost=one.cost)
            for one in source.work_items.all()
        ],
        indicators=[
            IndicatorInput(
                code=one.code, target=one.target, baseline=one.baseline, name=one.name, unit=one.unit, note=one.note
            )
            for one in source.indicators.all()
        ],
        linked_activities=[LinkedInput(one.activity, one.link) for one in source.linked_activities.all()],
        further_provinces=[
            one.province.current or one.province for one in source.further_provinces.select_related("province__current")
        ],
    )
