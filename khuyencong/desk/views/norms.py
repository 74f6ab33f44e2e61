"""The norms in force on a day, as a page that people read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from khuyencong.core.dates import today
from khuyencong.core.fields import VNDateField
from khuyencong.core.forms import StyledForm
from khuyencong.law.catalogue import Activity, activities_on
from khuyencong.law.norms import NoNorm, Norm, norm_on
from khuyencong.people.web import ActorRequest, signed_in
from khuyencong.places.models import Province

if TYPE_CHECKING:
    ProvinceChoice = forms.ModelChoiceField[Province]  # generic in the stubs only
else:
    ProvinceChoice = forms.ModelChoiceField


class ProvinceField(ProvinceChoice):
    """Old provinces that share a name with one of today's are told apart."""

    def label_from_instance(self, obj: Province) -> str:
        return obj.short_name if obj.is_today else f"{obj.short_name} (trước 01/07/2025)"


class NormsForm(StyledForm):
    """Whose norms, and of which day."""

    use_required_attribute = False
    on = VNDateField(label="Ngày", required=False)
    province = ProvinceField(
        label="Định mức của",
        queryset=Province.objects.all(),
        to_field_name="key",
        required=False,
        empty_label="Khuyến công quốc gia",
    )


@dataclass(frozen=True)
class NormRow:
    """One activity with its norm of that day, or the reason why there is none."""

    activity: Activity
    norm: Norm | None
    reason: str

    @property
    def percent(self) -> str:
        """The rate as people write it."""
        if self.norm is None or self.norm.rate is None:
            return "–"
        return f"{float(self.norm.rate * 100):g} %".replace(".", ",")


@signed_in
@require_safe
def norms(request: ActorRequest) -> HttpResponse:
    """Rate, cap, document, article and whether it was verified, for every activity on the day asked for."""
    form = NormsForm(request.GET or None)
    valid = form.is_valid()
    on = (form.cleaned_data.get("on") if valid else None) or today()
    province = form.cleaned_data.get("province") if valid else None
    keys = tuple(dict.fromkeys([(province.current or province).key, province.key])) if province else ()
    rows = []
    for activity in activities_on(on):
        found = norm_on(activity.code, source="local" if province else "national", province_keys=keys, on=on)
        if isinstance(found, NoNorm):
            rows.append(NormRow(activity, None, found.reason))
        else:
            rows.append(NormRow(activity, found, ""))
    return render(request, "desk/norms.html", {"form": form, "rows": rows, "on": on, "province": province})
