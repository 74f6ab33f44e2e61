"""Figures with units in Vietnamese text: where each stands, and every value that it can mean.

A number without a unit that is known here is no figure: so dates, years, numbers of documents and telephones are none.
All patterns are linear: no number or unit can be read in two ways that a search would have to try.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from khuyencong.reportcheck.numbers import Interval, Qualifier, Reading, is_year, meant, readings_of

THOUSAND, MILLION, BILLION = 10**3, 10**6, 10**9

# Longer ones first: «hộ kinh doanh» is no «hộ».
NOUNS = (
    "đề án", "dự án", "nhiệm vụ", "chương trình", "mô hình", "cơ sở", "doanh nghiệp", "hợp tác xã", "htx", "tổ hợp tác",
    "hộ kinh doanh", "hộ", "đơn vị", "lao động", "việc làm", "lượt người", "lượt", "người", "học viên", "lớp", "khóa",
    "sản phẩm", "máy móc", "máy", "thiết bị", "dây chuyền", "gian hàng", "hội chợ", "hội nghị", "hội thảo", "cuộc",
    "cụm công nghiệp", "làng nghề", "địa phương", "tỉnh", "xã", "phường", "huyện", "tin, bài", "tin bài", "tin", "bài",
    "chuyên mục", "phóng sự", "giấy chứng nhận", "nhãn hiệu", "thương hiệu", "ấn phẩm", "bản tin", "hợp đồng", "nghệ nhân",
)  # fmt: skip
# What is counted by the million without being money.
_COUNTED_IN_MILLIONS = {"sản phẩm", "lượt", "lượt người", "người", "lao động"}
_OTHER_PER = ("tháng", "năm", "quý", "ngày", "giờ", "m2", "m²", "kg", "tấn", "suất")


class Kind(StrEnum):
    """What a figure measures."""

    MONEY = "money"
    PERCENT = "percent"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Unit:
    """`name` is «đồng», «%» or what is counted; `per` what it is for one of: «người/tháng», "" for a plain amount."""

    kind: Kind
    name: str
    per: str = ""

    @property
    def label(self) -> str:
        return f"{self.name}/{self.per}" if self.per else self.name


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: `text` as written with «hơn» or «gần», `scale` what 1 of its number is worth (10**9 for tỷ)."""

    start: int
    end: int
    text: str
    scale: int
    unit: Unit
    qualifier: Qualifier
    readings: tuple[Reading, ...]
    says_dong: bool = False  # "1 tỷ" may go on as "1 tỷ 500 triệu đồng", "1 tỷ đồng" may not

    @property
    def value(self) -> Fraction:
        """What the number most likely says, in đồng, per cent or pieces."""
        return self.readings[0].value

    @property
    def interval(self) -> Interval:
        """All values that the most likely reading may mean."""
        return self.readings[0].interval

    @property
    def is_amount(self) -> bool:
        """Whether it says how much there is; a limit and a difference do not."""
        return self.qualifier is not Qualifier.LIMIT


_NUMBER = re.compile(r"[0-9]++(?:[.,][0-9]++)*+")
NOUN = "|".join(re.escape(one) for one in sorted(NOUNS, key=len, reverse=True))
_PER = "|".join(re.escape(one) for one in sorted((*NOUNS, *_OTHER_PER), key=len, reverse=True))
_UNIT = re.compile(
    r"(?:\s?\([^()0-9]{1,40}\))?\s?"  # 07 (bảy) đề án
    r"(?:(?P<percent>%|phần trăm(?!\w))"
    r"|(?P<scale>(?:nghìn|ngàn)\s(?:tỷ|tỉ)|(?:tỷ|tỉ)(?!\s(?:lệ|trọng|suất|giá)(?!\w))|triệu|nghìn|ngàn)(?!\w)"
    rf"(?:\s?(?P<dong>đồng|vnđ|vnd|đ)(?!\w)|\s(?P<many>{NOUN})(?!\w))?"
    r"|(?P<tr>tr\.?\s?(?:đồng|đ)|tr)(?!\w)"
    r"|(?P<plain>đồng(?!\s(?:chí|bào|bộ|thời|ý|hồ|nai|tháp)(?!\w))|vnđ|vnd|₫|đ(?!/c))(?!\w)"
    rf"|(?P<noun>{NOUN})(?!\w))",
    re.IGNORECASE,
)
_RATE = re.compile(
    rf"\s?/\s?(?P<per>(?:{_PER})(?:\s?/\s?(?:{_PER}))?)(?!\w)|\s(?:một|mỗi)\s(?P<each>{_PER})(?!\w)", re.IGNORECASE
)
_BEFORE = re.compile(
    r"(?:(?P<limit>(?:nhiều|ít|cao|thấp|lớn)\shơn|tối đa|tối thiểu|ít nhất|nhiều nhất|không quá|không dưới|không vượt quá"
    r"|dưới|(?:tăng|giảm|vượt|hụt|bớt)(?:\sthêm)?(?:\slà)?(?:\s(?:hơn|gần|khoảng|trên))?|thêm)|(?P<over>hơn|trên|quá|vượt)"
    r"|(?P<under>gần|ngót)|(?P<about>ước khoảng|ước đạt khoảng|ước tính|ước|khoảng|xấp xỉ|chừng)"
    r"|(?P<sign>[<>≤≥~≈]))\s?$",
    re.IGNORECASE,
)
_SIGNS = {"<": "limit", "≤": "limit", "≥": "limit", ">": "over", "~": "about", "≈": "about"}
_OR_MORE = re.compile(r"\s(?:trở lên|trở xuống)(?!\w)", re.IGNORECASE)
# A number after one of these counts nothing: «tháng 6 đề án đã hoàn thành».
_ORDINAL = re.compile(
    r"(?:^|[^\w])(?:điều|khoản|trang|chương|phụ lục|thứ|tháng|quý|ngày|đợt|khu vực|quốc lộ|(?<!tổng )số)\s$",
    re.IGNORECASE,
)
_OF_YEARS = re.compile(r"(?:năm|giai đoạn|từ|đến|[-–/])\s?$", re.IGNORECASE)
_RANGE = re.compile(r"\s?(?:-|–|đến|tới)\s?", re.IGNORECASE)
_LOOK_BACK = 28


