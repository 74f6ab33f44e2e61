"""Making one paper, and giving it the number under which it goes out."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED, save_once
from khuyencong.core.errors import Refused
from khuyencong.papers.door import lock_paper
from khuyencong.papers.drawing_up import SHIPPED, draw_up, template_in_force
from khuyencong.papers.form import Form
from khuyencong.papers.models import Paper
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.projects.keeping import files_or_nothing


def make_paper(*, form: Form, key: str, by: Actor, creation_key: UUID) -> Paper:
    """Make the paper of the record `key` as it stands now; the same `creation_key` twice gives the first back.

    Raises NotAllowed, Http404 where the record is out of scope, Refused where the template cannot be filled.
    """
    require(by, Permission.PAPER_MAKE, Paper(agency=by.agency))
    earlier = Paper.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.created_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    about = form.subject.find(by, key)
    template = template_in_force(by.agency_ids, form)
    # Filled before the transaction: it takes a while, and nobody waits for it.
    with files_or_nothing() as kept:
        paper = draw_up(form, about, key, by=by, template=template, creation_key=creation_key, kept=kept)
        with transaction.atomic():
            again = save_once(paper, author="created_by")
            if again is not None:
                paper.file.storage.delete(kept[0])
                return again
            record(action="paper.make", by=by, subject=paper, thread=paper.thread, after=told(paper))
    return paper


def told(paper: Paper) -> dict[str, str]:
    """What the trail says of a paper that was made."""
    return {
        "giấy tờ": paper.title,
        "về": paper.about,
        "số": paper.number,
        "mẫu": str(paper.template) if paper.template else SHIPPED,
        "sha256": paper.sha256,
    }


@transaction.atomic
def give_number(*, paper_id: int, by: Actor, version: int, number: str) -> Paper:
    """Write down the number under which the paper goes out. Raises NotAllowed, Stale, Refused where it has none to give."""
    paper = lock_paper(paper_id, by=by, version=version)
    number = number.strip()
    if not number or number == paper.number:
        raise Refused("Hãy nhập số mới của giấy.")
    before, paper.number = paper.number, number
    paper.version += 1
    paper.save(update_fields=["number", "version"])
    record(
        action="paper.number",
        by=by,
        subject=paper,
        thread=paper.thread,
        before={"số": before},
        after={"số": number},
    )
    return paper
