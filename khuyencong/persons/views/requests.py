"""Requests about personal data, and «Dữ liệu của tôi»."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khuyencong.audit.actions import record
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.core.web import SHOW_AND_ACT, press, run, take_away, version_of
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to, signed_in
from khuyencong.persons import actions, shown
from khuyencong.persons.export import TRAIL_NOTE, gathered, own_rows_of, zip_of
from khuyencong.persons.forms import AnswerForm, RequestForm, RowsForm
from khuyencong.persons.keeping import Terms, terms_of
from khuyencong.persons.models import PersonRequest, RequestKind
from khuyencong.persons.web import LAW, crumbs, request_or_404, step_page, tabs
from khuyencong.signin.sessions import is_fresh

PAGE_SIZE = 50


@opens_to(Permission.PERSON_DATA_VIEW)
@require_safe
def person_requests(request: ActorRequest) -> HttpResponse:
    """What was asked of my agency, the latest first."""
    page = Paginator(PersonRequest.objects.visible_to(request.actor), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(one, shown.TONES[one.state]) for one in page.object_list],
        "may_keep": allowed(request.actor, Permission.PERSON_DATA_KEEP),
        "tabs": tabs("person_requests"),
        "law": LAW,
    }
    return render(request, "persons/requests.html", context)


@opens_to(Permission.PERSON_DATA_KEEP)
@require_http_methods(SHOW_AND_ACT)
def person_request_new(request: ActorRequest) -> HttpResponse:
    """Write down a request that came in."""
    form = RequestForm(request.POST or None, initial={"received_on": today()})
    made: list[PersonRequest] = []

    def act() -> None:
        data = form.cleaned_data
        made.append(actions.take_request(by=request.actor, creation_key=data["creation_key"], fields=data))

    return step_page(
        request,
        form=form,
        title="Ghi yêu cầu",
        act=act,
        done="Đã ghi yêu cầu. Bước tiếp: tìm các mục có người này.",
        submit_label="Ghi yêu cầu",
        back_url=lambda: reverse("person_request_rows", args=[made[0].pk]),
        intro=LAW,
    )


@opens_to(Permission.PERSON_DATA_VIEW)
@require_safe
def person_request(request: ActorRequest, pk: int) -> HttpResponse:
    """One request: what was chosen, what may be hidden and what must stay, what was answered."""
    actor, found = request.actor, request_or_404(request.actor, pk)
    rows = shown.chosen_rows(found, Terms(terms_of(actor), today()))
    context = {
        "asked": found,
        "facts": shown.facts(found),
        "rows": rows,
        "tone": shown.TONES[found.state],
        "is_hiding": found.kind == RequestKind.HIDE,
        "may_keep": found.is_open and allowed(actor, Permission.PERSON_DATA_KEEP, found),
        "may_copy": found.is_open and found.copy_agreed_by_id is not None,
        "may_agree": found.is_open
        and found.copy_agreed_by_id is None
        and found.taken_by_id != actor.user.pk  # who wrote it down does not decide; no button that would be refused
        and allowed(actor, Permission.PERSON_DATA_HIDE, found),
        "may_hide": found.is_open
        and any(row.free for row in rows)
        and allowed(actor, Permission.PERSON_DATA_HIDE, found),
        "crumbs": crumbs(title=str(found)),
    }
    return render(request, "persons/request.html", context)


@opens_to(Permission.PERSON_DATA_KEEP)
@require_http_methods(SHOW_AND_ACT)
def person_request_rows(request: ActorRequest, pk: int) -> HttpResponse:
    """Where this person may stand, and which of these rows really are about this person."""
    actor, found = request.actor, request_or_404(request.actor, pk)
    require(actor, Permission.PERSON_DATA_KEEP, found)
    rows = shown.rows_found(found, actor)
    initial = {"version": found.version, "rows": [f"{model}:{row}" for model, row in found.chosen]}
    choices = [(row.key, row.label) for row in rows]
    form = RowsForm(request.POST or None, initial=initial, rows=choices)

    def act() -> None:
        data = form.cleaned_data
        actions.choose_rows(request_id=found.pk, by=actor, version=data["version"], keys=data["rows"])

    bound = request.method == "POST"
    if bound and form.is_valid() and run(form, act):
        return redirect(found)
    actions.record_look(asked=found, by=actor, count=len(rows))
    context = {
        "asked": found,
        "form": form,
        "rows": rows,
        "chosen": set(form["rows"].value() or []),
        "full": len(rows) == shown.MOST_FOUND,
        "crumbs": crumbs((str(found), found.get_absolute_url()), title="Tìm người này"),
    }
    return render(request, "persons/rows.html", context, status=422 if bound else 200)


@opens_to(Permission.PERSON_DATA_KEEP)
@require_POST
def person_request_copy(request: ActorRequest, pk: int) -> HttpResponse:
    """Everything about the rows chosen, as a ZIP to be handed to the person; audited."""
    actor, found = request.actor, request_or_404(request.actor, pk)
    require(actor, Permission.PERSON_DATA_KEEP, found)
    if found.copy_agreed_by_id is None:
        press(request, _not_agreed, done="")
        return redirect(found)
    rows = gathered(shown.holdings_of(found))
    record(
        action="person_data.copy",
        by=actor,
        subject=found,
        thread=found.thread,
        after={"mục": [f"{one['bản ghi']} {one['số']}" for one in rows]},
    )
    about = f"{found}: {found.paper}, nhận ngày {format_date(found.received_on)}."
    return take_away(zip_of(rows, made_on=today(), about=about), f"du-lieu-ca-nhan-{found.pk}.zip")


def _not_agreed() -> None:
    raise Refused("Bản sao được giao khi lãnh đạo đã đồng ý với các mục đã chọn.")


@opens_to(Permission.PERSON_DATA_HIDE)
@require_POST
def person_request_agree(request: ActorRequest, pk: int) -> HttpResponse:
    """Let a copy of the rows chosen be handed to the person."""
    found = request_or_404(request.actor, pk)
    press(
        request,
        lambda: actions.agree_to_copy(request_id=found.pk, by=request.actor, version=version_of(request)),
        done="Đã đồng ý giao bản sao.",
    )
    return redirect(found)


@opens_to(Permission.PERSON_DATA_HIDE)
@require_POST
def person_request_hide(request: ActorRequest, pk: int) -> HttpResponse:
    """Hide what may be hidden of the rows chosen."""
    found = request_or_404(request.actor, pk)
    press(
        request,
        lambda: actions.hide_chosen(request_id=found.pk, by=request.actor, version=version_of(request)),
        done="Đã ẩn những mục được phép ẩn; mục để nguyên có ghi vì sao.",
    )
    return redirect(found)


@opens_to(Permission.PERSON_DATA_KEEP)
@require_http_methods(SHOW_AND_ACT)
def person_request_answer(request: ActorRequest, pk: int) -> HttpResponse:
    """Write down what was answered."""
    found = request_or_404(request.actor, pk)
    require(request.actor, Permission.PERSON_DATA_KEEP, found)
    initial = {"version": found.version, "answered_on": today(), "answer": shown.proposed_answer(found)}
    form = AnswerForm(request.POST or None, initial=initial)
    return step_page(
        request,
        form=form,
        title="Ghi trả lời",
        act=lambda: actions.answer_request(
            request_id=found.pk, by=request.actor, version=form.cleaned_data["version"], fields=form.cleaned_data
        ),
        done="Đã ghi trả lời.",
        submit_label="Ghi trả lời",
        back_url=found.get_absolute_url,
        way=((str(found), found.get_absolute_url()),),
    )


@signed_in
@require_http_methods(SHOW_AND_ACT)
def my_data(request: ActorRequest) -> HttpResponse:
    """Everything kept about whoever is signed in, as a ZIP; asked for with the password, audited."""
    user = request.user
    if not is_fresh(request):
        return redirect(f"{reverse('my_confirm')}?{urlencode({'next': reverse('my_data')})}")
    rows = own_rows_of(user)
    if request.method == "POST":
        record(
            action="person_data.own", by=request.actor, subject=user, thread=user.thread, after={"số mục": len(rows)}
        )
        return take_away(
            zip_of(gathered(rows), made_on=today(), about="Theo yêu cầu của chính chủ tài khoản."),
            "du-lieu-cua-toi.zip",
        )
    context = {"counts": shown.counted(rows), "trail_note": TRAIL_NOTE, "crumbs": shown.my_crumbs()}
    return render(request, "persons/mine.html", context)
