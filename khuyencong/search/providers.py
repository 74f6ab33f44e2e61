"""What is found, room by room: each kind obeys the rules of its own room about who may know of a record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import F
from django.urls import reverse

from khuyencong.collaborators import queries as network
from khuyencong.combining.models import OtherProgramme
from khuyencong.consulting.models import Advice, Job
from khuyencong.core.dates import today
from khuyencong.core.finding import haystack, holds, question
from khuyencong.core.pages import rows_of
from khuyencong.establishments.models import Establishment
from khuyencong.fairs.models import Fair
from khuyencong.loans.models import Loan
from khuyencong.outreach.models import Work
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.projects.models import Project
from khuyencong.search.documents import documents
from khuyencong.search.hits import Hit
from khuyencong.search.people import people
from khuyencong.training import queries as training
from khuyencong.training.models import Course


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing that is looked for. `find(actor, text, limit)` takes a constant number of queries.

    `permission`: who may see such things at all, None = whoever may search. `url_name`: the list that takes the same
    question in `q`, "" where the page of results itself is the list.
    """

    key: str
    label: str
    icon: str
    permission: Permission | None
    find: Callable[[Actor, str, int], list[Hit]]
    url_name: str = ""


def establishments(actor: Actor, text: str, limit: int) -> list[Hit]:
    """Establishments of the actor's area, as an index sorts them; two queries and one for former names."""
    found = Establishment.objects.visible_to(actor).current().search(text, by=actor)
    keys = found.order_by("sort_key", "pk").values_list("pk", flat=True)[:limit]
    shown = Establishment.objects.select_related("province", "commune").prefetch_related("formernames")
    return [
        Hit(one.name, reverse("establishment", args=[one.pk]), _about(one, text)) for one in rows_of(shown, list(keys))
    ]


def _about(one: Establishment, text: str) -> str:
    place = ", ".join(str(part) for part in (one.commune and one.commune.name, one.province) if part)
    parts = [one.get_kind_display(), place]
    own, asked = haystack(*one.own_words()), question(text)
    if not all(f" {word}" in own for word in asked):
        former = [name.name for name in one.formernames.all() if any(f" {w}" in haystack(name.name) for w in asked)]
        parts += [f"tên cũ: {name}" for name in former[:1]]
    return " · ".join(parts)


def projects(actor: Actor, text: str, limit: int) -> list[Hit]:
    """Đề án in the actor's scope, the latest first; two queries."""
    found = Project.objects.visible_to(actor).search(text)
    keys = found.order_by(F("year").desc(), F("pk").desc()).values_list("pk", flat=True)[:limit]
    shown = Project.objects.select_related("implementing_unit").only(
        "name", "code", "year", "state", "implementing_unit__short_name"
    )
    return [
        Hit(
            one.name,
            one.get_absolute_url(),
            " · ".join([one.code, f"năm {one.year}", one.get_state_display(), one.implementing_unit.short_name]),
        )
        for one in rows_of(shown, list(keys))
    ]


def collaborators(actor: Actor, text: str, limit: int) -> list[Hit]:
    """Collaborators of the actor's province by given name, with where they serve or last served; two queries."""
    found = network.collaborators_for(actor, network.Filters(text=" ".join(question(text)), state=""), today())[:limit]
    return [
        Hit(
            one.name,
            one.get_absolute_url(),
            " · ".join(["cộng tác viên", *(str(term) for term in one.latest_terms[:1])]),
        )
        for one in found
    ]


def consulting(actor: Actor, text: str, limit: int) -> list[Hit]:
    """Jobs that a centre in the actor's scope sells, the latest first; one query."""
    found = Job.objects.visible_to(actor).search(text).select_related("client", "agency")
    return [
        Hit(
            one.title,
            one.get_absolute_url(),
            f"{one.client.name} · {one.get_state_display()} · {one.agency.short_name}",
        )
        for one in found.order_by("-offered_on", "-pk")[:limit]
    ]


def advice(actor: Actor, text: str, limit: int) -> list[Hit]:
    """Consulting to establishments of the actor's đề án, the latest first; one query."""
    asked = question(text)
    found = Advice.objects.standing().visible_to(actor).filter(holds(asked)) if asked else Advice.objects.none()
    rows = found.select_related("project", "beneficiary__establishment").order_by("-to_on", "-pk")[:limit]
    return [
        Hit(one.subject, one.get_absolute_url(), " · ".join([str(one.beneficiary), one.consultant, one.project.code]))
        for one in rows
    ]


