"""A fair is begun, changed, called, confirmed, opened again, closed, given up."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from khuyencong.competitions.models import Round
from khuyencong.core.components import Crumb
from khuyencong.core.forms import VersionedForm
from khuyencong.core.web import SHOW_AND_ACT, form_page
from khuyencong.fairs import actions, shown
from khuyencong.fairs.actions.fairs import FIELDS
from khuyencong.fairs.forms import CallForm, ChangeFairForm, ConfirmForm, NewFairForm, ReasonForm
from khuyencong.fairs.models import Fair, FairState
from khuyencong.fairs.queries import booths_of, holding_projects
from khuyencong.fairs.rent import against_the_project, share_of, sums_of, supported_elsewhere
from khuyencong.fairs.rules import confirming_findings
from khuyencong.fairs.web import TITLE, permitted, step_page
from khuyencong.finance.ledger import balance_of
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to


def _rounds(request: ActorRequest) -> QuerySet[Round]:
    return Round.objects.visible_to(request.actor).exclude(state="cancelled").order_by("-year", "-pk")


@opens_to(Permission.FAIR_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def fair_new(request: ActorRequest) -> HttpResponse:
    """Begin a fair; `?de-an=`: the code of its đề án."""
    projects = holding_projects(request.actor)
    asked = request.GET.get("de-an", "")
    chosen = next((one.pk for one in projects if one.code == asked), None)
    form = NewFairForm(
        request.POST or None, projects=projects, rounds=_rounds(request), initial={"project": chosen} if chosen else {}
    )
    made: list[Fair] = []

    def act() -> None:
        data = form.cleaned_data
        made.append(
            actions.make_fair(by=request.actor, creation_key=data["creation_key"], project=data["project"], fields=data)
        )

    return form_page(
        request,
        form=form,
        act=act,
        done="Đã lập hội chợ. Bước tiếp: ghi cơ sở được mời, rồi mời tham gia.",
        back=lambda: redirect(made[0]),
        template="fairs/form.html",
        context={
            "title": "Lập hội chợ",
            "submit_label": "Lập hội chợ",
            "back_url": reverse("fairs"),
            "nothing": not projects,
            "crumbs": [Crumb(TITLE, reverse("fairs")), Crumb("Lập hội chợ")],
        },
    )


@opens_to(Permission.FAIR_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def fair_change(request: ActorRequest, pk: int) -> HttpResponse:
    """What was prepared, again."""
    found = permitted(request, pk, Permission.FAIR_MANAGE)
    initial: dict[str, Any] = {name: getattr(found, name) for name in FIELDS}
    form = ChangeFairForm(
        request.POST or None,
        rounds=_rounds(request),
        called=found.state != FairState.DRAFT,
        initial={**initial, "round": found.round_id, "version": found.version, "on_portal": found.on_portal},
    )

    def act() -> None:
        data = dict(form.cleaned_data)
        actions.change_fair(fair_id=found.pk, by=request.actor, version=data.pop("version"), fields=data)

    return step_page(
        request, about=found, form=form, act=act, title="Sửa hội chợ", submit_label="Ghi thay đổi", done="Đã ghi.",
        context={"public": found if found.on_portal else None},
    )  # fmt: skip


@opens_to(Permission.FAIR_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def fair_call(request: ActorRequest, pk: int) -> HttpResponse:
    """Invite."""
    found = permitted(request, pk, Permission.FAIR_MANAGE)
    form = CallForm(request.POST or None, request.FILES or None, initial={"version": found.version})

    def act() -> None:
        data = form.cleaned_data
        actions.call_fair(
            fair_id=found.pk, by=request.actor, version=data["version"], number=data["number"], on=data["on"],
            upload=data["file"], on_portal=data["on_portal"],
        )  # fmt: skip

    return step_page(
        request, about=found, form=form, act=act, title="Mời tham gia", submit_label="Mời tham gia",
        done="Đã mời. Cơ sở trong tỉnh và cơ sở được mời đăng ký được.",
        context={"public": found, "intro": "Cơ sở được mời có tài khoản được báo; chuyên viên đăng ký giúp cơ sở chưa có tài khoản."},
    )  # fmt: skip


@opens_to(Permission.FAIR_DECIDE)
@require_http_methods(SHOW_AND_ACT)
def fair_confirm(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirm the list, with everything that stands against it."""
    found = permitted(request, pk, Permission.FAIR_DECIDE)
    share, booths = share_of(found.project), booths_of(found)
    sums = sums_of(booths)
    form = ConfirmForm(
        request.POST or None, request.FILES or None, asks=bool(share.questions), initial={"version": found.version}
    )

    def act() -> None:
        data = form.cleaned_data
        actions.confirm_list(
            fair_id=found.pk, by=request.actor, version=data["version"], number=data["number"], on=data["on"],
            norm_read=data.get("norm_read", False), upload=data["file"],
        )  # fmt: skip

    against = against_the_project(sums, balance_of(found.project), supported_elsewhere(found))
    findings = [
        *confirming_findings(found, booths, share),
        *share.questions,
        *(one for one in against if one.kind == "warning"),
    ]
    return step_page(
        request, about=found, form=form, act=act, title="Xác nhận danh sách", submit_label="Xác nhận",
        done="Đã xác nhận. Gian hàng và giá thuê không đổi nữa, trừ khi mở lại danh sách.",
        context={"intro": shown.share_sentence(found, share), "findings": findings, "stats": shown.rent_stats(sums)},
    )  # fmt: skip


