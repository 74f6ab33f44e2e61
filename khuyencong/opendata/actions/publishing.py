"""Writing the public face of a đề án, publishing it, withdrawing it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.finding import haystack
from khuyencong.establishments.models import Establishment
from khuyencong.law.catalogue import activity_name
from khuyencong.opendata.door import lock_publication
from khuyencong.opendata.models import Publication, PublicationState
from khuyencong.opendata.public import may_be_named
from khuyencong.opendata.rules import check_publishing, check_texts, suggested_title
from khuyencong.opendata.states import check_step, move
from khuyencong.people.actors import Actor


@transaction.atomic
def write_publication(*, project_id: int, by: Actor, version: int, fields: Mapping[str, Any]) -> Publication:
    """Write the public texts of a đề án, also of one that is published: then they change at once.

    `version` 0: nobody has written any yet. Raises NotAllowed, Stale, Refused.
    """
    publication = lock_publication(project_id, by=by, version=version)
    before = {} if publication.pk is None else _told(publication)
    publication.title = fields["title"].strip()
    publication.summary, publication.result = fields["summary"].strip(), fields["result"].strip()
    publication.consent, publication.consent_document = fields["consent"], fields["consent_document"].strip()
    if publication.consent and not publication.consent_document:
        raise Refused("Hãy ghi văn bản đồng ý nêu tên: số, ngày, của ai.")
    beneficiaries = beneficiaries_of(publication)
    _refuse(check_texts(publication, beneficiaries))
    publication.haystack = haystack_of(publication, beneficiaries)
    publication.version += 1
    publication.save()
    record(
        action="publication.write", by=by, subject=publication, thread=publication.thread,
        before=before, after=_told(publication),
    )  # fmt: skip
    return publication


@transaction.atomic
def publish_project(*, project_id: int, by: Actor, version: int) -> Publication:
    """Let everybody read it from now on; where nobody has written anything, under the name of the đề án.

    Raises NotAllowed, Stale, Refused with what of a person stands in the texts.
    """
    publication = lock_publication(project_id, by=by, version=version)
    check_step(publication, "publish")
    beneficiaries = beneficiaries_of(publication)
    if publication.pk is None:
        publication.title = suggested_title(publication.project, beneficiaries)
    _refuse(check_publishing(publication, beneficiaries))
    publication.haystack = haystack_of(publication, beneficiaries)
    publication.published_on, publication.published_by = today(), by.user
    publication.withdrawn_on, publication.withdrawn_by, publication.withdrawn_because = None, None, ""
    move(publication, "publish")
    record(
        action="publication.publish", by=by, subject=publication, thread=publication.thread, after=_told(publication)
    )
    return publication


@transaction.atomic
def withdraw_publication(*, project_id: int, by: Actor, version: int, reason: str) -> Publication:
    """Take it off every public page, file and endpoint, with a reason. Raises NotAllowed, Stale, Refused."""
    publication = lock_publication(project_id, by=by, version=version)
    check_step(publication, "withdraw")
    if not reason.strip():
        raise Refused("Hãy ghi lý do gỡ.")
    publication.withdrawn_on, publication.withdrawn_by = today(), by.user
    publication.withdrawn_because = reason.strip()
    move(publication, "withdraw")
    record(
        action="publication.withdraw", by=by, subject=publication, thread=publication.thread,
        after={"tên công khai": publication.title}, note=publication.withdrawn_because,
    )  # fmt: skip
    return publication


def beneficiaries_of(publication: Publication) -> list[Establishment]:
    """The establishments of the đề án; one query."""
    found = Establishment.objects.filter(benefits__project=publication.project, benefits__left_on__isnull=True)
    return list(found.order_by("pk"))


def haystack_of(publication: Publication, beneficiaries: list[Establishment]) -> str:
    """By what the public finds it: its public words and place, and the names that may be said."""
    project = publication.project
    province = project.province.current or project.province
    names = [one.name for one in beneficiaries if may_be_named(one.kind, consent=publication.consent)]
    return haystack(
        publication.title, project.code, activity_name(project.activity), project.province.name, province.name,
        *names, publication.summary, publication.result,
    )  # fmt: skip


def _refuse(findings: Any) -> None:
    if findings:
        raise Refused(" ".join(one.sentence for one in findings), findings=findings)


def _told(publication: Publication) -> dict[str, Any]:
    return {
        "tên công khai": publication.title,
        "tóm tắt": publication.summary,
        "kết quả": publication.result,
        "đồng ý nêu tên": publication.consent_document if publication.consent else "không",
        "trạng thái": PublicationState(publication.state).label,
    }
