"""The booths of a fair: the drawing, the list, giving booths to people, prices, lists from Excel, contracts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from khuyencong.audit.handing_out import opened
from khuyencong.core.errors import Refused
from khuyencong.core.web import SHOW_AND_ACT, form_page, press, run, take_away, version_of
from khuyencong.fairs import actions, shown
from khuyencong.fairs.forms import (
    NOBODY,
    OTHER,
    AssignForm,
    BoothFileForm,
    BoothForm,
    ChangeContractForm,
    ContractForm,
    GridForm,
    PlanForm,
)
from khuyencong.fairs.importing import BoothList, read_booths
from khuyencong.fairs.importing import template as template_workbook
from khuyencong.fairs.models import Booth, Fair, FairState, Layout
from khuyencong.fairs.plan import drawing_of, plan_picture
from khuyencong.fairs.queries import booths_of, coming_to
from khuyencong.fairs.rent import share_of, sums_of
from khuyencong.fairs.web import crumbs_to, fair_or_404, permitted, step_page, tabs_of
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.roles import STAFF
from khuyencong.people.web import ActorRequest, opens_to

ERRORS_SHOWN = 100
BOOTH_FIELDS = ("number", "row", "column", "x", "y", "price", "supported", "holder")
DRAWN = "max-age=3600, private"


@opens_to(Permission.FAIR_VIEW)
@require_safe
def booths(request: ActorRequest, pk: int) -> HttpResponse:
    """The plan and the list of all booths; whoever arranges gives them out here."""
    found = fair_or_404(request.actor, pk)
    if request.actor.role not in STAFF:
        raise Http404
    return _page(request, found, None, status=200)


def _page(request: ActorRequest, found: Fair, form: AssignForm | None, *, status: int) -> HttpResponse:
    actor, rows = request.actor, booths_of(found)
    may = found.is_arranged and allowed(actor, Permission.FAIR_MANAGE, found)
    coming = coming_to(found) if may else []
    share, sums = share_of(found.project), sums_of(rows)
    without = [one for one in rows if one.holder_name and one.contract_id is None]
    context = {
        "fair": found,
        "tone": shown.TONES.get(found.state, ""),
        "booths": rows,
        "drawing": drawing_of(found, rows),
        "sums": sums,
        "stats": shown.rent_stats(sums),
        "share_sentence": shown.share_sentence(found, share),
        "doubts": share.findings if found.is_arranged else (),
        "coming": [(one, sum(1 for booth in rows if booth.participant_id == one.pk)) for one in coming],
        "form": form
        or AssignForm(
            booths=rows, coming=coming, initial={"version": found.version, "booth": request.GET.get("gian", "")}
        ),
        "may_manage": may,
        "may_contract": allowed(actor, Permission.FAIR_MANAGE, found)
        and found.state not in {FairState.CLOSED, FairState.CANCELLED},
        "without_contract": len(without),
        "is_picture": found.layout == Layout.PICTURE,
        "tabs": tabs_of(found, actor, "fair_booths"),
        "crumbs": crumbs_to(found, "Gian hàng"),
    }
    return render(request, "fairs/booths.html", context, status=status)


@opens_to(Permission.FAIR_MANAGE)
@require_POST
def assign(request: ActorRequest, pk: int) -> HttpResponse:
    """Give a booth to an establishment: by the form under the plan, or by dragging, which sends the same."""
    found = permitted(request, pk, Permission.FAIR_MANAGE)
    form = AssignForm(
        request.POST, booths=booths_of(found), coming=coming_to(found), initial={"version": found.version}
    )

    def act() -> None:
        data = form.cleaned_data
        actions.assign_booth(
            fair_id=found.pk, by=request.actor, version=data["version"], booth_id=int(data["booth"]),
            participant_id=int(data["participant"]) if data["participant"] else None,
        )  # fmt: skip

    if form.is_valid() and run(form, act):
        messages.success(request, "Đã gắn gian." if form.cleaned_data["participant"] else "Đã để trống gian.")
        return redirect("fair_booths", found.pk)
    return _page(request, found, form, status=422)


def _back(found: Fair) -> str:
    return reverse("fair_booths", args=[found.pk])


@opens_to(Permission.FAIR_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def grid(request: ActorRequest, pk: int) -> HttpResponse:
    """Lay the plan out in rows and columns."""
    found = permitted(request, pk, Permission.FAIR_MANAGE)
    initial: dict[str, Any] = {"version": found.version}
    if found.rows:
        initial |= {"rows": found.rows, "columns": found.columns}
    form = GridForm(request.POST or None, initial=initial)
    return step_page(
        request, about=found, form=form, title="Vẽ sơ đồ ô", submit_label="Vẽ sơ đồ", done="Đã vẽ sơ đồ.",
        back_url=_back(found),
        act=lambda: actions.lay_grid(fair_id=found.pk, by=request.actor, **form.cleaned_data),
        context={"intro": "Mỗi ô trống thành một gian: A1, A2… Lối đi là ô không có gian: bỏ gian ở trang của gian ấy."},
    )  # fmt: skip


@opens_to(Permission.FAIR_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def plan(request: ActorRequest, pk: int) -> HttpResponse:
    """The organiser's picture."""
    found = permitted(request, pk, Permission.FAIR_MANAGE)
    form = PlanForm(request.POST or None, request.FILES or None, initial={"version": found.version})
    return step_page(
        request, about=found, form=form, title="Dùng ảnh mặt bằng", submit_label="Tải lên", done="Đã nhận ảnh mặt bằng.",
        back_url=_back(found),
        act=lambda: actions.set_plan(
            fair_id=found.pk, by=request.actor, version=form.cleaned_data["version"], upload=form.cleaned_data["file"]
        ),
        context={"intro": "Gian được đặt lên ảnh bằng cách bấm vào chỗ của gian, hoặc ghi vị trí ở trang của gian."},
    )  # fmt: skip


