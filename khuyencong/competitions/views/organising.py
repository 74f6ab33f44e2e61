"""A round is prepared, called, opened, closed, given up; its people and its scale."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.competitions import actions, shown
from khuyencong.competitions.actions import CriterionInput
from khuyencong.competitions.forms import (
    ApproveScaleForm,
    CallForm,
    ChangeRoundForm,
    CopyMembersForm,
    CriterionFormSet,
    EndMemberForm,
    MemberForm,
    NewRoundForm,
    OpenScoringForm,
    PersonForm,
    ProlongForm,
    ReasonForm,
    RoundPapersForm,
    ScaleForm,
)
from khuyencong.competitions.models import Member, Part, Round, RoundState, ScoringMode
from khuyencong.competitions.queries import may_approve, may_propose, paying_projects, people_of_round
from khuyencong.competitions.rules import council_findings, jury_findings, levels_of, scale_findings
from khuyencong.competitions.web import TITLE, crumbs_to, permitted, round_or_404, step_page
from khuyencong.core.components import Crumb
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused
from khuyencong.core.forms import VersionedForm
from khuyencong.core.web import SHOW_AND_ACT, form_page, run
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.places.models import Commune

_WRITTEN = ("year", "name", "scoring_mode", "score_step", "tie_rule", "quorum", "entries_from", "entries_until",
            "scoring_until", "where")  # fmt: skip


@opens_to(Permission.COMPETITION_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def competition_new(request: ActorRequest) -> HttpResponse:
    """Begin a round; `?tu=`: the round that it follows."""
    actor = request.actor
    levels = levels_of(actor.agency)
    if not levels:
        raise Refused(f"{actor.agency.short_name} không tổ chức bình chọn.")
    previous = _previous(request)
    on = today()
    initial: dict[str, Any] = {"year": on.year, "scoring_mode": ScoringMode.ON_SITE, "level": levels[0]}
    if previous is not None:
        taken = ("scoring_mode", "score_step", "tie_rule", "quorum", "where", "level", "commune", "region", "district")
        initial |= {name: getattr(previous, name) for name in taken}
    communes = Commune.objects.in_force(on).filter(province__current=actor.province_id).select_related("province")
    form = NewRoundForm(
        request.POST or None,
        levels=levels,
        communes=communes if actor.agency.commune is None else Commune.objects.none(),
        projects=paying_projects(actor),
        initial=initial,
    )
    made: list[Round] = []

    def act() -> None:
        data = form.cleaned_data
        made.append(actions.make_round(by=actor, creation_key=data["creation_key"], fields=data, previous=previous))

    return form_page(
        request,
        form=form,
        act=act,
        done="Đã lập kỳ bình chọn. Bước tiếp: ghi Hội đồng bình chọn, rồi thông báo.",
        back=lambda: redirect(made[0]),
        template="competitions/form.html",
        context={
            "title": "Lập kỳ bình chọn",
            "submit_label": "Lập kỳ bình chọn",
            "intro": f"Theo «{previous.name}»: cách chấm và khung điểm được lấy lại; thành viên theo quyết định mới."
            if previous
            else "",
            "back_url": reverse("competitions"),
            "crumbs": [Crumb(TITLE, reverse("competitions")), Crumb("Lập kỳ bình chọn")],
        },
    )


def _previous(request: ActorRequest) -> Round | None:
    key = request.GET.get("tu", "")
    if not key:
        return None
    if not (key.isascii() and key.isdigit() and len(key) < 10):  # noqa: PLR2004  # fits an int column
        raise Http404
    found = round_or_404(request.actor, int(key))
    require(request.actor, Permission.COMPETITION_MANAGE, found)
    return found


@opens_to(Permission.COMPETITION_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def competition_change(request: ActorRequest, pk: int) -> HttpResponse:
    """What was prepared; once called only later last days."""
    found = permitted(request, pk, Permission.COMPETITION_MANAGE)
    initial = {name: getattr(found, name) for name in _WRITTEN}
    initial |= {"version": found.version, "project": found.project_id, "on_portal": found.on_portal}
    called = found.state != RoundState.DRAFT
    form: VersionedForm = (
        ProlongForm(request.POST or None, initial=initial)
        if called
        else ChangeRoundForm(request.POST or None, initial=initial, projects=paying_projects(request.actor))
    )

    def act() -> None:
        data = dict(form.cleaned_data)
        version = data.pop("version")
        actions.change_round(round_id=found.pk, by=request.actor, version=version, fields=data)

    return step_page(
        request, about=found, form=form, act=act, done="Đã ghi thay đổi.", submit_label="Ghi thay đổi",
        title="Gia hạn" if called else "Sửa kỳ bình chọn",
        context={"public": found if called else None},
    )  # fmt: skip


@opens_to(Permission.COMPETITION_DECIDE)
@require_http_methods(SHOW_AND_ACT)
def competition_call(request: ActorRequest, pk: int) -> HttpResponse:
    """Call for products."""
    found = permitted(request, pk, Permission.COMPETITION_DECIDE)
    form = CallForm(request.POST or None, request.FILES or None, initial={"version": found.version})
    return step_page(
        request, about=found, form=form, title="Thông báo bình chọn", submit_label="Thông báo",
        done="Đã thông báo. Cơ sở đăng ký được sản phẩm.", context={"public": found},
        act=lambda: actions.call_round(round_id=found.pk, by=request.actor, **form.cleaned_data),
    )  # fmt: skip


@opens_to(Permission.COMPETITION_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def competition_open_scoring(request: ActorRequest, pk: int) -> HttpResponse:
    """Let the jury score."""
    found = permitted(request, pk, Permission.COMPETITION_MANAGE)
    form = OpenScoringForm(request.POST or None, initial={"version": found.version})
    if found.entries_until != today():
        del form.fields["last_day"]
    return step_page(
        request, about=found, form=form, title="Mở chấm điểm", submit_label="Mở chấm điểm",
        done="Đã mở chấm điểm. Giám khảo được báo.",
        act=lambda: actions.open_scoring(round_id=found.pk, by=request.actor, **form.cleaned_data),
        context={"intro": "Từ đây không nhận thêm sản phẩm, và khung điểm không đổi được nữa."},
    )  # fmt: skip


@opens_to(Permission.COMPETITION_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def competition_close(request: ActorRequest, pk: int) -> HttpResponse:
    """Nothing more is to come."""
    found = permitted(request, pk, Permission.COMPETITION_MANAGE)
    form = VersionedForm(request.POST or None, initial={"version": found.version})
    return step_page(
        request, about=found, form=form, title="Kết thúc kỳ bình chọn", submit_label="Kết thúc", done="Đã kết thúc.",
        act=lambda: actions.close_round(round_id=found.pk, by=request.actor, **form.cleaned_data),
    )  # fmt: skip


@opens_to(Permission.COMPETITION_DECIDE)
@require_http_methods(SHOW_AND_ACT)
def competition_cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """The round is not held."""
    found = permitted(request, pk, Permission.COMPETITION_DECIDE)
    form = ReasonForm(request.POST or None, initial={"version": found.version})
    return step_page(
        request, about=found, form=form, title="Không tổ chức", submit_label="Ghi không tổ chức",
        done="Đã ghi: không tổ chức.",
        act=lambda: actions.cancel_round(round_id=found.pk, by=request.actor, **form.cleaned_data),
    )  # fmt: skip


@opens_to(Permission.COMPETITION_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def competition_papers(request: ActorRequest, pk: int) -> HttpResponse:
    """Scans of decisions and letters."""
    found = permitted(request, pk, Permission.COMPETITION_MANAGE)
    form = RoundPapersForm(request.POST or None, request.FILES or None, initial={"version": found.version})
    return step_page(
        request, about=found, form=form, title="Thêm giấy tờ", submit_label="Tải lên", done="Đã thêm giấy tờ.",
        act=lambda: actions.add_round_papers(round_id=found.pk, by=request.actor, **form.cleaned_data),
    )  # fmt: skip


@opens_to(Permission.COMPETITION_MANAGE)
@require_safe
def members(request: ActorRequest, pk: int) -> HttpResponse:
    """Council, jury and experts, and what is still missing of them."""
    found = permitted(request, pk, Permission.COMPETITION_MANAGE)
    people = people_of_round(found)
    rows = [*people.council, *people.jury]
    on = today()
    context = {
        "round": found,
        "groups": people.groups,
        "findings": [*council_findings(found, rows, on), *jury_findings(rows, on)],
        "may_copy": found.previous is not None and found.state == RoundState.DRAFT and not rows,
        "is_open": found.state not in (RoundState.CLOSED, RoundState.CANCELLED),
        "crumbs": crumbs_to(found, "Thành viên"),
    }
    return render(request, "competitions/members.html", context)


@opens_to(Permission.COMPETITION_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def member_new(request: ActorRequest, pk: int) -> HttpResponse:
    """Name somebody by decision; the decision of the one before is proposed again."""
    found = permitted(request, pk, Permission.COMPETITION_MANAGE)
    last = found.members.order_by("pk").last()
    initial: dict[str, Any] = {"version": found.version}
    if last is not None:
        initial |= {name: getattr(last, name) for name in ("decision_number", "decision_on", "from_on")}
    form = MemberForm(request.POST or None, initial=initial)
    return step_page(
        request, about=found, form=form, title="Ghi thành viên", submit_label="Ghi thành viên", done="Đã ghi thành viên.",
        back_url=reverse("competition_members", args=[found.pk]), act=lambda: _person(actions.add_member, request, found, form),
    )  # fmt: skip


@opens_to(Permission.COMPETITION_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def members_copy(request: ActorRequest, pk: int) -> HttpResponse:
    """Those of the last round, by a new decision."""
    found = permitted(request, pk, Permission.COMPETITION_MANAGE)
    form = CopyMembersForm(request.POST or None, initial={"version": found.version})
    return step_page(
        request, about=found, form=form, title="Lấy lại thành viên kỳ trước", submit_label="Lấy lại",
        done="Đã lấy lại thành viên kỳ trước theo quyết định mới.",
        back_url=reverse("competition_members", args=[found.pk]),
        act=lambda: actions.copy_members(round_id=found.pk, by=request.actor, **form.cleaned_data),
    )  # fmt: skip


@opens_to(Permission.COMPETITION_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def member_replace(request: ActorRequest, pk: int, member: int) -> HttpResponse:
    """Somebody takes the seat."""
    found = permitted(request, pk, Permission.COMPETITION_MANAGE)
    old = _seat(found, member)
    form = PersonForm(request.POST or None, initial={"version": found.version})
    return step_page(
        request, about=found, form=form, title=f"Thay {old.full_name}", submit_label="Ghi người thay", done="Đã ghi người thay.",
        back_url=reverse("competition_members", args=[found.pk]),
        act=lambda: _person(actions.replace_member, request, found, form, member_id=old.pk),
        context={"intro": f"{old.get_role_display()}. Phiếu đã ký của người cũ giữ nguyên."},
    )  # fmt: skip


@opens_to(Permission.COMPETITION_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def member_end(request: ActorRequest, pk: int, member: int) -> HttpResponse:
    """A seat ends."""
    found = permitted(request, pk, Permission.COMPETITION_MANAGE)
    old = _seat(found, member)
    form = EndMemberForm(request.POST or None, initial={"version": found.version})
    return step_page(
        request, about=found, form=form, title=f"{old.full_name} thôi giữ ghế", submit_label="Ghi", done="Đã ghi.",
        back_url=reverse("competition_members", args=[found.pk]),
        act=lambda: actions.end_member(round_id=found.pk, by=request.actor, member_id=old.pk, **form.cleaned_data),
    )  # fmt: skip


def _seat(round_: Round, pk: int) -> Member:
    return get_object_or_404(round_.members, pk=pk)


def _person(action: Any, request: ActorRequest, round_: Round, form: VersionedForm, **more: Any) -> None:
    data = dict(form.cleaned_data)
    action(round_id=round_.pk, by=request.actor, version=data.pop("version"), fields=data, **more)


@opens_to(Permission.COMPETITION_VIEW)
@require_safe
def scale(request: ActorRequest, pk: int) -> HttpResponse:
    """The detailed scale: what it says, and whether the chair has decided."""
    found = round_or_404(request.actor, pk)
    rows = list(found.criteria.all())
    step, pairs = Decimal(found.score_step), [(one.part, one.max_points) for one in rows]
    context = {
        "round": found,
        "parts": [
            (
                part.label,
                [one for one in rows if one.part == part],
                sum(one.max_points for one in rows if one.part == part),
            )
            for part in Part
        ],
        "total": sum(one.max_points for one in rows),
        "findings": scale_findings(pairs, step=step, on=today()) if rows else [],
        "actions": shown.scale_actions(found, request.actor),
        "crumbs": crumbs_to(found, "Khung điểm"),
    }
    return render(request, "competitions/scale.html", context)


@opens_to(Permission.COMPETITION_VIEW)
@require_http_methods(SHOW_AND_ACT)
def scale_propose(request: ActorRequest, pk: int) -> HttpResponse:
    """Write the lines anew."""
    found = round_or_404(request.actor, pk)
    if not may_propose(found, request.actor):
        raise NotAllowed("Chỉ Trưởng ban Giám khảo, hoặc chuyên viên của cơ quan tổ chức ghi thay, đề xuất khung điểm.")
    bound = request.POST if request.method == "POST" else None
    form = ScaleForm(bound, initial={"version": found.version})
    initial = [{"part": one.part, "text": one.text, "max_points": one.max_points} for one in found.criteria.all()]
    formset = CriterionFormSet(bound, prefix="tc", initial=initial or [{"part": part} for part in Part])

    def act() -> None:
        rows = [one.cleaned_data for one in formset.forms if one.cleaned_data.get("text")]
        actions.propose_scale(
            round_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            rows=[CriterionInput(Part(row["part"]), row["text"], row["max_points"]) for row in rows],
        )

    if bound is not None and form.is_valid() and formset.is_valid() and run(form, act):
        messages.success(request, "Đã ghi đề xuất khung điểm. Chủ tịch Hội đồng quyết định trước khi mở chấm.")
        return redirect("competition_scale", pk=found.pk)
    context = {
        "round": found,
        "form": form,
        "formset": formset,
        "crumbs": [
            *crumbs_to(found, "")[:-1],
            Crumb("Khung điểm", reverse("competition_scale", args=[found.pk])),
            Crumb("Đề xuất"),
        ],
    }
    return render(request, "competitions/scale_form.html", context, status=422 if bound is not None else 200)


@opens_to(Permission.COMPETITION_VIEW)
@require_http_methods(SHOW_AND_ACT)
def scale_approve(request: ActorRequest, pk: int) -> HttpResponse:
    """The chair decides, or a leader writes the decision down."""
    found = round_or_404(request.actor, pk)
    if not may_approve(found, request.actor):
        raise NotAllowed("Chỉ Chủ tịch Hội đồng, hoặc lãnh đạo cơ quan tổ chức ghi lại, quyết định khung điểm.")
    form = ApproveScaleForm(request.POST or None, initial={"version": found.version})
    return step_page(
        request, about=found, form=form, title="Quyết định khung điểm", submit_label="Quyết định",
        done="Đã ghi quyết định khung điểm.", back_url=reverse("competition_scale", args=[found.pk]),
        act=lambda: actions.approve_scale(round_id=found.pk, by=request.actor, **form.cleaned_data),
    )  # fmt: skip
