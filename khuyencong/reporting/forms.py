"""The filter of the page of results: it lives in the address of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.http import Http404

from khuyencong.core.dates import today
from khuyencong.core.forms import StyledForm
from khuyencong.law.catalogue import activity_choices
from khuyencong.people.actors import Actor
from khuyencong.places.models import Province
from khuyencong.programmes.models import FIRST_YEAR, LAST_YEAR, FundingSource
from khuyencong.reporting.borders import CHOICES as BORDERS
from khuyencong.reporting.borders import Borders
from khuyencong.reporting.published import published_years
from khuyencong.reporting.queries import provinces_for, years_of
from khuyencong.reporting.series import Grouping, Measure


class ResultsFilter(StyledForm):
    province = forms.ChoiceField(label="Tỉnh, thành phố", required=False)
    year = forms.ChoiceField(label="Năm", required=False)
    source = forms.ChoiceField(
        label="Nguồn kinh phí", required=False, choices=[("", "Mọi nguồn"), *FundingSource.choices]
    )
    activity = forms.ChoiceField(label="Nội dung", required=False)

    def __init__(self, data: Mapping[str, str], *, provinces: list[Province], years: list[int], whole: str) -> None:
        """`whole` names the choice of all provinces together; none where there is only one to choose."""
        super().__init__(data)
        self.fields["dia-gioi"] = forms.ChoiceField(label="Địa giới", required=False, choices=BORDERS)
        chosen = [(province.key, province.short_name) for province in provinces]
        self.choose("province", [("", whole), *chosen] if whole else chosen)
        self.choose("year", [(str(year), str(year)) for year in years])
        self.choose("activity", [("", "Mọi nội dung"), *activity_choices()])


@dataclass(frozen=True)
class Filters:
    """What a page of results is about. `province` None: all that the actor may see; `valid` False: nothing at all."""

    form: ResultsFilter
    province: Province | None
    year: int
    source: str
    activity: str
    borders: Borders
    valid: bool


def read_filters(actor: Actor, query: Mapping[str, str]) -> Filters:
    """Read the address of the page; what it leaves out is the actor's own province and the latest year with đề án.

    Raises Http404 for a province that does not exist or is not the actor's to see.
    """
    provinces = list(provinces_for(actor))
    several = len(provinces) != 1
    own = next((one.key for one in provinces if one.pk == actor.province_id), "")
    # «Tất cả» is an empty value in the address; only where there is nothing to choose does it mean the one province.
    key = query.get("province", own) or ("" if several else provinces[0].key)
    province = next((one for one in provinces if one.key == key), None)
    if key and province is None:
        raise Http404("Không có tỉnh, thành phố này trong phạm vi của bạn.")
    years = years_of(actor, province=province)
    this_year = today().year
    usual = next((one for one in years if one <= this_year), this_year)
    year = query.get("year") or str(usual)
    years = sorted({*years, *published_years(actor, province=province)}, reverse=True)
    # Any other year may be asked for in the address; it has an empty result.
    if year.isascii() and year.isdigit() and FIRST_YEAR <= int(year[:5]) <= LAST_YEAR:
        years = sorted({*years, int(year[:5])}, reverse=True)
    data = {
        "province": key,
        "year": year,
        "source": query.get("source", ""),
        "activity": query.get("activity", ""),
        "dia-gioi": query.get("dia-gioi") or Borders.TODAY.value,
    }
    whole = _whole(actor, several=several)
    form = ResultsFilter(data, provinces=provinces, years=years or [today().year], whole=whole)
    valid = form.is_valid()
    values = form.cleaned_data if valid else {}
    return Filters(
        form=form,
        province=province,
        year=int(values.get("year") or today().year),
        source=values.get("source", ""),
        activity=values.get("activity", ""),
        borders=Borders(values.get("dia-gioi") or Borders.TODAY),
        valid=valid,
    )


@dataclass(frozen=True)
class SeriesQuestion:
    """What a page of years is about. `province` None: all that the actor may see."""

    province: Province | None
    source: str
    activity: str
    measure: Measure
    borders: Borders
    grouping: Grouping


class SeriesFilter(StyledForm):
    """The filter of the page of years."""

    province = forms.ChoiceField(label="Tỉnh, thành phố", required=False)
    source = forms.ChoiceField(
        label="Nguồn kinh phí", required=False, choices=[("", "Mọi nguồn"), *FundingSource.choices]
    )
    activity = forms.ChoiceField(label="Nội dung", required=False)
    theo = forms.ChoiceField(label="Xếp theo", required=False, choices=[(one.value, one.label) for one in Grouping])

    def __init__(self, data: Mapping[str, str], *, provinces: list[Province], whole: str) -> None:
        """`whole` names the choice of all provinces together; none where there is only one to choose."""
        super().__init__(data)
        chosen = [(province.key, province.short_name) for province in provinces]
        self.choose("province", [("", whole), *chosen] if whole else chosen)
        self.choose("activity", [("", "Mọi nội dung"), *activity_choices()])
        measures = [(one.value, one.label) for one in Measure]
        self.fields["so-lieu"] = forms.ChoiceField(label="Số liệu", required=False, choices=measures)
        self.fields["dia-gioi"] = forms.ChoiceField(label="Địa giới", required=False, choices=BORDERS)


def read_series_filter(actor: Actor, query: Mapping[str, str]) -> tuple[SeriesFilter, SeriesQuestion | None]:
    """The filter of the address, and what it asks; None where it could not be read. Raises Http404 as `read_filters`."""
    provinces = list(provinces_for(actor))
    several = len(provinces) != 1
    key = query.get("province", "") or ("" if several else provinces[0].key)
    province = next((one for one in provinces if one.key == key), None)
    if key and province is None:
        raise Http404("Không có tỉnh, thành phố này trong phạm vi của bạn.")
    usual = {"dia-gioi": Borders.TODAY.value, "so-lieu": Measure.PLANNED.value, "theo": Grouping.PROVINCE.value}
    data = {name: query.get(name) or usual.get(name, "") for name in ("source", "activity", *usual)}
    form = SeriesFilter({"province": key, **data}, provinces=provinces, whole=_whole(actor, several=several))
    if not form.is_valid():
        return form, None
    values = form.cleaned_data
    return form, SeriesQuestion(
        province=province,
        source=values["source"],
        activity=values["activity"],
        measure=Measure(values["so-lieu"]),
        borders=Borders(values["dia-gioi"]),
        grouping=Grouping(values["theo"]),
    )


def _whole(actor: Actor, *, several: bool) -> str:
    return ("Cả nước" if actor.is_national else "Tất cả địa bàn") if several else ""
