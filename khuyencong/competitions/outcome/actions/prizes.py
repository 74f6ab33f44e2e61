"""Prizes: owed by the norm, prepared as one payment of a đề án, or tied to the row of the ledger that paid them (TT 26/2014 Đ21.2).

Nothing is posted here: the money leaves through a đề án as all other money does, by payments of three hands.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.competitions.door import STALE, lock_round, touch
from khuyencong.competitions.models import Prize, Round, RoundState
from khuyencong.competitions.outcome.prizes import (
    is_paid,
    norm_of,
    owed,
    paying_projects,
    postings_for,
    sees_money,
    unpaid,
    waits,
)
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.money import format_dong
from khuyencong.finance.actions import prepare_payment
from khuyencong.finance.models import LedgerEntry, Payment, PaymentKind
from khuyencong.finance.used import used_of
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission

ARTICLE = "TT 26/2014 Đ21.2"
AFTER = (RoundState.DECIDED, RoundState.CLOSED)


@transaction.atomic
def award_prizes(*, round_id: int, by: Actor, version: int, amount: int, basis: str) -> int:
    """Give every certificate of the round that stands, and has none yet, a prize of `amount` đồng; how many there were.

    Where a norm is known nothing above it; where none is, `basis` names the document. Raises NotAllowed, Stale, Refused.
    """
    round_ = lock_round(round_id, by=by, permission=Permission.COMPETITION_DECIDE, version=version)
    if round_.state not in AFTER:
        raise Refused("Thưởng sau khi có quyết định công nhận.", article=ARTICLE)
    norm, said = norm_of(round_), basis.strip()
    if amount <= 0:
        raise Refused("Mức thưởng phải lớn hơn 0.")
    if norm.cap is not None and amount > norm.cap:
        raise Refused(f"Mức thưởng cao nhất một sản phẩm là {format_dong(norm.cap)} đồng.", article=norm.citation)
    if norm.cap is None and not said:
        raise Refused(f"{norm.reason} Hãy ghi văn bản quy định mức thưởng.", article=ARTICLE)
    rows = list(owed(round_))
    if not rows:
        raise Refused("Mọi giấy chứng nhận của kỳ này đã có tiền thưởng.")
    source = said or norm.citation
    Prize.objects.bulk_create(
        Prize(certificate=one, amount=amount, basis=source, project=round_.project, by=by.user) for one in rows
    )
    touch(round_)
    record(
        action="competition.prize",
        by=by,
        subject=round_,
        thread=round_.thread,
        after={"mức một sản phẩm (đồng)": amount, "số sản phẩm": len(rows), "căn cứ": source},
    )
    return len(rows)


@transaction.atomic
def prepare_payment_of_prizes(
    *,
    round_id: int,
    by: Actor,
    version: int,
    creation_key: UUID,
    project_id: int,
    kind: PaymentKind,
    condition_document: str = "",
) -> Payment:
    """Prepare one payment of a đề án for every prize of the round that nothing pays yet, and tie them to it at once.

    It is the ordinary payment of finance, with its rules, its three hands and its row of the ledger when it is paid; where it
    is given back, its prizes may be prepared again. `version`: of the round. Raises NotAllowed, Stale, Refused.
    """
    earlier = Payment.objects.filter(creation_key=creation_key, prepared_by=by.user).first()
    if earlier is not None:
        return earlier
    round_ = Round.objects.with_all().select_for_update(of=("self",)).get(pk=round_id)
    if not sees_money(by, round_):
        raise NotAllowed(f"{by.agency.short_name} không chi tiền thưởng của kỳ bình chọn này.")
    if round_.version != version:
        raise Stale(STALE)
    if round_.state not in AFTER:
        raise Refused("Chi thưởng sau khi có quyết định công nhận.", article=ARTICLE)
    rows = list(unpaid(round_).select_for_update(of=("self",)))
    if not rows:
        raise Refused("Không có tiền thưởng nào chờ lập khoản chi.")
    project = next((one for one in paying_projects(round_, by) if one.pk == project_id), None)
    if project is None:
        raise Refused("Đề án này không chi tiền thưởng của kỳ bình chọn.", article=ARTICLE)
    payment = prepare_payment(
        project_id=project.pk,
        by=by,
        version=project.version,
        creation_key=creation_key,
        kind=kind,
        amount=sum(one.amount for one in rows),
        condition_document=condition_document,
    )
    Prize.objects.filter(pk__in=[one.pk for one in rows]).update(payment=payment, posting=None, project=project)
    touch(round_)
    record(
        action="competition.prize_prepare",
        by=by,
        subject=round_,
        thread=round_.thread,
        after={"số sản phẩm": len(rows), "số tiền (đồng)": payment.amount, "đề án": project.code},
    )
    return payment


@transaction.atomic
def tie_prize(*, prize_id: int, by: Actor, version: int, posting_id: int) -> Prize:
    """Say which payment of the ledger was this prize; `version` is the round's. The prizes of a payment never exceed it.

    Raises NotAllowed, Stale, Refused.
    """
    found = Prize.objects.select_related(
        "certificate__entry__establishment", "certificate__entry__round__province"
    ).get(pk=prize_id)
    round_: Round = lock_round(
        found.certificate.entry.round_id, by=by, permission=Permission.COMPETITION_MANAGE, version=version
    )
    found.certificate.entry.round = round_
    found.refresh_from_db(fields=["posting", "payment"])
    if round_.state not in AFTER:
        raise Refused("Chi thưởng sau khi có quyết định công nhận.", article=ARTICLE)
    if is_paid(found) or waits(found):
        raise Refused("Tiền thưởng này đã gắn với một khoản chi.")
    posting = postings_for(found).filter(pk=posting_id).first()
    if posting is None:
        raise Refused("Khoản chi này không phải của đề án thưởng, của cơ sở khác, hoặc đã bị hủy.", article=ARTICLE)
    # Two prizes of two rounds may come at once: the row itself is what both wait for.
    LedgerEntry.objects.select_for_update(of=("self",)).get(pk=posting.pk)
    left = posting.amount - used_of(posting)
    if found.amount > left:
        raise Refused(f"Khoản chi {posting.document} chỉ còn {format_dong(left)} đồng chưa gắn với tiền thưởng.")
    found.posting, found.project, found.payment = posting, posting.project, None
    found.save(update_fields=["posting", "project", "payment"])
    touch(round_)
    record(
        action="competition.prize_paid",
        by=by,
        subject=round_,
        thread=round_.thread,
        after={
            "sản phẩm": found.certificate.entry.product,
            "số tiền (đồng)": found.amount,
            "đề án": posting.project.code if posting.project else "",
            "chứng từ": posting.document,
        },
    )
    return found
