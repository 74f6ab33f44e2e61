"""Forms of packages and keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from khuyencong.core.creation import CreationKeyField
from khuyencong.core.fields import NFCField
from khuyencong.core.forms import StyledForm, VersionedForm
from khuyencong.federation.package import LARGEST, NOT_JSON
from khuyencong.people.models import Agency


class PackageFileForm(StyledForm):
    """A package that came as a file; the same file twice is one package."""

    file = forms.FileField(
        label="Gói số liệu (.json)",
        widget=forms.FileInput(attrs={"accept": ".json"}),
        help_text="Tệp tải từ trang «Liên thông» của hệ thống gửi, không sửa gì.",
    )

    def clean_file(self) -> UploadedFile[bytes]:
        """Not larger than what is read; judged before a byte of it is."""
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        if (upload.size or 0) > LARGEST:
            raise forms.ValidationError(NOT_JSON)
        return upload


class AcceptForm(VersionedForm):
    """What is said with an acceptance."""

    note = NFCField(label="Ý kiến", required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}))


class ReasonForm(VersionedForm):
    """Why a package is returned, or a key believed no more."""

    reason = NFCField(label="Lý do", max_length=1_000, widget=forms.Textarea(attrs={"rows": 3}))


class TrustForm(StyledForm):
    """A key of another installation."""

    creation_key = CreationKeyField()
    agency = forms.TypedChoiceField(label="Cơ quan gửi", coerce=int)
    sender_code = forms.SlugField(
        label="Mã của cơ quan trong hệ thống gửi", required=False, max_length=40,
        help_text="Để trống khi hai hệ thống dùng cùng một mã.", widget=forms.TextInput(attrs={"data-short": True}),
    )  # fmt: skip
    public_key = forms.CharField(
        label="Khóa công khai", max_length=100, help_text="44 ký tự, chép từ trang «Liên thông» của hệ thống gửi."
    )
    compared_with = NFCField(
        label="Đã đối chiếu với", max_length=200,
        help_text="Ai ở cơ quan gửi đã đọc lại dấu của khóa, ngày nào, bằng cách nào (điện thoại, văn bản).",
    )  # fmt: skip

    def __init__(self, *args: Any, agencies: Iterable[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("agency", [("", "— chọn —"), *((one.pk, one.name) for one in agencies)])
