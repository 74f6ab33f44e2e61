"""The list of papers, the papers of one record, and one paper with its signed scan."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from khuyencong.audit.actions import record
from khuyencong.core.components import Crumb, Fact, Tab
from khuyencong.core.dates import format_moment
from khuyencong.core.errors import Refused
from khuyencong.core.web import SHOW_AND_ACT, form_page, run, take_away
from khuyencong.papers import actions, numbering, queries
from khuyencong.papers.codes import readable
from khuyencong.papers.drawing_up import SHIPPED
from khuyencong.papers.filling import TEMPORARY
from khuyencong.papers.forms import AttachForm, MakeForm, NumberForm, PapersFilter
from khuyencong.papers.models import Paper
from khuyencong.papers.web import bytes_or_404, crumbs, form_or_404, paper_or_404, tabs
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to

PAGE_SIZE = 50
ASK = "ask_number"  # the button that asks the document system


@opens_to(Permission.PAPER_VIEW)
@require_safe
def papers(request: ActorRequest) -> HttpResponse:
    """The papers of my agency, the newest first; the filters stay in the address."""
    form = PapersFilter(request.GET)
    form.is_valid()
    chosen = form.cleaned_data
    rows = queries.papers_of_agency(
        request.actor,
        form=chosen.get("mau", ""),
        state=chosen.get("tinh_trang", ""),
        year=chosen.get("nam"),
        text=chosen.get("tim", ""),
    )
    context = {
        "form": form,
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "filtered": any(chosen.values()),
        "tabs": tabs(request.actor, "papers"),
    }
    return render(request, "papers/papers.html", context)


@opens_to(Permission.PAPER_VIEW)
@require_http_methods(SHOW_AND_ACT)
def paper_new(request: ActorRequest, form: str, key: str) -> HttpResponse:
    """The papers of one record, and the button that makes one more of this form."""
    actor, wanted = request.actor, form_or_404(form)
    about = wanted.subject.find(actor, key)
    bound = request.method == "POST"
    if bound:
        require(actor, Permission.PAPER_MAKE)
    button = MakeForm(request.POST) if bound else MakeForm()
    made: list[Paper] = []

    def act() -> None:
        made.append(
            actions.make_paper(form=wanted, key=key, by=actor, creation_key=button.cleaned_data["creation_key"])
        )

    if bound and button.is_valid() and run(button, act):
        return redirect(made[0])
    siblings = queries.forms_of(wanted.subject.name)
    context = {
        "form": button,
        "wanted": wanted,
        "mark": "" if wanted.official_layout else TEMPORARY,
        "name": wanted.subject.named(about),
        "record_url": about.get_absolute_url() if hasattr(about, "get_absolute_url") else "",
        "tabs": [
            Tab(one.number or one.title, reverse("paper_new", args=[one.code, key]), one is wanted) for one in siblings
        ],
        "papers": queries.papers_of_record(wanted.subject.name, key)[:PAGE_SIZE],
        "may_make": allowed(actor, Permission.PAPER_MAKE),
        "crumbs": crumbs(wanted.title),
    }
    return render(request, "papers/paper_new.html", context, status=422 if bound else 200)


@opens_to(Permission.PAPER_VIEW)
@require_safe
def paper(request: ActorRequest, pk: int) -> HttpResponse:
    """One paper: its text, beside it the pages of the signed scan."""
    found = paper_or_404(request.actor, pk)
    pages = list(found.pages.select_related("scan__uploaded_by").order_by("scan__pk", "number"))
    scans = {one.scan_id: one.scan for one in pages}
    own = allowed(request.actor, Permission.PAPER_MAKE, found)
    context = {
        "paper": found,
        "facts": _facts(found),
        "blocks": queries.blocks_of(bytes_or_404(found.file.storage, found.file.name or "")),
        "pages": pages,
        "scans": list(scans.values()),
        "may_keep": own,
        "free": own and bool(queries.free_pages(request.actor)),
        "may_see_scan": {one.pk for one in scans.values() if one.is_in_scope(request.actor)},
        "crumbs": crumbs(found.title),
    }
    return render(request, "papers/paper.html", context)


def _facts(found: Paper) -> list[Fact]:
    rows = (
        Fact("Số", found.number or "chưa có số"),
        Fact("Về", found.about, reverse("paper_new", args=[found.form, found.key])),
        Fact("Cơ quan lập", found.agency.name),
        Fact("Người lập", f"{found.created_by}, {format_moment(found.created_at)}"),
        Fact("Mẫu", str(found.template) if found.template else SHIPPED),
        Fact("Mã giấy", readable(found.token).partition(": ")[2]),
        Fact("SHA-256 của bản Word", found.sha256),
    )
    return list(rows)


@opens_to(Permission.PAPER_VIEW)
@require_GET
def paper_file(request: ActorRequest, pk: int) -> HttpResponse:
    """The Word file as it was made; the download is audited."""
    found = paper_or_404(request.actor, pk)
    content = bytes_or_404(found.file.storage, found.file.name or "")
    after = {"giấy tờ": str(found), "sha256": found.sha256}
    record(action="paper.download", by=request.actor, subject=found, thread=found.thread, after=after)
    return take_away(content, found.file_name)


@opens_to(Permission.PAPER_MAKE)
@require_http_methods(SHOW_AND_ACT)
def paper_number(request: ActorRequest, pk: int) -> HttpResponse:
    """Write down the number under which the paper goes out."""
    found = paper_or_404(request.actor, pk)
    require(request.actor, Permission.PAPER_MAKE, found)
    initial = {"number": found.number, "version": found.version}
    context = _form_context(found, "Ghi số", "Số và ký hiệu văn thư cấp khi phát hành; bản Word đã lập giữ nguyên.")
    context["may_ask"] = numbering.is_on()
    if request.method == "POST" and ASK in request.POST:
        return _with_number(request, found, context)
    form = NumberForm(request.POST) if request.method == "POST" else NumberForm(initial=initial)
    return form_page(
        request,
        form=form,
        act=lambda: actions.give_number(
            paper_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            number=form.cleaned_data["number"],
        ),
        done="Đã ghi số của giấy.",
        back=lambda: redirect(found),
        template="papers/form.html",
        context=context,
    )


def _with_number(request: ActorRequest, found: Paper, context: dict[str, Any]) -> HttpResponse:
    """The form with the number that the document system gives; it is written down when somebody saves it."""
    initial = {"number": found.number, "version": found.version}
    try:
        initial["number"] = numbering.ask_number(found)
        context["asked"] = "Hệ thống văn bản đã cấp số này; bấm «Lưu» để ghi."
    except Refused as error:
        context["asked"] = str(error)
    return render(request, "papers/form.html", {"form": NumberForm(initial=initial), **context})


@opens_to(Permission.PAPER_MAKE)
@require_http_methods(SHOW_AND_ACT)
def paper_attach(request: ActorRequest, pk: int) -> HttpResponse:
    """Give pages whose code could not be read to this paper by hand."""
    found = paper_or_404(request.actor, pk)
    require(request.actor, Permission.PAPER_MAKE, found)
    free = queries.free_pages(request.actor)
    bound = request.method == "POST"
    form = AttachForm(request.POST, free=free) if bound else AttachForm(initial={"version": found.version}, free=free)
    return form_page(
        request,
        form=form,
        act=lambda: actions.attach_pages(
            paper_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            page_ids=form.cleaned_data["pages"],
        ),
        done="Đã gắn trang quét vào giấy này.",
        back=lambda: redirect(found),
        template="papers/form.html",
        context=_form_context(
            found, "Gắn trang quét", "Chỉ dùng khi mã QR trên trang không đọc được: hãy xem trang trước khi gắn."
        )
        | {"free": free},
    )


def _form_context(found: Paper, title: str, note: str) -> dict[str, Any]:
    return {
        "paper": found,
        "title": title,
        "note": note,
        "crumbs": crumbs(Crumb(found.title, found.get_absolute_url()), title),
    }
