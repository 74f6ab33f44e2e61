"""How an action takes hold of a đề án: locked, permitted, and still the one that the form showed."""

from __future__ import annotations

from collections.abc import Iterable

from khuyencong.audit.models import AuditEvent
from khuyencong.audit.queries import last_change
from khuyencong.core.errors import Refused, Stale
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.projects.models import Project
from khuyencong.projects.states import EDITABLE, find_transition, permission_of

STALE = "Đề án đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại rồi làm lại nếu vẫn cần."


def lock_project(project_id: int, *, by: Actor, permission: Permission, version: int) -> Project:
    """The project, locked until the transaction ends.

    Raises NotAllowed where the matrix refuses, Stale where `version` is not the current one. Must be called inside
    a transaction.
    """
    project = (
        Project.objects.select_for_update(of=("self",))
        .select_related("province__current", "province_before", "implementing_unit", "department", "funder", "payer")
        .get(pk=project_id)
    )
    require(by, permission, project)
    if project.version != version:
        raise Stale(f"{STALE} {last_change(project.thread)}".strip())
    return project


def lock_for_step(project_id: int, name: str, *, by: Actor, version: int) -> Project:
    """As `lock_project`, for the step `name` of the transition table; Refused where the state does not allow it."""
    project = lock_project(project_id, by=by, permission=permission_of(name), version=version)
    if find_transition(name, state=project.state, route=project.route) is None:
        raise Refused(f"Không thể làm bước này khi đề án ở trạng thái «{project.get_state_display()}».")
    return project


def lock_draft(project_id: int, *, by: Actor, version: int) -> Project:
    """As `lock_project`, for changing the contents; Refused unless the project is being written."""
    project = lock_project(project_id, by=by, permission=Permission.PROJECT_EDIT, version=version)
    if project.state not in EDITABLE:
        raise Refused(f"Đề án ở trạng thái «{project.get_state_display()}» không sửa được nội dung.")
    return project


# What a person does to a đề án while it is being written; see audit.labels.
WRITING = (
    "project.create",
    "project.update",
    "project.add_beneficiary",
    "project.remove_beneficiary",
    "project.set_commitments",
    "project.save_estimate",
    "project.submit",
    "project.completion_answer",
)


def has_written(project: Project, by: Actor) -> bool:
    """Whether this person had a hand in the đề án, under whatever hat: then others judge it. One query."""
    return AuditEvent.objects.filter(thread=project.thread, actor=by.user, action__in=WRITING).exists()


def written_among(projects: Iterable[Project], by: Actor) -> set[int]:
    """The keys of those in which this person had a hand; one query."""
    threads = {project.thread: project.pk for project in projects}
    events = AuditEvent.objects.filter(thread__in=threads, actor=by.user, action__in=WRITING).order_by()
    return {threads[thread] for thread in events.values_list("thread", flat=True)}


def touch(project: Project) -> None:
    """Count a change that does not move the state, so that forms opened before it are refused."""
    project.version += 1
    project.save(update_fields=["version"])
