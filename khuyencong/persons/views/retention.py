"""How long what is kept, what would be hidden today, and the runs in which it was."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khuyencong.core.dates import today
from khuyencong.core.money import percent
from khuyencong.core.turns import turn_page
from khuyencong.core.web import SHOW_AND_ACT, run, version_of
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.persons import actions, queries
from khuyencong.persons.forms import RunForm, TermForm
from khuyencong.persons.holding import RULES, Rule
from khuyencong.persons.keeping import DueRule, due_rules, terms_of
from khuyencong.persons.models import HidingRun
from khuyencong.persons.turns import hide_some
from khuyencong.persons.web import crumbs, run_or_404, step_page, tabs

PAGE_SIZE = 50
WAY = ("Thời hạn lưu", "retention")


@opens_to(Permission.PERSON_DATA_VIEW)
@require_safe
def retention(request: ActorRequest) -> HttpResponse:
    """Each rule: its term, how many are past it today; the button that hides them."""
    return _retention(request, None)


@opens_to(Permission.PERSON_DATA_HIDE)
@require_POST
def hiding_run_new(request: ActorRequest) -> HttpResponse:
    """Confirm: what is past the terms of the chosen rules is hidden, turn by turn."""
    found = due_rules(request.actor, today())
    form = _run_form(found, request)
    made: list[HidingRun] = []

    def act() -> None:
        data = form.cleaned_data
        made.append(
            actions.begin_run(by=request.actor, creation_key=data["creation_key"], rules=frozenset(data["rules"]))
        )

    if form.is_valid() and run(form, act):
        return redirect(made[0])
    return _retention(request, form, found)


def _run_form(found: list[DueRule], request: ActorRequest | None = None) -> RunForm:
    due = [(one.rule.key, f"{one.rule.label}: {one.count} mục") for one in found if one.count]
    return RunForm(request.POST if request else None, rules=due, initial={"rules": [key for key, _ in due]})


def _retention(request: ActorRequest, form: RunForm | None, found: list[DueRule] | None = None) -> HttpResponse:
    actor = request.actor
    rules = due_rules(actor, today()) if found is None else found
    context = {
        "rules": rules,
        "total": sum(one.count for one in rules),
        "form": form or _run_form(rules),
        "may_keep": allowed(actor, Permission.PERSON_DATA_KEEP),
        "may_hide": allowed(actor, Permission.PERSON_DATA_HIDE),
        "tabs": tabs("retention"),
        "agency": actor.agency,
    }
    return render(request, "persons/retention.html", context, status=200 if form is None else 422)


@opens_to(Permission.PERSON_DATA_VIEW)
@require_safe
def retention_rule(request: ActorRequest, rule: str) -> HttpResponse:
    """Who would be hidden today by one rule, and who is past it but must stay, with the reason."""
    found = _rule_or_404(rule)
    lists = queries.lists_of(request.actor, found, today())
    context = {
        "rule": found,
        "term": lists.term,
        "page": Paginator(lists.due, PAGE_SIZE).get_page(request.GET.get("page")),
        "kept": lists.kept,
        "kept_shown": queries.KEPT_SHOWN,
        "may_keep": allowed(request.actor, Permission.PERSON_DATA_KEEP),
        "crumbs": crumbs((WAY[0], reverse(WAY[1])), title=found.label),
    }
    return render(request, "persons/rule.html", context)


@opens_to(Permission.PERSON_DATA_KEEP)
@require_http_methods(SHOW_AND_ACT)
def retention_term_new(request: ActorRequest, rule: str) -> HttpResponse:
    """Set the term of one rule by a document; the latest one counts."""
    found = _rule_or_404(rule)
    term = terms_of(request.actor).get(rule)
    initial = {"years": term.years, "document": term.document} if term else {}
    form = TermForm(request.POST or None, initial=initial)
    law = f" Căn cứ để giữ: {found.law}." if found.law else ""
    return step_page(
        request,
        form=form,
        title=f"Đặt thời hạn: {found.label}",
        act=lambda: actions.keep_term(
            by=request.actor,
            creation_key=form.cleaned_data["creation_key"],
            rule=rule,
            years=form.cleaned_data["years"],
            document=form.cleaned_data["document"],
        ),
        done="Đã đặt thời hạn.",
        submit_label="Đặt thời hạn",
        back_url=lambda: reverse("retention"),
        way=((WAY[0], reverse(WAY[1])),),
        intro=f"Số năm tính từ {found.since}. Không văn bản chung nào cơ quan đã đọc được nêu số năm: cơ quan tự đặt.{law}",
    )


@opens_to(Permission.PERSON_DATA_VIEW)
@require_safe
def hiding_runs(request: ActorRequest) -> HttpResponse:
    """What my agency has let be hidden, the latest first."""
    rows = HidingRun.objects.filter(agency__in=request.actor.agency_ids).select_related("made_by")
    context = {"page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")), "tabs": tabs("hiding_runs")}
    return render(request, "persons/runs.html", context)


@opens_to(Permission.PERSON_DATA_VIEW)
@require_safe
def hiding_run(request: ActorRequest, pk: int) -> HttpResponse:
    """How far one run is, and which rows were left as they are."""
    found = run_or_404(request.actor, pk)
    context = {
        "counts": queries.counts_of(found),
        "left": Paginator(found.rows.exclude(told=""), PAGE_SIZE).get_page(request.GET.get("page")),
        "may_hide": allowed(request.actor, Permission.PERSON_DATA_HIDE, found),
        "crumbs": crumbs(("Đợt ẩn", reverse("hiding_runs")), title=str(found)),
    }
    return render(request, "persons/run.html", context | _progress(found))


@opens_to(Permission.PERSON_DATA_HIDE)
@require_POST
def hiding_run_go_on(request: ActorRequest, pk: int) -> HttpResponse:
    """Hide the next rows. The page asks again by itself, or a person presses the button."""
    found = run_or_404(request.actor, pk)
    require(request.actor, Permission.PERSON_DATA_HIDE, found)
    return turn_page(
        request,
        found,
        lambda: hide_some(run_id=found.pk, by=request.actor, version=version_of(request)),
        address=found.get_absolute_url(),
        runs=lambda one: one.runs,
        template="persons/run_progress.html",
        progress=_progress,
    )


def _progress(found: HidingRun, sentence: str = "") -> dict[str, object]:
    return {"run": found, "percent": percent(found.done, found.wanted), "sentence": sentence}


def _rule_or_404(rule: str) -> Rule:
    if rule not in RULES:
        raise Http404
    return RULES[rule]
