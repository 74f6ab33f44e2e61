"""How an action takes hold of a job or of an advice: locked, permitted, and still what the page showed."""

from __future__ import annotations

from khuyencong.consulting.models import Advice, Client, Job, Target
from khuyencong.consulting.states import check_step
from khuyencong.core.errors import Refused, Stale
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require

STALE = "{} đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại rồi làm lại nếu vẫn cần."


def lock_job(job_id: int, *, by: Actor, version: int, step: str = "") -> Job:
    """The job, locked until the transaction ends; with `step` only where the table allows it. Must be called in a transaction.

    Raises NotAllowed, Stale, Refused.
    """
    job = Job.objects.select_for_update(of=("self",)).select_related("agency__province", "client").get(pk=job_id)
    require(by, Permission.CONSULTING_MANAGE, job)
    if job.version != version:
        raise Stale(STALE.format("Việc tư vấn"))
    if step:
        check_step(job, step)
    return job


def lock_client(client_id: int, *, by: Actor, version: int) -> Client:
    """As `lock_job`."""
    found = Client.objects.select_for_update(of=("self",)).select_related("agency__province").get(pk=client_id)
    require(by, Permission.CONSULTING_MANAGE, found)
    if found.version != version:
        raise Stale(STALE.format("Khách hàng"))
    return found


def lock_target(target_id: int, *, by: Actor, version: int) -> Target:
    """As `lock_job`."""
    found = Target.objects.select_for_update(of=("self",)).select_related("agency__province").get(pk=target_id)
    require(by, Permission.CONSULTING_MANAGE, found)
    if found.version != version:
        raise Stale(STALE.format("Chỉ tiêu"))
    return found


def lock_advice(advice_id: int, *, by: Actor, version: int) -> Advice:
    """As `lock_job`."""
    found = (
        Advice.objects.select_for_update(of=("self",))
        .select_related("project__province__current", "beneficiary__establishment")
        .get(pk=advice_id)
    )
    require(by, Permission.CONSULTING_MANAGE, found)
    if found.version != version:
        raise Stale(STALE.format("Lần tư vấn"))
    if found.is_withdrawn:
        raise Refused("Lần tư vấn này đã được bỏ.")
    return found


def touch(record: Job | Advice) -> None:
    """Count a change that does not move the state, so that forms opened before it are refused."""
    record.version += 1
    record.save(update_fields=["version"])


def need(text: str, sentence: str) -> str:
    """The text without blanks around it; Refused with the sentence where nothing is left."""
    found = text.strip()
    if not found:
        raise Refused(sentence)
    return found
