"""What is different between two days or two places, and on which days anything changes at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from khuyencong.core.money import NOTHING, format_trieu
from khuyencong.law.catalogue import Activity
from khuyencong.law.norms import NoNorm, Norm, NormBook
from khuyencong.law.values import TWO_NORMS, Document, percent_text
from khuyencong.law.wording import BY_PRICE, MILLION_DONG, UNREAD, cap_text, per, rate_text, terms_text, tiers_text

ONE_DAY = timedelta(days=1)
ABSENT = "chưa có"
UNSAID = "không nêu"


class Likeness(StrEnum):
    """How far two answers about the norm of one activity differ."""

    TERMS = "terms"  # what may be paid: a rate, a cap, a unit, tiers, or whether there is a norm at all
    GROUNDS = "grounds"  # the same may be paid, on other grounds: another document or article, verified or not
    SAME = "same"
    NEITHER = "neither"  # no norm on either side


@dataclass(frozen=True, slots=True)
class Side:
    """Whose norms on which day: `source` is 'national' or 'local', `province_keys` the order of fallback."""

    source: str
    province_keys: tuple[str, ...]
    on: date


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that differs; `before` and `after` are Vietnamese texts with their units, `text` both in one phrase."""

    label: str
    before: str
    after: str
    text: str


@dataclass(frozen=True, slots=True)
class NormChange:
    """The norm of one activity on two sides, and what differs: in what may be paid, and in what that rests on."""

    activity: Activity
    before: Norm | NoNorm
    after: Norm | NoNorm
    terms: tuple[Part, ...] = ()
    grounds: tuple[Part, ...] = ()

    @property
    def likeness(self) -> Likeness:
        if self.terms:
            return Likeness.TERMS
        if self.grounds:
            return Likeness.GROUNDS
        return Likeness.NEITHER if isinstance(self.after, NoNorm) else Likeness.SAME

    @property
    def sentence(self) -> str:
        """«Ứng dụng máy móc…: mức tối đa 200 → 300 triệu đồng/cơ sở (+50 %)»; the name alone where nothing differs."""
        told = "; ".join(f"{part.label.lower()} {part.text}" for part in self.terms or self.grounds)
        return f"{self.activity.name}: {told}" if told else self.activity.name


def compare(activity: Activity, before: Norm | NoNorm, after: Norm | NoNorm) -> NormChange:
    """Two answers about one activity side by side."""
    if isinstance(before, NoNorm) or isinstance(after, NoNorm):
        neither = isinstance(before, NoNorm) and isinstance(after, NoNorm)
        return NormChange(activity, before, after, () if neither else (_part("Định mức", _told(before), _told(after)),))
    terms = _differing(_TERMS, before, after)
    if before.unit == after.unit:
        terms = tuple(_cap_part(part, before, after) if part.label == _CAP else part for part in terms)
    elif before.cap == after.cap:
        # The caps differ in their unit only, which is told by itself.
        terms = tuple(part for part in terms if part.label != _CAP)
    return NormChange(activity, before, after, terms, _differing(_GROUNDS, before, after))


def side_by_side(book: NormBook, activities: Iterable[Activity], before: Side, after: Side) -> tuple[NormChange, ...]:
    """Every activity on two sides, also where nothing differs, in the order given."""
    return tuple(compare(one, _norm(book, one, before), _norm(book, one, after)) for one in activities)


def changes_between(
    book: NormBook,
    activities: Iterable[Activity],
    *,
    source: str,
    province_keys: Sequence[str],
    first: date,
    second: date,
) -> tuple[NormChange, ...]:
    """What differs between two days for one source and place: in what may be paid, or in the text it rests on."""
    keys = tuple(province_keys)
    found = side_by_side(book, activities, Side(source, keys, first), Side(source, keys, second))
    return tuple(one for one in found if one.likeness in {Likeness.TERMS, Likeness.GROUNDS})


def turning_days(documents: Iterable[Document], after: date = date.min) -> tuple[date, ...]:
    """The days later than `after` on which a document or one of its norms begins, or has just ended, in order."""
    periods: list[tuple[date | None, date | None]] = []
    for document in documents:
        periods.append((document.valid_from, document.valid_to))
        periods += [(norm.valid_from, norm.valid_to) for norm in document.norms]
    return turns(periods, after)


def turns(periods: Iterable[tuple[date | None, date | None]], after: date = date.min) -> tuple[date, ...]:
    """First days, and days after last days, of any periods. One whose first day was not read, or comes after its last, never counts."""
    days: set[date] = set()
    for valid_from, valid_to in periods:
        if valid_from is None or (valid_to is not None and valid_to < valid_from):
            continue
        days.add(valid_from)
        if valid_to is not None and valid_to < date.max:
            days.add(valid_to + ONE_DAY)
    return tuple(sorted(day for day in days if day > after))


_CAP = "Mức tối đa"
_Reading = tuple[str, Callable[[Norm], str]]
# What may be paid, and what that rests on; each with how it reads.
_TERMS: tuple[_Reading, ...] = (
    ("Tỷ lệ tối đa", lambda norm: UNSAID if norm.rate is None else rate_text(norm)),
    (_CAP, lambda norm: UNSAID if norm.cap is None else cap_text(norm)),
    ("Bậc", lambda norm: tiers_text(norm) if norm.tiers else "không chia bậc"),
    ("Đơn vị tính", lambda norm: norm.unit or NOTHING),
    ("Cách tính", lambda norm: BY_PRICE if norm.by_price else "theo mức"),
    ("Thu hồi", lambda norm: "có thu hồi" if norm.recoverable else "không thu hồi"),
)
_GROUNDS: tuple[_Reading, ...] = (
    ("Chi phí làm căn cứ", lambda norm: norm.cost_base or NOTHING),
    ("Căn cứ", lambda norm: norm.citation),
    ("Ghi chú", lambda norm: norm.note or NOTHING),
    ("Xác minh", lambda norm: "chờ xác minh" if norm.pending or not norm.verified else "đã xác minh"),
)


def _told(side: Norm | NoNorm) -> str:
    if isinstance(side, NoNorm):
        if side.code == TWO_NORMS:
            return "hai định mức cùng hiệu lực"
        return UNREAD if side.document else ABSENT
    return terms_text(side)


def _norm(book: NormBook, activity: Activity, side: Side) -> Norm | NoNorm:
    return book.norm_on(activity.code, source=side.source, province_keys=side.province_keys, on=side.on)


def _differing(readings: Iterable[_Reading], before: Norm, after: Norm) -> tuple[Part, ...]:
    pairs = ((label, read(before), read(after)) for label, read in readings)
    return tuple(_part(label, one, other) for label, one, other in pairs if one != other)


def _part(label: str, before: str, after: str) -> Part:
    return Part(label, before, after, f"{before} → {after}")


def _cap_part(part: Part, before: Norm, after: Norm) -> Part:
    """Two caps of one unit: also by how much, in per cent of the first."""
    if before.cap is None or after.cap is None:
        return part
    share = percent_text(Fraction(abs(after.cap - before.cap), before.cap))
    told = f"{'+' if after.cap > before.cap else '−'}{share}"
    text = f"{format_trieu(before.cap)} → {format_trieu(after.cap)} {MILLION_DONG}{per(after.unit)} ({told})"
    return replace(part, after=f"{part.after} ({told})", text=text)
