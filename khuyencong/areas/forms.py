"""The forms of places: a day to look at, a row of a list, the end of one, a region."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q

from khuyencong.areas.models import CraftVillageKind
from khuyencong.core.creation import CreationKeyField
from khuyencong.core.fields import NFCField, VNDateField
from khuyencong.core.forms import StyledForm, VersionedForm
from khuyencong.law.catalogue import catalogue
from khuyencong.places.models import Commune, Province, Region

# Before it nothing is recorded about provinces; craft villages are older than that.
FIRST_YEAR = 1990


class DayForm(StyledForm):
    """The day of the list of provinces; lives in the address."""

    ngay = VNDateField(label="Ngày", first_year=FIRST_YEAR, required=False)


class SearchForm(StyledForm):
    """What is sought among the communes of a province; lives in the address."""

    q = NFCField(label="Tìm xã, phường, đặc khu", max_length=100, required=False)


class AreaForm(StyledForm):
    """What both lists ask for: which commune of the province, since when, by which document."""

    commune = forms.ModelChoiceField(
        label="Xã, phường, đặc khu", queryset=Commune.objects.none(), required=False, empty_label="— chưa rõ —"
    )
    document = NFCField(label="Văn bản", max_length=200, help_text="Số, ngày, cơ quan ban hành.")
    from_on = VNDateField(label="Từ ngày", first_year=FIRST_YEAR)

    def __init__(self, *args: Any, province: Province, **kwargs: Any) -> None:
        """Offer the communes of `province`, and on a row that is corrected also the one it names already."""
        super().__init__(*args, **kwargs)
        written = getattr(self.initial.get("commune"), "pk", None)
        field = self.fields["commune"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Commune.objects.filter(Q(province=province, valid_to__isnull=True) | Q(pk=written))


class CraftVillageForm(AreaForm):
    """A recognised craft village."""

    name = NFCField(label="Tên làng nghề", max_length=200)
    kind = forms.ChoiceField(label="Loại", choices=CraftVillageKind.choices)
    trade = NFCField(label="Nghề", max_length=120, required=False)

    field_order: tuple[str, ...] = ("name", "kind", "trade", "commune", "document", "from_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].label = "Quyết định công nhận"
        self.fields["from_on"].label = "Được công nhận từ ngày"


class PreferredAreaForm(AreaForm):
    """A commune, or the whole province, on a list of preferred areas."""

    priority_place = forms.ChoiceField(label="Loại địa bàn")
    # Asked for in so many words: a list that is left open must not become one of the whole province.
    whole_province = forms.BooleanField(label="Cả tỉnh, không riêng xã nào", required=False)
    note = NFCField(label="Ghi chú", max_length=200, required=False)

    field_order: tuple[str, ...] = ("priority_place", "commune", "whole_province", "document", "from_on", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = catalogue().priority_places.values()
        self.choose("priority_place", [(one.code, one.name) for one in known])
        field = self.fields["commune"]
        if isinstance(field, forms.ModelChoiceField):
            field.empty_label = "— chọn —"
        self.fields["document"].label = "Văn bản phê duyệt danh sách"

    def clean(self) -> dict[str, Any]:
        """A commune, or the whole province, and not both."""
        data = super().clean() or {}
        commune, whole = data.get("commune"), data.get("whole_province")
        if "commune" not in self.errors and bool(commune) == bool(whole):
            self.add_error("commune", "Hãy chọn một xã, phường, đặc khu, hoặc đánh dấu cả tỉnh.")
        return data


class NewCraftVillageForm(CraftVillageForm):
    creation_key = CreationKeyField()


class NewPreferredAreaForm(PreferredAreaForm):
    creation_key = CreationKeyField()


class _EndedFields(StyledForm):
    """On a row that has ended, its end can be corrected too, but not taken back."""

    to_on = VNDateField(label="Ngày cuối cùng", first_year=FIRST_YEAR)
    end_document = NFCField(label="Văn bản chấm dứt", max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.initial.get("to_on") is None:
            for name in ("to_on", "end_document"):
                del self.fields[name]


class EditCraftVillageForm(_EndedFields, VersionedForm, CraftVillageForm):
    """A craft village again."""

    field_order = (*CraftVillageForm.field_order, "to_on", "end_document")


class EditPreferredAreaForm(_EndedFields, VersionedForm, PreferredAreaForm):
    """A preferred area again."""

    field_order = (*PreferredAreaForm.field_order, "to_on", "end_document")


class EndForm(VersionedForm):
    """The end of a row: by which document, and the last day on which it counts."""

    end_document = NFCField(label="Văn bản chấm dứt", max_length=200, help_text="Số, ngày, cơ quan ban hành.")
    to_on = VNDateField(label="Ngày cuối cùng còn tính", first_year=FIRST_YEAR)


class RegionForm(VersionedForm):
    """From which day a province belongs to which region, by which document."""

    region = forms.ChoiceField(label="Khu vực khuyến công", choices=Region.choices)
    from_on = VNDateField(label="Từ ngày")
    document = NFCField(label="Văn bản", max_length=200, help_text="Số, ngày, cơ quan ban hành.")
