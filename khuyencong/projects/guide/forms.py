"""The form of each step: a part of the description, and the rows that belong to it."""

from __future__ import annotations

from typing import Any

from django import forms

from khuyencong.core.forms import VersionedForm
from khuyencong.places.models import Province
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.forms import EditProjectForm
from khuyencong.projects.models import Project


class GuideForm(EditProjectForm):
    """A part of the description, with a mark of the rows that the page was opened with."""

    rows_mark = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    own: tuple[str, ...] = ()

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        self.names = (*self.own, "rows_mark")
        super().__init__(*args, project=project, **kwargs)


class GeneralForm(GuideForm):
    """What, where, by whom, and by which norm and priority."""

    own = (
        "name",
        "kind",
        "activity",
        "sector",
        "spending",
        "province_before",
        "further_provinces",
        "commune",
        "place_text",
        "cooperating_unit",
        "selection",
        "selection_document",
        "priority_place",
        "priority_trade",
        "priority_multiplier",
        "priority_decision",
        "declared_norm_document",
        "declared_norm_article",
        "declared_norm_percent",
        "declared_norm_cap",
    )
    further_provinces = forms.ModelMultipleChoiceField(
        label="Thực hiện ở cả các tỉnh, thành phố khác",
        queryset=Province.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text="Đề án nhiều tỉnh gửi thẳng về Cục để thẩm định, không qua Sở (TT 36/2013 Đ8.1.b). "
        "Các tỉnh được chọn xem được đề án. Giữ phím Ctrl để chọn nhiều.",
    )
    field_order = own

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, project=project, **kwargs)
        if project.source == FundingSource.LOCAL:
            del self.fields["further_provinces"]
        else:
            others = Province.objects.filter(valid_to__isnull=True).exclude(current=project.province.current)
            self._queryset("further_provinces", others.order_by("sort_key"))


class TextsForm(GuideForm):
    """The texts of Đ5.2 to Đ5.4 and Đ5.7."""

    own = ("necessity", "aims", "scale", "superior", "organisation")


class WorkStepForm(GuideForm):
    """When it begins and ends, above the table of the work."""

    own = ("starts_on", "ends_on", "content")


class EffectsForm(GuideForm):
    """The effects of Đ5.8, above the table of the promised figures."""

    own = ("effects", "effect_economic", "effect_social", "effect_environment", "sustainability", "replicability")

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, project=project, **kwargs)
        if not project.effects:  # what is written today is told apart
            del self.fields["effects"]


class RowsHeadForm(VersionedForm):
    """Carries the version and the mark of the rows for a page that has only rows."""

    rows_mark = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
