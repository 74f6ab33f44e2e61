"""What dashboard and lists are asked for; all of it lives in their addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Q
from django.urls import reverse

from khuyencong.core.dates import today
from khuyencong.core.fields import FIRST_YEAR, LAST_YEAR, NFCField
from khuyencong.core.finding import LONGEST_QUESTION
from khuyencong.core.forms import StyledForm
from khuyencong.effects.models import OPEN, EffectSheet, EffectSheetQuerySet, Moment, SheetState
from khuyencong.law.catalogue import activity_choices, sector_choices
from khuyencong.people.actors import Actor
from khuyencong.places.models import CommuneKind, Province
from khuyencong.programmes.models import FundingSource, Programme
from khuyencong.projects.models import Project

NOWHERE = "none"  # a commune or trade that is not recorded
USUAL = Moment.AFTER_12
GROUPS = {
    "activity": "Nội dung hoạt động",
    "sector": "Ngành nghề",
    "province": "Tỉnh, thành phố",
    "place": "Loại xã, phường",
    "programme": "Chương trình",
    "year": "Năm kế hoạch",
    "source": "Nguồn kinh phí",
    "moment": "Thời điểm",
}
STATUSES: dict[str, tuple[str, Q]] = {
    "silent": ("Chưa trả lời", Q(state__in=OPEN)),
    "to_confirm": ("Chờ xác nhận", Q(state=SheetState.ANSWERED)),
    "confirmed": ("Đã xác nhận", Q(state=SheetState.CONFIRMED)),
    "closed": ("Cơ sở đã ngừng hoạt động", Q(closed=True)),
    "jobs": ("Có số việc làm mới", Q(jobs_new__isnull=False)),
    "income": ("Có thu nhập", Q(income__isnull=False)),
    "jobs_kept": ("Có số việc làm được giữ", Q(jobs_kept__isnull=False)),
    "jobs_women": ("Có số lao động nữ", Q(jobs_women__isnull=False)),
    "jobs_minority": ("Có số lao động dân tộc thiểu số", Q(jobs_minority__isnull=False)),
    "cost": ("Có chi phí nghiệm thu", Q(cost__isnull=False, support__isnull=False)),
    "job_cost": (
        "Tính được hỗ trợ trên một việc làm",
        Q(support__isnull=False) & (Q(jobs_new__isnull=False) | Q(closed=True)),
    ),
}
BLANK = ("", "Tất cả")


class EffectsForm(StyledForm):
    """Which sheets."""

    moment = forms.ChoiceField(label="Thời điểm", choices=Moment.choices, required=False)
    by = forms.ChoiceField(label="Xem theo", choices=list(GROUPS.items()), required=False)
    year_from = forms.IntegerField(label="Từ năm", required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)
    year_to = forms.IntegerField(label="Đến năm", required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)
    source = forms.ChoiceField(label="Nguồn", required=False, choices=[BLANK, *FundingSource.choices])
    activity = forms.ChoiceField(label="Nội dung", required=False)
    sector = forms.ChoiceField(label="Ngành nghề", required=False)
    province = forms.ChoiceField(label="Tỉnh", required=False)
    place = forms.ChoiceField(
        label="Loại xã, phường", required=False, choices=[BLANK, *CommuneKind.choices, (NOWHERE, "Chưa rõ xã")]
    )
    programme = forms.ChoiceField(label="Chương trình", required=False)

    def __init__(self, data: Mapping[str, str], *, actor: Actor) -> None:
        super().__init__(data)
        self.programmes = list(
            Programme.objects.visible_to(actor).select_related("agency__province").order_by("-first_year", "pk")
        )
        self.provinces = list(Province.objects.in_force(today()).order_by("sort_key"))
        self.choose("activity", [BLANK, *activity_choices()])
        self.choose("sector", [BLANK, *sector_choices(), (NOWHERE, "Chưa ghi ngành nghề")])
        self.choose("province", [BLANK, *((one.key, one.short_name) for one in self.provinces)])
        self.choose("programme", [BLANK, *((str(one.pk), one.name) for one in self.programmes)])
        if actor.agency.province_id is not None:
            self.fields["province"].widget = forms.HiddenInput()


class SheetsForm(EffectsForm):
    """Which sheets are listed."""

    status = forms.ChoiceField(
        label="Tình trạng", required=False, choices=[BLANK, *((key, label) for key, (label, _) in STATUSES.items())]
    )
    q = NFCField(label="Tìm đề án, cơ sở", required=False, max_length=LONGEST_QUESTION)

    def __init__(self, data: Mapping[str, str], *, actor: Actor) -> None:
        super().__init__(data, actor=actor)
        self.choose("moment", [BLANK, *Moment.choices])
        del self.fields["by"]


@dataclass(frozen=True)
class Asked:
    """What a dashboard is asked; `valid` False: the form says why, and nothing is counted."""

    form: EffectsForm
    actor: Actor
    on: date
    valid: bool
    values: Mapping[str, Any]

    @property
    def moment(self) -> Moment:
        return Moment(self.values.get("moment") or USUAL)

    @property
    def by(self) -> str:
        return self.values.get("by") or "activity"

    def sheets(self) -> EffectSheetQuerySet:
        """Those whose time has come, as far as the actor's figures hold them; by moment those of every moment."""
        if not self.valid:
            return EffectSheet.objects.none()
        found = EffectSheet.objects.counted_for(self.actor).filter(due_on__lte=self.on)
        if self.by != "moment":
            found = found.filter(moment=self.moment)
        return narrowed(found, self.values, self.form.programmes)

    def query(self, **more: Any) -> str:
        """The same question as an address has it, with some of it changed; what is empty is left out."""
        values = {**self.values, "moment": self.moment.value, "by": self.by, **more}
        return urlencode({name: value for name, value in values.items() if value not in {None, ""}})

    def behind(self, **more: Any) -> str:
        """The list of the sheets that a figure counts."""
        return f"{reverse('effect_sheets')}?{self.query(**{'by': '', **more})}"


