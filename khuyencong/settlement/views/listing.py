"""The list of settlements: due, late, done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_safe

from khuyencong.audit.actions import record
from khuyencong.core.components import Cell, Column, Crumb, Row
from khuyencong.core.dates import format_date, today
from khuyencong.core.money import format_dong
from khuyencong.core.web import take_away
from khuyencong.documents.excel import Column as ExcelColumn
from khuyencong.documents.excel import Sheet, Value, workbook
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.settlement.forms import ListFilter
from khuyencong.settlement.queries import Filter, SettlementRow, Standing, rows_of, settlement_list

PAGE_SIZE = 50
CHUNK = 500  # keys of one query


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def settlements(request: ActorRequest) -> HttpResponse:
    """The đề án to be settled, those too late, or those that are done; page by page."""
    form = ListFilter(request.GET or None)
    asked = form.asked if form.is_bound else Filter()
    number = request.GET.get("page")
    if asked.standing is Standing.LATE:
        # Whether a day has passed is known to the law room, not to the database: all open ones are looked at.
        late = [row for row in _all(request.actor, asked) if row.standing is Standing.LATE]
        page: Page[Any] = Paginator(late, PAGE_SIZE).get_page(number)
        rows = list(page.object_list)
    else:
        page = Paginator(settlement_list(request.actor, asked), PAGE_SIZE).get_page(number)
        rows = rows_of(list(page.object_list), today())
    context = {
        "form": form,
        "asked": asked,
        "page": page,
        "columns": _columns(),
        "rows": [_row(one) for one in rows],
        "export": request.GET.urlencode(),
        "crumbs": [Crumb("Quyết toán")],
    }
    return render(request, "settlement/list.html", context)


@opens_to(Permission.REPORT_EXPORT)
@require_GET
def settlements_xlsx(request: ActorRequest) -> HttpResponse:
    """Exactly what the filters show, as a file."""
    form = ListFilter(request.GET or None)
    asked = form.asked if form.is_bound else Filter()
    with transaction.atomic():
        rows = _all(request.actor, asked)
        if asked.standing is Standing.LATE:
            rows = [row for row in rows if row.standing is Standing.LATE]
        content = _workbook(request.actor, asked, rows)
        record(
            action="settlements.export",
            by=request.actor,
            subject=request.actor.agency,
            thread=f"agency:{request.actor.agency.pk}",
            after={"tình trạng": asked.standing.label, "số đề án": len(rows)},
        )
    return take_away(content, f"quyet-toan-{asked.standing.value}.xlsx")


def _all(actor: Actor, asked: Filter) -> list[SettlementRow]:
    found = list(settlement_list(actor, asked))
    on = today()
    return [row for at in range(0, len(found), CHUNK) for row in rows_of(found[at : at + CHUNK], on)]


def _columns() -> list[Column]:
    return [
        Column("Đề án"),
        Column("Đơn vị thực hiện"),
        Column("Hợp đồng"),
        Column("Thực chi (đồng)", num=True),
        Column("Quyết toán (đồng)", num=True),
        Column("Hạn"),
        Column("Tình trạng"),
    ]


def _row(one: SettlementRow) -> Row:
    project, settlement = one.project, one.settlement
    tone = {Standing.DONE: "success", Standing.LATE: "danger"}.get(one.standing, "info")
    label = one.standing.label
    if one.standing is Standing.DONE and one.is_late:
        label, tone = "Đã quyết toán, chậm", "warning"
    return Row(
        (
            Cell(f"{project.code} {project.name}", f"{project.get_absolute_url()}?tab=kinh-phi"),
            Cell(project.implementing_unit.short_name),
            Cell(_contract(one), reverse("contract_liquidation", args=[one.contract.pk]) if one.contract else ""),
            Cell(format_dong(one.balance.paid_out)),
            Cell(format_dong(one.balance.settled) if one.balance.settled else "–"),
            Cell(format_date(settlement.settled_on) if settlement else _day(one)),
            Cell(label, badge=True, tone=tone),  # type: ignore[arg-type]  # one of the tones
        )
    )


def _contract(one: SettlementRow) -> str:
    if one.contract is None:
        return "–"
    return f"{one.contract.number} ({one.contract.get_state_display().lower()})"


def _day(one: SettlementRow) -> str:
    day = format_date(one.deadline.on) if one.deadline else "không có hạn theo luật"
    return f"{day}. {one.waits_for}" if one.waits_for else day


def _workbook(actor: Actor, asked: Filter, rows: Sequence[SettlementRow]) -> bytes:
    columns = (
        ExcelColumn("STT", "int", 6),
        ExcelColumn("Mã đề án", width=18),
        ExcelColumn("Tên đề án", width=50),
        ExcelColumn("Đơn vị thực hiện", width=36),
        ExcelColumn("Hợp đồng", width=24),
        ExcelColumn("Ngày thanh lý", "date", 14),
        ExcelColumn("Thực chi (đồng)", "dong", 18),
        ExcelColumn("Quyết toán (đồng)", "dong", 18),
        ExcelColumn("Văn bản quyết toán", width=22),
        ExcelColumn("Ngày quyết toán", "date", 14),
        ExcelColumn("Hạn", "date", 14),
        ExcelColumn("Tình trạng", width=22),
        ExcelColumn("Căn cứ", width=40),
    )
    table: list[list[Value]] = [
        [
            number,
            one.project.code,
            one.project.name,
            one.project.implementing_unit.name,
            one.contract.number if one.contract else "",
            one.contract.liquidated_on if one.contract else None,
            one.balance.paid_out,
            one.balance.settled,
            one.settlement.number if one.settlement else "",
            one.settlement.settled_on if one.settlement else None,
            one.deadline.on if one.deadline else None,
            f"{one.standing.label}{', chậm' if one.is_late and one.settlement else ''}",
            one.settlement.get_basis_display() if one.settlement else "",
        ]
        for number, one in enumerate(rows, 1)
    ]
    sums = [sum(one.balance.paid_out for one in rows), sum(one.balance.settled for one in rows)]
    totals: list[Value] = [None, "Tổng cộng", None, None, None, None, *sums, None, None, None, None, None]
    lines = (actor.agency.name, f"{asked.standing.label}, {asked.year or 'mọi năm'}")
    return workbook([Sheet("Quyết toán", "Danh sách quyết toán đề án khuyến công", columns, table, lines, totals)])
