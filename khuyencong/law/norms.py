"""Which norm holds on a day: `norm_on` is the one question the rest of the system asks.

The national norm is never used for local money: where no norm of the province is known, the answer is `NoNorm`
(Điều 6 khoản 3 TTLT 26/2014: the province sets its own).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cache

from khuyencong.core.dates import format_date
from khuyencong.core.errors import DomainError
from khuyencong.law.catalogue import activity as find_activity
from khuyencong.law.catalogue import activity_name
from khuyencong.law.regulations import regulations
from khuyencong.law.values import (
    LOCAL,
    NATIONAL,
    SOURCES,
    TWO_NORMS,
    Document,
    NoNorm,
    Norm,
    Tier,
    in_force,
    overlap,
)

__all__ = ["DeclaredNorm", "NoNorm", "Norm", "NormBook", "Tier", "norm_on", "shipped_norms"]

DECLARED_NOTE = "do người lập đề án nêu"
NONE_YET = "chưa có định mức"
AS_READ = "trong các văn bản đã đọc"


@dataclass(frozen=True, slots=True)
class DeclaredNorm:
    """A norm the officer names, for a local project where none is known: its document and article, a rate, a cap or both.

    `rate` is a fraction of one, `cap` whole đồng per unit of the activity.
    """

    document: str
    article: str
    rate: Fraction | None
    cap: int | None
    cost_base: str = ""

    def problems(self) -> list[str]:
        """Sentences about what is missing or impossible; empty when it can be used."""
        found = []
        if not self.document.strip() or not self.article.strip():
            found.append("Nêu số văn bản và điều, khoản của định mức.")
        if self.rate is None and self.cap is None:
            found.append("Định mức phải có tỷ lệ hoặc mức trần.")
        if self.rate is not None and not 0 < self.rate <= 1:
            found.append("Tỷ lệ của định mức phải lớn hơn 0 và không quá 100 %.")
        if self.cap is not None and self.cap <= 0:
            found.append("Mức trần của định mức phải lớn hơn 0 đồng.")
        return found

    def as_norm(self, activity: str, *, scope: str | None = None) -> Norm:
        """The same as a norm, never verified."""
        found = find_activity(activity)
        return Norm(
            activity=activity,
            rate=self.rate,
            cap=self.cap,
            unit=found.unit if found else "",
            document=self.document.strip(),
            article=self.article.strip(),
            verified=False,
            cost_base=self.cost_base,
            source=LOCAL,
            scope=scope,
            valid_from=None,
            valid_to=None,
            note=DECLARED_NOTE,
        )


class NormBook:
    """A set of norms to look up by day and place: the shipped ones, or a scratch copy with changes.

    Raises DomainError when two norms of one activity and scope are in force at once; a book that is not `strict` keeps
    both, names them in `clashes`, and answers `NoNorm` on the days when both hold.
    """

    def __init__(self, norms: Iterable[Norm], documents: Iterable[Document] = (), *, strict: bool = True) -> None:
        self._norms: dict[tuple[str | None, str], list[Norm]] = {}
        self._documents: dict[str | None, list[Document]] = {}
        self.clashes: tuple[str, ...] = ()
        for norm in norms:
            same = self._norms.setdefault((norm.scope, norm.activity), [])
            self.clashes += tuple(_two_norms(norm, other) for other in same if _meet(norm, other))
            if self.clashes and strict:
                raise DomainError(self.clashes[0])
            same.append(norm)
        for document in documents:
            self._documents.setdefault(document.scope, []).append(document)

    def all_of(self, activity: str, scope: str | None) -> tuple[Norm, ...]:
        """Every norm of an activity in a scope, in force or not, also those whose beginning was not read."""
        return tuple(self._norms.get((scope, activity), ()))

    @property
    def norms(self) -> tuple[Norm, ...]:
        """The norms of all activities and scopes, for a copy with changes."""
        return tuple(norm for same in self._norms.values() for norm in same)

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents whose being in force ends a search, for a copy with changes."""
        return tuple(document for same in self._documents.values() for document in same)

    def norm_on(self, activity: str, *, source: str, province_keys: Sequence[str] = (), on: date) -> Norm | NoNorm:
        """See `norm_on`."""
        known = find_activity(activity)
        if known is None:
            return NoNorm(f"{NONE_YET}: không có hoạt động mã «{activity}».")
        if source not in SOURCES:
            return NoNorm(f"{NONE_YET}: nguồn kinh phí «{source}» không phải khuyến công quốc gia hay địa phương.")
        if not known.in_force(on):
            gone = "không còn" if on > known.valid_from else "chưa có"
            return NoNorm(f"{NONE_YET}: ngày {format_date(on)} {gone} hoạt động «{known.name}» ({known.article}).")
        if source == NATIONAL:
            return self._at(activity, None, on) or NoNorm(
                f"{NONE_YET}: {AS_READ} không có định mức khuyến công quốc gia cho «{known.name}» ngày {format_date(on)}"
                f"{self._first_one(activity, [None], on)}."
            )
        return self._local(activity, known.name, province_keys, on)

    def _at(self, activity: str, scope: str | None, on: date) -> Norm | NoNorm | None:
        found = [norm for norm in self.all_of(activity, scope) if norm.in_force(on)]
        if len(found) > 1:
            return NoNorm(_two_norms(found[0], found[1]), found[0].document, code=TWO_NORMS)
        return _question_old_basis(found[0], on) if found else None

    def _first_one(self, activity: str, scopes: Sequence[str | None], on: date) -> str:
        """What to add for a day before the first norm: since when there is one, and in which document."""
        known = [norm for scope in scopes for norm in self.all_of(activity, scope)]
        started = [(norm.valid_from, norm.document) for norm in known if norm.valid_from is not None]
        if not started or min(started)[0] <= on:
            return ""
        day, document = min(started)
        return f"; định mức đầu tiên có từ {format_date(day)} ({document})"

    def _local(self, activity: str, name: str, province_keys: Sequence[str], on: date) -> Norm | NoNorm:
        undated = ""
        for key in province_keys:
            if found := self._at(activity, key, on):
                return found
            for document in self._documents.get(key, ()):
                if document.valid_from is None:
                    undated = undated or document.name
                elif in_force(document.valid_from, document.valid_to, on):
                    # The province has its own rules: older ones of the provinces it was made of no longer count.
                    return NoNorm(
                        f"{NONE_YET}: {document.name} đang có hiệu lực, nhưng chưa đọc được mức của «{name}».",
                        document.name,
                    )
        common = self._at(activity, None, on)
        if isinstance(common, Norm) and common.common:
            return common
        if undated:
            return NoNorm(f"{NONE_YET}: {undated} chưa đọc được ngày hiệu lực hoặc mức chi nên chưa áp dụng.", undated)
        return NoNorm(
            f"{NONE_YET}: {AS_READ} không có định mức khuyến công địa phương cho «{name}» ngày {format_date(on)}"
            f"{self._first_one(activity, province_keys, on)}."
        )


