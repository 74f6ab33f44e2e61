"""What administrators do to agencies; each form on a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from khuyencong.accounts import actions
from khuyencong.accounts.forms import (
    CloseForm,
    CommuneForm,
    ContactForm,
    CorrectNameForm,
    MergeForm,
    MoveForm,
    RenameForm,
    ServiceForm,
)
from khuyencong.accounts.queries import IN_TREE
from khuyencong.accounts.succession import what_follows
from khuyencong.accounts.views.agencies import LIST
from khuyencong.core.components import Crumb
from khuyencong.core.errors import NotAllowed, Refused
from khuyencong.core.forms import StyledForm
from khuyencong.core.web import SHOW_AND_ACT, form_page, run
from khuyencong.people.models import Agency
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.places.models import Province
from khuyencong.places.queries import provinces_today

FORM = "accounts/form.html"


@opens_to(Permission.AGENCY_EDIT)
@require_http_methods(SHOW_AND_ACT)
def agency_new_service(request: ActorRequest) -> HttpResponse:
    """A new organisation that offers services."""
    form = ServiceForm(request.POST or None, actor=request.actor, initial={"parent": request.actor.agency.pk})
    made: list[Agency] = []

    def act() -> None:
        data = form.cleaned_data
        made.append(
            actions.create_service(
                by=request.actor,
                parent_id=data["parent"].pk,
                name=data["name"],
                short_name=data["short_name"],
                document=data["document"],
            )
        )

    return _made_page(request, form, act, made, title="Thêm tổ chức dịch vụ khuyến công", label="Thêm tổ chức")


@opens_to(Permission.AGENCY_EDIT)
@require_http_methods(SHOW_AND_ACT)
def agency_new_commune(request: ActorRequest) -> HttpResponse:
    """A commune that begins to work in the system; the national administrator chooses the province first."""
    provinces = provinces_today()
    if not request.actor.is_national:
        provinces = [one for one in provinces if one.pk == request.actor.province_id]
    if not provinces:
        raise NotAllowed(f"{request.actor.agency.short_name} không thêm được xã, phường, đặc khu.")
    chosen = _chosen(request, provinces)
    if chosen is None and request.method == "POST":
        raise Refused("Hãy chọn tỉnh, thành phố trước.")
    form = CommuneForm(request.POST or None, province=chosen) if chosen else StyledForm()
    made: list[Agency] = []

    def act() -> None:
        made.append(actions.create_commune_agency(by=request.actor, commune_id=form.cleaned_data["commune"]))

    intro = (
        "Ủy ban nhân dân cấp xã được thêm khi có cộng tác viên khuyến công ở đó. Tên theo tên của xã, phường, đặc khu."
    )
    return _made_page(
        request,
        form,
        act,
        made,
        title="Thêm Ủy ban nhân dân cấp xã",
        label="Thêm cơ quan" if chosen else "",
        intro=intro,
        provinces=provinces if len(provinces) > 1 else (),
        chosen=chosen,
    )


def _chosen(request: ActorRequest, provinces: list[Province]) -> Province | None:
    if len(provinces) == 1:
        return provinces[0]
    return next((one for one in provinces if one.key == request.GET.get("province", "")), None)


def _made_page(
    request: ActorRequest,
    form: StyledForm,
    act: Callable[[], None],
    made: list[Agency],
    *,
    title: str,
    label: str,
    **more: Any,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid() and run(form, act):
        messages.success(request, f"Đã thêm {made[0].name}.")
        return redirect("agency", code=made[0].code)
    crumbs = [LIST, Crumb(title)]
    context = {"form": form, "title": title, "label": label, "crumbs": crumbs, "back": "/co-quan/", **more}
    return render(request, FORM, context, status=422 if request.method == "POST" else 200)


@opens_to(Permission.AGENCY_EDIT)
@require_http_methods(SHOW_AND_ACT)
def agency_rename(request: ActorRequest, code: str) -> HttpResponse:
    """Another name from a day on."""
    found = _mine(request, code)
    initial = {"name": found.name, "short_name": found.short_name, "version": found.version}
    form = RenameForm(request.POST or None, initial=initial)

    def act() -> None:
        actions.rename(agency_id=found.pk, by=request.actor, **form.cleaned_data)

    intro = "Tên cũ được giữ lại cho đến hết ngày trước đó: hồ sơ cũ vẫn mang tên của thời ấy."
    return _form(request, found, form, act, title="Đổi tên", label="Ghi tên mới", done="Đã ghi tên mới.", intro=intro)


@opens_to(Permission.AGENCY_EDIT)
@require_http_methods(SHOW_AND_ACT)
def agency_correct(request: ActorRequest, code: str) -> HttpResponse:
    """Put right one of the dated names (`?ten=`), without a choice the latest."""
    found = _mine(request, code)
    rows = sorted(found.names.all(), key=lambda name: name.counts_from or date.min)
    wanted = request.GET.get("ten", "")
    row = next((one for one in rows if str(one.pk) == wanted), None) if wanted else (rows[-1] if rows else None)
    if row is None and wanted:
        raise Http404("Không có tên này.")
    initial = {
        "name": row.name if row else found.name,
        "short_name": found.short_name,
        "from_on": row.from_on if row else None,
        "document": row.source if row else "",
        "version": found.version,
    }
    form = CorrectNameForm(request.POST or None, initial=initial)

    def act() -> None:
        name_id = row.pk if row else None
        actions.correct_name(agency_id=found.pk, by=request.actor, name_id=name_id, **form.cleaned_data)

    intro = "Dùng khi tên, ngày hoặc văn bản đã ghi chưa đúng. Khi cơ quan được đổi tên thật, hãy dùng «Đổi tên»."
    return _form(request, found, form, act, title="Sửa tên", label="Lưu", done="Đã lưu.", intro=intro)


@opens_to(Permission.AGENCY_EDIT)
@require_http_methods(SHOW_AND_ACT)
def agency_contact(request: ActorRequest, code: str) -> HttpResponse:
    """How everybody reaches it."""
    found = _mine(request, code)
    initial = {"address": found.address, "phone": found.phone, "email": found.email, "version": found.version}
    form = ContactForm(request.POST or None, initial=initial)

    def act() -> None:
        actions.write_contact(agency_id=found.pk, by=request.actor, **form.cleaned_data)

    intro = "Hiện trên cổng thông tin, ở «Hỏi ở đâu?»: ghi số máy của cơ quan, không ghi số riêng của cán bộ."
    return _form(request, found, form, act, title="Địa chỉ liên hệ", label="Lưu", done="Đã lưu.", intro=intro)


@opens_to(Permission.AGENCY_EDIT)
@require_http_methods(SHOW_AND_ACT)
def agency_move(request: ActorRequest, code: str) -> HttpResponse:
    """Under another agency from a day on."""
    found = _mine(request, code)
    form = MoveForm(request.POST or None, agency=found, actor=request.actor, initial={"version": found.version})

    def act() -> None:
        data = form.cleaned_data
        actions.move(
            agency_id=found.pk,
            by=request.actor,
            version=data["version"],
            parent_id=data["parent"].pk,
            on=data["on"],
            document=data["document"],
        )

    return _form(request, found, form, act, title="Chuyển cơ quan cấp trên", label="Chuyển", done="Đã chuyển.")


@opens_to(Permission.AGENCY_EDIT)
@require_http_methods(SHOW_AND_ACT)
def agency_close(request: ActorRequest, code: str) -> HttpResponse:
    """The last day of an agency that nobody succeeds."""
    found = _mine(request, code)
    form = CloseForm(request.POST or None, initial={"version": found.version})

    def act() -> None:
        actions.close(agency_id=found.pk, by=request.actor, **form.cleaned_data)

    intro = (
        "Người của cơ quan không còn làm việc được với vai trò ở đây, và không ai tiếp tục các đề án còn dở. "
        "Nếu có cơ quan kế thừa, hãy dùng «Sáp nhập»."
    )
    title = "Ngừng hoạt động"
    return _form(request, found, form, act, title=title, label=title, done="Đã ghi ngày ngừng hoạt động.", intro=intro)


@opens_to(Permission.AGENCY_EDIT)
@require_http_methods(SHOW_AND_ACT)
def agency_merge(request: ActorRequest, code: str) -> HttpResponse:
    """Into another agency from a day on, with a word on what goes over."""
    found = _mine(request, code)
    form = MergeForm(request.POST or None, agency=found, actor=request.actor, initial={"version": found.version})

    def act() -> None:
        data = form.cleaned_data
        actions.merge(
            agency_id=found.pk,
            by=request.actor,
            version=data["version"],
            into_id=data["into"].pk,
            on=data["on"],
            document=data["document"],
        )

    intro = (
        "Cơ quan kế thừa làm tiếp mọi đề án, kế hoạch, hạn mức của cơ quan này; hồ sơ cũ giữ nguyên tên. "
        f"Cùng với cơ quan này: {what_follows(found)}."
    )
    return _form(request, found, form, act, title="Sáp nhập", label="Sáp nhập", done="Đã sáp nhập.", intro=intro)


def _mine(request: ActorRequest, code: str) -> Agency:
    """An agency that the actor's answers for; any other is not there to be changed."""
    rows = Agency.objects.in_scope_of(request.actor).filter(kind__in=IN_TREE)
    found = get_object_or_404(rows.select_related("province__current", "parent"), code=code)
    require(request.actor, Permission.AGENCY_EDIT, found)
    return found


def _form(
    request: ActorRequest,
    found: Agency,
    form: StyledForm,
    act: Callable[[], None],
    *,
    title: str,
    label: str,
    done: str,
    intro: str = "",
) -> HttpResponse:
    address = f"/co-quan/{found.code}/"
    return form_page(
        request,
        form=form,
        act=act,
        done=done,
        back=lambda: redirect("agency", code=found.code),
        template=FORM,
        context={
            "title": f"{title}: {found.short_name}",
            "label": label,
            "intro": intro,
            "back": address,
            "crumbs": [LIST, Crumb(found.short_name, address), Crumb(title)],
        },
    )
