"""What a centre was to do and has done in a year: by unit and kind, counted once, each figure with the list behind it.

A figure has one condition here, which serves the number and its list. Revenue is invoiced without VAT by the invoice's
day, money received by the day it came, less what went back, cost by the day of its voucher; a job counts as done on the day of its last
acceptance. None of it is money of the programme.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, Case, Count, F, Q, QuerySet, Sum, When

from khuyencong.consulting.models import Advice, Booking, BookingKind, Job, JobKind, Target
from khuyencong.consulting.models.jobs import FULFILLED
from khuyencong.core.money import percent
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.projects.models import Project
from khuyencong.projects.subjects import Count as Figure
from khuyencong.projects.subjects import Subject, sum_behind


@dataclass(frozen=True)
class Sums:
    """One row; money in đồng. `target_cost` counts only where one was set."""

    target_jobs: int = 0
    target_revenue: int = 0
    target_cost: int = 0
    offered: int = 0
    signed: int = 0
    done: int = 0
    revenue: int = 0
    received: int = 0
    cost: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(**{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(Sums)})

    @property
    def jobs_percent(self) -> Decimal | None:
        """Jobs done, of the jobs planned for the year."""
        return percent(self.done, self.target_jobs)

    @property
    def revenue_percent(self) -> Decimal | None:
        """Revenue, of the revenue planned for the year."""
        return percent(self.revenue, self.target_revenue)

    @property
    def cost_percent(self) -> Decimal | None:
        """Cost, of the cost planned for the year."""
        return percent(self.cost, self.target_cost)

    @property
    def result(self) -> int:
        return self.revenue - self.cost


@dataclass(frozen=True)
class Line:
    """A kind at a unit; `kind` "" for a target that is not divided by kind."""

    kind: str
    sums: Sums

    @property
    def label(self) -> str:
        return JobKind(self.kind).label if self.kind else "Không chia theo loại"


@dataclass(frozen=True)
class Unit:
    """One agency with its kinds and their sum."""

    agency: Agency
    lines: list[Line]
    total: Sums


@dataclass(frozen=True)
class Report:
    """A year until a day."""

    year: int
    until: date
    units: list[Unit]
    total: Sums


def offered_jobs(actor: Actor, year: int, until: date) -> QuerySet[Job]:
    """What was offered in the year."""
    return Job.objects.visible_to(actor).filter(offered_on__year=year, offered_on__lte=until)


def signed_jobs(actor: Actor, year: int, until: date) -> QuerySet[Job]:
    """Contracts of the year, also those that ended otherwise."""
    return Job.objects.visible_to(actor).filter(signed_on__year=year, signed_on__lte=until)


def done_jobs(actor: Actor, year: int, until: date) -> QuerySet[Job]:
    """Accepted whole in the year."""
    return Job.objects.visible_to(actor).filter(state__in=FULFILLED, done_on__year=year, done_on__lte=until)


# Which bookings make a figure; what went back to clients is taken off what came.
BOOKED: dict[str, tuple[BookingKind, ...]] = {
    "revenue": (BookingKind.INVOICE,),
    "received": (BookingKind.RECEIPT, BookingKind.REFUND),
    "cost": (BookingKind.COST,),
}


def bookings(actor: Actor, figure: str, year: int, until: date) -> QuerySet[Booking]:
    """Those of the year that stand and make the figure; `counted` is what each adds, in đồng. KeyError for an unknown one."""
    rows = Booking.objects.filter(job__in=Job.objects.visible_to(actor).order_by())
    signed = Case(When(kind=BookingKind.REFUND, then=-F("amount")), default=F("amount"), output_field=BigIntegerField())
    return rows.filter(kind__in=BOOKED[figure], taken_back_on__isnull=True, on__year=year, on__lte=until).annotate(
        counted=signed
    )


LISTS = {
    "signed": "Hợp đồng đã ký",
    "done": "Việc nghiệm thu xong",
    "revenue": "Doanh thu theo hóa đơn, chưa thuế",
    "received": "Tiền đã thu, trừ tiền đã hoàn",
    "cost": "Chi phí trực tiếp",
}


def list_behind(
    figure: str, actor: Actor, year: int, until: date, *, agency: int | None = None, kind: str = ""
) -> QuerySet[Any]:
    """The jobs or bookings of which one number of the report consists; of one agency and kind. KeyError for an unknown one."""
    rows: QuerySet[Any]
    if figure in BOOKED:
        rows, of_kind = bookings(actor, figure, year, until).select_related("job__client", "agency"), "job__kind"
        rows = rows.order_by("on", "pk")
    else:
        jobs = {"signed": signed_jobs, "done": done_jobs}[figure]
        rows, of_kind = jobs(actor, year, until).select_related("client", "agency").order_by("signed_on", "pk"), "kind"
    if agency is not None:
        rows = rows.filter(agency=agency)
    return rows.filter(**{of_kind: kind}) if kind else rows


def targets(actor: Actor, year: int) -> QuerySet[Target]:
    return Target.objects.visible_to(actor).filter(year=year)


def given_advice(actor: Actor, year: int, until: date) -> QuerySet[Advice]:
    """Consulting paid by khuyến công that ended in the year, of the đề án that the actor's agency counts."""
    rows = Advice.objects.standing().filter(project__in=Project.objects.counted_for(actor).order_by())
    return rows.filter(to_on__year=year, to_on__lte=until)


