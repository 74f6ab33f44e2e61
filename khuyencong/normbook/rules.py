"""What an entered document must have before it is sent, and what the second person should know before confirming it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

from khuyencong.core.dates import format_date
from khuyencong.core.findings import Blocker, Finding, Warning_
from khuyencong.core.money import MILLION, format_dong
from khuyencong.law.book import book_of, combine
from khuyencong.law.catalogue import activity as find_activity
from khuyencong.law.catalogue import activity_name, catalogue
from khuyencong.law.norms import NormBook
from khuyencong.law.regulations import regulations
from khuyencong.law.values import NATIONAL, Document, Norm, in_force, percent_text
from khuyencong.normbook.book import as_law, confirmed_documents
from khuyencong.normbook.models import EnteredDocument, EnteredNorm, EnteredTier
from khuyencong.people.models import Agency, AgencyKind
from khuyencong.places.models import Province

# TT 28/2018 Đ9 lets the provinces set their norms; that they may not exceed the national ones was not read in the text.
LOCAL_LIMIT = "TT 28/2018 Đ9; nội dung «không vượt mức quốc gia» chờ xác minh"
# Outside these, somebody has most likely written triệu for đồng or the other way round.
SMALLEST_CAP, LARGEST_CAP = 100_000, 20_000 * MILLION
# Of norms that would be in force at once so many are named; mostly it is one document meeting another.
MOST_CLASHES = 2


@dataclass(frozen=True)
class Ground:
    """What an entered document is judged against: everything else that counts.

    `scopes` are the keys whose documents it may replace: its own and, for a province of today, those of the provinces
    it was made of; None is the nation.
    """

    entered: tuple[Document, ...]
    known: Mapping[str, Document]
    book: NormBook
    scopes: frozenset[str | None]

    def book_with(self, document: Document) -> NormBook:
        """The book once `document` counts as well; where two norms meet it says so instead of raising."""
        return book_of(combine(regulations().documents.values(), [*self.entered, document]), strict=False)


def ground_for(document: EnteredDocument) -> Ground:
    """The ground without `document` itself; four queries."""
    entered = tuple(as_law(one) for one in confirmed_documents() if one.pk != document.pk)
    known = {one.id: one for one in combine(regulations().documents.values(), entered)}
    return Ground(entered, known, book_of(known.values(), strict=False), scopes_of(document.province))


def scopes_of(province: Province | None) -> frozenset[str | None]:
    """The keys of the documents that a document of this province may replace; one query for a province of today."""
    if province is None:
        return frozenset({None})
    if not province.is_today:
        return frozenset({province.key})
    return frozenset({province.key, *Province.objects.filter(current=province).values_list("key", flat=True)})


def may_enter_for(agency: Agency, province: Province | None) -> bool:
    """The national agency enters the nation's norms, a department those of its province of today or before."""
    if agency.kind == AgencyKind.NATIONAL:
        return province is None
    return province is not None and agency.home_province_id == (province.current_id or province.pk)


def can_be_replaced(document: Document, scopes: frozenset[str | None]) -> bool:
    """Documents of the same scope that hold norms; of a province also those whose norms nobody has read."""
    return document.scope in scopes and not document.corrects and bool(document.norms or document.scope)


def can_be_corrected(document: Document, scope: str | None) -> bool:
    """Documents of the very same scope, with known days, that hold norms or may hold some; no corrections themselves."""
    holds = bool(document.norms or document.scope) and not document.corrects
    return document.scope == scope and holds and document.valid_from is not None


def findings(document: EnteredDocument, ground: Ground) -> list[Finding]:
    """Everything about a document that is being written or waits; expects its norms and tiers loaded."""
    norms = list(document.norms.all())
    law = as_law(document)
    return [
        *_of_document(document, norms, ground),
        *_of_references(document, ground),
        *(found for norm in norms for found in _of_norm(norm, document)),
        *(found for norm in law.norms if law.scope for found in _above_national(norm, ground)),
        *_of_the_others(document, norms, ground),
        *_clashes(law, ground),
    ]


def _clashes(law: Document, ground: Ground) -> list[Blocker]:
    """Norms that would be in force at once with this document and are not so without it: the first few, in one finding."""
    new = [one for one in ground.book_with(law).clashes if one not in ground.book.clashes]
    if not new:
        return []
    more = [f"Còn {len(new) - MOST_CLASHES} nội dung khác cũng trùng."] if len(new) > MOST_CLASHES else []
    hint = "Nếu văn bản này thay văn bản kia, hãy đánh dấu ở mục «Thay thế»."
    return [Blocker("two_norms", " ".join([*new[:MOST_CLASHES], *more, hint]))]


