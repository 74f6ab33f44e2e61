"""The forms of an acceptance, of taking it back, of its files, and of handing over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from khuyencong.appraisal.forms.spot import DegreesField, ManyFilesField, ManyFilesInput
from khuyencong.core.dates import today
from khuyencong.core.fields import DongField, NFCField, VNDateField
from khuyencong.core.forms import FieldGroup, StyledForm, VersionedForm
from khuyencong.delivery.actions import InvoiceInput, ItemInput, ParticipantInput, TrialInput
from khuyencong.delivery.models import Condition, ParticipantRole, TrialResult

LARGEST_QUANTITY = 1_000_000
LAST, MORE = "cuoi", "con"
PHOTOS = ManyFilesInput(attrs={"accept": "image/jpeg,image/png"})


def _lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class AcceptanceForm(VersionedForm):
    """The minutes of nghiệm thu cơ sở."""

    number = NFCField(label="Số biên bản nghiệm thu", max_length=60)
    accepted_on = VNDateField(label="Ngày nghiệm thu", initial=today)
    place = NFCField(label="Địa điểm nghiệm thu", max_length=300, required=False)
    latitude = DegreesField(label="Vĩ độ", most=90, help_text="Ví dụ 10,45673.")
    longitude = DegreesField(label="Kinh độ", most=180, help_text="Ví dụ 105,63250.")
    is_last = forms.ChoiceField(
        label="Sau lần này",
        choices=[(LAST, "Là lần cuối: phần này nghiệm thu xong"), (MORE, "Còn nghiệm thu tiếp")],
        initial=LAST,
        widget=forms.RadioSelect,
        help_text="Khi mọi hạng mục đã nghiệm thu đủ thì lần này là lần cuối.",
    )
    undelivered = NFCField(
        label="Phần không thực hiện và lý do",
        max_length=2_000,
        required=False,
        widget=_lines(2),
        help_text="Bắt buộc khi lần cuối mà có hạng mục không có hoặc thiếu số lượng.",
    )
    unit_invoices = forms.BooleanField(label="Đơn vị thực hiện xuất hóa đơn tài chính cho bên giao", required=False)
    comment = NFCField(label="Nhận xét, kiến nghị", max_length=10_000, required=False, widget=_lines(3))
    explanation = NFCField(
        label="Giải trình các điểm phải xác nhận",
        max_length=2_000,
        required=False,
        widget=_lines(2),
        help_text="Ví dụ vì sao hóa đơn có trước ngày phê duyệt, tên ghi khác danh mục.",
    )
    photos = ManyFilesField(
        label="Ảnh tại cơ sở",
        required=False,
        widget=PHOTOS,
        help_text="JPEG hoặc PNG; giờ và tọa độ mà máy ảnh ghi được giữ cùng ảnh. Chọn ảnh sau khi xem trước.",
    )


class ItemForm(StyledForm):
    """What was found of one line of the estimate."""

    folded = (
        FieldGroup("Nơi làm ra máy, tình trạng", ("maker", "model", "country", "year_made", "condition")),
        FieldGroup(
            "Hóa đơn",
            ("seller", "seller_tax_code", "invoice_symbol", "invoice_number", "invoice_on", "invoice_amount"),
            "Một hóa đơn trả cho nhiều hạng mục thì ghi như nhau ở từng hạng mục.",
        ),
        FieldGroup("Chạy thử", ("trial_result", "trial_hours", "trial_promised", "trial_output", "trial_note")),
    )

    line = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    cost = DongField(label="Chi phí nghiệm thu", help_text="Ghi 0 nếu không thực hiện hoặc để lần sau.")
    quantity = forms.IntegerField(label="Số lượng", min_value=1, max_value=LARGEST_QUANTITY, initial=1)
    unit_price = DongField(label="Đơn giá", required=False, min_value=1)
    description = NFCField(label="Tên máy, thiết bị, hạng mục", max_length=300, required=False)
    serial = NFCField(
        label="Số máy", max_length=200, required=False, help_text="Nhiều máy: cách nhau bằng dấu chấm phẩy."
    )
    maker = NFCField(label="Nhãn hiệu, hãng sản xuất", max_length=160, required=False)
    model = NFCField(label="Ký hiệu, model", max_length=120, required=False)
    country = NFCField(label="Nước sản xuất", max_length=80, required=False)
    year_made = forms.IntegerField(label="Năm sản xuất", required=False, min_value=1950, max_value=2100)
    condition = forms.ChoiceField(label="Tình trạng", choices=Condition, initial=Condition.NEW, required=False)
    seller = NFCField(label="Bên bán", max_length=300, required=False)
    seller_tax_code = NFCField(label="Mã số thuế bên bán", max_length=20, required=False)
    invoice_symbol = NFCField(label="Ký hiệu hóa đơn", max_length=20, required=False)
    invoice_number = NFCField(label="Số hóa đơn", max_length=20, required=False)
    invoice_on = VNDateField(label="Ngày hóa đơn", required=False)
    invoice_amount = DongField(label="Số tiền trên hóa đơn", required=False, min_value=1)
    trial_result = forms.ChoiceField(label="Kết luận chạy thử", choices=TrialResult, required=False)
    trial_hours = forms.DecimalField(
        label="Số giờ chạy thử", required=False, min_value=0, max_digits=7, decimal_places=1, localize=True
    )
    trial_promised = NFCField(label="Kết quả theo đề án", max_length=300, required=False)
    trial_output = NFCField(label="Kết quả chạy thử", max_length=300, required=False)
    trial_note = NFCField(label="Nhận xét chạy thử", max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Each row stands for a line of the estimate: an untouched one is data as well, not a blank to be skipped.
        kwargs["empty_permitted"] = False
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """An invoice is whole or not there."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        parts = ("seller_tax_code", "invoice_symbol", "invoice_number", "invoice_on", "invoice_amount")
        given = [name for name in parts if data.get(name)]
        if given or data.get("seller"):
            for name in parts:
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, "Hãy ghi đủ hóa đơn, hoặc để trống cả hóa đơn.")
        return data

    def as_input(self) -> ItemInput:
        """The row as the action takes it; only of a valid form."""
        data = self.cleaned_data
        invoice = None
        if data["invoice_number"]:
            invoice = InvoiceInput(
                seller_tax_code=data["seller_tax_code"],
                symbol=data["invoice_symbol"],
                number=data["invoice_number"],
                issued_on=data["invoice_on"],
                amount=data["invoice_amount"],
                seller=data["seller"],
            )
        names = ("cost", "quantity", "unit_price", "description", "serial", "maker", "model", "country", "year_made")
        return ItemInput(
            line_id=data["line"],
            invoice=invoice,
            condition=Condition(data["condition"] or Condition.NEW),
            trial=TrialInput(
                result=TrialResult(data["trial_result"]),
                hours=data["trial_hours"],
                promised=data["trial_promised"],
                output=data["trial_output"],
                note=data["trial_note"],
            ),
            **{name: data[name] for name in names},
        )


