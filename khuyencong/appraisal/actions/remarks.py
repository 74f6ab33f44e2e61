"""Remarks between the two levels of appraisal."""

from __future__ import annotations

from django.db import transaction

from khuyencong.appraisal.models import Remark
from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.notices.actions import notify, people_of
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.roles import Role
from khuyencong.projects.door import lock_project, touch
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState as S
from khuyencong.projects.states import Route

NO_REMARKS = "Sở và Cục trao đổi về đề án quốc gia qua cả hai cấp thẩm định, trước khi có quyết định."
# As long as nobody has decided; afterwards there is nothing to settle between the levels.
OPEN = frozenset({S.SUBMITTED, S.RETURNED, S.BASE_APPRAISED, S.CENTRAL_APPRAISED})


def may_remark(actor: Actor, project: Project) -> bool:
    """An appraiser of either level, where a đề án passes both (TT 36/2013 Đ8) and is not decided on."""
    return (
        project.route == Route.NATIONAL and project.state in OPEN and allowed(actor, Permission.APPRAISAL_NOTE, project)
    )


def may_read_remarks(actor: Actor, project: Project) -> bool:
    """Everybody at the two agencies; the unit whose đề án it is does not listen."""
    return project.route == Route.NATIONAL and bool(actor.agency_ids & {project.department_id, project.funder_id})


@transaction.atomic
def remark(*, project_id: int, by: Actor, version: int, text: str) -> Remark:
    """Say something to the appraisers of the other level; it stays. Raises NotAllowed, Stale, Refused."""
    project = lock_project(project_id, by=by, permission=Permission.APPRAISAL_NOTE, version=version)
    if not may_remark(by, project):
        raise Refused(NO_REMARKS, article="TT 36/2013 Đ8")
    if not text.strip():
        raise Refused("Hãy ghi ý kiến.")
    made = Remark.objects.create(project=project, agency=by.agency, by=by.user, text=text)
    touch(project)
    other = project.department if by.is_national else project.funder
    if other is not None:
        url = f"{project.get_absolute_url()}?tab=tham-dinh"
        sentence = f"{by.agency.short_name} trao đổi về đề án {project.code}."
        notify(users=people_of(other, Role.APPRAISER), sentence=sentence, url=url)
    # The words stay between the two levels; the trail is read by the unit as well.
    record(action="project.remark", by=by, subject=project, thread=project.thread, after={"ý kiến số": made.pk})
    return made
