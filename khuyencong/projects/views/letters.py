"""Letters in and out: writing one down, and the register of an agency and year."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from khuyencong.audit.actions import record
from khuyencong.core.components import Crumb
from khuyencong.core.dates import today
from khuyencong.core.web import SHOW_AND_ACT, take_away
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects import actions
from khuyencong.projects.dossier import letters_of
from khuyencong.projects.dossier_forms import LetterForm
from khuyencong.projects.letters import Book, register, register_workbook
from khuyencong.projects.models import LetterKind
from khuyencong.projects.web import project_or_404, step_page

PAGE_SIZE = 50
FIRST_YEAR = 2013


@opens_to(Permission.DOSSIER_CORRESPOND)
@require_http_methods(SHOW_AND_ACT)
def letter_new(request: ActorRequest, code: str) -> HttpResponse:
    """Write a letter of this đề án into the register."""
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.DOSSIER_CORRESPOND, project)
    own = project.implementing_unit_id in request.actor.agency_ids
    above = project.department or project.funder
    sender, receiver = (project.implementing_unit, above) if own else (above, project.implementing_unit)
    initial = {
        "version": project.version,
        "kind": LetterKind.REQUEST if own and not project.submission else LetterKind.LETTER,
        "issuer": str(sender.pk),
        "recipient": str(receiver.pk),
    }
    letters = [link.letter for link in letters_of(project)]
    form = LetterForm(request.POST or None, request.FILES or None, project=project, letters=letters, initial=initial)
    return step_page(
        request,
        project=project,
        form=form,
        title="Ghi văn bản đi, đến",
        submit_label="Ghi vào sổ",
        act=lambda: actions.record_letter(
            project_id=project.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            letter=form.letter,
            upload=form.cleaned_data["file"],
        ),
        done="Đã ghi văn bản vào sổ.",
        tab="ho-so",
    )


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def letter_list(request: ActorRequest) -> HttpResponse:
    """The register of a year, page by page."""
    year, book = _asked(request)
    page = Paginator(register(request.actor, year=year, book=book), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(letter, letter.direction(request.actor)) for letter in page.object_list]
    context = {
        "page": page,
        "rows": rows,
        "year": str(year),
        "years": [str(one) for one in range(today().year, FIRST_YEAR - 1, -1)],
        "book": book,
        "books": list(Book),
        "export_query": urlencode({"nam": year, "so": book.value}),
        "crumbs": [Crumb("Đề án", reverse("projects")), Crumb("Sổ văn bản")],
    }
    return render(request, "projects/dossier/letters.html", context)


@opens_to(Permission.REPORT_EXPORT)
@require_GET
def letters_xlsx(request: ActorRequest) -> HttpResponse:
    """The same register as a file; that somebody took it away is kept in the trail."""
    year, book = _asked(request)
    with transaction.atomic():
        letters = list(register(request.actor, year=year, book=book))
        content = register_workbook(request.actor, letters, year=year, book=book)
        record(
            action="letters.export",
            by=request.actor,
            subject=request.actor.agency,
            thread=f"agency:{request.actor.agency.pk}",
            after={"năm": year, "sổ": book.label, "số văn bản": len(letters)},
        )
    return take_away(content, f"so-van-ban-{year}-{book.value}.xlsx")


def _asked(request: ActorRequest) -> tuple[int, Book]:
    """Year and register of the address; this year's own where it names none that exists."""
    text, book = request.GET.get("nam", ""), request.GET.get("so", "")
    years = {str(one): one for one in range(FIRST_YEAR, today().year + 1)}
    return years.get(text, today().year), Book(book) if book in set(Book) else Book.OWN
