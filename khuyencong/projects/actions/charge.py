"""Who looks after a đề án at the unit that carries it out."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.notices.actions import notify
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, Membership, User
from khuyencong.people.permissions import Permission
from khuyencong.people.roles import Role
from khuyencong.projects.door import lock_project
from khuyencong.projects.models import Project
from khuyencong.projects.states import AT_REST


@transaction.atomic
def put_in_charge(*, project_id: int, by: Actor, version: int, user_id: int) -> Project:
    """Let an officer of the implementing unit look after the đề án from now on. Raises NotAllowed, Stale, Refused."""
    project = lock_project(project_id, by=by, permission=Permission.PROJECT_EDIT, version=version)
    if project.state in AT_REST:
        raise Refused(f"Đề án ở trạng thái «{project.get_state_display()}» không còn cần người phụ trách.")
    user = officers_of(project.implementing_unit).filter(pk=user_id).first()
    if user is None:
        raise Refused("Hãy chọn một chuyên viên đang làm việc tại đơn vị thực hiện.")
    if project.in_charge_id == user.pk:
        raise Refused(f"{user} đang phụ trách đề án này.")
    before = str(project.in_charge or "")
    project.in_charge = user
    project.version += 1
    project.save(update_fields=["in_charge", "version"])
    if user.pk != by.user.pk:
        url = reverse("project", args=[project.code])
        notify(users=[user], sentence=f"Bạn được giao phụ trách đề án {project.code}.", url=url)
    record(
        action="project.put_in_charge",
        by=by,
        subject=project,
        thread=project.thread,
        before={"người phụ trách": before},
        after={"người phụ trách": str(user)},
    )
    return project


def officers_of(unit: Agency) -> QuerySet[User]:
    """The active officers of the unit, or of the one that succeeded it."""
    standing = unit.successor_id or unit.pk
    hats = Membership.objects.filter(
        agency=standing, role=Role.OFFICER, is_active=True, delegated_by__isnull=True, user__is_active=True
    )
    return User.objects.filter(pk__in=hats.values("user"), is_system=False)
