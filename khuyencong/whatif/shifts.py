"""What a scratch book changes, in words: the norm of each period before and after, with its citation. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from khuyencong.core.dates import format_date
from khuyencong.law.catalogue import activity as find_activity
from khuyencong.law.catalogue import activity_name, catalogue
from khuyencong.law.norms import Norm, NormBook
from khuyencong.law.wording import terms_text
from khuyencong.whatif.changes import ONE_DAY, changed_keys

NONE_YET = "chưa có định mức"
DECLARED = "đề án tự nêu định mức thì tính theo định mức ấy"
EVERY_DAY = "mọi ngày được tính"
NATION = "Khuyến công quốc gia"


@dataclass(frozen=True, slots=True)
class Shift:
    """One activity and scope in one period: texts ready to show.

    `citation` is that of the norm before, `document` the id of its document ("" for none, or several).
    """

    place: str
    activity: str
    period: str
    before: str
    after: str
    citation: str
    document: str = ""


def shifts_between(
    book: NormBook,
    scratch: NormBook,
    *,
    first: date,
    last: date,
    places: Mapping[str, str],
    formerly: Mapping[str, Sequence[str]],
) -> tuple[Shift, ...]:
    """What differs on the days from `first` to `last`, by place, activity as the law lists them, and period.

    `places` names the province keys; `formerly` gives the keys whose norms count where a province has none of its own.
    """
    order = {code: place for place, code in enumerate(catalogue().activities)}
    keys = sorted(changed_keys(book, scratch), key=lambda key: (key[0] or "", order.get(key[1], len(order))))
    found: list[Shift] = []
    for scope, code in keys:
        before = [scope, *formerly.get(scope or "", ())]
        of_key: list[tuple[date, Shift]] = []
        for start, end in _periods(code, [*_norms(book, code, before), *_norms(scratch, code, [scope])], first, last):
            tried = _at(scratch, code, scope, start)
            if tried is None:
                continue
            told, known = _before(book, code, before, start, places)
            documents = list(dict.fromkeys(norm.document_id for norm in known))
            shift = Shift(
                place=_place(scope, places),
                activity=activity_name(code),
                period="",
                before=told,
                after=terms_text(tried),
                citation="; ".join(dict.fromkeys(norm.citation for norm in known)),
                document=documents[0] if len(documents) == 1 else "",
            )
            same = of_key and of_key[-1][1] == replace(shift, period=of_key[-1][1].period)
            since = of_key.pop()[0] if same else start
            of_key.append((since, replace(shift, period=_period(since, end, first, last))))
        found += [shift for _, shift in of_key if shift.before != shift.after]
    return tuple(found)


def as_json(shifts: Iterable[Shift]) -> list[dict[str, Any]]:
    """For `Trial.result`, so that a trial still says what it changed when the norms have changed since."""
    return [asdict(one) for one in shifts]


def from_json(rows: Iterable[Mapping[str, Any]]) -> tuple[Shift, ...]:
    """The shifts that `as_json` wrote."""
    return tuple(Shift(**row) for row in rows)


def _place(scope: str | None, places: Mapping[str, str]) -> str:
    return NATION if scope is None else places.get(scope, scope)


def _at(book: NormBook, code: str, scope: str | None, on: date) -> Norm | None:
    return next((norm for norm in book.all_of(code, scope) if norm.in_force(on)), None)


def _norms(book: NormBook, code: str, scopes: Iterable[str | None]) -> list[Norm]:
    return [norm for scope in scopes for norm in book.all_of(code, scope)]


def _before(
    book: NormBook, code: str, scopes: Sequence[str | None], on: date, places: Mapping[str, str]
) -> tuple[str, list[Norm]]:
    """What counts without the trial, in words and as norms: the scope's own, or each of those it falls back on."""
    own = _at(book, code, scopes[0], on)
    if own is not None:
        return terms_text(own), [own]
    older = [(places.get(scope or "", scope), _at(book, code, scope, on)) for scope in scopes[1:]]
    known = [(place, norm) for place, norm in older if norm is not None]
    told = "; ".join(f"{place}: {terms_text(norm)}" for place, norm in known)
    nothing = NONE_YET if scopes[0] is None else f"{NONE_YET}; {DECLARED}"
    return told or nothing, [norm for _, norm in known]


def _period(start: date, end: date, first: date, last: date) -> str:
    """From when to when, as far as the trial looks: what reaches beyond its days is open."""
    if start <= first and end >= last:
        return EVERY_DAY
    if start <= first:
        return f"đến {format_date(end)}"
    return f"từ {format_date(start)}" if end >= last else f"{format_date(start)} – {format_date(end)}"


def _periods(code: str, norms: Iterable[Norm], first: date, last: date) -> list[tuple[date, date]]:
    """The days from `first` to `last` on which the activity exists, cut where one of the norms begins or has ended."""
    known = find_activity(code)
    if known is not None:
        first, last = max(first, known.valid_from), min(last, known.valid_to or last)
    turns = {first}
    for norm in norms:
        if norm.valid_from is not None:
            turns |= {norm.valid_from, norm.valid_to + ONE_DAY if norm.valid_to else first}
    days = sorted(day for day in turns if first <= day <= last)
    return [(day, days[place + 1] - ONE_DAY if place + 1 < len(days) else last) for place, day in enumerate(days)]
