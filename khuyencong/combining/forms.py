"""Programmes of the catalogue, and a row of a đề án."""

from __future__ import annotations

from typing import Any

from django import forms

from khuyencong.combining.models import FIRST_YEAR, LAST_YEAR, CountedBy, LeftTo, OtherProgramme
from khuyencong.core.creation import CreationKeyField
from khuyencong.core.fields import DongField, NFCField, WholeNumberField
from khuyencong.core.forms import StyledForm, VersionedForm
from khuyencong.law.outputs import Output
from khuyencong.projects.row_forms import FigureField


class _Programme(StyledForm):
    name = NFCField(label="Tên chương trình", max_length=300)
    document = NFCField(label="Văn bản phê duyệt", max_length=200, help_text="Số, ngày, cơ quan phê duyệt.")
    first_year = WholeNumberField(label="Từ năm", min_value=FIRST_YEAR, max_value=LAST_YEAR)
    last_year = WholeNumberField(label="Đến năm", required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)


class ProgrammeForm(_Programme):
    creation_key = CreationKeyField()


class CorrectProgrammeForm(VersionedForm, _Programme):
    """A programme of one's own agency."""


class _Row(StyledForm):
    programme = forms.ModelChoiceField(
        label="Chương trình", queryset=OtherProgramme.objects.none(), empty_label="– chọn –"
    )
    year = WholeNumberField(label="Năm", min_value=FIRST_YEAR, max_value=LAST_YEAR)
    amount = DongField(
        label="Kinh phí của chương trình",
        required=False,
        min_value=0,
        help_text="Một phần của cột «nguồn khác» trong dự toán.",
    )
    content = NFCField(label="Nội dung chi, việc chung", max_length=300)
    document = NFCField(label="Chứng từ, văn bản", max_length=200)
    result = NFCField(
        label="Kết quả chung", max_length=200, required=False, widget=forms.TextInput(attrs={"list": "dau-ra"})
    )
    quantity = FigureField(label="Số lượng", required=False, min_value=0, max_digits=14, decimal_places=2)
    unit = NFCField(label="Đơn vị tính", max_length=60, required=False)
    counted_by = forms.ChoiceField(
        label="Kết quả này được báo cáo bởi",
        choices=CountedBy.choices,
        initial=CountedBy.HERE,
        widget=forms.RadioSelect,
        help_text="Chỉ một bên báo cáo, để không đếm hai lần.",
    )
    left_to = forms.ChoiceField(
        label="Hồ sơ của đề án khuyến công không đếm nữa",
        required=False,
        choices=[("", "– không có –"), *LeftTo.choices],
        help_text="Khi chương trình kia báo cáo: hồ sơ loại này của đề án trong năm ấy không vào số của khuyến công.",
    )

    def __init__(self, *args: Any, programmes: Any, outputs: tuple[Output, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.outputs = outputs
        field = self.fields["programme"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = programmes


class RowForm(_Row):
    creation_key = CreationKeyField()


class CorrectRowForm(VersionedForm, _Row):
    """A row again."""


class WithdrawForm(VersionedForm):
    reason = NFCField(label="Lý do bỏ dòng này", max_length=300)
