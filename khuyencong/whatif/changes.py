"""Other norms to try, and the scratch copy of the book of norms that holds them. Pure: nothing here asks the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from typing import Any

from khuyencong.core.errors import Refused
from khuyencong.core.money import MAX_DONG, format_dong, share_down
from khuyencong.law.catalogue import activity as find_activity
from khuyencong.law.catalogue import activity_name
from khuyencong.law.norms import Norm, NormBook
from khuyencong.law.values import LOCAL, NATIONAL, PROVINCE_KEY

MOST_CHANGES = 40
MOST_FACTOR = Decimal(1000)  # per cent: ten times as much
WHOLE = Decimal(100)
TRIED = "mức thử"
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Change:
    """Other numbers for one activity in one scope (a province key, None for the national norm).

    At most `percent` of the cost base and at most `cap` đồng per unit; what is None stays as it is. `tier` names the
    step that is changed where the norm has several.
    """

    activity: str
    scope: str | None
    percent: Decimal | None = None
    cap: int | None = None
    tier: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """All caps, or all rates, of some scopes times a factor in per cent (80: four fifths of today's).

    An activity with a `Change` of its own in a scope is left to that.
    """

    scopes: tuple[str | None, ...]
    caps: Decimal | None = None
    rates: Decimal | None = None


Changes = Sequence[Change | Rule]
Key = tuple[str | None, str]  # scope and activity


def as_json(changes: Changes) -> list[dict[str, Any]]:
    """The changes as `Trial.changes` keeps them."""
    return [_change_json(one) if isinstance(one, Change) else _rule_json(one) for one in changes]


def from_json(rows: Iterable[Mapping[str, Any]]) -> tuple[Change | Rule, ...]:
    """The changes that `as_json` wrote."""
    found: list[Change | Rule] = []
    for row in rows:
        if row["kind"] == "rule":
            found.append(Rule(tuple(row["scopes"]), _decimal(row["caps"]), _decimal(row["rates"])))
        else:
            found.append(Change(row["activity"], row["scope"], _decimal(row["percent"]), row["cap"], row["tier"]))
    return tuple(found)


def scratch_book(book: NormBook, changes: Changes) -> NormBook:
    """A copy of `book` in which the changes hold on every day, whatever day a đề án is judged by.

    A changed norm keeps everything but its numbers; on days without a norm of that activity and scope its neighbour in
    time counts, and where there never was one the change makes it. Tiers and multiplied norms keep their days. Raises
    Refused with a sentence on changes that are impossible or contradict each other.
    """
    _check(changes)
    norms = {key: tuple(same) for key, same in _by_key(book.norms).items()}
    tried = dict(norms)
    of_one: dict[Key, list[Change]] = {}
    for change in changes:
        if isinstance(change, Change):
            of_one.setdefault((change.scope, change.activity), []).append(change)
    for key, wanted in of_one.items():
        tried[key] = _changed(wanted, norms.get(key, ()), nation=norms.get((None, key[1]), ()))
    for rule in changes:
        if isinstance(rule, Rule):
            tried |= _multiplied(rule, {key: same for key, same in norms.items() if key not in of_one})
    copied = [norm for same in tried.values() for norm in same]
    return NormBook(copied, book.documents, strict=not book.clashes)


def changed_keys(book: NormBook, scratch: NormBook) -> tuple[Key, ...]:
    """The scopes and activities in which the two books differ, in the order of the scratch copy."""
    before = _by_key(book.norms)
    return tuple(key for key, same in _by_key(scratch.norms).items() if same != before.get(key))


def fingerprint(book: NormBook) -> str:
    """The same text for books that answer the same: a trial that goes on later must not mix two books."""
    lines = sorted(repr(norm) for norm in book.norms)
    lines += sorted(repr((one.id, one.scope, one.valid_from, one.valid_to)) for one in book.documents)
    return sha256("\n".join(lines).encode()).hexdigest()


def _check(changes: Changes) -> None:
    """Raise Refused where a change by itself, or two of them together, cannot be meant."""
    if not changes:
        raise Refused("Hãy nêu ít nhất một mức thử hoặc một tỷ lệ nhân.")
    if len(changes) > MOST_CHANGES:
        raise Refused(f"Mỗi lần tính thử nhiều nhất {MOST_CHANGES} thay đổi.")
    singles = [(one.scope, one.activity, one.tier) for one in changes if isinstance(one, Change)]
    for key in singles:
        if singles.count(key) > 1:
            raise Refused(f"«{activity_name(key[1])}» có hai mức thử trong cùng phạm vi: chỉ giữ lại một.")
    scopes = [scope for one in changes if isinstance(one, Rule) for scope in one.scopes]
    if len(scopes) != len(set(scopes)):
        raise Refused("Có hai tỷ lệ nhân cho cùng một phạm vi: chỉ giữ lại một.")
    for one in changes:
        if isinstance(one, Change):
            _check_change(one)
        else:
            _check_rule(one)


def _check_change(one: Change) -> None:
    if find_activity(one.activity) is None:
        raise Refused(f"Không có nội dung hoạt động mã «{one.activity}».")
    _check_scope(one.scope)
    name = activity_name(one.activity)
    if one.percent is None and one.cap is None:
        raise Refused(f"«{name}»: hãy nêu tỷ lệ hoặc mức trần muốn thử.")
    if one.percent is not None and not 0 < one.percent <= WHOLE:
        raise Refused(f"«{name}»: tỷ lệ thử phải lớn hơn 0 và không quá 100 %.")
    if one.cap is not None and not 0 < one.cap <= MAX_DONG:
        raise Refused(f"«{name}»: mức trần thử phải lớn hơn 0 và không quá {format_dong(MAX_DONG)} đồng.")


def _check_rule(one: Rule) -> None:
    for scope in one.scopes:
        _check_scope(scope)
    factors = [factor for factor in (one.caps, one.rates) if factor is not None]
    if not one.scopes or not factors:
        raise Refused("Hãy nêu phạm vi và tỷ lệ nhân cho mức trần hoặc cho tỷ lệ hỗ trợ.")
    if any(not 0 < factor <= MOST_FACTOR for factor in factors):
        raise Refused(f"Tỷ lệ nhân phải lớn hơn 0 và không quá {MOST_FACTOR} %.")


def _check_scope(scope: str | None) -> None:
    if scope is not None and not PROVINCE_KEY.fullmatch(scope):
        raise Refused(f"Không có tỉnh, thành phố mang khóa «{scope}».")


def _changed(wanted: Sequence[Change], same: Sequence[Norm], *, nation: Sequence[Norm]) -> tuple[Norm, ...]:
    """The norms of one activity and scope with the numbers wanted: one change for all, or one for each of some tiers.

    `nation`: the national norms of the activity, which tell what a norm of it consists of.
    """
    code = wanted[0].activity
    if any(norm.common for norm in same):
        raise Refused(
            f"«{activity_name(code)}» chi theo chế độ chung dẫn chiếu cho cả hai nguồn kinh phí: "
            "không thử được bằng một con số của khuyến công quốc gia."
        )
    dated = sorted((norm for norm in same if norm.valid_from is not None), key=lambda norm: norm.valid_from or date.min)
    tiers = list(dict.fromkeys(tier.name for norm in dated for tier in norm.tiers))
    named = {one.tier for one in wanted}
    if tiers and "" in named:
        raise Refused(f"Định mức «{activity_name(code)}» chia bậc: hãy chọn bậc muốn thử ({'; '.join(tiers)}).")
    if not named <= {"", *tiers}:
        raise Refused(f"Định mức «{activity_name(code)}» của phạm vi này không có bậc «{max(named)}».")
    if tiers:
        by_tier = {one.tier: one for one in wanted}
        return tuple(_with_tiers(norm, by_tier) for norm in same)
    if not dated:
        return (_new_norm(wanted[0], nation),)
    return tuple(_with_numbers(norm, wanted[0]) for norm in _on_every_day(dated))


def _with_numbers(norm: Norm, change: Change) -> Norm:
    return replace(
        norm,
        rate=norm.rate if change.percent is None else Fraction(change.percent) / 100,
        cap=norm.cap if change.cap is None else change.cap,
    )


def _with_tiers(norm: Norm, by_tier: Mapping[str, Change]) -> Norm:
    tiers = []
    for tier in norm.tiers:
        change = by_tier.get(tier.name, Change(norm.activity, norm.scope))
        rate = tier.rate if change.percent is None else Fraction(change.percent) / 100
        tiers.append(replace(tier, rate=rate, cap=tier.cap if change.cap is None else change.cap))
    return replace(norm, tiers=tuple(tiers))


def _on_every_day(dated: Sequence[Norm]) -> list[Norm]:
    """The norms stretched over the days that none of them covers; the first reaches back, the last goes on."""
    found = []
    for place, norm in enumerate(dated):
        following = dated[place + 1].valid_from if place + 1 < len(dated) else None
        if following is not None and (norm.valid_to or date.max) >= following:
            raise Refused(f"Hai định mức cùng hiệu lực cho «{activity_name(norm.activity)}»: hãy sửa định mức trước.")
        start = date.min if place == 0 else norm.valid_from
        found.append(replace(norm, valid_from=start, valid_to=following - ONE_DAY if following else None))
    return found


def _new_norm(change: Change, nation: Sequence[Norm]) -> Norm:
    """A norm where there was none: nothing can stay as it is, so it needs what the national norm has."""
    needed = [
        (change.percent, "tỷ lệ", any(norm.rate is not None for norm in nation)),
        (change.cap, "mức trần", any(norm.cap is not None for norm in nation)),
    ]
    missing = [label for value, label, usual in needed if usual and value is None]
    if missing:
        raise Refused(
            f"«{activity_name(change.activity)}»: phạm vi đã chọn chưa có định mức riêng nên không có mức nào để giữ "
            f"nguyên; hãy nêu cả {' và '.join(missing)} muốn thử."
        )
    known = find_activity(change.activity)
    return Norm(
        activity=change.activity,
        rate=None if change.percent is None else Fraction(change.percent) / 100,
        cap=change.cap,
        unit=known.unit if known else "",
        document="(tính thử)",
        article=TRIED,
        verified=False,
        cost_base="",
        source=LOCAL if change.scope else NATIONAL,
        scope=change.scope,
        valid_from=date.min,
        valid_to=None,
    )


def _multiplied(rule: Rule, norms: Mapping[Key, tuple[Norm, ...]]) -> dict[Key, tuple[Norm, ...]]:
    """The norms of the rule's scopes times its factors; Refused where there is nothing to multiply or a rate gets too high."""
    found = {key: same for key, same in norms.items() if key[0] in rule.scopes}
    if not any(norm.has_numbers or norm.tiers for same in found.values() for norm in same):
        raise Refused("Phạm vi này chưa có định mức nào bằng số để nhân: hãy nêu mức thử cho từng nội dung.")
    return {key: tuple(_times(norm, rule) for norm in same) for key, same in found.items()}


def _times(norm: Norm, rule: Rule) -> Norm:
    tiers = tuple(replace(tier, rate=_rate(norm, tier.rate, rule), cap=_cap(tier.cap, rule)) for tier in norm.tiers)
    return replace(norm, rate=_rate(norm, norm.rate, rule), cap=_cap(norm.cap, rule), tiers=tiers)


def _rate(norm: Norm, rate: Fraction | None, rule: Rule) -> Fraction | None:
    if rate is None or rule.rates is None:
        return rate
    found = rate * Fraction(rule.rates) / 100
    if found > 1:
        raise Refused(f"Nhân lên thì tỷ lệ của «{activity_name(norm.activity)}» vượt 100 % ({norm.citation}).")
    return found


def _cap(cap: int | None, rule: Rule) -> int | None:
    return cap if cap is None or rule.caps is None else share_down(Fraction(rule.caps) / 100, cap)


def _by_key(norms: Iterable[Norm]) -> dict[Key, tuple[Norm, ...]]:
    found: dict[Key, tuple[Norm, ...]] = {}
    for norm in norms:
        key = norm.scope, norm.activity
        found[key] = (*found.get(key, ()), norm)
    return found


def _change_json(one: Change) -> dict[str, Any]:
    return {
        "kind": "change",
        "activity": one.activity,
        "scope": one.scope,
        "percent": _text(one.percent),
        "cap": one.cap,
        "tier": one.tier,
    }


def _rule_json(one: Rule) -> dict[str, Any]:
    return {"kind": "rule", "scopes": list(one.scopes), "caps": _text(one.caps), "rates": _text(one.rates)}


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)
