"""The papers of many records: asked for at once, made one by one, so that a stop loses nothing and makes nothing twice."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID, uuid4

from django.db import transaction
from django.http import Http404

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED, save_once
from khuyencong.core.errors import DomainError, Refused, Stale
from khuyencong.papers.actions.making import told
from khuyencong.papers.drawing_up import draw_up, template_in_force
from khuyencong.papers.form import Form
from khuyencong.papers.models import BatchItem, Paper, PaperBatch
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.projects.keeping import files_or_nothing

MOST = 1_000
MOVED_ON = "Bộ giấy tờ đã được lập tiếp ở một trang khác: trang này hiện kết quả mới nhất."


@transaction.atomic
def begin_batch(*, form: Form, group: str, keys: Collection[str], by: Actor, creation_key: UUID) -> PaperBatch:
    """Ask for the papers of the records `keys` of that group; none is made yet. The same `creation_key` gives the first back.

    Raises NotAllowed, and Refused where nothing was chosen, or a record is not of the group.
    """
    found = PaperBatch(form=form.code, agency=by.agency, creation_key=creation_key, made_by=by.user, wanted=0)
    require(by, Permission.PAPER_MAKE, found)
    earlier = PaperBatch.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.made_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    gathered = form.subject.gathered
    if gathered is None:
        raise Refused(f"«{form.title}» không lập được hàng loạt.")
    name = dict(gathered.groups(by)).get(group)
    members = [one for one in gathered.members(by, group) if one[0] in keys] if name else []
    if not members or len(members) != len(set(keys)):
        raise Refused("Hãy chọn ít nhất một bản ghi trong danh sách đang hiện.")
    if len(members) > MOST:
        raise Refused(f"Mỗi bộ có tối đa {MOST} giấy tờ.")
    found.title, found.wanted = f"{form.title}: {name}"[:300], len(members)
    again = save_once(found, author="made_by")
    if again is not None:
        return again
    BatchItem.objects.bulk_create(
        BatchItem(batch=found, position=at, key=key, label=label[:400])
        for at, (key, label) in enumerate(members, start=1)
    )
    after = {"bộ": found.title, "số giấy tờ": found.wanted}
    record(action="paper.batch", by=by, subject=found, thread=found.thread, after=after)
    return found


def make_next(*, batch_id: int, by: Actor, form: Form, version: int) -> PaperBatch:
    """Make the next paper of the batch; where that cannot be, its record says why and the others go on.

    Raises NotAllowed, Stale, Refused where all are made.
    """
    batch = PaperBatch.objects.select_related("agency").get(pk=batch_id)
    item = _next(batch, by, version)
    # Filled before the transaction: it takes a while, and nobody waits for it. Who was slower throws the paper away.
    with files_or_nothing() as kept:
        paper = _draw(item, form, by, kept)
        with transaction.atomic():
            batch = PaperBatch.objects.select_for_update(of=("self",)).select_related("agency").get(pk=batch_id)
            _next(batch, by, version)
            batch.version += 1
            batch.made += 1
            batch.save(update_fields=["made", "version", "moved_at"])
            if paper is not None:
                paper.save()
                item.paper = paper
            item.save(update_fields=["paper", "told"])
            if paper is not None:
                after = told(paper) | {"bộ": batch.title}
                record(action="paper.make", by=by, subject=paper, thread=paper.thread, after=after)
    return batch


def _next(batch: PaperBatch, by: Actor, version: int) -> BatchItem:
    """The record whose paper is made next. Raises NotAllowed, Stale, Refused where all are made."""
    require(by, Permission.PAPER_MAKE, batch)
    if batch.version != version:
        raise Stale(MOVED_ON)
    item = batch.items.filter(paper__isnull=True, told="").order_by("position").first()
    if item is None or not batch.runs:
        raise Refused("Bộ giấy tờ này đã lập xong.")
    return item


def _draw(item: BatchItem, form: Form, by: Actor, kept: list[str]) -> Paper | None:
    """The paper of that record, not saved yet; None where there can be none, and the item says why."""
    try:
        about = form.subject.find(by, item.key)
        template = template_in_force(by.agency_ids, form)
        return draw_up(form, about, item.key, by=by, template=template, creation_key=uuid4(), kept=kept)
    except Http404:
        item.told = "Bản ghi không còn, hoặc ngoài phạm vi của bạn."
    except DomainError as error:
        item.told = str(error)[:1000]
    return None
