"""A departing officer's open work: what a colleague takes over, and what stays with the person who wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.urls import reverse

from khuyencong.accounts.actions import take_role
from khuyencong.accounts.door import lock_account, touch
from khuyencong.audit.actions import record
from khuyencong.core.components import Fact
from khuyencong.core.errors import Refused
from khuyencong.finance.models import Payment, PaymentState
from khuyencong.intake.models import RequestState, SupportRequest
from khuyencong.normbook.models import EnteredDocument, EntryState
from khuyencong.notices.actions import notify
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, Membership, User
from khuyencong.programmes.models import AnnualPlan, PlanState
from khuyencong.projects.actions.charge import officers_of
from khuyencong.projects.models import Project
from khuyencong.projects.states import AT_REST
from khuyencong.surveys.models import Survey, SurveyState
from khuyencong.whatif.models import Trial, TrialState

# A request in one of these waits for whoever received it.
HANDLED = (RequestState.SENT, RequestState.RECEIVED, RequestState.RETURNED)


@dataclass
class Section:
    """What one agency of today must give to another of its officers."""

    agency: Agency
    projects: list[Project] = field(default_factory=list)
    requests: list[SupportRequest] = field(default_factory=list)

    @property
    def field_name(self) -> str:
        """The field of the form that chooses the colleague."""
        return f"to_{self.agency.pk}"


@dataclass(frozen=True)
class Remainder:
    """Open work that keeps its author's name; `why`: what becomes of it."""

    title: str
    why: str
    rows: tuple[Fact, ...]


def sections_of(user: User, by: Actor) -> list[Section]:
    """What can be given to a colleague, agency by agency, inside the actor's scope; three queries."""
    scope = Agency.objects.in_scope_of(by).values("pk")
    projects = Project.objects.filter(in_charge=user, implementing_unit__in=scope).exclude(state__in=AT_REST)
    requests = SupportRequest.objects.filter(handled_by=user, handled_for__in=scope, state__in=HANDLED)
    found: dict[int, Section] = {}
    for project in projects.select_related("implementing_unit__successor").order_by("pk"):
        _section(found, project.implementing_unit).projects.append(project)
    for request in requests.select_related("handled_for__successor", "establishment").order_by("pk"):
        if request.handled_for is not None:
            _section(found, request.handled_for).requests.append(request)
    return list(found.values())


def _section(found: dict[int, Section], agency: Agency) -> Section:
    standing = agency.successor or agency
    return found.setdefault(standing.pk, Section(standing))


def colleagues_of(section: Section, user: User) -> list[User]:
    """Who can take a section over: the other active officers of that agency."""
    return list(officers_of(section.agency).exclude(pk=user.pk))


def remainder_of(user: User, by: Actor) -> list[Remainder]:
    """Open work that is signed by its author and so is not moved; empty groups are left out. Five queries."""
    scope = Agency.objects.in_scope_of(by).values("pk")
    payments = Payment.objects.filter(
        prepared_by=user, state__in=[PaymentState.PREPARED, PaymentState.CHECKED], project__payer__in=scope
    )
    norms = EnteredDocument.objects.filter(
        entered_by=user, agency__in=scope, state__in=[EntryState.DRAFT, EntryState.SENT]
    )
    plans = AnnualPlan.objects.filter(created_by=user, agency__in=scope, state=PlanState.DRAFT)
    trials = Trial.objects.filter(made_by=user, agency__in=scope, state=TrialState.RUNNING).defer("result", "changes")
    surveys = Survey.objects.filter(surveyed_by=user, surveyed_for__in=scope, state=SurveyState.SENT)
    groups = (
        Remainder(
            "Khoản chi đã lập, chưa duyệt",
            "Người lập giữ nguyên trên chứng từ; lãnh đạo duyệt, hoặc trả lại để kế toán khác lập lại.",
            tuple(
                Fact(str(one), one.project.code, one.project.get_absolute_url())
                for one in payments.select_related("project")
            ),
        ),
        Remainder(
            "Văn bản định mức chưa xác nhận",
            "Mọi chuyên viên, người thẩm định của cơ quan đều sửa và gửi tiếp được.",
            tuple(Fact(one.get_state_display(), str(one), reverse("norm_entry", args=[one.pk])) for one in norms),
        ),
        Remainder(
            "Kế hoạch đang soạn",
            "Mọi chuyên viên, người thẩm định của cơ quan đều soạn tiếp được.",
            tuple(Fact(str(one.year), one.title, reverse("plan", args=[one.pk])) for one in plans),
        ),
        Remainder(
            "Lần tính thử chưa xong",
            "Ai mở trang của lần tính thử đều cho tính tiếp được.",
            tuple(Fact("Tính thử", one.name, reverse("trial", args=[one.pk])) for one in trials),
        ),
        Remainder(
            "Phiếu khảo sát chưa xử lý",
            "Chuyên viên của Sở, trung tâm xử lý; người khảo sát giữ nguyên trên phiếu.",
            tuple(Fact("Phiếu khảo sát", one.name, one.get_absolute_url()) for one in surveys),
        ),
    )
    return [group for group in groups if group.rows]


