"""The public texts of a đề án, and why it is withdrawn."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from django import forms
from django.http import QueryDict

from khuyencong.core.fields import NFCField
from khuyencong.core.forms import VersionedForm
from khuyencong.establishments.models import Establishment


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
    agreed = forms.TypedMultipleChoiceField(
        label="Hộ, cá nhân đã đồng ý bằng văn bản cho nêu tên cơ sở", required=False, coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text="Ai không được đánh dấu thì không được nêu tên, kể cả cơ sở vào đề án sau này.",
    )  # fmt: skip
    consent_document = NFCField(
        label="Văn bản đồng ý",
        max_length=200,
        required=False,
        help_text="Số, ngày, của ai. Bắt buộc khi đánh dấu ở trên.",
    )
    looked = forms.BooleanField(label="Đã xem: tên người, nơi chốn nêu trên đều được phép công khai", required=False)
    # What was looked at in the preview; another text has to be looked at first.
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, hidden: Sequence[Establishment], **kwargs: Any) -> None:
        """`hidden`: who may be named only with consent."""
        super().__init__(*args, **kwargs)
        choose = self.fields["agreed"]
        if isinstance(choose, forms.TypedMultipleChoiceField):
            choose.choices = [(one.pk, one.name) for one in hidden]
        if not hidden:
            del self.fields["agreed"], self.fields["consent_document"]

    @property
    def texts(self) -> dict[str, Any]:
        """What was typed, for `actions.write_publication`."""
        return {"agreed": [], "consent_document": "", **self.cleaned_data}

    def note(self, digest: str) -> None:
        """What the page shows now has been looked at when it comes back."""
        data = QueryDict(mutable=True)
        for name in self.data:
            data.setlist(name, self.data.getlist(name) if isinstance(self.data, QueryDict) else [self.data[name]])
        data[self.add_prefix("seen")] = digest
        self.data = data

    def digest(self) -> str:
        """Another one for other texts."""
        told = {name: self.texts[name] for name in ("title", "summary", "result", "agreed", "consent_document")}
        return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


class WithdrawForm(VersionedForm):
    """Why it goes."""

    reason = NFCField(
        label="Lý do gỡ", max_length=1_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Chỉ cán bộ đọc được. Sau nhiều nhất một phút không trang công khai nào còn đề án này.",
    )  # fmt: skip
