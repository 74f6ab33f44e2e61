"""Statements: a file comes in, its lines are matched, those that fit are confirmed in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from khuyencong.core.components import Crumb, Fact, Stat, Tab
from khuyencong.core.dates import format_moment
from khuyencong.core.money import format_dong, percent
from khuyencong.core.turns import turn_page
from khuyencong.core.web import SHOW_AND_ACT, press, run, take_away, version_of
from khuyencong.documents.incoming.refused import refused_list
from khuyencong.documents.incoming.stored import columns_of, refused_of
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.treasury import actions, queries
from khuyencong.treasury.forms import StatementForm
from khuyencong.treasury.matching import Match, digest, ready
from khuyencong.treasury.models import LineOutcome, Statement, StatementLine, StatementState
from khuyencong.treasury.reading import COLUMNS
from khuyencong.treasury.turns import go_on
from khuyencong.treasury.views.home import crumbs

PAGE_SIZE = 50
# Parts of the lines, by the word in the address.
FITS, OPEN, DONE, ASIDE, REST = "khop", "chua-khop", "da-khop", "de-rieng", "khac"


@dataclass(frozen=True)
class Shown:
    """One line as the page draws it."""

    line: StatementLine
    match: Match | None = None


@opens_to(Permission.TREASURY_VIEW)
@require_safe
def statements(request: ActorRequest) -> HttpResponse:
    """The statements of my agency, newest first."""
    actor = request.actor
    open_line = Q(lines__outcome=LineOutcome.OUT, lines__payment__isnull=True, lines__set_aside="")
    rows = Statement.objects.visible_to(actor).select_related("made_by").order_by("-made_at", "-pk")
    rows = rows.annotate(
        matched=Count("lines", filter=Q(lines__payment__isnull=False)), unmatched=Count("lines", filter=open_line)
    )
    context = {
        "crumbs": crumbs("Sao kê"),
        "may_keep": allowed(actor, Permission.TREASURY_KEEP, Statement(agency=actor.agency)),
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "treasury/statements.html", context)


@opens_to(Permission.TREASURY_KEEP)
@require_http_methods(SHOW_AND_ACT)
def statement_new(request: ActorRequest) -> HttpResponse:
    """Bring a statement."""
    actor = request.actor
    require(actor, Permission.TREASURY_KEEP, Statement(agency=actor.agency))
    bound = request.method == "POST"
    form = StatementForm(request.POST, request.FILES) if bound else StatementForm()
    made: list[Statement] = []

    def act() -> None:
        made.append(
            actions.start_statement(
                by=actor,
                creation_key=form.cleaned_data["creation_key"],
                file_name=form.file_name,
                content=form.cleaned_data["file"].read(),
            )
        )

    if bound and form.is_valid() and run(form, act):
        return redirect(made[0])
    context = {
        "crumbs": [*crumbs("Sao kê")[:-1], Crumb("Sao kê", reverse("statements")), Crumb("Nhập sao kê")],
        "form": form,
    }
    return render(request, "treasury/statement_new.html", context, status=422 if bound else 200)


@opens_to(Permission.TREASURY_VIEW)
@require_safe
def statement(request: ActorRequest, pk: int) -> HttpResponse:
    """The lines of a statement with what is proposed, or how far confirming has come."""
    found = _statement_or_404(request, pk)
    context: dict[str, Any] = {
        "found": found,
        "facts": _facts(found),
        "crumbs": crumbs(found.file_name),
        "may_keep": allowed(request.actor, Permission.TREASURY_KEEP, found),
    }
    if found.state == StatementState.APPLYING:
        return render(request, "treasury/statement_running.html", context | _progress(found))
    lines, matches = queries.matches_of(found)
    fitting = ready(matches, lines)
    fits = {one.line.pk for one in fitting}
    counts = _counts(found)
    part = request.GET.get("phan", "")
    if part not in {FITS, OPEN, DONE, ASIDE, REST}:
        part = FITS if fitting else OPEN if lines else DONE
    rows: Any
    if part == FITS:
        rows = [Shown(line, matches[line.pk]) for line in lines if line.pk in fits]
    elif part == OPEN:
        rows = [Shown(line, matches[line.pk]) for line in lines if line.pk not in fits]
    else:
        rows = _stored(found, part)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context |= {
        "part": part,
        "page": page,
        "shown": [one if isinstance(one, Shown) else Shown(one) for one in page.object_list],
        "fitting": len(fitting),
        "fitting_amount": sum(one.line.amount for one in fitting),
        "digest": digest(fitting),
        "tabs": _tabs(part, len(fitting), len(lines) - len(fitting), counts),
        "stats": _stats(found, lines, fitting, counts),
        "refused": counts[LineOutcome.REFUSED],
        "may_drop": not counts[DONE] and not counts[ASIDE],
    }
    return render(request, "treasury/statement.html", context)


def _stored(found: Statement, part: str) -> Any:
    rows = found.lines.select_related("payment__project", "decided_by").order_by("number")
    if part == DONE:
        return rows.filter(payment__isnull=False)
    if part == ASIDE:
        return rows.exclude(set_aside="")
    return rows.exclude(outcome=LineOutcome.OUT)


def _counts(found: Statement) -> dict[str, int]:
    """How many lines came to what; one query."""
    kinds = {
        DONE: Q(payment__isnull=False),
        ASIDE: ~Q(set_aside=""),
        **{one.value: Q(outcome=one) for one in LineOutcome},
    }
    named = {f"n{at}": Count("pk", filter=kind) for at, kind in enumerate(kinds.values())}
    counted = found.lines.aggregate(**named)
    return {key: counted[f"n{at}"] for at, key in enumerate(kinds)}


def _tabs(part: str, fits: int, rest: int, counts: dict[str, int]) -> list[Tab]:
    other = counts[LineOutcome.INCOMING] + counts[LineOutcome.REPEATED] + counts[LineOutcome.REFUSED]
    rows = (
        (FITS, "Khớp, chờ xác nhận", fits),
        (OPEN, "Chưa khớp", rest),
        (DONE, "Đã khớp", counts[DONE]),
        (ASIDE, "Để riêng", counts[ASIDE]),
        (REST, "Không đối chiếu", other),
    )
    return [Tab(label, f"?phan={key}", active=key == part, count=count) for key, label, count in rows]


def _stats(
    found: Statement, lines: Sequence[StatementLine], fitting: Sequence[Match], counts: dict[str, int]
) -> list[Stat]:
    return [
        Stat("Dòng trong tệp", format_dong(found.rows), "dòng"),
        Stat("Khớp, chờ xác nhận", format_dong(len(fitting)), "dòng", url=f"?phan={FITS}"),
        Stat("Chưa khớp", format_dong(len(lines) - len(fitting)), "dòng", url=f"?phan={OPEN}"),
        Stat("Đã khớp", format_dong(counts[DONE]), "dòng", url=f"?phan={DONE}"),
        Stat("Đã nhập trước đó", format_dong(counts[LineOutcome.REPEATED]), "dòng", url=f"?phan={REST}"),
    ]


@opens_to(Permission.TREASURY_KEEP)
@require_POST
def statement_apply(request: ActorRequest, pk: int) -> HttpResponse:
    """Begin to confirm everything that fits, as it was shown."""
    found = _statement_or_404(request, pk)
    require(request.actor, Permission.TREASURY_KEEP, found)
    press(
        request,
        lambda: actions.begin_apply(
            statement_id=found.pk,
            by=request.actor,
            version=version_of(request),
            shown=request.POST.get("shown", ""),
        ),
        done="Đang ghi chi theo sao kê.",
    )
    return redirect(found)


@opens_to(Permission.TREASURY_KEEP)
@require_POST
def statement_go_on(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirm the next lines. The page asks again by itself, or a person presses the button."""
    found = _statement_or_404(request, pk)
    require(request.actor, Permission.TREASURY_KEEP, found)
    return turn_page(
        request,
        found,
        lambda: go_on(statement_id=found.pk, by=request.actor, version=version_of(request)),
        address=found.get_absolute_url(),
        runs=lambda one: one.state == StatementState.APPLYING,
        template="treasury/statement_progress.html",
        progress=_progress,
    )


