"""Plans, what to choose for them, ordering an inspection, changing and giving one up, and what comes after the end."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.core.components import Crumb, Fact
from khuyencong.core.dates import format_date, today
from khuyencong.core.web import SHOW_AND_ACT, form_page, run
from khuyencong.establishments.models import Establishment
from khuyencong.inspections import actions, shown
from khuyencong.inspections.after_end import to_look_at_again
from khuyencong.inspections.forms import AfterCareForm, CancelForm, InspectionForm, PlanForm, RescheduleForm
from khuyencong.inspections.models import Inspection, InspectionPlan, InspectionReason, InspectionState
from khuyencong.inspections.queries import after_care_of
from khuyencong.inspections.risk import Sign, risks_for
from khuyencong.inspections.web import TITLE, permitted, plan_or_404, step_page
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.queries import staff_of
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.models import Project
from khuyencong.projects.web import project_or_404

PAGE_SIZE = 50


def _crumbs(*titles: str) -> list[Crumb]:
    return [Crumb(TITLE, reverse("inspections")), *(Crumb(title) for title in titles)]


@opens_to(Permission.INSPECTION_PLAN)
@require_http_methods(SHOW_AND_ACT)
def plan_new(request: ActorRequest) -> HttpResponse:
    """Enter the decision on what to inspect in a year."""
    require(request.actor, Permission.INSPECTION_PLAN, InspectionPlan(agency=request.actor.agency))
    form = PlanForm(request.POST or None, initial={"year": today().year})
    made: list[InspectionPlan] = []

    def act() -> None:
        data = form.cleaned_data
        made.append(actions.make_inspection_plan(by=request.actor, creation_key=data["creation_key"], fields=data))

    return form_page(
        request,
        form=form,
        act=act,
        done="Đã ghi kế hoạch. Bước tiếp: chọn đề án, cơ sở để kiểm tra.",
        back=lambda: redirect(made[0]),
        template="inspections/form.html",
        context={
            "title": "Ghi kế hoạch kiểm tra",
            "submit_label": "Ghi kế hoạch",
            "back_url": reverse("inspections"),
            "crumbs": _crumbs("Ghi kế hoạch kiểm tra"),
        },
    )


@opens_to(Permission.INSPECTION_VIEW)
@require_safe
def plan(request: ActorRequest, pk: int) -> HttpResponse:
    """One plan and what stands in it."""
    found = plan_or_404(request.actor, pk)
    rows = found.inspections.with_all().order_by("planned_on", "pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "plan": found,
        "facts": [
            Fact("Cơ quan", found.agency.name),
            Fact("Năm", str(found.year)),
            Fact("Quyết định", f"{found.decision_number} ngày {format_date(found.decision_on)}"),
            *([Fact("Ghi chú", found.note)] if found.note else []),
        ],
        "page": page,
        "rows": [(one, shown.TONES.get(InspectionState(one.state), ""), False) for one in page.object_list],
        "may_plan": allowed(request.actor, Permission.INSPECTION_PLAN, found),
        "crumbs": _crumbs(found.title),
    }
    return render(request, "inspections/plan.html", context)


@opens_to(Permission.INSPECTION_PLAN)
@require_safe
def choose(request: ActorRequest) -> HttpResponse:
    """Đề án under way with what the records say of them, those with most signs first."""
    chosen = request.GET.get("sign", "")
    found = risks_for(request.actor, today())
    counts = {sign: sum(sign in one.signs for one in found) for sign in Sign}
    if chosen in set(Sign):
        found = [one for one in found if Sign(chosen) in one.signs]
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    projects = Project.objects.select_related("implementing_unit").in_bulk([one.project_id for one in page.object_list])
    context = {
        "page": page,
        "rows": [(projects[one.project_id], one) for one in page.object_list],
        "signs": [(sign, counts[sign], sign == chosen) for sign in Sign],
        "chosen": chosen,
        "carried": _carried(request),
        "crumbs": _crumbs("Chọn đề án để kiểm tra"),
    }
    return render(request, "inspections/choose.html", context)


@opens_to(Permission.INSPECTION_PLAN)
@require_safe
def after_end(request: ActorRequest) -> HttpResponse:
    """Settled đề án that the agency looks at again this year, and those not seen since the longest first."""
    setting = after_care_of(request.actor.agency)
    rows = (
        to_look_at_again(request.actor, setting, today())
        .select_related("implementing_unit")
        .order_by("settled_on", "pk")
    )
    context = {
        "setting": setting,
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "year": today().year,
        "reason": InspectionReason.AFTER_END,
        "carried": _carried(request),
        "crumbs": _crumbs("Sau khi kết thúc"),
    }
    return render(request, "inspections/after_end.html", context)


def _carried(request: ActorRequest) -> str:
    """The plan for which something is being chosen, as the links go on with it."""
    key = request.GET.get("ke-hoach", "")
    return f"&ke-hoach={key}" if key.isascii() and key.isdigit() and len(key) < 10 else ""  # noqa: PLR2004  # fits an int column


@opens_to(Permission.INSPECTION_PLAN)
@require_http_methods(SHOW_AND_ACT)
def inspection_new(request: ActorRequest) -> HttpResponse:
    """Put a đề án or an establishment (`?de-an=`, `?co-so=`) into a plan (`?ke-hoach=`), or order it besides."""
    actor = request.actor
    project, establishment = _subject(request)
    plans = list(
        InspectionPlan.objects.filter(agency__in=actor.agency_ids, year__gte=today().year).order_by("year", "pk")
    )
    chosen = _plan(request)
    reason = request.GET.get("ly-do", "")
    initial = {
        "reason": reason if reason in InspectionReason.values else InspectionReason.PERIODIC,
        "lead": actor.user.pk,
    }
    form = InspectionForm(request.POST or None, users=staff_of(actor), planned=chosen is not None, initial=initial)
    made: list[Inspection] = []

    def act() -> None:
        data = form.cleaned_data
        made.append(
            actions.plan_inspection(
                by=actor,
                creation_key=data["creation_key"],
                fields=data,
                plan=chosen,
                project=project,
                establishment=establishment,
            )
        )

    bound = request.method == "POST"
    if bound and form.is_valid() and run(form, act):
        messages.success(request, "Đã ghi cuộc kiểm tra.")
        return redirect(made[0])
    about = "&".join(
        part
        for part in (f"de-an={project.code}" if project else "", f"co-so={establishment.pk}" if establishment else "")
        if part
    )
    context: dict[str, Any] = {
        "form": form,
        "project": project,
        "establishment": establishment,
        "plan": chosen,
        "plans": plans,
        "about": about,
        "beneficiaries": _beneficiaries(project) if project and establishment is None else [],
        "title": "Đưa vào kế hoạch kiểm tra" if chosen else "Kiểm tra đột xuất",
        "crumbs": _crumbs("Ghi cuộc kiểm tra"),
    }
    return render(request, "inspections/new.html", context, status=422 if bound else 200)


def _beneficiaries(project: Project) -> list[Establishment]:
    rows = project.beneficiaries.select_related("establishment")
    return [one.establishment for one in rows]


def _subject(request: ActorRequest) -> tuple[Project | None, Establishment | None]:
    """What is named in the address, in my scope; 404 for what is not there and where nothing is named."""
    code, key = request.GET.get("de-an", ""), request.GET.get("co-so", "")
    project = project_or_404(request.actor, code) if code else None
    establishment = None
    if key:
        if not (key.isascii() and key.isdigit() and len(key) < 10):  # noqa: PLR2004  # fits an int column
            raise Http404
        visible = Establishment.objects.select_related("commune__current", "province__current")
        # Of a đề án in sight its beneficiaries are in sight as well, wherever they lie.
        here = visible.filter(benefits__project=project) if project else visible.visible_to(request.actor)
        establishment = get_object_or_404(here, pk=key)
    if project is None and establishment is None:
        raise Http404("Chưa chọn đề án hay cơ sở nào.")
    return project, establishment


def _plan(request: ActorRequest) -> InspectionPlan | None:
    key = request.GET.get("ke-hoach", "")
    if not key:
        return None
    if not _carried(request):
        raise Http404
    return plan_or_404(request.actor, int(key))


@opens_to(Permission.INSPECTION_PLAN)
@require_http_methods(SHOW_AND_ACT)
def reschedule(request: ActorRequest, pk: int) -> HttpResponse:
    """Another day or lead."""
    found = permitted(request, pk, Permission.INSPECTION_PLAN)
    form = RescheduleForm(
        request.POST or None,
        users=[*staff_of(request.actor), found.lead],
        initial={"version": found.version, "planned_on": found.planned_on, "lead": found.lead_id, "why": found.why},
    )
    return step_page(
        request,
        inspection=found,
        form=form,
        title="Đổi ngày, trưởng đoàn",
        submit_label="Ghi thay đổi",
        act=lambda: actions.reschedule(inspection_id=found.pk, by=request.actor, **form.cleaned_data),
        done="Đã ghi thay đổi.",
    )


@opens_to(Permission.INSPECTION_PLAN)
@require_http_methods(SHOW_AND_ACT)
def cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """It will not take place."""
    found = permitted(request, pk, Permission.INSPECTION_PLAN)
    form = CancelForm(request.POST or None, initial={"version": found.version})
    return step_page(
        request,
        inspection=found,
        form=form,
        title="Không thực hiện cuộc kiểm tra",
        submit_label="Ghi không thực hiện",
        act=lambda: actions.cancel(inspection_id=found.pk, by=request.actor, **form.cleaned_data),
        done="Đã ghi: không thực hiện.",
    )


@opens_to(Permission.INSPECTION_PLAN)
@require_http_methods(SHOW_AND_ACT)
def after_care(request: ActorRequest) -> HttpResponse:
    """For how many years after settlement my agency looks again."""
    setting = after_care_of(request.actor.agency)
    require(request.actor, Permission.INSPECTION_PLAN, setting)
    initial = {"version": setting.version, "years": setting.years, "document": setting.document}
    form = AfterCareForm(request.POST or None, initial=initial)
    return form_page(
        request,
        form=form,
        act=lambda: actions.set_after_care(by=request.actor, **form.cleaned_data),
        done="Đã ghi số năm theo dõi.",
        back=lambda: redirect("inspection_after_end"),
        template="inspections/form.html",
        context={
            "title": "Số năm theo dõi sau quyết toán",
            "submit_label": "Ghi",
            "intro": "Văn bản đọc được không quy định số năm: đây là quy định của cơ quan. Hệ thống nhắc mỗi năm một lần các đề án đã quyết toán chưa được xem lại.",
            "back_url": reverse("inspection_after_end"),
            "crumbs": [
                Crumb(TITLE, reverse("inspections")),
                Crumb("Sau khi kết thúc", reverse("inspection_after_end")),
                Crumb("Số năm"),
            ],
        },
    )
