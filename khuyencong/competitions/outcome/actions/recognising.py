"""From the council's choice to the certificates: TT 26/2014 Đ10, Đ17."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import date, timedelta

from django.db import transaction

from khuyencong.audit.actions import Entry as Event
from khuyencong.audit.actions import record, record_many
from khuyencong.competitions.door import lock_for_step, lock_round, need, touch
from khuyencong.competitions.judging.results import EntryResult, pass_mark, results_of
from khuyencong.competitions.models import (
    Certificate,
    Complaint,
    ComplaintResult,
    CouncilChoice,
    Decision,
    Entry,
    Round,
    RoundState,
)
from khuyencong.competitions.outcome.door import in_order, lock_establishments
from khuyencong.competitions.outcome.recognition import ARTICLE, check_uncovered, choice_findings, exact, group_counts
from khuyencong.competitions.outcome.register import write_into_register
from khuyencong.competitions.outcome.tell import tell_results
from khuyencong.competitions.rules import check_past
from khuyencong.competitions.states import check_step, move
from khuyencong.core.dates import format_date
from khuyencong.core.errors import Refused
from khuyencong.core.findings import NeedsApproval, blockers
from khuyencong.law import competition
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission

# Letters and digits that nobody mistakes for another when an address is typed from paper; 20 of them are 99 bits.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
SECRET_LENGTH = 20
LATEST_ISSUE = timedelta(days=366)  # after the decision: the ceremony is its own affair (Đ18)
MOST_CERTIFICATES = 9_999


@transaction.atomic
def record_choice(*, round_id: int, by: Actor, version: int, chosen: Collection[int], reason: str = "") -> Round:
    """Write down which products (keys of entries) the council lays before the decider; the last such record counts.

    `reason`: why a better product of a group is passed over, where one is. Raises NotAllowed, Stale, Refused where the
    scoring is not closed or a product has not reached the mark (TT 26/2014 Đ17.1).
    """
    round_ = lock_round(round_id, by=by, permission=Permission.COMPETITION_MANAGE, version=version)
    check_step(round_, "recognise")
    check_uncovered(round_, by)
    results = results_of(round_)
    keys = set(chosen)
    findings = choice_findings(results, keys, mark=pass_mark(round_))
    stopping = blockers(findings)
    if stopping:
        raise Refused(stopping[0].sentence, article=stopping[0].article, findings=stopping)
    if not keys:
        raise Refused("Hãy đánh dấu ít nhất một sản phẩm được đề nghị công nhận.")
    said = reason.strip()
    asking = [one for one in findings if isinstance(one, NeedsApproval)]
    if asking and not said:
        raise Refused(asking[0].sentence, article=asking[0].article, findings=asking)
    CouncilChoice.objects.filter(entry__round=round_).delete()
    CouncilChoice.objects.bulk_create(_choice(one, chosen=one.entry.pk in keys, reason=said, by=by) for one in results)
    touch(round_)
    counts = group_counts(results, keys)
    record(
        action="competition.choose",
        by=by,
        subject=round_,
        thread=round_.thread,
        after={one.label: f"{one.chosen}/{one.passed} sản phẩm đạt, {one.scored} sản phẩm được chấm" for one in counts},
        note=said,
    )
    return round_


def _choice(one: EntryResult, *, chosen: bool, reason: str, by: Actor) -> CouncilChoice:
    return CouncilChoice(
        entry=one.entry,
        mean=exact(one.mean),
        sheets=one.sheets,
        rank=one.rank,
        chosen=chosen,
        reason="" if chosen or not one.passed else reason,
        by=by.user,
    )


@transaction.atomic
def recognise(
    *,
    round_id: int,
    by: Actor,
    version: int,
    number: str,
    decided_on: date,
    signed_by: str,
    minutes_number: str,
    minutes_on: date,
    issued_on: date,
    suffix: str,
) -> Decision:
    """Record the decision on what the council chose, and issue the certificates, numbered 01 and so on before `suffix`.

    Raises NotAllowed, Stale, Refused where nothing was chosen, the scores have changed since, or the days are out of order.
    """
    round_ = lock_for_step(round_id, "recognise", by=by, version=version)
    check_uncovered(round_, by)
    choices = list(CouncilChoice.objects.filter(entry__round=round_).select_related("entry"))
    entries = [one.entry for one in choices if one.chosen]
    if not entries:
        raise Refused("Chưa ghi Hội đồng đề nghị công nhận những sản phẩm nào.", article=ARTICLE)
    _check_unchanged(round_, choices)
    in_order(("Ngày thông báo bình chọn", round_.call_on), ("Ngày biên bản", minutes_on))
    decision = _decide(
        round_, entries, by, number, decided_on, signed_by, minutes_number, minutes_on, issued_on, suffix
    )
    move(round_, "recognise")
    _keep_and_record(round_, decision, by, "competition.recognise")
    return decision


@transaction.atomic
def recognise_after_complaint(
    *,
    complaint_id: int,
    by: Actor,
    version: int,
    number: str,
    decided_on: date,
    signed_by: str,
    minutes_number: str,
    minutes_on: date,
    issued_on: date,
    suffix: str,
) -> Decision:
    """Recognise the product of a complaint that was upheld, by a decision of its own. `version`: of the round.

    The mark holds here too (TT 26/2014 Đ17.1). Raises NotAllowed, Stale, Refused.
    """
    complaint = Complaint.objects.select_related("entry").get(pk=complaint_id)
    round_ = lock_round(complaint.round_id, by=by, permission=Permission.COMPETITION_DECIDE, version=version)
    if round_.state != RoundState.DECIDED:
        raise Refused(f"Kỳ bình chọn đang ở trạng thái «{round_.get_state_display()}»: không công nhận bổ sung được.")
    entry = complaint.entry
    if entry is None or complaint.result != ComplaintResult.UPHELD:
        raise Refused("Chỉ công nhận bổ sung sản phẩm có khiếu nại được chấp nhận.", article="TT 26/2014 Đ20")
    if Certificate.objects.filter(entry=entry).exists():
        raise Refused(f"«{entry.product}» đã có giấy chứng nhận của kỳ này.")
    stopping = blockers(choice_findings(results_of(round_), {entry.pk}, mark=pass_mark(round_)))
    if stopping:
        raise Refused(stopping[0].sentence, article=stopping[0].article, findings=stopping)
    in_order(("Ngày trả lời khiếu nại", complaint.answered_on), ("Ngày quyết định", decided_on))
    decision = _decide(
        round_, [entry], by, number, decided_on, signed_by, minutes_number, minutes_on, issued_on, suffix
    )
    touch(round_)
    _keep_and_record(round_, decision, by, "competition.recognise_more")
    return decision


def _check_unchanged(round_: Round, choices: Collection[CouncilChoice]) -> None:
    kept = {one.entry_id: one.mean for one in choices}
    if kept != {one.entry.pk: exact(one.mean) for one in results_of(round_)}:
        raise Refused(
            "Kết quả chấm đã khác so với khi ghi kết luận của Hội đồng: hãy ghi lại kết luận rồi ghi quyết định."
        )


def _decide(
    round_: Round,
    entries: list[Entry],
    by: Actor,
    number: str,
    decided_on: date,
    signed_by: str,
    minutes_number: str,
    minutes_on: date,
    issued_on: date,
    suffix: str,
) -> Decision:
    """The decision and its certificates, in the register as well; nothing is recorded yet."""
    in_order(("Ngày biên bản", minutes_on), ("Ngày quyết định", decided_on), ("Ngày cấp giấy chứng nhận", issued_on))
    check_past(decided_on, "Ngày quyết định")
    if issued_on > decided_on + LATEST_ISSUE:
        raise Refused(f"Ngày cấp giấy chứng nhận sau ngày quyết định ({format_date(decided_on)}) hơn một năm.")
    said = need(number, "Hãy ghi số quyết định.")
    if Decision.objects.filter(round=round_, number=said).exists():
        raise Refused(f"Quyết định {said} đã được ghi cho kỳ này.")
    decision = Decision.objects.create(
        round=round_,
        number=said,
        decided_on=decided_on,
        signed_by=need(signed_by, "Hãy ghi người ký quyết định."),
        minutes_number=minutes_number.strip(),
        minutes_on=minutes_on,
        by=by.user,
    )
    until = competition.valid_until(issued_on)
    held = Certificate.objects.filter(decision__round=round_).count()
    if held + len(entries) > MOST_CERTIFICATES:
        raise Refused("Quá nhiều giấy chứng nhận trong một kỳ.")
    lock_establishments(one.establishment_id for one in entries)
    _check_numbers(round_, issued_on, [f"{held + 1 + place:02d}{suffix.strip()}" for place in range(len(entries))])
    for place, entry in enumerate(entries, start=held + 1):
        certificate = Certificate(
            entry=entry,
            decision=decision,
            number=f"{place:02d}{suffix.strip()}",
            issued_on=issued_on,
            valid_until=until,
            secret="".join(secrets.choice(ALPHABET) for _ in range(SECRET_LENGTH)),
        )
        write_into_register(certificate, round_)
        certificate.save()
    return decision


def _check_numbers(round_: Round, issued_on: date, numbers: list[str]) -> None:
    """Refused where the same organ has given one of the numbers to another certificate of that year."""
    taken = Certificate.objects.filter(
        decision__round__level=round_.level,
        decision__round__place_key=round_.place_key,
        issued_on__year=issued_on.year,
        number__in=numbers,
    ).first()
    if taken is not None:
        raise Refused(
            f"Năm {issued_on.year} đã có giấy chứng nhận số {taken.number}: hãy đổi ký hiệu sau số thứ tự của giấy."
        )


def _keep_and_record(round_: Round, decision: Decision, by: Actor, action: str) -> None:
    rows = list(decision.certificates.select_related("entry__establishment").order_by("pk"))
    whole = Event(
        action,
        round_,
        round_.thread,
        after={
            "quyết định": decision.number,
            "ngày": decision.decided_on.isoformat(),
            "người ký": decision.signed_by,
            "biên bản": f"{decision.minutes_number} ngày {format_date(decision.minutes_on)}".strip(),
            "giấy chứng nhận": len(rows),
        },
    )
    each = [
        Event(
            "competition.certify",
            one.entry,
            one.entry.thread,
            after={
                "số": one.number,
                "ngày cấp": one.issued_on.isoformat(),
                "đến hết ngày": one.valid_until.isoformat(),
            },
        )
        for one in rows
    ]
    registered = [
        Event(
            "establishment.detail_add",
            one.entry.establishment,
            f"establishment:{one.entry.establishment_id}",
            after={"detail": "certificate", "name": one.entry.product, "number": one.number, "level": round_.level},
            note=str(decision),
        )
        for one in rows
    ]
    record_many(by=by, entries=[whole, *each, *registered])


@transaction.atomic
def announce(*, round_id: int, by: Actor, version: int, on: date) -> Round:
    """Say on which day the makers were told (TT 26/2014 Đ17.2): from it complaints count. Tells owners with an account.

    It may be corrected as long as nobody has complained. Raises NotAllowed, Stale, Refused.
    """
    round_ = lock_round(round_id, by=by, permission=Permission.COMPETITION_MANAGE, version=version)
    if round_.state != RoundState.DECIDED:
        raise Refused(
            f"Kỳ bình chọn đang ở trạng thái «{round_.get_state_display()}»: thông báo sau quyết định công nhận."
        )
    if round_.complaints.exists():
        raise Refused("Đã có khiếu nại tính hạn theo ngày thông báo: không sửa ngày này được nữa.")
    check_past(on, "Ngày thông báo kết quả")
    first = round_.decisions.order_by("decided_on").first()
    in_order(("Ngày quyết định", first.decided_on if first else None), ("Ngày thông báo kết quả", on))
    before = round_.announced_on
    round_.announced_on = on
    round_.save(update_fields=["announced_on"])
    touch(round_)
    if before is None:
        tell_results(round_, by=by)
    record(
        action="competition.announce",
        by=by,
        subject=round_,
        thread=round_.thread,
        before={"ngày": before.isoformat()} if before else None,
        after={"ngày": on.isoformat()},
    )
    return round_
