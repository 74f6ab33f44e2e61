"""Writing down a visit, adding files, findings, and the conclusion."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from khuyencong.core.errors import Refused
from khuyencong.core.web import SHOW_AND_ACT, run
from khuyencong.establishments.models import Establishment
from khuyencong.inspections import actions
from khuyencong.inspections.actions import MemberInput
from khuyencong.inspections.actions.visiting import places_of
from khuyencong.inspections.forms import BY_UNIT, ConcludeForm, FilesForm, FindingForm, MemberForm, VisitForm
from khuyencong.inspections.machines import machines_at
from khuyencong.inspections.models import FileKind, Inspection, InspectionState, TeamRole
from khuyencong.inspections.states import check_step
from khuyencong.inspections.web import crumbs_to, permitted, step_page
from khuyencong.people.models import User
from khuyencong.people.permissions import Permission
from khuyencong.people.queries import staff_of
from khuyencong.people.web import ActorRequest, opens_to

MOST_MEMBERS = 15


@opens_to(Permission.INSPECTION_RECORD)
@require_http_methods(SHOW_AND_ACT)
def visit(request: ActorRequest, pk: int) -> HttpResponse:
    """One day on the spot, at one establishment (`?co-so=`); of a group it is asked first which one."""
    found = permitted(request, pk, Permission.INSPECTION_RECORD)
    bound = request.POST if request.method == "POST" else None
    if bound is None:
        check_step(found, "visit")
    places = places_of(found)
    place = _place(request, places)
    if place is None and places:
        context = {"inspection": found, "places": places, "crumbs": crumbs_to(found, "Ghi lần kiểm tra")}
        return render(request, "inspections/where.html", context, status=422 if bound is not None else 200)
    users = list({user.pk: user for user in [*staff_of(request.actor), found.lead]}.values())
    machines = machines_at(found, place)
    where = place.place_text if place else found.project.place_text if found.project else ""
    form = VisitForm(
        bound, request.FILES or None, machines=machines, initial={"version": found.version, "place": where}
    )
    formset = _team(bound, users, found, request)

    def act() -> None:
        data = form.cleaned_data
        actions.record_visit(
            inspection_id=found.pk,
            by=request.actor,
            version=data["version"],
            establishment=place,
            fields=data,
            members=_members(formset, users),
            items=form.seen,
            photos=data["photos"],
        )

    if bound is not None and form.is_valid() and formset.is_valid() and run(form, act):
        messages.success(request, "Đã ghi lần kiểm tra. Bước tiếp: ghi kiến nghị nếu có, rồi ghi kết luận.")
        return redirect(found)
    context = {
        "inspection": found,
        "place": place,
        "form": form,
        "formset": formset,
        "title": "Ghi lần kiểm tra",
        "crumbs": crumbs_to(found, "Ghi lần kiểm tra"),
    }
    return render(request, "inspections/visit.html", context, status=422 if bound is not None else 200)


def _place(request: ActorRequest, places: list[Establishment]) -> Establishment | None:
    key = request.GET.get("co-so", "")
    if not key:
        return places[0] if len(places) == 1 else None
    for one in places:
        if str(one.pk) == key:
            return one
    raise Http404("Cơ sở này không thuộc cuộc kiểm tra.")


def _team(bound: Any, users: list[User], found: Inspection, request: ActorRequest) -> Any:
    """The rows of the team: the lead and whoever writes stand there already."""
    made = forms.formset_factory(
        MemberForm, extra=0 if bound is not None else 2, max_num=MOST_MEMBERS, validate_max=True, absolute_max=50
    )
    initial = [{"role": TeamRole.LEAD, "user": str(found.lead_id)}]
    if request.actor.user.pk != found.lead_id:
        initial.append({"role": TeamRole.SECRETARY, "user": str(request.actor.user.pk)})
    return made(bound, prefix="doan", form_kwargs={"users": users}, initial=None if bound is not None else initial)


def _members(formset: Any, users: list[User]) -> list[MemberInput]:
    """The filled rows; a row that names nobody is left out."""
    by_key = {str(user.pk): user for user in users}
    rows = [one.cleaned_data for one in formset.forms if one.cleaned_data]
    return [
        MemberInput(TeamRole(row["role"]), by_key.get(row["user"]), row["guest"], row["position"])
        for row in rows
        if row["user"] or row["guest"]
    ]


@opens_to(Permission.INSPECTION_RECORD)
@require_http_methods(SHOW_AND_ACT)
def files(request: ActorRequest, pk: int) -> HttpResponse:
    """Photos of a visit, signed minutes or other papers."""
    found = permitted(request, pk, Permission.INSPECTION_RECORD)
    visits = list(found.visits.all())
    form = FilesForm(request.POST or None, request.FILES or None, visits=visits, initial={"version": found.version})

    def act() -> None:
        data = form.cleaned_data
        actions.add_files(
            inspection_id=found.pk,
            by=request.actor,
            version=data["version"],
            kind=FileKind(data["kind"]),
            uploads=data["uploads"],
            visit=next((one for one in visits if str(one.pk) == data["visit"]), None),
        )

    return step_page(
        request,
        inspection=found,
        form=form,
        title="Thêm ảnh, biên bản đã ký, tệp",
        submit_label="Thêm tệp",
        act=act,
        done="Đã thêm tệp.",
    )


@opens_to(Permission.INSPECTION_RECORD)
@require_http_methods(SHOW_AND_ACT)
def finding_new(request: ActorRequest, pk: int) -> HttpResponse:
    """What must be mended."""
    found = permitted(request, pk, Permission.INSPECTION_RECORD)
    if request.method != "POST" and found.state != InspectionState.DONE:
        raise Refused(f"Cuộc kiểm tra ở trạng thái «{found.get_state_display()}»: không ghi thêm kiến nghị.")
    visits = list(found.visits.select_related("establishment"))
    form = FindingForm(
        request.POST or None,
        visits=visits,
        has_unit=found.project is not None,
        has_place=any(one.establishment for one in visits),
        initial={"version": found.version},
    )

    def act() -> None:
        data = form.cleaned_data
        chosen = next(one for one in visits if str(one.pk) == data["visit"])
        fields = {**data, "by_unit": data["owed_by"] == BY_UNIT}
        actions.add_finding(
            inspection_id=found.pk, by=request.actor, version=data["version"], visit=chosen, fields=fields
        )

    return step_page(
        request,
        inspection=found,
        form=form,
        title="Ghi kiến nghị",
        submit_label="Ghi kiến nghị",
        act=act,
        done="Đã ghi kiến nghị. Người phải khắc phục được báo khi có kết luận.",
    )


@opens_to(Permission.INSPECTION_RECORD)
@require_http_methods(SHOW_AND_ACT)
def conclude(request: ActorRequest, pk: int) -> HttpResponse:
    """Record the conclusion."""
    found = permitted(request, pk, Permission.INSPECTION_RECORD)
    if request.method != "POST":
        check_step(found, "conclude")
    form = ConcludeForm(request.POST or None, request.FILES or None, initial={"version": found.version})

    def act() -> None:
        data = form.cleaned_data
        actions.conclude(
            inspection_id=found.pk,
            by=request.actor,
            version=data["version"],
            number=data["number"],
            on=data["on"],
            conclusion=data["conclusion"],
            upload=data["file"],
        )

    count = found.findings.count()
    told = (
        f"Có {count} kiến nghị: sau khi ghi kết luận, người phải khắc phục được báo và kiến nghị không sửa được nữa."
        if count
        else "Chưa có kiến nghị nào: ghi kết luận xong thì cuộc kiểm tra kết thúc."
    )
    return step_page(
        request,
        inspection=found,
        form=form,
        title="Ghi kết luận kiểm tra",
        submit_label="Ghi kết luận",
        act=act,
        done="Đã ghi kết luận.",
        context={"intro": told},
    )
