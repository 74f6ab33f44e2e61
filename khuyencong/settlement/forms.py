"""Forms of vouchers, settlement, claims, liquidation and reconciliation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from khuyencong.core.creation import CreationKeyField
from khuyencong.core.dates import today
from khuyencong.core.fields import DongField, NFCField, VNDateField
from khuyencong.core.forms import FieldGroup, StyledForm, VersionedForm
from khuyencong.finance.forms import day_field, number_field
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import EstimateLine
from khuyencong.settlement.actions import Volume, VoucherInput
from khuyencong.settlement.models import ClaimBasis, VoucherKind, Way
from khuyencong.settlement.queries import Filter, Standing

LARGEST_KEY = 2**62


def _words(label: str, *, required: bool = True, help_text: str = "", longest: int = 2_000) -> NFCField:
    return NFCField(
        label=label,
        max_length=longest,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SettlementForm(VersionedForm):
    """The settlement paper, the way of the file, and why it is late where it is."""

    number = number_field("Số văn bản quyết toán")
    settled_on = day_field("Ngày quyết toán")
    way = forms.ChoiceField(
        label="Hồ sơ của đơn vị thực hiện", choices=Way.choices, initial=Way.OWN, widget=forms.RadioSelect
    )
    invoice = NFCField(
        label="Hóa đơn của đơn vị (số, ngày)",
        max_length=120,
        required=False,
        help_text="Khi đơn vị lập hóa đơn tài chính cho cơ quan (Đ19.2).",
    )
    reason = _words(
        "Lý do lập hồ sơ chậm", required=False, help_text="Bắt buộc sau ngày 22/01 của năm sau (TT 36/2013 Đ18.3)."
    )


class VolumeForm(SettlementForm):
    """The same with the papers of force majeure: TT 36/2013 Đ18.4."""

    explanation = number_field("Văn bản giải trình của đơn vị (số, ngày)", max_length=200)
    record = number_field("Biên bản xác nhận khối lượng đã thực hiện (số, ngày)", max_length=200)
    confirmed_by = NFCField(
        label="Cơ quan xác nhận", max_length=300, help_text="Sở Công Thương và UBND xã (hoặc huyện) nơi thực hiện."
    )
    decision = number_field("Quyết định cho quyết toán theo khối lượng (số)", max_length=200)
    decision_on = day_field("Ngày quyết định")

    @property
    def volume(self) -> Volume | None:
        """The papers; None where none is named. Only of a valid form."""
        data = self.cleaned_data
        if not any(data.get(name) for name in ("explanation", "record", "confirmed_by", "decision")):
            return None
        return Volume(
            explanation=data["explanation"],
            record=data["record"],
            confirmed_by=data["confirmed_by"],
            decision=data["decision"],
            decision_on=data["decision_on"] or data["settled_on"],
        )


class StoppedForm(VolumeForm):
    """Of a stopped đề án, which goes by its file or, where force majeure stopped it, by volume: all of that or nothing."""

    folded = (
        FieldGroup(
            "Quyết toán theo khối lượng do bất khả kháng (Đ18.4)",
            ("explanation", "record", "confirmed_by", "decision", "decision_on"),
            note="Chỉ ghi khi đề án không hoàn thành vì lý do bất khả kháng.",
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.folded[0].names:
            self.fields[name].required = False
        self.fields["decision_on"].initial = None


class RecoveryForm(VersionedForm):
    """Money that came back."""

    amount = DongField(label="Số tiền đã nộp trả", min_value=1)
    document = number_field("Số chứng từ nộp trả", "Mỗi số chứng từ chỉ ghi được một lần trong năm.", max_length=200)
    on = day_field("Ngày nộp trả")


class ClaimForm(VersionedForm):
    """A decision that money comes back."""

    creation_key = CreationKeyField()
    basis = forms.ChoiceField(label="Căn cứ", choices=ClaimBasis.choices, widget=forms.RadioSelect)
    decision = number_field("Số quyết định, kết luận", max_length=200)
    decided_on = day_field("Ngày quyết định")
    rule = NFCField(
        label="Quy định của tỉnh về hỗ trợ có thu hồi",
        max_length=200,
        required=False,
        help_text="Chỉ với kinh phí hỗ trợ có thu hồi: văn bản, điều khoản của tỉnh.",
    )
    amount = DongField(label="Số tiền phải hoàn trả", min_value=1)
    reason = _words("Lý do", required=False)

    def __init__(self, *args: Any, bases: Sequence[ClaimBasis], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("basis", [(one.value, one.label) for one in bases])


class ReviseClaimForm(VersionedForm):
    """A later decision: less is owed, or later."""

    document = number_field("Số văn bản điều chỉnh", max_length=200)
    on = day_field("Ngày văn bản")
    reason = _words("Lý do điều chỉnh")


class InstalmentForm(StyledForm):
    """One instalment of a claim. An empty row is left out."""

    use_required_attribute = False
    due_on = VNDateField(label="Hạn nộp", required=False)
    amount = DongField(label="Số tiền", required=False)

    def clean(self) -> dict[str, Any]:
        """Both or neither."""
        data = super().clean() or {}
        for name, other in (("due_on", "amount"), ("amount", "due_on")):
            if data.get(name) and not data.get(other) and other not in self.errors:
                self.add_error(other, "Hãy nhập mục này.")
        return data


class VoucherForm(StyledForm):
    """One row of vouchers. An empty row is left out."""

    use_required_attribute = False
    kind = forms.ChoiceField(label="Loại chứng từ", choices=VoucherKind.choices)
    number = number_field("Số chứng từ")
    day = VNDateField(label="Ngày chứng từ")
    payee = NFCField(label="Người nhận tiền", max_length=200)
    line = forms.TypedChoiceField(label="Nội dung chi theo dự toán", coerce=int)
    support = DongField(label="Kinh phí khuyến công", required=False)
    counterpart = DongField(label="Đóng góp", required=False)
    other = DongField(label="Nguồn khác", required=False)

    def __init__(self, *args: Any, lines: Sequence[EstimateLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("line", [(one.pk, line_label(one)) for one in lines])

    def voucher(self, place: str) -> VoucherInput:
        """What was typed; only of a valid row."""
        data = self.cleaned_data
        return VoucherInput(
            kind=VoucherKind(data["kind"]),
            number=data["number"],
            day=data["day"],
            payee=data["payee"],
            line_id=data["line"],
            support=data["support"] or 0,
            counterpart=data["counterpart"] or 0,
            other=data["other"] or 0,
            place=place,
        )


def line_label(line: EstimateLine) -> str:
    """A content of the estimate with the establishment it is for; expects `beneficiary__establishment` loaded."""
    return f"{line.content} ({line.beneficiary})" if line.beneficiary else line.content


class VoucherSetForm(VersionedForm):
    """The version that rows of vouchers are written on."""


class VoucherFileForm(VersionedForm):
    """A list of vouchers as an Excel file."""

    file = forms.FileField(label="Danh sách chứng từ (.xlsx)", widget=forms.FileInput(attrs={"accept": ".xlsx"}))


class LiquidationForm(VersionedForm):
    """The minutes of liquidation (Mẫu số 6)."""

    number = number_field("Số biên bản thanh lý")
    on = day_field("Ngày thanh lý")


class ReconciliationForm(VersionedForm):
    """Who signed Mẫu số 10 for each side."""

    number = number_field("Số bảng đối chiếu")
    on = day_field("Ngày ký")
    signed_for_payer = NFCField(label="Người ký của cơ quan giữ kinh phí", max_length=200, help_text="Họ tên, chức vụ.")
    signed_for_unit = NFCField(label="Người ký của đơn vị thực hiện", max_length=200, help_text="Họ tên, chức vụ.")


class ListFilter(StyledForm):
    """Filters of the list; an unknown value is as good as none."""

    q = NFCField(label="Tìm đề án", max_length=200, required=False)
    trang_thai = forms.ChoiceField(
        label="Tình trạng", required=False, choices=[(one.value, one.label) for one in Standing]
    )
    nam = forms.TypedChoiceField(label="Năm", required=False, coerce=int, empty_value=None)
    nguon = forms.ChoiceField(
        label="Nguồn kinh phí", required=False, choices=[("", "Mọi nguồn"), *FundingSource.choices]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = range(today().year, today().year - 12, -1)
        self.choose("nam", [("", "Mọi năm"), *((year, str(year)) for year in years)])

    @property
    def asked(self) -> Filter:
        """What is asked for; what cannot be read is left out."""
        self.is_valid()
        data = self.cleaned_data
        return Filter(
            standing=Standing(data.get("trang_thai") or Standing.OPEN),
            year=data.get("nam"),
            source=data.get("nguon") or "",
            q=data.get("q") or "",
        )
