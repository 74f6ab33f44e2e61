"""Forms of a visit to the spot, and of a remark to the other level."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from khuyencong.core.dates import today
from khuyencong.core.fields import NFCField, VNDateField
from khuyencong.core.forms import VersionedForm


class ManyFilesInput(forms.ClearableFileInput):
    """An input that takes several files at once."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class ManyFilesField(forms.FileField):
    """Several files; cleans to a list, empty where none was chosen."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        """Each file as Django's own field cleans one."""
        given: Sequence[Any] = data if isinstance(data, (list, tuple)) else [data]
        return [super(ManyFilesField, self).clean(one, initial) for one in given if one]


class DegreesField(forms.DecimalField):
    """Degrees on the map with five decimals (a metre), after a comma or a point; what a phone gives more is rounded."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"data-short": True, "inputmode": "decimal"})
        super().__init__(
            required=False, min_value=-most, max_value=most, max_digits=8, decimal_places=5, widget=widget, **kwargs
        )

    def to_python(self, value: Any) -> Any:
        """As Django's, for both ways to write a decimal."""
        found = super().to_python(value.replace(",", ".") if isinstance(value, str) else value)
        if isinstance(found, Decimal) and found.is_finite() and abs(found) < 1_000:  # noqa: PLR2004  # no angle is larger
            return round(found, 5)
        return found


class VisitForm(VersionedForm):
    """Who saw what, where and when."""

    visited_on = VNDateField(label="Ngày kiểm tra", initial=today)
    people = NFCField(label="Người tham gia", max_length=400, help_text="Họ tên, chức vụ của đoàn và của cơ sở.")
    place = NFCField(label="Địa điểm", max_length=300)
    latitude = DegreesField(label="Vĩ độ", most=90, help_text="Ví dụ 10,45673.")
    longitude = DegreesField(label="Kinh độ", most=180, help_text="Ví dụ 105,63250.")
    findings = NFCField(label="Kết quả kiểm tra", max_length=10_000, widget=forms.Textarea(attrs={"rows": 5}))
    photos = ManyFilesField(
        label="Ảnh",
        required=False,
        help_text="JPEG hoặc PNG. Giờ và tọa độ mà máy ảnh ghi trong tệp JPEG được giữ cùng ảnh.",
        widget=ManyFilesInput(attrs={"accept": "image/jpeg,image/png"}),
    )


class RemarkForm(VersionedForm):
    """A remark to the appraisers of the other level."""

    text = NFCField(
        label="Ý kiến",
        max_length=5_000,
        help_text="Người của Sở và của Cục đều đọc được; không sửa, không xóa được sau khi gửi.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
