"""What is payable, as a page of an officer's notebook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from khuyencong.core.components import Sheet, SheetLine, SheetResult
from khuyencong.core.money import format_dong
from khuyencong.delivery.assessing import Assessment
from khuyencong.delivery.models import Acceptance
from khuyencong.delivery.payable import payable_as_dict
from khuyencong.law.support import Payable

TITLE = "Cách tính số tiền được thanh toán"
NOTE = "Không vượt mức được phê duyệt, tỷ lệ trên chi phí nghiệm thu, mức trần và số còn lại của hợp đồng."


def payable_sheet(payable: Payable, subtitle: str) -> Sheet:
    """The steps of a calculation, and its result in đồng."""
    return _sheet(payable_as_dict(payable), subtitle)


def assessment_sheet(tried: Assessment) -> Sheet:
    """What would be payable for what was typed."""
    return payable_sheet(tried.payable, f"Theo số đã nhập: {format_dong(tried.cost)} đồng chi phí làm căn cứ hỗ trợ")


def kept_sheet(acceptance: Acceptance) -> Sheet:
    """The calculation as it was kept with an acceptance."""
    return _sheet(acceptance.calculation, f"Biên bản {acceptance.number}")


def _sheet(calculation: Mapping[str, Any], subtitle: str) -> Sheet:
    return Sheet(
        title=TITLE,
        subtitle=subtitle,
        lines=tuple(
            SheetLine(step["label"], amount=step["amount"], how=step["formula"], article=step["article"])
            for step in calculation["steps"]
        ),
        results=(SheetResult("Được thanh toán", calculation["amount"]),),
        note=NOTE,
    )
