"""What the words around a figure say about it: from which money it comes, planned or done, a total or what is left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from khuyencong.reportcheck.passages import Item, Passage


class Source(StrEnum):
    """Whose money a figure is; the four together are all there is."""

    NATIONAL = "national"
    LOCAL = "local"
    STATE = "state"  # khuyến công or the budget, without saying which
    COUNTERPART = "counterpart"


class Role(StrEnum):
    """What was meant to be, or what came of it."""

    PLAN = "plan"
    ACTUAL = "actual"
    UNKNOWN = ""


_COUNTERPART = re.compile(
    r"đối ứng|đóng góp|tự có|tự đầu tư|bỏ vốn|vốn (?:của )?(?:các )?(?:cơ sở|doanh nghiệp|đơn vị|hộ|chủ)|xã hội hóa|huy động"
    r"|(?:cơ sở|doanh nghiệp|đơn vị thụ hưởng|hộ kinh doanh)(?: \w+){0,3} (?:đầu tư|chi)(?!\w)"
)
_NATIONAL = re.compile(
    r"kcqg|khuyến công quốc gia|quốc gia$|(?:nguồn|cấp|vốn|kinh phí|ngân sách) (?:quốc gia|trung ương)|^quốc gia"
)
_LOCAL = re.compile(
    r"kcđp|kcdp|(?:khuyến công|nguồn|kinh phí|ngân sách|vốn|cấp) địa phương|ngân sách (?:tỉnh|thành phố)"
    r"|^(?:nguồn |vốn |cấp )?địa phương(?: là| đạt|:)?$"
)
_STATE = re.compile(r"khuyến công|ngân sách|nhà nước|hỗ trợ|kinh phí kc(?!\w)")
_SUPPORT = re.compile(r"hỗ trợ|(?:kinh phí|nguồn|vốn|nguồn vốn) (?:khuyến công|kc)(?!\w)")
_WHOLE_COST = re.compile(
    r"đầu tư|tổng mức|tổng vốn|tổng nguồn|kinh phí thực hiện|đối ứng|kinh phí triển khai|thụ hưởng"
)
_TOTAL = re.compile(r"(?<!trong )(?<!trên )(?<!của )(?<!/)(?<!\w)tổng(?!\w)|^cộng(?!\w)|(?<!\w)cộng là")
_LEFT = re.compile(r"(?:(?:số|phần|khoản) ?)?(?:tiền |vốn |kinh phí )?còn lại")
_APART = re.compile(
    r"(?<!\w)(?:tổng|kế hoạch|dự toán|cùng kỳ|so với|năm trước|tăng|giảm|lũy kế|bình quân|trung bình|mỗi|giải ngân|tạm ứng)(?!\w)"
)
_RATED = re.compile(r"(?:%|phần trăm)[^,;.()%]{0,60}")
_PLAN_IN_BRACKETS = re.compile(r"(?:kế hoạch|dự toán|chỉ tiêu)[^,;.()]{0,40}\(\s?(?:là |: ?)?$", re.IGNORECASE)
_ROLE = re.compile(
    r"(?P<none>(?:thực hiện|hoàn thành|triển khai|xây dựng|ban hành|phê duyệt|điều chỉnh) (?:theo )?(?:các )?(?:kế hoạch|dự toán)"
    r"|kế hoạch số)|(?P<plan>(?:kế hoạch|dự toán|chỉ tiêu)(?: (?:thực hiện|triển khai|đã (?:được )?(?:giao|phê duyệt)))?"
    r"|được giao|dự kiến)|(?P<actual>thực hiện|(?<!\w)đã(?! được (?:giao|phê duyệt))|kết quả|giải ngân|hoàn thành|triển khai"
    r"|(?<!\w)đạt(?!\w)|quyết toán)(?!\w)",
    re.IGNORECASE,
)
_PLAN_BEHIND = re.compile(r"(?:theo |trong |của )?(?:kế hoạch|dự toán)(?!\w)")
_OF_PLAN = re.compile(r"\s?(?:so với |so |của )?(?:tổng )?(?:kế hoạch|dự toán|chỉ tiêu|kh(?!\w))", re.IGNORECASE)
_FAR = 240
_COMPARED = re.compile(r"so với (?:cùng kỳ )?năm [0-9]{4}", re.IGNORECASE)
_MEASURE = re.compile(
    r"hỗ trợ|đối ứng|doanh thu|doanh số|giá trị|giải ngân|đầu tư|lợi nhuận|thu nhập|xuất khẩu|nộp ngân sách"
)
_YEAR = re.compile(r"(?:năm |/)((?:19|20)[0-9]{2})(?![0-9])", re.IGNORECASE)


def source_of(item: Item, farther: str = "") -> Source | None:
    """Whose money the words next to a figure name; None where they name none or several.

    The nearest words count: before it, behind it, then those `farther` before it (lower case).
    """
    for text in (item.label, item.tail, farther):
        named = _sources(text)
        if named:
            return named.pop() if len(named) == 1 else None
    return None


def label_source(item: Item) -> Source | None:
    """Whose money the words right before a figure name."""
    named = _sources(item.label)
    return named.pop() if len(named) == 1 else None


def _sources(text: str) -> set[Source]:
    if _COUNTERPART.search(text):
        return {Source.COUNTERPART}
    text = text.strip(" :")
    found = {one for one, words in ((Source.NATIONAL, _NATIONAL), (Source.LOCAL, _LOCAL)) if words.search(text)}
    return found or ({Source.STATE} if _STATE.search(text) else set())


def is_support(item: Item) -> bool:
    """Whether a total is one of public support alone, so that the beneficiaries' own money is no part of it."""
    return bool(_SUPPORT.search(item.label)) and not _WHOLE_COST.search(item.label)


