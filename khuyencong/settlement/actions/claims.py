"""Money that is to come back, and money that came: TT 36/2013 Đ12.5, Đ12.6."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Sum

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED
from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong
from khuyencong.core.text import number_key
from khuyencong.finance import ledger
from khuyencong.finance.days import check_day, last_accepted_on, last_booked, stopped_on
from khuyencong.finance.ending import lock_with_envelopes, release
from khuyencong.finance.models import CASH, EntryKind, part_of
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.programmes.models import Envelope, FundingSource
from khuyencong.projects.door import lock_project, touch
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState
from khuyencong.settlement.models import AFTER_SETTLEMENT, ARTICLE_OF, Claim, ClaimBasis, ClaimInstalment, Receipt

GIVING_BACK = "TT 36/2013 Đ12.6"
ENDED = frozenset({ProjectState.ACCEPTED, ProjectState.STOPPED})
MOST_INSTALMENTS = 60
# In which states a claim on each basis may be decided: what was not earned after the end, what was settled after that.
STATES_OF = {
    ClaimBasis.UNEARNED: ENDED,
    ClaimBasis.MISUSED: frozenset({ProjectState.SETTLED}),
    ClaimBasis.DISALLOWED: frozenset({ProjectState.SETTLED}),
    ClaimBasis.REPAYABLE: frozenset({ProjectState.IN_PROGRESS, ProjectState.ACCEPTED, ProjectState.SETTLED}),
}


@transaction.atomic
def make_claim(
    *,
    project_id: int,
    by: Actor,
    version: int,
    creation_key: UUID,
    basis: ClaimBasis,
    decision: str,
    decided_on: date,
    amount: int,
    schedule: Sequence[tuple[date, int]],
    rule: str = "",
    reason: str = "",
) -> Claim:
    """Record a decision that `amount` đồng come back, in instalments (day, đồng); the same `creation_key` twice gives the first.

    Raises NotAllowed, Stale, and Refused where it is more than can be claimed on that basis now.
    """
    earlier = Claim.objects.filter(creation_key=creation_key, by=by.user, project_id=project_id).first()
    if earlier is not None:
        return earlier
    project = lock_project(project_id, by=by, permission=Permission.RECOVER, version=version)
    if Claim.objects.filter(creation_key=creation_key).exists():
        raise Refused(USED)
    article = ARTICLE_OF[basis] or rule.strip()
    _check_claim(project, basis, amount, decision, rule, article=article)
    part = part_of(project)
    after = {
        "ngày ký hợp đồng": part.contract.signed_on if part else None,
        "ngày quyết toán": project.settlement.settled_on
        if basis in AFTER_SETTLEMENT and _is_settled(project)
        else None,
    }
    if basis is ClaimBasis.REPAYABLE:  # the terms stand in the contract: they may be decided long before
        after.pop("ngày quyết toán")
    check_day(decided_on, what="Ngày quyết định", after=after, article=article)
    _check_schedule(schedule, amount, decided_on, article=article)
    claim = Claim.objects.create(
        project=project,
        creation_key=creation_key,
        basis=basis,
        decision=decision.strip(),
        decided_on=decided_on,
        rule=rule.strip(),
        reason=reason.strip(),
        amount=amount,
        by=by.user,
        agency=by.agency,
    )
    ClaimInstalment.objects.bulk_create(
        ClaimInstalment(claim=claim, due_on=day, amount=part) for day, part in sorted(schedule)
    )
    touch(project)
    record(
        action="claim.make",
        by=by,
        subject=project,
        thread=project.thread,
        after={"căn cứ": claim.get_basis_display(), "quyết định": claim.decision, "số phải hoàn trả": amount},
        note=claim.reason,
    )
    return claim


@transaction.atomic
def revise_claim(
    *,
    claim_id: int,
    by: Actor,
    version: int,
    document: str,
    on: date,
    reason: str,
    schedule: Sequence[tuple[date, int]],
) -> Claim:
    """Owe less, or later, by a later decision: `schedule` is what is to come from now on (day, đồng); empty: nothing more.

    What came stays, and its instalments with it; never more than was owed before. `version` is the project's. Raises
    NotAllowed, Stale, Refused.
    """
    project_id = Claim.objects.values_list("project_id", flat=True).get(pk=claim_id)
    project = lock_project(project_id, by=by, permission=Permission.RECOVER, version=version)
    claim = Claim.objects.select_for_update(of=("self",)).get(pk=claim_id)
    left = outstanding(claim)
    article = claim.article or GIVING_BACK
    if not left:
        raise Refused("Quyết định này đã nộp đủ.", article=article)
    if not document.strip() or not reason.strip():
        raise Refused("Hãy ghi số văn bản điều chỉnh và lý do.", article=article)
    check_day(on, what="Ngày văn bản", after={"ngày quyết định": claim.decided_on}, article=article)
    owed = sum(part for _, part in schedule)
    if owed > left:
        raise Refused(f"Các kỳ mới không được quá số còn phải nộp, {format_dong(left)} đồng.", article=article)
    if schedule:
        _check_schedule(schedule, owed, on, article=article)
    before = _told_schedule(claim)
    kept = _covered(claim, claim.amount - left)
    claim.amount = claim.amount - left + owed
    claim.save(update_fields=["amount"])
    for day, part in schedule:
        kept[day] = kept.get(day, 0) + part
    claim.schedule.all().delete()
    ClaimInstalment.objects.bulk_create(
        ClaimInstalment(claim=claim, due_on=day, amount=part) for day, part in sorted(kept.items())
    )
    touch(project)
    record(
        action="claim.revise",
        by=by,
        subject=project,
        thread=project.thread,
        before=before,
        after={
            "quyết định": claim.decision,
            "văn bản": document.strip(),
            "ngày": on.isoformat(),
            **_told_schedule(claim),
        },
        note=reason.strip(),
    )
    return claim


def _covered(claim: Claim, received: int) -> dict[date, int]:
    """What receipts have covered of the instalments, in the order of their days; in đồng."""
    kept: dict[date, int] = {}
    for part in claim.schedule.order_by("due_on"):
        used = min(received, part.amount)
        received -= used
        if used:
            kept[part.due_on] = used
    return kept


def _told_schedule(claim: Claim) -> dict[str, object]:
    parts = claim.schedule.order_by("due_on").values_list("due_on", "amount")
    return {"số phải hoàn trả": claim.amount, "các kỳ": {day.isoformat(): part for day, part in parts}}


def claimable(project: Project, basis: ClaimBasis, balance: ledger.Balance) -> int:
    """The most that can be claimed on that basis now, in đồng; two queries at most."""
    claims = project.claims.all()
    if basis is ClaimBasis.UNEARNED:
        open_ones = claims.filter(basis=basis)
        return max(0, balance.unearned - sum(outstanding(one) for one in open_ones))
    claimed = claims.filter(basis__in=AFTER_SETTLEMENT).aggregate(sum=Sum("amount"))["sum"] or 0
    whole = balance.settled if project.state == ProjectState.SETTLED else balance.contracted
    return max(0, whole - claimed)


def outstanding(claim: Claim) -> int:
    """What of a claim has not come yet, in đồng; one query."""
    return claim.amount - (claim.receipts.aggregate(sum=Sum("amount"))["sum"] or 0)


def _is_settled(project: Project) -> bool:
    return project.state == ProjectState.SETTLED and not project.recorded_from


def _check_claim(project: Project, basis: ClaimBasis, amount: int, decision: str, rule: str, *, article: str) -> None:
    if project.state not in STATES_OF[basis]:
        state = project.get_state_display()
        raise Refused(f"Đề án ở trạng thái «{state}»: chưa thu hồi được với căn cứ «{basis.label}».", article=article)
    if not decision.strip():
        raise Refused("Hãy ghi số quyết định hoặc kết luận.", article=article)
    if basis is ClaimBasis.REPAYABLE:
        if project.source != FundingSource.LOCAL:
            raise Refused(
                "Hỗ trợ có thu hồi là quy định riêng của tỉnh, không áp dụng cho kinh phí khuyến công quốc gia.",
                article="TT 36/2013 Đ12",
            )
        if not rule.strip():
            raise Refused("Hãy ghi quy định của tỉnh về hỗ trợ có thu hồi.", article="TT 46/2012 Đ8.3.b")
    most = claimable(project, basis, ledger.balance_of(project))
    if amount <= 0 or amount > most:
        raise Refused(f"Số có thể yêu cầu hoàn trả là {format_dong(most)} đồng.", article=article)
    if project.claims.filter(decision=decision.strip()).exists():
        raise Refused(f"Quyết định {decision.strip()} đã được ghi cho đề án này.", article=article)


def _check_schedule(schedule: Sequence[tuple[date, int]], amount: int, decided_on: date, *, article: str) -> None:
    if not 1 <= len(schedule) <= MOST_INSTALMENTS:
        raise Refused(f"Hãy ghi từ 1 đến {MOST_INSTALMENTS} kỳ nộp.", article=article)
    if any(part <= 0 for _, part in schedule) or sum(part for _, part in schedule) != amount:
        total = format_dong(sum(part for _, part in schedule))
        raise Refused(f"Các kỳ nộp cộng lại {total} đồng, phải bằng {format_dong(amount)} đồng.", article=article)
    days = [day for day, _ in schedule]
    if len(set(days)) != len(days):
        raise Refused("Hai kỳ nộp trùng một ngày.", article=article)
    if min(days) < decided_on:
        raise Refused("Hạn nộp không được trước ngày quyết định.", article=article)


@transaction.atomic
def recover(*, project_id: int, by: Actor, version: int, amount: int, document: str, on: date) -> Receipt:
    """Enter money that came back before settlement: what was paid out and not earned (TT 36/2013 Đ12.6).

    It counts for the oldest open claim of that basis, where one was decided. Raises NotAllowed, Stale, Refused where more
    comes back than was unearned, or the number of the receipt has been used.
    """
    envelopes = lock_with_envelopes(project_id)
    project = lock_project(project_id, by=by, permission=Permission.RECOVER, version=version)
    if project.state not in ENDED:
        raise Refused("Chỉ thu hồi sau khi nghiệm thu hoặc ngừng đề án.", article=GIVING_BACK)
    claims = project.claims.filter(basis=ClaimBasis.UNEARNED).order_by("pk")
    claim = next((one for one in claims if outstanding(one)), None)
    return _keep_and_record(project, claim, envelopes, by=by, amount=amount, document=document, on=on)


@transaction.atomic
def receive(*, claim_id: int, by: Actor, version: int, amount: int, document: str, on: date) -> Receipt:
    """Enter money that came for a claim; `version` is the project's.

    Raises NotAllowed, Stale, Refused where it is more than is still owed, comes before the decision or in the future, its
    number has been used, or repayable support is not settled yet.
    """
    project_id = Claim.objects.values_list("project_id", flat=True).get(pk=claim_id)
    envelopes = lock_with_envelopes(project_id)
    project = lock_project(project_id, by=by, permission=Permission.RECOVER, version=version)
    claim = Claim.objects.select_for_update(of=("self",)).get(pk=claim_id)
    if claim.basis == ClaimBasis.UNEARNED and project.state not in ENDED:
        raise Refused("Chỉ thu hồi sau khi nghiệm thu hoặc ngừng đề án.", article=GIVING_BACK)
    if claim.basis in AFTER_SETTLEMENT and project.state != ProjectState.SETTLED:
        raise Refused("Đề án chưa quyết toán: chưa ghi hoàn trả được.", article=claim.article)
    return _keep_and_record(project, claim, envelopes, by=by, amount=amount, document=document, on=on)


def _keep_and_record(
    project: Project,
    claim: Claim | None,
    envelopes: Sequence[Envelope],
    *,
    by: Actor,
    amount: int,
    document: str,
    on: date,
) -> Receipt:
    article = (claim.article if claim else "") or GIVING_BACK
    before_settlement = claim is None or claim.basis == ClaimBasis.UNEARNED
    owed = ledger.balance_of(project).unearned if before_settlement else outstanding(claim) if claim else 0
    if claim is not None:
        owed = min(owed, outstanding(claim))
    if amount <= 0 or amount > owed:
        raise Refused(f"Số phải thu hồi là {format_dong(owed)} đồng.", article=article)
    if not number_key(document):
        raise Refused("Hãy ghi số chứng từ nộp trả.", article=article)
    _refuse_used(project, document, on, article=article)
    after = {
        "lần chi gần nhất": last_booked(project, *CASH),
        "ngày nghiệm thu": last_accepted_on(project),
        "quyết định ngừng": stopped_on(project),
        "ngày quyết định": claim.decided_on if claim else None,
    }
    check_day(on, what="Ngày nộp trả", after=after, article=article)
    entry = ledger.post(
        kind=EntryKind.RECOVERED if before_settlement else EntryKind.REPAID,
        amount=amount,
        envelope=_came_from(project, envelopes, amount),
        project=project,
        by=by,
        on=on,
        document=document.strip(),
    )
    if entry is None:
        raise Refused("Số tiền phải lớn hơn 0.", article=article)
    try:
        with transaction.atomic():
            receipt = Receipt.objects.create(
                project=project,
                claim=claim,
                agency=project.payer.answering,
                document=document.strip(),
                document_key=number_key(document),
                year=on.year,
                on=on,
                amount=amount,
                entry=entry,
                by=by.user,
            )
    except IntegrityError:  # the same number at the same moment, for a đề án of another envelope
        _refuse_used(project, document, on, article=article)
        raise
    if project.state == ProjectState.STOPPED:
        release(project, envelopes, by=by, on=on, document=document.strip())
    ledger.enforce(projects=[project], envelopes=envelopes)
    touch(project)
    after_event = {"thu hồi": amount, "chứng từ": receipt.document}
    if claim is not None:
        after_event["quyết định"] = claim.decision
    record(action="project.recover", by=by, subject=project, thread=project.thread, after=after_event)
    return receipt


def _came_from(project: Project, envelopes: Sequence[Envelope], amount: int) -> Envelope:
    """The latest year whose money paid so much out; else the one that paid most. It came from there, and goes back there."""
    held = ledger.balances_by_year([project]).get(project.pk, {})
    out = {one.pk: held.get(one.pk, ledger.Balance()).paid_out for one in envelopes}
    return max(envelopes, key=lambda one: (min(out[one.pk], amount), one.year))


def _refuse_used(project: Project, document: str, on: date, *, article: str) -> None:
    used = Receipt.objects.filter(
        agency=project.payer.answering, year=on.year, document_key=number_key(document)
    ).first()
    if used is not None:
        where = "đề án này" if used.project_id == project.pk else "một đề án khác"
        raise Refused(
            f"Chứng từ {used.document} năm {on.year} đã được ghi cho {where}: một khoản nộp không được ghi hai lần.",
            article=article,
        )
