"""Prizes: owed by the norm, and tied to the row of the ledger that paid them (TT 26/2014 Đ21.2).

Nothing is posted here: the money leaves through a đề án as all other money does, by payments of three hands.
"""

from __future__ import annotations

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.competitions.door import lock_round, touch
from khuyencong.competitions.models import Prize, Round, RoundState
from khuyencong.competitions.outcome.prizes import norm_of, owed, postings_for, used_of
from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong
from khuyencong.finance.models import LedgerEntry
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
    found.refresh_from_db(fields=["posting"])
    if round_.state not in AFTER:
        raise Refused("Chi thưởng sau khi có quyết định công nhận.", article=ARTICLE)
    if found.posting_id is not None:
        raise Refused("Tiền thưởng này đã gắn với một khoản chi.")
    posting = postings_for(found).filter(pk=posting_id).first()
    if posting is None:
        raise Refused("Khoản chi này không phải của đề án thưởng, của cơ sở khác, hoặc đã bị hủy.", article=ARTICLE)
    # Two prizes of two rounds may come at once: the row itself is what both wait for.
    LedgerEntry.objects.select_for_update(of=("self",)).get(pk=posting.pk)
    left = posting.amount - used_of(posting)
    if found.amount > left:
        raise Refused(f"Khoản chi {posting.document} chỉ còn {format_dong(left)} đồng chưa gắn với tiền thưởng.")
    found.posting, found.project = posting, posting.project
    found.save(update_fields=["posting", "project"])
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
