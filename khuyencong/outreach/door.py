"""How an action takes hold of a work or of an explained policy: locked, permitted, and still what the page showed."""

from __future__ import annotations

from khuyencong.core.errors import Refused, Stale
from khuyencong.outreach.models import PolicyArticle, Work
from khuyencong.outreach.states import check_step
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require

STALE = "{} đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại rồi làm lại nếu vẫn cần."


def lock_work(work_id: int, *, by: Actor, permission: Permission, version: int, step: str = "") -> Work:
    """The work, locked until the transaction ends; with `step` only where the table allows it. Must be called in a transaction.

    Raises NotAllowed, Stale, Refused.
    """
    work = Work.objects.select_for_update(of=("self",)).select_related("project__province__current").get(pk=work_id)
    require(by, permission, work)
    if work.version != version:
        raise Stale(STALE.format("Sản phẩm"))
    if step:
        check_step(work, step)
    return work


def lock_policy(article_id: int, *, by: Actor, permission: Permission, version: int) -> PolicyArticle:
    """As `lock_work`."""
    rows = PolicyArticle.objects.select_for_update(of=("self",)).select_related("agency__province")
    article = rows.get(pk=article_id)
    require(by, permission, article)
    if article.version != version:
        raise Stale(STALE.format("Bài"))
    return article


def need(text: str, sentence: str) -> str:
    """The text without blanks around it; Refused with the sentence where nothing is left."""
    found = text.strip()
    if not found:
        raise Refused(sentence)
    return found
