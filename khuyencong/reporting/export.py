"""The results as an Excel file: the same scope, filters and sums as the page."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import BigIntegerField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from khuyencong.core.dates import format_date, today
from khuyencong.documents.excel import Column, Sheet, Value, workbook
from khuyencong.finance.models import EntryKind, LedgerEntry
from khuyencong.law.catalogue import activity_name
from khuyencong.people.actors import Actor
from khuyencong.places.models import Province
from khuyencong.projects.models import Beneficiary, EstimateLine, Project
from khuyencong.projects.states import COMMITTED, ProjectState
from khuyencong.reporting.borders import Borders
from khuyencong.reporting.queries import Row, projects_of, province_year, summary_of
from khuyencong.reporting.sums import Sums

MONEY = [
    Column("Số đề án", "int", 9),
    Column("Lượt cơ sở thụ hưởng", "int", 11),
    Column("Tổng kinh phí (đồng)", "dong", 18),
    Column("Hỗ trợ (đồng)", "dong", 16),
    Column("Đối ứng (đồng)", "dong", 16),
    Column("Nguồn khác (đồng)", "dong", 16),
    Column("Kế hoạch (đồng)", "dong", 16),
    Column("Phê duyệt (đồng)", "dong", 16),
    Column("Đã chi (đồng)", "dong", 16),
    Column("Quyết toán (đồng)", "dong", 16),
    Column("Quyết toán so với kế hoạch", "percent", 12),
    Column("Đề án có số gần đúng", "int", 11),
]


def results_workbook(
    actor: Actor,
    *,
    province: Province | None,
    year: int,
    source: str = "",
    activity: str = "",
    borders: Borders = Borders.TODAY,
) -> bytes:
    """The .xlsx of one province, or of all that the actor may see: sums, regions, đề án, beneficiaries."""
    filters = {"source": source, "activity": activity}
    projects = (
        projects_of(actor, year=year, province=province, **filters)
        .with_money()
        .annotate(planned=_posted(EntryKind.PLANNED), settled=_posted(EntryKind.SETTLED))
        .select_related("implementing_unit", "province")
        .order_by("source", "activity", "code")
    )
    rows = sorted(projects, key=lambda project: _standing(project)[0])
    place = province.name if province else ("Cả nước" if actor.is_national else "Các địa bàn trong phạm vi")
    lines = [f"{place}, năm {year}", f"Lập ngày {format_date(today())} bởi {actor}; tiền tính bằng đồng"]
    return workbook(
        [
            *_sums(actor, province, year, filters, borders, lines),
            _projects(rows, lines),
            _beneficiaries(rows, lines),
        ]
    )


def _posted(kind: EntryKind) -> Coalesce:
    """What the ledger holds of that kind for each project, in the same query."""
    entries = LedgerEntry.objects.filter(project=OuterRef("pk"), kind=kind).order_by().values("project")
    return Coalesce(Subquery(entries.annotate(sum=Sum("amount")).values("sum")), 0, output_field=BigIntegerField())


def _sums(
    actor: Actor,
    province: Province | None,
    year: int,
    filters: dict[str, str],
    borders: Borders,
    lines: list[str],
) -> list[Sheet]:
    note = "Gồm đề án đã phê duyệt, đang thực hiện, đã nghiệm thu và đã quyết toán"
    regions: tuple[Row, ...] = ()
    if province is None:
        summary = summary_of(actor, year=year, borders=borders, **filters)
        columns, total, regions = [Column("Tỉnh, thành phố", "text", 24)], summary.total, summary.regions
        rows = [[_named(row), *_values(row.sums)] for row in summary.provinces]
        apart = [summary.open, summary.stopped]
        lines = [*lines, borders.label]
    else:
        result = province_year(actor, province=province, year=year, **filters)
        columns = [
            Column("Nguồn kinh phí", "text", 22),
            Column("Nội dung", "text", 34),
            Column("Đơn vị thực hiện", "text", 34),
            Column("Tỉnh khi ấy", "text", 16),
        ]
        rows = [[row.group, row.label, unit, then, *_values(row.sums)] for row, unit, then in result.detail]
        total = result.total
        apart = [result.open, result.stopped]
        lines = [*lines, f"Số cơ sở thụ hưởng, mỗi cơ sở tính một lần: {result.establishments}"]
    totals: list[Value] = ["Cộng", *[None] * (len(columns) - 1), *_values(total.sums)]
    title = f"KẾT QUẢ KHUYẾN CÔNG NĂM {year}"
    said = [*lines, note, *(_apart(row) for row in apart if row.sums.projects)]
    sheets = [Sheet("Tổng hợp", title, [*columns, *MONEY], rows, subtitle_lines=said, totals=totals)]
    if regions:
        by_region: list[list[Value]] = [[_named(row), *_values(row.sums)] for row in regions]
        head = [Column("Khu vực khuyến công", "text", 24), *MONEY]
        sheets.append(Sheet("Khu vực", title, head, by_region, subtitle_lines=said, totals=totals))
    return sheets


def _named(row: Row) -> str:
    return f"{row.label} ({row.note})" if row.note else row.label


def _apart(row: Row) -> str:
    return f"Không tính ở trên – {row.label.lower()}: {row.sums.projects} đề án (xem trang «Đề án»)"


def _values(sums: Sums) -> list[Value]:
    return [
        sums.projects,
        sums.beneficiaries,
        sums.total,
        sums.support,
        sums.counterpart,
        sums.other,
        sums.planned,
        sums.approved,
        sums.paid_out,
        sums.settled,
        sums.percent_settled,
        sums.approximate,
    ]


def _standing(project: Project) -> tuple[int, str]:
    """Whether a project counts as a result, as an order and in words."""
    if project.state in COMMITTED:
        return 0, "Có"
    return (2, "Không: đã ngừng") if project.state == ProjectState.STOPPED else (1, "Chưa: đang trình, thẩm định")


def _projects(projects: list[Project], lines: list[str]) -> Sheet:
    columns = [
        Column("Mã", "text", 18),
        Column("Tên đề án", "text", 48),
        Column("Đơn vị thực hiện", "text", 30),
        Column("Nguồn kinh phí", "text", 20),
        Column("Nội dung", "text", 30),
        Column("Tỉnh khi ấy", "text", 16),
        Column("Tổng kinh phí (đồng)", "dong", 18),
        Column("Hỗ trợ (đồng)", "dong", 16),
        Column("Đối ứng (đồng)", "dong", 16),
        Column("Kế hoạch (đồng)", "dong", 16),
        Column("Quyết toán (đồng)", "dong", 16),
        Column("Trạng thái", "text", 18),
        Column("Số gần đúng", "text", 10),
        Column("Tính vào kết quả", "text", 16),
    ]
    counted = [project for project in projects if project.state in COMMITTED]
    amounts = ("total", "support", "counterpart", "planned", "settled")
    rows: list[list[Value]] = [
        [
            project.code,
            project.name,
            project.implementing_unit.name,
            project.get_source_display(),
            activity_name(project.activity),
            project.province.short_name,
            *(getattr(project, name) for name in amounts),
            project.get_state_display(),
            "Có" if project.figures_approximate else "",
            _standing(project)[1],
        ]
        for project in projects
    ]
    sums = [sum(getattr(project, name) for project in counted) for name in amounts]
    return Sheet(
        "Đề án",
        "ĐỀ ÁN",
        columns,
        rows,
        subtitle_lines=[*lines, "Dòng cộng chỉ gồm đề án tính vào kết quả"],
        totals=["Cộng", f"{len(counted)} đề án", None, None, None, None, *sums, None, None, None],
    )


def _beneficiaries(projects: list[Project], lines: list[str]) -> Sheet:
    columns = [
        Column("Mã đề án", "text", 18),
        Column("Cơ sở thụ hưởng", "text", 44),
        Column("Loại hình", "text", 22),
        Column("Địa điểm khi ấy", "text", 36),
        Column("Tổng kinh phí (đồng)", "dong", 18),
        Column("Hỗ trợ (đồng)", "dong", 16),
        Column("Đối ứng (đồng)", "dong", 16),
        Column("Tiền chia theo ước tính", "text", 12),
        Column("Tính vào kết quả", "text", 16),
    ]
    by_pk = {project.pk: project for project in projects}
    order = {pk: place for place, pk in enumerate(by_pk)}
    found = sorted(_with_amounts(by_pk), key=lambda one: (order[one.project_id], one.pk))
    amounts = ("total", "support", "counterpart")
    rows: list[list[Value]] = [
        [
            by_pk[one.project_id].code,
            one.establishment.name,
            one.establishment.get_kind_display(),
            one.place_text,
            *(getattr(one, name) for name in amounts),
            "Có" if one.amounts_approximate else "",
            _standing(by_pk[one.project_id])[1],
        ]
        for one in found
    ]
    counted = [one for one in found if by_pk[one.project_id].state in COMMITTED]
    sums = [sum(getattr(one, name) for one in counted) for name in amounts]
    return Sheet(
        "Cơ sở thụ hưởng",
        "CƠ SỞ THỤ HƯỞNG",
        columns,
        rows,
        subtitle_lines=[*lines, "Một cơ sở có mặt trong nhiều đề án thì đứng ở nhiều dòng"],
        totals=["Cộng", f"{len(counted)} lượt cơ sở", None, None, *sums, None, None],
    )


def _with_amounts(projects: Iterable[int]) -> list[Beneficiary]:
    """The beneficiaries of these projects, each with the sums of its own lines of the estimate."""

    def summed(column: str) -> Coalesce:
        lines = EstimateLine.objects.filter(beneficiary=OuterRef("pk")).order_by().values("beneficiary")
        return Coalesce(Subquery(lines.annotate(sum=Sum(column)).values("sum")), 0, output_field=BigIntegerField())

    return list(
        Beneficiary.objects.filter(project__in=list(projects))
        .select_related("establishment")
        .annotate(total=summed("total"), support=summed("support"), counterpart=summed("counterpart"))
    )
