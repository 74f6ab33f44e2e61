"""The rules of the ledger in words, for people who keep it: the page «Quy trình» shows them, a test holds them to the code.

`finance.ledger` judges by `project_rules`, `year_rules` and `envelope_rules`; a rule that is added there must be explained here.
"""

from __future__ import annotations

from dataclasses import dataclass

from khuyencong.finance.models import OF_ENVELOPE, EntryKind
from khuyencong.finance.models.ledger import CASH, SHRINKING


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule: what must hold, in the words of the ledger, and on what ground ("" our own arithmetic)."""

    code: str
    formula: str
    article: str = ""
    note: str = ""


RULES: tuple[RuleRow, ...] = (
    RuleRow(
        "approved_beyond_envelope",
        "Phê duyệt − điều chỉnh giảm − hoàn lại ≤ được giao − giao lại − chuyển sang năm sau − hủy, nộp trả",
        "NĐ 45/2012 Đ14; Luật Ngân sách nhà nước",
        "Với từng hạn mức, dù hai người duyệt cùng lúc.",
    ),
    RuleRow("negative_envelope", "Không số dư nào của hạn mức âm"),
    RuleRow("approved_beyond_plan", "Phê duyệt − điều chỉnh giảm ≤ đưa vào kế hoạch"),
    RuleRow("contracted_beyond_approval", "Ký hợp đồng ≤ phê duyệt − điều chỉnh giảm", "TT 36/2013 Đ12.2"),
    RuleRow(
        "advanced_beyond_share",
        "Tạm ứng ≤ mức tối đa ghi trong hợp đồng",
        "TT 36/2013 Đ13; TTLT 26/2014 Đ8.2.b",
        "Tỷ lệ theo nội dung hoạt động, tính theo ngày ký hợp đồng.",
    ),
    RuleRow("accepted_beyond_contract", "Nghiệm thu ≤ giá trị hợp đồng"),
    RuleRow(
        "paid_beyond_acceptance",
        "Từ lần thanh toán đầu tiên: tạm ứng + thanh toán − thu hồi ≤ nghiệm thu",
        "TT 36/2013 Đ14",
    ),
    RuleRow(
        "paid_beyond_year",
        "Tạm ứng + thanh toán − thu hồi ≤ phê duyệt − điều chỉnh giảm − hoàn lại",
        "NĐ 45/2012 Đ14; Luật Ngân sách nhà nước",
        "Với từng đề án và từng năm ngân sách: chi bằng kinh phí của năm nào thì trong số của năm ấy.",
    ),
    RuleRow("recovered_beyond_paid", "Thu hồi ≤ tạm ứng + thanh toán", "TT 36/2013 Đ12.6"),
    RuleRow(
        "settled_differs",
        "Quyết toán ≤ tạm ứng + thanh toán − thu hồi, và ≤ nghiệm thu",
        "TT 36/2013 Đ18",
        "Bằng nhau khi đề án đã quyết toán; giữa hai năm của đề án nhiều năm thì còn có thể ít hơn.",
    ),
    RuleRow("repaid_beyond_settlement", "Hoàn trả sau quyết toán ≤ quyết toán", "TT 36/2013 Đ12.6"),
    RuleRow(
        "released_what_is_needed",
        "Hoàn lại ≤ phê duyệt − điều chỉnh giảm − số lớn hơn giữa nghiệm thu và đã chi",
        note="Phần không dùng đến trở về hạn mức khi đề án kết thúc.",
    ),
    RuleRow("negative_balance", "Không số dư nào của đề án âm"),
)


@dataclass(frozen=True, slots=True)
class KindRow:
    """One kind of row: to what it belongs, and whether it may be negative."""

    label: str
    of: str
    sign: str


def kinds() -> tuple[KindRow, ...]:
    """Every kind of row in the order in which money moves."""
    return tuple(
        KindRow(
            str(kind.label),
            "hạn mức" if kind in OF_ENVELOPE else "đề án",
            "dương hoặc âm (điều chỉnh giảm)"
            if kind in SHRINKING
            else "dương; âm khi hủy một khoản đã chi"
            if kind in CASH
            else "chỉ dương",
        )
        for kind in EntryKind
    )
