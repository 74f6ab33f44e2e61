"""Rows of the guided form: lines of Mẫu 1, pieces of work, promised figures, linked activities."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms

from khuyencong.core.fields import DongField, NFCField, VNDateField
from khuyencong.core.forms import StyledForm
from khuyencong.core.money import format_dong
from khuyencong.law.catalogue import activity_choices
from khuyencong.projects.estimates import priced
from khuyencong.projects.indicators import INDICATORS, MOST_DECIMALS, OTHER, plain_number
from khuyencong.projects.models import Attachment, Beneficiary

BLANK = [("", "— chọn —")]
PLAIN, GROUPED = re.compile(r"-?[0-9]+"), re.compile(r"-?[0-9]{1,3}(\.[0-9]{3})+")
KEYS = ("content", "code", "activity")  # a row without the one that it has is no row


class FigureField(forms.DecimalField):
    """A number as people write it: «1.250,5», «9.500.000»; dots group, a comma begins the fraction."""

    default_error_messages = {"invalid": "Hãy ghi một số, ví dụ 1.250,5."}
    widget = forms.TextInput

    def to_python(self, value: Any) -> Any:
        """The number, None when empty; a dot that does not group is an error, never a fraction misread."""
        text = value.strip() if isinstance(value, str) else value
        if isinstance(text, str) and text:
            whole, _, fraction = text.partition(",")
            if not (PLAIN.fullmatch(whole) or GROUPED.fullmatch(whole)) or not (fraction or "0").isdecimal():
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
            text = whole.replace(".", "") + (f".{fraction}" if fraction else "")
        return super().to_python(text)

    def prepare_value(self, value: Any) -> Any:
        """Shown as it is written; what the user typed is shown again as typed."""
        return plain_number(value) if isinstance(value, Decimal) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """A short input with the keyboard of digits."""
        return {**super().widget_attrs(widget), "inputmode": "decimal", "autocomplete": "off", "data-short": True}


@dataclass(frozen=True)
class LineOffers:
    """What a line of the estimate may name."""

    beneficiaries: Sequence[Beneficiary]
    years: Sequence[int]
    quotations: Sequence[Attachment]


class LineForm(StyledForm):
    """One line of Mẫu 1. An empty line is left out."""

    use_required_attribute = False
    content = NFCField(label="Nội dung chi", max_length=500)
    beneficiary = forms.TypedChoiceField(label="Cơ sở thụ hưởng", required=False, coerce=int, empty_value=None)
    total = DongField(label="Tổng kinh phí", required=False, help_text="Để trống nếu đã ghi số lượng và đơn giá.")
    support = DongField(label="Kinh phí khuyến công", required=False)
    counterpart = DongField(label="Cơ sở đóng góp", required=False)
    other = DongField(label="Nguồn khác", required=False)
    in_cost_base = forms.BooleanField(label="Tính vào chi phí được hỗ trợ", required=False, initial=True)
    year = forms.TypedChoiceField(label="Năm", required=False, coerce=int, empty_value=None)
    cost_item = NFCField(
        label="Khoản chi theo định mức",
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"list": "khoan-chi"}),
    )
    unit = NFCField(label="Đơn vị tính", max_length=60, required=False)
    quantity = FigureField(label="Số lượng", required=False, min_value=0, max_digits=12, decimal_places=3)
    unit_price = DongField(label="Đơn giá", required=False)
    quotation = forms.TypedChoiceField(label="Báo giá", required=False, coerce=int, empty_value=None)
    note = NFCField(label="Ghi chú", max_length=300, required=False)

    def __init__(self, *args: Any, offers: LineOffers, **kwargs: Any) -> None:
        """`offers`: what can be chosen, read once for all lines of the page."""
        super().__init__(*args, **kwargs)
        named = ((one.pk, str(one)) for one in offers.beneficiaries)
        self.choose("beneficiary", [("", "— chung của đề án —"), *named])
        self.choose("year", [("", f"{offers.years[0]} (năm kế hoạch)"), *((one, str(one)) for one in offers.years[1:])])
        if len(offers.years) == 1:
            del self.fields["year"]
        if offers.quotations:
            self.choose("quotation", [("", "— chưa có —"), *((one.pk, one.name) for one in offers.quotations)])
        else:
            del self.fields["quotation"]

    def clean(self) -> dict[str, Any]:
        """Mẫu 1: total = support + counterpart + other; an empty source is 0, an empty total quantity × unit price."""
        data = super().clean() or {}
        quantity, price = data.get("quantity"), data.get("unit_price")
        if (quantity is None) != (price is None) and not self.errors:
            self.add_error("quantity" if quantity is None else "unit_price", "Số lượng và đơn giá phải đi cùng nhau.")
        if data.get("total") is None and quantity is not None and price is not None:
            data["total"] = priced(quantity, price)
        elif data.get("total") is None and "total" not in self.errors and self.has_changed():
            self.add_error("total", "Hãy nhập số tiền.")
        if self.errors:
            return data
        for name in ("support", "counterpart", "other"):
            data[name] = data.get(name) or 0
        parts = data["support"] + data["counterpart"] + data["other"]
        if data["total"] != parts:
            self.add_error(
                "total",
                f"Tổng kinh phí phải bằng khuyến công + đóng góp + nguồn khác (Mẫu số 1): các nguồn cộng lại là "
                f"{format_dong(parts)} đồng, lệch {format_dong(abs(data['total'] - parts))} đồng.",
            )
        return data


class WorkForm(StyledForm):
    """One piece of work: TT 36/2013 Đ5.5. An empty row is left out."""

    use_required_attribute = False
    content = NFCField(label="Nội dung công việc", max_length=500)
    who = NFCField(label="Ai thực hiện", max_length=300, required=False)
    starts_on = VNDateField(label="Từ ngày", required=False)
    ends_on = VNDateField(label="Đến ngày", required=False)
    output = NFCField(label="Kết quả", max_length=300, required=False)
    cost = DongField(label="Kinh phí dự kiến", required=False)

    def clean(self) -> dict[str, Any]:
        """Days in order."""
        data = super().clean() or {}
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", "Ngày kết thúc không được trước ngày bắt đầu.")
        return data


class IndicatorForm(StyledForm):
    """One promised figure. An empty row is left out."""

    use_required_attribute = False
    code = forms.ChoiceField(label="Chỉ tiêu", choices=BLANK + [(one.code, one.name) for one in INDICATORS.values()])
    name = NFCField(label="Tên, nếu là chỉ tiêu khác", max_length=200, required=False)
    unit = NFCField(label="Đơn vị tính", max_length=60, required=False, help_text="Để trống: đơn vị thường dùng.")
    baseline = FigureField(label="Hiện nay", required=False, min_value=0, max_digits=18, decimal_places=MOST_DECIMALS)
    target = FigureField(label="Sau đề án", min_value=0, max_digits=18, decimal_places=MOST_DECIMALS)
    note = NFCField(label="Cách tính, ghi chú", max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        """Only a figure of another kind has a name and needs a unit of its own."""
        data = super().clean() or {}
        other = data.get("code") == OTHER
        if other and not data.get("name"):
            self.add_error("name", "Hãy ghi tên chỉ tiêu.")
        if other and not data.get("unit"):
            self.add_error("unit", "Hãy ghi đơn vị tính.")
        if data.get("code") and not other and data.get("name"):
            self.add_error("name", f"Chỉ ghi tên khi chọn «{INDICATORS[OTHER].name}».")
        return data


class LinkedForm(StyledForm):
    """A further activity of a flagship đề án: TT 36/2013 Đ2.3."""

    use_required_attribute = False
    activity = forms.ChoiceField(label="Nội dung hoạt động")
    link = NFCField(label="Liên kết với nội dung chính thế nào", max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("activity", BLANK + activity_choices())


if TYPE_CHECKING:
    RowsBase = forms.BaseFormSet[StyledForm]  # generic in the stubs only
else:
    RowsBase = forms.BaseFormSet


class RowFormSet(RowsBase):
    """Rows of one kind on one page."""

    def clean(self) -> None:
        """A number of rows below nothing would read as a table without rows."""
        if int(self.management_form.cleaned_data["TOTAL_FORMS"] or 0) < 0:
            raise forms.ValidationError("Số dòng của biểu mẫu không hợp lệ: hãy mở lại trang và nhập lại.")

    def add_fields(self, form: StyledForm, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = "Bỏ dòng này"

    def rows(self) -> list[dict[str, Any]]:
        """What was entered, without the rows left empty or marked for deletion; only of valid rows."""
        kept = [form.cleaned_data for form in self.forms if form not in self.deleted_forms]
        return [data for data in kept if any(data.get(key) for key in KEYS)]
