"""Forms of information works and of explained policies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from khuyencong.appraisal.forms.spot import ManyFilesField, ManyFilesInput
from khuyencong.core.creation import CreationKeyField
from khuyencong.core.dates import format_date, today
from khuyencong.core.fields import DongField, NFCField, VNDateField, WholeNumberField
from khuyencong.core.forms import StyledForm, VersionedForm
from khuyencong.core.money import format_dong
from khuyencong.finance.models import LedgerEntry
from khuyencong.outreach.models import Work, WorkKind
from khuyencong.people.models import User

SCANS = ".pdf,.docx,.xlsx,.jpg,.jpeg,.png"
SCANS_HELP = "PDF, Word (.docx), Excel (.xlsx) hoặc ảnh (.jpg, .png), mỗi tệp tối đa 20 MB, tổng 25 MB mỗi lần gửi."
MOST_REACHED = 2_000_000_000


def _lines(label: str, *, rows: int, required: bool, longest: int, help_text: str = "") -> NFCField:
    return NFCField(
        label=label,
        required=required,
        max_length=longest,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _link() -> forms.URLField:
    return forms.URLField(
        label="Địa chỉ trên mạng",
        required=False,
        max_length=500,
        assume_scheme="https",
        error_messages={"invalid": "Địa chỉ bắt đầu bằng https://, ví dụ https://vi-du.vn/bai-viet."},
    )


class _WorkFields(forms.Form):
    kind = forms.ChoiceField(label="Loại", choices=WorkKind.choices)
    title = NFCField(label="Tên sản phẩm", max_length=300)
    medium = NFCField(
        label="Nơi đăng, phát, phát hành", max_length=200, help_text="Tên báo, đài, trang thông tin, nơi phát tờ rơi."
    )
    planned_on = VNDateField(label="Ngày dự kiến đăng, phát")
    partner = NFCField(label="Đơn vị làm", max_length=200, required=False)
    contract = NFCField(label="Số, ngày hợp đồng", max_length=120, required=False)
    cost = DongField(label="Chi phí (đồng)", required=False, min_value=1, help_text="Để trống khi chưa biết.")
    link = _link()
    body = _lines(
        "Nội dung", rows=8, required=False, longest=20_000,
        help_text="Chỉ cần khi muốn hiện cả bài ở trang tin công khai.",
    )  # fmt: skip
    in_charge = forms.ModelChoiceField(
        queryset=User.objects.none(), label="Người phụ trách", required=False, empty_label="– chưa giao –"
    )


def _offer(form: forms.Form, users: Iterable[User]) -> None:
    field = form.fields["in_charge"]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = User.objects.filter(pk__in=[user.pk for user in users]).order_by("sort_key")


class WorkForm(_WorkFields, StyledForm):
    """A new work in the plan."""

    creation_key = CreationKeyField()

    def __init__(self, *args: Any, users: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, users)


class WorkEditForm(_WorkFields, VersionedForm):
    """A work before it is published."""

    def __init__(self, *args: Any, users: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, users)


class MakeForm(VersionedForm):
    """It is made."""

    on = VNDateField(label="Ngày làm xong", initial=today)


class PublishForm(VersionedForm):
    """It comes out."""

    on = VNDateField(label="Ngày đăng, phát", initial=today)
    is_public = forms.BooleanField(label="Hiện nội dung ở trang tin công khai", required=False)


class ReasonForm(VersionedForm):
    """Why it goes back."""

    reason = _lines("Lý do", rows=3, required=True, longest=1_000)


class ReachForm(VersionedForm):
    """Where it can be seen, and how many it reached."""

    link = _link()
    reach = WholeNumberField(
        label="Số lượt tiếp cận",
        required=False,
        min_value=0,
        max_value=MOST_REACHED,
        help_text="Để trống khi chưa biết.",
    )
    reach_of = NFCField(
        label="Đếm gì, theo nguồn nào", max_length=200, required=False,
        help_text="Ví dụ: lượt xem theo trang của báo; số bản in đã phát.",
    )  # fmt: skip
    cost = DongField(
        label="Chi phí (đồng)", required=False, min_value=1, help_text="Để trống khi chưa biết; ghi rồi thì không đổi."
    )

    def __init__(self, *args: Any, work: Work, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if work.cost is not None:
            del self.fields["cost"]
        if work.is_public and work.link:
            self.fields["link"].disabled = True
            self.fields["link"].help_text = "Đã được duyệt hiện ở trang công khai."


class TieForm(VersionedForm):
    """Which payment paid it."""

    posting = forms.ChoiceField(label="Khoản chi của đề án", widget=forms.RadioSelect)

    def __init__(self, *args: Any, postings: Iterable[LedgerEntry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose(
            "posting",
            [
                (str(one.pk), f"{one.document}, {format_date(one.on)}: {format_dong(one.amount)} đồng")
                for one in postings
            ],
        )


class FilesForm(VersionedForm):
    """The product, its contract, its minutes."""

    uploads = ManyFilesField(
        label="Tệp", allow_empty_file=True, help_text=SCANS_HELP, widget=ManyFilesInput(attrs={"accept": SCANS})
    )


class _PolicyFields(forms.Form):
    title = NFCField(
        label="Câu hỏi, tên bài", max_length=300, help_text="Như chủ cơ sở hỏi: «Mua máy được hỗ trợ bao nhiêu?»"
    )
    body = _lines("Giải thích", rows=12, required=True, longest=20_000)
    as_of = VNDateField(label="Đúng theo văn bản đến ngày", initial=today)
    documents = forms.MultipleChoiceField(label="Văn bản được giải thích", widget=forms.CheckboxSelectMultiple)


class PolicyForm(_PolicyFields, StyledForm):
    """A new explanation."""

    creation_key = CreationKeyField()

    def __init__(self, *args: Any, choices: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("documents", choices)


class PolicyEditForm(_PolicyFields, VersionedForm):
    """A draft."""

    def __init__(self, *args: Any, choices: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("documents", choices)
