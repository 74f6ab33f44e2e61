"""The form of a support that the State gave outside this system."""

from __future__ import annotations

from typing import Any

from django import forms

from khuyencong.core.dates import today
from khuyencong.core.fields import DongField, NFCField
from khuyencong.core.forms import VersionedForm
from khuyencong.establishments.forms.details import BLANK, FIRST_YEAR
from khuyencong.law.catalogue import activity_choices
from khuyencong.places.models import Province

# The State gives by many hands; a list of the usual ones is only a help for typing.
LONGEST_NOTE = 2_000


class PastSupportForm(VersionedForm):
    """What, when, by whom, from which money; `version` is that of the establishment."""

    year = forms.IntegerField(
        label="Năm được hỗ trợ",
        min_value=FIRST_YEAR,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "data-short": True, "autocomplete": "off"}),
        error_messages={"invalid": "Ghi năm bằng bốn chữ số, ví dụ 2019."},
    )
    agency_name = NFCField(label="Cơ quan hỗ trợ", max_length=200, help_text="Tên như trong quyết định hoặc hợp đồng.")
    source = NFCField(
        label="Nguồn", max_length=120, help_text="Ví dụ: khuyến nông, khoa học và công nghệ, khuyến công năm trước."
    )
    item = NFCField(
        label="Hạng mục được hỗ trợ",
        max_length=300,
        help_text="Mỗi dòng một hạng mục, ghi rõ tên, ký hiệu máy: hạng mục trùng sẽ không được hỗ trợ lần nữa.",
    )
    serial = NFCField(label="Số máy", max_length=80, required=False)
    activity = forms.ChoiceField(
        label="Nội dung hoạt động", required=False, help_text="Để trống nếu không thuộc khuyến công hoặc chưa rõ."
    )
    amount = DongField(label="Số tiền Nhà nước hỗ trợ", required=False)
    province = forms.ModelChoiceField(
        label="Tỉnh, thành phố khi ấy", queryset=Province.objects.all(), required=False, empty_label="— không rõ —"
    )
    document = NFCField(label="Văn bản", max_length=200, required=False, help_text="Số, ngày của quyết định, hợp đồng.")
    note = NFCField(label="Ghi chú", max_length=LONGEST_NOTE, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("activity", [*BLANK, *activity_choices()])

    def clean_year(self) -> int:
        """Nothing is written down ahead."""
        year: int = self.cleaned_data["year"]
        if year > today().year:
            raise forms.ValidationError("Năm hỗ trợ không được ở tương lai.")
        return year


class WithdrawSupportForm(VersionedForm):
    """Why it should not have been written down."""

    reason = NFCField(label="Lý do rút", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
