"""Writing an adjustment: the description, who leaves and comes, the estimate."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from khuyencong.adjustments import actions
from khuyencong.adjustments.forms import BeginForm, ChangeForm, ProposedLineForm
from khuyencong.adjustments.models import OPEN_STATES, Adjustment
from khuyencong.adjustments.proposal import FIELDS, ProposedLine, changed_by, proposal_of
from khuyencong.adjustments.web import TAB, adjustment_for_step, crumbs_to, step_page
from khuyencong.core.finding import LONGEST_QUESTION
from khuyencong.core.forms import VersionedForm
from khuyencong.core.web import SHOW_AND_ACT, press, run, version_of
from khuyencong.establishments.models import Establishment
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.actions import MAX_LINES
from khuyencong.projects.actions.content import provinces_of
from khuyencong.projects.forms import BeneficiaryForm
from khuyencong.projects.row_forms import RowFormSet
from khuyencong.projects.states import RUNNING
from khuyencong.projects.views.writing import MOST_OFFERED
from khuyencong.projects.web import crumbs_to as crumbs_to_project
from khuyencong.projects.web import project_or_404
from khuyencong.projects.years import years_of

BLANK_LINES = 3
LARGEST_KEY = 10  # digits; shorter numbers fit an int column


@opens_to(Permission.PROJECT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def adjustment_new(request: ActorRequest, code: str) -> HttpResponse:
    """Begin an adjustment of an approved đề án with its reason."""
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.PROJECT_EDIT, project)
    form = BeginForm(request.POST or None, initial={"version": project.version})
    made: list[Adjustment] = []

    def act() -> None:
        data = form.cleaned_data
        made.append(
            actions.begin(
                project_id=project.pk,
                by=request.actor,
                version=data["version"],
                creation_key=data["creation_key"],
                reason=data["reason"],
            )
        )

    bound = request.method == "POST"
    if bound and form.is_valid() and run(form, act):
        messages.success(request, "Đã mở đề nghị điều chỉnh. Tiếp theo: ghi những gì thay đổi.")
        return redirect(made[0].get_absolute_url())
    open_one = project.adjustments.filter(state__in=OPEN_STATES).first()
    context = {
        "project": project,
        "form": form,
        "title": "Đề nghị điều chỉnh",
        "submit_label": "Mở đề nghị",
        "crumbs": crumbs_to_project(project, "Đề nghị điều chỉnh", TAB),
        "back": f"{project.get_absolute_url()}?tab={TAB}",
        "open_one": open_one,
        "running": project.state in RUNNING,
    }
    return render(request, "adjustments/new.html", context, status=422 if bound else 200)


@opens_to(Permission.PROJECT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def adjustment_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """The reason, and what changes of the description."""
    found = adjustment_for_step(request, pk, "propose")
    after = changed_by(found).after.project
    initial = {name: getattr(after, name) for name in FIELDS}
    initial |= {"version": found.version, "reason": found.reason, "substance": proposal_of(found).substance}
    form = ChangeForm(request.POST or None, project=found.project, initial=initial)
    return step_page(
        request,
        adjustment=found,
        form=form,
        title="Điều chỉnh thuyết minh",
        submit_label="Lưu đề nghị",
        act=lambda: actions.write(
            adjustment_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            fields=form.cleaned_data,
            substance=form.cleaned_data["substance"],
        ),
        done="Đã lưu đề nghị.",
    )


@opens_to(Permission.PROJECT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def adjustment_newcomer(request: ActorRequest, pk: int) -> HttpResponse:
    """Propose a beneficiary: one of a group that was to be named, or one in the place of another."""
    found = adjustment_for_step(request, pk, "propose")
    taken = changed_by(found)
    choices = Establishment.objects.visible_to(request.actor).current()
    choices = choices.filter(province__current__in=provinces_of(found.project))
    choices = choices.exclude(pk__in=taken.before.establishments | taken.after.establishments)
    asked = request.GET.get("tim", "")[:LONGEST_QUESTION]
    offered = list(choices.search(asked, by=request.actor).order_by("sort_key", "pk")[: MOST_OFFERED + 1])
    form = BeneficiaryForm(
        request.POST or None, queryset=choices, offered=offered[:MOST_OFFERED], initial={"version": found.version}
    )
    return step_page(
        request,
        adjustment=found,
        form=form,
        title="Đưa cơ sở thụ hưởng vào",
        submit_label="Đưa vào đề nghị",
        act=lambda: actions.add_newcomer(
            adjustment_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            establishment=form.cleaned_data["establishment"],
            place_text=form.cleaned_data["place_text"],
            commits_own_capital=form.cleaned_data["commits_own_capital"],
            declares_no_other_support=form.cleaned_data["declares_no_other_support"],
        ),
        done="Đã đưa cơ sở vào đề nghị. Tiếp theo: lập dự toán cho cơ sở ấy.",
        template="adjustments/newcomer.html",
        context={"asked": asked, "too_many": len(offered) > MOST_OFFERED, "offered": len(offered[:MOST_OFFERED])},
    )


@opens_to(Permission.PROJECT_EDIT)
@require_POST
def adjustment_turn(request: ActorRequest, pk: int) -> HttpResponse:
    """Let a beneficiary leave, or stay after all; take a newcomer off the proposal."""
    found = adjustment_for_step(request, pk, "propose")
    text, version = request.POST.get("establishment", ""), version_of(request)
    key = int(text) if text.isascii() and text.isdigit() and len(text) < LARGEST_KEY else 0
    press(
        request,
        lambda: actions.turn_beneficiary(
            adjustment_id=found.pk, by=request.actor, version=version, establishment_id=key
        ),
        done="Đã ghi vào đề nghị.",
    )
    return redirect(found.get_absolute_url())


@opens_to(Permission.PROJECT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def adjustment_estimate(request: ActorRequest, pk: int) -> HttpResponse:
    """Mẫu 1 as it would be; lines marked for deletion or left empty are left out."""
    found = adjustment_for_step(request, pk, "propose")
    after = changed_by(found).after
    formset_of = forms.formset_factory(
        ProposedLineForm,
        formset=RowFormSet,
        extra=BLANK_LINES,
        can_delete=True,
        max_num=MAX_LINES,
        absolute_max=MAX_LINES,  # whatever number a request names, no more forms are made
        validate_max=True,
    )
    initial = [_as_initial(line) for line in after.lines]
    bound = request.POST if request.method == "POST" else None
    head = VersionedForm(bound, initial={"version": found.version})
    # Also a year that the đề án, made shorter, no longer reaches: its line must be seen to be moved.
    years = sorted({*years_of(after.project), *after.years})
    formset = formset_of(
        bound, initial=initial, prefix="dong", form_kwargs={"beneficiaries": after.beneficiaries, "years": years}
    )

    def act() -> None:
        actions.set_lines(
            adjustment_id=found.pk, by=request.actor, version=head.cleaned_data["version"], lines=_lines(formset)
        )

    if bound is not None and head.is_valid() and formset.is_valid() and run(head, act):
        messages.success(request, "Đã lưu dự toán đề nghị.")
        return redirect(found.get_absolute_url())
    context = {
        "adjustment": found,
        "project": found.project,
        "form": head,
        "formset": formset,
        "title": "Điều chỉnh dự toán (Mẫu số 1)",
        "crumbs": crumbs_to(found, "Điều chỉnh dự toán"),
    }
    return render(request, "adjustments/estimate.html", context, status=200 if bound is None else 422)


def _as_initial(line: ProposedLine) -> dict[str, Any]:
    return {
        "content": line.content,
        "beneficiary": line.establishment,
        "total": line.total,
        "support": line.support,
        "counterpart": line.counterpart,
        "other": line.other,
        "in_cost_base": line.in_cost_base,
        "note": line.note,
        "year": line.year,
        "line": line.line,
    }


def _lines(formset: Any) -> list[ProposedLine]:
    return [
        ProposedLine(
            content=data["content"],
            total=data["total"],
            support=data["support"],
            counterpart=data["counterpart"],
            other=data["other"],
            line=data["line"],
            establishment=data["beneficiary"],
            in_cost_base=data["in_cost_base"],
            note=data["note"],
            year=data.get("year"),  # not asked where the đề án has one year
        )
        for data in (form.cleaned_data for form in formset.forms if form not in formset.deleted_forms)
        if data.get("content")
    ]
