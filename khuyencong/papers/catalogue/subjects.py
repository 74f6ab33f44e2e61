"""The kinds of record that papers are about, and how each is fetched in the scope of whoever asks."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import get_object_or_404

from khuyencong.appraisal.models import Appraisal, Council, CouncilSession
from khuyencong.delivery.models import Acceptance, Handover
from khuyencong.finance.queries import in_plan, visible_plans
from khuyencong.monitoring.models import ProgressReport, ReportState
from khuyencong.monitoring.web import report_or_404
from khuyencong.papers.form import Gathering, Subject
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.programmes.models import AnnualPlan
from khuyencong.projects.models import Project
from khuyencong.projects.web import project_or_404

DIGITS = 10


def pk_of(key: str) -> int:
    """The number that the key of a record is; Http404 for anything else."""
    if not (key.isascii() and key.isdigit() and len(key) < DIGITS):
        raise Http404
    return int(key)


def _project(actor: Actor, key: str) -> Project:
    found = project_or_404(actor, key)
    require(actor, Permission.PROJECT_VIEW, found)
    return found


def _plan(actor: Actor, key: str) -> AnnualPlan:
    found = get_object_or_404(visible_plans(actor).select_related("agency__parent"), pk=pk_of(key))
    require(actor, Permission.REPORT_VIEW)
    return found


def _report(actor: Actor, key: str) -> ProgressReport:
    """A draft is nobody's paper yet."""
    found = report_or_404(actor, pk_of(key))
    if found.state == ReportState.DRAFT:
        raise Http404
    require(actor, Permission.REPORT_EXPORT)
    return found


def _appraisal(actor: Actor, key: str) -> Appraisal:
    rows = Appraisal.objects.filter(project__in=Project.objects.visible_to(actor).order_by()).select_related(
        "agency__parent",
        "agency__province",
        "by",
        "council_item__session__council__agency__province",
        "completion",
        "project__implementing_unit__parent",
        "project__commune",
        "project__province",
    )
    found = get_object_or_404(rows, pk=pk_of(key))
    require(actor, Permission.PROJECT_VIEW, found.project)
    return found


def _session(actor: Actor, key: str) -> CouncilSession:
    rows = CouncilSession.objects.filter(council__in=Council.objects.visible_to(actor)).select_related(
        "council__agency__province", "council__agency__parent"
    )
    found = get_object_or_404(rows, pk=pk_of(key))
    require(actor, Permission.COUNCIL_VIEW, found.council)
    return found


def _acceptance(actor: Actor, key: str) -> Acceptance:
    rows = Acceptance.all_ever.filter(project__in=Project.objects.visible_to(actor).order_by()).select_related(
        "agency__parent",
        "agency__province",
        "beneficiary__establishment",
        "annulment",
        "project__implementing_unit",
        "project__province",
        "project__commune",
    )
    found: Acceptance = get_object_or_404(rows, pk=pk_of(key))
    require(actor, Permission.PROJECT_VIEW, found.project)
    return found


def _handover(actor: Actor, key: str) -> Handover:
    rows = Handover.objects.filter(project__in=Project.objects.visible_to(actor).order_by()).select_related(
        "agency__parent", "agency__province", "beneficiary__establishment", "project__implementing_unit"
    )
    found = get_object_or_404(rows, pk=pk_of(key))
    require(actor, Permission.PROJECT_VIEW, found.project)
    return found


def _plans(actor: Actor) -> list[tuple[str, str]]:
    rows = visible_plans(actor).order_by("-year", "source", "agency__sort_key", "round", "pk")
    return [(str(one.pk), one.title) for one in rows]


def _of_plan(actor: Actor, plan: str) -> list[tuple[str, str]]:
    """The đề án of the plan, where the actor may open it."""
    found = visible_plans(actor).filter(pk=pk_of(plan)).first()
    if found is None:
        return []
    rows = in_plan(found) & Project.objects.visible_to(actor)
    return [(one.code, f"{one.code} – {one.name}") for one in rows.order_by("code")]


# The key of a đề án is its code, of anything else its number.
PROJECT = Subject(
    "de-an",
    "Đề án",
    _project,
    thread=lambda one: str(one.thread),
    named=lambda one: f"{one.code} – {one.name}",
    gathered=Gathering("Kế hoạch", _plans, _of_plan),
)
PLAN = Subject("ke-hoach", "Kế hoạch", _plan, thread=lambda one: str(one.thread))
REPORT = Subject(
    "bao-cao-thang",
    "Báo cáo tháng",
    _report,
    thread=lambda one: str(one.thread),
    named=lambda one: f"{one.project.code} – tháng {one.month:%m/%Y}, bản {one.number}",
)
APPRAISAL = Subject(
    "tham-dinh",
    "Lần thẩm định",
    _appraisal,
    thread=lambda one: str(one.project.thread),
    named=lambda one: f"{one.project.code} – {one}",
)
SESSION = Subject(
    "phien-hop",
    "Phiên họp Hội đồng",
    _session,
    thread=lambda one: str(one.council.thread),
    named=lambda one: f"{one.council.title} – {one}",
)
ACCEPTANCE = Subject(
    "nghiem-thu",
    "Biên bản nghiệm thu",
    _acceptance,
    thread=lambda one: str(one.project.thread),
    named=lambda one: f"{one.project.code} – {one.number}",
)
HANDOVER = Subject(
    "ban-giao",
    "Biên bản bàn giao",
    _handover,
    thread=lambda one: str(one.project.thread),
    named=lambda one: f"{one.project.code} – {one.number}",
)
