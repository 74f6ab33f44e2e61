"""The progress of a programme as an Excel file: the same figures as the page."""

from __future__ import annotations

from khuyencong.core.dates import format_date, today
from khuyencong.documents.excel import Column, Sheet, Value, workbook
from khuyencong.progress.pace import TOLERANCE_POINTS
from khuyencong.progress.queries import Line, MoneyLine, Standing

NO_FIGURE = "chưa có số liệu trong hệ thống"
TO_VERIFY = "chờ xác minh"


def standing_workbook(standing: Standing, *, part: str) -> bytes:
    """The .xlsx: targets, results outside the targets, money in whole đồng. `part`: as on the page, "" for the whole."""
    scope, version = standing.scope, standing.version
    decided = f"{version.decision_number}" if not version.is_draft else "dự thảo"
    lines = [
        f"{scope.programme.agency}, giai đoạn {scope.programme.period}; phiên bản {version.number} ({decided})",
        f"Kết quả tính đến ngày {format_date(scope.on)}" + (f", phần của {part}" if part else ""),
        f"Lập ngày {format_date(today())} bởi {scope.actor}",
        f"Đúng nhịp: phần đã đạt chênh phần thời gian đã qua không quá {TOLERANCE_POINTS} điểm phần trăm",
    ]
    title = scope.programme.name.upper()
    targets = [
        Column("Chỉ tiêu", "text", 44),
        Column("Giai đoạn", "text", 12),
        Column("Đơn vị", "text", 14),
        Column("Chỉ tiêu từ", "int", 12),
        Column("đến", "int", 12),
        Column("Đã đạt", "int", 12),
        Column("Đạt so với chỉ tiêu", "percent", 12),
        Column("Thời gian đã qua", "percent", 12),
        Column("Tiến độ", "text", 28),
        Column("Cách đếm", "text", 60),
        Column("Điều khoản", "text", 20),
        Column("Xác minh", "text", 14),
    ]
    rows = [_target(line) for line in standing.targets] + [_outside(line) for line in standing.outside]
    money = [
        Column("Nguồn", "text", 30),
        Column("Kế hoạch từ (đồng)", "dong", 20),
        Column("đến (đồng)", "dong", 20),
        Column("Đã giao (đồng)", "dong", 20),
        Column("Đã phê duyệt (đồng)", "dong", 20),
        Column("Đã chi (đồng)", "dong", 20),
        Column("Đã chi so với kế hoạch", "percent", 14),
        Column("Tiến độ", "text", 16),
        Column("Xác minh", "text", 14),
    ]
    return workbook(
        [
            Sheet("Chỉ tiêu", title, targets, rows, subtitle_lines=lines),
            Sheet("Kinh phí", title, money, [_money(line) for line in standing.money], subtitle_lines=lines),
        ]
    )


def _target(line: Line) -> list[Value]:
    target = line.target
    assert target is not None  # noqa: S101  # the lines of targets have one
    pace = line.pace.label if line.pace else (NO_FIGURE if line.reached is None else "")
    return [
        line.label,
        line.period,
        line.unit,
        target.low,
        target.high,
        line.reached,
        line.percent,
        line.percent_elapsed,
        pace,
        line.indicator.how,
        target.article,
        "" if target.verified else TO_VERIFY,
    ]


def _outside(line: Line) -> list[Value]:
    return [
        f"{line.label} (ngoài chỉ tiêu)",
        line.period,
        line.unit,
        None,
        None,
        line.reached,
        None,
        None,
        "",
        line.indicator.how,
        "",
        "",
    ]


def _money(line: MoneyLine) -> list[Value]:
    planned = line.planned
    return [
        line.source.label,
        planned.low if planned else None,
        planned.high if planned else None,
        line.sums.given,
        line.sums.approved,
        line.sums.paid,
        line.percent_paid,
        line.pace.label if line.pace else "",
        "" if planned is None or planned.verified else TO_VERIFY,
    ]