@dataclass(frozen=True, slots=True)
class _Bare:
    """A number that has no unit of its own; it may share that of the next."""

    start: int
    end: int


def find_figures(text: str) -> list[Figure]:
    """The figures of a text on one line, in their order; `start` and `end` are places in it. Never fails."""
    found: list[Figure] = []
    bare: list[_Bare] = []
    for match in _NUMBER.finditer(text):
        here = _Bare(match.start(), match.end())
        figure = _figure(text, here, bare)
        if figure is None:
            bare.append(here)
            del bare[:-3]
            continue
        slashed = _first_of_pair(text, here, bare, figure)
        if slashed is not None:
            found.append(slashed)
        joined = _joined(text, found[-1], figure) if found else None
        if joined is not None:
            found[-1] = joined
        else:
            found.append(figure)
        bare.clear()
    return found


def _figure(text: str, here: _Bare, bare: list[_Bare]) -> Figure | None:
    if here.start and (text[here.start - 1].isalnum() or text[here.start - 1] == "_"):
        return None
    unit_match = _UNIT.match(text, here.end)
    if unit_match is None:
        return None
    named = _unit(unit_match)
    if named is None:
        return None
    unit, scale, end = named
    if unit.kind is Kind.COUNT and _counts_nothing(text, here):
        return None
    rate = _RATE.match(text, end)
    if rate is not None:
        unit, end = replace(unit, per=re.sub(r"\s", " ", (rate["per"] or rate["each"]).lower())), rate.end()
    start, readings = _read(text, here, bare, unit, scale)
    if not readings:
        return None
    qualifier, begin = _qualifier(text, start, unit)
    if _OR_MORE.match(text, end):
        qualifier = Qualifier.LIMIT
    exact = unit.kind is not Kind.PERCENT and scale == 1
    return Figure(
        start=begin,
        end=end,
        text=text[begin:end],
        scale=scale,
        unit=unit,
        qualifier=qualifier,
        readings=tuple(meant(one, scale=scale, qualifier=qualifier, exact=exact) for one in readings),
        says_dong=bool(unit_match["dong"] or unit_match["plain"] or unit_match["tr"]),
    )


def _unit(match: re.Match[str]) -> tuple[Unit, int, int] | None:
    """The unit, what one of the number is worth in it, and where it ends."""
    money = Unit(Kind.MONEY, "đồng")
    if not match["scale"]:
        plain = {"percent": Unit(Kind.PERCENT, "%"), "noun": Unit(Kind.COUNT, (match["noun"] or "").lower())}
        return plain.get(match.lastgroup or "", money), MILLION if match["tr"] else 1, match.end()
    words = match["scale"].lower().split()
    scale = {"nghìn": THOUSAND, "ngàn": THOUSAND, "triệu": MILLION}.get(words[0], BILLION)
    if len(words) > 1:
        scale *= BILLION
    many = (match["many"] or "").lower()
    if many and (scale == THOUSAND or (scale == MILLION and many in _COUNTED_IN_MILLIONS)):
        return Unit(Kind.COUNT, many), scale, match.end()
    if scale == THOUSAND and not match["dong"]:
        return None
    return money, scale, match.end("dong") if match["dong"] else match.end("scale")


