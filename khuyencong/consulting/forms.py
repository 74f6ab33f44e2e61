"""Forms of consulting."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from khuyencong.appraisal.forms.spot import ManyFilesField, ManyFilesInput
from khuyencong.consulting.models import BookingKind, JobKind
from khuyencong.core.creation import CreationKeyField
from khuyencong.core.dates import today
from khuyencong.core.fields import DongField, NFCField, VNDateField, WholeNumberField
from khuyencong.core.forms import StyledForm, VersionedForm
from khuyencong.people.models import User
from khuyencong.projects.models import Beneficiary

SCANS = ".pdf,.docx,.xlsx,.jpg,.jpeg,.png"
SCANS_HELP = "PDF, Word (.docx), Excel (.xlsx) hoặc ảnh (.jpg, .png), mỗi tệp tối đa 20 MB, tổng 25 MB mỗi lần gửi."
NO_TAX = "Chưa có thuế giá trị gia tăng."


def _short(label: str, *, required: bool = True, help_text: str = "") -> NFCField:
    widget = forms.TextInput(attrs={"data-short": True, "autocomplete": "off"})
    return NFCField(label=label, max_length=60, required=required, help_text=help_text, widget=widget)


def _lines(label: str, *, rows: int = 3, required: bool = False, longest: int = 5_000) -> NFCField:
    return NFCField(label=label, required=required, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}))


class _ClientFields(forms.Form):
    name = NFCField(label="Tên khách hàng", max_length=300)
    address = NFCField(label="Địa chỉ", max_length=300, required=False)
    tax_code = NFCField(label="Mã số thuế", max_length=20, required=False)
    contact = NFCField(label="Người liên hệ", max_length=120, required=False)
    phone = NFCField(label="Điện thoại", max_length=40, required=False)
    note = _lines("Ghi chú", longest=2_000)


class ClientForm(_ClientFields, StyledForm):
    """A new client; one that is an establishment of the registry has its name from there."""

    creation_key = CreationKeyField()


class ClientEditForm(_ClientFields, VersionedForm):
    """What is written of a client."""


class _TargetFields(forms.Form):
    jobs = WholeNumberField(label="Số việc tư vấn", min_value=0, max_value=10_000)
    revenue = DongField(label="Doanh thu kế hoạch (đồng)", help_text=NO_TAX)
    cost = DongField(label="Chi phí kế hoạch (đồng)", required=False)
    document = NFCField(label="Văn bản giao chỉ tiêu", max_length=200)


class TargetForm(_TargetFields, StyledForm):
    """A target of a year."""

    creation_key = CreationKeyField()
    year = forms.IntegerField(
        label="Năm", min_value=2013, max_value=2100, widget=forms.NumberInput(attrs={"data-short": True})
    )
    kind = forms.ChoiceField(
        label="Loại việc", required=False, choices=[("", "Không chia theo loại"), *JobKind.choices]
    )
    field_order = ("creation_key", "year", "kind")


class TargetEditForm(_TargetFields, VersionedForm):
    """Other numbers by another document."""


class _OfferFields(forms.Form):
    kind = forms.ChoiceField(label="Loại việc", choices=JobKind.choices)
    title = NFCField(label="Nội dung tư vấn", max_length=300)
    offer_number = _short("Số báo giá", required=False)
    offered_on = VNDateField(label="Ngày chào giá", initial=today)
    offered = DongField(label="Giá chào (đồng)", help_text=NO_TAX)
    in_charge = forms.ModelChoiceField(
        queryset=User.objects.none(), label="Người phụ trách", required=False, empty_label="– chưa giao –"
    )
    note = _lines("Ghi chú")


def _offer(form: forms.Form, users: Iterable[User]) -> None:
    field = form.fields["in_charge"]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = User.objects.filter(pk__in=[user.pk for user in users]).order_by("sort_key")


class OfferForm(_OfferFields, StyledForm):
    """A new job."""

    creation_key = CreationKeyField()
    client = forms.ChoiceField(label="Khách hàng")
    field_order = ("creation_key", "client")

    def __init__(self, *args: Any, users: Iterable[User], clients: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, users)
        self.choose("client", [("", "– chọn –"), *((str(pk), name) for pk, name in clients)])


class OfferEditForm(_OfferFields, VersionedForm):
    """Another offer."""

    def __init__(self, *args: Any, users: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, users)


class SignForm(VersionedForm):
    """The contract."""

    number = _short("Số hợp đồng")
    on = VNDateField(label="Ngày ký", initial=today)
    value = DongField(label="Giá trị hợp đồng (đồng)", help_text=NO_TAX)
    ends_on = VNDateField(label="Hoàn thành chậm nhất ngày", required=False)


class PhaseForm(StyledForm):
    """One phase; a row without a name and an amount counts for nothing."""

    title = NFCField(label="Giai đoạn", max_length=300, required=False)
    amount = DongField(label="Giá trị (đồng)", required=False)
    due_on = VNDateField(label="Hạn", required=False)

    def clean(self) -> None:
        """Both or neither."""
        super().clean()
        title, amount = self.cleaned_data.get("title"), self.cleaned_data.get("amount")
        if bool(title) != (amount is not None) and not self.errors:
            raise forms.ValidationError("Hãy ghi cả tên giai đoạn và giá trị, hoặc bỏ trống cả hai.")


class AcceptForm(VersionedForm):
    """Minutes of acceptance of a phase."""

    on = VNDateField(label="Ngày nghiệm thu", initial=today)
    document = NFCField(label="Số biên bản nghiệm thu", max_length=200)


class AnnexForm(VersionedForm):
    """An annex to the contract."""

    number = _short("Số phụ lục")
    on = VNDateField(label="Ngày ký phụ lục", initial=today)
    value = DongField(label="Giá trị hợp đồng theo phụ lục (đồng)", help_text=NO_TAX)


class EndForm(VersionedForm):
    """Closing, stopping or losing a job."""

    on = VNDateField(label="Ngày", initial=today)
    reason = _lines("Lý do", required=True, longest=2_000)


class BookingForm(VersionedForm):
    """An invoice, a receipt, a refund, a debt given up or a cost."""

    on = VNDateField(label="Ngày chứng từ", initial=today)
    document = NFCField(label="Số chứng từ", max_length=100)
    amount = DongField(label="Số tiền (đồng)")
    tax = DongField(label="Thuế giá trị gia tăng (đồng)", required=False)
    what = NFCField(label="Nội dung", max_length=300, required=False)

    def __init__(self, *args: Any, kind: BookingKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind == BookingKind.INVOICE:
            self.fields["document"].label = "Ký hiệu và số hóa đơn"
            self.fields["amount"].help_text = NO_TAX
        else:
            del self.fields["tax"]
        if kind == BookingKind.WRITTEN_OFF:
            self.fields["document"].label = "Số biên bản, quyết định xử lý nợ"
            self.fields["amount"].help_text = "Doanh thu giữ theo hóa đơn; phần này không còn đòi khách hàng."


class ReasonForm(VersionedForm):
    """Why something is taken back."""

    reason = _lines("Lý do", required=True, longest=1_000)


class FilesForm(VersionedForm):
    """Contracts, minutes, what was delivered."""

    uploads = ManyFilesField(
        label="Tệp", allow_empty_file=True, help_text=SCANS_HELP, widget=ManyFilesInput(attrs={"accept": SCANS})
    )


class _AdviceFields(forms.Form):
    beneficiary = forms.ChoiceField(label="Cơ sở được tư vấn")
    subject = NFCField(label="Nội dung tư vấn", max_length=300)
    consultant = NFCField(label="Đơn vị, người tư vấn", max_length=300)
    from_on = VNDateField(label="Từ ngày")
    to_on = VNDateField(label="Đến ngày")
    days = forms.DecimalField(
        label="Số ngày tư vấn", max_digits=5, decimal_places=1, localize=True,
        widget=forms.TextInput(attrs={"data-short": True, "inputmode": "decimal"}), help_text="Ví dụ 3 hoặc 2,5.",
    )  # fmt: skip
    contract = NFCField(label="Số, ngày hợp đồng thuê tư vấn", max_length=120, required=False)
    cost = DongField(label="Chi phí tư vấn (đồng)", required=False, help_text="Theo hợp đồng thuê tư vấn.")
    result = _lines("Kết quả, sản phẩm tư vấn", required=True)


def _places(form: StyledForm, parts: Iterable[Beneficiary]) -> None:
    form.choose("beneficiary", [(str(one.pk), str(one)) for one in parts])


class AdviceForm(_AdviceFields, StyledForm):
    """What was advised."""

    creation_key = CreationKeyField()

    def __init__(self, *args: Any, parts: Iterable[Beneficiary], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _places(self, parts)


class AdviceEditForm(_AdviceFields, VersionedForm):
    """Put right what was written."""

    def __init__(self, *args: Any, parts: Iterable[Beneficiary], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _places(self, parts)