def is_total(item: Item) -> bool:
    """Whether it is called a total, and not named as the whole of which something else is a part."""
    return bool(_TOTAL.search(item.label))


def is_left(item: Item) -> bool:
    """«còn lại»: what is left of a total. Behind a figure of named money it may begin the next part instead."""
    return bool(_LEFT.match(item.label) or (_LEFT.match(item.tail) and label_source(item) in {None, Source.STATE}))


def stands_apart(item: Item) -> bool:
    """Whether it is another measure: a total, a plan, another year, an average."""
    return bool(_APART.search(item.label))


def role_of(item: Item, passage: Passage) -> Role:
    """Whether a figure is planned or done, by the last word about it in its sentence."""
    if _PLAN_BEHIND.match(passage.after(item, 24).lstrip(" /")):
        return Role.PLAN
    before = item.before[-_FAR:]
    if _PLAN_IN_BRACKETS.search(before):
        return Role.PLAN
    said = [Role.PLAN if one["plan"] else Role.ACTUAL if one["actual"] else Role.UNKNOWN for one in _roles(before)]
    return said[-1] if said else Role.UNKNOWN


def _roles(text: str) -> Iterator[re.Match[str]]:
    return _ROLE.finditer(_RATED.sub(" ", text))


def says_of_plan(after: str) -> bool:
    """Whether the text behind a percentage says that it is of a plan."""
    return bool(_OF_PLAN.match(after))


def year_of(item: Item) -> str:
    """The year named last before a figure in its sentence; "" where there is none."""
    years = _YEAR.findall(_COMPARED.sub(" ", item.before[-_FAR:]))
    return years[-1] if years else ""


def same_measure(one: Item, other: Item) -> bool:
    """Whether two figures can be of one kind: no turnover beside support, no money of two sources, no two years."""
    turnover = [bool(re.search(r"doanh thu|doanh số", item.before[-80:], re.IGNORECASE)) for item in (one, other)]
    sources = {found for item in (one, other) if (found := label_source(item))} - {Source.STATE}
    said = [set(_MEASURE.findall(item.label)) for item in (one, other)]
    alike = not said[0] or not said[1] or bool(said[0] & said[1])
    return turnover[0] == turnover[1] and alike and len(sources) <= 1 and Source.COUNTERPART not in sources
