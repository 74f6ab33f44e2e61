"""Rates of the province, and the lists of allowances."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from khuyencong.audit.actions import record
from khuyencong.collaborators import actions, paper, shown
from khuyencong.collaborators.forms import (
    AmountForm,
    CorrectRateForm,
    ListForm,
    RateForm,
    ReasonForm,
    TieForm,
)
from khuyencong.collaborators.models import AllowanceList, AllowanceState
from khuyencong.collaborators.queries import lists_for, paying_projects, postings_for, rates_of
from khuyencong.collaborators.web import crumbs, list_or_404, step_page, tabs
from khuyencong.core.dates import format_date, today
from khuyencong.core.money import format_dong
from khuyencong.core.web import SHOW_AND_ACT, press, run, take_away, version_of
from khuyencong.finance.models import LedgerEntry
from khuyencong.finance.used import used_of
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to

PAGE_SIZE = 50
LINES_SHOWN = 300
POSTINGS_SHOWN = 20


@opens_to(Permission.COLLABORATOR_MANAGE)
@require_safe
def rates(request: ActorRequest) -> HttpResponse:
    """What the documents of my province give a month."""
    on = today()
    context = {
        "rates": [(one, one.holds(on)) for one in rates_of(request.actor)],
        "tabs": tabs(request.actor, "allowance_rates"),
        "crumbs": crumbs(title="Mức thù lao"),
    }
    return render(request, "collaborators/rates.html", context)


@opens_to(Permission.COLLABORATOR_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def rate_new(request: ActorRequest) -> HttpResponse:
    """A new rate, from a day on."""
    form = RateForm(request.POST or None)
    return step_page(
        request,
        form=form,
        title="Ghi mức thù lao",
        act=lambda: actions.keep_rate(
            by=request.actor, creation_key=form.cleaned_data["creation_key"], fields=form.cleaned_data
        ),
        done="Đã ghi mức thù lao.",
        submit_label="Ghi mức",
        back_url=reverse("allowance_rates"),
        way=(("Mức thù lao", reverse("allowance_rates")),),
        intro="Chủ tịch UBND cấp tỉnh quy định mức thù lao (NĐ 45/2012 Đ10). Mức đang áp dụng hết vào hôm trước ngày của mức mới.",
    )


@opens_to(Permission.COLLABORATOR_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def rate_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Correct a rate that no list has used yet."""
    found = get_object_or_404(rates_of(request.actor), pk=pk)
    require(request.actor, Permission.COLLABORATOR_MANAGE, found)
    names = ("amount", "document", "article", "valid_from", "valid_to", "version")
    form = CorrectRateForm(request.POST or None, initial={name: getattr(found, name) for name in names})
    return step_page(
        request,
        form=form,
        title="Sửa mức thù lao",
        act=lambda: actions.correct_rate(
            rate_id=found.pk, by=request.actor, version=form.cleaned_data["version"], fields=form.cleaned_data
        ),
        done="Đã sửa mức thù lao.",
        submit_label="Lưu",
        back_url=reverse("allowance_rates"),
        way=(("Mức thù lao", reverse("allowance_rates")),),
    )


@opens_to(Permission.COLLABORATOR_VIEW)
@require_safe
def lists(request: ActorRequest) -> HttpResponse:
    """The lists by which collaborators were paid, the latest months first."""
    page = Paginator(lists_for(request.actor), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(one, shown.TONES[AllowanceState(one.state)]) for one in page.object_list],
        "may_manage": allowed(request.actor, Permission.COLLABORATOR_MANAGE),
        "tabs": tabs(request.actor, "allowance_lists"),
        "crumbs": crumbs(title="Thù lao"),
    }
    return render(request, "collaborators/lists.html", context)


