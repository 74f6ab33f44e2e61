"""Programmes of the catalogue, and what they paid and brought in a đề án (NĐ 45/2012 Đ13.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from khuyencong.audit.actions import record
from khuyencong.combining.models import Combination, CountedBy, OtherProgramme
from khuyencong.combining.rules import FORM_1, combined_by_year, other_by_year
from khuyencong.core.creation import USED, save_once
from khuyencong.core.errors import Refused, Stale
from khuyencong.core.money import format_dong
from khuyencong.core.text import fold
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState

PROGRAMME = ("name", "document", "first_year", "last_year")
ROW = ("programme", "year", "amount", "content", "document", "result", "quantity", "unit", "counted_by", "left_to")
THERE_ALREADY = "Chương trình này đã có trong danh mục."
STALE = "{what} đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại rồi làm lại nếu vẫn cần."
# What was refused or given up has nothing in common with anybody.
CLOSED = (ProjectState.REJECTED, ProjectState.WITHDRAWN)


@transaction.atomic
def keep_programme(*, by: Actor, creation_key: UUID, fields: Mapping[str, Any]) -> OtherProgramme:
    """A programme for the catalogue: of the province of the agency, of the nation where the Cục enters it.

    Raises NotAllowed, Refused.
    """
    found = OtherProgramme(creation_key=creation_key, kept_by=by.agency, created_by=by.user)
    require(by, Permission.COMBINE, found)
    earlier = OtherProgramme.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.created_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    found.province = None if by.is_national else by.agency.province
    _write_programme(found, fields)
    try:
        made = save_once(found, author="created_by")
    except IntegrityError:  # somebody else wrote it at the same moment
        raise Refused(THERE_ALREADY) from None
    if made is not None:
        return made
    record(action="other_programme.keep", by=by, subject=found, thread=found.thread, after=_told_programme(found))
    return found


@transaction.atomic
def correct_programme(*, programme_id: int, by: Actor, version: int, fields: Mapping[str, Any]) -> OtherProgramme:
    """Correct a programme of one's own agency. Raises NotAllowed, Stale, Refused."""
    found = OtherProgramme.objects.select_for_update(of=("self",)).select_related("kept_by").get(pk=programme_id)
    require(by, Permission.COMBINE, found)
    if found.version != version:
        raise Stale(STALE.format(what="Chương trình"))
    before = _told_programme(found)
    _write_programme(found, fields)
    found.version += 1
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError:
        raise Refused(THERE_ALREADY) from None
    record(
        action="other_programme.keep",
        by=by,
        subject=found,
        thread=found.thread,
        before=before,
        after=_told_programme(found),
    )
    return found


@transaction.atomic
def combine(*, project_id: int, by: Actor, creation_key: UUID, fields: Mapping[str, Any]) -> Combination:
    """Write down what a programme paid in the đề án, or brought together with it. Raises NotAllowed, Refused."""
    project = _lock(project_id, by)
    earlier = Combination.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.created_by_id != by.user.pk or earlier.project_id != project_id:
            raise Refused(USED)
        return earlier
    row = Combination(project=project, creation_key=creation_key, created_by=by.user)
    _write(row, fields, by)
    made = save_once(row, author="created_by")
    if made is not None:
        return made
    record(action="project.combine", by=by, subject=project, thread=project.thread, after=_told(row))
    return row


@transaction.atomic
def correct_combination(*, row_id: int, by: Actor, version: int, fields: Mapping[str, Any]) -> Combination:
    """Correct a row. Raises NotAllowed, Stale, Refused."""
    project, row = _lock_row(row_id, by, version)
    before = _told(row)
    _write(row, fields, by)
    row.version += 1
    row.save()
    record(action="project.combine", by=by, subject=project, thread=project.thread, before=before, after=_told(row))
    return row


@transaction.atomic
def withdraw_combination(*, row_id: int, by: Actor, version: int, reason: str) -> Combination:
    """A row was a mistake: it stays to be read, and counts for nothing. Raises NotAllowed, Stale, Refused."""
    project, row = _lock_row(row_id, by, version)
    if not reason.strip():
        raise Refused("Hãy ghi lý do bỏ dòng này.")
    row.withdrawn_because = reason.strip()
    row.version += 1
    row.save()
    record(
        action="project.combine_withdraw",
        by=by,
        subject=project,
        thread=project.thread,
        before=_told(row),
        note=row.withdrawn_because,
    )
    return row


def _lock(project_id: int, by: Actor) -> Project:
    """The đề án, so that two rows of it cannot come at once; its own version is not touched: nothing of it changes."""
    project = (
        Project.objects.select_for_update(of=("self",))
        .select_related("province__current", "implementing_unit", "department", "funder", "payer")
        .get(pk=project_id)
    )
    require(by, Permission.COMBINE, project)
    if project.state in CLOSED:
        raise Refused(f"Đề án ở trạng thái «{project.get_state_display()}» không ghi lồng ghép.")
    return project


