"""Lists for the Treasury: made, changed, sent, taken away as files."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from khuyencong.core.components import Action, Fact
from khuyencong.core.dates import format_date, format_moment
from khuyencong.core.errors import Refused
from khuyencong.core.web import SHOW_AND_ACT, press, run, take_away, version_of
from khuyencong.finance.models import Payment, PaymentState
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.programmes.models import FundingSource
from khuyencong.treasury import actions, queries
from khuyencong.treasury.actions.lists import MOST_PAYMENTS
from khuyencong.treasury.forms import ListForm, SendForm
from khuyencong.treasury.models import ListState, PaymentList
from khuyencong.treasury.outgoing import FORMATS
from khuyencong.treasury.paper import list_pdf as pdf_of
from khuyencong.treasury.paper import list_workbook
from khuyencong.treasury.views.home import crumbs

LONGEST_KEY = 10


@opens_to(Permission.TREASURY_KEEP)
@require_http_methods(SHOW_AND_ACT)
def list_new(request: ActorRequest) -> HttpResponse:
    """Choose approved payments of one source and budget year."""
    actor = request.actor
    require(actor, Permission.TREASURY_KEEP, PaymentList(agency=actor.agency))
    kinds = queries.kinds_to_list(actor)
    source, year = _chosen(request, kinds)
    payments = list(queries.to_list(actor, source=source, year=year)[:MOST_PAYMENTS]) if source else []
    form = ListForm(request.POST or None, payments=[one.pk for one in payments])
    made: list[PaymentList] = []

    def act() -> None:
        made.append(
            actions.make_list(
                by=actor,
                creation_key=form.cleaned_data["creation_key"],
                source=source,
                year=year,
                payment_ids=form.cleaned_data["payments"],
            )
        )

    earlier = _made_already(request, form)
    if earlier is not None:
        return redirect(earlier)
    if request.method == "POST" and form.is_valid() and run(form, act):
        messages.success(request, f"Đã lập bảng kê {made[0].code}.")
        return redirect(made[0])
    chosen = set(request.POST.getlist("payments")) if request.method == "POST" else {str(one.pk) for one in payments}
    context = {
        "crumbs": crumbs("Bảng kê mới"),
        "form": form,
        "kinds": [(*row, FundingSource(row[0]).label) for row in kinds],
        "source": source,
        "source_label": FundingSource(source).label if source else "",
        "year": year,
        "rows": [(one, str(one.pk) in chosen) for one in payments],
        "total": sum(one.amount for one in payments),
    }
    return render(request, "treasury/list_new.html", context, status=422 if request.method == "POST" else 200)


def _made_already(request: ActorRequest, form: ListForm) -> PaymentList | None:
    """The list that a first click of the same form has made: its payments are not to be chosen any more."""
    if request.method != "POST":
        return None
    form.is_valid()
    key = form.cleaned_data.get("creation_key")
    rows = PaymentList.objects.visible_to(request.actor).filter(made_by=request.actor.user)
    return rows.filter(creation_key=key).first() if key else None


def _chosen(request: ActorRequest, kinds: list[tuple[str, int, int, int]]) -> tuple[str, int]:
    """Source and year of the address, else the first that has something to list; "" and 0 where nothing has."""
    asked = request.GET.get("nguon", ""), request.GET.get("nam", "")
    for source, year, *_ in kinds:
        if asked == (source, str(year)):
            return source, year
    wanted, text = asked
    if wanted in FundingSource.values and text.isascii() and text.isdigit() and len(text) == 4:  # noqa: PLR2004  # a year
        return wanted, int(text)
    return (kinds[0][0], kinds[0][1]) if kinds else ("", 0)


@opens_to(Permission.TREASURY_VIEW)
@require_safe
def payment_list(request: ActorRequest, pk: int) -> HttpResponse:
    """The list with its payments and how each stands."""
    return _page(request, _list_or_404(request, pk))


def _page(request: ActorRequest, found: PaymentList, form: SendForm | None = None) -> HttpResponse:
    may_keep = allowed(request.actor, Permission.TREASURY_KEEP, found) and found.state == ListState.DRAFT
    rows = list(
        queries.payments_of(request.actor).filter(listed__of=found).order_by("project__code").select_related("paid_by")
    )
    sending = form or SendForm(initial={"version": found.version})
    context = {
        "found": found,
        "crumbs": crumbs(f"Bảng kê {found.code}"),
        "stands": _stands(found, [one.state for one in rows]),
        "facts": _facts(found),
        "rows": rows,
        "total": sum(one.amount for one in rows),
        "may_keep": may_keep,
        "may_pay": allowed(request.actor, Permission.PAYMENT_PAY),
        "formats": FORMATS.values(),
        "form": sending if may_keep else None,
        "refused": None if may_keep else form,
        "cancel": Action(
            "huy",
            "Hủy bảng kê",
            reverse("payment_list_cancel", args=[found.pk]),
            tone="danger",
            hidden={"version": found.version},
            sentence="Các khoản chi trở lại danh sách chờ lập bảng kê; số của bảng kê này không dùng lại.",
        )
        if may_keep
        else None,
    }
    return render(request, "treasury/list.html", context, status=422 if request.method == "POST" else 200)


@opens_to(Permission.TREASURY_KEEP)
@require_http_methods(SHOW_AND_ACT)
def list_send(request: ActorRequest, pk: int) -> HttpResponse:
    """Say on which day the list went to the Treasury."""
    found = _list_or_404(request, pk)
    require(request.actor, Permission.TREASURY_KEEP, found)
    form = SendForm(request.POST or None, initial={"version": found.version})

    def act() -> None:
        data = form.cleaned_data
        actions.send_list(list_id=found.pk, by=request.actor, version=data["version"], on=data["on"])

    if request.method == "POST" and form.is_valid() and run(form, act):
        messages.success(request, f"Đã ghi gửi bảng kê {found.code}.")
        return redirect(found)
    return _page(request, found, form)


@opens_to(Permission.TREASURY_KEEP)
@require_POST
def list_take_out(request: ActorRequest, pk: int) -> HttpResponse:
    """Take one payment out of a list that was not sent."""
    found = _list_or_404(request, pk)
    require(request.actor, Permission.TREASURY_KEEP, found)
    text = request.POST.get("payment", "")
    payment_id = int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST_KEY else 0
    press(
        request,
        lambda: actions.take_out_of_list(
            list_id=found.pk, by=request.actor, version=version_of(request), payment_id=payment_id
        ),
        done="Đã đưa khoản chi ra khỏi bảng kê.",
    )
    return redirect(found)


@opens_to(Permission.TREASURY_KEEP)
@require_POST
def list_cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """Give a list up that was not sent."""
    found = _list_or_404(request, pk)
    require(request.actor, Permission.TREASURY_KEEP, found)
    press(
        request,
        lambda: actions.cancel_list(list_id=found.pk, by=request.actor, version=version_of(request)),
        done=f"Đã hủy bảng kê {found.code}.",
    )
    return redirect(found)


@opens_to(Permission.TREASURY_VIEW)
@require_GET
def list_xlsx(request: ActorRequest, pk: int) -> HttpResponse:
    """The list as Excel."""
    return _take(request, pk, "xlsx", list_workbook)


@opens_to(Permission.TREASURY_VIEW)
@require_GET
def list_pdf(request: ActorRequest, pk: int) -> HttpResponse:
    """The list as a paper to be signed."""
    return _take(request, pk, "pdf", pdf_of)


@opens_to(Permission.TREASURY_VIEW)
@require_GET
def list_file(request: ActorRequest, pk: int, code: str) -> HttpResponse:
    """The list in a format for the Treasury's program."""
    if code not in FORMATS:
        raise Http404("Không có dạng tệp này.")
    return _take(request, pk, FORMATS[code].ending, FORMATS[code].write)


