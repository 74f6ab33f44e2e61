"""Sums as numbers with unit and note, for the tops of pages."""

from __future__ import annotations

from khuyencong.core.components import Stat
from khuyencong.core.money import format_dong, format_percent, format_trieu
from khuyencong.reporting.queries import Row


def stats_of(total: Row, *, establishments: int | None = None) -> list[Stat]:
    """The head of a page of results; each number opens the list that it counts."""
    sums, url = total.sums, total.url
    distinct = ""
    if establishments is not None and establishments != sums.beneficiaries:
        distinct = f"{format_dong(establishments)} cơ sở khác nhau"
    return [
        Stat("Đề án, nhiệm vụ", format_dong(sums.projects), "", url=url),
        Stat("Cơ sở thụ hưởng", format_dong(sums.beneficiaries), "lượt", distinct, url),
        Stat("Tổng kinh phí", format_trieu(sums.total), "triệu đồng", url=url),
        Stat("Kinh phí khuyến công hỗ trợ", format_trieu(sums.support), "triệu đồng", url=url),
        Stat("Đối ứng và nguồn khác", format_trieu(sums.own_money), "triệu đồng", url=url),
        Stat(
            "Quyết toán so với kế hoạch",
            format_percent(sums.percent_settled),
            "",
            f"{format_trieu(sums.settled)} / {format_trieu(sums.planned)} triệu đồng",
            url,
        ),
    ]
