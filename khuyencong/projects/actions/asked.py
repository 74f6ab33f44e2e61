"""What an agency asks for in dossiers besides the law."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from khuyencong.audit.actions import record
from khuyencong.core.creation import save_once
from khuyencong.core.errors import Refused, Stale
from khuyencong.law.papers import Stage
from khuyencong.law.regulations import regulations
from khuyencong.notices.actions import notify
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.projects.door import lock_project, touch
from khuyencong.projects.dossier import asked_of, text_of
from khuyencong.projects.dossier_rules import require_open
from khuyencong.projects.models import AskedPaper


@transaction.atomic
def ask_for_paper(
    *, project_id: int, by: Actor, version: int, stage: Stage, text: str, basis: str, law_key: str = ""
) -> AskedPaper:
    """Ask for one more paper with one đề án, or make one of the law's list obligatory; the unit is told.

    Raises NotAllowed, Stale, Refused where it is asked for already or the đề án is at rest.
    """
    project = lock_project(project_id, by=by, permission=Permission.DOSSIER_JUDGE, version=version)
    require_open(project)
    asked = _asked(by, stage=stage, text=text, basis=basis, law_key=law_key)
    if asked_of(project).filter(law_key=law_key, text=text).exists():
        raise Refused("Giấy tờ này đang được yêu cầu bắt buộc.")
    asked.project = project
    asked.save()
    touch(project)
    said = asked.text or text_of(law_key)
    person = project.in_charge or project.created_by
    if person.pk != by.user.pk:
        url = reverse("project_paper", args=[project.code, asked.key])
        sentence = f"{by.agency.short_name} yêu cầu «{said}» trong hồ sơ đề án {project.code}."
        notify(users=[person], sentence=sentence, url=url)
    record(
        action="project.paper_ask",
        by=by,
        subject=project,
        thread=project.thread,
        after={"giấy tờ": said, "bước": stage.label, "căn cứ": basis},
    )
    return asked


@transaction.atomic
def ask_of_all(
    *,
    by: Actor,
    creation_key: UUID,
    stage: Stage,
    text: str,
    basis: str,
    law_key: str = "",
    activity: str = "",
) -> AskedPaper:
    """Ask for a paper with every đề án that the agency looks at, of one activity or all. Raises NotAllowed, Refused."""
    require(by, Permission.DOSSIER_JUDGE)
    asked = _asked(by, stage=stage, text=text, basis=basis, law_key=law_key)
    asked.activity, asked.creation_key = activity, creation_key
    standing = AskedPaper.objects.filter(
        agency=by.agency, project__isnull=True, activity=activity, law_key=law_key, text=text, ended_at__isnull=True
    ).exclude(creation_key=creation_key)
    if standing.exists():
        raise Refused("Cơ quan đang yêu cầu giấy tờ này rồi.")
    earlier = save_once(asked, author="by")
    if earlier is not None:
        return earlier
    record(
        action="paper.ask",
        by=by,
        subject=asked,
        thread=f"agency:{by.agency.pk}",
        after={"giấy tờ": asked.text or text_of(law_key), "bước": stage.label, "căn cứ": basis, "nội dung": activity},
    )
    return asked


@transaction.atomic
def stop_asking(*, asked_id: int, by: Actor, version: int) -> AskedPaper:
    """Ask for the paper no longer; what was handed in for it stays. Raises NotAllowed, Stale, Refused."""
    asked = AskedPaper.objects.select_for_update(of=("self",)).select_related("project", "agency").get(pk=asked_id)
    require(by, Permission.DOSSIER_JUDGE, asked)
    if asked.version != version:
        raise Stale("Yêu cầu này đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại.")
    if asked.ended_at is not None:
        raise Refused("Giấy tờ này đã thôi yêu cầu.")
    asked.version += 1
    asked.ended_by, asked.ended_at = by.user, timezone.now()
    asked.save(update_fields=["ended_by", "ended_at", "version"])
    subject = asked.project or asked
    thread = asked.project.thread if asked.project else f"agency:{asked.agency_id}"
    record(
        action="paper.ask_end",
        by=by,
        subject=subject,
        thread=thread,
        before={"giấy tờ": asked.text or text_of(asked.law_key)},
    )
    return asked


def _asked(by: Actor, *, stage: Stage, text: str, basis: str, law_key: str) -> AskedPaper:
    if bool(text) == bool(law_key):
        raise Refused("Chọn một giấy tờ theo quy định, hoặc ghi tên giấy tờ yêu cầu thêm.")
    if law_key and all(paper.key != law_key for paper in regulations().papers):
        raise Refused("Giấy tờ này không có trong danh mục theo quy định.")
    if law_key and not law_key.startswith(f"{stage}."):
        raise Refused("Giấy tờ này thuộc một bước khác.")
    return AskedPaper(agency=by.agency, stage=stage, text=text, basis=basis, law_key=law_key, by=by.user)