def _of_document(document: EnteredDocument, norms: Sequence[EnteredNorm], ground: Ground) -> Iterator[Finding]:
    if not document.file:
        yield Blocker("no_file", "Hãy đính kèm tệp văn bản để người xác nhận đối chiếu.")
    if not may_enter_for(document.agency, document.province):
        yield Blocker(
            "other_place", "Sở chỉ nhập văn bản của tỉnh mình, hiện nay hoặc trước sáp nhập; Cục nhập của quốc gia."
        )
    if not norms and not document.replaces:
        yield Blocker("no_norms", "Văn bản chưa có định mức nào.")
    same = [one for one in ground.known.values() if _same_number(one, document) and one.id != document.corrects]
    for other in same:
        if other.id not in document.replaces:
            yield Warning_("known", f"Đã có {other.name} trong hệ thống: kiểm tra để không nhập hai lần.")


def _same_number(known: Document, document: EnteredDocument) -> bool:
    scope = document.province.key if document.province else None
    return known.scope == scope and known.number.casefold() == document.number.casefold()


def _of_references(document: EnteredDocument, ground: Ground) -> Iterator[Finding]:
    if document.corrects and document.replaces:
        yield Blocker("both", "Một văn bản hoặc đính chính, hoặc thay thế văn bản khác, không cùng lúc cả hai.")
    for key in document.replaces:
        other = ground.known.get(key)
        if other is None or not can_be_replaced(other, ground.scopes):
            yield Blocker(
                "replaces", f"Không thay thế được {_name(other, key)}: không cùng phạm vi, hoặc không còn đó."
            )
        elif other.valid_from and other.valid_from >= document.valid_from:
            yield Warning_(
                "replaces_later",
                f"{other.name} có hiệu lực từ {format_date(other.valid_from)}, không trước văn bản này: "
                "mọi mức của văn bản ấy sẽ không được áp dụng nữa.",
            )
    if document.corrects:
        yield from _of_correction(document, ground)


def _of_correction(document: EnteredDocument, ground: Ground) -> Iterator[Finding]:
    target = ground.known.get(document.corrects)
    scope = document.province.key if document.province else None
    if target is None or not can_be_corrected(target, scope):
        yield Blocker(
            "corrects",
            f"Không đính chính được {_name(target, document.corrects)}: không cùng phạm vi, hoặc chưa rõ ngày hiệu lực. "
            "Hãy nhập thành văn bản thay thế.",
        )
    elif (target.valid_from, target.valid_to) != (document.valid_from, document.valid_to):
        yield Warning_(
            "corrects_days",
            f"Định mức đính chính áp dụng đúng thời hạn của {target.name}; ngày hiệu lực ghi ở đây không được dùng.",
        )


def _name(document: Document | None, key: str) -> str:
    return document.name if document else f"văn bản «{key}»"


def _of_norm(norm: EnteredNorm, document: EnteredDocument) -> Iterator[Finding]:
    name = f"«{activity_name(norm.activity)}»"
    tiers = list(norm.tiers.all())
    known = find_activity(norm.activity)
    if known is None:
        yield Blocker("activity", f"{name}: không có trong danh mục nội dung hoạt động.")
    elif not known.in_force(document.valid_from) and not document.corrects:
        yield Warning_(
            "activity_later", f"{name}: nội dung này chỉ có từ {format_date(known.valid_from)}.", known.article
        )
    if norm.percent is None and norm.cap is None and not norm.by_price and not tiers:
        yield Blocker("no_values", f"{name}: ghi tỷ lệ, mức tối đa, bậc, hoặc đánh dấu theo giá được duyệt.")
    if norm.unit not in catalogue().units:
        yield Blocker("unit", f"{name}: đơn vị tính «{norm.unit}» không có trong danh mục.")
    if not norm.article.strip():
        yield Blocker("article", f"{name}: ghi điều, khoản.")
    for cap in (norm.cap, *(tier.cap for tier in tiers)):
        if cap is not None and not SMALLEST_CAP <= cap <= LARGEST_CAP:
            yield Warning_("odd_cap", f"{name}: mức tối đa {format_dong(cap)} đồng, kiểm tra lại đơn vị tiền.")
    yield from _of_tiers(name, norm, tiers)


