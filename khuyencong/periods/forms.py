"""Forms of the reports of periods."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms

from khuyencong.core.creation import CreationKeyField
from khuyencong.core.dates import today
from khuyencong.core.fields import DongField, NFCField, VNDateField, WholeNumberField
from khuyencong.core.forms import StyledForm, VersionedForm
from khuyencong.core.money import MAX_DONG
from khuyencong.law.catalogue import activity_choices
from khuyencong.people.models import Agency
from khuyencong.periods.actions.handing import RowInput
from khuyencong.periods.handing import MOST_COUNT, MOST_PERCENT
from khuyencong.periods.indicators import IndicatorLine
from khuyencong.periods.models import LONGEST, MOST_DAYS, RECOGNISED, PeriodReportState
from khuyencong.periods.recognised import LABEL as RECOGNISED_LABEL
from khuyencong.periods.rules import check_closing_day
from khuyencong.periods.taken_in import ASKED
from khuyencong.programmes.models import FIRST_YEAR, LAST_YEAR, FundingSource
from khuyencong.projects.row_forms import FigureField
from khuyencong.reporting.figure_forms import part_choices
from khuyencong.reporting.figures import FIGURES
from khuyencong.reporting.period import PeriodKind, read_period


def _lines(label: str, *, rows: int = 3, required: bool = False, help_text: str = "") -> NFCField:
    return NFCField(
        label=label,
        required=required,
        max_length=LONGEST,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class BeginForm(StyledForm):
    """Of which agency and period, as of which day; a table by hand where the agency has no records here."""

    creation_key = CreationKeyField()
    agency = forms.TypedChoiceField(label="Cơ quan báo cáo", coerce=int)
    year = forms.IntegerField(
        label="Năm", min_value=FIRST_YEAR, max_value=LAST_YEAR, widget=forms.NumberInput(attrs={"data-short": True})
    )
    ky = forms.ChoiceField(label="Kỳ báo cáo")
    closing_on = VNDateField(
        label="Số liệu tính đến hết ngày", help_text="Ngày do cơ quan chốt số liệu, thường là ngày cuối kỳ."
    )
    by_hand = forms.BooleanField(
        label="Báo cáo bằng bảng: cơ quan chưa có hồ sơ trong hệ thống",
        required=False,
        help_text="Số liệu gõ tay hoặc nhập từ tệp Excel mẫu, được đánh dấu và cộng cùng các nơi khác.",
    )

    def __init__(self, *args: Any, agencies: Iterable[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("agency", [(one.pk, one.name) for one in agencies])
        self.choose("ky", part_choices())

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        period = read_period(data.get("year") or 0, data.get("ky") or "")
        closing_on = data.get("closing_on")
        wrong = check_closing_day(period, closing_on) if period and closing_on else ""
        if wrong:
            self.add_error("closing_on", wrong)
        data["period"] = period
        return data


class SectionForm(VersionedForm):
    """One section in the agency's own words."""

    text = _lines(
        "Nội dung",
        rows=8,
        help_text="Để trống thì báo cáo dùng các câu viết từ số liệu. Số trong phần tự viết không được hệ thống sửa theo.",
    )
    comment = _lines("Nhận xét", rows=3)


class SubmitForm(VersionedForm):
    """The paper by which the report goes out."""

    document = NFCField(label="Số văn bản", max_length=100, widget=forms.TextInput(attrs={"data-short": True}))
    document_on = VNDateField(label="Ngày văn bản", initial=today)
    explanation = _lines("Giải trình các điểm cần xem lại", rows=4)


class ReasonForm(VersionedForm):
    """Why a report is returned or opened again."""

    reason = _lines("Lý do", rows=4, required=True)


class NoteForm(VersionedForm):
    """What is said with an approval."""

    note = _lines("Ý kiến")


class ConfirmForm(VersionedForm):
    """Nothing to fill in."""


class TableFileForm(VersionedForm):
    """The table as an Excel file."""

    file = forms.FileField(label="Bảng số liệu (.xlsx)", widget=forms.FileInput(attrs={"accept": ".xlsx"}))


