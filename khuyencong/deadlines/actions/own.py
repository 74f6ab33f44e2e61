"""The time limits that an agency sets itself. Nothing is deleted: one that no longer holds gets a last day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.creation import save_once
from khuyencong.core.dates import format_date
from khuyencong.core.errors import Refused
from khuyencong.deadlines.models import AgencyDeadline, DoneDay, RuleKind
from khuyencong.deadlines.rule_days import describe, falls_on
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require

# What each way of counting uses; the rest is emptied, so that no old value lies hidden in the row.
PARTS: dict[str, tuple[str, ...]] = {
    RuleKind.DAY: ("on_day",),
    RuleKind.YEARLY: ("month", "day"),
    RuleKind.MONTHLY: ("day",),
    RuleKind.AFTER_STEP: ("step", "days"),
}
_EMPTY: dict[str, Any] = {"on_day": None, "month": None, "day": None, "step": "", "days": None}
FIELDS = ("title", "document", "rule", *_EMPTY, "working_days", "shift", "role", "from_on", "to_on")


@transaction.atomic
def add_deadline(*, by: Actor, creation_key: UUID, fields: Mapping[str, Any]) -> AgencyDeadline:
    """Set a time limit for the own agency; the same `creation_key` twice gives the first one back.

    Raises NotAllowed, Refused where a part of the way of counting is missing.
    """
    earlier = AgencyDeadline.objects.filter(creation_key=creation_key, entered_by=by.user).first()
    if earlier is not None:
        return earlier
    deadline = AgencyDeadline(creation_key=creation_key, agency=by.agency, entered_by=by.user)
    require(by, Permission.DEADLINE_KEEP, deadline)
    _fill(deadline, fields)
    earlier = save_once(deadline, author="entered_by")
    if earlier is not None:
        return earlier
    record(action="deadline.add", by=by, subject=deadline, thread=deadline.thread, after=snapshot(deadline))
    return deadline


@transaction.atomic
def update_deadline(*, deadline_id: int, by: Actor, version: int, fields: Mapping[str, Any]) -> AgencyDeadline:
    """Correct a time limit, or give it a last day. Raises NotAllowed, Stale, Refused.

    Its way of counting stays once one of its days was marked as done.
    """
    deadline = _lock(deadline_id)
    require(by, Permission.DEADLINE_KEEP, deadline)
    deadline.check_version(version)
    before, counted = snapshot(deadline), _counting(deadline)
    _fill(deadline, fields)
    if _counting(deadline) != counted and deadline.done_days.exists():
        # Otherwise what was marked would belong to no day, and days that are done would be overdue.
        raise Refused(
            "Đã có ngày được ghi là xong nên không đổi cách tính được: hãy ghi «Đến hết ngày» cho thời hạn này rồi đặt "
            "thời hạn mới."
        )
    deadline.version += 1
    deadline.save()
    record(
        action="deadline.update",
        by=by,
        subject=deadline,
        thread=deadline.thread,
        before=before,
        after=snapshot(deadline),
    )
    return deadline


@transaction.atomic
def mark_done(*, deadline_id: int, by: Actor, version: int, on: date) -> DoneDay:
    """Write that the work of the day `on` (by the rule, before any shift) is done.

    Raises NotAllowed, Stale, Refused where it is no day of this time limit, was marked already, or follows a đề án.
    """
    deadline = _lock(deadline_id)
    require(by, Permission.DEADLINE_DONE, deadline)
    deadline.check_version(version)
    if deadline.rule == RuleKind.AFTER_STEP:
        raise Refused("Thời hạn tính theo bước của đề án tự hết khi đề án sang bước sau; không cần ghi đã xong.")
    if not falls_on(deadline, on):
        raise Refused(f"Thời hạn này không rơi vào ngày {format_date(on)}: hãy mở lại trang.")
    if DoneDay.objects.filter(deadline=deadline, on=on).exists():
        raise Refused(f"Việc của ngày {format_date(on)} đã được ghi là xong.")
    done = DoneDay.objects.create(deadline=deadline, on=on, by=by.user)
    record(action="deadline.done", by=by, subject=deadline, thread=deadline.thread, after={"ngày": on})
    return done


@transaction.atomic
def unmark_done(*, deadline_id: int, by: Actor, version: int, on: date) -> None:
    """Take back that the work of that day is done; the trail keeps who said so before. Raises NotAllowed, Stale, Refused."""
    deadline = _lock(deadline_id)
    require(by, Permission.DEADLINE_DONE, deadline)
    deadline.check_version(version)
    if not falls_on(deadline, on):
        raise Refused(f"Thời hạn này không rơi vào ngày {format_date(on)}: hãy mở lại trang.")
    done = DoneDay.objects.filter(deadline=deadline, on=on).select_related("by").first()
    if done is None:
        raise Refused(f"Việc của ngày {format_date(on)} chưa được ghi là xong.")
    before = {"ngày": on, "người ghi": str(done.by)}
    done.delete()
    record(action="deadline.undone", by=by, subject=deadline, thread=deadline.thread, before=before)


def _lock(deadline_id: int) -> AgencyDeadline:
    return AgencyDeadline.objects.select_for_update(of=("self",)).select_related("agency").get(pk=deadline_id)


def _counting(deadline: AgencyDeadline) -> tuple[Any, ...]:
    """What its days follow from, before any shift."""
    return (deadline.rule, *(getattr(deadline, name) for name in _EMPTY))


def _fill(deadline: AgencyDeadline, fields: Mapping[str, Any]) -> None:
    """Take the fields over, leaving empty what the way of counting does not use."""
    for name in FIELDS:
        if name in fields:
            setattr(deadline, name, fields[name])
    used = PARTS.get(deadline.rule, ())
    for name, empty in _EMPTY.items():
        if name not in used:
            setattr(deadline, name, empty)
    if any(getattr(deadline, name) in {None, ""} for name in used):
        raise Refused("Cách tính ngày chưa đủ: hãy ghi các mục của cách tính đã chọn.")
    if deadline.to_on is not None and deadline.to_on < deadline.from_on:
        raise Refused("Ngày cuối không được trước ngày đầu.")


def snapshot(deadline: AgencyDeadline) -> dict[str, Any]:
    """What the trail keeps of it."""
    return {
        "việc": deadline.title,
        "văn bản": deadline.document,
        "cách tính": describe(deadline),
        "ai làm": deadline.get_role_display(),
        "từ ngày": deadline.from_on,
        "đến hết ngày": deadline.to_on,
    }
