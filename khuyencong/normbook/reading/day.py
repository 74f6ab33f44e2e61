"""What the pages of norms show: the norms of a day, and everything about one activity. Nothing here asks the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from khuyencong.core.dates import format_date
from khuyencong.law.catalogue import Activity, activities_on, catalogue
from khuyencong.law.changes import turning_days
from khuyencong.law.norms import NONE_YET, NoNorm, Norm, NormBook
from khuyencong.law.values import Document
from khuyencong.law.wording import terms_text
from khuyencong.normbook.reading.filters import UNSORTED, has_words, words_of
from khuyencong.normbook.reading.places import Place, PlaceBook

UNSORTED_TITLE = "Bổ sung, chưa rõ thuộc nhóm nào"


@dataclass(frozen=True, slots=True)
class Answer:
    """The norm of one activity at one place, or why there is none."""

    place: Place
    found: Norm | NoNorm
    document_id: str = ""

    @property
    def norm(self) -> Norm | None:
        return self.found if isinstance(self.found, Norm) else None

    @property
    def reason(self) -> str:
        """Why there is none: a sentence; "" where there is one."""
        if isinstance(self.found, Norm):
            return ""
        told = self.found.reason.removeprefix(f"{NONE_YET}: ")
        return told[:1].upper() + told[1:]

    @property
    def unread(self) -> str:
        """The document that should have the norm but was not read so far; "" where none is known."""
        return "" if isinstance(self.found, Norm) else self.found.document

    @property
    def is_clash(self) -> bool:
        """Whether two norms are in force at once, which a person must sort out."""
        return isinstance(self.found, NoNorm) and self.found.code == "two_norms"


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """One activity with an answer for each column of the page."""

    activity: Activity
    answers: tuple[Answer, ...]

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to read in the row: a norm, or two where there may be one."""
        return any(answer.norm or answer.is_clash for answer in self.answers)

    @property
    def is_unread(self) -> bool:
        """Whether there should be a norm that nobody has read, at all its places."""
        return all(answer.unread for answer in self.answers)


