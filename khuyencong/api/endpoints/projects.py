"""Đề án: reading them, writing a draft, handing it in."""

from __future__ import annotations

from typing import Annotated, Any

from django.shortcuts import get_object_or_404
from ninja import File, Form, Router
from ninja.files import UploadedFile
from pydantic import Field

from khuyencong.api.checked import as_typed, checked, with_places
from khuyencong.api.cursors import Cursor, Limit, Page, page_of
from khuyencong.api.door import ApiRequest
from khuyencong.api.endpoints.project_shapes import (
    PARTS,
    RELATED,
    BeneficiaryIn,
    EstimateIn,
    EventOut,
    ProjectChange,
    ProjectIn,
    ProjectOut,
    ProjectRow,
    ReasonIn,
    Source,
    row_of,
    whole,
)
from khuyencong.api.once import creation_key
from khuyencong.api.operations import act, change, create, read, remove
from khuyencong.api.problems import wrong
from khuyencong.api.scopes import Scope
from khuyencong.api.shapes import Code, Key, NothingIn, OneOf, Year
from khuyencong.audit.labels import ACTIONS
from khuyencong.audit.queries import timeline
from khuyencong.establishments.models import Establishment
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.projects import actions
from khuyencong.projects.actions.draft import DRAFT_FIELDS
from khuyencong.projects.forms import EditProjectForm, NewProjectForm
from khuyencong.projects.models import AttachmentKind, Project
from khuyencong.projects.states import ProjectState
from khuyencong.projects.web import editable_or_404, project_or_404

router = Router(tags=["Đề án"])

State = Annotated[str, OneOf(ProjectState.values)]
FileKind = Annotated[str, OneOf(AttachmentKind.values)]
MOST_EVENTS = 200


def shown(actor: Actor, code: str) -> dict[str, Any]:
    """The đề án as it stands; a constant number of queries."""
    rows = Project.objects.visible_to(actor).with_money().select_related(*RELATED).prefetch_related(*PARTS)
    return whole(get_object_or_404(rows, code=code))


