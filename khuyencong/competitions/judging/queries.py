"""What the desk of a judge and the pages of the jury show; a constant number of queries each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.db.models import Count, Q

from khuyencong.competitions.judging.near import barred
from khuyencong.competitions.judging.seats import Seat, kept_from, seats_of
from khuyencong.competitions.judging.shown import Shown, shown
from khuyencong.competitions.models import JURY, Conflict, Entry, Member, Round, RoundState, Sheet, SheetState
from khuyencong.core.dates import today
from khuyencong.people.actors import Actor

Status = Literal["todo", "begun", "whole", "signed", "earlier", "barred"]
STATUS_WORDS: dict[str, tuple[str, str]] = {
    "todo": ("Chưa chấm", ""),
    "begun": ("Đang chấm", "info"),
    "whole": ("Đủ điểm, chưa ký", "warning"),
    "signed": ("Đã ký", "success"),
    "earlier": ("Người trước đã ký", "success"),
    "barred": ("Không chấm", "danger"),
}
# What a judge still has to do comes first.
ORDER = ("whole", "begun", "todo", "signed", "earlier", "barred")


@dataclass(frozen=True)
class DeskRow:
    """One product on the desk of a judge: how far their sheet is, or why there is none."""

    shown: Shown
    status: Status
    done: int = 0
    of: int = 0
    why: str = ""

    @property
    def words(self) -> str:
        return (
            f"{STATUS_WORDS[self.status][0]} {self.done}/{self.of}"
            if self.status == "begun"
            else STATUS_WORDS[self.status][0]
        )

    @property
    def tone(self) -> str:
        return STATUS_WORDS[self.status][1]

    @property
    def waits(self) -> bool:
        return self.status in {"todo", "begun", "whole"}


def entries_to_judge(round_: Round) -> list[Entry]:
    """The products taken in, by their codes, with what a desk shows; one query."""
    rows = round_.entries.accepted().select_related("establishment__province", "establishment__commune")
    return list(rows.order_by("code", "pk"))


def desk_rows(round_: Round, member: Member) -> list[DeskRow]:
    """Every product of the round for this judge, what waits first; six queries."""
    entries = entries_to_judge(round_)
    of = round_.criteria.count()
    done = Count("scores", filter=Q(scores__points__isnull=False))
    mine = {
        entry: (state, count)
        for entry, state, count in member.sheets.annotate(done=done).values_list("entry", "state", "done")
    }
    against = barred(member, entries)
    before = _before(round_, member)
    rows = []
    for entry in entries:
        state, count = mine.get(entry.pk, ("", 0))
        status: Status
        if state == SheetState.SIGNED:
            status = "signed"
        elif entry.pk in before:
            status = "earlier"
        elif entry.pk in against:
            status = "barred"
        else:
            status = "whole" if count == of else "begun" if count else "todo"
        rows.append(DeskRow(shown(entry, round_), status, count, of, against.get(entry.pk, "")))
    return sorted(rows, key=lambda row: ORDER.index(row.status))


def _before(round_: Round, member: Member) -> set[int]:
    """Products whose sheet an earlier holder of this seat has signed; two queries."""
    seat = next((one for one in seats_of(round_) if member.pk in one.keys), Seat((member,)))
    earlier = [one.pk for one in seat.holders if one.pk != member.pk]
    return set(
        Sheet.objects.filter(member__in=earlier, state=SheetState.SIGNED).order_by().values_list("entry", flat=True)
    )


@dataclass(frozen=True)
class MyRound:
    """A round in which somebody judges, and how many products still wait for their sheet."""

    round: Round
    member: Member
    left: int


def my_rounds(actor: Actor) -> list[MyRound]:
    """The rounds in which this person sits in the jury today, those being scored first; five queries."""
    seats = (
        Member.objects.jury()
        .standing_on(today())
        .of(actor)
        .filter(round__state__in=(RoundState.CALLED, RoundState.SCORING, RoundState.SCORED))
        .select_related("round__agency", "round__province", "round__commune")
    )
    members = list(seats)
    keys = [one.pk for one in members]
    entries = dict(
        Entry.objects.accepted().filter(round__in=[one.round_id for one in members])
        .order_by().values_list("round").annotate(count=Count("pk"))
    )  # fmt: skip
    signed = Sheet.objects.filter(state=SheetState.SIGNED).order_by()
    done = Counter(signed.filter(member__in=keys).values_list("member", flat=True))
    # What whoever sat there before has signed is done as well.
    done.update(signed.filter(member__replaced_by__in=keys).values_list("member__replaced_by", flat=True))
    away = Counter(member for member, _ in set(
        Conflict.objects.filter(member__in=keys).exclude(decision="allowed").order_by().values_list("member", "entry")
    ))  # fmt: skip
    rows = [
        MyRound(one.round, one, max(0, entries.get(one.round_id, 0) - done[one.pk] - away[one.pk])) for one in members
    ]
    return sorted(rows, key=lambda row: (row.round.state != RoundState.SCORING, -row.round.year, row.round.pk))


@dataclass(frozen=True)
class JudgeProgress:
    """How far one seat of the jury is: counts alone, no score."""

    seat: Seat
    signed: int
    begun: int
    barred: int
    waiting: int
    of: int
    last: datetime | None

    @property
    def ended(self) -> date | None:
        """The last day of a seat that is empty now."""
        until = self.seat.now.until_on
        return until if until is not None and until < today() else None

    @property
    def left(self) -> int:
        return 0 if self.ended else max(0, self.of - self.signed - self.barred - self.waiting)


def progress(round_: Round) -> list[JudgeProgress]:
    """The seats of the jury with what they have signed, begun, and may not score; four queries."""
    entries = set(round_.entries.accepted().order_by().values_list("pk", flat=True))
    sheets: dict[int, list[tuple[int, str, datetime | None]]] = {}
    for member, entry, state, at in (
        Sheet.objects.filter(entry__in=entries).order_by().values_list("member", "entry", "state", "signed_at")
    ):
        sheets.setdefault(member, []).append((entry, state, at))
    decided = set(
        Conflict.objects.filter(entry__in=entries, decision="excluded").order_by().values_list("member", "entry")
    )
    kept = kept_from(round_)
    rows = []
    for seat in seats_of(round_):
        mine = [row for key in seat.keys for row in sheets.get(key, [])]
        signed = {entry for entry, state, _ in mine if state == SheetState.SIGNED}
        out = {entry for member, entry in kept if member == seat.now.pk} - signed
        excluded = {entry for entry in out if (seat.now.pk, entry) in decided}
        begun = {entry for entry, state, _ in mine if state == SheetState.OPEN} - signed - out
        times = [at for _, _, at in mine if at is not None]
        rows.append(
            JudgeProgress(
                seat,
                len(signed),
                len(begun),
                len(excluded),
                len(out - excluded),
                len(entries),
                max(times, default=None),
            )
        )
    return rows


def conflicts_of(round_: Round) -> list[Conflict]:
    """Everything that binds judges to products, what waits for a decision first; one query."""
    rows = Conflict.objects.filter(entry__round=round_).select_related("member", "entry__establishment", "decided_by")
    return sorted(rows, key=lambda one: (bool(one.decision), one.entry.code, one.member.full_name))


def signed_sheets(round_: Round, members: Sequence[int]) -> list[Sheet]:
    """Signed sheets of these members, the latest first: what the head may give back. Without a score. One query."""
    rows = Sheet.objects.filter(entry__round=round_, member__in=members, state=SheetState.SIGNED, member__role__in=JURY)
    return list(rows.select_related("member", "entry").defer("total", "remark").order_by("-signed_at"))
