"""The table by programme, the catalogue of programmes, and the rows of a đề án."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from khuyencong.audit.actions import record
from khuyencong.combining import actions
from khuyencong.combining.export import table_workbook
from khuyencong.combining.forms import CorrectProgrammeForm, CorrectRowForm, ProgrammeForm, RowForm, WithdrawForm
from khuyencong.combining.models import Combination, OtherProgramme
from khuyencong.combining.table import other_money, rows_for, table
from khuyencong.core.components import Crumb, Stat, Tab
from khuyencong.core.dates import today
from khuyencong.core.money import format_dong
from khuyencong.core.web import SHOW_AND_ACT, form_page, take_away
from khuyencong.law.outputs import outputs_for
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.models import Project
from khuyencong.projects.web import crumbs_to, project_or_404

TITLE = "Lồng ghép với chương trình khác"
PAGE_SIZE = 50
YEAR_DIGITS = 4


def _year(request: ActorRequest) -> int | None:
    """The year that is asked for; this one at first, none for «mọi năm»."""
    text = request.GET.get("year", str(today().year))
    return int(text) if text.isascii() and text.isdigit() and len(text) <= YEAR_DIGITS else None


def _tabs(active: str) -> list[Tab]:
    pages = (("combinations", "Theo chương trình"), ("other_programmes", "Danh mục chương trình"))
    return [Tab(label, reverse(name), active=name == active) for name, label in pages]


def _crumbs(*titles: str) -> list[Crumb]:
    return [Crumb(TITLE, reverse("combinations")), *(Crumb(title) for title in titles)]


@opens_to(Permission.REPORT_VIEW)
@require_safe
def combinations(request: ActorRequest) -> HttpResponse:
    """Money and results by programme, each once."""
    year = _year(request)
    rows = table(request.actor, year=year)
    money, other = sum(one.money for one in rows), other_money(request.actor, year=year)
    context = {
        "rows": rows,
        "year": year,
        "money": money,
        "stats": [
            Stat("Kinh phí lồng ghép đã ghi theo chương trình", format_dong(money), "đồng"),
            Stat(
                "Cột «nguồn khác» trong dự toán",
                format_dong(other),
                "đồng",
                "gồm cả kinh phí lồng ghép, không cộng thêm",
            ),
            Stat("Nguồn khác chưa rõ chương trình", format_dong(max(0, other - money)), "đồng")
            if money <= other
            else Stat(
                "Ghi theo chương trình nhiều hơn nguồn khác", format_dong(money - other), "đồng", "cần sửa ở đề án"
            ),
        ],
        "may_export": allowed(request.actor, Permission.REPORT_EXPORT),
        "tabs": _tabs("combinations"),
    }
    return render(request, "combining/table.html", context)


@opens_to(Permission.REPORT_EXPORT)
@require_GET
def combinations_xlsx(request: ActorRequest) -> HttpResponse:
    """The same as a file. That somebody took it away is kept in the audit trail."""
    year = _year(request)
    with transaction.atomic():
        content = table_workbook(table(request.actor, year=year), year)
        record(
            action="combination.export",
            by=request.actor,
            subject=request.actor.agency,
            thread=f"combinations:{year or 'tat-ca'}",
            after={"năm": year},
        )
    return take_away(content, f"long-ghep-{year or 'moi-nam'}.xlsx")


@opens_to(Permission.REPORT_VIEW)
@require_safe
def programmes(request: ActorRequest) -> HttpResponse:
    """The catalogue: national programmes and those of my province."""
    context = {
        "programmes": OtherProgramme.objects.visible_to(request.actor).select_related("kept_by", "province"),
        "may_keep": allowed(request.actor, Permission.COMBINE, OtherProgramme(kept_by=request.actor.agency)),
        "tabs": _tabs("other_programmes"),
        "crumbs": _crumbs("Danh mục chương trình"),
    }
    return render(request, "combining/programmes.html", context)


@opens_to(Permission.REPORT_VIEW)
@require_safe
def programme(request: ActorRequest, pk: int) -> HttpResponse:
    """One programme and the rows of the đề án that are counted, of one year or of all."""
    found = _programme_or_404(request.actor, pk)
    year = _year(request) if "year" in request.GET else None
    rows = rows_for(request.actor, year=year).filter(programme=found).select_related("project")
    projects = rows.order_by().values("project").distinct().count()
    page = Paginator(rows.order_by("-year", "project__code", "pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "programme": found,
        "page": page,
        "projects": projects,
        "year": year,
        "may_keep": allowed(request.actor, Permission.COMBINE, found),
        "crumbs": _crumbs(found.name),
    }
    return render(request, "combining/programme.html", context)


def _programme_or_404(actor: Actor, pk: int) -> OtherProgramme:
    return get_object_or_404(OtherProgramme.objects.visible_to(actor).select_related("kept_by", "province"), pk=pk)


def _page(
    request: ActorRequest, *, form: Any, title: str, back: str, act: Any, done: str, crumbs: list[Crumb]
) -> HttpResponse:
    return form_page(
        request,
        form=form,
        act=act,
        done=done,
        back=lambda: redirect(back),
        template="combining/form.html",
        context={"title": title, "back_url": back, "crumbs": crumbs},
    )


@opens_to(Permission.COMBINE)
@require_http_methods(SHOW_AND_ACT)
def programme_new(request: ActorRequest) -> HttpResponse:
    """A programme for the catalogue of my province, or of the nation."""
    require(request.actor, Permission.COMBINE, OtherProgramme(kept_by=request.actor.agency))
    form = ProgrammeForm(request.POST or None, initial={"first_year": today().year})
    return _page(
        request,
        form=form,
        title="Ghi chương trình",
        back=reverse("other_programmes"),
        act=lambda: actions.keep_programme(
            by=request.actor, creation_key=form.cleaned_data["creation_key"], fields=form.cleaned_data
        ),
        done="Đã ghi chương trình.",
        crumbs=_crumbs("Ghi chương trình"),
    )


@opens_to(Permission.COMBINE)
@require_http_methods(SHOW_AND_ACT)
def programme_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Correct a programme of my agency."""
    found = _programme_or_404(request.actor, pk)
    require(request.actor, Permission.COMBINE, found)
    initial = {name: getattr(found, name) for name in (*actions.PROGRAMME, "version")}
    form = CorrectProgrammeForm(request.POST or None, initial=initial)
    return _page(
        request,
        form=form,
        title="Sửa chương trình",
        back=found.get_absolute_url(),
        act=lambda: actions.correct_programme(
            programme_id=found.pk, by=request.actor, version=form.cleaned_data["version"], fields=form.cleaned_data
        ),
        done="Đã sửa chương trình.",
        crumbs=_crumbs(found.name),
    )


