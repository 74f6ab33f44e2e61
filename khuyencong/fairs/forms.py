"""Forms of fairs, of those who take part, of booths and of what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django import forms

from khuyencong.competitions.models import Round
from khuyencong.core.creation import CreationKeyField
from khuyencong.core.dates import today
from khuyencong.core.fields import DongField, NFCField, VNDateField, WholeNumberField
from khuyencong.core.forms import StyledForm, VersionedForm
from khuyencong.fairs.models import MOST_SIDE, PER_MILLE, Booth, Fair, LinkOutcome, Participant
from khuyencong.projects.models import Project

if TYPE_CHECKING:
    ProjectChoice = forms.ModelChoiceField[Project]  # generic in the stubs only
else:
    ProjectChoice = forms.ModelChoiceField

SCANS = ".pdf,.docx,.xlsx,.jpg,.jpeg,.png"
SCANS_HELP = "PDF, Word (.docx), Excel (.xlsx) hoặc ảnh (.jpg, .png), tối đa 20 MB."
NOBODY, OTHER = "", "khac"
ON_PORTAL = "Mọi người đọc được tới hết hạn đăng ký; bỏ đánh dấu ở «Sửa» thì gỡ xuống trong một phút."
MOST_PEOPLE = 10_000_000


def _lines(label: str, *, rows: int = 3, required: bool = False, longest: int = 1_000, help_text: str = "") -> NFCField:
    return NFCField(
        label=label,
        required=required,
        max_length=longest,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _number(label: str) -> NFCField:
    widget = forms.TextInput(attrs={"data-short": True, "autocomplete": "off"})
    return NFCField(label=label, max_length=60, widget=widget)


def _file(label: str) -> forms.FileField:
    return forms.FileField(
        label=label, required=False, allow_empty_file=True, help_text=SCANS_HELP,
        widget=forms.FileInput(attrs={"accept": SCANS}),
    )  # fmt: skip


class FairFields(forms.Form):
    """What a fair is, where and when."""

    name = NFCField(label="Tên hội chợ, triển lãm", max_length=300)
    organiser = NFCField(
        label="Đơn vị tổ chức sự kiện", max_length=300, required=False, help_text="Đơn vị cho thuê gian hàng."
    )
    place = NFCField(label="Địa điểm", max_length=300)
    country = NFCField(label="Nước", max_length=100, required=False, help_text="Chỉ ghi khi ở nước ngoài.")
    starts_on = VNDateField(label="Khai mạc")
    ends_on = VNDateField(label="Bế mạc")
    register_until = VNDateField(label="Đăng ký đến hết ngày", required=False, help_text="Cần có trước khi mời.")
    about = _lines("Nội dung, yêu cầu với cơ sở tham gia", longest=5_000)
    round = forms.ModelChoiceField(
        Round.objects.none(),
        label="Đi cùng kỳ bình chọn",
        required=False,
        empty_label="– không –",
        help_text="Hội chợ kết hợp bình chọn, tôn vinh sản phẩm (khoản 7 Điều 4 Thông tư 46/2012/TT-BCT).",
    )

    def offer(self, rounds: Any) -> None:
        field = self.fields["round"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rounds


class ProjectField(ProjectChoice):
    """A đề án by its code and name."""

    def label_from_instance(self, obj: Project) -> str:
        return f"{obj.code} – {obj.name}"


class NewFairForm(FairFields, StyledForm):
    """A new fair, of one of the đề án of the unit."""

    field_order = ("creation_key", "project", "name")
    creation_key = CreationKeyField()
    project = ProjectField(Project.objects.none(), label="Đề án, nhiệm vụ", empty_label="– chọn –")

    def __init__(self, *args: Any, projects: Iterable[Project], rounds: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(rounds)
        field = self.fields["project"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Project.objects.filter(pk__in=[one.pk for one in projects]).order_by("-year", "-pk")


class ChangeFairForm(FairFields, VersionedForm):
    """The same again; once it was called also whether everybody reads of it."""

    on_portal = forms.BooleanField(label="Hiện trên cổng thông tin", required=False, help_text=ON_PORTAL)

    def __init__(self, *args: Any, rounds: Any, called: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(rounds)
        if not called:
            del self.fields["on_portal"]


class CallForm(VersionedForm):
    """The document that invites."""

    number = _number("Số văn bản mời")
    on = VNDateField(label="Ngày văn bản", initial=today)
    file = _file("Bản chụp văn bản")
    on_portal = forms.BooleanField(label="Hiện trên cổng thông tin", required=False, help_text=ON_PORTAL)


class ConfirmForm(VersionedForm):
    """The document that confirms the list."""

    number = _number("Số văn bản xác nhận")
    on = VNDateField(label="Ngày xác nhận", initial=today)
    norm_read = forms.BooleanField(label="Đã xem những điều chưa chắc về định mức nêu ở trên", required=False)
    file = _file("Danh sách có xác nhận, bản chụp")

    def __init__(self, *args: Any, asks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks:
            del self.fields["norm_read"]


class ReasonForm(VersionedForm):
    """A step with its reason."""

    reason = _lines("Lý do", required=True, longest=2_000)


class InviteForm(VersionedForm):
    """Establishments that were looked for."""

    chosen = forms.MultipleChoiceField(label="Cơ sở", widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, *args: Any, found: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("chosen", found)


class RegisterForm(StyledForm):
    """What an establishment brings along."""

    creation_key = CreationKeyField()
    products = _lines("Sản phẩm trưng bày, giới thiệu", required=True)
    booths_wanted = WholeNumberField(label="Số gian muốn thuê", required=False, min_value=1, max_value=20)
    note = _lines("Ghi chú", rows=2)


class GridForm(VersionedForm):
    """Rows and columns of the plan."""

    rows = WholeNumberField(label="Số hàng", min_value=1, max_value=MOST_SIDE)
    columns = WholeNumberField(label="Số cột", min_value=1, max_value=MOST_SIDE)
    price = DongField(label="Giá thuê mỗi gian mới (đồng)", help_text="Gian đã có giữ giá của mình.")


class PlanForm(VersionedForm):
    """The organiser's picture."""

    file = forms.FileField(
        label="Ảnh mặt bằng", allow_empty_file=True, help_text="JPEG hoặc PNG, tối đa 20 MB.",
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"}),
    )  # fmt: skip


