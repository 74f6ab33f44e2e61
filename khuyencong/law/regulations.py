"""The shipped documents: one YAML file per decree, circular or resolution, checked as a whole when loaded.

A file may hold `norms`, `parameters`, `advances` and `deadlines`; each value has its article and says whether it was
verified, and takes the dates of its document unless it has its own. Two norms of one activity in force at once for the
same scope are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from khuyencong.law.catalogue import Catalogue, catalogue
from khuyencong.law.values import (
    LOCAL,
    NATIONAL,
    AdvanceRule,
    DeadlineRule,
    Document,
    Norm,
    Parameter,
    Tier,
    in_force,
)
from khuyencong.law.yamlfile import Item, read

REGULATIONS_FOLDER = Path(__file__).with_name("regulations")
DEADLINE_KINDS = ("yearly", "monthly", "days_after")
_PROVINCE_KEY = re.compile(r"\d{2}(@2025)?")


@dataclass(frozen=True)
class Regulations:
    """All documents by id, in the order of their file names."""

    documents: dict[str, Document]

    @property
    def norms(self) -> tuple[Norm, ...]:
        return tuple(norm for document in self.documents.values() for norm in document.norms)

    @property
    def advances(self) -> tuple[AdvanceRule, ...]:
        return tuple(rule for document in self.documents.values() for rule in document.advances)

    @property
    def deadlines(self) -> tuple[DeadlineRule, ...]:
        return tuple(rule for document in self.documents.values() for rule in document.deadlines)

    def of_scope(self, scope: str | None) -> tuple[Document, ...]:
        """The documents of one province key, or the national ones."""
        return tuple(document for document in self.documents.values() if document.scope == scope)

    def parameter(self, code: str, on: date) -> Parameter | None:
        """The single number of that code in force on the day."""
        for document in self.documents.values():
            for found in document.parameters:
                if found.code == code and in_force(found.valid_from, found.valid_to, on):
                    return found
        return None


@cache
def regulations() -> Regulations:
    """The shipped regulations, read once."""
    return load_regulations()


def load_regulations(folder: Path = REGULATIONS_FOLDER, *, activities: Catalogue | None = None) -> Regulations:
    """Read and check every file of a folder. Raises LawFileError naming the file and line of the first mistake."""
    loader = _Loader(activities or catalogue())
    items = {path.stem: read(path) for path in sorted(folder.glob("*.yaml"))}
    documents = {key: loader.document(key, item) for key, item in items.items()}
    for item in items.values():
        for field in ("based_on", "amends", "replaces"):
            named = [item.text("based_on", default="")] if field == "based_on" else item.texts(field)
            for other in named:
                if other and other not in documents:
                    raise item.error(f"nhắc tới văn bản «{other}» không có trong thư mục.", key=field)
    return Regulations({key: _with_basis(document, documents) for key, document in documents.items()})


def _with_basis(document: Document, documents: dict[str, Document]) -> Document:
    """Tell open-ended norms when the document they rest on ended, so that their use afterwards is questioned."""
    basis = documents.get(document.based_on)
    if basis is None or basis.valid_to is None:
        return document
    norms = (replace(norm, basis_ended_on=basis.valid_to) if norm.valid_to is None else norm for norm in document.norms)
    return replace(document, norms=tuple(norms))


class _Loader:
    """Turns files into documents, and remembers where each value stood to report clashes between files."""

    def __init__(self, activities: Catalogue) -> None:
        self.catalogue = activities
        self.seen: dict[tuple[str | None, str], list[tuple[date, date | None, Item]]] = {}

    def document(self, key: str, item: Item) -> Document:
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
            note=item.text("note", default=""),
        )
        document = replace(
            document,
            norms=tuple(self._norm(child, document) for child in item.items("norms")),
            parameters=tuple(self._parameter(child, document) for child in item.items("parameters")),
            advances=tuple(self._advance(child, document) for child in item.items("advances")),
            deadlines=tuple(self._deadline(child, document) for child in item.items("deadlines")),
        )
        item.finish()
        return document

    def _scope(self, item: Item) -> str | None:
        scope = item.text("scope")
        if scope == NATIONAL:
            return None
        if not _PROVINCE_KEY.fullmatch(scope):
            raise item.error(f"«scope: {scope}» phải là national hoặc khóa tỉnh như 25, 17@2025.", key="scope")
        return scope

    def _activity(self, item: Item, code: str, key: str) -> str:
        if code not in self.catalogue.activities:
            raise item.error(f"hoạt động «{code}» không có trong danh mục.", key=key)
        return code

    def _norm(self, item: Item, document: Document) -> Norm:
        valid_from, valid_to = _period(item, document)
        norm = Norm(
            activity=self._activity(item, item.text("activity"), "activity"),
            rate=item.percent("rate"),
            cap=item.whole("cap"),
            unit=item.text("unit"),
            document=document.name,
            article=item.text("article"),
            verified=item.flag("verified"),
            cost_base=item.text("cost_base", default=""),
            source=LOCAL if document.scope else NATIONAL,
            scope=document.scope,
            valid_from=valid_from,
            valid_to=valid_to,
            recoverable=item.flag("recoverable", default=False),
            note=item.text("note", default=""),
            pending=item.text("pending", default=""),
            by_price=item.flag("by_price", default=False),
            common=item.flag("common", default=False),
            tiers=_tiers(item),
        )
        if norm.unit not in self.catalogue.units:
            raise item.error(f"đơn vị «{norm.unit}» không có trong danh mục.", key="unit")
        if norm.common and norm.has_numbers:
            raise item.error("«common» chỉ dùng cho mức dẫn chiếu, không có số.", key="common")
        item.finish()
        self._once(item, ("norm", norm.activity), document.scope, valid_from, valid_to)
        return norm

    def _parameter(self, item: Item, document: Document) -> Parameter:
        valid_from, valid_to = _period(item, document)
        value = item.fraction("value")
        if value is None:
            raise item.error("thiếu «value».", key="value")
        found = Parameter(
            code=item.text("code"),
            value=value,
            unit=item.text("unit"),
            document=document.name,
            article=item.text("article"),
            verified=item.flag("verified"),
            valid_from=valid_from,
            valid_to=valid_to,
            note=item.text("note", default=""),
        )
        item.finish()
        self._once(item, ("parameter", found.code), document.scope, valid_from, valid_to)
        return found

    def _advance(self, item: Item, document: Document) -> AdvanceRule:
        valid_from, valid_to = _period(item, document)
        share = item.percent("percent")
        if share is None:
            raise item.error("thiếu «percent».", key="percent")
        rule = AdvanceRule(
            activities=tuple(self._activity(item, code, "activities") for code in item.texts("activities")),
            share=share,
            condition=item.text("condition"),
            document=document.name,
            article=item.text("article"),
            verified=item.flag("verified"),
            valid_from=valid_from,
            valid_to=valid_to,
            min_progress=item.percent("min_progress"),
            after_acceptance=item.flag("after_acceptance", default=False),
            note=item.text("note", default=""),
        )
        item.finish()
        for code in rule.activities:
            self._once(item, ("advance", code), document.scope, valid_from, valid_to)
        return rule

    def _deadline(self, item: Item, document: Document) -> DeadlineRule:
        valid_from, valid_to = _period(item, document)
        rule = DeadlineRule(
            code=item.text("code"),
            kind=item.one_of("kind", DEADLINE_KINDS),
            title=item.text("title"),
            document=document.name,
            article=item.text("article"),
            verified=item.flag("verified"),
            valid_from=valid_from,
            valid_to=valid_to,
            month=item.whole("month", low=1, high=12),
            day=item.whole("day", low=1, high=28),
            days=item.whole("days", low=1, high=366),
            note=item.text("note", default=""),
        )
        needed = {"yearly": ("month", "day"), "monthly": ("day",), "days_after": ("days", "month", "day")}[rule.kind]
        for key in needed:
            if not item.has(key):
                raise item.error(f"thời hạn loại «{rule.kind}» thiếu «{key}».", key="kind")
        item.finish()
        self._once(item, ("deadline", rule.code), document.scope, valid_from, valid_to)
        return rule

    def _once(
        self, item: Item, what: tuple[str, str], scope: str | None, valid_from: date | None, valid_to: date | None
    ) -> None:
        """Refuse a second value of the same thing in force at once; one without a beginning is never in force."""
        if valid_from is None:
            return
        taken = self.seen.setdefault((scope, ":".join(what)), [])
        for other_from, other_to, other in taken:
            if valid_from <= (other_to or date.max) and other_from <= (valid_to or date.max):
                raise item.error(f"«{what[1]}» trùng thời gian hiệu lực với {other.file}, dòng {other.line}.")
        taken.append((valid_from, valid_to, item))


def _tiers(item: Item) -> tuple[Tier, ...]:
    found: list[Tier] = []
    for child in item.items("tiers"):
        tier = Tier(child.text("name"), child.percent("rate"), child.whole("cap"))
        if any(other.name == tier.name for other in found):
            raise child.error(f"bậc «{tier.name}» viết hai lần.", key="name")
        child.finish()
        found.append(tier)
    return tuple(found)


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
