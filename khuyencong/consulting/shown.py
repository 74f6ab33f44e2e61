"""What the pages of consulting show: facts, bars, buttons, and the year in one sentence."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.urls import reverse

from khuyencong.audit.labels import describe
from khuyencong.audit.queries import timeline
from khuyencong.consulting.actions.advice import ADVISED, ADVISING, ARTICLE
from khuyencong.consulting.figures import Report
from khuyencong.consulting.models import Advice, BookingKind, Client, Job, JobState
from khuyencong.consulting.models.jobs import BOOKABLE, UNDER_WAY
from khuyencong.consulting.money import JobMoney, most_invoiced
from khuyencong.consulting.queries import Allowed, advice_of, allowed_by_beneficiary, costs_of
from khuyencong.consulting.states import steps_of
from khuyencong.core.components import Action, Bar, Event, Fact, PlanRow, Tone
from khuyencong.core.dates import format_date
from khuyencong.core.money import BILLION, format_dong, format_percent, format_ty
from khuyencong.core.personal import masked
from khuyencong.law.values import percent_text
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed
from khuyencong.projects.models import Project

TONES: dict[str, Tone] = {
    JobState.OFFERED: "info",
    JobState.SIGNED: "warning",
    JobState.DONE: "success",
    JobState.CLOSED: "success",
    JobState.STOPPED: "danger",
}
ICONS = {"sign": "signature", "lose": "ban", "close": "check", "stop": "ban", "reopen": "arrow-back-up"}
PAGES = {"sign": "consulting_job_sign", "reopen": "consulting_job_reopen"}
BOOKINGS = {
    BookingKind.INVOICE: "Ghi hóa đơn",
    BookingKind.RECEIPT: "Ghi tiền thu",
    BookingKind.COST: "Ghi chi phí",
    BookingKind.REFUND: "Ghi hoàn tiền",
    BookingKind.WRITTEN_OFF: "Ghi xóa nợ",
}
MOST_EVENTS = 100
TAB = "hoat-dong"  # of the page of a đề án, where advice is shown


def of_plan(value: Decimal | None, what: str) -> str:
    """A percentage that says of what it is."""
    return f"bằng {format_percent(value)} {what} kế hoạch năm" if value is not None else f"chưa có chỉ tiêu {what}"


def job_facts(job: Job) -> list[Fact]:
    """Whose it is, what was offered and what was agreed."""
    rows = [
        Fact("Đơn vị", job.agency.name),
        Fact("Khách hàng", job.client.name, job.client.get_absolute_url()),
        Fact("Loại việc", job.get_kind_display()),
        Fact("Chào giá", _with_day(job.offer_number, job.offered_on)),
        Fact("Giá chào, chưa thuế", f"{format_dong(job.offered)} đồng"),
    ]
    if job.signed_on and job.value is not None:
        rows += [
            Fact("Hợp đồng", _with_day(job.contract_number, job.signed_on)),
            Fact("Giá trị hợp đồng, chưa thuế", f"{format_dong(job.value)} đồng"),
        ]
    rows += [
        Fact(
            f"Phụ lục {one.number}",
            f"ngày {format_date(one.on)}: {format_dong(one.before)} đồng thành {format_dong(one.value)} đồng",
        )
        for one in job.annexes.all()
    ]
    for label, day in (
        ("Hoàn thành chậm nhất", job.ends_on),
        ("Nghiệm thu xong", job.done_on),
        ("Thanh lý, kết thúc", job.ended_on),
    ):
        if day is not None:
            rows.append(Fact(label, format_date(day)))
    if job.ended_because:
        rows.append(Fact("Biên bản, lý do", job.ended_because))
    if job.in_charge is not None:
        rows.append(Fact("Người phụ trách", str(job.in_charge)))
    if job.note:
        rows.append(Fact("Ghi chú", job.note))
    return rows


def _with_day(number: str, day: Any) -> str:
    return f"{number} ngày {format_date(day)}" if number else f"ngày {format_date(day)}"


def bars_of(job: Job, money: JobMoney) -> list[Bar]:
    """The contract on its way to money; nothing before there is one."""
    if job.value is None:
        return []
    accepted = sum(one.amount for one in job.phases.all() if one.accepted_on)
    return [
        Bar("Đã nghiệm thu, chưa thuế", accepted, job.value),
        Bar("Đã xuất hóa đơn, chưa thuế", money.invoiced, job.value),
        Bar("Đã thu, trên hóa đơn có thuế", money.received, money.billed),
    ]


def buttons(job: Job, money: JobMoney) -> list[Action]:
    """The steps of the table, and what may be booked, for whoever keeps the jobs."""
    made = []
    if job.state == JobState.OFFERED:
        url = reverse("consulting_job_edit", args=[job.pk])
        made.append(Action("edit", "Sửa báo giá", url, method="get", icon="pencil"))
    ends = [step for step in steps_of(job) if step.name in {"stop", "lose"}]
    for step in [one for one in steps_of(job) if one not in ends]:
        page = PAGES.get(step.name)
        url = reverse(page, args=[job.pk]) if page else reverse("consulting_job_end", args=[job.pk, step.name])
        tone: Any = "primary" if step.name in {"sign", "close"} else ""
        made.append(Action(step.name, step.label, url, method="get", tone=tone, icon=ICONS[step.name]))
    if job.state == JobState.SIGNED:
        url = reverse("consulting_job_divide", args=[job.pk])
        made.append(Action("divide", "Chia giai đoạn", url, method="get", icon="list-check"))
    if job.state in UNDER_WAY:
        url = reverse("consulting_job_annex", args=[job.pk])
        made.append(Action("annex", "Ghi phụ lục", url, method="get", icon="file-text"))
    sensible = {
        BookingKind.INVOICE: job.state in UNDER_WAY or money.invoiced < most_invoiced(job),
        BookingKind.REFUND: money.received > 0,
        BookingKind.WRITTEN_OFF: money.owed > 0 and job.state != JobState.SIGNED,
    }
    for kind, label in BOOKINGS.items():
        if job.state in BOOKABLE and sensible.get(kind, True):
            url = reverse("consulting_booking_new", args=[job.pk, kind.value])
            made.append(Action(kind.value, label, url, method="get", icon="coin"))
    url = reverse("consulting_job_files", args=[job.pk])
    made.append(Action("files", "Thêm tệp", url, method="get", icon="files"))
    for step in ends:
        url = reverse("consulting_job_end", args=[job.pk, step.name])
        made.append(Action(step.name, step.label, url, method="get", icon=ICONS[step.name]))
    return made


def client_facts(client: Client, *, whole: bool) -> list[Fact]:
    """Who the client is; who is to be called is personal data."""
    place = client.establishment
    rows = [
        Fact("Đơn vị", client.agency.name),
        Fact("Cơ sở trong sổ", place.name, reverse("establishment", args=[place.pk])) if place else None,
        Fact("Địa chỉ", client.address) if client.address else None,
        Fact("Mã số thuế", client.tax_code if whole else masked(client.tax_code)) if client.tax_code else None,
        Fact("Người liên hệ", client.contact if whole else masked(client.contact)) if client.contact else None,
        Fact("Điện thoại", client.phone if whole else masked(client.phone)) if client.phone else None,
        Fact("Ghi chú", client.note) if client.note and whole else None,
    ]
    return [row for row in rows if row is not None]


def advice_facts(advice: Advice) -> list[Fact]:
    """What was done."""
    project = advice.project
    days = f"{format_date(advice.from_on)} – {format_date(advice.to_on)}"
    return [
        Fact("Đề án", f"{project.code} – {project.name}", project.get_absolute_url()),
        Fact("Cơ sở được tư vấn", str(advice.beneficiary)),
        Fact("Đơn vị, người tư vấn", advice.consultant),
        Fact("Thời gian", f"{days} ({_days(advice.days)} ngày tư vấn)"),
        Fact("Hợp đồng thuê tư vấn", advice.contract),
        Fact("Chi phí tư vấn", f"{format_dong(advice.cost)} đồng" if advice.cost is not None else "chưa biết"),
        *([Fact("Đã bỏ, không tính", advice.withdrawn_because)] if advice.is_withdrawn else []),
    ]


def _days(value: Decimal) -> str:
    return str(value.normalize() if value != value.to_integral_value() else int(value)).replace(".", ",")


def norm_facts(terms: Allowed) -> list[Fact]:
    """What the norm of the đề án allows, beside what was approved."""
    norm = terms.norm
    rows = []
    if norm is None:
        rows.append(Fact("Định mức", "đề án ghi lại từ hồ sơ cũ, không có bảng tính"))
    else:
        rate = f"{percent_text(norm.rate)} chi phí" if norm.rate is not None else "chưa có tỷ lệ"
        cap = f", tối đa {format_dong(norm.cap)} đồng/{norm.unit}" if norm.cap is not None else ""
        rows.append(Fact("Định mức", f"{rate}{cap} ({norm.citation}{'' if norm.verified else '; chờ xác minh'})"))
    unknown = f"; còn {terms.unknown} lần chưa biết chi phí" if terms.unknown else ""
    rows.append(Fact("Chi phí tư vấn đã ghi đến nay", f"{format_dong(terms.recorded_cost)} đồng{unknown}"))
    if terms.by_cost is not None:
        rows.append(Fact("Hỗ trợ tối đa theo chi phí ấy", f"{format_dong(terms.by_cost)} đồng"))
    rows.append(Fact("Hỗ trợ được phê duyệt cho cơ sở", f"{format_dong(terms.approved)} đồng"))
    return rows


def advice_panel(actor: Actor, project: Project) -> dict[str, Any]:
    """What the page of a đề án shows of consulting: nothing where it advises nobody. A fixed number of queries."""
    if project.activity not in ADVISING:
        return {}
    rows = advice_of(project)
    terms = allowed_by_beneficiary(project, costs_of(rows)) if rows else {}
    parts = {one.beneficiary_id: one.beneficiary for one in rows}
    may = project.state in ADVISED and allowed(actor, Permission.CONSULTING_MANAGE, Advice(project=project))
    return {
        "rows": rows,
        "parts": [(part, terms[key]) for key, part in parts.items()],
        "new_url": reverse("project_advice_new", args=[project.code]) if may else "",
        "article": ARTICLE,
    }


def events_of(thread: str) -> list[Event]:
    """What was done to a job, the latest first."""
    return [
        Event(
            at=event.at,
            title=describe(event.action),
            who=", ".join(part for part in (event.actor_label, event.agency_label) if part),
            note=event.note,
        )
        for event in timeline(thread).reverse()[:MOST_EVENTS]
    ]


def sentence_of(report: Report) -> str:
    """The year as a report would say it; every percentage names what it is of, and none is made where there is no plan."""
    total = report.total
    said = [f"Đã nghiệm thu {total.done} việc tư vấn, doanh thu {_amount(total.revenue)}"]
    if total.target_revenue:
        said.append(
            f"bằng {format_percent(total.revenue_percent)} kế hoạch doanh thu năm ({_amount(total.target_revenue)})"
        )
    text = ", ".join(said) + "."
    if total.target_jobs:
        text += (
            f" Số việc nghiệm thu bằng {format_percent(total.jobs_percent)} kế hoạch năm ({total.target_jobs} việc)."
        )
    return text


def _amount(amount: int) -> str:
    return f"{format_ty(amount)} tỷ đồng" if amount >= BILLION else f"{format_dong(amount)} đồng"


def plan_rows(report: Report) -> list[PlanRow]:
    """Actual against the year's target, for the bars; only where a target was set."""
    total = report.total
    rows = [
        PlanRow("Doanh thu, chưa thuế", total.target_revenue, total.revenue),
        PlanRow("Số việc nghiệm thu xong", total.target_jobs, total.done, "việc"),
        PlanRow("Chi phí trực tiếp", total.target_cost, total.cost),
    ]
    return [row for row in rows if row.plan]