def people_to_choose(coming: Iterable[Participant], *, others: bool) -> list[tuple[str, str]]:
    """Who may stand in a booth, for a field of choices; `others`: also somebody by name."""
    found = [(NOBODY, "– còn trống –"), *((str(one.pk), str(one)) for one in coming)]
    return [*found, (OTHER, "Đơn vị khác (ghi tên)")] if others else found


class BoothForm(VersionedForm):
    """One booth: where, how much, whose."""

    number = NFCField(
        label="Số gian", max_length=20, widget=forms.TextInput(attrs={"data-short": True, "autocomplete": "off"})
    )
    row = WholeNumberField(label="Hàng", required=False, min_value=1, max_value=MOST_SIDE)
    column = WholeNumberField(label="Cột", required=False, min_value=1, max_value=MOST_SIDE)
    x = WholeNumberField(
        label="Từ mép trái (phần nghìn bề ngang)", required=False, min_value=0, max_value=PER_MILLE,
        help_text="0 là mép trái, 1.000 là mép phải. Bấm lên ảnh ở trang gian hàng cũng đặt được.",
    )  # fmt: skip
    y = WholeNumberField(label="Từ mép trên (phần nghìn bề cao)", required=False, min_value=0, max_value=PER_MILLE)
    price = DongField(label="Giá thuê (đồng)")
    supported = forms.BooleanField(label="Được khuyến công hỗ trợ theo định mức", required=False)
    who = forms.ChoiceField(label="Ai dùng gian", required=False)
    holder = NFCField(
        label="Tên đơn vị khác", max_length=200, required=False, help_text="Chỉ ghi khi chọn «Đơn vị khác»."
    )

    def __init__(self, *args: Any, coming: Iterable[Participant], fair: Fair, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("who", people_to_choose(coming, others=True))
        unused = ("row", "column") if fair.layout == "picture" else ("x", "y")
        for name in unused:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """A name belongs to «Đơn vị khác» alone."""
        data = super().clean() or {}
        if data.get("who") == OTHER and not data.get("holder"):
            self.add_error("holder", "Hãy ghi tên đơn vị.")
        if data.get("who") != OTHER:
            data["holder"] = ""
        return data

    @property
    def participant_id(self) -> int | None:
        """The key of the participant that was chosen, None for nobody or somebody else."""
        who: str = self.cleaned_data["who"]
        return int(who) if who not in {NOBODY, OTHER} else None


class AssignForm(VersionedForm):
    """A booth and who gets it; what dragging does, too."""

    booth = forms.ChoiceField(label="Gian")
    participant = forms.ChoiceField(label="Cơ sở", required=False)

    def __init__(self, *args: Any, booths: Iterable[Booth], coming: Iterable[Participant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose(
            "booth",
            [(str(one.pk), f"{one.number}{f' ({one.holder_name})' if one.holder_name else ''}") for one in booths],
        )
        self.choose("participant", people_to_choose(coming, others=False))


class BoothFileForm(VersionedForm):
    """A list of booths."""

    file = forms.FileField(
        label="Tệp Excel", allow_empty_file=True, help_text=".xlsx, theo tệp mẫu.",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )  # fmt: skip


class ContractForm(StyledForm):
    """A contract or agreement for one booth or several."""

    creation_key = CreationKeyField()
    number = _number("Số hợp đồng, thỏa thuận")
    signed_on = VNDateField(label="Ngày ký", initial=today)
    party = NFCField(label="Bên cho thuê", max_length=300)
    booths = forms.MultipleChoiceField(
        label="Gian của hợp đồng", widget=forms.CheckboxSelectMultiple,
        help_text="Chỉ hiện gian có người dùng và chưa có hợp đồng.",
    )  # fmt: skip
    file = _file("Bản chụp hợp đồng")

    def __init__(self, *args: Any, booths: Iterable[Booth], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("booths", [(str(one.pk), f"{one.number}: {one.holder_name}") for one in booths])


class ChangeContractForm(VersionedForm):
    """A contract that was written down wrong."""

    number = _number("Số hợp đồng, thỏa thuận")
    signed_on = VNDateField(label="Ngày ký")
    party = NFCField(label="Bên cho thuê", max_length=300)
    booths = forms.MultipleChoiceField(
        label="Gian của hợp đồng", widget=forms.CheckboxSelectMultiple, required=False,
        help_text="Không chọn gian nào thì hợp đồng được bỏ; bản chụp vẫn ở trong tệp của hội chợ.",
    )  # fmt: skip
    reason = _lines("Lý do sửa", required=True, longest=300)

    def __init__(self, *args: Any, booths: Iterable[Booth], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("booths", [(str(one.pk), f"{one.number}: {one.holder_name}") for one in booths])


class DayForm(VersionedForm):
    """What was sold on one day; made for a thumb."""

    on = VNDateField(label="Ngày")
    sales = DongField(label="Doanh số trong ngày (đồng)", help_text="0 khi không bán được gì.")
    contacts = WholeNumberField(label="Lượt khách hỏi mua, giao dịch", min_value=0, max_value=MOST_PEOPLE, initial=0)
    contracts = WholeNumberField(label="Hợp đồng, biên bản ghi nhớ đã ký", min_value=0, max_value=100_000, initial=0)
    contract_value = DongField(label="Giá trị hợp đồng (đồng)", required=False)
    note = _lines("Ghi chú", rows=2)


class VisitorsForm(VersionedForm):
    """How many came."""

    on = VNDateField(label="Ngày")
    visitors = WholeNumberField(label="Lượt khách tham quan", min_value=0, max_value=MOST_PEOPLE)


class LinkForm(StyledForm):
    """A partner to look at again."""

    creation_key = CreationKeyField()
    partner = NFCField(label="Đối tác, nhà phân phối", max_length=300, help_text="Tên đơn vị; không ghi số điện thoại.")
    about = _lines("Trao đổi về")
    due_on = VNDateField(label="Hỏi lại ngày")


class FollowForm(VersionedForm):
    """What has come of it."""

    outcome = forms.ChoiceField(label="Kết quả", choices=LinkOutcome.choices, widget=forms.RadioSelect)
    value = DongField(
        label="Giá trị đơn hàng, hợp đồng sau hội chợ (đồng)", required=False,
        help_text="Không tính lại hợp đồng đã ký ngay tại hội chợ.",
    )  # fmt: skip
    told = _lines("Diễn biến", required=True, longest=2_000)
    due_on = VNDateField(label="Hỏi lại ngày", required=False, help_text="Khi còn theo dõi.")