@dataclass(frozen=True, slots=True)
class Group:
    """The activities of one of the nine contents of NĐ 45/2012 Đ4: with a norm in some column, and without any.

    `unread` should have one by a document in force that was not read so far; `absent` have none.
    """

    title: str
    rows: tuple[ActivityRow, ...]
    unread: tuple[Activity, ...]
    absent: tuple[Activity, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a document stands on a day: in force, over, still to come, or of unknown days."""

    document: Document
    told: str
    in_force: bool


@dataclass(frozen=True, slots=True)
class DayPage:
    """The norms of a day at a place. One column where all its sites have the same norms, else one for each."""

    on: date
    place: Place
    columns: tuple[Place, ...]
    rows: tuple[ActivityRow, ...]
    groups: tuple[Group, ...]
    standings: tuple[Standing, ...]
    previous: date | None
    following: date | None

    @property
    def summary(self) -> tuple[str, ...]:
        """What is shown, in words: a sentence for each column, with the norm itself where one activity is left."""
        day = f"Ngày {format_date(self.on)}, {self.place.subject}"
        if len(self.columns) == 1:
            return (_sentence(day, self.rows, 0),)
        sites = (_sentence(f"Địa bàn {site.label}", self.rows, number) for number, site in enumerate(self.columns))
        return (f"{day}:", *sites)


def norms_of_day(
    book: NormBook,
    documents: Sequence[Document],
    places: PlaceBook,
    place: Place,
    *,
    on: date,
    content: str = "",
    question: str = "",
) -> DayPage:
    """The norms of every activity of the day, in the order of the law; `content` and `question` leave fewer of them."""
    ids = document_ids(documents)
    words = words_of(question)
    rows = []
    for activity in activities_on(on):
        if content and content != _content_code(activity):
            continue
        answers = tuple(answer_for(book, activity, column, on, ids) for column in place.columns)
        if has_words(words, *_told(activity, answers)):
            rows.append(ActivityRow(activity, answers))
    columns = place.columns
    if all(row.answers[0].found == other.found for row in rows for other in row.answers[1:]):
        rows = [ActivityRow(row.activity, (replace(row.answers[0], place=place),)) for row in rows]
        columns = (place,)
    concerned = [one for one in documents if one.scope in places.scopes_of(place) and (one.scope or one.norms)]
    days = turning_days(concerned)
    return DayPage(
        on=on,
        place=place,
        columns=columns,
        rows=tuple(rows),
        groups=_grouped(rows),
        standings=_standings(concerned, place, on) if place.keys else (),
        previous=max((day for day in days if day <= on), default=None),
        following=min((day for day in days if day > on), default=None),
    )


def with_documents(documents: Iterable[Document], places: PlaceBook) -> list[Place]:
    """The provinces of today that have documents of their own or of those they were made of, in Vietnamese order."""
    scopes = {document.scope for document in documents if document.scope}
    return [place for place in places.today if places.scopes_of(place) & scopes]


def _standings(documents: Iterable[Document], place: Place, on: date) -> tuple[Standing, ...]:
    """How the documents of a province stand; once it has one of its own in force, those of before are passed over."""
    found = [standing(one, on) for one in documents]
    if not any(one.in_force and one.document.scope == place.keys[0] for one in found):
        return tuple(found)
    passed = "; không còn dùng vì tỉnh hiện nay đã có văn bản"
    return tuple(
        replace(one, told=one.told + passed) if one.in_force and one.document.scope != place.keys[0] else one
        for one in found
    )


def standing(document: Document, on: date) -> Standing:
    """Whether a document is in force on a day, in words."""
    if document.valid_from is None:
        return Standing(document, "chưa đọc được ngày có hiệu lực nên chưa áp dụng", in_force=False)
    if on < document.valid_from:
        return Standing(document, f"có hiệu lực từ {format_date(document.valid_from)}", in_force=False)
    if document.valid_to is not None and document.valid_to < on:
        return Standing(document, f"hết hiệu lực sau ngày {format_date(document.valid_to)}", in_force=False)
    return Standing(document, f"đang có hiệu lực, từ {format_date(document.valid_from)}", in_force=True)


def document_ids(documents: Iterable[Document]) -> dict[str, str]:
    """The ids of documents by their names, as sentences of the law name them."""
    return {document.name: document.id for document in documents}


def answer_for(book: NormBook, activity: Activity, place: Place, on: date, ids: dict[str, str]) -> Answer:
    """The norm of an activity at one place on a day, with the id of the document it is, or should be, in."""
    found = book.norm_on(activity.code, source=place.source, province_keys=place.keys, on=on)
    if isinstance(found, Norm):
        return Answer(place, found, found.document_id)
    return Answer(place, found, ids.get(found.document, ""))


def _told(activity: Activity, answers: Iterable[Answer]) -> list[str]:
    """The texts in which words are looked for: name, code and article of the activity, and the documents of its norms."""
    named = [answer.norm.citation if answer.norm else answer.unread for answer in answers]
    return [activity.name, activity.code, activity.article, *named]


def _content_code(activity: Activity) -> str:
    return UNSORTED if activity.content is None else str(activity.content)


def _group_title(content: int | None) -> str:
    return UNSORTED_TITLE if content is None else f"{content}. {catalogue().contents[content].name}"


def _grouped(rows: Iterable[ActivityRow]) -> tuple[Group, ...]:
    found: dict[str, list[ActivityRow]] = {}
    for row in rows:
        found.setdefault(_group_title(row.activity.content), []).append(row)
    return tuple(_group(title, of_group) for title, of_group in found.items())


def _group(title: str, rows: Sequence[ActivityRow]) -> Group:
    missing = [row for row in rows if not row.is_shown]
    return Group(
        title,
        rows=tuple(row for row in rows if row.is_shown),
        unread=tuple(row.activity for row in missing if row.is_unread),
        absent=tuple(row.activity for row in missing if not row.is_unread),
    )


def _sentence(opening: str, rows: Sequence[ActivityRow], number: int) -> str:
    """One sentence about a column: how many norms it has, or the norm itself where one activity is left."""
    if len(rows) == 1:
        name, answer = rows[0].activity.name, rows[0].answers[number]
        if answer.norm:
            return f"{opening}, «{name}»: {terms_text(answer.norm)} ({answer.norm.citation})."
        return f"{opening}, «{name}»: {NONE_YET}. {answer.reason}"
    norms = [norm for row in rows if (norm := row.answers[number].norm)]
    numbered = [norm for norm in norms if norm.has_numbers or norm.tiers]
    count = f"{len(numbered)} trong {len(rows)} nội dung" if numbered else "chưa nội dung nào"
    told = [f"{count} có mức bằng số"]
    if len(norms) > len(numbered):
        told.append(f"{len(norms) - len(numbered)} nội dung theo chế độ chung, hợp đồng hoặc giá được duyệt")
    if unread := len([row for row in rows if row.answers[number].unread]):
        told.append(f"{unread} nội dung chưa đọc được mức")
    if waiting := len([norm for norm in norms if norm.pending or not norm.verified]):
        told.append(f"{waiting} mức còn chờ xác minh")
    return f"{opening}: {'; '.join(told)}."
