"""The documents of the law, shipped and entered: a list to search, and everything known of one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from khuyencong.core.components import Fact
from khuyencong.core.dates import format_date
from khuyencong.law.catalogue import Activity, Entry, catalogue
from khuyencong.law.values import LOCAL, NATIONAL, UNREAD_ARTICLE, Document, Paper, Stage, in_force
from khuyencong.law.wording import period_text
from khuyencong.normbook.reading.filters import has_words, words_of
from khuyencong.normbook.reading.places import Place, PlaceBook

# What a document may hold, in the order of its page: attribute and what several of them are called.
SECTIONS = (
    ("norms", "định mức"),
    ("parameters", "tham số"),
    ("advances", "mức tạm ứng"),
    ("deadlines", "thời hạn"),
    ("papers", "giấy tờ phải có"),
    ("conditions", "điều kiện"),
    ("targets", "mục tiêu"),
    ("other_supports", "mức của chương trình khác"),
)
# What of the catalogue may rest on a document.
CATALOGUE = (
    ("activities", "Nội dung hoạt động"),
    ("sectors", "Ngành nghề"),
    ("priority_places", "Địa bàn ưu tiên"),
    ("priority_trades", "Ngành nghề ưu tiên"),
    ("priority_owners", "Chủ cơ sở ưu tiên"),
)


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One line of the list. `waiting` says what of it is not verified, "" where everything is."""

    document: Document
    place: str
    period: str
    holds: str
    waiting: str


@dataclass(frozen=True, slots=True)
class PaperList:
    """The papers that a document asks for at a stage, with some activities and in one case."""

    stage: Stage
    activities: tuple[str, ...]
    alternative: str
    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """One relation to another document: «Thay thế», «Được sửa đổi bởi»…"""

    label: str
    documents: tuple[Document, ...]


def rows_of(documents: Iterable[Document], places: PlaceBook) -> list[DocumentRow]:
    """A line for each document."""
    return [
        DocumentRow(
            document=one,
            place=places.label(one.scope),
            period=period_text(one.valid_from, one.valid_to),
            holds=holds(one),
            waiting=waiting(one),
        )
        for one in documents
    ]


def find(
    rows: Iterable[DocumentRow],
    places: PlaceBook,
    *,
    question: str = "",
    level: str = "",
    on: date | None = None,
    verified: str = "",
) -> list[DocumentRow]:
    """The lines that fit, newest first; `level` is 'national', 'local' or the key of a province."""
    words = words_of(question)
    place = places.find(level) if level not in {"", NATIONAL, LOCAL} else None
    found = [
        row
        for row in rows
        if has_words(words, row.document.name, row.document.title, row.document.issuer, row.place, row.document.id)
        and _at_level(row.document, level, place, places)
        and (on is None or in_force(row.document.valid_from, row.document.valid_to, on))
        and (not verified or (verified == "yes") is not bool(row.waiting))
    ]
    return sorted(found, key=_newest_first)


def holds(document: Document) -> str:
    """«28 định mức, 4 tham số»; that no value was read where there is none."""
    counts = [(len(getattr(document, name)), label) for name, label in SECTIONS]
    counts += [(len(entries), label.lower()) for label, entries in entries_of(document)]
    return ", ".join(f"{count} {label}" for count, label in counts if count) or "chưa đọc được giá trị nào"


def entries_of(document: Document) -> list[tuple[str, list[Activity | Entry]]]:
    """What of the catalogue rests on a document: activities, trades and priorities whose article names it."""
    found: list[tuple[str, list[Activity | Entry]]] = []
    for attribute, label in CATALOGUE:
        entries = getattr(catalogue(), attribute).values()
        named = [
            one for one in entries if document.name in " ".join([one.article, *(part.article for part in one.parts)])
        ]
        if named:
            found.append((label, named))
    return found


