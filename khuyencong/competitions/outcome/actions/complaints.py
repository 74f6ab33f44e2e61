"""Complaints about results: received, and answered in time (TT 26/2014 Đ20.1, Đ20.2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.competitions.door import need
from khuyencong.competitions.models import Complaint, ComplaintResult, Entry, Round, RoundState
from khuyencong.competitions.outcome.door import in_order, lock_complaint
from khuyencong.competitions.rules import check_past
from khuyencong.core.creation import USED, save_once
from khuyencong.core.dates import format_date
from khuyencong.core.errors import Refused
from khuyencong.law.deadlines import competition_answer, competition_complaint
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require

FILING, ANSWERING = "TT 26/2014 Đ20.1", "TT 26/2014 Đ20.2"


@transaction.atomic
def file_complaint(*, round_id: int, by: Actor, creation_key: UUID, fields: Mapping[str, Any]) -> Complaint:
    """Write down a complaint that came on paper; one that came too late is kept as such and answered so.

    `fields`: entry (Entry or None), complainant, text, received_on. Raises NotAllowed, Refused before results were told.
    """
    earlier = Complaint.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.by_id != by.user.pk or earlier.round_id != round_id:
            raise Refused(USED)
        return earlier
    round_ = Round.objects.with_all().select_for_update(of=("self",)).get(pk=round_id)
    require(by, Permission.COMPETITION_MANAGE, round_)
    return _keep_and_record(round_, by, creation_key, fields)


@transaction.atomic
def complain(*, entry_id: int, by: Actor, creation_key: UUID, text: str, on: date) -> Complaint:
    """The owner of a product complains about its result, in writing here; `on`: today. Raises NotAllowed, Refused."""
    earlier = Complaint.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.by_id != by.user.pk or earlier.entry_id != entry_id:
            raise Refused(USED)
        return earlier
    entry = Entry.objects.with_all().get(pk=entry_id)
    require(by, Permission.OWN_ESTABLISHMENT, entry)
    round_ = Round.objects.with_all().select_for_update(of=("self",)).get(pk=entry.round_id)
    fields = {"entry": entry, "complainant": entry.establishment.name, "text": text, "received_on": on}
    return _keep_and_record(round_, by, creation_key, fields)


def told_on(round_: Round) -> date:
    """The day on which the results were told; Refused where no complaint can be taken: before it, or after the round is over."""
    if round_.state != RoundState.DECIDED or round_.announced_on is None:
        raise Refused(
            "Khiếu nại được nhận sau khi thông báo kết quả và trước khi kỳ bình chọn kết thúc.", article=FILING
        )
    return round_.announced_on


def _keep_and_record(round_: Round, by: Actor, creation_key: UUID, fields: Mapping[str, Any]) -> Complaint:
    announced_on = told_on(round_)
    entry: Entry | None = fields.get("entry")
    if entry is not None and entry.round_id != round_.pk:
        raise Refused("Sản phẩm này không thuộc kỳ bình chọn.")
    received_on: date = fields["received_on"]
    check_past(received_on, "Ngày nhận đơn")
    in_order(("Ngày thông báo kết quả", announced_on), ("Ngày nhận đơn", received_on))
    last, due = competition_complaint(announced_on), competition_answer(received_on)
    if last is None or due is None:
        raise Refused("Chưa có quy định về thời hạn khiếu nại vào ngày này.", article=FILING)
    complaint = Complaint(
        creation_key=creation_key,
        round=round_,
        entry=entry,
        complainant=need(fields["complainant"], "Hãy ghi người khiếu nại."),
        text=need(fields["text"], "Hãy ghi nội dung khiếu nại."),
        received_on=received_on,
        last_on=last.on,
        answer_by=due.on,
        by=by.user,
    )
    same = save_once(complaint, author="by")
    if same is not None:
        return same
    record(
        action="competition.complain",
        by=by,
        subject=round_,
        thread=round_.thread,
        after={
            "sản phẩm": str(entry) if entry else "",
            "ngày nhận": received_on.isoformat(),
            "cuối thời hiệu": last.on.isoformat(),
            "trả lời chậm nhất": due.on.isoformat(),
        },
    )
    return complaint


@transaction.atomic
def answer_complaint(
    *, complaint_id: int, by: Actor, version: int, result: str, on: date, number: str, answer: str
) -> Complaint:
    """Record the council's answer. Raises NotAllowed, Stale, Refused: one that came too late has no other answer than that."""
    complaint = lock_complaint(complaint_id, by=by, version=version)
    if complaint.result:
        raise Refused("Khiếu nại này đã được trả lời.")
    kind = ComplaintResult(result)
    late = complaint.is_late
    if late and kind not in {ComplaintResult.OUT_OF_TIME, ComplaintResult.WITHDRAWN}:
        raise Refused(
            f"Đơn nhận ngày {format_date(complaint.received_on)}, sau ngày cuối của thời hiệu "
            f"({format_date(complaint.last_on)}): chỉ trả lời là quá thời hiệu.",
            article=FILING,
        )
    if not late and kind == ComplaintResult.OUT_OF_TIME:
        raise Refused(f"Đơn nhận trong thời hiệu, đến hết ngày {format_date(complaint.last_on)}.", article=FILING)
    check_past(on, "Ngày trả lời")
    in_order(("Ngày nhận đơn", complaint.received_on), ("Ngày trả lời", on))
    complaint.result, complaint.answered_on = kind, on
    complaint.answer_number = number.strip()
    complaint.answer = need(answer, "Hãy ghi nội dung trả lời.")
    complaint.version += 1
    complaint.save()
    record(
        action="competition.answer",
        by=by,
        subject=complaint.round,
        thread=complaint.round.thread,
        after={
            "khiếu nại số": complaint.pk,
            "kết quả": kind.label,
            "ngày": on.isoformat(),
            "hạn": complaint.answer_by.isoformat(),
        },
    )
    return complaint