@opens_to(Permission.TREASURY_KEEP)
@require_POST
def statement_drop(request: ActorRequest, pk: int) -> HttpResponse:
    """Throw a file away of which nothing was decided."""
    found = _statement_or_404(request, pk)
    require(request.actor, Permission.TREASURY_KEEP, found)
    dropped = press(
        request,
        lambda: actions.drop_statement(statement_id=found.pk, by=request.actor, version=version_of(request)),
        done=f"Đã bỏ sao kê {found.file_name}.",
    )
    return redirect("statements") if dropped else redirect(found)


@opens_to(Permission.TREASURY_VIEW)
@require_GET
def statement_refused(request: ActorRequest, pk: int) -> HttpResponse:
    """The rows that could not be read as the same sheet with a column «Lỗi», to be corrected and brought again."""
    found = _statement_or_404(request, pk)
    rows = actions.refused_lines(found)
    content = refused_list(
        found.sheet_name, columns_of(found.columns), refused_of(rows), width_of=lambda key: COLUMNS[key].width
    )
    actions.record_refused(found=found, by=request.actor, rows=len(rows))
    return take_away(content, f"sao-ke-loi-{found.pk}.xlsx")


def _statement_or_404(request: ActorRequest, pk: int) -> Statement:
    return get_object_or_404(Statement.objects.visible_to(request.actor).select_related("made_by", "agency"), pk=pk)


def _progress(found: Statement, sentence: str = "") -> dict[str, Any]:
    return {"found": found, "percent": percent(found.applied, found.to_apply), "sentence": sentence}


def _facts(found: Statement) -> list[Fact]:
    return [
        Fact("Cơ quan", found.agency.name),
        Fact("Trang tính", found.sheet_name),
        Fact("Người nhập", str(found.made_by)),
        Fact("Lúc", format_moment(found.made_at)),
        Fact("Mã băm SHA-256", f"{found.sha256[:16]}…"),
    ]
