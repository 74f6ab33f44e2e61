"""A fair is prepared, called, its list confirmed, closed or given up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED, save_once
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.fairs import rules
from khuyencong.fairs.door import lock_fair, lock_fairs_beside, lock_for_step, need
from khuyencong.fairs.keeping import keep_file
from khuyencong.fairs.models import Fair, FairFileKind, FairState, ParticipantState
from khuyencong.fairs.rent import sums_of, write_support
from khuyencong.fairs.states import move
from khuyencong.fairs.tell import tell_invited
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.projects.keeping import files_or_nothing
from khuyencong.projects.models import Project

FIELDS = ("name", "organiser", "place", "country", "starts_on", "ends_on", "register_until", "about", "round")
_PERCENT = 100


@transaction.atomic
def make_fair(*, by: Actor, creation_key: UUID, project: Project, fields: Mapping[str, Any]) -> Fair:
    """Begin a fair of a đề án. `fields`: FIELDS. Raises NotAllowed, Refused (the đề án is not for fairs, days, names)."""
    fair = Fair(project=project, creation_key=creation_key, created_by=by.user)
    require(by, Permission.FAIR_MANAGE, fair)
    earlier = Fair.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.created_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    _write(fair, fields)
    rules.check_project(fair)
    made = save_once(fair, author="created_by")
    if made is not None:
        return made
    record(action="fair.make", by=by, subject=fair, thread=fair.thread, after=snapshot(fair))
    return fair


@transaction.atomic
def change_fair(*, fair_id: int, by: Actor, version: int, fields: Mapping[str, Any]) -> Fair:
    """Change what was prepared; after the list was confirmed only where and when. Raises NotAllowed, Stale, Refused."""
    fair = lock_fair(fair_id, by=by, permission=Permission.FAIR_MANAGE, version=version)
    if fair.state in {FairState.CLOSED, FairState.CANCELLED}:
        raise Refused(f"Hội chợ ở trạng thái «{fair.get_state_display()}»: không sửa được nữa.")
    before, year = snapshot(fair), fair.starts_on.year
    _write(fair, fields)
    if fair.register_until is None and fair.state != FairState.DRAFT:
        raise Refused("Hội chợ đã mời thì phải có ngày cuối nhận đăng ký.")
    rules.check_project(fair)
    rules.check_results_inside(fair)
    fair.on_portal = fair.state != FairState.DRAFT and bool(fields.get("on_portal"))
    rules.check_portal(fair)
    if fair.starts_on.year != year:
        rules.check_all_abroad(fair)
    fair.version += 1
    fair.save()
    record(action="fair.change", by=by, subject=fair, thread=fair.thread, before=before, after=snapshot(fair))
    return fair


def call_fair(
    *,
    fair_id: int,
    by: Actor,
    version: int,
    number: str,
    on: date,
    upload: UploadedFile[bytes] | None = None,
    on_portal: bool = False,
) -> Fair:
    """Invite by a document: from now on establishments register, and where `on_portal` everybody reads of it.

    Raises NotAllowed, Stale, Refused.
    """
    with files_or_nothing() as kept, transaction.atomic():
        fair = lock_for_step(fair_id, "call", by=by, version=version)
        fair.call_number, fair.call_on = need(number, "Hãy ghi số văn bản mời."), on
        rules.check_past(on, "Ngày văn bản mời")
        if fair.register_until is None:
            raise Refused("Hãy đặt ngày cuối nhận đăng ký trước khi mời.")
        if fair.register_until < today():
            raise Refused(f"Ngày cuối nhận đăng ký {format_date(fair.register_until)} đã qua: hãy sửa trước khi mời.")
        fair.on_portal = on_portal
        rules.check_portal(fair)
        if upload is not None:
            keep_file(fair, upload, kind=FairFileKind.CALL, user=by.user, kept=kept)
        move(fair, "call")
        invited = list(
            fair.participants.filter(state=ParticipantState.INVITED).select_related("establishment__account", "fair")
        )
        tell_invited(fair, invited, by=by)
        record(
            action="fair.call",
            by=by,
            subject=fair,
            thread=fair.thread,
            after={
                "văn bản": fair.call_number,
                "ngày": on.isoformat(),
                "cơ sở được mời": len(invited),
                "hiện trên cổng": on_portal,
            },
        )
    return fair


def confirm_list(
    *,
    fair_id: int,
    by: Actor,
    version: int,
    number: str,
    on: date,
    norm_read: bool = False,
    upload: UploadedFile[bytes] | None = None,
) -> Fair:
    """The department confirms who takes part and for how much (TT 36/2013 Đ14.10, Đ14.11); booths are fixed from then on.

    `norm_read`: the leader has looked at what is unsure about the norm. Raises NotAllowed, Stale, Refused.
    """
    with files_or_nothing() as kept, transaction.atomic():
        lock_fairs_beside(fair_id)
        fair = lock_for_step(fair_id, "confirm", by=by, version=version)
        rules.check_past(on, "Ngày xác nhận")
        rules.check_all_abroad(fair)
        share = write_support(fair)
        booths = list(fair.booths.select_related("participant__establishment"))
        rules.refuse_on(rules.confirming_findings(fair, booths, share))
        if share.questions and not norm_read:
            raise Refused(f"{share.questions[0].sentence} Hãy đánh dấu đã xem.", article=share.citation)
        fair.confirmed_number, fair.confirmed_on = need(number, "Hãy ghi số văn bản xác nhận."), on
        fair.rate_percent = (
            None if share.rate is None else Decimal(share.rate.numerator * _PERCENT) / share.rate.denominator
        )
        doubted = any(one.code == "norm_unverified" for one in share.questions)
        fair.rate_basis = f"{share.citation} (chờ xác minh)" if doubted else share.citation
        if upload is not None:
            keep_file(fair, upload, kind=FairFileKind.CONFIRMED, user=by.user, kept=kept)
        move(fair, "confirm")
        sums = sums_of(booths)
        record(
            action="fair.confirm",
            by=by,
            subject=fair,
            thread=fair.thread,
            after={
                "văn bản": fair.confirmed_number,
                "ngày": on.isoformat(),
                "tỷ lệ": share.percent,
                "căn cứ": share.citation,
                "gian": sums.booths,
                "giá thuê (đồng)": sums.price,
                "khuyến công hỗ trợ (đồng)": sums.support,
            },
        )
    return fair


@transaction.atomic
def reopen_list(*, fair_id: int, by: Actor, version: int, reason: str) -> Fair:
    """Take the confirmation back so that the list can be mended. Raises NotAllowed, Stale, Refused."""
    fair = lock_for_step(fair_id, "reopen", by=by, version=version)
    rules.check_unsettled(fair)
    why = need(reason, "Hãy ghi lý do mở lại danh sách.")
    before = {"văn bản": fair.confirmed_number}
    fair.confirmed_number, fair.confirmed_on, fair.rate_percent, fair.rate_basis = "", None, None, ""
    move(fair, "reopen")
    record(
        action="fair.reopen",
        by=by,
        subject=fair,
        thread=fair.thread,
        before=before,
        after={"trạng thái": fair.get_state_display()},
        note=why,
    )
    return fair


@transaction.atomic
def close_fair(*, fair_id: int, by: Actor, version: int) -> Fair:
    """Nothing more of its days is to be written; partners are still looked at again. Raises NotAllowed, Stale, Refused."""
    fair = lock_for_step(fair_id, "close", by=by, version=version)
    if today() < fair.ends_on:
        raise Refused(f"Hội chợ bế mạc ngày {format_date(fair.ends_on)}: kết thúc được từ ngày ấy.")
    move(fair, "close")
    record(
        action="fair.close",
        by=by,
        subject=fair,
        thread=fair.thread,
        after={"trạng thái": fair.get_state_display()},
    )
    return fair


@transaction.atomic
def resume_fair(*, fair_id: int, by: Actor, version: int, reason: str) -> Fair:
    """Open the days of a closed fair again, because a figure is missing or wrong; its list stays confirmed.

    Raises NotAllowed, Stale, Refused.
    """
    fair = lock_for_step(fair_id, "resume", by=by, version=version)
    rules.check_unsettled(fair)
    why = need(reason, "Hãy ghi lý do mở lại hội chợ.")
    move(fair, "resume")
    record(
        action="fair.resume",
        by=by,
        subject=fair,
        thread=fair.thread,
        after={"trạng thái": fair.get_state_display()},
        note=why,
    )
    return fair


@transaction.atomic
def cancel_fair(*, fair_id: int, by: Actor, version: int, reason: str) -> Fair:
    """The fair is not held. Raises NotAllowed, Stale, Refused."""
    fair = lock_for_step(fair_id, "cancel", by=by, version=version)
    fair.cancelled_because = need(reason, "Hãy ghi lý do không tổ chức.")
    move(fair, "cancel")
    record(
        action="fair.cancel",
        by=by,
        subject=fair,
        thread=fair.thread,
        after={"trạng thái": fair.get_state_display()},
        note=fair.cancelled_because,
    )
    return fair


def _write(fair: Fair, fields: Mapping[str, Any]) -> None:
    for name in FIELDS:
        setattr(fair, name, fields.get(name, "" if name in {"organiser", "country", "about"} else None))
    fair.name = need(fields["name"], "Hãy ghi tên hội chợ.")
    fair.place = need(fields["place"], "Hãy ghi địa điểm.")
    rules.check_days(fair)


def snapshot(fair: Fair) -> dict[str, Any]:
    """What stands in the trail of a fair."""
    return {
        "đề án": fair.project.code,
        "tên": fair.name,
        "đơn vị tổ chức": fair.organiser,
        "địa điểm": fair.place_text,
        "khai mạc": fair.starts_on.isoformat(),
        "bế mạc": fair.ends_on.isoformat(),
        "đăng ký đến": fair.register_until.isoformat() if fair.register_until else None,
        "kỳ bình chọn": str(fair.round) if fair.round else "",
        "hiện trên cổng": fair.on_portal,
    }
