"""The public texts of a đề án, and why it is withdrawn."""

from __future__ import annotations

from django import forms

from khuyencong.core.fields import NFCField
from khuyencong.core.forms import VersionedForm


class PublicationForm(VersionedForm):
    """What everybody will read; version 0: nobody has written anything yet."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    title = NFCField(
        label="Tên công khai", max_length=500,
        help_text="Không nêu tên hộ kinh doanh, cá nhân khi chưa có văn bản đồng ý; không ghi số điện thoại, giấy tờ.",
    )  # fmt: skip
    summary = NFCField(
        label="Tóm tắt", max_length=5_000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Làm gì, cho ai, để làm gì: vài câu cho người ngoài ngành.",
    )  # fmt: skip
    result = NFCField(
        label="Kết quả", max_length=5_000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Đã làm được gì: máy, sản lượng, việc làm; chỉ ghi điều đã nghiệm thu.",
    )  # fmt: skip
    consent = forms.BooleanField(label="Hộ, cá nhân thụ hưởng đã đồng ý bằng văn bản cho nêu tên cơ sở", required=False)
    consent_document = NFCField(
        label="Văn bản đồng ý",
        max_length=200,
        required=False,
        help_text="Số, ngày, của ai. Bắt buộc khi đánh dấu ở trên.",
    )


class WithdrawForm(VersionedForm):
    """Why it goes."""

    reason = NFCField(
        label="Lý do gỡ", max_length=1_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Chỉ cán bộ đọc được. Sau nhiều nhất một phút không trang công khai nào còn đề án này.",
    )  # fmt: skip
