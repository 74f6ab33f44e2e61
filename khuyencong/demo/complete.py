"""What a made-up đề án says so that nothing is missing when it is submitted: TT 36/2013 Đ5."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from khuyencong.core.dates import today
from khuyencong.projects import actions as projects

TEXTS = {
    "necessity": "Máy đang dùng cũ, hao nguyên liệu, không đáp ứng đơn hàng.",
    "aims": "Tăng năng suất, giảm hao hụt, thêm việc làm.",
    "scale": "Một máy cho mỗi cơ sở, công suất 500 kg mỗi mẻ.",
    "superior": "Tự động giữ nhiệt, hao nguyên liệu ít hơn máy cũ một phần ba.",
    "content": "Khảo sát, mua máy, lắp đặt, chạy thử, nghiệm thu.",
    "organisation": "Trung tâm lập hồ sơ, theo dõi; cơ sở mua, lắp và vận hành máy.",
    "effect_economic": "Năng suất tăng một phần ba.",
    "effect_social": "Thêm ba lao động ở mỗi cơ sở.",
    "effect_environment": "Phế phẩm giảm một nửa.",
    "sustainability": "Cơ sở tự vận hành bằng doanh thu của mình.",
    "replicability": "Có thể nhân rộng trong xã.",
    "selection": "chosen",
}


def within_the_year(year: int) -> date:
    """Four months from now, but not beyond the plan year: that would be a đề án of several years."""
    return max(today(), min(today() + timedelta(days=120), date(year, 12, 31)))


def rows_between(starts: date, ends: date) -> projects.ContentRows:
    """Two pieces of work and two promised figures."""
    middle = starts + (ends - starts) / 2
    return projects.ContentRows(
        work_items=[
            projects.WorkInput("Mua, lắp đặt máy", "Cơ sở thụ hưởng", starts, middle, "Máy được lắp đặt"),
            projects.WorkInput("Chạy thử, nghiệm thu", "Trung tâm và cơ sở", middle, ends, "Biên bản nghiệm thu"),
        ],
        indicators=[
            projects.IndicatorInput("jobs_new", Decimal(3), Decimal(0)),
            projects.IndicatorInput("output", Decimal(120), Decimal(90), unit="tấn/năm"),
        ],
    )
