"""«Chương trình»: what each has come to, the list behind every figure, its versions and their difference, the file."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_safe

from khuyencong.audit.actions import record
from khuyencong.core.components import Crumb, Fact
from khuyencong.core.dates import format_date, today
from khuyencong.core.replicas import from_replica
from khuyencong.core.web import take_away
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.programmes.differences import money_differences, target_differences
from khuyencong.programmes.from_law import not_yet_entered
from khuyencong.programmes.indicators import Measure, indicator, is_indicator
from khuyencong.programmes.models import Programme, ProgrammeSource, ProgrammeVersion
from khuyencong.progress import queries
from khuyencong.progress.counting import Asked, Scope, behind, counts
from khuyencong.progress.export import standing_workbook
from khuyencong.progress.forms import ProgrammesFilter, Question, read_day, read_question, read_years
from khuyencong.progress.held import HELD, held_behind, left_out
from khuyencong.progress.money import Figure, knows, money_behind, money_sums
from khuyencong.progress.recognised import certificates_behind

TITLE = "Chương trình"
PAGE_SIZE = 50


@opens_to(Permission.REPORT_VIEW)
@from_replica
@require_safe
def programmes(request: ActorRequest) -> HttpResponse:
    """The programmes that I may see, and for the national agency those of the law room that nobody has entered yet."""
    form = ProgrammesFilter({"year": request.GET.get("year", "")})
    valid = form.is_valid()
    year = form.cleaned_data["year"] if valid else None
    found = queries.programmes_of(request.actor, year=year)
    page = Paginator(found if valid else found.none(), PAGE_SIZE).get_page(request.GET.get("page"))
    may_write = allowed(request.actor, Permission.PLAN_EDIT)
    context = {
        "form": form,
        "filtered": bool(request.GET.get("year")),
        "page": page,
        "rows": [(one, _shown(one, request)) for one in page.object_list],
        "may_write": may_write,
        "shipped": not_yet_entered() if may_write and request.actor.is_national else [],
    }
    return render(request, "progress/programmes.html", context, status=200 if valid else 422)


def _shown(programme: Programme, request: ActorRequest) -> ProgrammeVersion | None:
    versions = queries.visible_versions(programme, request.actor)
    return queries.version_on(versions, queries.usual_day(programme))


@opens_to(Permission.REPORT_VIEW)
@from_replica
@require_safe
def programme(request: ActorRequest, pk: int) -> HttpResponse:
    """One programme by a day (`?ngay=`), with the targets of the version in force or of another (`?phien-ban=`)."""
    found = _found(request, pk)
    versions = queries.visible_versions(found, request.actor)
    question = read_question(found, versions, request.GET.dict())
    scope = Scope(found, request.actor, question.on)
    context = {
        "programme": found,
        "question": question,
        "standing": queries.standing_of(scope, question.version),
        "part": _part(scope),
        "ended": found.last_year < today().year,
        "facts": _facts(found, question),
        "versions": versions,
        "export_url": _export_url(found, question),
        **_may(request, found, versions),
        "crumbs": [Crumb(TITLE, reverse("programmes")), Crumb(found.name)],
    }
    return render(request, "progress/programme.html", context, status=200 if question.valid else 422)


@opens_to(Permission.REPORT_VIEW)
@from_replica
@require_safe
def programme_figure(request: ActorRequest, pk: int, code: str) -> HttpResponse:
    """The beneficiaries and đề án that the figure of an indicator counts."""
    found = _found(request, pk)
    one = indicator(code)
    if not is_indicator(code) or not one.is_counted:
        raise Http404("Chỉ tiêu này không đếm từ hồ sơ.")
    scope = Scope(found, request.actor, read_day(found, request.GET.dict()))
    asked = Asked(one, *read_years(found, request.GET.dict()))
    of_products = one.measure is Measure.PRODUCTS
    held = HELD.get(code)
    rows: QuerySet[Any, Any]
    if held is not None:
        rows = held_behind(scope, asked)
    elif of_products:
        rows = certificates_behind(scope, asked.first_year, asked.last_year)
    else:
        rows = behind(scope, asked)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "programme": found,
        "indicator": one,
        "asked": asked,
        "on": scope.on,
        "part": _part(scope),
        "count": counts(scope, [asked])[asked],
        "page": page,
        "of_products": of_products,
        "held": [(one, getattr(one, held.column) if held.column else 1) for one in page.object_list] if held else None,
        "left_out": left_out(scope, asked) if held is not None else 0,
        "crumbs": _crumbs(found, one.label),
    }
    return render(request, "progress/figure.html", context)


@opens_to(Permission.REPORT_VIEW)
@from_replica
@require_safe
def programme_money(request: ActorRequest, pk: int, source: str, figure: str) -> HttpResponse:
    """The papers or đề án that an amount adds up."""
    found = _found(request, pk)
    scope = Scope(found, request.actor, read_day(found, request.GET.dict()))
    if source not in ProgrammeSource.values or figure not in set(Figure):
        raise Http404("Không có số tiền này.")
    wanted = Figure(figure)
    if not knows(scope, source, wanted):
        raise Http404("Hồ sơ không ghi số tiền này.")
    title = f"{wanted.label}: {ProgrammeSource(source).label.lower()}"
    context = {
        "programme": found,
        "title": title,
        "on": scope.on,
        "part": _part(scope),
        "of_papers": wanted is Figure.GIVEN,
        "amount": getattr(money_sums(scope)[source], wanted.value),
        "page": Paginator(money_behind(scope, source, wanted), PAGE_SIZE).get_page(request.GET.get("page")),
        "crumbs": _crumbs(found, title),
    }
    return render(request, "progress/money.html", context)


@opens_to(Permission.REPORT_VIEW)
@from_replica
@require_safe
def programme_difference(request: ActorRequest, pk: int) -> HttpResponse:
    """Two versions side by side (`?tu=1&den=2`); without an address the last two."""
    found = _found(request, pk)
    versions = queries.visible_versions(found, request.actor)
    if len(versions) < 2:  # noqa: PLR2004  # nothing to compare
        raise Http404("Chương trình mới có một phiên bản.")
    by_number = {str(one.number): one for one in versions}
    before = by_number.get(request.GET.get("tu", str(versions[-2].number)))
    after = by_number.get(request.GET.get("den", str(versions[-1].number)))
    if before is None or after is None:
        raise Http404("Không có phiên bản này.")
    context = {
        "programme": found,
        "versions": versions,
        "before": before,
        "after": after,
        "targets": target_differences(before.targets.all(), after.targets.all()),
        "money": money_differences(before.money.all(), after.money.all()),
        "crumbs": _crumbs(found, "So sánh phiên bản"),
    }
    return render(request, "progress/difference.html", context)


@opens_to(Permission.REPORT_EXPORT)
@require_GET
def programme_xlsx(request: ActorRequest, pk: int) -> HttpResponse:
    """The progress as a file. That somebody took it away is kept in the audit trail."""
    found = _found(request, pk)
    question = read_question(found, queries.visible_versions(found, request.actor), request.GET.dict())
    if not question.valid:
        raise Http404("Ngày hoặc phiên bản trong địa chỉ không hợp lệ.")
    scope = Scope(found, request.actor, question.on)
    with transaction.atomic():
        content = standing_workbook(queries.standing_of(scope, question.version), part=_part(scope))
        record(
            action="programme.export",
            by=request.actor,
            subject=found,
            thread=found.thread,
            after={"đến ngày": question.on.isoformat(), "phiên bản": question.version.number},
        )
    return take_away(content, f"chuong-trinh-{found.pk}-{question.on:%Y%m%d}.xlsx")


def _found(request: ActorRequest, pk: int) -> Programme:
    return get_object_or_404(queries.programmes_of(request.actor), pk=pk)


def _part(scope: Scope) -> str:
    """Whose part of a national programme the reader sees; "" for the whole of a programme."""
    if scope.is_whole:
        return ""
    province = scope.actor.agency.province
    return str((province.current or province) if province else scope.actor.agency.short_name)


def _may(request: ActorRequest, found: Programme, versions: list[ProgrammeVersion]) -> dict[str, Any]:
    """The steps that the reader may take now."""
    edit = allowed(request.actor, Permission.PLAN_EDIT, found)
    draft = next((one for one in versions if one.is_draft), None)
    return {
        "draft": draft,
        "may_draft": edit and draft is not None,
        "may_edit": edit and all(one.is_draft for one in versions),
        "may_amend": edit and draft is None,
        "may_approve": draft is not None and allowed(request.actor, Permission.PLAN_APPROVE, found),
    }


def _facts(found: Programme, question: Question) -> list[Fact]:
    version = question.version
    facts = [Fact("Cơ quan", str(found.agency)), Fact("Giai đoạn", found.period)]
    if version.is_draft:
        facts.append(Fact("Phiên bản", f"{version.number}, dự thảo, do {version.created_by} soạn"))
    else:
        decided = f"{version.decision_number}, ngày {format_date(version.decision_on)}" if version.decision_on else ""
        facts += [
            Fact("Phiên bản", f"{version.number}, theo quyết định {decided}"),
            Fact("Người ký", version.decided_by),
            Fact("Có hiệu lực từ", format_date(version.effective_on) if version.effective_on else ""),
            Fact("Người ghi phê duyệt", version.approved_as),
        ]
    if version.note:
        facts.append(Fact("Ghi chú", version.note))
    return facts


def _export_url(found: Programme, question: Question) -> str:
    asked = {"ngay": format_date(question.on), "phien-ban": str(question.version.number)}
    return f"{reverse('programme_xlsx', args=[found.pk])}?{urlencode(asked)}"


def _crumbs(found: Programme, title: str) -> list[Crumb]:
    return [Crumb(TITLE, reverse("programmes")), Crumb(found.name, found.get_absolute_url()), Crumb(title)]
