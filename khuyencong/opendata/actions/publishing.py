"""Writing the public face of a đề án, publishing it, withdrawing it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.finding import words
from khuyencong.opendata.door import lock_publication
from khuyencong.opendata.models import Publication, PublicationState, Retraction
from khuyencong.opendata.public import haystack_of, hidden_of, may_agree, preview
from khuyencong.opendata.rules import check_publishing, check_texts, doubtful_words, doubts, suggested_title
from khuyencong.opendata.states import check_step, move
from khuyencong.people.actors import Actor


@transaction.atomic
def write_publication(*, project_id: int, by: Actor, version: int, fields: Mapping[str, Any]) -> Publication:
    """Write the public texts of a đề án, also of one that is published: then they change at once.

    What no longer stands in the texts of a published one, and whoever is no longer among those who agreed, leaves every edition
    of the open data too. `fields`: title, summary, result, `agreed` (keys of establishments), consent_document, and `looked`:
    somebody has looked at the doubtful words. `version` 0: nobody has written any yet. Raises NotAllowed, Stale, Refused.
    """
    publication = lock_publication(project_id, by=by, version=version)
    before = {} if publication.pk is None else _told(publication)
    said, agreed_before = _words(publication), set(publication.agreed)
    publication.title = fields["title"].strip()
    publication.summary, publication.result = fields["summary"].strip(), fields["result"].strip()
    if not {one.pk for one in may_agree(publication)}.issuperset(fields["agreed"]):
        raise Refused("Chỉ hộ, cá nhân đang hoặc đã thụ hưởng đề án mới cần đồng ý nêu tên: hãy mở lại trang.")
    publication.agreed, publication.consent_document = sorted(fields["agreed"]), fields["consent_document"].strip()
    if publication.agreed and not publication.consent_document:
        raise Refused("Hãy ghi văn bản đồng ý nêu tên: số, ngày, của ai.")
    _refuse(check_texts(publication, hidden_of(publication)))
    if fields["looked"]:
        publication.confirmed = doubtful_words(publication)
    _refuse(doubts(publication))
    publication.haystack = haystack_of(preview(publication))
    publication.withheld = []
    if publication.state == PublicationState.PUBLISHED:
        publication.changed_on = today()
        if said - _words(publication) or agreed_before - set(publication.agreed):
            _take_back(publication)
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
    hidden = hidden_of(publication)
    if publication.pk is None:
        publication.title = suggested_title(publication.project, hidden)
    _refuse(check_publishing(publication, hidden))
    publication.haystack, publication.withheld = haystack_of(preview(publication)), []
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
    _take_back(publication)
    record(
        action="publication.withdraw", by=by, subject=publication, thread=publication.thread,
        after={"tên công khai": publication.title}, note=publication.withdrawn_because,
    )  # fmt: skip
    return publication


def _take_back(publication: Publication) -> None:
    """From here on no edition is handed out that still says it (`opendata.months`)."""
    Retraction.objects.create(key=f"de-an:{publication.project.code}", on=today())


def _words(publication: Publication) -> set[str]:
    """The words of the public texts as they are told apart: a mark or a sign more or less takes nothing back."""
    return set(words(f"{publication.title} {publication.summary} {publication.result}"))


def _refuse(findings: Any) -> None:
    if findings:
        raise Refused(" ".join(one.sentence for one in findings), findings=findings)


def _told(publication: Publication) -> dict[str, Any]:
    return {
        "tên công khai": publication.title,
        "tóm tắt": publication.summary,
        "kết quả": publication.result,
        "đồng ý nêu tên": f"{len(publication.agreed)} cơ sở, {publication.consent_document}"
        if publication.agreed
        else "không",
        "lời đã xem lại": ", ".join(publication.confirmed),
        "trạng thái": PublicationState(publication.state).label,
    }