@opens_to(Permission.FAIR_DECIDE)
@require_http_methods(SHOW_AND_ACT)
def fair_reopen(request: ActorRequest, pk: int) -> HttpResponse:
    """Open the list again."""
    found = permitted(request, pk, Permission.FAIR_DECIDE)
    form = ReasonForm(request.POST or None, initial={"version": found.version})
    return step_page(
        request, about=found, form=form, title="Mở lại danh sách", submit_label="Mở lại",
        done="Đã mở lại danh sách.",
        act=lambda: actions.reopen_list(fair_id=found.pk, by=request.actor, **form.cleaned_data),
        context={"intro": "Số liệu đã ghi của các ngày được giữ; hội chợ không vào báo cáo tới khi xác nhận lại."},
    )  # fmt: skip


@opens_to(Permission.FAIR_DECIDE)
@require_http_methods(SHOW_AND_ACT)
def fair_resume(request: ActorRequest, pk: int) -> HttpResponse:
    """Open the days of a closed fair again."""
    found = permitted(request, pk, Permission.FAIR_DECIDE)
    form = ReasonForm(request.POST or None, initial={"version": found.version})
    return step_page(
        request, about=found, form=form, title="Mở lại hội chợ", submit_label="Mở lại", done="Đã mở lại hội chợ.",
        act=lambda: actions.resume_fair(fair_id=found.pk, by=request.actor, **form.cleaned_data),
        context={"intro": "Kết quả các ngày ghi, sửa được lại; danh sách đã xác nhận giữ nguyên."},
    )  # fmt: skip


@opens_to(Permission.FAIR_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def fair_close(request: ActorRequest, pk: int) -> HttpResponse:
    """Nothing more of its days is to come."""
    found = permitted(request, pk, Permission.FAIR_MANAGE)
    form = VersionedForm(request.POST or None, initial={"version": found.version})
    return step_page(
        request, about=found, form=form, title="Kết thúc hội chợ", submit_label="Kết thúc", done="Đã kết thúc.",
        act=lambda: actions.close_fair(fair_id=found.pk, by=request.actor, **form.cleaned_data),
        context={"intro": "Kết quả các ngày không sửa được nữa; đối tác vẫn được hỏi lại."},
    )  # fmt: skip


@opens_to(Permission.FAIR_DECIDE)
@require_http_methods(SHOW_AND_ACT)
def fair_cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """The fair is not held."""
    found = permitted(request, pk, Permission.FAIR_DECIDE)
    form = ReasonForm(request.POST or None, initial={"version": found.version})
    return step_page(
        request, about=found, form=form, title="Không tổ chức", submit_label="Ghi không tổ chức",
        done="Đã ghi: không tổ chức.",
        act=lambda: actions.cancel_fair(fair_id=found.pk, by=request.actor, **form.cleaned_data),
    )  # fmt: skip
