"""The form of an establishment's entry."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from khuyencong.areas.models import CraftVillage
from khuyencong.core.creation import CreationKeyField
from khuyencong.core.distance import degrees
from khuyencong.core.errors import Refused
from khuyencong.core.fields import DongField, NFCField, WholeNumberField
from khuyencong.core.forms import FieldGroup, StyledForm, VersionedForm
from khuyencong.establishments import rules, tax_code
from khuyencong.establishments.ethnic_groups import ethnic_groups
from khuyencong.establishments.models import MAX_WORKERS, Establishment, EstablishmentKind, Gender
from khuyencong.law.catalogue import sector_choices
from khuyencong.people.actors import Actor
from khuyencong.places.models import Commune, Province

KINDS = [choice for choice in EstablishmentKind.choices if choice[0] != EstablishmentKind.UNKNOWN]
PEOPLES = "danh-muc-dan-toc"  # id of the list of suggestions in the template
IDENTITY_DIGITS = 12
_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,15})?", re.ASCII)


class DegreesField(forms.Field):
    """Degrees of latitude or longitude, WGS 84, typed with a comma or a point; cleans to float, or None when empty."""

    widget = forms.TextInput
    default_error_messages = {"invalid": "Ghi số độ thập phân, ví dụ 10,4567 (như trên bản đồ trong điện thoại)."}

    def to_python(self, value: Any) -> float | None:
        """A comma is the point that Vietnamese writes."""
        if isinstance(value, float):
            return value
        text = str(value or "").strip().replace(",", ".")
        if not text:
            return None
        if not _DEGREES.fullmatch(text):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return float(text)

    def prepare_value(self, value: Any) -> Any:
        """With a comma; what the user typed is shown again as typed."""
        return degrees(value) if isinstance(value, float) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """A short input with the keyboard of digits."""
        return {**super().widget_attrs(widget), "inputmode": "decimal", "autocomplete": "off", "data-short": True}


class ProvinceSelect(forms.Select):
    """With a button that brings the communes of the province, so that the page also works without a script."""

    template_name = "establishments/province_select.html"


class EstablishmentForm(StyledForm):
    """What the registry keeps of an establishment; what only some have stands folded."""

    folded = (
        FieldGroup(
            "Vị trí trên bản đồ",
            ("latitude", "longitude"),
            "Để trống thì bản đồ dùng điểm của xã, phường, đặc khu.",
        ),
        FieldGroup(
            "Chủ cơ sở, người liên hệ",
            (
                "owner_name",
                "owner_gender",
                "owner_ethnicity",
                "owner_born_in",
                "owner_id_number",
                "women_owned",
                "ethnic_minority_owned",
                "contact",
                "phone",
                "email",
            ),
            "Giới tính, dân tộc của chủ cơ sở dùng khi xét ưu tiên theo NĐ 235/2025. Số định danh, năm sinh, điện "
            "thoại chỉ hiện đủ với người được xem dữ liệu cá nhân.",
        ),
        FieldGroup("Lao động và vốn", ("women_workers", "ethnic_workers", "charter_capital")),
        FieldGroup("Ngành nghề khác", ("other_sectors",)),
        FieldGroup("Làng nghề", ("craft_village",), "Dùng khi xét địa bàn."),
    )

    name = NFCField(label="Tên cơ sở", max_length=300)
    kind = forms.ChoiceField(label="Loại hình", choices=[("", "— chọn —"), *KINDS])
    tax_code = NFCField(
        label="Mã số thuế", required=False, max_length=20, help_text=f"{tax_code.HELP} Để trống nếu chưa có."
    )
    registration_number = NFCField(
        label="Số đăng ký hộ kinh doanh, hợp tác xã",
        max_length=40,
        required=False,
        help_text="Ghi như trong giấy chứng nhận, nếu khác mã số thuế.",
    )
    province = forms.ModelChoiceField(
        label="Tỉnh, thành phố", queryset=Province.objects.filter(valid_to__isnull=True), empty_label="— chọn —"
    )
    commune = forms.ModelChoiceField(
        label="Xã, phường, đặc khu", queryset=Commune.objects.none(), required=False, empty_label="— chưa rõ —"
    )
    province_before = forms.ModelChoiceField(
        label="Thuộc tỉnh nào trước 01/07/2025",
        queryset=Province.objects.filter(valid_to__isnull=False),
        required=False,
        empty_label="— không rõ —",
        help_text="Định mức cũ của tỉnh ấy còn áp dụng khi tỉnh mới chưa ban hành.",
    )
    place_text = NFCField(label="Địa chỉ", max_length=300, required=False, help_text="Ghi như trong giấy tờ của cơ sở.")
    sector = forms.ChoiceField(label="Ngành nghề chính", help_text="Theo Điều 5 NĐ 45/2012.")
    workers = WholeNumberField(label="Số lao động", required=False, min_value=0, max_value=MAX_WORKERS)
    latitude = DegreesField(label="Vĩ độ", required=False)
    longitude = DegreesField(label="Kinh độ", required=False)
    owner_name = NFCField(label="Chủ cơ sở, người đại diện", max_length=120, required=False)
    owner_gender = forms.ChoiceField(
        label="Giới tính của chủ cơ sở", required=False, choices=[("", "— chưa rõ —"), *Gender.choices]
    )
    owner_ethnicity = NFCField(
        label="Dân tộc của chủ cơ sở",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"list": PEOPLES, "autocomplete": "off"}),
    )
    owner_born_in = forms.IntegerField(
        label="Năm sinh của chủ cơ sở",
        required=False,
        min_value=1900,
        max_value=2100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "data-short": True, "autocomplete": "off"}),
    )
    owner_id_number = forms.RegexField(
        label="Số định danh cá nhân của chủ cơ sở",
        regex=rf"^[0-9]{{{IDENTITY_DIGITS}}}\Z",
        required=False,
        strip=True,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": f"Số định danh cá nhân có {IDENTITY_DIGITS} chữ số."},
    )
    women_owned = forms.BooleanField(label="Cơ sở do phụ nữ làm chủ", required=False)
    ethnic_minority_owned = forms.BooleanField(label="Cơ sở do người dân tộc thiểu số làm chủ", required=False)
    contact = NFCField(label="Người liên hệ", max_length=120, required=False)
    phone = forms.RegexField(
        label="Điện thoại",
        regex=r"^[0-9+ .()-]{6,20}$",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        error_messages={"invalid": "Số điện thoại chỉ gồm chữ số, dấu +, dấu cách, dấu chấm hoặc gạch."},
    )
    email = forms.EmailField(
        label="Thư điện tử",
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": "Địa chỉ thư điện tử không đúng dạng, ví dụ ten@vi-du.vn."},
    )
    women_workers = WholeNumberField(label="Trong đó lao động nữ", required=False, min_value=0, max_value=MAX_WORKERS)
    ethnic_workers = WholeNumberField(
        label="Trong đó lao động dân tộc thiểu số", required=False, min_value=0, max_value=MAX_WORKERS
    )
    charter_capital = DongField(
        label="Vốn điều lệ",
        required=False,
        min_value=1,
        help_text="Theo giấy chứng nhận đăng ký. Một số tỉnh chia bậc mức hỗ trợ theo vốn điều lệ.",
    )
    other_sectors = forms.MultipleChoiceField(
        label="Ngành nghề khác", required=False, widget=forms.CheckboxSelectMultiple
    )
    craft_village = forms.ModelChoiceField(
        label="Làng nghề được công nhận",
        queryset=CraftVillage.objects.none(),
        required=False,
        empty_label="— không ở trong làng nghề —",
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("sector", [("", "— chọn —"), *sector_choices()])
        self.choose("other_sectors", sector_choices())
        own = actor.agency.province
        if own is not None:
            self._offer("province", Province.objects.filter(Q(pk=own.pk) | Q(pk=self._kept("province"))))
            self.fields["province"].initial = own.pk
        self.chosen_province = self._chosen_province() or (own.pk if own is not None else None)
        # Whoever works in one province has its communes from the start; others first say which.
        if own is None:
            self.fields["province"].widget = ProvinceSelect(choices=self._choices("province"))
        if self.chosen_province is None:
            self.fields["commune"].help_text = "Chọn tỉnh, rồi bấm «Hiện xã của tỉnh đã chọn»."
            return
        chosen = self.chosen_province
        # A unit that is gone stays choosable where the entry was written in it.
        communes = Q(province=chosen, valid_to__isnull=True) | Q(pk=self._kept("commune"))
        self._offer("commune", Commune.objects.filter(communes))
        self._offer("craft_village", CraftVillage.objects.filter(province__current=chosen))
        self._offer("province_before", Province.objects.filter(current=chosen, valid_to__isnull=False))
        commune = self._chosen_commune()
        if commune is not None:
            point = f"{degrees(commune.latitude)}; {degrees(commune.longitude)}"
            self.fields["latitude"].help_text = f"Chưa ghi riêng thì dùng điểm của {commune.name}: {point}."

    @property
    def peoples(self) -> tuple[str, ...]:
        """What the box for the people (dân tộc) suggests."""
        return ethnic_groups().names

    def _chosen_commune(self) -> Commune | None:
        """The commune chosen so far, whose point stands for the establishment as long as it has none of its own."""
        value, field = self["commune"].value(), self.fields["commune"]
        if isinstance(value, Commune):
            return value
        key = _key(value)
        if key is None or not isinstance(field, forms.ModelChoiceField):
            return None
        offered: QuerySet[Commune] | None = field.queryset
        return offered.filter(pk=key).first() if offered is not None else None

    def _offer(self, name: str, queryset: QuerySet[Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = queryset

    def _choices(self, name: str) -> Any:
        field = self.fields[name]
        return field.choices if isinstance(field, forms.ModelChoiceField) else ()

    def _kept(self, name: str) -> int | None:
        """The unit in which the entry stands so far."""
        value = self.initial.get(name)
        return value.pk if isinstance(value, Province | Commune) else None

    def _chosen_province(self) -> int | None:
        """The province posted, asked for, or of the establishment that is edited."""
        for value in (self.data.get("province"), self.initial.get("province")):
            key = value.pk if isinstance(value, Province) else _key(value)
            if key is not None:
                return key
        return None

    def clean(self) -> dict[str, Any]:
        """The tax code, places inside one another, a whole point, parts no larger than the whole."""
        data = super().clean() or {}
        self._clean_places(data)
        if "tax_code" in data:
            try:
                data["tax_code"] = tax_code.check_tax_code(data["tax_code"], data.get("kind", ""))
            except ValueError as error:
                self.add_error("tax_code", str(error))
        for name, what in rules.PARTS:
            sentence = rules.too_many(data.get("workers"), data.get(name), what)
            if sentence:
                self.add_error(name, sentence)
        if not {"latitude", "longitude"} & self.errors.keys():
            latitude, longitude = data.get("latitude"), data.get("longitude")
            sentence = rules.wrong_point(latitude, longitude)
            if sentence:
                self.add_error("longitude" if longitude is None and latitude is not None else "latitude", sentence)
        return data

    def _clean_places(self, data: dict[str, Any]) -> None:
        province, commune, before = data.get("province"), data.get("commune"), data.get("province_before")
        unchanged = commune is not None and commune.pk == self._kept("commune")
        if province and commune and commune.province_id != province.pk and not unchanged:
            self.add_error("commune", "Xã, phường này không thuộc tỉnh đã chọn.")
        if province and before and before.current_id != province.pk:
            self.add_error("province_before", "Tỉnh này không hợp thành tỉnh đã chọn.")

    def clean_other_sectors(self) -> list[str]:
        """Without the main trade, in the order of the law."""
        try:
            return rules.other_sectors(self.cleaned_data.get("sector", ""), self.cleaned_data["other_sectors"])
        except Refused as error:
            raise forms.ValidationError(error.sentence) from None


class NewEstablishmentForm(EstablishmentForm):
    creation_key = CreationKeyField()


class EditEstablishmentForm(VersionedForm, EstablishmentForm):
    """The establishment again."""


def _key(value: object) -> int | None:
    """The primary key that a box has sent; None for anything that is none."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004  # fits an int column


def initial_of(establishment: Establishment, names: tuple[str, ...]) -> dict[str, Any]:
    """What the form of an establishment that stands starts from; `names` are those of `actions.FIELDS`."""
    return {name: getattr(establishment, name) for name in names} | {"version": establishment.version}
