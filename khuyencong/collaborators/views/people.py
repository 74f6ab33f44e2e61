"""The list of collaborators, one person, terms and notes."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.collaborators import actions, shown
from khuyencong.collaborators.forms import (
    AppointForm,
    CorrectTermForm,
    EndTermForm,
    NoteForm,
    PersonForm,
    ReasonForm,
    RegisterForm,
)
from khuyencong.collaborators.models import Collaborator, MonthlyNote, Term
from khuyencong.collaborators.queries import (
    SERVING,
    collaborators_for,
    communes_of,
    read_filters,
    surveys_of,
    to_recover,
    work_of,
)
from khuyencong.collaborators.web import collaborator_or_404, crumbs, permitted, step_page, tabs
from khuyencong.core.dates import today
from khuyencong.core.web import SHOW_AND_ACT, run
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.roles import Role
from khuyencong.people.scope import is_inside
from khuyencong.people.web import ActorRequest, opens_to

PAGE_SIZE = 50
SURVEYS_SHOWN = 10


@opens_to(Permission.COLLABORATOR_VIEW)
@require_safe
def collaborators(request: ActorRequest) -> HttpResponse:
    """The network of my province by given name; a collaborator is led to the own page."""
    actor, on = request.actor, today()
    if actor.role == Role.COLLABORATOR:
        own = Collaborator.objects.visible_to(actor).first()
        if own is not None:
            return redirect(own)
    filters = read_filters(request.GET.dict())
    page = Paginator(collaborators_for(actor, filters, on), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "page": page,
        "rows": [shown.row_of(one, on) for one in page.object_list],
        "states": shown.STATES,
        "serving": SERVING,
        "may_manage": allowed(actor, Permission.COLLABORATOR_MANAGE),
        "is_self": actor.role == Role.COLLABORATOR,
        "tabs": tabs(actor, "collaborators"),
    }
    return render(request, "collaborators/list.html", context)


@opens_to(Permission.COLLABORATOR_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def collaborator_new(request: ActorRequest) -> HttpResponse:
    """A new person with the decision."""
    actor = request.actor
    communes = communes_of(actor)
    commune = request.GET.get("xa", "")
    form = RegisterForm(
        request.POST or None,
        communes=communes,
        province_id=actor.province_id,
        initial={"commune": commune if commune.isascii() and commune.isdigit() else ""},
    )
    made: list[Collaborator] = []

    def act() -> None:
        data = form.cleaned_data
        made.append(actions.register_collaborator(by=actor, creation_key=data["creation_key"], fields=data))

    bound = request.method == "POST"
    if bound and form.is_valid() and run(form, act):
        messages.success(request, f"Đã ghi cộng tác viên {made[0].name}.")
        return redirect(made[0])
    context = {
        "form": form,
        "title": "Ghi cộng tác viên",
        "submit_label": "Ghi cộng tác viên",
        "back_url": reverse("collaborators"),
        "crumbs": crumbs(title="Ghi cộng tác viên"),
        "intro": "UBND cấp tỉnh quyết định thành lập mạng lưới (NĐ 45/2012 Đ8.3): ghi theo quyết định cử người.",
    }
    return render(request, "collaborators/form.html", context, status=422 if bound else 200)


@opens_to(Permission.COLLABORATOR_VIEW)
@require_safe
def collaborator(request: ActorRequest, pk: int) -> HttpResponse:
    """One person: terms, what was done month by month, surveys, and just what I may do."""
    actor, on = request.actor, today()
    found = collaborator_or_404(actor, pk)
    terms = list(found.terms.select_related("commune"))
    surveys = list(surveys_of(found).select_related("commune", "establishment")[: SURVEYS_SHOWN + 1])
    context = {
        "person": found,
        "facts": shown.facts_of(found, whole=allowed(actor, Permission.PERSONAL_VIEW, found)),
        "terms": [
            (one, one.holds(on), not one.withdrawn_because and (one.ends_on is None or one.ends_on >= on))
            for one in terms
        ],
        "work": work_of(found, terms, on),
        "surveys": surveys[:SURVEYS_SHOWN] if allowed(actor, Permission.SURVEY_VIEW) else [],
        "more_surveys": len(surveys) > SURVEYS_SHOWN,
        "serves": any(one.holds(on) for one in terms),
        "may_manage": allowed(actor, Permission.COLLABORATOR_MANAGE, found),
        "may_note": allowed(actor, Permission.COLLABORATOR_NOTE, found),
        "sees_lists": actor.role != Role.COLLABORATOR and is_inside(actor, province=found.province),
        "events": shown.events_of(found) if actor.role != Role.COLLABORATOR else [],
        "crumbs": crumbs(title=found.name),
    }
    return render(request, "collaborators/collaborator.html", context)


def _way(found: Collaborator) -> tuple[tuple[str, str], ...]:
    return ((found.name, found.get_absolute_url()),)


@opens_to(Permission.COLLABORATOR_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def collaborator_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Correct what is written of the person."""
    found = permitted(request, pk, Permission.COLLABORATOR_MANAGE)
    initial = {name: getattr(found, name) for name in actions.PERSON if name != "user"}
    form = PersonForm(
        request.POST or None,
        province_id=found.province.current_id,
        initial={**initial, "user": found.user_id, "version": found.version},
    )
    return step_page(
        request,
        form=form,
        title="Sửa thông tin",
        act=lambda: actions.correct_person(
            collaborator_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            fields=form.cleaned_data,
        ),
        done="Đã sửa thông tin cộng tác viên.",
        submit_label="Lưu",
        back_url=found.get_absolute_url(),
        way=_way(found),
    )


