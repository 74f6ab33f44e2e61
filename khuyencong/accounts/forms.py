"""Forms of agencies: who stands where, since when and by which document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from khuyencong.accounts.door import LONGEST_DOCUMENT
from khuyencong.accounts.queries import IN_TREE, communes_without_agency
from khuyencong.accounts.rules import MERGES, PARENTS
from khuyencong.core.fields import NFCField, VNDateField
from khuyencong.core.forms import StyledForm, VersionedForm
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, AgencyKind
from khuyencong.places.models import Province

ANY_KIND = (("", "Mọi loại"), *((kind.value, kind.label) for kind in IN_TREE))


class DocumentField(NFCField):
    """The document that a change rests on."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Văn bản")
        kwargs.setdefault("help_text", "Số, ngày và cơ quan ban hành, ví dụ: QĐ 12/QĐ-UBND ngày 05/08/2026.")
        super().__init__(max_length=LONGEST_DOCUMENT, **kwargs)


class AgencyFilter(StyledForm):
    q = NFCField(label="Tìm cơ quan", required=False, max_length=200, help_text="Không cần gõ dấu; tìm cả tên cũ.")
    kind = forms.ChoiceField(label="Loại", choices=ANY_KIND, required=False)
    on = VNDateField(label="Vào ngày", required=False)
    under = forms.SlugField(required=False, widget=forms.HiddenInput)


class ServiceForm(StyledForm):
    """A new organisation that offers services."""

    name = NFCField(label="Tên tổ chức", max_length=200)
    short_name = NFCField(label="Tên ngắn", max_length=80, required=False, help_text="Để trống thì dùng tên đầy đủ.")
    parent = forms.ModelChoiceField(label="Đứng dưới", queryset=Agency.objects.none(), empty_label="– chọn –")
    document = DocumentField(help_text="Quyết định thành lập, hoặc hợp đồng giao làm dịch vụ khuyến công.")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_agency(self, "parent", PARENTS[AgencyKind.SERVICE], actor)


class CommuneForm(StyledForm):
    """A commune that begins to work in the system, from the list of communes of a province."""

    commune = forms.TypedChoiceField(label="Xã, phường, đặc khu", coerce=int)

    def __init__(self, *args: Any, province: Province, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("commune", [("", "– chọn –"), *communes_without_agency(province)])


class RenameForm(VersionedForm):
    name = NFCField(label="Tên mới", max_length=200)
    short_name = NFCField(label="Tên ngắn", max_length=80)
    on = VNDateField(label="Từ ngày")
    document = DocumentField()


class ContactForm(VersionedForm):
    """How everybody reaches the office."""

    address = NFCField(label="Địa chỉ trụ sở", max_length=200, required=False)
    phone = forms.RegexField(
        r"^[0-9+() .-]{6,20}$",
        label="Điện thoại",
        required=False,
        error_messages={"invalid": "Số điện thoại gồm 6 đến 20 chữ số, có thể có dấu cách, dấu chấm."},
    )
    email = forms.EmailField(label="Thư điện tử của cơ quan", max_length=254, required=False)


class CorrectNameForm(VersionedForm):
    """Put right one of the dated names; which one is chosen by its address."""

    name = NFCField(label="Tên", max_length=200)
    short_name = NFCField(label="Tên ngắn hiện nay", max_length=80)
    from_on = VNDateField(
        label="Mang tên này từ ngày",
        required=False,
        help_text="Để trống nếu chưa biết. Tên có ngày và có văn bản được coi là đã xác minh.",
    )
    document = DocumentField(required=False)


class MoveForm(VersionedForm):
    parent = forms.ModelChoiceField(label="Đứng dưới", queryset=Agency.objects.none(), empty_label="– chọn –")
    on = VNDateField(label="Từ ngày")
    document = DocumentField()

    def __init__(self, *args: Any, agency: Agency, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_agency(self, "parent", PARENTS.get(agency.kind, ()), actor, beside=agency)


class CloseForm(VersionedForm):
    last_day = VNDateField(label="Ngày làm việc cuối cùng")
    document = DocumentField()


class MergeForm(VersionedForm):
    into = forms.ModelChoiceField(label="Sáp nhập vào", queryset=Agency.objects.none(), empty_label="– chọn –")
    on = VNDateField(label="Từ ngày", help_text="Ngày đầu tiên cơ quan kế thừa thay mặt cơ quan này.")
    document = DocumentField()

    def __init__(self, *args: Any, agency: Agency, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_agency(self, "into", MERGES.get(agency.kind, ()), actor, beside=agency)


def choose_agency(
    form: StyledForm, name: str, kinds: Iterable[str], actor: Actor, *, beside: Agency | None = None
) -> None:
    """Offer the active agencies of these kinds in the actor's scope; `beside` another: those of its province only."""
    rows = Agency.objects.in_scope_of(actor).filter(kind__in=list(kinds), active_to__isnull=True)
    if beside is not None:
        rows = rows.exclude(pk=beside.pk)
        if beside.home_province_id is not None and beside.kind != AgencyKind.SERVICE:
            rows = rows.filter(province__current=beside.home_province_id)
    field: Any = form.fields[name]
    field.queryset = rows
