"""Made-up judging of the made-up competitions: a jury half way through its sheets, and one that is done."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

from khuyencong.competitions.judging.actions import close_scoring, decide_conflicts, declare_conflict, sign_sheet
from khuyencong.competitions.judging.drafting import Typed, keep_scores
from khuyencong.competitions.models import Conflict, Entry, Member, Round, Sheet
from khuyencong.demo.walk import World
from khuyencong.people.actors import Actor

SO = "dong-thap"
# Of each part of a criterion's most points, in tenths: how generous each judge is with each product.
TENTHS = ((9, 8, 9), (8, 7, 8), (7, 7, 9), (6, 7, 5))


def judge_half(world: World, round_: Round) -> None:
    """The head has signed three products, the next one two and begun a third; the last one is too near to one of them."""
    allow_names(world, round_)
    entries, seats = _of(round_)
    for place, signed in enumerate((3, 2, 2)):
        for number, entry in enumerate(entries[:signed]):
            _sign(world, seats[place], entry, TENTHS[number][place])
    _keep(world, seats[1], entries[2], 7, criteria=3)
    by = _actor(world, seats[2])
    declare_conflict(member=seats[2], entry=entries[3], by=by, note="Đang tư vấn mẫu mã cho cơ sở (ví dụ).")


def judge_all(world: World, round_: Round) -> None:
    """Everybody has signed everything, and the head has closed the scoring."""
    allow_names(world, round_)
    entries, seats = _of(round_)
    for place, seat in enumerate(seats):
        for number, entry in enumerate(entries):
            _sign(world, seat, entry, TENTHS[number % len(TENTHS)][place])
    round_ = Round.objects.get(pk=round_.pk)
    close_scoring(round_id=round_.pk, by=_actor(world, seats[0]), version=round_.version)


def allow_names(world: World, round_: Round) -> None:
    """Made-up people share their family names: the leader decides that this says nothing."""
    keys = list(Conflict.objects.filter(entry__round=round_, decision="").values_list("pk", flat=True))
    if keys:
        decide_conflicts(
            round_id=round_.pk,
            by=world.actor(SO, "leader"),
            keys=keys,
            decision="allowed",
            reason="Chỉ trùng họ (ví dụ).",
        )


def _of(round_: Round) -> tuple[list[Entry], list[Member]]:
    # By the number of the dossier: codes are drawn by lot, and the demo is to be the same at every run.
    entries = round_.entries.accepted().select_related("establishment").order_by("number")
    return list(entries), list(round_.members.jury().select_related("user").order_by("pk"))


def _actor(world: World, seat: Member) -> Actor:
    """The seat's own person, in the hat that the demo gave them."""
    return next(actor for actor in world.actors.values() if actor.user.pk == seat.user_id)


def _keep(world: World, seat: Member, entry: Entry, tenths: int, *, criteria: int | None = None) -> Sheet:
    rows = list(seat.round.criteria.order_by("order"))[:criteria]
    points = {one.pk: (one.max_points * tenths / 10 * 2).to_integral_value() / Decimal(2) for one in rows}
    typed = Typed(points, {}, "Sản phẩm đẹp, cần ghi rõ hạn dùng (ví dụ)." if criteria is None else None)
    return keep_scores(member=seat, entry=entry, by=_actor(world, seat), version=1, typed=typed, page=uuid4())


def _sign(world: World, seat: Member, entry: Entry, tenths: int) -> None:
    sheet = _keep(world, seat, entry, tenths)
    sign_sheet(member=seat, entry=entry, by=_actor(world, seat), version=sheet.version)