@opens_to(Permission.FAIR_VIEW)
@require_GET
def plan_picture_of(request: ActorRequest, pk: int) -> HttpResponseBase:
    """The picture under the plan."""
    found = fair_or_404(request.actor, pk)
    picture = plan_picture(found)
    if picture is None:
        raise Http404
    return FileResponse(opened(picture.file), content_type=picture.content_type, headers={"Cache-Control": DRAWN})


@opens_to(Permission.FAIR_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def booth_new(request: ActorRequest, pk: int) -> HttpResponse:
    """One more booth; `?x=&y=` its place on the picture, `?hang=&cot=` on the grid."""
    found = permitted(request, pk, Permission.FAIR_MANAGE)
    words = {"x": "x", "y": "y", "row": "hang", "column": "cot"}
    placed = {name: request.GET[word] for name, word in words.items() if request.GET.get(word, "").isdecimal()}
    last = found.booths.order_by("-pk").first()
    return _booth_page(
        request, found, None, {**placed, "supported": True, "price": last.price if last else None}, "Thêm gian"
    )


@opens_to(Permission.FAIR_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def booth_change(request: ActorRequest, pk: int, booth: int) -> HttpResponse:
    """One booth: where, how much, whose."""
    found = permitted(request, pk, Permission.FAIR_MANAGE)
    one = get_object_or_404(found.booths.select_related("participant__establishment"), pk=booth)
    who = str(one.participant_id) if one.participant_id else OTHER if one.holder else NOBODY
    initial = {name: getattr(one, name) for name in BOOTH_FIELDS} | {"who": who}
    return _booth_page(request, found, one, initial, f"Gian {one.number}")


def _booth_page(
    request: ActorRequest, found: Fair, one: Booth | None, initial: dict[str, Any], title: str
) -> HttpResponse:
    form = BoothForm(
        request.POST or None, coming=coming_to(found), fair=found, initial={**initial, "version": found.version}
    )

    def act() -> None:
        data = form.cleaned_data
        # What this kind of plan does not ask for stays as it is.
        fields = {name: data[name] if name in data else getattr(one, name, None) for name in BOOTH_FIELDS}
        actions.change_booth(
            fair_id=found.pk, by=request.actor, version=data["version"], booth_id=one.pk if one else None,
            fields=fields, participant_id=form.participant_id,
        )  # fmt: skip

    return step_page(
        request, about=found, form=form, act=act, title=title, submit_label="Ghi", done="Đã ghi gian.",
        back_url=_back(found), context={"booth": one},
    )  # fmt: skip


@opens_to(Permission.FAIR_MANAGE)
@require_POST
def booth_remove(request: ActorRequest, pk: int, booth: int) -> HttpResponse:
    """Take a booth off the plan."""
    found = permitted(request, pk, Permission.FAIR_MANAGE)
    press(
        request,
        lambda: actions.remove_booth(fair_id=found.pk, by=request.actor, version=version_of(request), booth_id=booth),
        done="Đã bỏ gian.",
    )
    return redirect("fair_booths", found.pk)


@opens_to(Permission.FAIR_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def bring_in(request: ActorRequest, pk: int) -> HttpResponse:
    """A list of booths from an Excel file: taken whole, or shown with what must be mended."""
    found = permitted(request, pk, Permission.FAIR_MANAGE)
    form = BoothFileForm(request.POST or None, request.FILES or None, initial={"version": found.version})
    read = BoothList()

    def act() -> None:
        nonlocal read
        upload = form.cleaned_data["file"]
        read = read_booths(upload.read(), coming_to(found))
        if read.errors:
            raise Refused(f"Có {len({row for row, *_ in read.errors})} dòng chưa ghi được, nên chưa ghi dòng nào.")
        actions.write_booths(
            fair_id=found.pk, by=request.actor, version=form.cleaned_data["version"], rows=read.rows,
            source=upload.name[:200],
        )  # fmt: skip

    if request.method == "POST" and form.is_valid() and run(form, act):
        messages.success(request, f"Đã ghi {len(read.rows)} gian.")
        return redirect("fair_booths", found.pk)
    context = {
        "fair": found,
        "form": form,
        "errors": read.errors[:ERRORS_SHOWN],
        "more_errors": max(0, len(read.errors) - ERRORS_SHOWN),
        "notes": read.notes,
        "crumbs": crumbs_to(found, "Nhập gian hàng"),
    }
    return render(request, "fairs/bring_in.html", context, status=422 if request.method == "POST" else 200)


@opens_to(Permission.FAIR_MANAGE)
@require_GET
def template(request: ActorRequest, pk: int) -> HttpResponse:
    """The list to fill in, with the booths that are there."""
    found = permitted(request, pk, Permission.FAIR_MANAGE)
    return take_away(template_workbook(booths_of(found), coming_to(found)), f"mau-gian-hang-{found.pk}.xlsx")


@opens_to(Permission.FAIR_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def contract_new(request: ActorRequest, pk: int) -> HttpResponse:
    """A contract or agreement for one booth or several."""
    found = permitted(request, pk, Permission.FAIR_MANAGE)
    without = [one for one in booths_of(found) if one.contract_id is None and one.holder_name]
    form = ContractForm(request.POST or None, request.FILES or None, booths=without, initial={"party": found.organiser})

    def act() -> None:
        data = form.cleaned_data
        actions.keep_contract(
            fair_id=found.pk, by=request.actor, creation_key=data["creation_key"],
            booths=[one for one in without if str(one.pk) in data["booths"]], number=data["number"],
            signed_on=data["signed_on"], party=data["party"], upload=data["file"],
        )  # fmt: skip

    return form_page(
        request,
        form=form,
        act=act,
        done="Đã ghi hợp đồng.",
        back=lambda: redirect("fair_booths", found.pk),
        template="fairs/form.html",
        context={
            "title": "Ghi hợp đồng thuê gian hàng",
            "intro": "Hợp đồng ghi rõ vị trí, số lượng, giá thuê gian hàng và mức được khuyến công hỗ trợ (khoản 10, khoản 11 "
            "Điều 14 Thông tư 36/2013/TT-BCT).",
            "submit_label": "Ghi hợp đồng",
            "back_url": _back(found),
            "crumbs": crumbs_to(found, "Hợp đồng"),
        },
    )


@opens_to(Permission.FAIR_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def contract_change(request: ActorRequest, pk: int, contract: int) -> HttpResponse:
    """Correct a contract, or take it from its booths."""
    found = permitted(request, pk, Permission.FAIR_MANAGE)
    one = get_object_or_404(found.booth_contracts, pk=contract)
    able = [row for row in booths_of(found) if row.holder_name and row.contract_id in {None, one.pk}]
    initial = {"number": one.number, "signed_on": one.signed_on, "party": one.party, "version": found.version}
    initial |= {"booths": [str(row.pk) for row in able if row.contract_id == one.pk]}
    form = ChangeContractForm(request.POST or None, booths=able, initial=initial)

    def act() -> None:
        data = form.cleaned_data
        actions.change_contract(
            fair_id=found.pk, by=request.actor, version=data["version"], contract_id=one.pk,
            booths=[row for row in able if str(row.pk) in data["booths"]], number=data["number"],
            signed_on=data["signed_on"], party=data["party"], reason=data["reason"],
        )  # fmt: skip

    return step_page(
        request, about=found, form=form, act=act, title=f"Hợp đồng {one.number}", submit_label="Ghi", done="Đã ghi.",
        back_url=_back(found),
    )  # fmt: skip
