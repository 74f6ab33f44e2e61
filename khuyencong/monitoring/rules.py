"""What stands against a report, and of which month one may be written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from khuyencong.core.dates import format_date
from khuyencong.core.errors import Refused
from khuyencong.core.findings import Blocker, Finding, Warning_
from khuyencong.core.money import format_dong
from khuyencong.monitoring.days import first_of, latest_month
from khuyencong.monitoring.figures import Asked, Figures, received_by
from khuyencong.monitoring.models import WHOLE, ProgressReport, ReportState, WorkState
from khuyencong.people.actors import Actor
from khuyencong.projects.indicators import plain_number
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState

CONFIRMED_BY = "TT 36/2013 Đ21.4"
OWN = "Người lập hoặc nộp báo cáo không được xác nhận hay trả lại báo cáo ấy."


def under_way_since(project: Project) -> date | None:
    """The day of the contract or assignment, from which reports are owed; None before. One query."""
    part = getattr(project, "contract_part", None)
    return part.contract.signed_on if part is not None else None


def check_month(project: Project, month: date, *, on: date) -> None:
    """Refused unless a report of this month may be written on the day `on`: the đề án is under way, the month has come."""
    if project.state != ProjectState.IN_PROGRESS:
        raise Refused(f"Đề án ở trạng thái «{project.get_state_display()}» không lập báo cáo tiến độ.")
    since = under_way_since(project)
    if since is not None and month < first_of(since):
        raise Refused(f"Hợp đồng ký ngày {format_date(since)}: trước tháng {since:%m/%Y} chưa có gì để báo cáo.")
    if month > latest_month(on):
        raise Refused(f"Chưa tới kỳ báo cáo tháng {month:%m/%Y}.")


def confirmed_before(report: ProgressReport) -> ProgressReport | None:
    """What was confirmed last of this month or an earlier one; None where nothing was. One query."""
    found = report.project.progress_reports.filter(state=ReportState.CONFIRMED, month__lte=report.month)
    return found.exclude(pk=report.pk).order_by("-month", "-number").first()


def findings_of(report: ProgressReport, figures: Figures, asked: Asked) -> list[Finding]:
    """Everything that stands against handing in these figures; two queries."""
    received = received_by(report.project)
    found: list[Finding] = [
        *_money(figures, asked.beneficiaries, asked.estimate),
        *_less_than_before(report, figures, confirmed_before(report)),
        *_volume(figures),
    ]
    if figures.support_received != received:
        sentence = f"Báo cáo ghi đã nhận {format_dong(figures.support_received)} đồng; sổ kinh phí ghi {format_dong(received)} đồng."
        found.append(Warning_("support_differs", sentence))
    return found


def _money(figures: Figures, names: Mapping[int | None, str], estimate: Mapping[int | None, int]) -> list[Finding]:
    found: list[Finding] = []
    for part in figures.parts:
        name = names.get(part.beneficiary_id)
        if name is None:
            found.append(Blocker("part_left", "Đơn vị thụ hưởng của đề án đã thay đổi: hãy mở sửa và lưu lại báo cáo."))
            continue
        if part.done > part.total:
            found.append(Blocker("more_than_all", f"{name}: giá trị đã thực hiện lớn hơn tổng vốn đầu tư."))
        asked = estimate[part.beneficiary_id]
        if part.total < asked:
            sentence = f"{name}: tổng vốn đầu tư không được nhỏ hơn dự toán được duyệt {format_dong(asked)} đồng."
            found.append(Blocker("less_than_estimate", sentence, "TT 36/2013 Đ13.2.d"))
    if {part.beneficiary_id for part in figures.parts} != set(names):
        found.append(Blocker("parts_missing", "Có đơn vị thụ hưởng chưa có dòng trong báo cáo: hãy mở sửa và lưu lại."))
    if figures.support_used > figures.support_received:
        found.append(Blocker("used_more", "Kinh phí đã sử dụng không được lớn hơn kinh phí đã nhận."))
    return found


def _less_than_before(report: ProgressReport, figures: Figures, before: ProgressReport | None) -> list[Finding]:
    """Never less than confirmed before without a reason; the reason of a correction is one."""
    if before is None or figures.decrease_reason.strip() or report.correction_reason:
        return []
    found: list[Finding] = []
    if figures.volume < before.volume:
        sentence = (
            f"Khối lượng {plain_number(figures.volume)}% thấp hơn {plain_number(before.volume)}% đã xác nhận tháng "
            f"{before.month:%m/%Y}: hãy ghi lý do."
        )
        found.append(Blocker("less_volume", sentence, CONFIRMED_BY))
    done = sum(part.done for part in figures.parts)
    if done < before.investment_done:
        sentence = (
            f"Giá trị đã thực hiện {format_dong(done)} đồng thấp hơn {format_dong(before.investment_done)} đồng đã xác "
            f"nhận tháng {before.month:%m/%Y}: hãy ghi lý do."
        )
        found.append(Blocker("less_investment", sentence, CONFIRMED_BY))
    return found


def _volume(figures: Figures) -> list[Finding]:
    found: list[Finding] = []
    nothing = not figures.volume and not any(part.done for part in figures.parts)
    if nothing and not figures.difficulties.strip():
        found.append(Blocker("nothing_told", "Chưa có khối lượng nào: hãy ghi vì sao ở «Khó khăn, vướng mắc»."))
    if figures.volume == WHOLE and any(one.state != WorkState.DONE for one in figures.works):
        found.append(Warning_("work_left", "Khối lượng ghi 100% nhưng còn công việc chưa xong."))
    if not figures.next_month.strip() and figures.volume < WHOLE:
        found.append(Warning_("no_plan", "Chưa ghi kế hoạch tháng tới."))
    return found


def is_own(report: ProgressReport, by: Actor) -> bool:
    """Whether this person wrote or handed in the report: then others confirm it."""
    return by.user.pk in {report.created_by_id, report.submitted_by_id}


def sentences(findings: Sequence[Finding], start: str) -> str:
    """The findings as one sentence for a refusal."""
    return f"{start}: {' '.join(one.sentence for one in findings)}"
