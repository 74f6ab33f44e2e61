"""What the pages that read the law are asked: everything lives in the address, and what cannot be read gets a sentence.

Words find in any order, with or without diacritics.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from khuyencong.core.fields import NFCField, VNDateField
from khuyencong.core.forms import StyledForm
from khuyencong.core.text import fold
from khuyencong.law.catalogue import catalogue
from khuyencong.law.values import NATIONAL
from khuyencong.normbook.reading.places import PlaceBook

LONGEST_QUESTION = 200
UNSORTED = "0"
SAME_PLACE = ""
Choices = list[tuple[str, Any]]


def asked(query: Mapping[str, str], **usual: str) -> dict[str, str]:
    """What an address asks, with what is usual where it leaves something out."""
    return usual | {name: value for name, value in query.items() if value.strip()}


def words_of(question: str) -> tuple[str, ...]:
    """The folded words somebody typed: «Máy  móc» asks for "may" and "moc"."""
    return tuple(fold(question).split())


def has_words(words: tuple[str, ...], *texts: str | None) -> bool:
    """Whether every word occurs somewhere in the texts; always, when nothing was asked."""
    if not words:
        return True
    told = fold(" ".join(text for text in texts if text))
    return all(word in told for word in words)


class LawFilter(StyledForm):
    """A form that is sent by looking: nothing is required, and the address may leave anything out."""

    use_required_attribute = False

    # Fields that name a place by the key of a province.
    place_fields: tuple[str, ...] = ("province",)

    def __init__(self, data: Mapping[str, str], *, places: PlaceBook) -> None:
        named = {name: places.find(data[name]) for name in self.place_fields if name in data}
        super().__init__({**data, **{name: place.key for name, place in named.items() if place}})


def provinces(places: PlaceBook, *, merged: str = "Địa bàn tỉnh cũ, trước sáp nhập") -> Choices:
    """Today's provinces, and the old ones that became part of a larger one."""
    found: Choices = [("Tỉnh, thành phố hiện nay", [(place.key, place.label) for place in places.today])]
    if places.merged:
        found.append((merged, [(place.key, f"{place.label} (nay là {place.today})") for place in places.merged]))
    return found


def content_choices() -> Choices:
    """The nine contents of NĐ 45/2012 Đ4, and what was added without a number."""
    contents = [(str(number), f"{number}. {content.name}") for number, content in catalogue().contents.items()]
    return [("", "Mọi nội dung"), *contents, (UNSORTED, "Bổ sung, chưa rõ nhóm")]


class NormsFilter(LawFilter):
    """Whose norms, of which day, and which of them."""

    on = VNDateField(label="Ngày", required=False)
    province = forms.ChoiceField(label="Định mức của", required=False)
    content = forms.ChoiceField(label="Nhóm nội dung", required=False)
    q = NFCField(label="Tìm theo từ", required=False, max_length=LONGEST_QUESTION)

    def __init__(self, data: Mapping[str, str], *, places: PlaceBook) -> None:
        super().__init__(data, places=places)
        self.choose("province", [("", "Khuyến công quốc gia"), *provinces(places)])
        self.choose("content", content_choices())


class ActivityFilter(LawFilter):
    """The same question about one activity."""

    on = VNDateField(label="Ngày", required=False)
    province = forms.ChoiceField(label="Cùng định mức địa phương của", required=False)

    def __init__(self, data: Mapping[str, str], *, places: PlaceBook) -> None:
        super().__init__(data, places=places)
        self.choose("province", [("", "Chỉ khuyến công quốc gia"), *provinces(places)])


class ContentsFilter(LawFilter):
    """On which day the nine contents are looked at."""

    place_fields = ()
    on = VNDateField(label="Ngày", required=False)


class DocumentsFilter(LawFilter):
    """Which documents."""

    place_fields = ("level",)
    q = NFCField(label="Tìm số, trích yếu, cơ quan ban hành", required=False, max_length=LONGEST_QUESTION)
    level = forms.ChoiceField(label="Cấp, địa phương", required=False)
    on = VNDateField(label="Có hiệu lực ngày", required=False)
    verified = forms.ChoiceField(
        label="Xác minh",
        required=False,
        choices=[("", "Tất cả"), ("yes", "Đã xác minh hết"), ("no", "Còn phần chờ xác minh")],
    )

    def __init__(self, data: Mapping[str, str], *, places: PlaceBook) -> None:
        super().__init__(data, places=places)
        both: Choices = [("", "Trung ương và địa phương"), (NATIONAL, "Trung ương"), ("local", "Mọi địa phương")]
        self.choose("level", [*both, *provinces(places)])


class CompareFilter(LawFilter):
    """Two days, two places, or both: what is left out on the second side is as on the first."""

    place_fields = ("place", "other")
    first = VNDateField(label="Ngày thứ nhất", required=False)
    place = forms.ChoiceField(label="Định mức của", required=False)
    second = VNDateField(label="Ngày thứ hai", required=False, help_text="Để trống: cùng ngày thứ nhất.")
    other = forms.ChoiceField(label="So với định mức của", required=False)

    def __init__(self, data: Mapping[str, str], *, places: PlaceBook) -> None:
        super().__init__(data, places=places)
        nation = (NATIONAL, "Khuyến công quốc gia")
        self.choose("place", [nation, *provinces(places)])
        self.choose("other", [(SAME_PLACE, "Cùng nơi thứ nhất"), nation, *provinces(places)])


class ChangesFilter(LawFilter):
    """Whose changes, and around which day."""

    province = forms.ChoiceField(label="Thay đổi của", required=False)
    day = VNDateField(label="Xem riêng ngày", required=False, help_text="So sánh ngày này với ngày liền trước.")

    def __init__(self, data: Mapping[str, str], *, places: PlaceBook) -> None:
        super().__init__(data, places=places)
        self.choose("province", [("", "Mọi nơi"), (NATIONAL, "Toàn quốc"), *provinces(places)])