def _lock_row(row_id: int, by: Actor, version: int) -> tuple[Project, Combination]:
    project = _lock(Combination.objects.values_list("project_id", flat=True).get(pk=row_id), by)
    row = Combination.objects.select_related("programme").get(pk=row_id)
    row.project = project
    if row.version != version:
        raise Stale(STALE.format(what="Dòng lồng ghép"))
    if row.is_withdrawn:
        raise Refused("Dòng này đã được bỏ.")
    return project, row


def _write(row: Combination, fields: Mapping[str, Any], by: Actor) -> None:
    for name in ROW:
        setattr(row, name, fields[name])
    row.amount = row.amount or 0
    row.result, row.unit = (row.result or "").strip(), (row.unit or "").strip()
    row.left_to = row.left_to or ""
    if not row.programme.is_in_scope(by):
        raise Refused("Chương trình này của tỉnh khác.")
    first, last = row.programme.first_year, row.programme.last_year
    if row.year < first or (last is not None and row.year > last):
        raise Refused(f"Chương trình «{row.programme}» thực hiện {row.programme.years}, không có năm {row.year}.")
    if not row.content.strip() or not row.document.strip():
        raise Refused("Hãy ghi nội dung và chứng từ, văn bản làm căn cứ.")
    if not row.amount and row.quantity is None:
        raise Refused("Hãy ghi số tiền, hoặc kết quả chung.")
    if (row.quantity is not None) != bool(row.result) or bool(row.result) != bool(row.unit):
        raise Refused("Kết quả chung gồm tên, số lượng và đơn vị tính.")
    if row.quantity is not None and row.quantity <= 0:
        raise Refused("Số lượng phải lớn hơn 0.")
    if row.left_to and (row.quantity is None or row.counted_by != CountedBy.THERE):
        raise Refused("Chỉ để hồ sơ cho chương trình kia báo cáo khi kết quả do chương trình kia báo cáo.")
    _refuse_beyond_the_estimate(row)


def _refuse_beyond_the_estimate(row: Combination) -> None:
    """Combined money is a part of «nguồn khác» of its year: beyond it the same đồng would stand in reports twice."""
    by_year = other_by_year(row.project)
    if row.year not in by_year:
        years = ", ".join(map(str, by_year))
        raise Refused(f"Đề án thực hiện năm {years}: không ghi lồng ghép của năm {row.year}.", article=FORM_1)
    if not row.amount:
        return
    other = by_year[row.year]
    earlier = row.project.combinations.filter(pk=row.pk, withdrawn_because="", year=row.year).first()
    before = combined_by_year(row.project).get(row.year, 0) - (earlier.amount if earlier else 0)
    if before + row.amount > other:
        raise Refused(
            f"Dự toán năm {row.year} ghi nguồn khác {format_dong(other)} đồng, đã ghi theo chương trình {format_dong(before)} đồng: "
            f"không ghi thêm {format_dong(row.amount)} đồng được. Kinh phí lồng ghép là một phần của nguồn khác.",
            article=FORM_1,
        )


def _write_programme(found: OtherProgramme, fields: Mapping[str, Any]) -> None:
    for name in PROGRAMME:
        setattr(found, name, fields[name])
    found.name, found.document = found.name.strip(), found.document.strip()
    if not found.name or not found.document:
        raise Refused("Hãy ghi tên và văn bản phê duyệt chương trình.")
    if found.last_year is not None and found.last_year < found.first_year:
        raise Refused("Năm cuối phải từ năm đầu trở đi.")
    same = OtherProgramme.objects.filter(province=found.province, folded=fold(found.name)[:300]).exclude(pk=found.pk)
    if same.exists():
        raise Refused(THERE_ALREADY)
    if found.pk:
        outside = found.rows.filter(withdrawn_because="").exclude(
            year__range=(found.first_year, found.last_year or 9999)
        )
        if outside.exists():
            raise Refused("Có kinh phí, kết quả đã ghi cho năm ngoài thời gian này.")


def _told_programme(found: OtherProgramme) -> dict[str, Any]:
    return {"tên": found.name, "văn bản": found.document, "thời gian": found.years}


def _told(row: Combination) -> dict[str, Any]:
    return {
        "chương trình": str(row.programme),
        "năm": row.year,
        "kinh phí (đồng)": row.amount,
        "nội dung": row.content,
        "chứng từ": row.document,
        "kết quả": f"{row.quantity} {row.unit}: {row.result}" if row.quantity is not None else "",
        "báo cáo bởi": row.get_counted_by_display() if row.quantity is not None else "",
        "hồ sơ để chương trình kia báo cáo": row.get_left_to_display() if row.left_to else "",
    }
