"""The loan and its schedule."""

from __future__ import annotations

from typing import Any

from django import forms

from khuyencong.core.fields import DongField, NFCField, VNDateField
from khuyencong.core.forms import StyledForm, VersionedForm
from khuyencong.law.loans import DAYS_OF_YEAR
from khuyencong.loans.actions import MOST_ROWS, RowInput
from khuyencong.loans.models import MOST_PERCENT, LoanTerm, RowKind
from khuyencong.projects.row_forms import FigureField

BLANK_ROWS = 4


class LoanForm(VersionedForm):
    """The credit contract. `version` is that of the đề án."""

    bank = NFCField(label="Ngân hàng", max_length=200)
    contract_number = NFCField(label="Số hợp đồng tín dụng", max_length=60)
    contract_on = VNDateField(label="Ngày hợp đồng")
    term = forms.ChoiceField(
        label="Loại vay", choices=LoanTerm.choices, help_text="Như hợp đồng ghi; chỉ trung hạn, dài hạn được hỗ trợ."
    )
    in_dong = forms.BooleanField(label="Vay bằng đồng Việt Nam", required=False, initial=True)
    days_of_year = forms.TypedChoiceField(
        label="Số ngày của năm khi tính lãi",
        coerce=int,
        choices=[(days, str(days)) for days in DAYS_OF_YEAR],
        help_text="Theo hợp đồng tín dụng.",
    )
    completed_on = VNDateField(
        label="Ngày hoàn thành đầu tư", required=False, help_text="Hỗ trợ sau khi đã hoàn thành đầu tư."
    )
    interest_paid = DongField(
        label="Lãi đã trả trong hai năm đầu", required=False, help_text="Cộng theo chứng từ của ngân hàng."
    )
    lowest_document = NFCField(
        label="Nguồn của lãi suất thấp nhất",
        max_length=200,
        required=False,
        help_text="Văn bản, bảng lãi suất của Ngân hàng Đầu tư cho vay cùng kỳ hạn, cùng thời kỳ.",
    )


def _percent(label: str) -> FigureField:
    return FigureField(label=label, required=False, min_value=0, max_value=MOST_PERCENT, max_digits=7, decimal_places=4)


class RowForm(StyledForm):
    """One line of the schedule; a line without a day is no line."""

    use_required_attribute = False
    kind = forms.ChoiceField(label="Loại", choices=RowKind.choices)
    on = VNDateField(label="Ngày, từ ngày", required=False)
    amount = DongField(label="Số tiền (giải ngân, trả gốc)", required=False)
    percent = _percent("Lãi suất hợp đồng (%/năm)")
    lowest = _percent("Lãi suất thấp nhất (%/năm)")
    until = VNDateField(label="Hết quá hạn từ ngày", required=False)

    def clean(self) -> dict[str, Any]:
        """What the kind of the line asks for."""
        data = super().clean() or {}
        if data.get("on") is None:
            if any(data.get(name) is not None for name in ("amount", "percent", "lowest", "until")):
                self.add_error("on", "Hãy ghi ngày của dòng này.")
            return data
        kind = data.get("kind")
        if kind in {RowKind.DISBURSED, RowKind.REPAID} and not data.get("amount"):
            self.add_error("amount", "Hãy ghi số tiền.")
        if kind == RowKind.RATE and data.get("percent") is None:
            self.add_error("percent", "Hãy ghi lãi suất của hợp đồng.")
        if kind == RowKind.OVERDUE and data.get("until") and data["until"] <= data["on"]:
            self.add_error("until", "Phải sau ngày bắt đầu quá hạn.")
        return data


def schedule(data: Any, initial: list[dict[str, Any]]) -> Any:
    """The formset over the schedule, with some blank lines."""
    made: Any = forms.formset_factory(RowForm, extra=BLANK_ROWS, max_num=MOST_ROWS, validate_max=True)
    return made(data, initial=initial, prefix="dong")


def rows_of(formset: Any) -> list[RowInput]:
    """The lines that say something."""
    return [
        RowInput(
            kind=RowKind(data["kind"]),
            on=data["on"],
            until=data.get("until"),
            amount=data.get("amount"),
            percent=data.get("percent"),
            lowest=data.get("lowest"),
        )
        for data in formset.cleaned_data
        if data.get("on")
    ]
