"""What TT 36/2013 Đ2.3, Đ3 and Đ5 ask of the contents of a đề án by its kind, beside its texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from khuyencong.core.findings import Blocker, Finding, Warning_
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import (
    EstimateLine,
    ExpectedIndicator,
    LinkedActivity,
    Project,
    ProjectKind,
    UnitSelection,
    WorkItem,
)
from khuyencong.projects.years import years_of

# TT 36/2013 Đ3.1: what is put out to tender where it meets the conditions of the law on tenders.
TENDERED = frozenset(
    {
        "fair_domestic_organise",
        "fair_domestic_join",
        "fair_abroad",
        "cluster_infrastructure",
        "pollution_cluster",
        "information",
    }
)
EFFECTS = (
    ("effect_economic", "kinh tế"),
    ("effect_social", "xã hội"),
    ("effect_environment", "môi trường"),
    ("sustainability", "tính bền vững"),
)


@dataclass(frozen=True)
class WrittenRows:
    """The rows under the description, read once."""

    work_items: Sequence[WorkItem] = ()
    indicators: Sequence[ExpectedIndicator] = ()
    linked_activities: Sequence[LinkedActivity] = ()


def written_rows(project: Project) -> WrittenRows:
    """Those of the database; three queries."""
    return WrittenRows(
        work_items=list(project.work_items.all()),
        indicators=list(project.indicators.all()),
        linked_activities=list(project.linked_activities.all()),
    )


def content_findings(project: Project, rows: WrittenRows) -> list[Finding]:
    """The work to be done, and what a flagship or a tendered đề án is besides."""
    return [*_work(project, rows.work_items), *_flagship(project, rows.linked_activities), *_selection(project)]


def _work(project: Project, items: Sequence[WorkItem]) -> list[Finding]:
    article = "TT 36/2013 Đ5.5"
    if not items:
        sentence = "Chưa ghi nội dung công việc và tiến độ: việc gì, ai làm, từ ngày nào đến ngày nào."
        return [Blocker("missing_work", sentence, article)]
    found: list[Finding] = []
    for one in items:
        lacks = [
            label
            for missing, label in (
                (not one.who.strip(), "ai thực hiện"),
                (one.starts_on is None or one.ends_on is None, "từ ngày nào đến ngày nào"),
            )
            if missing
        ]
        if lacks:
            found.append(Blocker("work_incomplete", f"Công việc «{one}»: chưa ghi {', '.join(lacks)}.", article))
        outside = [day for day in (one.starts_on, one.ends_on) if day and not _inside(project, day)]
        if outside:
            sentence = f"Công việc «{one}» nằm ngoài thời gian của đề án."
            found.append(Blocker("work_outside_project", sentence, article))
    return found


def _inside(project: Project, day: date) -> bool:
    return (project.starts_on is None or day >= project.starts_on) and (
        project.ends_on is None or day <= project.ends_on
    )


def _flagship(project: Project, linked: Sequence[LinkedActivity]) -> list[Finding]:
    article = "TT 36/2013 Đ2.3"
    if project.kind != ProjectKind.FLAGSHIP:
        if not linked:
            return []
        return [Warning_("linked_elsewhere", "Nội dung hoạt động liên kết chỉ dùng cho «Đề án điểm».", article)]
    found: list[Finding] = []
    if not linked:
        sentence = "Đề án điểm phải có từ hai nội dung hoạt động liên kết với nhau trở lên."
        found.append(Blocker("flagship_one_activity", sentence, article))
    found += [
        Blocker("flagship_link_unsaid", f"Chưa ghi «{one}» liên kết với nội dung chính thế nào.", article)
        for one in linked
        if not one.link.strip()
    ]
    if project.starts_on and project.ends_on and project.ends_on < _a_year_after(project.starts_on):
        found.append(Blocker("flagship_too_short", "Đề án điểm phải thực hiện trên một năm.", article))
    return found


def _a_year_after(day: date) -> date:
    """The same day of the next year: a đề án that still runs on it lasts more than a year."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return date(day.year + 1, 3, 1)


def _selection(project: Project) -> list[Finding]:
    """Đ3 is about national money only; whether the conditions for a tender are met, people judge."""
    if project.source != FundingSource.NATIONAL:
        return []
    if project.activity in TENDERED and project.selection != UnitSelection.TENDER:
        sentence = "Nội dung này thực hiện theo Luật Đấu thầu nếu đủ điều kiện: hãy đối chiếu phương thức đã chọn."
        return [Warning_("tender_expected", sentence, "TT 36/2013 Đ3.1")]
    if not project.selection:
        sentence = "Chưa ghi phương thức chọn đơn vị thực hiện; đề án ngoài diện đấu thầu thì xét chọn."
        return [Warning_("selection_unsaid", sentence, "TT 36/2013 Đ3.2")]
    return []


def effect_findings(project: Project, rows: WrittenRows) -> list[Finding]:
    """Đ5.8 asks for each effect; that it can be replicated only where it can."""
    found: list[Finding] = []
    lacking = [label for name, label in EFFECTS if not getattr(project, name).strip()]
    if lacking:
        found.append(Blocker("missing_effects", f"Chưa ghi hiệu quả: {', '.join(lacking)}.", "TT 36/2013 Đ5.8"))
    if not rows.indicators:
        sentence = "Chưa có chỉ tiêu dự kiến bằng số: sau này không có gì để đối chiếu kết quả."
        found.append(Warning_("no_indicators", sentence, "TT 36/2013 Đ5.3"))
    return found


def year_findings(project: Project, lines: Sequence[EstimateLine]) -> list[Finding]:
    """A đề án of several years says what each of them costs; no line lies outside."""
    years = years_of(project)
    taken = {line.year or project.year for line in lines}
    found: list[Finding] = [
        Blocker("year_without_estimate", f"Đề án kéo dài đến năm {years[-1]}: dự toán chưa có dòng nào cho năm {year}.",
                "TT 36/2013 Đ5.6, Mẫu số 1")
        for year in years
        if year not in taken
    ]  # fmt: skip
    found += [
        Blocker("line_outside_years", f"Dự toán có dòng cho năm {year}, ngoài thời gian của đề án.", "TT 36/2013 Đ5.5")
        for year in sorted(taken - set(years))
    ]
    return found
