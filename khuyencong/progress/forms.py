"""What the pages of programmes are asked for; it lives in their addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import Http404

from khuyencong.core.dates import format_date, today
from khuyencong.core.fields import VNDateField
from khuyencong.core.forms import StyledForm
from khuyencong.programmes.models import FIRST_YEAR, LAST_YEAR, Programme, ProgrammeVersion
from khuyencong.progress.queries import usual_day, version_on


class ProgrammesFilter(StyledForm):
    """Which programmes are listed."""

    year = forms.IntegerField(label="Năm", required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)


class StandingForm(StyledForm):
    """By which day, and with the targets of which version."""

    ngay = VNDateField(label="Tính đến ngày", required=False)

    def __init__(self, data: Mapping[str, str], *, versions: list[ProgrammeVersion]) -> None:
        super().__init__(data)
        shown = [(str(one.number), _name(one)) for one in versions]
        self.fields["phien-ban"] = forms.ChoiceField(
            label="Phiên bản", required=False, choices=[("", "Đang có hiệu lực"), *shown]
        )

    def clean_ngay(self) -> date | None:
        """What will be is not known."""
        day: date | None = self.cleaned_data["ngay"]
        if day is not None and day > today():
            raise forms.ValidationError("Ngày không được ở tương lai.")
        return day


def _name(version: ProgrammeVersion) -> str:
    if version.is_draft:
        return f"{version} (dự thảo)"
    return f"{version}, {version.decision_number}"


@dataclass(frozen=True)
class Question:
    """What the page of a programme is asked; `valid` False: the form says why, and the usual day stands in."""

    form: StandingForm
    on: date
    version: ProgrammeVersion
    valid: bool


def read_question(programme: Programme, versions: list[ProgrammeVersion], query: Mapping[str, str]) -> Question:
    """The day and the version that an address names; Http404 for a programme of which nothing is to be seen."""
    form = StandingForm({name: query.get(name, "") for name in ("ngay", "phien-ban")}, versions=versions)
    valid = form.is_valid()
    values: dict[str, Any] = form.cleaned_data if valid else {}
    on = values.get("ngay") or usual_day(programme)
    chosen = next((one for one in versions if str(one.number) == values.get("phien-ban")), None)
    version = chosen or version_on(versions, on)
    if version is None:
        raise Http404("Chương trình chưa có phiên bản nào.")
    # The page says which day and version it shows, also where the address left them open.
    form = (
        form
        if not valid
        else StandingForm(
            {"ngay": format_date(on), "phien-ban": str(chosen.number) if chosen else ""}, versions=versions
        )
    )
    return Question(form, on, version, valid)


def read_day(programme: Programme, query: Mapping[str, str]) -> date:
    """The day of a list behind a figure; Http404 where it is none."""
    form = StandingForm({"ngay": query.get("ngay", "")}, versions=[])
    if not form.is_valid():
        raise Http404("Ngày trong địa chỉ không hợp lệ.")
    return form.cleaned_data["ngay"] or usual_day(programme)


def read_years(programme: Programme, query: Mapping[str, str]) -> tuple[int, int]:
    """The years of a list behind a figure, those of the programme where none are named; Http404 where they are none."""
    first = _year(query.get("tu", ""), programme.first_year)
    last = _year(query.get("den", ""), programme.last_year)
    if not programme.first_year <= first <= last <= programme.last_year:
        raise Http404("Các năm trong địa chỉ không thuộc chương trình.")
    return first, last


def _year(text: str, usual: int) -> int:
    if not text:
        return usual
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len("2026") else 0