def report_of(actor: Actor, year: int, until: date) -> Report:
    """By unit and kind; eight queries however many there are."""
    found: dict[tuple[int, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in targets(actor, year):
        row = found[one.agency_id, one.kind]
        row["target_jobs"] += one.jobs
        row["target_revenue"] += one.revenue
        row["target_cost"] += one.cost or 0
    for name, jobs in (("offered", offered_jobs), ("signed", signed_jobs), ("done", done_jobs)):
        counted = jobs(actor, year, until).order_by().values("agency", "kind").annotate(n=Count("pk"))
        for group in counted:
            found[group["agency"], group["kind"]][name] += group["n"]
    for name in BOOKED:
        summed = bookings(actor, name, year, until).order_by().values("agency", "job__kind").annotate(n=Sum("counted"))
        for sums in summed:
            found[sums["agency"], sums["job__kind"]][name] += sums["n"]
    return Report(year, until, *_units(found))


def _units(found: Mapping[tuple[int, str], Mapping[str, int]]) -> tuple[list[Unit], Sums]:
    order = [*JobKind.values, ""]
    units, total = [], Sums()
    for agency in Agency.objects.filter(pk__in={key for key, _ in found}).order_by("sort_key"):
        lines = [Line(kind, Sums(**found[agency.pk, kind])) for kind in order if (agency.pk, kind) in found]
        own = sum((line.sums for line in lines), Sums())
        units.append(Unit(agency, lines, own))
        total += own
    return units, total


def counted(*, actor: Actor, year: int, until: date) -> dict[str, int]:
    """The year's figures under stable names, for reports; money in đồng."""
    total = report_of(actor, year, until).total
    advice = given_advice(actor, year, until)
    return {
        "consulting_target_jobs": total.target_jobs,
        "consulting_target_revenue": total.target_revenue,
        "consulting_signed": total.signed,
        "consulting_done": total.done,
        "consulting_revenue": total.revenue,
        "consulting_received": total.received,
        "consulting_cost": total.cost,
        "advice": advice.count(),
        "advised_establishments": advice.order_by().values("beneficiary__establishment").distinct().count(),
    }


def jobs_between(first_on: date, last_on: date) -> QuerySet[Job]:
    """What a centre sold: jobs accepted whole, or with money booked, between the days; money in đồng, without VAT."""
    stands = Booking.objects.filter(taken_back_on__isnull=True, on__range=(first_on, last_on))
    finished = Q(state__in=FULFILLED, done_on__range=(first_on, last_on))
    booked = Q(pk__in=stands.order_by().values("job"))
    return Job.objects.filter(finished | booked).annotate(
        finished=Case(When(finished, then=1), default=0, output_field=BigIntegerField()),
        revenue=sum_behind(stands.filter(kind=BookingKind.INVOICE), "job", "amount"),
        received=sum_behind(stands.filter(kind=BookingKind.RECEIPT), "job", "amount")
        - sum_behind(stands.filter(kind=BookingKind.REFUND), "job", "amount"),
        spent=sum_behind(stands.filter(kind=BookingKind.COST), "job", "amount"),
    )


SUBJECT = Subject(
    code="tu-van-dich-vu",
    title="Tư vấn dịch vụ của các trung tâm (ngoài kinh phí khuyến công)",
    one="việc tư vấn",
    when="Việc làm xong, hoặc có hóa đơn, thu, chi trong thời gian ấy",
    counts=(
        Figure("finished", "Làm xong", "việc", "Nghiệm thu toàn bộ trong kỳ"),
        Figure("revenue", "Doanh thu", "đồng", "Theo hóa đơn, chưa thuế"),
        Figure("received", "Tiền đã thu", "đồng", "Theo ngày thu, trừ tiền đã hoàn"),
        Figure("spent", "Chi phí", "đồng", "Theo ngày chứng từ"),
    ),
    rows=jobs_between,
    province="agency__province",
    unit="agency",
    related=("client",),
)


def advice_between(first_on: date, last_on: date) -> QuerySet[Advice]:
    """Consulting to establishments paid by khuyến công that ended between the days."""
    return Advice.objects.standing().filter(to_on__range=(first_on, last_on))


ADVICE = Subject(
    code="tu-van-co-so",
    title="Tư vấn trợ giúp cơ sở",
    one="lần tư vấn",
    when="Lần tư vấn kết thúc trong thời gian ấy",
    counts=(Figure("cost", "Chi phí tư vấn", "đồng", "Cả phần cơ sở trả; hỗ trợ nằm trong sổ của đề án"),),
    rows=advice_between,
    province="project__province",
    unit="project__implementing_unit",
)