@opens_to(Permission.COLLABORATOR_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def term_new(request: ActorRequest, pk: int) -> HttpResponse:
    """A further term."""
    found = permitted(request, pk, Permission.COLLABORATOR_MANAGE)
    latest = found.terms.select_related("commune").first()
    form = AppointForm(
        request.POST or None,
        communes=communes_of(request.actor),
        initial={"version": found.version, "commune": latest.commune.current_id if latest else None},
    )
    return step_page(
        request,
        form=form,
        title="Ghi quyết định mới",
        act=lambda: actions.appoint(
            collaborator_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            creation_key=form.cleaned_data["creation_key"],
            fields=form.cleaned_data,
        ),
        done="Đã ghi nhiệm kỳ.",
        submit_label="Ghi nhiệm kỳ",
        back_url=found.get_absolute_url(),
        way=_way(found),
        intro="Các nhiệm kỳ của một người không trùng nhau.",
    )


def _term(request: ActorRequest, pk: int) -> Term:
    """The term of a person whom the actor keeps. Raises 404 out of scope, NotAllowed."""
    people = Collaborator.objects.visible_to(request.actor)
    rows = Term.objects.filter(collaborator__in=people)
    term = get_object_or_404(rows.select_related("collaborator__province__current", "commune"), pk=pk)
    require(request.actor, Permission.COLLABORATOR_MANAGE, term.collaborator)
    return term


@opens_to(Permission.COLLABORATOR_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def term_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Put right what was written of a term."""
    term = _term(request, pk)
    found = term.collaborator
    initial = {name: getattr(term, name) for name in actions.TERM if name != "commune"}
    form = CorrectTermForm(
        request.POST or None,
        communes=communes_of(request.actor),
        initial={**initial, "commune": term.commune.current_id, "version": found.version},
    )
    return step_page(
        request,
        form=form,
        title="Sửa nhiệm kỳ",
        act=lambda: actions.correct_term(
            term_id=term.pk, by=request.actor, version=form.cleaned_data["version"], fields=form.cleaned_data
        ),
        done="Đã sửa nhiệm kỳ.",
        submit_label="Lưu",
        back_url=found.get_absolute_url(),
        way=_way(found),
        intro=f"Nhiệm kỳ: {term}. Tháng đã nằm trong bảng kê thù lao thì giữ số ngày; xã, phường và quyết định vẫn sửa được.",
    )


@opens_to(Permission.COLLABORATOR_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def term_withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    """A term was written down by mistake."""
    term = _term(request, pk)
    found = term.collaborator
    form = ReasonForm(request.POST or None, initial={"version": found.version})
    return step_page(
        request,
        form=form,
        title="Bỏ nhiệm kỳ ghi nhầm",
        act=lambda: actions.withdraw_term(term_id=term.pk, by=request.actor, **form.cleaned_data),
        done="Đã bỏ nhiệm kỳ.",
        submit_label="Bỏ nhiệm kỳ",
        back_url=found.get_absolute_url(),
        way=_way(found),
        intro=f"Nhiệm kỳ: {term}. Dòng này vẫn đọc được và không tính ở đâu nữa.",
    )


@opens_to(Permission.COLLABORATOR_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def term_end(request: ActorRequest, pk: int) -> HttpResponse:
    """Somebody stops being collaborator."""
    term = _term(request, pk)
    found = term.collaborator
    form = EndTermForm(request.POST or None, initial={"version": found.version})

    def act() -> None:
        before = set(to_recover(found).values_list("pk", flat=True))
        actions.end_term(term_id=term.pk, by=request.actor, **form.cleaned_data)
        owed = [f"{one.month:%m/%Y}" for one in to_recover(found) if one.pk not in before]
        if owed:
            messages.warning(request, f"Thù lao tháng {', '.join(owed)} đã chi: xem thu hồi ở nhiệm vụ chi.")

    return step_page(
        request,
        form=form,
        title="Thôi giữ nhiệm vụ",
        act=act,
        done="Đã ghi ngày thôi giữ nhiệm vụ.",
        submit_label="Ghi",
        back_url=found.get_absolute_url(),
        way=_way(found),
        intro=f"Nhiệm kỳ: {term}.",
    )


@opens_to(Permission.COLLABORATOR_NOTE)
@require_http_methods(SHOW_AND_ACT)
def note(request: ActorRequest, pk: int, month: str) -> HttpResponse:
    """What was done in a month."""
    found = permitted(request, pk, Permission.COLLABORATOR_NOTE)
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Http404 from None
    there = MonthlyNote.objects.filter(collaborator=found, month=first).first()
    initial: dict[str, object] = {"version": there.version if there else 0}
    if there:
        initial |= {"text": there.text, "visits": there.visits}
    form = NoteForm(request.POST or None, initial=initial)
    return step_page(
        request,
        form=form,
        title=f"Việc tháng {first:%m/%Y}",
        act=lambda: actions.write_note(collaborator_id=found.pk, by=request.actor, month=first, **form.cleaned_data),
        done=f"Đã ghi việc tháng {first:%m/%Y}.",
        submit_label="Lưu",
        back_url=found.get_absolute_url(),
        way=_way(found),
    )
