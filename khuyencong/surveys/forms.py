"""The survey as it is filled in on the spot, and what an officer does with it."""

from __future__ import annotations

from typing import Any

from django import forms

from khuyencong.core.creation import CreationKeyField
from khuyencong.core.dates import format_date, today
from khuyencong.core.fields import DongField, NFCField, VNDateField, WholeNumberField
from khuyencong.core.forms import FieldGroup, StyledForm, VersionedForm
from khuyencong.establishments.models import MAX_WORKERS, Establishment, EstablishmentKind
from khuyencong.establishments.tax_code import HELP, check_tax_code
from khuyencong.law.catalogue import activity_choices, sector_choices
from khuyencong.people.actors import Actor
from khuyencong.people.models import AgencyKind
from khuyencong.places.models import Commune

KINDS = [choice for choice in EstablishmentKind.choices if choice[0] != EstablishmentKind.UNKNOWN]
NOT_KNOWN = ("", "— chưa rõ —")


def communes_for(actor: Actor) -> Any:
    """The communes of today in which the actor may survey."""
    communes = Commune.objects.filter(valid_to__isnull=True).select_related("province")
    if actor.agency.kind == AgencyKind.COMMUNE and actor.agency.commune:
        return communes.filter(pk=actor.agency.commune.current_id or actor.agency.commune.pk)
    return communes.filter(province=actor.province_id) if actor.province_id else communes


class SurveyForm(StyledForm):
    """One visit. Only the name, the place and the day are asked for: the rest is what could be learnt."""

    folded = (
        FieldGroup("Thêm về cơ sở", ("kind", "tax_code", "sector", "workers", "place_text")),
        FieldGroup("Vị trí trên bản đồ", ("latitude", "longitude")),
    )

    name = NFCField(label="Tên cơ sở", max_length=300)
    commune = forms.ModelChoiceField(label="Xã, phường, đặc khu", queryset=Commune.objects.none())
    surveyed_on = VNDateField(label="Ngày khảo sát")
    owner_name = NFCField(label="Chủ cơ sở", max_length=120, required=False)
    phone = forms.RegexField(
        label="Điện thoại",
        regex=r"^[0-9+ .()-]{6,20}\Z",
        required=False,
        max_length=20,
        error_messages={"invalid": "Số điện thoại chỉ gồm chữ số, dấu +, dấu cách, dấu chấm hoặc gạch."},
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    activity = forms.ChoiceField(label="Cần hỗ trợ việc gì", required=False)
    need = NFCField(
        label="Nhu cầu", max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Muốn mua máy gì, làm gì, vì sao.",
    )  # fmt: skip
    estimated_cost = DongField(label="Dự kiến chi phí", required=False, min_value=1)
    wanted_year = WholeNumberField(label="Năm mong muốn", required=False, min_value=2020, max_value=2100)
    note = NFCField(label="Ghi chú", max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    kind = forms.ChoiceField(label="Loại hình", choices=[NOT_KNOWN, *KINDS], required=False)
    tax_code = NFCField(label="Mã số thuế", max_length=20, required=False, help_text=HELP)
    sector = forms.ChoiceField(label="Ngành nghề", required=False)
    workers = WholeNumberField(label="Số lao động", required=False, min_value=0, max_value=MAX_WORKERS)
    place_text = NFCField(label="Địa chỉ", max_length=300, required=False)
    latitude = forms.FloatField(label="Vĩ độ", required=False, min_value=4, max_value=24)
    longitude = forms.FloatField(label="Kinh độ", required=False, min_value=101, max_value=119)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        communes = communes_for(actor)
        field = self.fields["commune"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = communes
            if actor.agency.kind == AgencyKind.COMMUNE:
                field.empty_label = None
        self.choose("activity", [NOT_KNOWN, *activity_choices(today())])
        self.choose("sector", [NOT_KNOWN, *sector_choices()])
        self.fields["surveyed_on"].initial = format_date(today())

    def clean(self) -> dict[str, Any]:
        """The tax code by its check digit; a point is whole or absent."""
        data = super().clean() or {}
        try:
            data["tax_code"] = check_tax_code(data.get("tax_code", ""), data.get("kind", ""))
        except ValueError as error:
            self.add_error("tax_code", str(error))
        if (data.get("latitude") is None) != (data.get("longitude") is None):
            self.add_error("latitude", "Ghi cả vĩ độ và kinh độ, hoặc để trống cả hai.")
        return data


class NewSurveyForm(SurveyForm):
    creation_key = CreationKeyField()
    kept_offline = forms.BooleanField(required=False, widget=forms.HiddenInput)


class CorrectSurveyForm(VersionedForm, SurveyForm):
    """The survey again, by whoever wrote it."""


class TakeInForm(VersionedForm):
    """Into which entry of the registry the survey goes."""

    establishment = forms.ModelChoiceField(
        label="Đưa vào hồ sơ",
        queryset=Establishment.objects.none(),
        required=False,
        empty_label="Hồ sơ mới, theo phiếu này",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, candidates: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["establishment"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = candidates


class RejectForm(VersionedForm):
    reason = NFCField(label="Lý do không dùng phiếu", max_length=300)