@cache
def shipped_norms() -> NormBook:
    """The norms of the shipped regulations, read once."""
    shipped = regulations()
    return NormBook(shipped.norms, shipped.documents.values())


def norm_on(activity: str, *, source: str, province_keys: Sequence[str] = (), on: date) -> Norm | NoNorm:
    """The norm of an activity on a day, or `NoNorm` with the reason; never an exception.

    `source` is 'national' or 'local'. For local money `province_keys` is the order of fallback: today's province
    ('82'), then the old province of the site ('87@2025'); the first hit counts. A province whose own document is in
    force ends the search, and the national norm is never a fallback; only references without numbers that the text
    calls common to both sources (TTLT 26/2014 Đ6.1) hold for local money too.
    """
    return shipped_norms().norm_on(activity, source=source, province_keys=province_keys, on=on)


def _two_norms(one: Norm, other: Norm) -> str:
    """The sentence about two norms of one activity and scope whose periods meet."""
    return f"Hai định mức cùng hiệu lực cho «{activity_name(one.activity)}»: {one.citation} và {other.citation}."


def _meet(one: Norm, other: Norm) -> bool:
    return overlap(one.valid_from, one.valid_to, other.valid_from, other.valid_to)


def _question_old_basis(norm: Norm, on: date) -> Norm:
    """A local norm without an end, made under a national document that has ended, must be confirmed by a person."""
    if norm.basis_ended_on is None or on <= norm.basis_ended_on:
        return norm
    doubt = f"văn bản làm căn cứ đã hết hiệu lực ngày {format_date(norm.basis_ended_on)}, kiểm tra định mức còn áp dụng"
    return replace(norm, verified=False, pending="; ".join(part for part in (norm.pending, doubt) if part))
