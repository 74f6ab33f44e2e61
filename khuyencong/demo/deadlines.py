"""Time limits that the department and its centre of the demo have set themselves: one of each kind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from khuyencong.core.dates import today
from khuyencong.deadlines.actions import add_deadline, mark_done
from khuyencong.deadlines.models import RuleKind, Shift
from khuyencong.deadlines.rule_days import days_of
from khuyencong.demo.walk import World
from khuyencong.people.actors import Actor
from khuyencong.people.roles import Role

RULES = "Quy chế làm việc 00/QC-VIDU (không có thật)"


def load_deadlines(world: World) -> None:
    """Set them as the department's officer and the centre's do; one of last month's is done, one is overdue."""
    officer, unit = world.actor("dong-thap", "officer"), world.actor("dong-thap-centre", "officer")
    start = (today() - timedelta(days=70)).replace(day=1)

    def put(by: Actor, title: str, role: Role, rule: RuleKind, **parts: Any) -> Any:
        fields = {"title": title, "document": RULES, "role": role, "rule": rule, "from_on": start, **parts}
        return add_deadline(by=by, creation_key=uuid4(), fields=fields)

    monthly = put(
        officer, "Gửi số liệu khuyến công tháng cho UBND tỉnh (ví dụ)", Role.OFFICER, RuleKind.MONTHLY, day=20,
        shift=Shift.PREVIOUS,
    )  # fmt: skip
    for day in days_of(monthly, start, today() - timedelta(days=25)):
        mark_done(deadline_id=monthly.pk, by=officer, version=monthly.version, on=day.nominal)
    put(
        officer, "Thẩm định trong 10 ngày làm việc (ví dụ)", Role.APPRAISER, RuleKind.AFTER_STEP, step="submitted",
        days=10, working_days=True,
    )  # fmt: skip
    put(officer, "Ký hợp đồng sau phê duyệt (ví dụ)", Role.LEADER, RuleKind.AFTER_STEP, step="approved", days=15)
    put(officer, "Báo cáo tổng kết năm (ví dụ)", Role.OFFICER, RuleKind.YEARLY, month=12, day=15, shift=Shift.NEXT)
    put(
        officer, "Họp rà soát giải ngân (ví dụ)", Role.ACCOUNTANT, RuleKind.DAY, on_day=today() + timedelta(days=3),
        from_on=today(),
    )  # fmt: skip
    put(
        officer, "Công khai danh mục đề án (ví dụ)", Role.OFFICER, RuleKind.DAY, on_day=today() - timedelta(days=16)
    )  # fmt: skip
    put(unit, "Gửi lịch khảo sát tháng sau (ví dụ)", Role.OFFICER, RuleKind.MONTHLY, day=31, shift=Shift.PREVIOUS)
