"""From a checked mapping of a law file to a document with its values.

Every mistake is a LawFileError that names the file and the line. `Loader` remembers where each value stood, so that a
clash between two files names both places.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import TypedDict

from khuyencong.law.catalogue import Catalogue
from khuyencong.law.values import (
    CHARTER_CAPITAL,
    LOCAL,
    NATIONAL,
    PROVINCE_KEY,
    SOURCES,
    AdvanceRule,
    Applies,
    Condition,
    DeadlineRule,
    Document,
    Norm,
    OtherSupport,
    Paper,
    Parameter,
    Stage,
    Target,
    Tier,
    overlap,
)
from khuyencong.law.yamlfile import Item

DEADLINE_NEEDS = {
    "yearly": ("month", "day"),
    "monthly": ("day",),
    "days_after": ("days", "month", "day"),
    "working_days": ("days",),
    "every_months": ("months",),
}
ALL = "all"
TIER_BY = (CHARTER_CAPITAL,)
# Their values carry no province, so in the file of a province they would count for the whole country.
_NATIONAL_SECTIONS = ("advances", "deadlines", "papers", "conditions", "targets", "other_supports")


_Dated = Norm | Parameter | AdvanceRule | DeadlineRule | Paper | Condition | Target | OtherSupport


class _Grounds(TypedDict):
    """The fields that every value has."""

    document: str
    article: str
    verified: bool
    valid_from: date | None
    valid_to: date | None
    note: str


class Loader:
    """Turns files into documents, and remembers where each value stood to report clashes between files."""

    def __init__(self, activities: Catalogue) -> None:
        self.catalogue = activities
        self.seen: dict[tuple[str | None, str], list[tuple[_Dated, Item]]] = {}

    def document(self, key: str, item: Item) -> Document:
        """The document of one file; `key` is the name of the file without its ending."""
        number, kind, issuer = item.text("number", default=""), item.text("kind"), item.text("issuer")
        scope = self._scope(item)
        name = f"{kind} {number}" if number else f"{kind} (chưa rõ số)"
        valid_from, valid_to = _period(item)
        document = Document(
            id=key,
            number=number,
            kind=kind,
            title=item.text("title"),
            issuer=issuer,
            issued_on=item.day("issued_on"),
            valid_from=valid_from,
            valid_to=valid_to,
            dates_verified=item.flag("dates_verified", default=valid_from is not None),
            scope=scope,
            source=item.text("source"),
            name=f"{name} của {issuer}" if scope else name,
            based_on=item.text("based_on", default=""),
            amends=item.texts("amends"),
            replaces=item.texts("replaces"),
            corrects=item.text("corrects", default=""),
            note=item.text("note", default=""),
            verified=item.flag("verified", default=True),
        )
        if scope:
            for section in _NATIONAL_SECTIONS:
                if item.items(section):
                    raise item.error(f"mục «{section}» chỉ dùng trong văn bản của trung ương.", key=section)
        document = replace(
            document,
            norms=tuple(self._norm(child, document) for child in item.items("norms")),
            parameters=tuple(self._parameter(child, document) for child in item.items("parameters")),
            advances=tuple(self._advance(child, document) for child in item.items("advances")),
            deadlines=tuple(self._deadline(child, document) for child in item.items("deadlines")),
            papers=tuple(paper for child in item.items("papers") for paper in self._papers(child, document)),
            conditions=tuple(self._condition(child, document) for child in item.items("conditions")),
            targets=tuple(self._target(child, document) for child in item.items("targets")),
            other_supports=tuple(self._other_support(child, document) for child in item.items("other_supports")),
        )
        item.finish()
        return document

    def _scope(self, item: Item) -> str | None:
        scope = item.text("scope")
        if scope == NATIONAL:
            return None
        if not PROVINCE_KEY.fullmatch(scope):
            raise item.error(f"«scope: {scope}» phải là national hoặc khóa tỉnh như 25, 17@2025.", key="scope")
        return scope

    def _activity(self, item: Item, code: str, key: str) -> str:
        if code not in self.catalogue.activities:
            raise item.error(f"hoạt động «{code}» không có trong danh mục.", key=key)
        return code

    def _activities(self, item: Item, *, may_be_all: bool = False) -> tuple[str, ...]:
        """The codes under «activities»; empty for [all], where that is allowed."""
        codes = item.texts("activities")
        if may_be_all and codes == (ALL,):
            return ()
        if not codes:
            raise item.error("thiếu «activities» (mã hoạt động, hoặc [all]).", key="activities")
        if len(set(codes)) < len(codes):
            raise item.error("«activities» nêu một hoạt động hai lần.", key="activities")
        return tuple(self._activity(item, code, "activities") for code in codes)

    def _norm(self, item: Item, document: Document) -> Norm:
        norm = Norm(
            activity=self._activity(item, item.text("activity"), "activity"),
            rate=item.percent("rate", positive=True),
            cap=item.whole("cap", low=1),
            unit=item.one_of("unit", self.catalogue.units),
            cost_base=item.text("cost_base", default=""),
            source=LOCAL if document.scope else NATIONAL,
            scope=document.scope,
            recoverable=item.flag("recoverable", default=False),
            pending=item.text("pending", default=""),
            by_price=item.flag("by_price", default=False),
            common=item.flag("common", default=False),
            tiers=_tiers(item),
            tier_by=item.one_of("tier_by", TIER_BY, default=""),
            document_id=document.id,
            **_grounds(item, document),
        )
        if norm.common and norm.has_numbers:
            raise item.error("«common» chỉ dùng cho mức dẫn chiếu, không có số.", key="common")
        for key in ("rate", "cap"):
            # A tier stands in place of the numbers of its norm: one that lacks the rate would pay without any.
            if getattr(norm, key) is not None and any(one.is_known and getattr(one, key) is None for one in norm.tiers):
                raise item.error(f"định mức có bậc: ghi «{key}» ở từng bậc.", key=key)
        item.finish()
        self._once(item, ("norm", norm.activity), norm, document.scope)
        return norm

    def _parameter(self, item: Item, document: Document) -> Parameter:
        value = item.fraction("value", positive=True)
        if value is None:
            raise item.error("thiếu «value».", key="value")
        found = Parameter(
            code=item.text("code"),
            value=value,
            unit=item.one_of("unit", self.catalogue.parameter_units),
            **_grounds(item, document),
        )
        item.finish()
        self._once(item, ("parameter", found.code), found, document.scope)
        return found

    def _advance(self, item: Item, document: Document) -> AdvanceRule:
        share = item.percent("percent")
        if share is None:
            raise item.error("thiếu «percent».", key="percent")
        rule = AdvanceRule(
            activities=self._activities(item),
            share=share,
            condition=item.text("condition"),
            min_progress=item.percent("min_progress", positive=True),
            progress_of=item.one_of("progress_of", ("volume", "investment"), default=""),
            after_acceptance=item.flag("after_acceptance", default=False),
            **_grounds(item, document),
        )
        if (rule.min_progress is None) != (not rule.progress_of):
            raise item.error("«min_progress» và «progress_of» đi cùng nhau.", key="percent")
        item.finish()
        for code in rule.activities:
            self._once(item, ("advance", code), rule)
        return rule

    def _deadline(self, item: Item, document: Document) -> DeadlineRule:
        rule = DeadlineRule(
            code=item.text("code"),
            kind=item.one_of("kind", tuple(DEADLINE_NEEDS)),
            title=item.text("title"),
            month=item.whole("month", low=1, high=12),
            day=item.whole("day", low=1, high=28),
            days=item.whole("days", low=1, high=366),
            months=item.whole("months", low=1, high=12),
            **_grounds(item, document),
        )
        for key in DEADLINE_NEEDS[rule.kind]:
            if not item.has(key):
                raise item.error(f"thời hạn loại «{rule.kind}» thiếu «{key}».", key="kind")
        item.finish()
        self._once(item, ("deadline", rule.code), rule)
        return rule

    def _papers(self, item: Item, document: Document) -> Iterator[Paper]:
        """One entry lists several papers of one stage; each may have its own article, and say when it is asked for."""
        grounds = _grounds(item, document)
        stage = Stage(item.one_of("stage", tuple(Stage)))
        activities = self._activities(item, may_be_all=True)
        alternative = item.text("alternative", default="")
        children = item.items("items")
        if not children:
            raise item.error("thiếu «items» (danh sách giấy tờ).", key="items")
        item.finish()
        for child in children:
            own: _Grounds = {
                **grounds,
                "article": child.text("article", default=grounds["article"]),
                "verified": child.flag("verified", default=grounds["verified"]),
                "note": child.text("note", default=grounds["note"]),
            }
            text, when = child.text("text"), child.text("when", default="")
            usual = Applies.IN_CASE if when else Applies.ALWAYS
            paper = Paper(
                code=child.text("code"),
                text=text,
                stage=stage,
                activities=activities,
                when=when,
                applies=Applies(child.one_of("applies", tuple(Applies), default=usual)),
                alternative=alternative,
                **own,
            )
            child.finish()
            for code in activities or (ALL,):
                self._once(child, (f"paper:{stage}:{code}", paper.code), paper)
            yield paper

    def _condition(self, item: Item, document: Document) -> Condition:
        found = Condition(
            code=item.text("code"),
            text=item.text("text"),
            activities=self._activities(item, may_be_all=True),
            sectors=item.texts("sectors"),
            source=item.one_of("source", SOURCES, default=""),
            **_grounds(item, document),
        )
        for code in found.sectors:
            if code not in self.catalogue.sectors:
                raise item.error(f"ngành nghề «{code}» không có trong danh mục.", key="sectors")
        item.finish()
        self._once(item, ("condition", found.code), found)
        return found

    def _target(self, item: Item, document: Document) -> Target:
        """One number under «value», or a range under «low» and «high»."""
        value, low, high = (item.whole(key, low=1) for key in ("value", "low", "high"))
        if value is not None and (low is not None or high is not None):
            raise item.error("viết «value», hoặc «low» và «high», không viết cả hai.", key="value")
        low, high = (value, value) if value is not None else (low, high)
        if low is None or high is None:
            raise item.error("thiếu «value», hoặc «low» và «high».", key="low")
        if high < low:
            raise item.error("«high» nhỏ hơn «low».", key="high")
        found = Target(
            code=item.text("code"),
            label=item.text("label"),
            unit=item.one_of("unit", self.catalogue.units | self.catalogue.parameter_units),
            low=low,
            high=high,
            **_grounds(item, document),
        )
        item.finish()
        self._once(item, ("target", found.code), found)
        return found

    def _other_support(self, item: Item, document: Document) -> OtherSupport:
        found = OtherSupport(
            name=item.text("name"),
            activities=self._activities(item),
            rate=item.percent("rate", positive=True),
            cap=item.whole("cap", low=1),
            unit=item.one_of("unit", self.catalogue.units),
            **_grounds(item, document),
        )
        item.finish()
        self._once(item, ("other_support", found.name), found)
        return found

    def _once(self, item: Item, what: tuple[str, str], found: _Dated, scope: str | None = None) -> None:
        """Refuse a second value of the same thing in force at once; one without a beginning is never in force."""
        taken = self.seen.setdefault((scope, ":".join(what)), [])
        for other, where in taken:
            if overlap(found.valid_from, found.valid_to, other.valid_from, other.valid_to):
                raise item.error(f"«{what[1]}» trùng thời gian hiệu lực với {where.file}, dòng {where.line}.")
        taken.append((found, item))


def _grounds(item: Item, document: Document) -> _Grounds:
    """What every value has: where it stands, since when, and whether somebody has read it."""
    valid_from, valid_to = _period(item, document)
    return {
        "document": document.name,
        "article": item.text("article"),
        "verified": item.flag("verified"),
        "valid_from": valid_from,
        "valid_to": valid_to,
        "note": item.text("note", default=""),
    }


def _period(item: Item, document: Document | None = None) -> tuple[date | None, date | None]:
    """The dates of a document (both keys required) or of a value (those of its document unless it has its own)."""
    if document is None:
        valid_from, valid_to = item.day("from"), item.day("to")
    else:
        valid_from = item.day("from") if item.has("from") else document.valid_from
        valid_to = item.day("to") if item.has("to") else document.valid_to
    if valid_from is not None and valid_to is not None and valid_to < valid_from:
        raise item.error("«to» trước «from».", key="to")
    return valid_from, valid_to


def _tiers(item: Item) -> tuple[Tier, ...]:
    """The tiers of a norm in the order of the file.

    With `tier_by` every tier has a bound, none overlaps another, and they go up or down all the way; without it a tier
    is chosen by its name and has no bounds. Raises LawFileError at the tier that breaks this.
    """
    by = item.one_of("tier_by", TIER_BY, default="")
    children = item.items("tiers")
    found = tuple(_tier(child) for child in children)
    if by and not found:
        raise item.error("«tier_by» cần danh sách «tiers».", key="tier_by")
    for place, (child, tier) in enumerate(zip(children, found, strict=True)):
        earlier = found[:place]
        if any(other.name == tier.name for other in earlier):
            raise child.error(f"bậc «{tier.name}» viết hai lần.", key="name")
        bounded = tier.above is not None or tier.up_to is not None
        if by and not bounded:
            raise child.error(f"bậc «{tier.name}» thiếu «above» hoặc «up_to».")
        if bounded and not by:
            raise child.error(f"bậc «{tier.name}» có giới hạn, nhưng định mức không có «tier_by».")
        if by:
            clash = next((other for other in earlier if _overlap(tier, other)), None)
            if clash:
                raise child.error(f"bậc «{tier.name}» trùm lên bậc «{clash.name}».")
            if not _in_order((*earlier, tier)):
                raise child.error(f"bậc «{tier.name}» không theo thứ tự tăng hoặc giảm dần.")
    return found


def _tier(child: Item) -> Tier:
    tier = Tier(
        name=child.text("name"),
        rate=child.percent("rate", positive=True),
        cap=child.whole("cap", low=1),
        above=child.whole("above"),
        up_to=child.whole("up_to", low=1),
    )
    if tier.above is not None and tier.up_to is not None and tier.up_to <= tier.above:
        raise child.error(f"bậc «{tier.name}»: «up_to» phải lớn hơn «above».", key="up_to")
    child.finish()
    return tier


def _overlap(one: Tier, other: Tier) -> bool:
    """Whether some quantity lies in both; the lower bound is not part of a tier, the upper one is."""
    return not (_ends_below(one, other) or _ends_below(other, one))


def _ends_below(one: Tier, other: Tier) -> bool:
    return one.up_to is not None and other.above is not None and one.up_to <= other.above


def _in_order(tiers: tuple[Tier, ...]) -> bool:
    """Whether tiers that do not overlap all go up, or all go down."""
    steps = {_ends_below(one, other) for one, other in pairwise(tiers)}
    return len(steps) <= 1