class RowForm(VersionedForm):
    """One row of a table by hand."""

    source = forms.ChoiceField(label="Nguồn kinh phí", choices=FundingSource.choices)
    activity = forms.ChoiceField(label="Nội dung hoạt động")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("activity", activity_choices())
        for one in FIGURES:
            if one.code not in ASKED:
                continue
            field: forms.Field = (
                DongField(label=one.label, required=False, max_value=MAX_DONG - 1)
                if one.is_money
                else WholeNumberField(
                    label=f"{one.label} ({one.unit})", required=False, min_value=0, max_value=MOST_COUNT
                )
            )
            field.help_text = f"{one.explained}."
            self.fields[one.code] = field
        self.fields["stated_total"] = DongField(
            label="Tổng kinh phí như báo cáo ghi", required=False, help_text="Để hệ thống đối chiếu, không bắt buộc."
        )
        self.fields["stated_percent"] = FigureField(
            label="Tỷ lệ giải ngân so với kế hoạch như báo cáo ghi (%)",
            required=False,
            min_value=0,
            max_value=MOST_PERCENT,
            max_digits=7,
            decimal_places=2,
        )

    @property
    def row(self) -> RowInput:
        data = self.cleaned_data
        return RowInput(
            source=data["source"],
            activity=data["activity"],
            values={code: data[code] for code in ASKED if data.get(code)},
            stated_total=data.get("stated_total"),
            stated_percent=data.get("stated_percent"),
        )


class IndicatorsForm(VersionedForm):
    """The indicators that no record answers."""

    def __init__(self, *args: Any, lines: Sequence[IndicatorLine], **kwargs: Any) -> None:
        self.lines = [one for one in lines if one.typed]
        super().__init__(*args, **kwargs)
        for one in self.lines:
            self.fields[f"i{one.key}"] = FigureField(
                label=f"{one.label} ({one.unit})", required=False, min_value=0, max_digits=15, decimal_places=3,
                initial=one.value,
            )  # fmt: skip

    @property
    def values(self) -> dict[int, Decimal | None]:
        return {one.key: self.cleaned_data.get(f"i{one.key}") for one in self.lines}


FIGURE_CHOICES = [("", "Ghi tay"), *((one.code, one.label) for one in FIGURES), (RECOGNISED, RECOGNISED_LABEL)]


class IndicatorForm(StyledForm):
    """A new indicator of the agency's list."""

    creation_key = CreationKeyField()
    label = NFCField(label="Tên chỉ tiêu", max_length=300)
    unit = NFCField(label="Đơn vị tính", max_length=60, widget=forms.TextInput(attrs={"data-short": True}))
    figure = forms.ChoiceField(label="Cách tính", required=False, choices=FIGURE_CHOICES)
    activities = forms.MultipleChoiceField(
        label="Của nội dung",
        required=False,
        help_text="Không chọn thì tính mọi nội dung; chỉ dùng khi tính từ hồ sơ.",
        widget=forms.CheckboxSelectMultiple,
    )
    document = NFCField(label="Theo văn bản", required=False, max_length=200)
    position = forms.IntegerField(
        label="Thứ tự", min_value=1, max_value=999, initial=1, widget=forms.NumberInput(attrs={"data-short": True})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("activities", activity_choices())


class DayForm(StyledForm):
    """Within how many days the agency wants the reports of a kind of period."""

    creation_key = CreationKeyField()
    kind = forms.ChoiceField(label="Kỳ", choices=PeriodKind.choices)
    days = WholeNumberField(
        label="Số ngày sau khi hết kỳ",
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        help_text="Để trống: thôi đặt hạn.",
    )
    document = NFCField(label="Theo văn bản", required=False, max_length=200)


class ListFilter(StyledForm):
    """The filter of the list; it lives in the address."""

    year = forms.TypedChoiceField(label="Năm", required=False, coerce=int, empty_value=None)
    ky = forms.ChoiceField(label="Kỳ", required=False)
    state = forms.ChoiceField(
        label="Trạng thái", required=False, choices=[("", "Mọi trạng thái"), *PeriodReportState.choices]
    )

    def __init__(self, *args: Any, years: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("year", [("", "Mọi năm"), *((year, str(year)) for year in years)])
        self.choose("ky", [("", "Mọi kỳ"), *part_choices()])
