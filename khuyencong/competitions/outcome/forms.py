"""Forms about results and what comes afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from khuyencong.competitions.models import ComplaintResult, Entry
from khuyencong.core.creation import CreationKeyField
from khuyencong.core.dates import today
from khuyencong.core.fields import DongField, NFCField, VNDateField, WholeNumberField
from khuyencong.core.forms import StyledForm, VersionedForm
from khuyencong.finance.models import PaymentKind
from khuyencong.projects.models import Project


def _number(label: str, *, required: bool = True) -> NFCField:
    widget = forms.TextInput(attrs={"data-short": True, "autocomplete": "off"})
    return NFCField(label=label, max_length=60, required=required, widget=widget)


def _lines(label: str, *, rows: int = 3, required: bool = True, longest: int = 5_000, help_text: str = "") -> NFCField:
    widget = forms.Textarea(attrs={"rows": rows})
    return NFCField(label=label, required=required, max_length=longest, help_text=help_text, widget=widget)


class ChoiceForm(VersionedForm):
    """Which products the council lays before the decider; the page draws the boxes inside its table."""

    chosen = forms.MultipleChoiceField(label="Đề nghị công nhận", required=False)
    reason = _lines(
        "Lý do của Hội đồng",
        required=False,
        longest=1_000,
        help_text="Bắt buộc khi sản phẩm điểm cao hơn cùng nhóm không được chọn; lý do vào biên bản.",
    )

    def __init__(self, *args: Any, entries: Sequence[Entry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("chosen", [(str(one.pk), one.product) for one in entries])
        # The boxes stand in the table of the page: no hidden copies of them.
        self.fields["chosen"].show_hidden_initial = False


class RecognitionForm(VersionedForm):
    """The decision and how its certificates are numbered and dated."""

    minutes_number = _number("Số biên bản của Hội đồng", required=False)
    minutes_on = VNDateField(label="Ngày biên bản của Hội đồng")
    number = _number("Số quyết định công nhận")
    decided_on = VNDateField(label="Ngày quyết định", initial=today)
    signed_by = NFCField(
        label="Người ký", max_length=200, help_text="Họ và tên, như trên quyết định (TT 26/2014 Đ17.2)."
    )
    issued_on = VNDateField(
        label="Ngày cấp giấy chứng nhận",
        initial=today,
        help_text="Giấy có giá trị từ ngày này đến hết 31/12 của năm thứ ba, kể cả năm cấp (TT 26/2014 Đ17.3).",
    )
    suffix = NFCField(
        label="Ký hiệu sau số thứ tự của giấy chứng nhận",
        max_length=50,
        help_text="Giấy được đánh số 01, 02… rồi đến ký hiệu này, ví dụ /2025/GCN-SPTB.",
        widget=forms.TextInput(attrs={"data-short": True, "autocomplete": "off"}),
    )


class DayForm(VersionedForm):
    """On which day the makers were told."""

    on = VNDateField(label="Ngày thông báo kết quả", initial=today, help_text="Thời hiệu khiếu nại tính từ ngày này.")


class RevokeForm(VersionedForm):
    """By which decision a certificate was withdrawn."""

    number = _number("Số quyết định thu hồi")
    on = VNDateField(label="Ngày thu hồi", initial=today, help_text="Từ ngày này giấy không còn giá trị.")
    reason = _lines("Lý do thu hồi", longest=2_000)


class ReportForm(StyledForm):
    """What a holder reports of a year."""

    creation_key = CreationKeyField()
    year = forms.IntegerField(
        label="Năm", min_value=2012, max_value=2100, widget=forms.NumberInput(attrs={"data-short": True})
    )
    production = _lines("Tình hình sản xuất, kinh doanh của sản phẩm")
    support = _lines("Kết quả được hỗ trợ trong năm", required=False)
    revenue = DongField(label="Doanh thu của sản phẩm trong năm (đồng)", required=False)
    workers = WholeNumberField(label="Số lao động làm sản phẩm", required=False, min_value=0, max_value=1_000_000)


class ComplaintForm(StyledForm):
    """A complaint that came on paper."""

    creation_key = CreationKeyField()
    entry = forms.ModelChoiceField(
        queryset=Entry.objects.none(), label="Về sản phẩm", required=False, empty_label="– cả kỳ bình chọn –"
    )
    complainant = NFCField(label="Người khiếu nại", max_length=300)
    received_on = VNDateField(label="Ngày nhận đơn", initial=today)
    text = _lines("Nội dung khiếu nại", rows=5)

    def __init__(self, *args: Any, entries: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["entry"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = entries


class OwnComplaintForm(StyledForm):
    """What the owner of a product has against its result."""

    creation_key = CreationKeyField()
    text = _lines("Nội dung khiếu nại", rows=6, help_text="Nêu rõ điều không đồng ý và căn cứ.")


class AnswerForm(VersionedForm):
    """What the council answered."""

    result = forms.ChoiceField(label="Kết quả", choices=ComplaintResult.choices, widget=forms.RadioSelect)
    on = VNDateField(label="Ngày trả lời", initial=today)
    number = _number("Số văn bản trả lời", required=False)
    answer = _lines("Nội dung trả lời", rows=5)


class PrizeForm(VersionedForm):
    """The prize of one product."""

    amount = DongField(label="Mức thưởng một sản phẩm (đồng)")
    basis = NFCField(
        label="Văn bản quy định mức thưởng",
        max_length=300,
        required=False,
        help_text="Để trống thì ghi định mức của hệ thống; bắt buộc khi chưa có định mức.",
    )


class PrizePaymentForm(VersionedForm):
    """From which đề án, and in what way, the prizes that nothing pays yet are paid."""

    creation_key = CreationKeyField()
    project = forms.ChoiceField(label="Đề án chi trả")
    kind = forms.ChoiceField(label="Loại khoản chi", choices=PaymentKind.choices, widget=forms.RadioSelect)
    condition_document = NFCField(
        label="Văn bản chứng minh điều kiện tạm ứng",
        max_length=200,
        required=False,
        help_text="Chỉ khi tạm ứng mà hợp đồng nêu điều kiện.",
    )

    def __init__(self, *args: Any, projects: Sequence[Project], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("project", [(str(one.pk), f"{one.code} – {one.name}") for one in projects])


class TieForm(VersionedForm):
    """Which payment of the ledger was a prize."""

    posting = forms.ChoiceField(label="Khoản chi đã ghi sổ", widget=forms.RadioSelect)

    def __init__(self, *args: Any, postings: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("posting", postings)
