"""The forms of a programme: its name and period, what a draft wants, and the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from khuyencong.core.creation import CreationKeyField
from khuyencong.core.dates import today
from khuyencong.core.fields import DongField, NFCField, VNDateField, WholeNumberField
from khuyencong.core.forms import StyledForm, VersionedForm
from khuyencong.programmes.indicators import OTHER, indicator, indicator_choices
from khuyencong.programmes.models import (
    FIRST_YEAR,
    LAST_YEAR,
    Programme,
    ProgrammeMoney,
    ProgrammeSource,
    ProgrammeTarget,
    ProgrammeVersion,
)
from khuyencong.programmes.rules import MOST_ROWS

BLANK_ROWS = 2
LARGEST = 10**15
NO_NUMBER_OF_ROWS = "Số dòng của biểu mẫu không hợp lệ: hãy mở lại trang và nhập lại."
ONE_NUMBER = "Chỉ tiêu là một số thì để trống ô này."


def _year(label: str, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=FIRST_YEAR, max_value=LAST_YEAR, **more)


class NewProgrammeForm(StyledForm):
    """A programme that nobody has entered yet; `law_document` where it is taken over from the law room."""

    creation_key = CreationKeyField()
    law_document = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    name = NFCField(label="Tên chương trình", max_length=300)
    first_year = _year("Từ năm")
    last_year = _year("Đến năm")


class ProgrammeForm(VersionedForm):
    """Name and period of one that is not approved yet."""

    name = NFCField(label="Tên chương trình", max_length=300)
    first_year = _year("Từ năm")
    last_year = _year("Đến năm")


class DraftForm(VersionedForm):
    """Carries the version for the whole draft, and what is to be said of it."""

    note = NFCField(
        label="Ghi chú của phiên bản",
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Căn cứ, lý do điều chỉnh; với chương trình chưa đọc được toàn văn: phần nào đã đọc, ở đâu.",
    )


class ApprovalForm(VersionedForm):
    """The decision that puts a draft into force."""

    decision_number = NFCField(label="Số quyết định", max_length=60)
    decision_on = VNDateField(label="Ngày quyết định", last_year=LAST_YEAR)
    decided_by = NFCField(label="Người ký", max_length=120)
    effective_on = VNDateField(label="Có hiệu lực từ ngày", last_year=LAST_YEAR)
    compared = forms.BooleanField(
        label="Tôi đã đối chiếu các chỉ tiêu và kinh phí với quyết định",
        required=False,
        help_text="Không đánh dấu thì những số do người dùng nhập vẫn ghi «chờ xác minh».",
    )

    def clean_decision_on(self) -> Any:
        """A decision has been taken."""
        day = self.cleaned_data["decision_on"]
        if day > today():
            raise forms.ValidationError("Ngày quyết định không được ở tương lai.")
        return day


class RangeForm(StyledForm):
    """A row that is left out when it is empty; one number, a range, or nothing where it could not be read."""

    use_required_attribute = False

    def clean(self) -> dict[str, Any]:
        """An upper end alone means nothing; without one, it is the lower."""
        data = super().clean() or {}
        low, high = data.get("low"), data.get("high")
        if "low" in self.errors or "high" in self.errors:
            return data
        if low is None and high is not None:
            self.add_error("low", "Hãy ghi số thấp nhất, hoặc ghi một số ở ô này.")
        elif low is not None and high is not None and high < low:
            self.add_error("high", f"Số cao nhất phải từ số thấp nhất trở lên. {ONE_NUMBER}")
        else:
            data["high"] = low if high is None else high
        return data


class TargetForm(RangeForm):
    """One target. Name and unit left empty are those of the indicator, the years those of the programme."""

    indicator = forms.ChoiceField(label="Chỉ tiêu", required=False)
    label = NFCField(label="Tên ghi trong quyết định", required=False, max_length=300)
    unit = NFCField(label="Đơn vị tính", required=False, max_length=60)
    low = WholeNumberField(label="Số chỉ tiêu (từ)", required=False, min_value=1, max_value=LARGEST)
    high = WholeNumberField(label="Đến (nếu là khoảng)", required=False, min_value=1, max_value=LARGEST)
    first_year = _year("Từ năm", required=False)
    last_year = _year("Đến năm", required=False)
    article = NFCField(label="Điều khoản", required=False, max_length=200)
    note = NFCField(label="Ghi chú", required=False, max_length=1_000)

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme = programme
        known = self.initial.get("indicator", "")
        choices: list[Any] = [("", "— chọn —"), *indicator_choices()]
        if known and not any(known == code for _, group in choices[1:] for code, _ in group):
            choices.append((known, self.initial.get("label", known)))
        self.choose("indicator", choices)

    def clean(self) -> dict[str, Any]:
        """A row says what it is about; an indicator of the programme's own has a name and a unit."""
        data = super().clean()
        code = data.get("indicator")
        if not code:
            if "indicator" not in self.errors:
                self.add_error("indicator", "Hãy chọn chỉ tiêu.")
            return data
        for name, sentence in (("label", "Hãy ghi tên chỉ tiêu."), ("unit", "Hãy ghi đơn vị tính.")):
            if not data.get(name) and name not in self.errors:
                data[name] = getattr(indicator(code), name)
                if code == OTHER:
                    self.add_error(name, sentence)
        data["first_year"] = data.get("first_year") or self.programme.first_year
        data["last_year"] = data.get("last_year") or self.programme.last_year
        return data

    @property
    def row(self) -> ProgrammeTarget:
        """What the row says, not saved."""
        names = ("indicator", "label", "unit", "low", "high", "first_year", "last_year", "article", "note")
        return ProgrammeTarget(**{name: self.cleaned_data[name] for name in names})


