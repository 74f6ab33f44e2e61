"""What is known of an activity on a day, and what is not: norm, papers, first advance, outputs.

One answer for the page of the law, the page of a đề án and the test that walks the whole catalogue: nothing of the nine
contents may lack something without a sentence that says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from khuyencong.law.advances import AdvanceShare, advance_share_on
from khuyencong.law.catalogue import Activity
from khuyencong.law.norms import NormBook, shipped_norms
from khuyencong.law.outputs import Output, outputs_for
from khuyencong.law.papers import Paper, Stage, papers_for
from khuyencong.law.values import NATIONAL, NoNorm, Norm

# The papers that differ from activity to activity: TT 36/2013 Đ13–Đ15.
OWN_STAGES = (Stage.ADVANCE, Stage.REMAINDER)


@dataclass(frozen=True, slots=True)
class Standing:
    """One activity on one day for one source of money. `gaps` are sentences: what is missing or waits to be read."""

    activity: Activity
    norm: Norm | None
    no_norm: str
    papers: dict[Stage, tuple[Paper, ...]]
    advance: AdvanceShare
    outputs: tuple[Output, ...]
    gaps: tuple[str, ...]


def standing_of(
    activity: Activity,
    on: date,
    *,
    source: str = NATIONAL,
    province_keys: tuple[str, ...] = (),
    book: NormBook | None = None,
) -> Standing:
    """What the law says of an activity on a day; the shipped norms unless `book` is given. No query."""
    found = (book or shipped_norms()).norm_on(activity.code, source=source, province_keys=province_keys, on=on)
    norm, no_norm = (None, found.reason) if isinstance(found, NoNorm) else (found, "")
    papers = {stage: papers_for(activity.code, stage, on) for stage in Stage}
    advance = advance_share_on(activity.code, on, source=source)
    delivered = outputs_for(activity.code, on)
    return Standing(
        activity,
        norm,
        no_norm,
        papers,
        advance,
        delivered,
        tuple(_gaps(activity, norm, no_norm, papers, advance, delivered)),
    )


def _gaps(
    activity: Activity,
    norm: Norm | None,
    no_norm: str,
    papers: dict[Stage, tuple[Paper, ...]],
    advance: AdvanceShare,
    delivered: tuple[Output, ...],
) -> list[str]:
    found = []
    if norm is None:
        found.append(f"Định mức: {no_norm.rstrip('.')}.")
    elif norm.pending or not norm.verified:
        found.append(f"Định mức chờ xác minh ({norm.citation}).")
    elif not (norm.has_numbers or norm.tiers):
        found.append(f"Định mức không nêu số: theo chế độ chung hoặc hợp đồng ({norm.citation}).")
    if advance.needs_decision:
        found.append(f"Tạm ứng: {advance.condition}")
    elif not advance.verified:
        found.append(f"Tỷ lệ tạm ứng chờ xác minh ({advance.article}).")
    found += [
        f"{stage.label}: chưa đọc được giấy tờ riêng của hoạt động này, chỉ có giấy tờ chung."
        for stage in OWN_STAGES
        if not any(activity.code in paper.activities for paper in papers[stage])
    ]
    if not any(one.article for one in delivered):
        found.append("Đầu ra: chưa đọc được điều nào nêu; đếm theo cách của hệ thống.")
    return found
