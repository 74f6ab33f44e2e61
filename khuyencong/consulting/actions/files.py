"""Files of a job or of an advice: on the disk under a made-up name, gone again where the step fails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.consulting.door import lock_advice, lock_job, touch
from khuyencong.consulting.models import Advice, ConsultingFile, Job
from khuyencong.core.errors import Refused
from khuyencong.core.files import check_upload
from khuyencong.people.actors import Actor
from khuyencong.projects.keeping import files_or_nothing

MOST_FILES = 40  # of one job or advice
Uploads: TypeAlias = "Sequence[UploadedFile[bytes]]"


def add_job_files(*, job_id: int, by: Actor, version: int, uploads: Uploads) -> Job:
    """Add contracts, minutes and the like. Raises NotAllowed, Stale, Refused."""
    with files_or_nothing() as kept, transaction.atomic():
        job = lock_job(job_id, by=by, version=version)
        _keep_and_record(job, uploads, by=by, kept=kept)
    return job


def add_advice_files(*, advice_id: int, by: Actor, version: int, uploads: Uploads) -> Advice:
    """Add what the consultant delivered. Raises NotAllowed, Stale, Refused."""
    with files_or_nothing() as kept, transaction.atomic():
        advice = lock_advice(advice_id, by=by, version=version)
        _keep_and_record(advice, uploads, by=by, kept=kept)
    return advice


def _keep_and_record(owner: Job | Advice, uploads: Uploads, *, by: Actor, kept: list[str]) -> None:
    if not uploads:
        raise Refused("Hãy chọn tệp.")
    if owner.files.count() + len(uploads) > MOST_FILES:
        raise Refused(f"Nhiều nhất {MOST_FILES} tệp.")
    for upload in uploads:
        found = check_upload(upload)
        if owner.files.filter(sha256=found.sha256).exists():
            raise Refused(f"Tệp «{found.name}» đã có ở đây.")
        row = ConsultingFile(
            job=owner if isinstance(owner, Job) else None,
            advice=owner if isinstance(owner, Advice) else None,
            name=found.name,
            content_type=found.content_type,
            size=found.size,
            sha256=found.sha256,
            uploaded_by=by.user,
        )
        row.file.save(found.arrive(), upload, save=False)
        kept.append(row.file.name or "")
        row.save()
    touch(owner)
    record(
        action="consulting.files",
        by=by,
        subject=owner,
        thread=owner.thread,
        after={"tệp": "; ".join(one.name or "" for one in uploads)},
    )