def _of_tiers(name: str, norm: EnteredNorm, tiers: Sequence[EnteredTier]) -> Iterator[Finding]:
    if not tiers:
        if norm.tier_by:
            yield Blocker("tiers_missing", f"{name}: chọn chia bậc thì phải ghi các bậc.")
        return
    if norm.percent is not None or norm.cap is not None:
        yield Blocker("tiers_and_values", f"{name}: đã chia bậc thì ghi tỷ lệ, mức tối đa ở từng bậc.")
    for tier in tiers:
        if tier.percent is None and tier.cap is None:
            yield Blocker("tier_values", f"{name}, bậc «{tier.name}»: ghi tỷ lệ hoặc mức tối đa.")
        bounded = tier.above is not None or tier.up_to is not None
        if bounded != bool(norm.tier_by):
            yield Blocker(
                "tier_bounds",
                f"{name}, bậc «{tier.name}»: "
                + (
                    "ghi giới hạn vốn điều lệ." if norm.tier_by else "có giới hạn thì chọn «Chia bậc theo» vốn điều lệ."
                ),
            )
    if norm.tier_by:
        yield from _of_bounds(name, sorted(tiers, key=lambda tier: tier.above or 0))


def _of_bounds(name: str, tiers: Sequence[EnteredTier]) -> Iterator[Finding]:
    """Steps of a quantity: none may meet another; what no step covers has no norm."""
    overlap, gap = False, bool(tiers[0].above) or tiers[-1].up_to is not None
    for lower, upper in pairwise(tiers):
        if lower.up_to is None or (upper.above or 0) < lower.up_to:
            overlap = True
            yield Blocker("tiers_overlap", f"{name}: bậc «{lower.name}» và bậc «{upper.name}» chồng lên nhau.")
        elif (upper.above or 0) > lower.up_to:
            gap = True
    if gap and not overlap:
        yield Warning_("tiers_gap", f"{name}: có khoảng vốn điều lệ không thuộc bậc nào; ở đó sẽ chưa có định mức.")


def _above_national(norm: Norm, ground: Ground) -> Iterator[Finding]:
    """Where a province would pay more than the nation; values of different units are not compared."""
    if norm.valid_from is None:
        return
    national = ground.book.norm_on(norm.activity, source=NATIONAL, on=norm.valid_from)
    if not isinstance(national, Norm):
        return
    name = f"«{activity_name(norm.activity)}»"
    (rate, cap), (national_rate, national_cap) = _highest(norm), _highest(national)
    if rate is not None and national_rate is not None and rate > national_rate:
        told = f"tỷ lệ {percent_text(rate)} cao hơn mức quốc gia {percent_text(national_rate)}"
        yield Warning_("above_national", f"{name}: {told} ({national.citation}).", LOCAL_LIMIT)
    if cap is not None and national_cap is not None and norm.unit == national.unit and cap > national_cap:
        told = f"mức tối đa {format_dong(cap)} cao hơn mức quốc gia {format_dong(national_cap)} đồng/{norm.unit}"
        yield Warning_("above_national", f"{name}: {told} ({national.citation}).", LOCAL_LIMIT)


def _highest(norm: Norm) -> tuple[Fraction | None, int | None]:
    """The highest rate and the highest cap among a norm and its tiers."""
    rates = (norm.rate, *(tier.rate for tier in norm.tiers))
    caps = (norm.cap, *(tier.cap for tier in norm.tiers))
    return (
        max((rate for rate in rates if rate is not None), default=None),
        max((cap for cap in caps if cap is not None), default=None),
    )


def _of_the_others(document: EnteredDocument, norms: Sequence[EnteredNorm], ground: Ground) -> Iterator[Finding]:
    """What stops counting although nobody wrote it: activities left out, older documents that were not named."""
    if document.corrects:
        return
    day = document.valid_from
    before = day - timedelta(days=1)
    entered = {norm.activity for norm in norms}
    left_out = {
        norm.activity: None
        for key in document.replaces
        if key in ground.known
        for norm in ground.known[key].norms
        if norm.in_force(before) and norm.activity not in entered
    }
    if left_out:
        names = "; ".join(f"«{activity_name(code)}»" for code in left_out)
        yield Warning_("left_out", f"Từ {format_date(day)} sẽ không còn định mức cho: {names}.")
    scope = document.province.key if document.province else None
    for other in ground.known.values():
        # Of a province that became part of this one: its norms are passed over as soon as this document is in force.
        named = other.scope == scope or other.id in document.replaces
        if other.scope in ground.scopes and not named and in_force(other.valid_from, other.valid_to, day):
            yield Warning_(
                "passed_over",
                f"{other.name} đang có hiệu lực và không được đánh dấu thay thế. Từ {format_date(day)} văn bản ấy "
                "không được dùng nữa, kể cả cho nội dung mà văn bản này không có mức.",
            )