class MoneyForm(RangeForm):
    """The money of one source."""

    source = forms.ChoiceField(label="Nguồn", required=False, choices=[("", "— chọn —"), *ProgrammeSource.choices])
    low = DongField(label="Số tiền (từ)", required=False, min_value=1)
    high = DongField(label="Đến (nếu là khoảng)", required=False, min_value=1)
    article = NFCField(label="Điều khoản", required=False, max_length=200)
    note = NFCField(label="Ghi chú", required=False, max_length=1_000)

    def clean(self) -> dict[str, Any]:
        """A row says whose money it is."""
        data = super().clean()
        if not data.get("source") and "source" not in self.errors:
            self.add_error("source", "Hãy chọn nguồn kinh phí.")
        return data

    @property
    def row(self) -> ProgrammeMoney:
        """What the row says, not saved."""
        names = ("source", "low", "high", "article", "note")
        return ProgrammeMoney(**{name: self.cleaned_data[name] for name in names})


if TYPE_CHECKING:
    RowsBase = forms.BaseFormSet[RangeForm]  # generic in the stubs only
else:
    RowsBase = forms.BaseFormSet


class RowSet(RowsBase):
    """The targets, or the money, of a draft on one page."""

    default_error_messages = {"missing_management_form": NO_NUMBER_OF_ROWS}

    def clean(self) -> None:
        """A number of rows below nothing would read as a draft without rows."""
        if int(self.management_form.cleaned_data["TOTAL_FORMS"] or 0) < 0:
            raise forms.ValidationError(NO_NUMBER_OF_ROWS)

    def add_fields(self, form: RangeForm, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = "Bỏ dòng này"

    @property
    def rows(self) -> list[Any]:
        """What the rows say that are neither empty nor taken out."""
        kept = [form for form in self.forms if form not in self.deleted_forms]
        return [form.row for form in kept if form.cleaned_data.get("indicator") or form.cleaned_data.get("source")]  # type: ignore[attr-defined]  # both kinds of rows have it


def target_rows(data: Any, version: ProgrammeVersion) -> RowSet:
    """The targets of a draft, as stored or as sent."""
    names = ("indicator", "label", "unit", "low", "high", "first_year", "last_year", "article", "note")
    initial: list[Any] = list(version.targets.values(*names))
    return _rows(TargetForm, data, "chi-tieu", initial, MOST_ROWS, programme=version.programme)


def money_rows(data: Any, version: ProgrammeVersion) -> RowSet:
    """The money of a draft, as stored or as sent."""
    initial: list[Any] = list(version.money.values("source", "low", "high", "article", "note"))
    return _rows(MoneyForm, data, "kinh-phi", initial, len(ProgrammeSource))


def _rows(form: type[RangeForm], data: Any, prefix: str, initial: list[Any], most: int, **more: Any) -> RowSet:
    for row in initial:
        row["high"] = None if row["high"] == row["low"] else row["high"]  # one number is written once
    made: Any = forms.formset_factory(
        form,
        formset=RowSet,
        extra=max(0, min(BLANK_ROWS, most - len(initial))),
        can_delete=True,
        max_num=most,
        absolute_max=most,  # whatever number a request names, no more forms are made
        validate_max=True,
    )
    rows: RowSet = made(data, initial=initial, prefix=prefix, form_kwargs=more)
    return rows
