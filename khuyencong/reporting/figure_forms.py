"""What pages of periods are asked, as it stands in their addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q

from khuyencong.core.dates import today
from khuyencong.core.fields import VNDateField
from khuyencong.core.forms import StyledForm
from khuyencong.law.catalogue import activity_choices, activity_name
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.places.models import Province, Region
from khuyencong.programmes.models import FIRST_YEAR, LAST_YEAR, FundingSource
from khuyencong.reporting.borders import CHOICES as BORDERS
from khuyencong.reporting.borders import NO_REGION, Borders
from khuyencong.reporting.figures import NOWHERE, Question
from khuyencong.reporting.period import Period, PeriodKind, periods_of, read_period
from khuyencong.reporting.queries import provinces_for, years_of


def part_choices() -> list[tuple[str, Any]]:
    """The parts of a year that are reported on, for a form: the year first, then its parts by length."""
    grouped: dict[PeriodKind, list[tuple[str, str]]] = {}
    for one in periods_of(FIRST_YEAR):
        label = (
            one.title.removesuffix(f" năm {FIRST_YEAR}").removesuffix(f" {FIRST_YEAR}").removesuffix(f"/{FIRST_YEAR}")
        )
        grouped.setdefault(one.kind, []).append((one.part, "Cả năm" if one.kind is PeriodKind.YEAR else label))
    alone = [group[0] for group in grouped.values() if len(group) == 1]
    return [*alone, *((kind.label, group) for kind, group in grouped.items() if len(group) > 1)]


class PeriodFilter(StyledForm):
    """The filter of the tables of a period; its names are those of `Question.address`."""

    year = forms.TypedChoiceField(label="Năm", coerce=int)
    ky = forms.ChoiceField(label="Kỳ")
    source = forms.ChoiceField(
        label="Nguồn kinh phí", required=False, choices=[("", "Mọi nguồn"), *FundingSource.choices]
    )
    activity = forms.ChoiceField(label="Nội dung", required=False)
    province = forms.ChoiceField(label="Tỉnh, thành phố", required=False)

    def __init__(self, data: Mapping[str, str], *, provinces: list[tuple[str, str]], years: list[int]) -> None:
        super().__init__(data)
        regions = [("", "Mọi khu vực"), *Region.choices, (NOWHERE, NO_REGION)]
        self.fields["khu-vuc"] = forms.ChoiceField(label="Khu vực", required=False, choices=regions)
        self.fields["dia-gioi"] = forms.ChoiceField(label="Địa giới", required=False, choices=BORDERS)
        self.fields["den-ngay"] = VNDateField(
            label="Số liệu đến ngày", required=False, first_year=FIRST_YEAR, last_year=LAST_YEAR
        )
        self.fields["unit"] = forms.IntegerField(
            required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput
        )
        self.choose("year", [(year, str(year)) for year in years])
        self.choose("ky", part_choices())
        self.choose("activity", [("", "Mọi nội dung"), *activity_choices()])
        self.choose("province", [("", "Tất cả"), *provinces])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        period = read_period(data.get("year") or 0, data.get("ky") or "")
        until = data.get("den-ngay")
        if period and until and not period.first_on <= until:
            self.add_error("den-ngay", f"Ngày chốt không thể trước khi bắt đầu {period}.")
        if period and until and period.kind is not PeriodKind.YEAR and until > period.last_on:
            self.add_error("den-ngay", f"Ngày chốt của {period} không thể sau ngày cuối kỳ.")
        return data


@dataclass(frozen=True)
class Asked:
    """What the address asks; `question` None: the form says why nothing is shown."""

    form: PeriodFilter
    question: Question | None


def read_question(actor: Actor, query: Mapping[str, str]) -> Asked:
    """Read the address; without one the current year. A province that the actor may not see has an empty result."""
    this_year = today().year
    then = query.get("dia-gioi") == Borders.THEN.value
    allowed = provinces_for(actor)
    rows = Province.objects.filter(Q(current__in=allowed.values("pk"))) if then else allowed
    provinces = [(one.key, one.dated_name if then else one.short_name) for one in rows]
    years = {this_year, *years_of(actor, province=None)}
    asked = query.get("year", "")
    if asked.isascii() and asked.isdigit() and len(asked) == 4 and FIRST_YEAR <= int(asked) <= LAST_YEAR:  # noqa: PLR2004  # digits of a year
        years.add(int(asked))
    data = {
        "year": asked or str(this_year),
        "ky": query.get("ky") or Period(PeriodKind.YEAR, this_year).part,
        "dia-gioi": query.get("dia-gioi") or Borders.TODAY.value,
        **{name: query.get(name, "") for name in ("source", "activity", "province", "khu-vuc", "den-ngay", "unit")},
    }
    form = PeriodFilter(data, provinces=provinces, years=sorted(years, reverse=True))
    if not form.is_valid():
        return Asked(form, None)
    values = form.cleaned_data
    period = read_period(values["year"], values["ky"])
    if period is None:
        return Asked(form, None)
    question = Question(
        period=period,
        until=values["den-ngay"],
        source=values["source"],
        activity=values["activity"],
        unit=values["unit"],
        province=values["province"],
        region=values["khu-vuc"],
        borders=Borders(values["dia-gioi"] or Borders.TODAY),
    )
    return Asked(form, question)


def narrowed_by(question: Question) -> list[str]:
    """What the question narrows to, in words; one query for each agency or province named."""
    found = []
    if question.source:
        found.append(str(FundingSource(question.source).label))
    if question.activity:
        found.append(activity_name(question.activity))
    if question.province:
        found.append(Province.objects.get(key=question.province).dated_name)
    if question.region:
        found.append(NO_REGION if question.region == NOWHERE else f"Khu vực {Region(question.region).label}")
    if question.unit:
        found.extend(one.name_on(question.closing_on) for one in Agency.objects.filter(pk=question.unit))
    return found