@opens_to(Permission.COLLABORATOR_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def list_new(request: ActorRequest) -> HttpResponse:
    """Gather who is owed for some months."""
    actor, on = request.actor, today()
    form = ListForm(request.POST or None, projects=paying_projects(actor), on=on)
    made: list[AllowanceList] = []

    def act() -> None:
        data = form.cleaned_data
        made.append(
            actions.prepare_list(
                by=actor,
                creation_key=data["creation_key"],
                project=data["project"],
                first_month=data["first_month"],
                last_month=data["last_month"],
            )
        )

    bound = request.method == "POST"
    if bound and form.is_valid() and run(form, act):
        messages.success(request, "Đã lập bảng kê. Bước tiếp: ghi các dòng chưa rõ số tiền, rồi lãnh đạo duyệt.")
        return redirect(made[0])
    context = {
        "form": form,
        "title": "Lập bảng kê thù lao",
        "submit_label": "Lập bảng kê",
        "back_url": reverse("allowance_lists"),
        "crumbs": crumbs(("Thù lao", reverse("allowance_lists")), title="Lập bảng kê"),
        "intro": "Gồm mọi người giữ nhiệm vụ trong các tháng ấy mà tháng chưa nằm trong bảng kê nào.",
    }
    return render(request, "collaborators/form.html", context, status=422 if bound else 200)


@opens_to(Permission.COLLABORATOR_VIEW)
@require_safe
def allowance_list(request: ActorRequest, pk: int) -> HttpResponse:
    """One list: who, which month, how much, and just the steps that are mine."""
    actor = request.actor
    found = list_or_404(actor, pk)
    rows = Paginator(shown.lines_of(found), LINES_SHOWN).get_page(request.GET.get("page"))
    manages = allowed(actor, Permission.COLLABORATOR_MANAGE, found)
    context = {
        "list": found,
        "tone": shown.TONES[AllowanceState(found.state)],
        "facts": shown.list_facts(found, actor),
        "page": rows,
        "lines": rows.object_list,
        "actions": shown.list_actions(found, actor),
        "may_change": manages and found.state == AllowanceState.DRAFT,
        "may_export": allowed(actor, Permission.REPORT_EXPORT),
        "warnings": shown.list_warnings(found),
        "events": shown.events_of(found),
        "crumbs": crumbs(("Thù lao", reverse("allowance_lists")), title=found.months.capitalize()),
    }
    return render(request, "collaborators/allowance_list.html", context)


def _way(found: AllowanceList) -> tuple[tuple[str, str], ...]:
    return (("Thù lao", reverse("allowance_lists")), (found.months.capitalize(), found.get_absolute_url()))


@opens_to(Permission.COLLABORATOR_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def list_amount(request: ActorRequest, pk: int, line: int) -> HttpResponse:
    """What one month is worth."""
    found = list_or_404(request.actor, pk)
    require(request.actor, Permission.COLLABORATOR_MANAGE, found)
    one = get_object_or_404(found.lines.select_related("collaborator", "rate"), pk=line)
    form = AmountForm(request.POST or None, initial={"version": found.version, "amount": one.amount, "note": one.note})
    most = f" Mức một tháng: {format_dong(one.rate.amount)} đồng ({one.rate})." if one.rate else ""
    return step_page(
        request,
        form=form,
        title=f"Số tiền: {one}",
        act=lambda: actions.set_amount(line_id=one.pk, by=request.actor, **form.cleaned_data),
        done="Đã ghi số tiền.",
        submit_label="Ghi số tiền",
        back_url=found.get_absolute_url(),
        way=_way(found),
        intro=f"Tháng {one.month:%m/%Y} của {one.collaborator}.{most}",
    )


@opens_to(Permission.COLLABORATOR_APPROVE)
@require_POST
def list_approve(request: ActorRequest, pk: int) -> HttpResponse:
    """A leader approves the list."""
    found = list_or_404(request.actor, pk)
    require(request.actor, Permission.COLLABORATOR_APPROVE, found)
    press(
        request,
        lambda: actions.approve_list(list_id=found.pk, by=request.actor, version=version_of(request)),
        done="Đã duyệt bảng kê.",
    )
    return redirect(found)


@opens_to(Permission.COLLABORATOR_APPROVE)
@require_http_methods(SHOW_AND_ACT)
def list_send_back(request: ActorRequest, pk: int) -> HttpResponse:
    """A leader takes the approval back."""
    found = list_or_404(request.actor, pk)
    require(request.actor, Permission.COLLABORATOR_APPROVE, found)
    form = ReasonForm(request.POST or None, initial={"version": found.version})
    return step_page(
        request,
        form=form,
        title="Trả lại bảng kê",
        act=lambda: actions.send_back_list(list_id=found.pk, by=request.actor, **form.cleaned_data),
        done="Đã trả lại bảng kê để sửa.",
        submit_label="Trả lại",
        back_url=found.get_absolute_url(),
        way=_way(found),
    )


@opens_to(Permission.COLLABORATOR_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def list_cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """Give the list up."""
    found = list_or_404(request.actor, pk)
    require(request.actor, Permission.COLLABORATOR_MANAGE, found)
    form = ReasonForm(request.POST or None, initial={"version": found.version})
    return step_page(
        request,
        form=form,
        title="Hủy bảng kê",
        act=lambda: actions.cancel_list(list_id=found.pk, by=request.actor, **form.cleaned_data),
        done="Đã hủy bảng kê; các tháng có thể đưa vào bảng kê khác.",
        submit_label="Hủy bảng kê",
        back_url=found.get_absolute_url(),
        way=_way(found),
    )


def _posting_label(one: LedgerEntry) -> str:
    left = format_dong(one.amount - used_of(one))
    return f"{one.document}, {format_date(one.on)}: {format_dong(one.amount)} đồng, còn {left} đồng chưa gắn"


@opens_to(Permission.COLLABORATOR_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def list_tie(request: ActorRequest, pk: int) -> HttpResponse:
    """Which payment of the task paid it."""
    found = list_or_404(request.actor, pk)
    require(request.actor, Permission.COLLABORATOR_MANAGE, found)
    postings = postings_for(found)
    labels = [(one.pk, _posting_label(one)) for one in postings[:POSTINGS_SHOWN]]
    form = TieForm(request.POST or None, postings=postings, labels=labels, initial={"version": found.version})
    return step_page(
        request,
        form=form,
        title="Gắn với khoản đã chi",
        act=lambda: actions.tie_list(
            list_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            posting_id=form.cleaned_data["posting"].pk,
        ),
        done="Đã gắn bảng kê với khoản chi.",
        submit_label="Gắn",
        back_url=found.get_absolute_url(),
        way=_way(found),
        intro=f"Bảng kê {format_dong(found.total)} đồng, chi từ {found.project.code} – {found.project.name}. "
        "Chưa thấy khoản chi thì lập và chi như mọi khoản khác, ở phần kinh phí của nhiệm vụ.",
    )


@opens_to(Permission.COLLABORATOR_APPROVE)
@require_http_methods(SHOW_AND_ACT)
def list_untie(request: ActorRequest, pk: int) -> HttpResponse:
    """A leader says that the payment was not that of the list."""
    found = list_or_404(request.actor, pk)
    require(request.actor, Permission.COLLABORATOR_APPROVE, found)
    form = ReasonForm(request.POST or None, initial={"version": found.version})
    return step_page(
        request,
        form=form,
        title="Gỡ khỏi khoản chi",
        act=lambda: actions.untie_list(list_id=found.pk, by=request.actor, **form.cleaned_data),
        done="Đã gỡ. Bước tiếp: gắn với khoản khác, hoặc trả lại bảng kê.",
        submit_label="Gỡ",
        back_url=found.get_absolute_url(),
        way=_way(found),
        intro="Sổ kinh phí không thay đổi; bảng kê không còn tính là đã chi.",
    )


@opens_to(Permission.COLLABORATOR_VIEW)
@require_GET
def list_pdf(request: ActorRequest, pk: int) -> HttpResponse:
    """The list as a paper to be signed; the download is audited."""
    require(request.actor, Permission.REPORT_EXPORT)
    return _taken(request, list_or_404(request.actor, pk), "pdf")


@opens_to(Permission.COLLABORATOR_VIEW)
@require_GET
def list_xlsx(request: ActorRequest, pk: int) -> HttpResponse:
    """The same as a file."""
    require(request.actor, Permission.REPORT_EXPORT)
    return _taken(request, list_or_404(request.actor, pk), "xlsx")


def _taken(request: ActorRequest, found: AllowanceList, ending: str) -> HttpResponse:
    lines = shown.lines_of(found)
    with transaction.atomic():
        content = paper.list_pdf(found, lines) if ending == "pdf" else paper.list_workbook(found, lines)
        record(
            action="allowance_list.download",
            by=request.actor,
            subject=found,
            thread=found.thread,
            after={"tệp": ending},
        )
    return take_away(content, f"thu-lao-cong-tac-vien-{found.pk}.{ending}")
