"""The minutes of an acceptance: read, taken away as a PDF file, given scans and photos, taken back; and handing over."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from khuyencong.audit.actions import record
from khuyencong.core.components import Fact
from khuyencong.core.dates import format_date
from khuyencong.core.distance import place_of, point_text
from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong
from khuyencong.core.text import fold
from khuyencong.core.web import SHOW_AND_ACT, take_away
from khuyencong.delivery import actions, paper
from khuyencong.delivery.actions.handing_over import HANDED, Signatory, items_to_hand_over
from khuyencong.delivery.forms import AnnulmentForm, FilesForm, HandoverForm
from khuyencong.delivery.models import Acceptance
from khuyencong.delivery.sheets import kept_sheet
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.models import Project
from khuyencong.projects.places_seen import sees_exactly
from khuyencong.projects.states import ProjectState
from khuyencong.projects.web import crumbs_to, project_or_404, step_page

TAB = "nghiem-thu"
OPEN = frozenset({ProjectState.IN_PROGRESS, ProjectState.ACCEPTED})


def _acceptance_or_404(request: ActorRequest, code: str, pk: int) -> Acceptance:
    project = project_or_404(request.actor, code)
    rows = Acceptance.all_ever.filter(project=project).select_related(
        "beneficiary__establishment", "agency__parent", "agency__province", "by", "annulment__by"
    )
    found: Acceptance = get_object_or_404(rows, pk=pk)
    found.project = project
    return found


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def acceptance(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """One acceptance with everything that was recorded."""
    found = _acceptance_or_404(request, code, pk)
    project, actor = found.project, request.actor
    running = project.state in OPEN and found.taken_back is None
    context = {
        "project": project,
        "one": found,
        "facts": _facts(found, actor),
        "items": list(found.items.select_related("handover_item__handover")),
        "people": list(found.participants.all()),
        "files": list(found.files.select_related("attachment")),
        "exact": sees_exactly(actor, project),
        "sheet": kept_sheet(found),
        "may_attach": running and allowed(actor, Permission.ACCEPTANCE_RECORD, project),
        "may_annul": running and allowed(actor, Permission.ACCEPTANCE_ANNUL, project),
        "may_download": allowed(actor, Permission.FILE_DOWNLOAD, project),
        "crumbs": crumbs_to(project, f"Biên bản {found.number}", TAB),
    }
    return render(request, "delivery/acceptance.html", context)


def _facts(found: Acceptance, actor: Actor) -> list[Fact]:
    point = point_text(place_of(found.latitude, found.longitude), exact=sees_exactly(actor, found.project))
    rows = [
        ("Đơn vị thụ hưởng", str(found.beneficiary or "Phần chung của đề án")),
        ("Lần nghiệm thu", f"{found.round}{' (lần cuối)' if found.is_last else ', còn nghiệm thu tiếp'}"),
        ("Ngày nghiệm thu", format_date(found.accepted_on)),
        ("Cơ quan nghiệm thu", found.agency.name_on(found.accepted_on)),
        ("Người ghi", str(found.by)),
        ("Địa điểm", found.place),
        ("Vị trí", point),
        ("Mẫu biên bản", f"{found.get_form_display()}. {found.form_reason} {found.form_article}".strip()),
        ("Được thanh toán", f"{format_dong(found.payable)} đồng"),
        ("Phần không thực hiện", found.undelivered),
        ("Giải trình", found.explanation),
        ("Nhận xét", found.comment),
    ]
    return [Fact(label, value) for label, value in rows if value]


@opens_to(Permission.PROJECT_VIEW)
@require_GET
def acceptance_pdf(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """The minutes as a PDF file; the download is audited."""
    found = _acceptance_or_404(request, code, pk)
    exact = sees_exactly(request.actor, found.project)
    content = paper.acceptance_pdf(paper.acceptance_paper(found.project, found, exact=exact))
    return _taken(request, found.project, content, "acceptance_pdf", f"nghiem-thu-{found.pk}", found.number)


@opens_to(Permission.PROJECT_VIEW)
@require_GET
def handover_pdf(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """The minutes of a handing over as a PDF file; the download is audited."""
    project = project_or_404(request.actor, code)
    rows = project.handovers.select_related("beneficiary__establishment", "agency__parent", "agency__province")
    handover = get_object_or_404(rows, pk=pk)
    content = paper.handover_pdf(project, handover)
    return _taken(request, project, content, "handover_pdf", f"ban-giao-{handover.pk}", handover.number)


def _taken(
    request: ActorRequest, project: Project, content: bytes, action: str, name: str, number: str
) -> HttpResponse:
    record(
        action=f"project.{action}",
        by=request.actor,
        subject=project,
        thread=project.thread,
        after={"biên bản": number},
    )
    return take_away(content, f"bien-ban-{name}-{fold(project.code)}.pdf")


@opens_to(Permission.ACCEPTANCE_RECORD)
@require_http_methods(SHOW_AND_ACT)
def attach(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """Give an acceptance its signed scan and photos."""
    found = _acceptance_or_404(request, code, pk)
    project = found.project
    require(request.actor, Permission.ACCEPTANCE_RECORD, project)
    _refuse_taken_back(request, found)
    form = FilesForm(request.POST or None, request.FILES or None, initial={"version": project.version})
    title = f"Bản ký và ảnh của biên bản {found.number}"
    return step_page(
        request,
        project=project,
        form=form,
        title=title,
        act=lambda: actions.attach_to_acceptance(
            acceptance_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            scans=form.cleaned_data["scans"],
            photos=form.cleaned_data["photos"],
        ),
        done="Đã đính kèm.",
        tab=TAB,
        submit_label="Đính kèm",
        context={"crumbs": crumbs_to(project, title, TAB)},
    )


@opens_to(Permission.ACCEPTANCE_ANNUL)
@require_http_methods(SHOW_AND_ACT)
def annul(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """Take a wrong acceptance back by a document."""
    found = _acceptance_or_404(request, code, pk)
    project = found.project
    require(request.actor, Permission.ACCEPTANCE_ANNUL, project)
    _refuse_taken_back(request, found)
    form = AnnulmentForm(request.POST or None, initial={"version": project.version})
    title = f"Hủy biên bản {found.number}"
    return step_page(
        request,
        project=project,
        form=form,
        title=title,
        act=lambda: actions.annul_acceptance(acceptance_id=found.pk, by=request.actor, **form.cleaned_data),
        done=f"Đã hủy biên bản {found.number}. Phần này lại chờ nghiệm thu.",
        tab=TAB,
        template="delivery/annul.html",
        submit_label="Hủy nghiệm thu",
        context={"crumbs": crumbs_to(project, title, TAB), "one": found, "facts": _facts(found, request.actor)},
    )


def _refuse_taken_back(request: ActorRequest, found: Acceptance) -> None:
    """A page that is only looked at; a posted form goes on to the action."""
    if request.method != "POST" and found.taken_back is not None:
        raise Refused("Biên bản này đã được hủy.")


@opens_to(Permission.HANDOVER_RECORD)
@require_http_methods(SHOW_AND_ACT)
def hand_over(request: ActorRequest, code: str) -> HttpResponse:
    """Record the minutes by which accepted items go to who benefits."""
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.HANDOVER_RECORD, project)
    items = items_to_hand_over(project)
    if request.method != "POST":
        if project.state not in HANDED:
            raise Refused(f"Đề án ở trạng thái «{project.get_state_display()}» không ghi bàn giao.")
        if not items:
            raise Refused("Chưa có hạng mục nào đã nghiệm thu mà chưa bàn giao.")
    first = items[0].acceptance.beneficiary_id if items else None
    choices = [(one.pk, f"{one} ({one.acceptance.beneficiary or 'phần chung'}, {one.acceptance})") for one in items]
    form = HandoverForm(
        request.POST or None,
        choices=choices,
        initial={
            "version": project.version,
            "items": [one.pk for one in items if one.acceptance.beneficiary_id == first],
            "place": items[0].acceptance.place if items else "",
        },
    )

    def act() -> None:
        data = form.cleaned_data
        actions.hand_over(
            project_id=project.pk,
            by=request.actor,
            version=data["version"],
            number=data["number"],
            handed_on=data["handed_on"],
            item_ids=data["items"],
            given=Signatory(data["given_by"], data["given_title"]),
            received=Signatory(data["received_by"], data["received_title"]),
            papers=data["papers"],
            place=data["place"],
            remark=data["remark"],
        )

    title = "Bàn giao cho đơn vị thụ hưởng"
    return step_page(
        request,
        project=project,
        form=form,
        title=title,
        act=act,
        done="Đã ghi bàn giao.",
        tab=TAB,
        submit_label="Ghi bàn giao",
        context={"crumbs": crumbs_to(project, title, TAB)},
    )