@read(router, "/projects", Scope.PROJECTS_READ, Page[ProjectRow], "Danh sách đề án")
def projects(
    request: ApiRequest,
    q: Annotated[str, Field(max_length=200)] = "",
    year: Year | None = None,
    source: Source | None = None,
    state: State | None = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> dict[str, Any]:
    """Those in scope."""
    found = Project.objects.visible_to(request.actor)
    if q:
        found = found.search(q)
    for name, value in (("year", year), ("source", source), ("state", state)):
        if value is not None:
            found = found.filter(**{name: value})
    rows = found.with_money().select_related(*RELATED)
    return page_of(rows, of="projects", cursor=cursor, limit=limit, show=row_of)


@read(router, "/projects/{code}", Scope.PROJECTS_READ, ProjectOut, "Một đề án")
def project(request: ApiRequest, code: Code) -> dict[str, Any]:
    """The đề án with beneficiaries, estimate and files."""
    return shown(request.actor, code)


@read(router, "/projects/{code}/events", Scope.PROJECTS_READ, list[EventOut], "Diễn biến của một đề án")
def project_events(request: ApiRequest, code: Code) -> list[dict[str, Any]]:
    """The latest steps, oldest first; who did them stays in the system."""
    found = project_or_404(request.actor, code)
    events = list(timeline(found.thread).order_by("-seq")[:MOST_EVENTS])
    return [
        {
            "seq": one.seq,
            "at": one.at.isoformat(),
            "event": one.action,
            "label": ACTIONS.get(one.action, one.action),
            "agency": one.agency_label,
        }
        for one in reversed(events)
    ]


@create(router, "/projects", Scope.PROJECTS_WRITE, ProjectOut, "Lập đề án (bản soạn)", stands_at="/projects/{code}")
def project_create(request: ApiRequest, body: ProjectIn) -> dict[str, Any]:
    """Open a đề án of the token's agency."""
    key = creation_key(request)
    values = with_places(body.model_dump(exclude_unset=True)) | {"creation_key": key}
    fields = checked(NewProjectForm(as_typed(values), actor=request.actor))
    made = actions.create_project(
        by=request.actor, creation_key=key, source=fields["source"], province=fields["province"], fields=fields
    )
    return shown(request.actor, made.code)


@change(router, "/projects/{code}", Scope.PROJECTS_WRITE, ProjectOut, "Sửa thuyết minh đề án")
def project_change(request: ApiRequest, code: Code, body: ProjectChange) -> dict[str, Any]:
    """Change the description of a draft."""
    found = editable_or_404(request.actor, code)
    given = with_places(body.model_dump(exclude_unset=True, exclude={"work_items", "indicators"}))
    standing = {name: getattr(found, name) for name in DRAFT_FIELDS}
    values = as_typed(standing | given | {"version": request.expected_version})
    fields = checked(EditProjectForm(values, project=found, initial=standing))
    actions.update_project(
        project_id=found.pk, by=request.actor, version=request.expected_version, fields=fields, rows=_rows(body)
    )
    return shown(request.actor, code)


def _rows(body: ProjectChange) -> actions.ContentRows:
    """The lists that are named."""
    work = None if body.work_items is None else [actions.WorkInput(**one.model_dump()) for one in body.work_items]
    figures = (
        None if body.indicators is None else [actions.IndicatorInput(**one.model_dump()) for one in body.indicators]
    )
    return actions.ContentRows(work_items=work, indicators=figures)


@act(router, "/projects/{code}/beneficiaries", Scope.PROJECTS_WRITE, ProjectOut, "Thêm cơ sở thụ hưởng")
def project_beneficiary_add(request: ApiRequest, code: Code, body: BeneficiaryIn) -> dict[str, Any]:
    """Name an establishment of the registry."""
    found = editable_or_404(request.actor, code)
    chosen = Establishment.objects.visible_to(request.actor).filter(pk=body.establishment)
    establishment = chosen.select_related("province").first()
    if establishment is None:
        raise wrong("body.establishment", "Không có cơ sở này trong phạm vi của mã truy cập.")
    actions.add_beneficiary(
        project_id=found.pk,
        by=request.actor,
        version=request.expected_version,
        establishment=establishment,
        place_text=body.place_text,
        commits_own_capital=body.commits_own_capital,
        declares_no_other_support=body.declares_no_other_support,
    )
    return shown(request.actor, code)


@remove(router, "/projects/{code}/beneficiaries/{id}", Scope.PROJECTS_WRITE, ProjectOut, "Đưa cơ sở ra khỏi đề án")
def project_beneficiary_remove(request: ApiRequest, code: Code, id: Key) -> dict[str, Any]:  # noqa: A002  # the name in the address
    """Take a beneficiary out of a draft, with its lines."""
    found = editable_or_404(request.actor, code)
    actions.remove_beneficiary(
        project_id=found.pk, by=request.actor, version=request.expected_version, beneficiary_id=id
    )
    return shown(request.actor, code)


@change(router, "/projects/{code}/estimate", Scope.PROJECTS_WRITE, ProjectOut, "Ghi dự toán (Mẫu số 1)", whole=True)
def project_estimate(request: ApiRequest, code: Code, body: EstimateIn) -> dict[str, Any]:
    """Replace the estimate."""
    found = editable_or_404(request.actor, code)
    lines = []
    for one in body.lines:
        values = one.model_dump()
        of, quoted = values.pop("beneficiary"), values.pop("quotation")
        lines.append(actions.LineInput(**values, beneficiary_id=of, quotation_id=quoted))
    actions.save_estimate(project_id=found.pk, by=request.actor, version=request.expected_version, lines=lines)
    return shown(request.actor, code)


@act(router, "/projects/{code}/files", Scope.PROJECTS_WRITE, ProjectOut, "Đính kèm tệp", takes_file=True)
def project_file(
    request: ApiRequest,
    code: Code,
    kind: Form[FileKind],
    file: File[UploadedFile],
) -> dict[str, Any]:
    """Attach a file, sent as multipart/form-data: PDF, Word, Excel, PNG or JPEG up to 20 MB."""
    found = editable_or_404(request.actor, code)
    actions.attach_file(project_id=found.pk, by=request.actor, version=request.expected_version, kind=kind, upload=file)
    return shown(request.actor, code)


@act(router, "/projects/{code}/submit", Scope.PROJECTS_SUBMIT, ProjectOut, "Gửi đề án đi thẩm định")
def project_submit(request: ApiRequest, code: Code, body: NothingIn) -> dict[str, Any]:
    """Hand the đề án in; where it may not be, `findings` say all that is missing."""
    found = project_or_404(request.actor, code)
    actions.submit(project_id=found.pk, by=request.actor, version=request.expected_version)
    return shown(request.actor, code)


@act(router, "/projects/{code}/withdraw", Scope.PROJECTS_SUBMIT, ProjectOut, "Rút đề án")
def project_withdraw(request: ApiRequest, code: Code, body: ReasonIn) -> dict[str, Any]:
    """Take the đề án back before it is decided on."""
    found = project_or_404(request.actor, code)
    require(request.actor, Permission.PROJECT_WITHDRAW, found)
    actions.withdraw(project_id=found.pk, by=request.actor, version=request.expected_version, reason=body.reason)
    return shown(request.actor, code)
