"""A round is prepared, called, opened for scoring, closed or given up (TT 26/2014 Đ8–Đ16)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from khuyencong.audit.actions import record
from khuyencong.competitions.door import lock_for_step, lock_round, need, touch
from khuyencong.competitions.judging.actions.conflicts import scan
from khuyencong.competitions.keeping import keep_round_papers
from khuyencong.competitions.models import Criterion, Round, RoundPaperKind, RoundState
from khuyencong.competitions.outcome.closing import closing_findings
from khuyencong.competitions.rules import (
    calling_findings,
    check_level,
    check_past,
    check_portal,
    opening_findings,
    refuse_on,
)
from khuyencong.competitions.states import move
from khuyencong.competitions.tell import tell_called, tell_opened
from khuyencong.core.creation import USED, save_once
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.findings import NeedsApproval
from khuyencong.establishments.models import CertificateLevel
from khuyencong.people.actors import Actor
from khuyencong.people.models import AgencyKind
from khuyencong.people.permissions import Permission, require
from khuyencong.projects.keeping import files_or_nothing

SETTINGS = ("scoring_mode", "score_step", "tie_rule", "quorum")
TEXTS = ("where",)
DAYS = ("entries_from", "entries_until", "scoring_until")
FURTHEST = 2  # years from now that a round may speak of


@transaction.atomic
def make_round(*, by: Actor, creation_key: UUID, fields: Mapping[str, Any], previous: Round | None = None) -> Round:
    """Begin a round of the actor's agency; from `previous` its scale is taken over, to be decided anew.

    `fields`: level, commune or district or region as the level asks, year, name, SETTINGS, TEXTS, DAYS, project.
    Raises NotAllowed, Refused (the level is not the agency's, or does not hold on the day).
    """
    round_ = Round(agency=by.agency, creation_key=creation_key, created_by=by.user, previous=previous)
    require(by, Permission.COMPETITION_MANAGE, round_)
    earlier = Round.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.created_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    _place(round_, fields, by)
    _write(round_, fields)
    made = save_once(round_, author="created_by")
    if made is not None:
        return made
    if previous is not None:
        Criterion.objects.bulk_create(
            Criterion(round=round_, part=one.part, text=one.text, max_points=one.max_points, order=one.order)
            for one in previous.criteria.all()
        )
    record(
        action="competition.make",
        by=by,
        subject=round_,
        thread=round_.thread,
        after=snapshot(round_),
        note=f"Theo {previous.name}" if previous else "",
    )
    return round_


@transaction.atomic
def change_round(*, round_id: int, by: Actor, version: int, fields: Mapping[str, Any]) -> Round:
    """Change what was prepared; once called only the last days, and never to earlier ones. Raises NotAllowed, Stale, Refused."""
    round_ = lock_round(round_id, by=by, permission=Permission.COMPETITION_MANAGE, version=version)
    before = snapshot(round_)
    if round_.state == RoundState.DRAFT:
        _write(round_, fields)
    elif round_.state == RoundState.CALLED:
        _prolong(round_, fields)
    else:
        raise Refused("Kỳ bình chọn đã chấm điểm: không sửa được nữa.")
    round_.version += 1
    round_.save()
    record(
        action="competition.change", by=by, subject=round_, thread=round_.thread, before=before, after=snapshot(round_)
    )
    return round_


def call_round(
    *,
    round_id: int,
    by: Actor,
    version: int,
    number: str,
    on: date,
    uploads: Sequence[UploadedFile[bytes]] = (),
    on_portal: bool = False,
) -> Round:
    """Call for products by a document: the council stands, the days are set; where `on_portal` everybody reads of it.

    Raises NotAllowed, Stale, Refused.
    """
    with files_or_nothing() as kept, transaction.atomic():
        round_ = lock_for_step(round_id, "call", by=by, version=version)
        check_past(on, "Ngày văn bản")
        round_.call_number, round_.call_on = need(number, "Hãy ghi số văn bản thông báo."), on
        refuse_on(calling_findings(round_, list(round_.members.all()), today()))
        round_.on_portal = on_portal
        check_portal(round_)
        keep_round_papers(round_, uploads, kind=RoundPaperKind.CALL, user=by.user, kept=kept)
        move(round_, "call")
        tell_called(round_, by=by)
        record(
            action="competition.call",
            by=by,
            subject=round_,
            thread=round_.thread,
            after={"văn bản": round_.call_number, "ngày": on.isoformat(), "hiện trên cổng": on_portal, **_days(round_)},
        )
    return round_


@transaction.atomic
def open_scoring(*, round_id: int, by: Actor, version: int, last_day: bool = False) -> Round:
    """Stop taking products and let the jury score; `last_day`: confirmed on the last day of receiving.

    Raises NotAllowed, Stale, Refused with everything that stands in the way (Đ11.2, Đ16.1).
    """
    round_ = lock_for_step(round_id, "open_scoring", by=by, version=version)
    states = list(round_.entries.order_by().values_list("state", flat=True))
    found = opening_findings(round_, list(round_.members.all()), list(round_.criteria.all()), states, today())
    refuse_on(found)
    asked = next((one for one in found if isinstance(one, NeedsApproval)), None)
    if asked is not None and not last_day:
        raise Refused(f"{asked.sentence} Hãy đánh dấu xác nhận.")
    conflicts = scan(round_)
    round_.scoring_opened_at = timezone.now()
    move(round_, "open_scoring")
    tell_opened(round_, by=by)
    record(
        action="competition.open_scoring",
        by=by,
        subject=round_,
        thread=round_.thread,
        after={
            "sản phẩm": states.count("accepted"),
            "khung điểm lần": round_.criteria_version,
            "xung đột lợi ích thấy": len(conflicts),
        },
    )
    return round_


@transaction.atomic
def close_round(*, round_id: int, by: Actor, version: int) -> Round:
    """Nothing more is to come of the round itself. Raises NotAllowed, Stale, Refused."""
    round_ = lock_for_step(round_id, "close", by=by, version=version)
    refuse_on(closing_findings(round_, today()))
    move(round_, "close")
    record(
        action="competition.close",
        by=by,
        subject=round_,
        thread=round_.thread,
        after={"trạng thái": round_.get_state_display()},
    )
    return round_


@transaction.atomic
def cancel_round(*, round_id: int, by: Actor, version: int, reason: str) -> Round:
    """The round is not held. Raises NotAllowed, Stale, Refused."""
    round_ = lock_for_step(round_id, "cancel", by=by, version=version)
    round_.cancelled_because = need(reason, "Hãy ghi lý do không tổ chức.")
    move(round_, "cancel")
    record(
        action="competition.cancel",
        by=by,
        subject=round_,
        thread=round_.thread,
        after={"trạng thái": round_.get_state_display()},
        note=round_.cancelled_because,
    )
    return round_


def add_round_papers(
    *, round_id: int, by: Actor, version: int, kind: str, uploads: Sequence[UploadedFile[bytes]]
) -> Round:
    """Keep the scans of decisions and letters with the round. Raises NotAllowed, Stale, Refused."""
    with files_or_nothing() as kept, transaction.atomic():
        round_ = lock_round(round_id, by=by, permission=Permission.COMPETITION_MANAGE, version=version)
        if round_.state == RoundState.CANCELLED:
            raise Refused("Kỳ bình chọn không tổ chức: không thêm giấy tờ.")
        if not uploads:
            raise Refused("Hãy chọn ít nhất một tệp.")
        rows = keep_round_papers(round_, uploads, kind=RoundPaperKind(kind), user=by.user, kept=kept)
        touch(round_)
        record(
            action="competition.papers",
            by=by,
            subject=round_,
            thread=round_.thread,
            after={"loại": RoundPaperKind(kind).label, "tệp": [one.name for one in rows]},
        )
    return round_


def snapshot(round_: Round) -> dict[str, Any]:
    """What the trail says of a round."""
    return {
        "tên": round_.name,
        "cấp": round_.get_level_display(),
        "nơi": round_.place,
        "năm": round_.year,
        "cách chấm": round_.scoring_mode,
        "bước điểm": round_.score_step,
        "khi bằng điểm": round_.tie_rule,
        "số giám khảo phải chấm": round_.quorum,
        "đề án chi trả": round_.project.code if round_.project else None,
        "hiện trên cổng": round_.on_portal,
        **_days(round_),
    }


def _days(round_: Round) -> dict[str, str | None]:
    def day(value: date | None) -> str | None:
        return value.isoformat() if value else None

    return {
        "nhận từ": day(round_.entries_from),
        "nhận đến": day(round_.entries_until),
        "chấm xong trước": day(round_.scoring_until),
    }


def _place(round_: Round, fields: Mapping[str, Any], by: Actor) -> None:
    """The place that the level asks for, taken from the agency where it has only one."""
    level, agency = fields["level"], by.agency
    check_level(level, agency, fields.get("entries_from") or today())
    round_.level = level
    match level:
        case CertificateLevel.NATION:
            round_.place_key = "nation"
        case CertificateLevel.REGION:
            round_.region = need(fields.get("region") or "", "Hãy chọn khu vực.")
            round_.place_key = f"region:{round_.region}"
        case CertificateLevel.COMMUNE:
            commune = agency.commune if agency.kind == AgencyKind.COMMUNE else fields.get("commune")
            if commune is None:
                raise Refused("Hãy chọn xã, phường, đặc khu.")
            if (commune.province.current_id or commune.province_id) != by.province_id:
                raise Refused("Xã này ở tỉnh khác.")
            round_.commune, round_.province = commune, commune.province
            round_.place_key = f"commune:{commune.key}"
        case _:
            if agency.province is None:
                raise Refused("Cơ quan này không ở tỉnh nào.")
            round_.province = agency.province
            round_.place_key = f"{level}:{agency.province.key}"
            if level == CertificateLevel.DISTRICT:
                round_.district = need(fields.get("district") or "", "Hãy ghi tên huyện.")
                round_.place_key = f"{round_.place_key}:{round_.district}"


def _write(round_: Round, fields: Mapping[str, Any]) -> None:
    for name in (*SETTINGS, *TEXTS, *DAYS):
        if name in fields:
            setattr(round_, name, fields[name])
    round_.name = need(fields["name"], "Hãy ghi tên kỳ bình chọn.")
    round_.year = fields["year"]
    round_.project = fields.get("project")
    if abs(round_.year - today().year) > FURTHEST:
        raise Refused(f"Kỳ bình chọn của năm {round_.year} không ghi được bây giờ.")
    same = Round.objects.filter(
        level=round_.level, place_key=round_.place_key, year=round_.year, name=round_.name
    ).exclude(pk=round_.pk)
    if same.exists():
        raise Refused("Đã có kỳ bình chọn cùng cấp, nơi, năm và tên này.")
    _check_days(round_)
    if round_.entries_from is not None:
        check_level(round_.level, round_.agency, round_.entries_from)


def _prolong(round_: Round, fields: Mapping[str, Any]) -> None:
    until = fields.get("entries_until")
    if until is None or round_.entries_until is None or until < round_.entries_until:
        raise Refused("Đã thông báo: chỉ gia hạn ngày cuối nhận hồ sơ, không rút ngắn.")
    round_.entries_until, round_.scoring_until = until, fields.get("scoring_until")
    round_.where = need(fields.get("where") or "", "Hãy ghi nơi nhận hồ sơ và sản phẩm.")
    round_.on_portal = bool(fields.get("on_portal"))
    check_portal(round_)
    _check_days(round_)


def _check_days(round_: Round) -> None:
    first, last, scored = round_.entries_from, round_.entries_until, round_.scoring_until
    if first is not None and last is not None and last < first:
        raise Refused("Ngày cuối nhận hồ sơ không được trước ngày đầu.")
    if last is not None and scored is not None and scored < last:
        raise Refused("Ngày chấm xong không được trước ngày cuối nhận hồ sơ.")
