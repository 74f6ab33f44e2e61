"""Forms of a product: its dossier, photos and papers, and what the organiser answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from khuyencong.appraisal.forms.spot import ManyFilesField, ManyFilesInput
from khuyencong.competitions.forms import files_field, lines_field, number_field
from khuyencong.competitions.models import Certificate, EntryPaperKind, PhotoAngle, ProductGroup
from khuyencong.core.creation import CreationKeyField
from khuyencong.core.fields import DongField, NFCField, VNDateField, WholeNumberField
from khuyencong.core.forms import FieldGroup, StyledForm, VersionedForm
from khuyencong.establishments.models import Certificate as RegistryCertificate

PICTURES = "image/jpeg,image/png"
YES_NO = ((True, "Có"), (False, "Không"))


def _answer(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=YES_NO,
        coerce=lambda value: value in {True, "True"},
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )


class EntryText(StyledForm):
    """The dossier as the maker tells it; only the name is needed to keep it, what is missing is said before it is sent."""

    product = NFCField(label="Tên sản phẩm", max_length=200, help_text="Ví dụ: Bộ ấm chén men tro.")
    group = forms.ChoiceField(label="Nhóm sản phẩm", choices=ProductGroup.choices)
    is_set = forms.BooleanField(label="Đây là một bộ sản phẩm", required=False)
    set_parts = lines_field("Các sản phẩm trong bộ", rows=2, longest=1_000, help_text="Chỉ ghi khi là bộ sản phẩm.")
    features = lines_field("Đặc điểm, công dụng của sản phẩm", rows=4, longest=4_000)
    materials = lines_field("Nguyên liệu, vật liệu", help_text="Loại gì, lấy từ đâu.")
    technology = lines_field("Công nghệ, thiết bị sản xuất")
    market = lines_field(
        "Thị trường, sản lượng tiêu thụ", help_text="Bán ở đâu, mỗi năm bao nhiêu, có xuất khẩu không."
    )
    impact = lines_field("Hiệu quả kinh tế, xã hội, môi trường")
    culture = lines_field("Giá trị văn hóa, thẩm mỹ")
    output = NFCField(label="Năng lực sản xuất một năm", max_length=200, required=False)
    price = DongField(label="Giá bán một đơn vị sản phẩm (đồng)", required=False, allow_small=True)
    revenue = DongField(label="Doanh thu năm trước của sản phẩm (đồng)", required=False)
    workers = WholeNumberField(label="Số lao động làm sản phẩm", required=False, min_value=0, max_value=1_000_000)
    standards = lines_field("Tiêu chuẩn chất lượng đang áp dụng", rows=2)
    awards = lines_field("Giải thưởng, chứng nhận đã có", rows=2)
    own_production = _answer("Sản phẩm do chính cơ sở sản xuất?")
    mass_production = _answer("Sản xuất được hàng loạt, số lượng lớn, không phải sản phẩm độc bản?")
    not_copied = _answer("Là sản phẩm của riêng cơ sở, không sao chép của người khác?")
    lawful = _answer("Việc sản xuất tuân thủ quy định về sở hữu trí tuệ, chất lượng, an toàn, môi trường?")
    consents = forms.BooleanField(
        label="Cơ sở tự nguyện tham gia và chịu trách nhiệm về tính chính xác, trung thực của thông tin đã khai.",
        required=False,
    )
    may_keep = forms.BooleanField(
        label="Cơ sở đồng ý để sản phẩm được giữ lại trưng bày sau bình chọn (không bắt buộc).", required=False
    )
    folded = (FieldGroup("Số liệu và tiêu chuẩn", ("output", "price", "revenue", "workers", "standards", "awards")),)

    def __init__(
        self,
        *args: Any,
        lower: Iterable[Certificate] = (),
        registered: Iterable[RegistryCertificate] = (),
        asks_below: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if not asks_below:
            return
        self._held = {f"c{one.pk}": one for one in lower}
        self._registered = {f"r{one.pk}": one for one in registered}
        rows = [
            (key, f"{one.number}: {one.entry.product}, đến {one.valid_until:%d/%m/%Y}")
            for key, one in self._held.items()
        ]
        rows += [(key, f"{one.number} {one.name} (hồ sơ cơ sở)".strip()) for key, one in self._registered.items()]
        self.fields["below"] = forms.ChoiceField(
            label="Giấy chứng nhận cấp dưới còn giá trị", required=False, choices=[("", "– chưa có –"), *rows]
        )
        self.fields["no_lower_round"] = forms.BooleanField(
            label="Cấp dưới không tổ chức bình chọn; văn bản đề nghị dưới đây thay giấy chứng nhận.", required=False
        )
        self.fields["letter_number"] = number_field("Số văn bản đề nghị", required=False)
        self.fields["letter_on"] = VNDateField(label="Ngày văn bản đề nghị", required=False)
        self.fields["letter_issuer"] = NFCField(label="Cơ quan đề nghị", max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """The certificate chosen, as the record it is."""
        data = super().clean() or {}
        if "below" in self.fields:
            key = data.pop("below", "") or ""
            data["lower"], data["lower_record"] = self._held.get(key), self._registered.get(key)
        return data


class NewEntryForm(EntryText):
    """The first page of a dossier."""

    creation_key = CreationKeyField()


class EditEntryForm(VersionedForm, EntryText):
    """The dossier again."""


class PhotosForm(StyledForm):
    """Photos of one angle."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    angle = forms.ChoiceField(label="Góc chụp", choices=PhotoAngle.choices)
    photo = ManyFilesField(
        label="Chụp ảnh",
        required=False,
        widget=ManyFilesInput(attrs={"accept": PICTURES, "capture": "environment"}),
        help_text="Trên điện thoại, nút này mở máy ảnh.",
    )
    file = files_field(
        "Hoặc chọn ảnh có sẵn",
        accept=PICTURES,
        help_text="JPEG hoặc PNG, mỗi ảnh không quá 20 MB. Giờ và nơi chụp ghi trong ảnh được bỏ đi.",
    )

    @property
    def uploads(self) -> list[Any]:
        """Everything that was sent."""
        return [*self.cleaned_data["photo"], *self.cleaned_data["file"]]


class EntryPapersForm(StyledForm):
    """Papers of one kind."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    kind = forms.ChoiceField(label="Loại giấy tờ", choices=EntryPaperKind.choices)
    uploads = files_field("Tệp", required=True)


class AskForm(VersionedForm):
    """What is missing."""

    asked = lines_field("Phải bổ sung gì", required=True, rows=4, help_text="Viết dễ hiểu: chủ cơ sở đọc câu này.")
    complete_by = VNDateField(label="Bổ sung trước hết ngày")


class AcceptForm(VersionedForm):
    """What a person says to what the machine has found."""

    looked_at = lines_field("Đã xem các điểm cần xem và kết luận", rows=3)


class WithdrawForm(VersionedForm):
    """Why; the maker need not say."""

    reason = lines_field("Lý do", rows=2)
