"""The filters of the list of a month; all of them live in the URL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from khuyencong.core.dates import today
from khuyencong.core.fields import NFCField
from khuyencong.core.finding import LONGEST_QUESTION
from khuyencong.core.forms import StyledForm
from khuyencong.monitoring.days import OwnDays, first_of, latest_month
from khuyencong.monitoring.forms import month_choices, month_of
from khuyencong.monitoring.months import STATUSES, asked_in, months_before, with_status
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.places.models import Province
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import Project, ProjectQuerySet

MONTHS_OFFERED = 36


class MonthFilter(StyledForm):
    """Month, source, province, unit, status, words; unknown values find nothing rather than everything."""

    thang = forms.ChoiceField(label="Tháng", required=False)
    tinh_trang = forms.ChoiceField(
        label="Tình trạng", required=False, choices=[("", "Mọi tình trạng"), *STATUSES.items()]
    )
    nguon = forms.ChoiceField(label="Nguồn", required=False, choices=[("", "Mọi nguồn"), *FundingSource.choices])
    tinh = forms.ModelChoiceField(
        label="Tỉnh",
        queryset=Province.objects.filter(valid_to__isnull=True),
        to_field_name="key",
        required=False,
        empty_label="Mọi tỉnh",
    )
    don_vi = forms.ModelChoiceField(
        label="Đơn vị thực hiện", queryset=Agency.objects.none(), required=False, empty_label="Mọi đơn vị"
    )
    q = NFCField(label="Tìm đề án", max_length=LONGEST_QUESTION, required=False)

    def __init__(self, data: Mapping[str, Any], *, actor: Actor) -> None:
        super().__init__({name: data.get(name, "") for name in self.base_fields})
        self.actor = actor
        self.on = today()
        self.choose(
            "thang", month_choices(months_before(max(latest_month(self.on), first_of(self.on)), MONTHS_OFFERED))
        )
        units: Any = self.fields["don_vi"]
        units.queryset = Agency.objects.filter(pk__in=_units(actor)).order_by("sort_key", "pk")
        if actor.agency.province_id is not None:
            self.fields["tinh"].widget = forms.HiddenInput()
        if not self.data["thang"]:
            self.data = {**self.data, "thang": f"{self.on:%Y-%m}"}

    @property
    def month(self) -> date:
        """The month that is shown; this one where the address names none that is offered."""
        asked = month_of(str(self.data["thang"]))
        known = {value for value, _ in self.fields["thang"].choices}  # type: ignore[attr-defined]  # a field of choices
        return asked if asked is not None and self.data["thang"] in known else first_of(self.on)

    def found(self, days: OwnDays) -> ProjectQuerySet:
        """What all filters but the status leave; nothing where one could not be read."""
        if not self.is_valid():
            return asked_in(self.actor, self.month, days).none()
        data = self.cleaned_data
        rows = asked_in(self.actor, self.month, days)
        if data["nguon"]:
            rows = rows.filter(source=data["nguon"])
        if data["tinh"]:
            rows = rows.filter(province__current=data["tinh"])
        if data["don_vi"]:
            rows = rows.filter(implementing_unit=data["don_vi"])
        if data["q"]:
            rows = rows.search(data["q"])
        return rows

    def of_status(self, found: ProjectQuerySet) -> ProjectQuerySet:
        """Those of the found with the status asked for, in the order of the page: what is due first, by unit."""
        status = self.cleaned_data.get("tinh_trang") if self.is_valid() else ""
        rows = found.filter(with_status(status, self.on)) if status else found
        return rows.order_by("implementing_unit__sort_key", "code")

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the month was asked for."""
        return any(self.data[name] for name in self.fields if name != "thang")

    @property
    def said(self) -> list[str]:
        """What was asked for, in words, for the heading of a file."""
        data = self.cleaned_data if self.is_valid() else {}
        parts = [
            STATUSES.get(data.get("tinh_trang", ""), ""),
            dict(FundingSource.choices).get(data.get("nguon", ""), ""),
            str(data.get("tinh") or ""),
            str(data.get("don_vi") or ""),
            f"tìm «{data['q']}»" if data.get("q") else "",
        ]
        return [str(one) for one in parts if one]


def _units(actor: Actor) -> Any:
    """Keys of the units that carry out a đề án with a contract among those that the actor may know of."""
    return Project.objects.visible_to(actor).filter(contract_part__isnull=False).order_by().values("implementing_unit")
