"""Proposing an adjustment, the opinion of Sở, and the decision."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from khuyencong.adjustments.door import check_running, lock_for_step, lock_with_envelopes
from khuyencong.adjustments.effect import take_effect
from khuyencong.adjustments.kinds import Ruled, level_of, ruled
from khuyencong.adjustments.models import Adjustment, PaperKind
from khuyencong.adjustments.papers import Upload, kept
from khuyencong.adjustments.proposal import changed_by
from khuyencong.adjustments.rules import Judged, judge
from khuyencong.adjustments.states import move
from khuyencong.adjustments.tell import tell
from khuyencong.audit.actions import record
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.findings import NeedsApproval, blockers
from khuyencong.finance.days import check_day
from khuyencong.people.actors import Actor

OWN = "Người lập hoặc trình đề nghị điều chỉnh không được cho ý kiến hay quyết định đề nghị ấy."


@transaction.atomic
def propose(
    *, adjustment_id: int, by: Actor, version: int, request_number: str, request_on: date, upload: Upload = None
) -> Adjustment:
    """Send the adjustment to the level that may decide, with the unit's document (TT 36/2013 Đ11.1).

    Raises NotAllowed, Stale, Refused with everything that stands against it.
    """
    adjustment = lock_for_step(adjustment_id, "propose", by=by, version=version)
    check_running(adjustment.project)
    _check_document(adjustment, request_number, request_on, what="văn bản đề nghị")
    changed = changed_by(adjustment)
    _refuse_blocked(judge(changed, on=today(), seen_by=by), "Chưa trình được")
    kinds = ruled(changed, today())
    adjustment.level = level_of(kinds).value
    adjustment.request_number, adjustment.request_on = request_number.strip(), request_on
    adjustment.proposed_by, adjustment.answer = by.user, ""
    adjustment.opinion_number, adjustment.opinion_on = "", None
    adjustment.opinion, adjustment.opinion_by = "", None
    with kept(adjustment, PaperKind.REQUEST, upload, by=by) as name:
        step = move(adjustment, "propose")
        tell(adjustment, step, by=by)
        record(
            action="adjustment.propose",
            by=by,
            subject=adjustment,
            thread=adjustment.thread,
            after={
                "điều chỉnh lần": adjustment.number,
                "thay đổi": _labels(kinds),
                "cấp quyết định": adjustment.get_level_display(),
                "văn bản": adjustment.request_number,
                "tệp": name,
            },
            note=adjustment.reason,
        )
    return adjustment


@transaction.atomic
def endorse(
    *, adjustment_id: int, by: Actor, version: int, number: str, on: date, opinion: str, upload: Upload = None
) -> Adjustment:
    """Sở has checked dossier, reasons and the place, and asks Cục to decide (TT 36/2013 Đ11.1, Đ21.2.b).

    Raises NotAllowed, Stale, Refused.
    """
    adjustment = lock_for_step(adjustment_id, "endorse", by=by, version=version)
    _refuse_own(adjustment, by)
    check_running(adjustment.project)
    _check_document(adjustment, number, on, what="văn bản của Sở")
    if not opinion.strip():
        raise Refused("Hãy ghi ý kiến của Sở sau khi kiểm tra.", article="TT 36/2013 Đ21.2.b")
    adjustment.opinion_number, adjustment.opinion_on = number.strip(), on
    adjustment.opinion, adjustment.opinion_by = opinion.strip(), by.user
    with kept(adjustment, PaperKind.OPINION, upload, by=by) as name:
        step = move(adjustment, "endorse")
        tell(adjustment, step, by=by)
        record(
            action="adjustment.endorse",
            by=by,
            subject=adjustment,
            thread=adjustment.thread,
            after={"điều chỉnh lần": adjustment.number, "văn bản": adjustment.opinion_number, "tệp": name},
            note=adjustment.opinion,
        )
    return adjustment


@transaction.atomic
def decide(
    *,
    adjustment_id: int,
    by: Actor,
    version: int,
    number: str,
    on: date,
    signer: str,
    confirmed: bool = False,
    upload: Upload = None,
) -> Adjustment:
    """Record the decision and change the đề án by it: contents, estimate, ledger, calculation and version, or nothing.

    The law of the day of the decision judges what changes. `confirmed`: whoever decides has compared what is unverified
    with the documents. Raises NotAllowed, Stale, Refused with everything that stands against it.
    """
    adjustment, held = lock_with_envelopes(adjustment_id, "decide", by=by, version=version)
    _refuse_own(adjustment, by)
    check_running(adjustment.project)
    _check_document(adjustment, number, on, what="quyết định")
    if not signer.strip():
        raise Refused("Hãy ghi người ký quyết định.")
    changed = changed_by(adjustment)
    judged = judge(changed, on=on, seen_by=by)
    _refuse_blocked(judged, "Chưa quyết định được")
    waiting = [one for one in judged.findings if isinstance(one, NeedsApproval)]
    if waiting and not confirmed:
        sentences = " ".join(one.sentence for one in waiting)
        raise Refused(f"Cần xác nhận đã đối chiếu với văn bản gốc: {sentences}", findings=waiting)
    adjustment.decision_number, adjustment.decision_on = number.strip(), on
    adjustment.decided_by, adjustment.decided_as = signer.strip(), by.signature
    kinds = ruled(changed, on)
    if level_of(kinds) != adjustment.level:
        raise Refused("Thẩm quyền quyết định đã đổi theo quy định của ngày này: hãy trả lại để trình đúng cấp.")
    with kept(adjustment, PaperKind.DECISION, upload, by=by) as name:
        told = take_effect(adjustment, changed, judged, held=held, by=by, on=on)
        adjustment.outcome = [
            {"part": one.part, "row": one.row, "field": one.field, "before": one.before, "after": one.after}
            for one in told
        ]
        step = move(adjustment, "decide")
        tell(adjustment, step, by=by)
        record(
            action="adjustment.decide",
            by=by,
            subject=adjustment,
            thread=adjustment.thread,
            before={"hỗ trợ": changed.before.support},
            after={
                "điều chỉnh lần": adjustment.number,
                "thay đổi": _labels(kinds),
                "hỗ trợ": changed.after.support,
                "quyết định": adjustment.decision_number,
                "ngày": on.isoformat(),
                "tệp": name,
            },
        )
    return adjustment


@transaction.atomic
def answer(*, adjustment_id: int, by: Actor, version: int, step: str, reason: str) -> Adjustment:
    """Give back ("hold", "return"), refuse or withdraw an adjustment, saying why; the đề án stays as it is.

    Raises NotAllowed, Stale, Refused.
    """
    adjustment = lock_for_step(adjustment_id, step, by=by, version=version)
    if step != "withdraw":
        _refuse_own(adjustment, by)
    adjustment.answer = reason.strip()
    taken = move(adjustment, step, reason=reason)
    tell(adjustment, taken, by=by)
    record(
        action=f"adjustment.{step}",
        by=by,
        subject=adjustment,
        thread=adjustment.thread,
        after={"điều chỉnh lần": adjustment.number},
        note=adjustment.answer,
    )
    return adjustment


def _refuse_own(adjustment: Adjustment, by: Actor) -> None:
    if by.user.pk in {adjustment.created_by_id, adjustment.proposed_by_id}:
        raise Refused(OWN)


def _check_document(adjustment: Adjustment, number: str, on: date, *, what: str) -> None:
    """A document has a number, and a day after everything that it follows."""
    if not number.strip():
        raise Refused(f"Hãy ghi số {what}.")
    plan = adjustment.project.plan
    after = {
        "quyết định phê duyệt": plan.decision_on if plan else None,
        "văn bản đề nghị": adjustment.request_on if what != "văn bản đề nghị" else None,
        "văn bản của Sở": adjustment.opinion_on if what == "quyết định" and adjustment.needs_opinion else None,
    }
    check_day(on, what=f"Ngày {what}", after=after)


def _refuse_blocked(judged: Judged, what: str) -> None:
    stopping = blockers(judged.findings)
    if stopping:
        sentences = " ".join(one.sentence for one in stopping)
        raise Refused(f"{what}: {sentences}", article=stopping[0].article, findings=stopping)


def _labels(kinds: tuple[Ruled, ...]) -> list[str]:
    return [one.kind.label for one in kinds]