@transaction.atomic
def hand_over(*, user_id: int, by: Actor, version: int, to: Mapping[int, int], take_roles: bool) -> int:
    """Move what can be moved, in one step; how many records were moved.

    `to`: agency → the colleague there who takes over; an agency that is not named keeps its work. With `take_roles` the
    person loses every role in the actor's scope, and then nothing may be left that could be moved. Raises NotAllowed,
    Stale, Refused.
    """
    user = lock_account(user_id, by=by, version=version)
    sections = sections_of(user, by)
    hats = Membership.objects.filter(
        user=user, is_active=True, agency__in=Agency.objects.in_scope_of(by).values("pk")
    ).order_by("pk")
    keys = list(hats.values_list("pk", flat=True)) if take_roles else []
    chosen = [section for section in sections if section.agency.pk in to]
    if not chosen and not keys:
        raise Refused("Chưa chọn người nhận việc nào, cũng không có vai trò nào để thu.")
    left = [section.agency.short_name for section in sections if section.agency.pk not in to]
    if take_roles and left:
        raise Refused(f"Hãy chọn người nhận việc tại {', '.join(left)} trước khi thu vai trò.")
    moved = sum(_move(section, user, to[section.agency.pk], by) for section in chosen)
    touch(user)
    record(
        action="account.hand_over",
        by=by,
        subject=user,
        thread=user.thread,
        after={
            "đề án": [one.code for section in chosen for one in section.projects],
            "đề nghị hỗ trợ": [one.pk for section in chosen for one in section.requests],
            "thu vai trò": take_roles,
        },
    )
    for key in keys:
        user.refresh_from_db(fields=["version"])
        take_role(user_id=user.pk, by=by, version=user.version, membership_id=key)
    return moved


def _move(section: Section, user: User, receiver_id: int, by: Actor) -> int:
    receiver = next((one for one in colleagues_of(section, user) if one.pk == receiver_id), None)
    if receiver is None:
        raise Refused(f"Người nhận phải là một chuyên viên khác đang làm việc tại {section.agency.short_name}.")
    names = {"người phụ trách": str(user)}, {"người phụ trách": str(receiver)}
    locked = Project.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk for one in section.projects])
    for project in locked.order_by("pk"):
        project.in_charge = receiver
        project.version += 1
        project.save(update_fields=["in_charge", "version"])
        record(
            action="project.put_in_charge",
            by=by,
            subject=project,
            thread=project.thread,
            before=names[0],
            after=names[1],
            note="Bàn giao",
        )
    asked = SupportRequest.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk for one in section.requests])
    for request in asked.order_by("pk"):
        request.handled_by, request.handled_for = receiver, section.agency
        request.version += 1
        request.save(update_fields=["handled_by", "handled_for", "version"])
        record(
            action="request.hand_over",
            by=by,
            subject=request,
            thread=request.thread,
            before=names[0],
            after=names[1],
            note="Bàn giao",
        )
    count = len(section.projects) + len(section.requests)
    notify(users=[receiver], sentence=f"Bạn nhận bàn giao {count} việc từ {user}.", url=reverse("work"))
    return count
