"""What people are told before they give anything of themselves: drawn from the descriptions by which it is found and hidden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from khuyencong.persons.holding import RULES, Kind, Rule, Sort
from khuyencong.persons.where import HOLDINGS

# What it is for; a kind of person that is not here cannot be told, and a test says so.
PURPOSES: Final[Mapping[Kind, str]] = {
    Kind.USER: "Đăng nhập, biết ai đã làm việc gì, gửi thông báo.",
    Kind.OWNER: "Xét điều kiện được hỗ trợ, ký hợp đồng, liên hệ, theo dõi hiệu quả sau hỗ trợ.",
    Kind.CONTACT: "Liên hệ về đề án, gian hàng, việc tư vấn.",
    Kind.COLLABORATOR: "Ký hợp đồng cộng tác viên, chi phụ cấp.",
    Kind.LEARNER: "Lập danh sách lớp, điểm danh, chi tiền ăn ở theo chế độ, cấp giấy chứng nhận, đếm theo giới và dân tộc.",
    Kind.TRAINER: "Mời giảng, chi thù lao.",
    Kind.JUROR: "Lập hội đồng, ghi điểm và chữ ký của từng người.",
    Kind.PRESENT: "Ghi thành phần của buổi kiểm tra, nghiệm thu, bàn giao.",
    Kind.COMPLAINANT: "Trả lời người khiếu nại.",
    Kind.ASKER: "Trả lời người hỏi.",
    Kind.RECIPIENT: "Chuyển tiền đúng người, đối chiếu với Kho bạc.",
    Kind.SIGNER: "Ghi ai ký văn bản nào.",
}
# Said as what it is to the person, not as a field.
_NOT_TOLD: Final = frozenset({Sort.COPY, Sort.SECRET, Sort.TEXT, Sort.FILE})


@dataclass(frozen=True)
class Collected:
    """One kind of person: what is kept of it, and what for."""

    kind: Kind
    what: tuple[str, ...]
    purpose: str


def collected() -> list[Collected]:
    """Every kind of person that stands anywhere, with all that is kept of it."""
    found: dict[Kind, dict[str, None]] = {}
    for holding in HOLDINGS:
        told = found.setdefault(holding.kind, {})
        told.update({str(sort): None for sort in Sort if sort in holding.fields.values() and sort not in _NOT_TOLD})
    return [
        Collected(kind, tuple(found[kind]), PURPOSES[kind]) for kind in Kind if kind in PURPOSES and found.get(kind)
    ]


def kept() -> list[Rule]:
    """How long each sort of record is kept, and by which law an agency must keep it meanwhile."""
    return list(RULES.values())
