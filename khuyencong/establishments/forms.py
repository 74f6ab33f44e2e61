"""The form of an establishment."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from khuyencong.areas.models import CraftVillage
from khuyencong.core.creation import CreationKeyField
from khuyencong.core.fields import DongField, NFCField, WholeNumberField
from khuyencong.core.forms import FieldGroup, StyledForm, VersionedForm
from khuyencong.establishments.models import MAX_WORKERS, EstablishmentKind
from khuyencong.law.catalogue import sector_choices
from khuyencong.people.actors import Actor
from khuyencong.places.models import Commune, Province

KINDS = [choice for choice in EstablishmentKind.choices if choice[0] != EstablishmentKind.UNKNOWN]


class EstablishmentForm(StyledForm):
    """What the registry keeps of an establishment."""

    folded = (
        FieldGroup(
            "Vốn, làng nghề, chủ sở hữu, chứng nhận",
            (
                "charter_capital",
                "craft_village",
                "women_owned",
                "ethnic_minority_owned",
            ),
            "Dùng khi định mức chia bậc, khi xét địa bàn và khi xếp thứ tự ưu tiên. Chỉ ghi những gì có giấy tờ.",
        ),
    )

    name = NFCField(label="Tên cơ sở", max_length=300)
    kind = forms.ChoiceField(label="Loại hình", choices=[("", "— chọn —"), *KINDS])
    tax_code = forms.RegexField(
        label="Mã số thuế",
        regex=r"^[0-9]{10}(-[0-9]{3})?\Z",
        required=False,
        strip=True,
        max_length=14,
        help_text="10 chữ số, hoặc 10 chữ số - 3 chữ số. Để trống nếu chưa có.",
        error_messages={"invalid": "Mã số thuế gồm 10 chữ số, hoặc 10 chữ số, dấu gạch và 3 chữ số."},
    )
    province = forms.ModelChoiceField(label="Tỉnh, thành phố", queryset=Province.objects.filter(valid_to__isnull=True))
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
    sector = forms.ChoiceField(label="Ngành nghề", help_text="Theo Điều 5 NĐ 45/2012.")
    workers = WholeNumberField(label="Số lao động", required=False, min_value=0, max_value=MAX_WORKERS)
    charter_capital = DongField(
        label="Vốn điều lệ",
        required=False,
        min_value=1,
        help_text="Theo giấy chứng nhận đăng ký. Một số tỉnh chia bậc mức hỗ trợ theo vốn điều lệ.",
    )
    craft_village = forms.ModelChoiceField(
        label="Làng nghề được công nhận",
        queryset=CraftVillage.objects.none(),
        required=False,
        empty_label="— không ở trong làng nghề —",
    )
    women_owned = forms.BooleanField(label="Cơ sở do phụ nữ làm chủ", required=False)
    ethnic_minority_owned = forms.BooleanField(label="Cơ sở do người dân tộc thiểu số làm chủ", required=False)
    contact = NFCField(label="Người liên hệ", max_length=120, required=False)
    phone = forms.RegexField(
        label="Điện thoại",
        regex=r"^[0-9+ .()-]{6,20}$",
        required=False,
        max_length=20,
        error_messages={"invalid": "Số điện thoại chỉ gồm chữ số, dấu +, dấu cách, dấu chấm hoặc gạch."},
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sector = self.fields["sector"]
        if isinstance(sector, forms.ChoiceField):
            sector.choices = [("", "— chọn —"), *sector_choices()]
        own = actor.agency.province
        if own is not None:
            self._offer("province", Province.objects.filter(pk=own.pk))
            self.fields["province"].initial = own.pk
        chosen = own.pk if own is not None else self._chosen_province()
        if chosen is None:
            self.fields["commune"].help_text = "Danh sách xã, phường hiện ra sau khi lưu tỉnh; mở lại để chọn."
            return
        self._offer("commune", Commune.objects.filter(province=chosen, valid_to__isnull=True))
        self._offer("craft_village", CraftVillage.objects.filter(province__current=chosen))
        self._offer("province_before", Province.objects.filter(current=chosen, valid_to__isnull=False))

    def _offer(self, name: str, queryset: QuerySet[Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = queryset

    def _chosen_province(self) -> int | None:
        """The province posted, or of the establishment that is edited; for whoever works in more than one."""
        posted = str(self.data.get("province", ""))
        if posted.isascii() and posted.isdigit() and len(posted) < 10:  # noqa: PLR2004  # fits an int column
            return int(posted)
        province = self.initial.get("province")
        return province.pk if isinstance(province, Province) else None

    def clean(self) -> dict[str, Any]:
        """The commune and the province of before lie in the province."""
        data = super().clean() or {}
        province, commune, before = data.get("province"), data.get("commune"), data.get("province_before")
        if province and commune and commune.province_id != province.pk:
            self.add_error("commune", "Xã, phường này không thuộc tỉnh đã chọn.")
        if province and before and before.current_id != province.pk:
            self.add_error("province_before", "Tỉnh này không hợp thành tỉnh đã chọn.")
        return data


class NewEstablishmentForm(EstablishmentForm):
    creation_key = CreationKeyField()


class EditEstablishmentForm(VersionedForm, EstablishmentForm):
    """The establishment again."""
