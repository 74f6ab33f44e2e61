"""Made-up data for the gallery page, where every component can be seen, printed and checked for accessibility."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.paginator import Paginator

from khuyencong.core.components import (
    Action,
    Bar,
    Cell,
    Change,
    Column,
    Crumb,
    Event,
    Fact,
    Paper,
    PlanRow,
    Row,
    Sheet,
    SheetLine,
    SheetResult,
    Stat,
    Step,
    Tab,
)
from khuyencong.core.fields import DongField, NFCField, VNDateField
from khuyencong.core.findings import Blocker, NeedsApproval, Warning_
from khuyencong.core.forms import FieldGroup, StyledForm

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
CAP = Blocker("cap", "Đề nghị 350.000.000 đồng, quá mức tối đa 300.000.000 đồng một cơ sở.", "Thông tư X, Điều 6")


class SampleForm(StyledForm):
    """One field of each kind, the last two folded."""

    folded = (FieldGroup("Thông tin ít dùng", ("note", "attachment"), "Không bắt buộc."),)

    name = NFCField(label="Tên đề án", max_length=200, help_text="Ghi như trong văn bản đề nghị.")
    amount = DongField(label="Kinh phí đề nghị hỗ trợ", help_text="Đồng; có thể ghi «800 triệu».")
    start_on = VNDateField(label="Ngày bắt đầu", help_text="Dạng ngày/tháng/năm.")
    source = forms.ChoiceField(
        label="Nguồn", choices=[("", "Chọn nguồn"), ("national", "Quốc gia"), ("local", "Địa phương")]
    )
    kind = forms.ChoiceField(
        label="Loại", choices=[("single", "Đề án"), ("group", "Đề án nhóm")], widget=forms.RadioSelect
    )
    note = NFCField(label="Ghi chú", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    complete = forms.BooleanField(label="Hồ sơ đã đủ", required=False)
    attachment = forms.FileField(label="Tệp đính kèm", required=False, help_text="PDF, Word hoặc Excel, tối đa 20 MB.")


class LineForm(StyledForm):
    """One line of an estimate."""

    item = NFCField(label="Hạng mục", max_length=200)
    support = DongField(label="Kinh phí khuyến công")
    own = DongField(label="Đối ứng")


class ReasonForm(StyledForm):
    """A reason, as asked by a step that sends a dossier back."""

    reason = NFCField(label="Lý do trả lại", widget=forms.Textarea(attrs={"rows": 3}))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the made-up month."""
    return datetime(2026, 3, day, hour, minute, tzinfo=HERE)


def steps() -> list[Step]:
    """A life cycle in its middle."""
    return [
        Step("Lập đề án", "done", who="Nguyễn Thị Mẫu, Trung tâm Khuyến công", at=at(2, 8, 5)),
        Step("Gửi đề nghị", "done", who="Nguyễn Thị Mẫu, Trung tâm Khuyến công", at=at(4, 14, 30)),
        Step("Thẩm định cơ sở", "current", owes="Sở Công Thương", due=date(2026, 3, 20)),
        Step("Phê duyệt", "todo", note="Trong kế hoạch năm"),
        Step("Thực hiện", "todo"),
        Step("Nghiệm thu", "todo"),
        Step("Quyết toán", "todo"),
    ]


def events() -> list[Event]:
    """What was done, newest first."""
    return [
        Event(at(5, 9, 10), "Yêu cầu bổ sung hồ sơ", "Trần Văn Ví Dụ, Sở Công Thương", note="Thiếu báo giá thứ hai."),
        Event(
            at(4, 14, 30),
            "Gửi đề nghị",
            "Nguyễn Thị Mẫu, Trung tâm Khuyến công",
            changes=(Change("Trạng thái", "Bản nháp", "Đã gửi"), Change("Ngày gửi", "", "04/03/2026")),
        ),
    ]


def sheet() -> Sheet:
    """A calculation that ends below what was asked."""
    return Sheet(
        title="Tính mức hỗ trợ: Cơ sở cơ khí Ví Dụ",
        subtitle="Ứng dụng máy móc tiên tiến, nguồn địa phương, tính theo quy định ngày 04/03/2026",
        lines=(
            SheetLine("Chi phí máy móc, thiết bị được tính", 640_000_000, how="Theo dự toán, chưa có thuế"),
            SheetLine("Tỷ lệ tối đa", text="50 %", article="Thông tư X, Điều 6 khoản 2"),
            SheetLine("Theo tỷ lệ", 320_000_000, how="640.000.000 × 50 %"),
            SheetLine("Mức tối đa một cơ sở", 300_000_000, article="Thông tư X, Điều 6 khoản 2"),
        ),
        results=(SheetResult("Mức hỗ trợ tối đa", 300_000_000), SheetResult("Đã đề nghị", 350_000_000)),
        note="Số liệu minh họa, không phải quy định.",
        findings=(CAP,),
    )


