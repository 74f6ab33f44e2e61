"""Explaining a policy for owners: written by an officer, let out by a leader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED, save_once
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.normbook.book import all_documents
from khuyencong.outreach.door import lock_policy, need
from khuyencong.outreach.models import ExplainedDocument, PolicyArticle, PolicyState
from khuyencong.outreach.states import check_policy_step, move_policy
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require

MOST_DOCUMENTS = 20


@transaction.atomic
def write_policy(*, by: Actor, creation_key: UUID, fields: Mapping[str, Any]) -> PolicyArticle:
    """A new explanation, as a draft. Raises NotAllowed, Refused."""
    article = PolicyArticle(agency=by.agency, creation_key=creation_key, created_by=by.user)
    require(by, Permission.OUTREACH_MANAGE, article)
    earlier = PolicyArticle.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.created_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    documents = _write(article, fields)
    made = save_once(article, author="created_by")
    if made is not None:
        return made
    _name_documents(article, documents)
    record(action="policy.write", by=by, subject=article, thread=article.thread, after=_told(article, documents))
    return article


@transaction.atomic
def change_policy(*, article_id: int, by: Actor, version: int, fields: Mapping[str, Any]) -> PolicyArticle:
    """Write a draft anew; what is published is taken down first. Raises NotAllowed, Stale, Refused."""
    article = lock_policy(article_id, by=by, permission=Permission.OUTREACH_MANAGE, version=version)
    if article.state != PolicyState.DRAFT:
        raise Refused("Bài đã đăng: gỡ xuống để sửa, rồi duyệt đăng lại.")
    documents = _write(article, fields)
    article.version += 1
    article.save()
    article.documents.all().delete()
    _name_documents(article, documents)
    record(action="policy.write", by=by, subject=article, thread=article.thread, after=_told(article, documents))
    return article


@transaction.atomic
def publish_policy(*, article_id: int, by: Actor, version: int) -> PolicyArticle:
    """A leader lets it out; everybody may read it from now on. Raises NotAllowed, Stale, Refused."""
    article = lock_policy(article_id, by=by, permission=Permission.OUTREACH_PUBLISH, version=version)
    check_policy_step(article, "publish")
    article.published_on, article.approved_by = today(), by.user
    move_policy(article, "publish")
    record(action="policy.publish", by=by, subject=article, thread=article.thread, after={"bài": article.title})
    return article


@transaction.atomic
def take_down_policy(*, article_id: int, by: Actor, version: int) -> PolicyArticle:
    """It is a draft again. Raises NotAllowed, Stale, Refused."""
    article = lock_policy(article_id, by=by, permission=Permission.OUTREACH_MANAGE, version=version)
    check_policy_step(article, "take_down")
    article.published_on, article.approved_by = None, None
    move_policy(article, "take_down")
    record(action="policy.take_down", by=by, subject=article, thread=article.thread, after={"bài": article.title})
    return article


def _write(article: PolicyArticle, fields: Mapping[str, Any]) -> list[str]:
    """Put the fields in place; the ids of the documents that it explains."""
    article.title = need(fields["title"], "Hãy ghi câu hỏi hoặc tên bài.")
    article.body = need(fields["body"], "Hãy ghi phần giải thích.")
    article.as_of = fields["as_of"]
    if article.as_of > today():
        raise Refused(f"Bài đúng theo văn bản đến một ngày không sau hôm nay ({format_date(today())}).")
    documents = list(dict.fromkeys(fields["documents"]))
    if not 1 <= len(documents) <= MOST_DOCUMENTS:
        raise Refused(f"Hãy chọn từ 1 đến {MOST_DOCUMENTS} văn bản mà bài giải thích.")
    known = {one.id for one in all_documents()}
    if not known.issuperset(documents):
        raise Refused("Có văn bản không còn trong sổ văn bản: hãy chọn lại.")
    return documents


def _name_documents(article: PolicyArticle, documents: list[str]) -> None:
    ExplainedDocument.objects.bulk_create(ExplainedDocument(article=article, document=one) for one in documents)


def _told(article: PolicyArticle, documents: list[str]) -> dict[str, Any]:
    return {"bài": article.title, "đúng đến ngày": article.as_of.isoformat(), "văn bản": ", ".join(documents)}
