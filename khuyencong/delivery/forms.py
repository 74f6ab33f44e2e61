"""The form of an acceptance: the minutes, and one row for each line of the estimate."""

from __future__ import annotations

from typing import Any

from django import forms

from khuyencong.core.dates import today
from khuyencong.core.fields import DongField, NFCField, VNDateField
from khuyencong.core.forms import StyledForm, VersionedForm

LARGEST_QUANTITY = 1_000_000


class AcceptanceForm(VersionedForm):
    """The minutes of nghiệm thu cơ sở."""

    number = NFCField(label="Số biên bản nghiệm thu", max_length=60)
    accepted_on = VNDateField(label="Ngày nghiệm thu", initial=today)
    comment = NFCField(label="Nhận xét", max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 3}))


class ItemForm(StyledForm):
    """What was found of one line of the estimate."""

    line = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    cost = DongField(label="Chi phí nghiệm thu", help_text="Ghi 0 nếu không thực hiện.")
    quantity = forms.IntegerField(label="Số lượng", min_value=1, max_value=LARGEST_QUANTITY, initial=1)
    description = NFCField(label="Tên, nhãn hiệu, nơi và năm sản xuất", max_length=300, required=False)
    serial = NFCField(label="Số máy", max_length=80, required=False)
    invoice = NFCField(label="Hóa đơn (số, ngày)", max_length=80, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Each row stands for a line of the estimate: an untouched one is data as well, not a blank to be skipped.
        kwargs["empty_permitted"] = False
        super().__init__(*args, **kwargs)