class ParticipantForm(StyledForm):
    """Somebody who takes part; a row without a name is left out."""

    role = forms.ChoiceField(label="Thành phần", choices=ParticipantRole, initial=ParticipantRole.OTHER)
    name = NFCField(label="Họ tên", max_length=120, required=False)
    title = NFCField(label="Chức vụ", max_length=160, required=False)
    organisation = NFCField(label="Cơ quan, đơn vị", max_length=300, required=False)
    present = forms.BooleanField(label="Có mặt", required=False, initial=True)
    opinion = NFCField(label="Ý kiến", max_length=2_000, required=False)

    def clean(self) -> dict[str, Any]:
        """An opinion belongs to somebody."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("opinion") and not data.get("name"):
            self.add_error("name", "Hãy ghi họ tên người có ý kiến.")
        return data

    def as_input(self) -> ParticipantInput | None:
        """The row as the action takes it; None where nobody is named."""
        data = self.cleaned_data
        if not data.get("name"):
            return None
        return ParticipantInput(
            role=ParticipantRole(data["role"]),
            name=data["name"],
            title=data["title"],
            organisation=data["organisation"],
            present=data["present"],
            opinion=data["opinion"],
        )


class AnnulmentForm(VersionedForm):
    """The document that takes an acceptance back."""

    number = NFCField(label="Số văn bản hủy", max_length=60)
    on = VNDateField(label="Ngày văn bản", initial=today)
    reason = NFCField(label="Lý do", max_length=2_000, widget=_lines(3))


class FilesForm(VersionedForm):
    """Signed scans and photos."""

    scans = ManyFilesField(
        label="Bản ký (PDF hoặc ảnh chụp)",
        required=False,
        widget=ManyFilesInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
    )
    photos = ManyFilesField(
        label="Ảnh tại cơ sở",
        required=False,
        widget=PHOTOS,
        help_text="Giờ và tọa độ mà máy ảnh ghi trong tệp JPEG được giữ cùng ảnh.",
    )


class HandoverForm(VersionedForm):
    """The minutes by which accepted items go to who benefits."""

    number = NFCField(label="Số biên bản bàn giao", max_length=60)
    handed_on = VNDateField(label="Ngày bàn giao", initial=today)
    place = NFCField(label="Địa điểm", max_length=300, required=False)
    items = forms.TypedMultipleChoiceField(label="Hạng mục bàn giao", coerce=int, widget=forms.CheckboxSelectMultiple)
    papers = NFCField(
        label="Giấy tờ bàn giao",
        max_length=2_000,
        required=False,
        widget=_lines(3),
        help_text="Ví dụ hướng dẫn sử dụng, phiếu bảo hành, chứng nhận xuất xứ.",
    )
    given_by = NFCField(label="Người giao", max_length=120)
    given_title = NFCField(label="Chức vụ người giao", max_length=160, required=False)
    received_by = NFCField(label="Người nhận", max_length=120)
    received_title = NFCField(label="Chức vụ người nhận", max_length=160, required=False)
    remark = NFCField(label="Tình trạng khi bàn giao", max_length=2_000, required=False, widget=_lines(2))

    def __init__(self, *args: Any, choices: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        """`choices`: the accepted items that were not handed over yet."""
        super().__init__(*args, **kwargs)
        self.choose("items", choices)
