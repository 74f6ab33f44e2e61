"""What may be asked of the queue of an appraiser; all of it lives in the address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django_filters
from django import forms

from khuyencong.core.forms import StyledForm
from khuyencong.desk.review.queue import QueueRow, waiting_for
from khuyencong.law.catalogue import activity_choices
from khuyencong.people.actors import Actor
from khuyencong.places.models import Province
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import Project, ProjectQuerySet

RETURNED = (("co", "Đã trả lại trước đây"), ("chua", "Gửi lần đầu"))
FINDINGS = (("chan", "Có điều bị chặn"), ("xac-nhan", "Có điều cần xác nhận"), ("sach", "Không vướng gì"))
HOLDS: dict[str, Callable[[QueueRow], bool]] = {
    "chan": lambda row: bool(row.blockers),
    "xac-nhan": lambda row: bool(row.to_confirm),
    "sach": lambda row: row.is_clean,
}


class QueueFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Filters of the queue; unknown values find nothing rather than everything.

    `findings` is no question to the database: the law is asked about each đề án (`HOLDS`).
    """

    source = django_filters.ChoiceFilter(label="Nguồn", choices=FundingSource.choices, empty_label="Mọi nguồn")
    activity = django_filters.ChoiceFilter(label="Nội dung", choices=activity_choices, empty_label="Mọi nội dung")
    province = django_filters.ModelChoiceFilter(
        label="Tỉnh",
        queryset=Province.objects.filter(valid_to__isnull=True),
        to_field_name="key",
        field_name="province__current",
        empty_label="Mọi tỉnh",
    )
    returned = django_filters.ChoiceFilter(
        label="Lần gửi", choices=RETURNED, method="of_submission", empty_label="Mọi lần gửi"
    )
    findings = django_filters.ChoiceFilter(
        label="Theo quy định", choices=FINDINGS, method="as_is", empty_label="Tất cả"
    )

    class Meta:
        model = Project
        fields: tuple[str, ...] = ()
        form = StyledForm

    def __init__(self, data: Any, *, actor: Actor) -> None:
        super().__init__(data, queryset=waiting_for(actor))
        if actor.agency.province_id is not None:
            self.form.fields["province"].widget = forms.HiddenInput()
        if actor.is_national:
            self.form.fields["source"].widget = forms.HiddenInput()  # it appraises national money only

    @property
    def qs(self) -> ProjectQuerySet:
        """The rows found; none where a filter could not be read."""
        found: ProjectQuerySet = super().qs if self.form.is_valid() else self.queryset.none()
        return found

    @property
    def wanted(self) -> Callable[[QueueRow], bool] | None:
        """What the findings of a row must be; None where nothing is asked of them."""
        return HOLDS.get(self.form.cleaned_data.get("findings", "")) if self.form.is_valid() else None

    def of_submission(self, queryset: ProjectQuerySet, _name: str, value: str) -> ProjectQuerySet:
        again = queryset.filter(submission__gt=1)
        return again if value == "co" else queryset.filter(submission__lte=1)

    def as_is(self, queryset: ProjectQuerySet, _name: str, _value: str) -> ProjectQuerySet:
        return queryset