def loans(actor: Actor, text: str, limit: int) -> list[Hit]:
    """Credit contracts of the actor's đề án by bank and number, the latest first; one query."""
    asked, mine = question(text), Project.objects.visible_to(actor).order_by()
    found = Loan.objects.filter(holds(asked), beneficiary__project__in=mine) if asked else Loan.objects.none()
    rows = found.select_related("beneficiary__establishment", "beneficiary__project").order_by("-contract_on", "-pk")
    return [
        Hit(
            str(one),
            reverse("project_loan", args=[one.beneficiary.project.code, one.beneficiary_id]),
            " · ".join([str(one.beneficiary), one.beneficiary.project.code]),
        )
        for one in rows[:limit]
    ]


def other_programmes(actor: Actor, text: str, limit: int) -> list[Hit]:
    """Programmes with which đề án are combined, by name; one query."""
    asked = question(text)
    found = OtherProgramme.objects.visible_to(actor).filter(holds(asked)) if asked else OtherProgramme.objects.none()
    return [
        Hit(one.name, one.get_absolute_url(), f"{one.document} · {one.years}")
        for one in found.order_by("folded", "pk")[:limit]
    ]


def information(actor: Actor, text: str, limit: int) -> list[Hit]:
    """Works of information of the actor's đề án, the latest first; one query."""
    found = Work.objects.visible_to(actor).search(text).select_related("project")
    return [
        Hit(one.title, one.get_absolute_url(), f"{one.get_kind_display()} · {one.medium} · {one.project.code}")
        for one in found.order_by("-planned_on", "-pk")[:limit]
    ]


def fairs(actor: Actor, text: str, limit: int) -> list[Hit]:
    """Fairs that the actor may know of, the latest first; one query."""
    asked = question(text)
    found = Fair.objects.visible_to(actor).filter(holds(asked)) if asked else Fair.objects.none()
    rows = found.select_related("project").order_by("-starts_on", "-pk")[:limit]
    return [
        Hit(
            one.name,
            one.get_absolute_url(),
            " · ".join([one.place_text, f"{one.starts_on:%d/%m/%Y}", one.get_state_display(), one.project.code]),
        )
        for one in rows
    ]


def courses(actor: Actor, text: str, limit: int) -> list[Hit]:
    """Classes and conferences of the actor's đề án, the latest first; two queries."""
    keys = training.courses_for(actor, training.Filters(text=text)).values_list("pk", flat=True)[:limit]
    rows = rows_of(Course.objects.select_related("project"), list(keys))
    return [
        Hit(
            one.name,
            one.get_absolute_url(),
            " · ".join([one.get_kind_display(), f"{one.starts_on:%d/%m/%Y}", one.project.code]),
        )
        for one in rows
    ]


KINDS: tuple[Kind, ...] = (
    Kind(
        "co-so", "Cơ sở", "building-factory-2", Permission.ESTABLISHMENT_VIEW, establishments, url_name="establishments"
    ),
    Kind("de-an", "Đề án", "file-text", Permission.PROJECT_VIEW, projects, url_name="projects"),
    Kind(
        "cong-tac-vien", "Cộng tác viên", "users", Permission.COLLABORATOR_VIEW, collaborators, url_name="collaborators"
    ),
    Kind("tu-van", "Tư vấn dịch vụ", "calculator", Permission.CONSULTING_VIEW, consulting, url_name="consulting"),
    Kind("tu-van-co-so", "Tư vấn cho cơ sở", "calculator", Permission.CONSULTING_VIEW, advice),
    Kind("lai-vay", "Khoản vay di dời", "calculator", Permission.PROJECT_VIEW, loans),
    Kind("chuong-trinh-khac", "Chương trình lồng ghép", "switch-horizontal", Permission.REPORT_VIEW, other_programmes),
    Kind("tin-bai", "Thông tin, tuyên truyền", "send", Permission.OUTREACH_VIEW, information, url_name="outreach"),
    Kind("hoi-cho", "Hội chợ", "calendar-stats", Permission.FAIR_VIEW, fairs, url_name="fairs"),
    Kind("dao-tao", "Lớp, hội nghị", "users", Permission.PROJECT_VIEW, courses, url_name="courses"),
    Kind("van-ban", "Văn bản và định mức", "gavel", None, documents),
    Kind("nguoi", "Cơ quan và người", "users", Permission.AGENCY_VIEW, people),
)
