"""The filters of the list of đề án; all of them live in the URL."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet

from khuyencong.core.forms import StyledForm
from khuyencong.law.catalogue import activity_choices
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.people.permissions import Permission, allowed
from khuyencong.places.models import Province
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import Project, ProjectQuerySet
from khuyencong.projects.states import COMMITTED, ProjectState

OPEN_STATES = frozenset({ProjectState.SUBMITTED, ProjectState.BASE_APPRAISED, ProjectState.CENTRAL_APPRAISED})
GROUPS = {"committed": COMMITTED, "open": OPEN_STATES}
GROUP_CHOICES = (("committed", "Đã phê duyệt trở đi"), ("open", "Đang xét"))


class KeysFilter(django_filters.BaseInFilter, django_filters.CharFilter):  # type: ignore[misc]  # the library has no types
    """Several keys with commas between them, as links to this list carry them."""


class ProjectFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Search and filters; unknown values find nothing rather than everything."""

    q = django_filters.CharFilter(label="Tìm", method="find", max_length=200)
    year = django_filters.NumberFilter(label="Năm", field_name="year", min_value=2000, max_value=2100)
    source = django_filters.ChoiceFilter(label="Nguồn", choices=FundingSource.choices, empty_label="Mọi nguồn")
    state = django_filters.ChoiceFilter(label="Trạng thái", choices=ProjectState.choices, empty_label="Mọi trạng thái")
    activity = django_filters.ChoiceFilter(label="Nội dung", choices=activity_choices, empty_label="Mọi nội dung")
    group = django_filters.ChoiceFilter(label="Nhóm", choices=GROUP_CHOICES, method="of_group", empty_label="Tất cả")
    province = django_filters.ModelChoiceFilter(
        label="Tỉnh",
        queryset=Province.objects.filter(valid_to__isnull=True),
        to_field_name="key",
        field_name="province__current",
        empty_label="Mọi tỉnh",
    )
    province_then = django_filters.ModelChoiceFilter(
        label="Tỉnh khi ấy",
        queryset=Province.objects.all(),
        to_field_name="key",
        field_name="province",
        widget=forms.HiddenInput,
    )
    mine = django_filters.BooleanFilter(label="Tôi phụ trách", method="of_mine", widget=forms.CheckboxInput)
    provinces = KeysFilter(field_name="province__current__key", lookup_expr="in", widget=forms.HiddenInput)
    provinces_then = KeysFilter(field_name="province__key", lookup_expr="in", widget=forms.HiddenInput)
    unit = django_filters.ModelChoiceFilter(
        label="Đơn vị", queryset=Agency.objects.all(), field_name="implementing_unit", widget=forms.HiddenInput
    )

    class Meta:
        model = Project
        fields: tuple[str, ...] = ()
        form = StyledForm

    def __init__(self, data: Any, *, actor: Actor, queryset: ProjectQuerySet) -> None:
        super().__init__(data, queryset=queryset)
        self.actor = actor
        if not allowed(actor, Permission.PROJECT_EDIT):
            self.form.fields["mine"].widget = forms.HiddenInput()  # nobody else is ever in charge
        if actor.agency.province_id is not None:
            self.form.fields["province"].widget = forms.HiddenInput()

    @property
    def qs(self) -> ProjectQuerySet:
        """The rows found; none where a filter could not be read."""
        found: ProjectQuerySet = super().qs if self.form.is_valid() else self.queryset.none()
        return found

    def find(self, queryset: ProjectQuerySet, _name: str, value: str) -> ProjectQuerySet:
        return queryset.search(value)

    def of_mine(self, queryset: QuerySet[Project], _name: str, value: object) -> QuerySet[Project]:
        return queryset.filter(in_charge=self.actor.user) if value is True else queryset

    def of_group(self, queryset: QuerySet[Project], _name: str, value: str) -> QuerySet[Project]:
        return queryset.filter(state__in=GROUPS[value])
