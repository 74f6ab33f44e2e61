"""The forms of an entered document: the document, its norms and their tiers on one page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory
from django.http import QueryDict

from khuyencong.core.creation import CreationKeyField
from khuyencong.core.dates import today
from khuyencong.core.fields import DongField, NFCField, VNDateField
from khuyencong.core.forms import FieldGroup, StyledForm, VersionedForm
from khuyencong.core.text import sort_key
from khuyencong.law.catalogue import activity as find_activity
from khuyencong.law.catalogue import activity_choices, activity_name, catalogue
from khuyencong.law.values import Document
from khuyencong.law.wording import period_text
from khuyencong.normbook.actions import MAX_NORMS, MAX_TIERS, NormInput, TierInput
from khuyencong.normbook.models import LONG_TEXT, DocumentKind, EnteredDocument, EnteredNorm, EnteredTier, TierBy
from khuyencong.normbook.rules import can_be_corrected, can_be_replaced
from khuyencong.places.models import Province

BLANK = [("", "— chọn —")]
CHOOSE = "Hãy chọn nội dung hoạt động, hoặc bỏ dòng này."
BLANK_ROWS = 2

if TYPE_CHECKING:
    ProvinceChoice = forms.ModelChoiceField[Province]  # generic in the stubs only
    Rows = BaseFormSet[StyledForm]
else:
    ProvinceChoice = forms.ModelChoiceField
    Rows = BaseFormSet


class OwnProvinceField(ProvinceChoice):
    """Old provinces that share a name with one of today's are told apart."""

    def label_from_instance(self, obj: Province) -> str:
        return province_label(obj)


def province_label(province: Province) -> str:
    """«Đồng Tháp» for today's province, «Đồng Tháp trước 01/07/2025» for the old one."""
    return province.dated_name


class DocumentForm(StyledForm):
    """What stands at the head and the foot of a document."""

    province = OwnProvinceField(
        label="Áp dụng tại",
        queryset=Province.objects.none(),
        empty_label=None,
        help_text="Nghị quyết của tỉnh cũ: chọn tỉnh cũ; mức của nó chỉ dùng cho địa bàn ấy cho tới khi bị thay thế.",
    )
    kind = forms.ChoiceField(label="Loại văn bản", choices=[*BLANK, *DocumentKind.choices])
    number = NFCField(label="Số, ký hiệu", max_length=60, help_text="Ví dụ 08/2026/NQ-HĐND.")
    title = NFCField(label="Trích yếu", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    issuer = NFCField(label="Cơ quan ban hành", max_length=200)
    issued_on = VNDateField(label="Ngày ban hành")
    valid_from = VNDateField(label="Có hiệu lực từ ngày")
    valid_to = VNDateField(label="Hết hiệu lực sau ngày", required=False, help_text="Để trống nếu văn bản không nêu.")
    replaces = forms.MultipleChoiceField(
        label="Thay thế",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Văn bản được đánh dấu hết hiệu lực vào ngày trước ngày văn bản này có hiệu lực.",
    )
    corrects = forms.ChoiceField(
        label="Đính chính cho",
        required=False,
        help_text="Chỉ chọn khi mức đang lưu của chính văn bản ấy sai hoặc thiếu: mức nhập ở đây thay vào đó và giữ "
        "nguyên thời hạn của văn bản ấy.",
    )
    note = NFCField(label="Ghi chú", max_length=LONG_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, provinces: Sequence[Province], documents: Iterable[Document], **kwargs: Any) -> None:
        """`provinces` are those the agency may enter for, none for the nation; `documents` everything that counts."""
        super().__init__(*args, **kwargs)
        scopes: dict[str | None, str] = {one.key: province_label(one) for one in provinces} or {None: "quốc gia"}
        self.scopes = {one.id: one.scope for one in documents}
        if provinces:
            field = self.fields["province"]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = Province.objects.filter(pk__in=[one.pk for one in provinces])
        else:
            del self.fields["province"]
        chosen = {*(self.initial.get("replaces") or ()), self.initial.get("corrects")}
        day = today()
        replaceable = [
            one
            for one in documents
            if can_be_replaced(one, frozenset(scopes)) and (not one.valid_to or one.valid_to >= day or one.id in chosen)
        ]
        correctable = [one for one in documents if any(can_be_corrected(one, scope) for scope in scopes)]
        self._offer("replaces", replaceable, scopes, [])
        self._offer("corrects", correctable, scopes, [("", "— không —")])

    def _offer(
        self, name: str, documents: Sequence[Document], scopes: Mapping[str | None, str], first: list[tuple[str, str]]
    ) -> None:
        """Let the field choose among the documents; a field without any choice is left out."""
        if not documents:
            del self.fields[name]
            return
        rows = ((one.id, f"{one.name}, {period_text(one.valid_from, one.valid_to)}") for one in documents)
        place = {one.id: f" ({scopes[one.scope]})" if len(scopes) > 1 else "" for one in documents}
        self.choose(name, [*first, *((key, label + place[key]) for key, label in rows)])

    def clean(self) -> dict[str, Any]:
        """Days in order; a correction stays with its document."""
        data = super().clean() or {}
        issued, first, last = (data.get(name) for name in ("issued_on", "valid_from", "valid_to"))
        if issued and first and first < issued:
            self.add_error("valid_from", "Ngày có hiệu lực không được trước ngày ban hành.")
        if first and last and last < first:
            self.add_error("valid_to", "Ngày hết hiệu lực không được trước ngày có hiệu lực.")
        corrects = data.get("corrects")
        if corrects and data.get("replaces"):
            self.add_error("corrects", "Đã đánh dấu thay thế thì không đính chính: chỉ chọn một trong hai.")
        province = data.get("province")
        if corrects and "province" not in self.errors and self.scopes[corrects] != (province.key if province else None):
            self.add_error("corrects", "Văn bản này áp dụng ở nơi khác: chọn lại mục «Áp dụng tại».")
        data.setdefault("province", None)
        data.setdefault("replaces", [])
        data.setdefault("corrects", "")
        return data


class NewDocumentForm(DocumentForm):
    """As `DocumentForm`, made once however often the button is pressed."""

    creation_key = CreationKeyField()


class EditDocumentForm(VersionedForm, DocumentForm):
    """The document again."""


def percent_field() -> forms.DecimalField:
    """A rate in per cent, with at most two decimals."""
    return forms.DecimalField(
        label="Tỷ lệ tối đa (%)",
        required=False,
        min_value=Decimal("0.01"),
        max_value=100,
        max_digits=5,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"data-short": True, "inputmode": "decimal", "autocomplete": "off"}),
    )