def _back(project: Project) -> str:
    return f"{project.get_absolute_url()}?tab=du-toan"


@opens_to(Permission.COMBINE)
@require_http_methods(SHOW_AND_ACT)
def row_new(request: ActorRequest, code: str) -> HttpResponse:
    """What a programme paid in this đề án, or brought together with it."""
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.COMBINE, project)
    form = RowForm(
        request.POST or None,
        programmes=OtherProgramme.objects.visible_to(request.actor),
        outputs=outputs_for(project.activity, today()),
        initial={"year": project.year},
    )
    return _page(
        request,
        form=form,
        title="Ghi lồng ghép",
        back=_back(project),
        act=lambda: actions.combine(
            project_id=project.pk,
            by=request.actor,
            creation_key=form.cleaned_data["creation_key"],
            fields=form.cleaned_data,
        ),
        done="Đã ghi lồng ghép.",
        crumbs=crumbs_to(project, "Ghi lồng ghép", "du-toan"),
    )


def _row_or_404(request: ActorRequest, code: str, pk: int) -> tuple[Project, Combination]:
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.COMBINE, project)
    return project, get_object_or_404(project.combinations.filter(withdrawn_because=""), pk=pk)


@opens_to(Permission.COMBINE)
@require_http_methods(SHOW_AND_ACT)
def row_edit(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """Correct a row."""
    project, row = _row_or_404(request, code, pk)
    form = CorrectRowForm(
        request.POST or None,
        programmes=OtherProgramme.objects.visible_to(request.actor),
        outputs=outputs_for(project.activity, today()),
        initial={name: getattr(row, name) for name in (*actions.ROW, "version")},
    )
    return _page(
        request,
        form=form,
        title="Sửa lồng ghép",
        back=_back(project),
        act=lambda: actions.correct_combination(
            row_id=row.pk, by=request.actor, version=form.cleaned_data["version"], fields=form.cleaned_data
        ),
        done="Đã sửa lồng ghép.",
        crumbs=crumbs_to(project, "Sửa lồng ghép", "du-toan"),
    )


@opens_to(Permission.COMBINE)
@require_http_methods(SHOW_AND_ACT)
def row_withdraw(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """A row was a mistake."""
    project, row = _row_or_404(request, code, pk)
    form = WithdrawForm(request.POST or None, initial={"version": row.version})
    return _page(
        request,
        form=form,
        title="Bỏ dòng lồng ghép",
        back=_back(project),
        act=lambda: actions.withdraw_combination(row_id=row.pk, by=request.actor, **form.cleaned_data),
        done="Đã bỏ dòng lồng ghép.",
        crumbs=crumbs_to(project, "Bỏ dòng lồng ghép", "du-toan"),
    )