def paper_lists(document: Document) -> list[PaperList]:
    """The papers of a document by stage, then by activities and case, in the order of its text."""
    found: dict[tuple[Stage, tuple[str, ...], str], list[Paper]] = {}
    for paper in document.papers:
        found.setdefault((paper.stage, paper.activities, paper.alternative), []).append(paper)
    stages = tuple(Stage)
    ordered = sorted(found, key=lambda key: stages.index(key[0]))
    return [PaperList(*key, tuple(found[key])) for key in ordered]


def waiting(document: Document) -> str:
    """What of a document is still to be verified: its existence, its dates, how many of its values."""
    told = [] if document.verified else ["văn bản mới chỉ được nhắc tới, chưa đọc được"]
    if document.valid_from is None:
        told.append("chưa đọc được ngày có hiệu lực")
    elif not document.dates_verified:
        told.append("ngày hiệu lực chờ xác minh")
    values = [value for name, _ in SECTIONS for value in getattr(document, name)]
    open_ones = [value for value in values if not value.verified or bool(getattr(value, "pending", None))]
    if open_ones:
        told.append(f"{len(open_ones)} trong {len(values)} giá trị chờ xác minh")
    if unread := [value for value in values if value.article == UNREAD_ARTICLE]:
        told.append(f"chưa đọc được điều, khoản của {len(unread)} giá trị")
    if document.scope and not document.norms:
        told.append("chưa đọc được các mức chi")
    return "; ".join(told)


def links(document: Document, documents: Sequence[Document]) -> list[Link]:
    """How a document stands to others, in both directions."""
    by_id = {one.id: one for one in documents}

    def named(ids: Iterable[str]) -> tuple[Document, ...]:
        return tuple(by_id[one] for one in ids if one in by_id)

    def naming(attribute: str) -> tuple[Document, ...]:
        return tuple(one for one in documents if document.id in _ids(one, attribute))

    found = []
    for attribute, there, back in (
        ("replaces", "Thay thế", "Được thay thế bởi"),
        ("amends", "Sửa đổi, bổ sung", "Được sửa đổi, bổ sung bởi"),
        ("corrects", "Đính chính cho", "Được đính chính bởi"),
        ("based_on", "Căn cứ vào", "Là căn cứ của"),
    ):
        found += [Link(there, named(_ids(document, attribute))), Link(back, naming(attribute))]
    return [link for link in found if link.documents]


def facts_of(document: Document, places: PlaceBook) -> list[Fact]:
    """What stands in the head of a document."""
    unsure = "" if document.dates_verified else " (chờ xác minh)"
    issued = format_date(document.issued_on) if document.issued_on else "chưa đọc được"
    return [
        Fact("Số, ký hiệu", document.number or "chưa đọc được"),
        Fact("Loại văn bản", document.kind),
        Fact("Cơ quan ban hành", document.issuer),
        Fact("Phạm vi", places.label(document.scope)),
        Fact("Ngày ban hành", issued),
        Fact("Hiệu lực", f"{period_text(document.valid_from, document.valid_to)}{unsure}"),
        Fact("Nội dung đã đọc", holds(document)),
    ]


def source_url(document: Document) -> str:
    """The address where a document was read, "" where it is no web page."""
    return document.source if document.source.startswith(("https://", "http://")) else ""


def _ids(document: Document, attribute: str) -> tuple[str, ...]:
    """The ids under one of the relations, of which some hold several and some one or none."""
    value: tuple[str, ...] | str = getattr(document, attribute)
    return (value,) if isinstance(value, str) else value


def _at_level(document: Document, level: str, place: Place | None, places: PlaceBook) -> bool:
    if place is not None:
        return document.scope in places.scopes_of(place)
    return {"": True, NATIONAL: document.scope is None, LOCAL: document.scope is not None}.get(level, False)


def _newest_first(row: DocumentRow) -> tuple[bool, int, str]:
    """By the first day, those without one last."""
    day = row.document.valid_from or row.document.issued_on
    return (day is None, -(day or date.min).toordinal(), row.document.name)
