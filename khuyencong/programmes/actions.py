"""What happens to a programme: entered, drafted, approved by decision, amended by the next decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from khuyencong.audit.actions import record
from khuyencong.audit.queries import last_change
from khuyencong.core.creation import USED, save_once
from khuyencong.core.errors import Refused, Stale
from khuyencong.core.findings import Finding, blockers
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.programmes import from_law, rules
from khuyencong.programmes.models import (
    Programme,
    ProgrammeMoney,
    ProgrammeTarget,
    ProgrammeVersion,
    ProgrammeYear,
    VersionState,
)

Row = ProgrammeTarget | ProgrammeMoney
STALE = "Chương trình đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại rồi làm lại."
ENTERED = "Chương trình của văn bản này đã được ghi vào hệ thống."
TAKEN_YEARS = "Cơ quan đã có chương trình trong các năm này; mỗi năm chỉ thuộc một chương trình."


@transaction.atomic
def create_programme(
    *, by: Actor, creation_key: UUID, name: str, first_year: int, last_year: int, law_document: str = ""
) -> Programme:
    """Enter a programme of the actor's agency with an empty draft, or with what `law_document` says of a national one.

    The same `creation_key` twice gives the first one back. Raises NotAllowed, Refused.
    """
    require(by, Permission.PLAN_EDIT)
    earlier = Programme.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.created_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    shipped = from_law.shipped_programmes().get(law_document)
    if law_document and (shipped is None or not by.is_national):
        raise Refused("Chỉ Cục ghi chương trình quốc gia có trong dữ liệu văn bản.")
    if law_document and Programme.objects.filter(law_document=law_document).exists():
        raise Refused(ENTERED)
    _refuse_by(rules.period_findings(first_year, last_year))
    programme = Programme(
        creation_key=creation_key,
        agency=by.agency,
        name=name.strip(),
        first_year=first_year,
        last_year=last_year,
        law_document=law_document,
        created_by=by.user,
    )
    try:
        twin = save_once(programme, author="created_by")
    except IntegrityError:
        raise Refused(ENTERED) from None  # somebody else has taken the same document over at this moment
    if twin is not None:
        return twin
    _take_years(programme)
    draft = ProgrammeVersion.objects.create(
        programme=programme, number=1, created_by=by.user, note=shipped.document.note if shipped else ""
    )
    if shipped is not None:
        _fill(draft, from_law.targets_of(shipped), from_law.money_of(shipped))
    record(
        action="programme.create",
        by=by,
        subject=programme,
        thread=programme.thread,
        after={"tên": programme.name, "giai đoạn": programme.period, "văn bản": law_document},
    )
    return programme


@transaction.atomic
def edit_programme(
    *, programme_id: int, by: Actor, version: int, name: str, first_year: int, last_year: int
) -> Programme:
    """Change name and period, until the first version is approved. Raises NotAllowed, Stale, Refused."""
    programme = _lock(programme_id, by=by, permission=Permission.PLAN_EDIT, version=version)
    if programme.versions.filter(state=VersionState.APPROVED).exists():
        raise Refused("Tên và giai đoạn của chương trình đã được phê duyệt nên không sửa được nữa.")
    _refuse_by(rules.period_findings(first_year, last_year))
    before = {"tên": programme.name, "giai đoạn": programme.period}
    programme.name, programme.first_year, programme.last_year = name.strip(), first_year, last_year
    draft = _draft_of(programme)
    _refuse_by(rules.content_findings(programme, list(draft.targets.all()), ()))
    _touch(programme)
    programme.years.all().delete()
    _take_years(programme)
    record(
        action="programme.edit",
        by=by,
        subject=programme,
        thread=programme.thread,
        before=before,
        after={"tên": programme.name, "giai đoạn": programme.period},
    )
    return programme


@transaction.atomic
def amend(*, programme_id: int, by: Actor, version: int) -> ProgrammeVersion:
    """Begin the next version as a copy of the last approved one. Raises NotAllowed, Stale, Refused."""
    programme = _lock(programme_id, by=by, permission=Permission.PLAN_EDIT, version=version)
    last = programme.versions.order_by("number").last()
    if last is None or last.is_draft:
        raise Refused("Chương trình đang có một dự thảo: hãy sửa dự thảo ấy.")
    draft = ProgrammeVersion.objects.create(programme=programme, number=last.number + 1, created_by=by.user)
    _fill(draft, last.targets.all(), last.money.all())
    _touch(programme)
    record(
        action="programme.amend",
        by=by,
        subject=programme,
        thread=programme.thread,
        after={"phiên bản": draft.number},
    )
    return draft


@transaction.atomic
def save_draft(
    *,
    programme_id: int,
    by: Actor,
    version: int,
    targets: Sequence[ProgrammeTarget],
    money: Sequence[ProgrammeMoney],
    note: str = "",
) -> ProgrammeVersion:
    """Replace what the draft wants by these rows, not yet saved, in their order.

    A row that says the same as one that was compared with the decision stays compared; any other is not.
    Raises NotAllowed, Stale, Refused.
    """
    programme = _lock(programme_id, by=by, permission=Permission.PLAN_EDIT, version=version)
    draft = _draft_of(programme)
    _refuse_by(rules.content_findings(programme, targets, money))
    before = _as_texts(draft)
    stored: list[Row] = [*draft.targets.all(), *draft.money.all()]
    sent: list[Row] = [*targets, *money]
    compared = {_said(row) for row in stored if row.verified}
    for number, one in enumerate(targets):
        one.position = number
    for row in sent:
        row.verified = _said(row) in compared
    draft.targets.all().delete()
    draft.money.all().delete()
    _fill(draft, targets, money)
    draft.note = note
    draft.save(update_fields=["note"])
    _touch(programme)
    record(
        action="programme.draft",
        by=by,
        subject=programme,
        thread=programme.thread,
        before=before,
        after=_as_texts(draft),
    )
    return draft


@transaction.atomic
def discard_draft(*, programme_id: int, by: Actor, version: int) -> Programme | None:
    """Drop the draft; a programme that was never approved goes with it, and None is answered.

    Raises NotAllowed, Stale, Refused.
    """
    programme = _lock(programme_id, by=by, permission=Permission.PLAN_EDIT, version=version)
    draft = _draft_of(programme)
    before = {"tên": programme.name, "phiên bản": draft.number, **_as_texts(draft)}
    if draft.number == 1:
        record(action="programme.discard", by=by, subject=programme, thread=programme.thread, before=before)
        programme.delete()
        return None
    draft.delete()
    _touch(programme)
    record(action="programme.discard", by=by, subject=programme, thread=programme.thread, before=before)
    return programme


@transaction.atomic
def approve_version(
    *,
    programme_id: int,
    by: Actor,
    version: int,
    decision_number: str,
    decision_on: date,
    decided_by: str,
    effective_on: date,
    compared: bool = False,
) -> ProgrammeVersion:
    """Put the draft into force by a decision (NĐ 45/2012 Đ2.2); `compared`: its numbers were compared with the decision.

    Raises NotAllowed, Stale, Refused.
    """
    programme = _lock(programme_id, by=by, permission=Permission.PLAN_APPROVE, version=version)
    draft = _draft_of(programme)
    if draft.created_by_id == by.user.pk:
        raise Refused("Người soạn phiên bản không tự phê duyệt: hãy để người khác ghi quyết định.")
    if not decision_number.strip() or not decided_by.strip():
        raise Refused("Hãy ghi số quyết định và người ký.")
    earlier = programme.versions.filter(state=VersionState.APPROVED).order_by("number").last()
    _refuse_by(rules.approval_findings(draft, earlier, decision_on=decision_on, effective_on=effective_on))
    draft.state = VersionState.APPROVED
    draft.decision_number, draft.decided_by = decision_number.strip(), decided_by.strip()
    draft.decision_on, draft.effective_on = decision_on, effective_on
    draft.approved_as = by.signature
    draft.save()
    if compared:
        draft.targets.filter(low__isnull=False).update(verified=True)
        draft.money.filter(low__isnull=False).update(verified=True)
    _touch(programme)
    record(
        action="programme.approve",
        by=by,
        subject=programme,
        thread=programme.thread,
        after={
            "phiên bản": draft.number,
            "quyết định": draft.decision_number,
            "ngày": decision_on.isoformat(),
            "người ký": draft.decided_by,
            "hiệu lực": effective_on.isoformat(),
            "đã đối chiếu": compared,
        },
    )
    return draft


def _lock(programme_id: int, *, by: Actor, permission: Permission, version: int) -> Programme:
    """The programme, locked: before whatever belongs to it, and before the head of the audit chain."""
    found = Programme.objects.select_for_update(of=("self",)).select_related("agency__province")
    programme = found.filter(pk=programme_id).first()
    if programme is None:
        raise Refused("Chương trình này không còn.")
    require(by, permission, programme)
    if programme.version != version:
        raise Stale(f"{STALE} {last_change(programme.thread)}".strip())
    return programme


def _draft_of(programme: Programme) -> ProgrammeVersion:
    draft = programme.versions.filter(state=VersionState.DRAFT).first()
    if draft is None:
        raise Refused("Chương trình không có dự thảo nào: hãy soạn phiên bản điều chỉnh.")
    return draft


def _touch(programme: Programme) -> None:
    programme.version += 1
    programme.save()


def _take_years(programme: Programme) -> None:
    """Each year of the agency belongs to one programme; the database decides between two that come at once."""
    years = range(programme.first_year, programme.last_year + 1)
    try:
        with transaction.atomic():
            ProgrammeYear.objects.bulk_create(
                ProgrammeYear(programme=programme, agency_id=programme.agency_id, year=year) for year in years
            )
    except IntegrityError:
        raise Refused(TAKEN_YEARS) from None


def _fill(draft: ProgrammeVersion, targets: Iterable[ProgrammeTarget], money: Iterable[ProgrammeMoney]) -> None:
    ProgrammeTarget.objects.bulk_create(one.copy_to(draft) for one in targets)
    ProgrammeMoney.objects.bulk_create(one.copy_to(draft) for one in money)


def _said(row: Row) -> tuple[Any, ...]:
    """What a row says that can be compared with a decision."""
    if isinstance(row, ProgrammeMoney):
        return row.source, row.low, row.high, row.article
    return row.indicator, row.label, row.unit, row.low, row.high, row.first_year, row.last_year, row.article


def _as_texts(draft: ProgrammeVersion) -> dict[str, Any]:
    return {
        "chỉ tiêu": [str(one) for one in draft.targets.all()],
        "kinh phí": [str(one) for one in draft.money.all()],
    }


def _refuse_by(findings: Iterable[Finding]) -> None:
    found = blockers(findings)
    if found:
        raise Refused(" ".join(one.sentence for one in found), article=found[0].article, findings=found)
