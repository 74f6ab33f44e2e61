"""Recording a visit to the place of a đề án."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from khuyencong.appraisal.models import SiteVisit, VisitPhoto
from khuyencong.audit.actions import record
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.projects.door import lock_project, touch
from khuyencong.projects.keeping import files_or_nothing
from khuyencong.projects.models import AttachmentKind, Project
from khuyencong.projects.photos import keep_shot
from khuyencong.projects.states import ProjectState

FIELDS = ("visited_on", "people", "place", "latitude", "longitude", "findings")
MOST_PHOTOS = 20
# Before the decision: later visits are inspections.
VISITED = frozenset({ProjectState.SUBMITTED, ProjectState.BASE_APPRAISED, ProjectState.CENTRAL_APPRAISED})


def record_visit(
    *,
    project_id: int,
    by: Actor,
    version: int,
    fields: Mapping[str, Any],
    photos: Sequence[UploadedFile[bytes]] = (),
) -> SiteVisit:
    """Write down who saw what on the spot; the photos become files of the đề án, with the camera's time and place.

    Raises NotAllowed, Stale, Refused. When the database refuses, the files are removed from the disk again.
    """
    with files_or_nothing() as kept:
        with transaction.atomic():
            project = lock_project(project_id, by=by, permission=Permission.APPRAISAL_NOTE, version=version)
            _check(project, fields, photos)
            visit = SiteVisit.objects.create(
                project=project, agency=by.agency, by=by.user, **{name: fields[name] for name in FIELDS}
            )
            shots = [_keep_photo(visit, upload, by, kept) for upload in photos]
            touch(project)
            record(
                action="project.visit",
                by=by,
                subject=project,
                thread=project.thread,
                after={
                    "ngày": visit.visited_on.isoformat(),
                    "nơi": visit.place,
                    "ảnh": [str(one.attachment) for one in shots],
                },
                note=visit.findings,
            )
        return visit


def _check(project: Project, fields: Mapping[str, Any], photos: Sequence[UploadedFile[bytes]]) -> None:
    if project.state not in VISITED:
        raise Refused(f"Đề án ở trạng thái «{project.get_state_display()}» không ghi kiểm tra để thẩm định.")
    if fields["visited_on"] > today():
        raise Refused("Ngày kiểm tra không được ở tương lai.")
    if (fields["latitude"] is None) != (fields["longitude"] is None):
        raise Refused("Ghi cả vĩ độ và kinh độ, hoặc để trống cả hai.")
    if not fields["findings"].strip() or not fields["people"].strip() or not fields["place"].strip():
        raise Refused(f"Hãy ghi người tham gia, địa điểm và kết quả kiểm tra ngày {format_date(fields['visited_on'])}.")
    if len(photos) > MOST_PHOTOS:
        raise Refused(f"Mỗi lần kiểm tra có nhiều nhất {MOST_PHOTOS} ảnh.")


def _keep_photo(visit: SiteVisit, upload: UploadedFile[bytes], by: Actor, kept: list[str]) -> VisitPhoto:
    attachment, shot = keep_shot(visit.project, kind=AttachmentKind.PHOTO, upload=upload, by=by, kept=kept)
    return VisitPhoto.objects.create(
        visit=visit,
        attachment=attachment,
        taken_at=shot.taken_at,
        latitude=shot.latitude,
        longitude=shot.longitude,
    )