def table() -> dict[str, Any]:
    """A list of three projects with its sums."""
    rows = [
        ("Máy ép gạch không nung", "Đang thực hiện", "info", "300.000.000", "1.750.000.000"),
        ("Dây chuyền sấy nông sản", "Đã quyết toán", "success", "200.000.000", "800.000.000"),
        ("Lò nung tiết kiệm năng lượng", "Trả lại", "warning", "130.000.000", "558.129.000"),
    ]
    return {
        "title": "Đề án trong năm",
        "caption": "Đơn vị: đồng",
        "columns": [
            Column("Đề án", sort_url="?sap-xep=ten", sorted="ascending"),
            Column("Trạng thái"),
            Column("Hỗ trợ", num=True),
            Column("Tổng kinh phí", num=True),
        ],
        "rows": [
            Row((Cell(name, url="#bang"), Cell(state, badge=True, tone=tone), Cell(support), Cell(total)))  # type: ignore[arg-type]  # the tones above are all known
            for name, state, tone, support, total in rows
        ],
        "totals": ["Cộng 3 đề án", "", "630.000.000", "3.108.129.000"],
    }


def actions() -> list[Action]:
    """Steps that can be taken, and one that cannot."""
    return [
        Action("xem", "Xem hồ sơ", "#nut", method="get", icon="eye"),
        Action("gui", "Gửi đề nghị", "#nut", tone="primary", icon="send", blocked=CAP),
    ]


def confirmations() -> list[Action]:
    """Steps that ask once more."""
    return [
        Action("trinh", "Trình phê duyệt", "", tone="primary", icon="send", sentence="Hồ sơ sẽ chuyển tới lãnh đạo."),
        Action("tra-lai", "Trả lại", "", icon="arrow-back-up", sentence="Hồ sơ trở về đơn vị lập.", form=ReasonForm()),
        Action("huy", "Dừng đề án", "", tone="danger", icon="ban", sentence="Không thể làm lại bước đã dừng."),
    ]


def gallery_context() -> dict[str, Any]:
    """Everything `gallery.html` needs beside the request."""
    lines = forms.formset_factory(LineForm, extra=1, max_num=5)
    wrong = {"amount": "ba trăm", "start_on": "31/02/2026", "name": "", "kind": "single", "source": "local"}
    return {
        "crumbs": [Crumb("Đề án", "#"), Crumb("Các thành phần")],
        "tabs": [
            Tab("Tổng quan", "?tab=tong-quan", active=True),
            Tab("Hồ sơ", "?tab=ho-so", count=4),
            Tab("Hợp đồng và kinh phí", "?tab=kinh-phi"),
            Tab("Nhật ký", "?tab=nhat-ky", count=12),
        ],
        "steps": steps(),
        "bars": [
            Bar("Được duyệt", 300_000_000, 300_000_000),
            Bar("Đã ký hợp đồng", 300_000_000, 300_000_000),
            Bar("Đã tạm ứng", 90_000_000, 300_000_000, note="tối đa 30 %"),
            Bar("Đã nghiệm thu", 0, 300_000_000),
            Bar("Đã quyết toán", 0, 300_000_000),
        ],
        "plan_rows": [
            PlanRow("Máy móc tiên tiến", 600_000_000, 630_000_000),
            PlanRow("Mô hình trình diễn", 400_000_000, 150_000_000),
            PlanRow("Số đề án", 4, 3, unit="đề án"),
        ],
        "stats": [
            Stat("Đề án", "3", "đề án", note="năm 2026"),
            Stat("Hỗ trợ", "630", "triệu đồng", url="#"),
            Stat("Đối ứng", "2.478,129", "triệu đồng"),
            Stat("Cơ sở thụ hưởng", "6", "cơ sở"),
            Stat("Đạt kế hoạch", "93,5 %", "", note="của hỗ trợ theo kế hoạch năm"),
        ],
        "events": events(),
        "findings": [
            CAP,
            NeedsApproval(
                "priority", "Hệ số ưu tiên 1,5 cần quyết định của người có thẩm quyền.", "Nghị định Y, Điều 6"
            ),
            Warning_("similar", "Cơ sở này đã nhận hỗ trợ năm 2024."),
        ],
        "actions": actions(),
        "confirmations": confirmations(),
        "form": SampleForm(prefix="mau"),
        "wrong_form": SampleForm(wrong, auto_id="loi_%s"),
        "formset": lines(prefix="dong", initial=[{"item": "Máy ép", "support": 300_000_000, "own": 340_000_000}]),
        "sheet": sheet(),
        "table": table(),
        "facts": [
            Fact("Mã đề án", "DL-2026-0001"),
            Fact("Đơn vị thực hiện", "Trung tâm Khuyến công", "#"),
            Fact("Mã số thuế", ""),
        ],
        "paper": Paper(
            organ_above="Ủy ban nhân dân tỉnh Ví Dụ",
            organ="Sở Công Thương",
            number="12/BC-SCT",
            place="Ví Dụ",
            on=date(2026, 3, 5),
            title="Báo cáo",
            subtitle="Kết quả hoạt động khuyến công quý I năm 2026",
        ),
        "page_obj": Paginator(range(1, 54), 20).page(2),
    }
