"""How an action takes hold of a paper."""

from __future__ import annotations

from khuyencong.audit.queries import last_change
from khuyencong.core.errors import Stale
from khuyencong.papers.models import Paper
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require

STALE = "Giấy này đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại rồi làm lại nếu vẫn cần."


def lock_paper(paper_id: int, *, by: Actor, version: int) -> Paper:
    """The paper of the actor's agency, locked until the transaction ends. Raises NotAllowed, Stale."""
    rows = Paper.objects.select_for_update(of=("self",)).select_related("agency")
    paper = rows.get(pk=paper_id)
    require(by, Permission.PAPER_MAKE, paper)
    if paper.version != version:
        raise Stale(f"{STALE} {last_change(paper.thread)}".strip())
    return paper
