"""An information work from the plan to publication, and the payment that paid it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED, save_once
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.core.files import check_upload
from khuyencong.core.finding import haystack
from khuyencong.core.money import format_dong
from khuyencong.finance.models import LedgerEntry
from khuyencong.finance.used import used_of
from khuyencong.outreach.door import lock_work, need
from khuyencong.outreach.models import Work, WorkFile, WorkKind, WorkState
from khuyencong.outreach.paying import postings_for
from khuyencong.outreach.states import move_work
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.projects.keeping import files_or_nothing
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState

ARTICLE = "NĐ 45/2012 Đ4.6"
S = ProjectState
INFORMED = frozenset({S.APPROVED, S.IN_PROGRESS, S.ACCEPTED, S.SETTLED})
MOST_FILES = 40
Uploads: TypeAlias = "Sequence[UploadedFile[bytes]]"


@transaction.atomic
def plan_work(*, by: Actor, creation_key: UUID, project: Project, fields: Mapping[str, Any]) -> Work:
    """Put a work into the editorial plan of an approved đề án, whatever its activity. Raises NotAllowed, Refused."""
    work = Work(project=project, creation_key=creation_key, created_by=by.user)
    require(by, Permission.OUTREACH_MANAGE, work)
    earlier = Work.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.created_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    if project.state not in INFORMED - {S.SETTLED}:
        raise Refused(
            f"Đề án ở trạng thái «{project.get_state_display()}» không nhận sản phẩm thông tin.", article=ARTICLE
        )
    _write(work, fields)
    made = save_once(work, author="created_by")
    if made is not None:
        return made
    record(action="outreach.plan", by=by, subject=work, thread=work.thread, after=_told(work))
    return work


@transaction.atomic
def change_work(*, work_id: int, by: Actor, version: int, fields: Mapping[str, Any]) -> Work:
    """Write it anew before it is published. Raises NotAllowed, Stale, Refused."""
    work = lock_work(work_id, by=by, permission=Permission.OUTREACH_MANAGE, version=version)
    if work.state not in {WorkState.PLANNED, WorkState.MADE}:
        raise Refused(f"Sản phẩm ở trạng thái «{work.get_state_display()}» không sửa nữa.")
    if work.posting_id is not None and fields.get("cost") != work.cost:
        raise Refused("Chi phí đã gắn với một khoản chi: không đổi nữa.")
    before = _told(work)
    _write(work, fields)
    work.version += 1
    work.save()
    record(action="outreach.change", by=by, subject=work, thread=work.thread, before=before, after=_told(work))
    return work


@transaction.atomic
def make_work(*, work_id: int, by: Actor, version: int, on: date) -> Work:
    """It is made and waits for a leader. Raises NotAllowed, Stale, Refused."""
    work = lock_work(work_id, by=by, permission=Permission.OUTREACH_MANAGE, version=version, step="make")
    _check_past(on, "Ngày làm xong")
    work.made_on = on
    _move_and_record(work, "make", by=by, on=on)
    return work


@transaction.atomic
def publish_work(*, work_id: int, by: Actor, version: int, on: date, is_public: bool) -> Work:
    """A leader lets it out; `is_public`: its text also stands on the public page. Raises NotAllowed, Stale, Refused."""
    work = lock_work(work_id, by=by, permission=Permission.OUTREACH_PUBLISH, version=version, step="publish")
    _check_past(on, "Ngày đăng, phát")
    if work.made_on is not None and on < work.made_on:
        raise Refused(f"Ngày đăng, phát không trước ngày làm xong {format_date(work.made_on)}.")
    if is_public and not work.body:
        raise Refused("Chưa có nội dung để hiện ở trang tin công khai: đơn vị soạn nội dung trước.")
    work.published_on, work.is_public, work.approved_by = on, is_public, by.user
    _move_and_record(work, "publish", by=by, on=on)
    return work


@transaction.atomic
def step_back(*, work_id: int, step: str, by: Actor, version: int, reason: str) -> Work:
    """Send it back, take it down, or give it up, with a reason. Raises NotAllowed, Stale, Refused."""
    permission = Permission.OUTREACH_MANAGE if step == "drop" else Permission.OUTREACH_PUBLISH
    work = lock_work(work_id, by=by, permission=permission, version=version, step=step)
    said = need(reason, "Hãy ghi lý do.")
    if step == "drop":
        if work.posting_id is not None:
            raise Refused("Sản phẩm này đã gắn với một khoản chi: không bỏ được.")
        work.dropped_because = said
    if step == "withdraw":
        work.published_on, work.is_public, work.approved_by = None, False, None
    if step == "send_back":
        work.made_on = None
    _move_and_record(work, step, by=by, note=said)
    return work


@transaction.atomic
def write_reach(
    *, work_id: int, by: Actor, version: int, link: str, reach: int | None, reach_of: str, cost: int | None = None
) -> Work:
    """Where it can be seen and how many it reached, by whose count. Raises NotAllowed, Stale, Refused.

    An address that a leader let out on the public page stays. `cost` (đồng): where it was not known before.
    """
    work = lock_work(work_id, by=by, permission=Permission.OUTREACH_MANAGE, version=version)
    if work.state != WorkState.PUBLISHED:
        raise Refused("Ghi số lượt tiếp cận sau khi đã đăng, phát.")
    if reach is not None:
        need(reach_of, "Số lượt tiếp cận phải nói đếm gì, theo nguồn nào.")
    if work.is_public and work.link and link != work.link:
        raise Refused("Địa chỉ này đã được duyệt hiện ở trang công khai: muốn đổi thì lãnh đạo gỡ xuống rồi duyệt lại.")
    if cost is not None and cost != work.cost:
        if work.cost is not None:
            raise Refused("Chi phí đã được ghi: không đổi sau khi đã đăng, phát.")
        work.cost = cost
    work.link, work.reach, work.reach_of = link, reach, reach_of.strip() if reach is not None else ""
    work.version += 1
    work.save()
    record(
        action="outreach.reach",
        by=by,
        subject=work,
        thread=work.thread,
        after={"địa chỉ": link, "số lượt": reach, "đếm gì": work.reach_of, "chi phí (đồng)": work.cost},
    )
    return work


@transaction.atomic
def tie_posting(*, work_id: int, by: Actor, version: int, posting_id: int) -> Work:
    """Say which payment of the đề án paid this work. The works of a payment never exceed it.

    Where the payment was taken back in the ledger another may be named. Raises NotAllowed, Stale, Refused.
    """
    work = lock_work(work_id, by=by, permission=Permission.OUTREACH_MANAGE, version=version)
    if work.cost is None:
        raise Refused("Hãy ghi chi phí của sản phẩm trước.")
    standing = postings_for(work.project)
    if work.posting_id is not None and standing.filter(pk=work.posting_id).exists():
        raise Refused("Sản phẩm này đã gắn với một khoản chi.")
    if work.state == WorkState.DROPPED:
        raise Refused("Sản phẩm không làm thì không có khoản chi.")
    posting = standing.filter(pk=posting_id).first()
    if posting is None:
        raise Refused("Khoản chi này không phải của đề án, hoặc đã bị hủy.")
    # Two works of two officers may come at once: the row itself is what both wait for.
    LedgerEntry.objects.select_for_update(of=("self",)).get(pk=posting.pk)
    left = posting.amount - used_of(posting)
    if work.cost > left:
        raise Refused(f"Khoản chi {posting.document} chỉ còn {format_dong(left)} đồng chưa gắn với sản phẩm nào.")
    work.posting = posting
    work.version += 1
    work.save()
    record(
        action="outreach.paid",
        by=by,
        subject=work,
        thread=work.thread,
        after={"sản phẩm": work.title, "chi phí (đồng)": work.cost, "chứng từ": posting.document},
    )
    return work


def add_work_files(*, work_id: int, by: Actor, version: int, uploads: Uploads) -> Work:
    """Add the product, its contract or its minutes. Raises NotAllowed, Stale, Refused."""
    with files_or_nothing() as kept, transaction.atomic():
        work = lock_work(work_id, by=by, permission=Permission.OUTREACH_MANAGE, version=version)
        if not uploads:
            raise Refused("Hãy chọn tệp.")
        if work.files.count() + len(uploads) > MOST_FILES:
            raise Refused(f"Nhiều nhất {MOST_FILES} tệp.")
        for upload in uploads:
            _keep(work, upload, by=by, kept=kept)
        work.version += 1
        work.save(update_fields=["version"])
        record(
            action="outreach.files",
            by=by,
            subject=work,
            thread=work.thread,
            after={"tệp": "; ".join(one.name or "" for one in uploads)},
        )
    return work


def _keep(work: Work, upload: UploadedFile[bytes], *, by: Actor, kept: list[str]) -> None:
    found = check_upload(upload)
    if work.files.filter(sha256=found.sha256).exists():
        raise Refused(f"Tệp «{found.name}» đã có ở đây.")
    row = WorkFile(
        work=work,
        name=found.name,
        content_type=found.content_type,
        size=found.size,
        sha256=found.sha256,
        uploaded_by=by.user,
    )
    row.file.save(found.arrive(), upload, save=False)
    kept.append(row.file.name or "")
    row.save()


def _write(work: Work, fields: Mapping[str, Any]) -> None:
    work.kind = WorkKind(fields["kind"])
    work.title = need(fields["title"], "Hãy ghi tên sản phẩm.")
    work.medium = need(fields["medium"], "Hãy ghi nơi đăng, phát, phát hành.")
    work.planned_on = fields["planned_on"]
    work.cost, work.in_charge = fields.get("cost"), fields.get("in_charge")
    for name in ("partner", "contract", "body", "link"):
        setattr(work, name, (fields.get(name) or "").strip())
    work.haystack = haystack(work.title, work.medium, work.partner, work.project.code)


def _check_past(on: date, what: str) -> None:
    if on > today():
        raise Refused(f"{what} không sau hôm nay ({format_date(today())}).")


def _move_and_record(work: Work, step: str, *, by: Actor, on: date | None = None, note: str = "") -> None:
    move_work(work, step)
    after = {"sản phẩm": work.title, "trạng thái": work.get_state_display(), "ngày": on.isoformat() if on else ""}
    record(action=f"outreach.{step}", by=by, subject=work, thread=work.thread, after=after, note=note)


def _told(work: Work) -> dict[str, Any]:
    return {
        "sản phẩm": work.title,
        "loại": work.get_kind_display(),
        "nơi đăng": work.medium,
        "ngày dự kiến": work.planned_on.isoformat(),
        "hợp đồng": work.contract,
        "chi phí (đồng)": work.cost,
    }