class NormForm(StyledForm):
    """One norm; a row without an activity is left out. Values may be missing in a draft."""

    use_required_attribute = False
    folded = (FieldGroup("Bậc, thu hồi, theo giá, ghi chú", ("tier_by", "recoverable", "by_price", "note")),)

    activity = forms.ChoiceField(label="Nội dung hoạt động", error_messages={"required": CHOOSE})
    percent = percent_field()
    cap = DongField(label="Mức tối đa (đồng)", required=False, min_value=1)
    unit = forms.ChoiceField(label="Đơn vị tính", required=False)
    article = NFCField(label="Điều, khoản", max_length=100, required=False)
    cost_base = NFCField(label="Chi phí làm căn cứ", max_length=LONG_TEXT, required=False)
    tier_by = forms.ChoiceField(
        label="Chia bậc theo",
        required=False,
        choices=[("", "— không chia, hoặc theo tên bậc —"), *TierBy.choices],
        help_text="Ghi các bậc ở phần dưới.",
    )
    note = NFCField(label="Ghi chú", max_length=500, required=False)
    by_price = forms.BooleanField(label="Theo giá đấu thầu hoặc giá được duyệt", required=False)
    recoverable = forms.BooleanField(label="Có thu hồi", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("activity", [*BLANK, *activity_choices()])
        self.choose("unit", [("", "— theo danh mục —"), *_units()])

    def clean(self) -> dict[str, Any]:
        """Without a unit, the one by which the catalogue counts the activity."""
        data = super().clean() or {}
        known = find_activity(data.get("activity", ""))
        if known is not None and not data.get("unit"):
            data["unit"] = known.unit
        return data


class TierForm(StyledForm):
    """One step of one of the norms above; a row that is left blank is left out."""

    use_required_attribute = False
    activity = forms.ChoiceField(label="Của nội dung", error_messages={"required": CHOOSE})
    name = NFCField(label="Tên bậc", max_length=100, help_text="Ví dụ vốn điều lệ trên 20 tỷ đồng.")
    above = DongField(label="Vốn điều lệ trên (đồng)", required=False)
    up_to = DongField(label="Đến hết (đồng)", required=False, min_value=1)
    percent = percent_field()
    cap = DongField(label="Mức tối đa (đồng)", required=False, min_value=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("activity", [*BLANK, *activity_choices()])

    def clean(self) -> dict[str, Any]:
        """The upper bound lies above the lower one."""
        data = super().clean() or {}
        above, up_to = data.get("above"), data.get("up_to")
        if above is not None and up_to is not None and up_to <= above:
            self.add_error("up_to", "Giới hạn trên của bậc phải lớn hơn giới hạn dưới.")
        return data


class RowSet(Rows):
    """Rows of one kind; a number of rows below nothing would read as a document without norms."""

    def clean(self) -> None:
        if int(self.management_form.cleaned_data["TOTAL_FORMS"] or 0) < 0:
            raise forms.ValidationError("Số dòng của biểu mẫu không hợp lệ: hãy mở lại trang và nhập lại.")

    def add_fields(self, form: StyledForm, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = "Bỏ dòng này"

    def kept(self) -> list[StyledForm]:
        """The rows that were filled in and are not to be left out."""
        return [form for form in self.forms if form.cleaned_data.get("activity") and form not in self.deleted_forms]


class EntryForms:
    """The three parts of the page: the document, its norms, their tiers; valid together or not at all."""

    def __init__(
        self,
        data: QueryDict | None,
        head: DocumentForm,
        *,
        norms: Sequence[Mapping[str, Any]] = (),
        tiers: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        """`norms` and `tiers` are what the rows begin with; what was sent speaks for itself."""
        self.head = head
        if data is not None:
            norms = tiers = ()
        self.norms: RowSet = _rows(NormForm, MAX_NORMS, filled=bool(norms))(data, initial=list(norms), prefix="muc")
        self.tiers: RowSet = _rows(TierForm, MAX_TIERS, filled=bool(tiers))(data, initial=list(tiers), prefix="bac")

    @property
    def has_tiers(self) -> bool:
        """Whether anything was written about tiers, now or before."""
        return self.tiers.initial_form_count() > 0 or any(form.has_changed() for form in self.tiers.forms)

    @property
    def has_errors(self) -> bool:
        return bool(self.head.errors or self.norms.total_error_count() or self.tiers.total_error_count())

    def is_valid(self) -> bool:
        """Whether all parts are, and fit each other; every mistake is said at its row."""
        if not all([self.head.is_valid(), self.norms.is_valid(), self.tiers.is_valid()]):
            return False
        norms, tiers = self.norms.kept(), self.tiers.kept()  # before a mistake takes the activity of a row away
        seen: set[str] = set()
        for form in norms:
            code = form.cleaned_data["activity"]
            if code in seen:
                form.add_error("activity", "Nội dung này đã có ở một dòng khác: mỗi nội dung một định mức.")
            seen.add(code)
        names: set[tuple[str, str]] = set()
        for form in tiers:
            code, name = form.cleaned_data["activity"], form.cleaned_data["name"]
            if code not in seen:
                form.add_error("activity", f"Chưa có định mức nào cho «{activity_name(code)}» ở phần trên.")
            if (code, name) in names:
                form.add_error("name", "Tên bậc viết hai lần.")
            names.add((code, name))
        return not any(form.errors for form in (*norms, *tiers))

    def inputs(self) -> list[NormInput]:
        """The norms with their tiers, as the actions take them; only after `is_valid`."""
        tiers: dict[str, list[TierInput]] = {}
        for form in self.tiers.kept():
            data = form.cleaned_data
            tiers.setdefault(data["activity"], []).append(
                TierInput(**{name: data[name] for name in ("name", "percent", "cap", "above", "up_to")})
            )
        names = [name for name in NormForm.base_fields if name != "DELETE"]
        return [
            NormInput(
                **{name: form.cleaned_data[name] for name in names},
                tiers=tuple(tiers.get(form.cleaned_data["activity"], ())),
            )
            for form in self.norms.kept()
        ]


def norm_initial(norm: EnteredNorm) -> dict[str, Any]:
    """A stored norm as its row begins."""
    values = {name: getattr(norm, name) for name in NormForm.base_fields}
    return values | {"percent": plain_percent(norm.percent)}


def tier_initial(tier: EnteredTier, activity: str) -> dict[str, Any]:
    """A stored tier as its row begins."""
    values = {name: getattr(tier, name) for name in ("name", "above", "up_to", "cap")}
    return values | {"activity": activity, "percent": plain_percent(tier.percent)}


def document_initial(document: EnteredDocument) -> dict[str, Any]:
    """A stored document as its form begins."""
    return {name: getattr(document, name) for name in DocumentForm.base_fields} | {"version": document.version}


def plain_percent(percent: Decimal | None) -> Decimal | int | None:
    """30 rather than 30.00 and 12.5 rather than 12.50, so that a row shows the number as people write it."""
    if percent is None:
        return None
    return int(percent) if percent == percent.to_integral_value() else percent.normalize()


class UploadForm(VersionedForm):
    """The text of the document itself."""

    file = forms.FileField(
        label="Tệp",
        allow_empty_file=True,  # the action refuses it with a sentence of its own
        help_text="Bản chụp hoặc bản điện tử của văn bản: PDF, Word (.docx), Excel (.xlsx) hoặc ảnh, tối đa 20 MB.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.xlsx,.jpg,.jpeg,.png"}),
    )


class ReasonForm(VersionedForm):
    """Why a document is returned or revoked."""

    reason = NFCField(label="Lý do", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class ConfirmForm(VersionedForm):
    """The second person says that the values were read in the text."""

    compared = forms.BooleanField(
        label="Tôi đã đối chiếu từng mức với tệp văn bản kèm theo",
        error_messages={"required": "Hãy đối chiếu với tệp văn bản rồi đánh dấu vào đây."},
    )


def _rows(form: type[StyledForm], most: int, *, filled: bool) -> Any:
    """The class of the rows; a RowSet, which the stubs of the factory do not say."""
    return formset_factory(
        form,
        formset=RowSet,
        extra=1 if filled else BLANK_ROWS,
        can_delete=True,
        max_num=most,
        absolute_max=most,  # whatever number a request names, no more forms are made
        validate_max=True,
    )


def _units() -> list[tuple[str, str]]:
    return [(unit, unit) for unit in sorted(catalogue().units, key=sort_key)]
