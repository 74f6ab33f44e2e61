"""Forms of the dossier: handing in, checking, asking, and the register of letters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from khuyencong.core.creation import CreationKeyField
from khuyencong.core.dates import today
from khuyencong.core.fields import NFCField, VNDateField
from khuyencong.core.forms import StyledForm, VersionedForm
from khuyencong.establishments.models import Paper as RegisteredPaper
from khuyencong.law.catalogue import activity_choices
from khuyencong.law.papers import Stage
from khuyencong.people.models import Agency
from khuyencong.projects.actions import LetterInput
from khuyencong.projects.dossier import Row
from khuyencong.projects.dossier_rules import REQUEST_LETTER
from khuyencong.projects.models import Attachment, Letter, LetterKind, Project, Verdict
from khuyencong.projects.models.dossier import LONGEST_COMMENT, STAGE_CHOICES

FILES, PICTURES = ".pdf,.docx,.xlsx,.jpg,.jpeg,.png", "image/jpeg,image/png"
FILE_HELP = "PDF, Word (.docx), Excel (.xlsx) hoặc ảnh (.jpg, .png), mỗi tệp tối đa 20 MB."
OTHER = "other"
SOURCES = ("file", "photo", "attachment", "registered")


def _file(label: str, *, accept: str, help_text: str, capture: bool = False) -> forms.FileField:
    attrs = {"accept": accept, **({"capture": "environment"} if capture else {})}
    return forms.FileField(
        label=label,
        required=False,
        allow_empty_file=True,  # the action refuses it with a sentence of its own
        help_text=help_text,
        widget=forms.FileInput(attrs=attrs),
    )


class PaperFileForm(VersionedForm):
    """The next version of a paper: a file, a photo, a file of the dossier, or a paper of the beneficiary's entry."""

    file = _file("Chọn tệp", accept=FILES, help_text=FILE_HELP)
    photo = _file("Hoặc chụp ảnh", accept=PICTURES, help_text="Trên điện thoại, nút này mở máy ảnh.", capture=True)
    attachment = forms.TypedChoiceField(
        label="Hoặc dùng tệp đã có trong hồ sơ", required=False, coerce=int, empty_value=None
    )
    registered = forms.TypedChoiceField(
        label="Hoặc lấy từ hồ sơ của cơ sở thụ hưởng",
        required=False,
        coerce=int,
        empty_value=None,
        help_text="Tệp và ngày hết hạn được chép sang hồ sơ đề án.",
    )
    expires_on = VNDateField(
        label="Có giá trị đến ngày", required=False, help_text="Ghi với giấy chứng nhận, báo giá có thời hạn."
    )
    letter_number = NFCField(
        label="Số, ký hiệu công văn",
        required=False,
        max_length=60,
        help_text="Ví dụ: 15/TTKC-KC. Ghi luôn vào sổ văn bản.",
    )
    letter_day = VNDateField(label="Ngày công văn", required=False)

    def __init__(
        self,
        *args: Any,
        row: Row,
        attachments: Sequence[Attachment],
        registered: Iterable[RegisteredPaper],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if row.key == REQUEST_LETTER:
            registered = ()  # the unit's own letter never lies with an establishment
        else:
            del self.fields["letter_number"], self.fields["letter_day"]
        self._choose("attachment", [(one.pk, one.name) for one in attachments])
        self._choose("registered", [(one.pk, _registered_label(one)) for one in registered])

    def _choose(self, name: str, choices: list[tuple[int, str]]) -> None:
        field = self.fields[name]
        if choices and isinstance(field, forms.TypedChoiceField):
            field.choices = [("", "— không —"), *choices]
        else:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Just one source; number and day of the letter together."""
        data = super().clean() or {}
        given = [name for name in SOURCES if data.get(name) is not None and data.get(name) != ""]
        if not self.errors and len(given) != 1:
            self.add_error("file", "Hãy chọn đúng một cách: một tệp, một ảnh, hoặc một giấy tờ đã có.")
        if bool(data.get("letter_number")) != bool(data.get("letter_day")):
            self.add_error("letter_number", "Ghi cả số và ngày công văn, hoặc để trống cả hai.")
        return data

    def letter(self, project: Project) -> LetterInput | None:
        """The unit's letter of request, where its number was typed."""
        if not self.cleaned_data.get("letter_number"):
            return None
        return LetterInput(
            kind=LetterKind.REQUEST,
            number=self.cleaned_data["letter_number"],
            day=self.cleaned_data["letter_day"],
            summary=f"Đề nghị hỗ trợ kinh phí khuyến công: {project.name}"[:500],
            issuer=project.implementing_unit,
            recipient=project.department or project.funder,
        )


def _registered_label(paper: RegisteredPaper) -> str:
    until = f", đến {paper.expires_on:%d/%m/%Y}" if paper.expires_on else ""
    late = " (đã hết hạn)" if paper.expires_on and paper.expires_on < today() else ""
    return f"{paper.title} {paper.number}".strip() + f" – {paper.establishment}{until}{late}"


class WaiveForm(VersionedForm):
    """Why a paper does not apply."""

    reason = NFCField(
        label="Vì sao giấy tờ này không áp dụng?", max_length=LONGEST_COMMENT, widget=forms.Textarea(attrs={"rows": 3})
    )


class JudgeForm(VersionedForm):
    """What an appraiser says of the version that the page shows."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**15 - 1)
    verdict = forms.ChoiceField(label="Kết quả kiểm tra", choices=Verdict.choices, widget=forms.RadioSelect)
    reason = NFCField(
        label="Lý do, yêu cầu",
        required=False,
        max_length=LONGEST_COMMENT,
        help_text="Bắt buộc khi yêu cầu nộp lại; đơn vị đọc được.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        """A refusal says why."""
        data = super().clean() or {}
        if data.get("verdict") == Verdict.REFUSED and not data.get("reason"):
            self.add_error("reason", "Hãy ghi lý do để đơn vị biết phải sửa gì.")
        return data


class CommentForm(VersionedForm):
    """One sentence about a paper."""

    text = NFCField(label="Ý kiến", max_length=LONGEST_COMMENT, widget=forms.Textarea(attrs={"rows": 2}))


class AskFields(StyledForm):
    """What paper is asked for, at which stage and on what ground."""

    stage = forms.ChoiceField(label="Bước", choices=STAGE_CHOICES)
    law_key = forms.ChoiceField(
        label="Giấy tờ theo quy định",
        required=False,
        help_text="Chọn khi giấy tờ trong danh mục (tham khảo hoặc tùy trường hợp) phải nộp bắt buộc.",
    )
    text = NFCField(label="Hoặc giấy tờ khác", required=False, max_length=300)
    basis = NFCField(label="Căn cứ yêu cầu", max_length=200, help_text="Văn bản của tỉnh, hoặc lý do cụ thể.")

    def __init__(self, *args: Any, papers: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["law_key"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "— không —"), *papers]

    def clean(self) -> dict[str, Any]:
        """One of the two; a paper of the law brings its own stage."""
        data = super().clean() or {}
        if not self.errors and bool(data.get("law_key")) == bool(data.get("text")):
            self.add_error("text", "Chọn một giấy tờ theo quy định, hoặc ghi tên giấy tờ khác.")
        if data.get("law_key"):
            data["stage"] = data["law_key"].partition(".")[0]
        return data

    @property
    def wanted(self) -> dict[str, Any]:
        """What the actions take."""
        data = self.cleaned_data
        return {
            "stage": Stage(data["stage"]),
            "law_key": data["law_key"],
            "text": data["text"],
            "basis": data["basis"],
        }


class AskForm(VersionedForm, AskFields):
    """One more paper of one đề án, or one of the law's list that becomes obligatory."""


class AskAllForm(AskFields):
    """The same of every đề án that the agency looks at."""

    creation_key = CreationKeyField()
    activity = forms.ChoiceField(label="Nội dung hoạt động", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["activity"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "Mọi nội dung"), *activity_choices()]


class LetterForm(VersionedForm):
    """One letter in or out."""

    kind = forms.ChoiceField(label="Loại văn bản", choices=LetterKind.choices)
    number = NFCField(label="Số, ký hiệu", max_length=60, help_text="Như ghi trên văn bản, ví dụ: 123/SCT-KC.")
    day = VNDateField(label="Ngày văn bản")
    issuer = forms.ChoiceField(label="Nơi gửi")
    issuer_name = NFCField(label="Nơi gửi khác", required=False, max_length=200)
    recipient = forms.ChoiceField(label="Nơi nhận")
    recipient_name = NFCField(label="Nơi nhận khác", required=False, max_length=200)
    summary = NFCField(label="Trích yếu", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    reply_to = forms.TypedChoiceField(label="Trả lời văn bản", required=False, coerce=int, empty_value=None)
    file = _file("Tệp văn bản", accept=FILES, help_text=f"Bản quét có dấu, nếu có. {FILE_HELP}")

    def __init__(self, *args: Any, project: Project, letters: Iterable[Letter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agencies = [one for one in (project.implementing_unit, project.department, project.funder) if one]
        self.agencies: dict[str, Agency] = {str(one.pk): one for one in agencies}
        choices = [*((key, one.name) for key, one in self.agencies.items()), (OTHER, "Nơi khác (ghi bên dưới)")]
        for name in ("issuer", "recipient"):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices
        known = [(one.pk, f"{one} – {one.issuer_name}") for one in letters]
        reply = self.fields["reply_to"]
        if known and isinstance(reply, forms.TypedChoiceField):
            reply.choices = [("", "— không —"), *known]
        else:
            del self.fields["reply_to"]

    def clean(self) -> dict[str, Any]:
        """A place that is none of the agencies has its name."""
        data = super().clean() or {}
        for name in ("issuer", "recipient"):
            if data.get(name) == OTHER and not data.get(f"{name}_name"):
                self.add_error(f"{name}_name", "Hãy ghi tên nơi này.")
        if data.get("issuer") not in {None, OTHER} and data.get("issuer") == data.get("recipient"):
            self.add_error("recipient", "Nơi gửi và nơi nhận phải khác nhau.")
        return data

    @property
    def letter(self) -> LetterInput:
        """What the action takes."""
        data = self.cleaned_data
        issuer, recipient = self.agencies.get(data["issuer"]), self.agencies.get(data["recipient"])
        return LetterInput(
            kind=data["kind"],
            number=data["number"],
            day=data["day"],
            summary=data["summary"],
            issuer=issuer,
            issuer_name="" if issuer else data["issuer_name"],
            recipient=recipient,
            recipient_name="" if recipient else data["recipient_name"],
            reply_to_id=data.get("reply_to"),
        )