def _counts_nothing(text: str, here: _Bare) -> bool:
    before = text[max(0, here.start - _LOOK_BACK) : here.start]
    return bool(_ORDINAL.search(before) or (is_year(text[here.start : here.end]) and _OF_YEARS.search(before)))


def _read(text: str, here: _Bare, bare: list[_Bare], unit: Unit, scale: int) -> tuple[int, list[Reading]]:
    """Where the number begins and what it may say: alone, as the end of a range, or behind groups parted by blanks."""
    is_count, takes_point = unit.kind is Kind.COUNT and scale == 1, unit.kind is Kind.PERCENT or scale >= BILLION
    alone = readings_of(text[here.start : here.end], whole=is_count, point=takes_point)
    last = bare[-1] if bare else None
    if last is None:
        return here.start, alone
    between = text[last.end : here.start]
    if _RANGE.fullmatch(between) and not text[max(0, last.start - 1) : last.start].isalnum():
        first = readings_of(text[last.start : last.end], whole=is_count, point=takes_point)
        if first and alone and first[0].value < alone[0].value:
            span = Interval(first[0].interval.low, alone[0].interval.high)
            return last.start, [Reading(first[0].value, first[0].step, span)]
    begin, groups = here.start, [text[here.start : here.end]]
    for one in reversed(bare):
        if text[one.end : begin] != " " or not re.fullmatch(r"[0-9]{3}(?:,[0-9]+)?", groups[0]):
            break
        groups.insert(0, text[one.start : one.end])
        begin = one.start
    if len(groups) == 1 or not re.fullmatch(r"[0-9]{1,3}", groups[0]):
        return here.start, alone
    whole = readings_of("".join(groups), whole=is_count, point=False)
    return begin, whole if len(groups) > 2 else [*whole, *alone]  # noqa: PLR2004  # «đợt 1 600 triệu» may be either


def _qualifier(text: str, start: int, unit: Unit) -> tuple[Qualifier, int]:
    """How the number is meant, and where the word for it begins."""
    offset = max(0, start - _LOOK_BACK)
    match = _BEFORE.search(text[offset:start])
    if match is None or (match.start() and not match["sign"] and text[offset + match.start() - 1].isalnum()):
        return Qualifier.NONE, start
    group = next(name for name in ("limit", "over", "under", "about", "sign") if match[name])
    group = _SIGNS.get(match["sign"] or "", group)
    if (
        unit.kind is Kind.PERCENT
        and group == "limit"
        and not re.search(r"hơn|tối|nhất|quá|dưới|<|≤|≥", match[0], re.IGNORECASE)
    ):
        return Qualifier.NONE, start  # «tăng 25 %» says how much, «tăng 2 tỷ đồng» is a difference
    return Qualifier(group), start if group == "limit" else offset + match.start()


def _first_of_pair(text: str, here: _Bare, bare: list[_Bare], figure: Figure) -> Figure | None:
    """«73,5/78,6 tỷ đồng»: the first number has the unit of the second; a date has no such pair."""
    if not bare or text[bare[-1].end : here.start].strip() != "/" or is_year(text[here.start : here.end]):
        return None
    first = bare[-1]
    before = text[max(0, first.start - 1) : first.start]
    if before == "/" or before.isalnum():
        return None
    is_count = figure.unit.kind is Kind.COUNT and figure.scale == 1
    readings = readings_of(text[first.start : first.end], whole=is_count, point=figure.scale >= BILLION)
    if not readings:
        return None
    qualifier, begin = _qualifier(text, first.start, figure.unit)
    exact = figure.unit.kind is not Kind.PERCENT and figure.scale == 1
    return replace(
        figure,
        start=begin,
        end=first.end,
        text=text[begin : first.end],
        qualifier=qualifier,
        readings=tuple(meant(one, scale=figure.scale, qualifier=qualifier, exact=exact) for one in readings),
        says_dong=True,
    )


def _joined(text: str, first: Figure, second: Figure) -> Figure | None:
    """«1 tỷ 500 triệu đồng» is one figure."""
    both_money = first.unit == Unit(Kind.MONEY, "đồng") and second.unit.kind is Kind.MONEY
    if not both_money or first.says_dong or text[first.end : second.start] != " " or first.scale <= second.scale:
        return None
    if second.qualifier is not Qualifier.NONE or second.value >= first.scale:
        return None
    head, tail = first.readings[0], second.readings[0]
    value = head.value + tail.value
    span = Interval(head.value + tail.interval.low, head.value + tail.interval.high)
    if first.qualifier is not Qualifier.NONE:
        span = Interval(min(span.low, head.interval.low), max(span.high, head.interval.high))
    return replace(
        first,
        end=second.end,
        text=text[first.start : second.end],
        unit=second.unit,
        readings=(Reading(value, tail.step, span),),
        says_dong=second.says_dong,
    )