def _take(
    request: ActorRequest, pk: int, kind: str, write: Callable[[PaymentList, Sequence[Payment]], bytes]
) -> HttpResponse:
    found = _list_or_404(request, pk)
    rows = list(queries.payments_of(request.actor).filter(listed__of=found).order_by("project__code"))
    if not rows:
        raise Refused("Bảng kê không còn khoản chi nào để in.")
    content = write(found, rows)
    actions.record_taken(found=found, by=request.actor, kind=kind)
    return take_away(content, f"bang-ke-{found.year}-{found.number:03}.{kind}")


def _list_or_404(request: ActorRequest, pk: int) -> PaymentList:
    rows = PaymentList.objects.visible_to(request.actor).select_related("made_by", "agency__parent", "sent_by")
    return get_object_or_404(rows, pk=pk)


def _stands(found: PaymentList, states: list[str]) -> tuple[str, str]:
    """How the list stands in words, and the tone of the badge."""
    if found.state == ListState.SENT and PaymentState.SENT not in states:
        return "Đã khép: mọi khoản đã chi hoặc trả lại", "success"
    if found.state == ListState.SENT:
        return "Đã gửi, còn khoản chờ kho bạc", "info"
    return str(found.get_state_display()), "warning" if found.state == ListState.DRAFT else ""


def _facts(found: PaymentList) -> list[Fact]:
    facts = [
        Fact("Đơn vị chi", found.agency.name),
        Fact("Nguồn kinh phí", found.get_source_display()),
        Fact("Năm ngân sách", str(found.year)),
        Fact("Người lập", f"{found.made_by}, {format_moment(found.made_at)}"),
    ]
    if found.sent_on is not None:
        facts.append(Fact("Gửi kho bạc", f"ngày {format_date(found.sent_on)}, {found.sent_as or found.sent_by}"))
    return facts