def read_question(data: Mapping[str, str], *, actor: Actor) -> Asked:
    """What the address asks; without an address +12 months, by activity."""
    values = {name: data.get(name, "") for name in EffectsForm.base_fields}
    values["moment"] = values["moment"] or USUAL.value
    values["by"] = values["by"] or "activity"
    form = EffectsForm(values, actor=actor)
    valid = form.is_valid()
    return Asked(form, actor, today(), valid, form.cleaned_data if valid else {})


class SheetFilter:
    """The list of sheets: the same conditions, and a status."""

    def __init__(self, data: Mapping[str, str], *, actor: Actor) -> None:
        self.actor = actor
        self.form = SheetsForm({name: data.get(name, "") for name in SheetsForm.base_fields}, actor=actor)
        self.valid = self.form.is_valid()
        self.values: dict[str, Any] = self.form.cleaned_data if self.valid else {}

    @property
    def is_filtered(self) -> bool:
        return any(self.values.values()) or not self.valid

    def sheets(self) -> EffectSheetQuerySet:
        """Those whose time has come and that the filters let through."""
        if not self.valid:
            return EffectSheet.objects.none()
        found = EffectSheet.objects.counted_for(self.actor).filter(due_on__lte=today())
        if self.values.get("moment"):
            found = found.filter(moment=self.values["moment"])
        if self.values.get("status"):
            found = found.filter(STATUSES[self.values["status"]][1])
        if self.values.get("q"):
            named = Project.objects.search(self.values["q"]).order_by().values("pk")
            found = found.filter(project__in=named)
        return narrowed(found, self.values, self.form.programmes)


def narrowed(found: EffectSheetQuerySet, values: Mapping[str, Any], programmes: list[Programme]) -> EffectSheetQuerySet:
    """The sheets that fit the filters which dashboard and list share."""
    conditions = {
        "year_from": "project__year__gte",
        "year_to": "project__year__lte",
        "source": "project__source",
        "activity": "project__activity",
        "sector": "project__sector",
        "province": "project__province__current__key",
    }
    for name, path in conditions.items():
        if values.get(name):
            found = found.filter(**{path: "" if values[name] == NOWHERE else values[name]})
    place = values.get("place")
    if place == NOWHERE:
        found = found.filter(beneficiary__establishment__commune__isnull=True)
    elif place:
        found = found.filter(beneficiary__establishment__commune__kind=place)
    chosen = next((one for one in programmes if str(one.pk) == values.get("programme")), None)
    return found.filter(of_programme(chosen)) if chosen else found


def of_programme(programme: Programme) -> Q:
    """The đề án of a programme: of national money for the nation, of all money in the province for a province."""
    years = Q(project__year__gte=programme.first_year, project__year__lte=programme.last_year)
    province = programme.agency.province
    if province is None:
        return years & Q(project__source=FundingSource.NATIONAL)
    current = Q(project__province__current=province) if province.is_today else Q(project__province=province)
    return years & current
