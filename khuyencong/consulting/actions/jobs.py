"""A job from the offer to the end of its contract.

No action here knows a đề án, a payment or the ledger: what the centre earns is its own (ADR 0030).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.consulting.door import lock_job, need, touch
from khuyencong.consulting.models import Client, Job, JobAnnex, JobKind, JobState, Phase
from khuyencong.consulting.models.jobs import UNDER_WAY
from khuyencong.consulting.money import money_of
from khuyencong.consulting.states import move
from khuyencong.core.creation import USED, save_once, taken
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.core.finding import haystack
from khuyencong.core.money import format_dong
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require

WHOLE = "Toàn bộ hợp đồng"
REST = "Phần còn lại theo phụ lục {}"
MOST_PHASES = 20
ENDS = ("close", "stop", "lose")
SIGNED_TWICE = "Hợp đồng số và ngày này đã được ghi cho một việc khác."
ANNEX_TWICE = "Phụ lục số này của hợp đồng đã được ghi."


@dataclass(frozen=True)
class PhaseInput:
    """One row of the plan of phases; `amount` in đồng without VAT."""

    title: str
    amount: int
    due_on: date | None = None


@transaction.atomic
def offer_job(*, by: Actor, creation_key: UUID, client_id: int, fields: Mapping[str, Any]) -> Job:
    """Write down what was offered to a client of the own agency. Raises NotAllowed, Refused."""
    job = Job(agency=by.agency, creation_key=creation_key, created_by=by.user)
    require(by, Permission.CONSULTING_MANAGE, job)
    earlier = Job.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.created_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    client = Client.objects.filter(pk=client_id, agency__in=by.agency_ids).first()
    if client is None:
        raise Refused("Khách hàng này không phải của đơn vị.")
    job.client = client
    _write_offer(job, fields)
    made = save_once(job, author="created_by")
    if made is not None:
        return made
    record(action="consulting.offer", by=by, subject=job, thread=job.thread, after=_offered(job), note=job.note)
    return job


@transaction.atomic
def change_offer(*, job_id: int, by: Actor, version: int, fields: Mapping[str, Any]) -> Job:
    """Another offer before there is a contract. Raises NotAllowed, Stale, Refused."""
    job = lock_job(job_id, by=by, version=version)
    if job.state != JobState.OFFERED:
        raise Refused("Chỉ sửa báo giá khi chưa ký hợp đồng.")
    before = _offered(job)
    _write_offer(job, fields)
    job.version += 1
    job.save()
    record(action="consulting.offer", by=by, subject=job, thread=job.thread, before=before, after=_offered(job))
    return job


@transaction.atomic
def sign_job(*, job_id: int, by: Actor, version: int, number: str, on: date, value: int, ends_on: date | None) -> Job:
    """The contract is signed; it has one phase of its whole value until it is divided. Raises NotAllowed, Stale, Refused."""
    job = lock_job(job_id, by=by, version=version, step="sign")
    job.contract_number = need(number, "Hãy ghi số hợp đồng.")
    check_past(on, "Ngày ký")
    if on < job.offered_on:
        raise Refused(f"Ngày ký không trước ngày chào giá {format_date(job.offered_on)}.")
    if ends_on is not None and ends_on < on:
        raise Refused("Hạn hoàn thành không trước ngày ký.")
    if value <= 0:
        raise Refused("Giá trị hợp đồng phải lớn hơn 0.")
    if Job.objects.filter(agency=job.agency_id, contract_number=job.contract_number, signed_on=on).exists():
        raise Refused(SIGNED_TWICE)
    job.signed_on, job.value, job.ends_on = on, value, ends_on
    job.haystack = _words(job)
    with taken(SIGNED_TWICE):
        move(job, "sign")
    Phase.objects.create(job=job, number=1, title=WHOLE, amount=value, due_on=ends_on)
    record(
        action="consulting.sign",
        by=by,
        subject=job,
        thread=job.thread,
        after={
            "hợp đồng": job.contract_number,
            "ngày ký": on.isoformat(),
            "giá trị (đồng)": value,
            "hạn": ends_on.isoformat() if ends_on else "",
        },
    )
    return job


@transaction.atomic
def divide_job(*, job_id: int, by: Actor, version: int, phases: Sequence[PhaseInput]) -> Job:
    """Divide what is not accepted yet into phases; all of them add up to the contract. Raises NotAllowed, Stale, Refused."""
    job = lock_job(job_id, by=by, version=version)
    if job.state != JobState.SIGNED:
        raise Refused("Chỉ chia giai đoạn khi hợp đồng đang thực hiện.")
    if not phases or len(phases) > MOST_PHASES:
        raise Refused(f"Một hợp đồng có từ 1 đến {MOST_PHASES} giai đoạn.")
    accepted = list(job.phases.filter(accepted_on__isnull=False))
    total = sum(one.amount for one in accepted) + sum(one.amount for one in phases)
    if total != job.value:
        raise Refused(
            f"Các giai đoạn cộng lại {format_dong(total)} đồng, khác giá trị hợp đồng {format_dong(job.value or 0)} đồng."
        )
    job.phases.filter(accepted_on__isnull=True).delete()
    first = 1 + max((one.number for one in accepted), default=0)
    Phase.objects.bulk_create(
        Phase(
            job=job,
            number=number,
            title=need(one.title, "Hãy ghi tên từng giai đoạn."),
            amount=one.amount,
            due_on=one.due_on,
        )
        for number, one in enumerate(phases, start=first)
    )
    touch(job)
    record(
        action="consulting.divide",
        by=by,
        subject=job,
        thread=job.thread,
        after={"giai đoạn": "; ".join(f"{one.title}: {format_dong(one.amount)}" for one in phases)},
    )
    return job


@transaction.atomic
def accept_phase(*, job_id: int, number: int, by: Actor, version: int, on: date, document: str) -> Job:
    """A phase is accepted by the client; with the last one the job is done. Raises NotAllowed, Stale, Refused."""
    job = lock_job(job_id, by=by, version=version)
    phase = job.phases.filter(number=number).first()
    if job.state != JobState.SIGNED or phase is None:
        raise Refused("Chỉ nghiệm thu giai đoạn của hợp đồng đang thực hiện.")
    if phase.accepted_on is not None:
        raise Refused(f"{phase} đã được nghiệm thu.")
    check_past(on, "Ngày nghiệm thu")
    if job.signed_on and on < job.signed_on:
        raise Refused(f"Ngày nghiệm thu không trước ngày ký {format_date(job.signed_on)}.")
    phase.accepted_on, phase.acceptance = on, need(document, "Hãy ghi số biên bản nghiệm thu.")
    phase.save()
    if not _complete(job):
        touch(job)
    record(
        action="consulting.accept",
        by=by,
        subject=job,
        thread=job.thread,
        after={
            "giai đoạn": str(phase),
            "biên bản": phase.acceptance,
            "ngày": on.isoformat(),
            "trạng thái": job.get_state_display(),
        },
    )
    return job


@transaction.atomic
def annul_acceptance(*, job_id: int, number: int, by: Actor, version: int, reason: str) -> Job:
    """A phase was accepted wrongly, or is to be accepted anew for another amount. Raises NotAllowed, Stale, Refused."""
    job = lock_job(job_id, by=by, version=version)
    phase = job.phases.filter(number=number).first()
    if job.state not in UNDER_WAY or phase is None:
        raise Refused("Chỉ hủy nghiệm thu khi hợp đồng đang thực hiện hoặc vừa nghiệm thu xong.")
    if phase.accepted_on is None:
        raise Refused(f"{phase} chưa được nghiệm thu.")
    said = need(reason, "Hãy ghi lý do hủy nghiệm thu.")
    before = {"giai đoạn": str(phase), "biên bản": phase.acceptance, "ngày": phase.accepted_on.isoformat()}
    phase.accepted_on, phase.acceptance = None, ""
    phase.save()
    _resume(job)
    record(action="consulting.annul", by=by, subject=job, thread=job.thread, before=before, note=said)
    return job


@transaction.atomic
def annex_job(*, job_id: int, by: Actor, version: int, number: str, on: date, value: int) -> Job:
    """An annex gives the contract another value: what is accepted stays, the rest becomes one phase that may be divided.

    Never less than what was accepted or invoiced: an acceptance is annulled, an invoice taken back before. Raises
    NotAllowed, Stale, Refused.
    """
    job = lock_job(job_id, by=by, version=version)
    if job.state not in UNDER_WAY:
        raise Refused("Chỉ ghi phụ lục khi hợp đồng đang thực hiện hoặc vừa nghiệm thu xong.")
    said = need(number, "Hãy ghi số phụ lục.")
    check_past(on, "Ngày ký phụ lục")
    if job.signed_on and on < job.signed_on:
        raise Refused(f"Ngày ký phụ lục không trước ngày ký hợp đồng {format_date(job.signed_on)}.")
    if job.annexes.filter(number=said).exists():
        raise Refused(ANNEX_TWICE)
    before = job.value or 0
    if value == before:
        raise Refused("Giá trị mới bằng giá trị đang ghi.")
    accepted = list(job.phases.filter(accepted_on__isnull=False))
    kept, invoiced = sum(one.amount for one in accepted), money_of(job.bookings.all()).invoiced
    if value <= 0 or value < kept:
        raise Refused(f"Đã nghiệm thu {format_dong(kept)} đồng: hủy nghiệm thu giai đoạn được bớt giá trước.")
    if value < invoiced:
        raise Refused(f"Đã xuất hóa đơn {format_dong(invoiced)} đồng: hủy hóa đơn thừa trước.")
    JobAnnex.objects.create(job=job, number=said, on=on, before=before, value=value, by=by.user)
    job.value = value
    job.save(update_fields=["value"])
    job.phases.filter(accepted_on__isnull=True).delete()
    if value > kept:
        last = max((one.number for one in accepted), default=0)
        Phase.objects.create(job=job, number=last + 1, title=REST.format(said), amount=value - kept, due_on=job.ends_on)
        _resume(job)
    elif not _complete(job):
        touch(job)
    record(
        action="consulting.annex",
        by=by,
        subject=job,
        thread=job.thread,
        before={"giá trị (đồng)": before},
        after={"phụ lục": said, "ngày": on.isoformat(), "giá trị (đồng)": value},
    )
    return job


def _complete(job: Job) -> bool:
    """Where every phase is accepted the job is done; False where something is left, or it was done before."""
    days = list(job.phases.values_list("accepted_on", flat=True))
    if job.state != JobState.SIGNED or not all(days):
        return False
    job.done_on = max(one for one in days if one is not None)
    move(job, "complete")
    return True


def _resume(job: Job) -> None:
    """Something is to be accepted again."""
    if job.state == JobState.DONE:
        job.done_on = None
        move(job, "resume")
    else:
        touch(job)


@transaction.atomic
def reopen_job(*, job_id: int, by: Actor, version: int, reason: str) -> Job:
    """Take the end of a job back: a late cost, a wrong booking, a contract that goes on. Raises NotAllowed, Stale, Refused."""
    job = lock_job(job_id, by=by, version=version, step="reopen")
    said = need(reason, "Hãy ghi lý do mở lại.")
    before = {
        "trạng thái": job.get_state_display(),
        "ngày": job.ended_on.isoformat() if job.ended_on else "",
        "biên bản, lý do": job.ended_because,
    }
    job.ended_on, job.ended_because = None, ""
    move(job, "reopen")
    record(
        action="consulting.reopen",
        by=by,
        subject=job,
        thread=job.thread,
        before=before,
        after={"trạng thái": job.get_state_display()},
        note=said,
    )
    return job


@transaction.atomic
def end_job(*, job_id: int, step: str, by: Actor, version: int, on: date, reason: str) -> Job:
    """Close, stop or lose a job; closing only when all is billed and paid. Raises NotAllowed, Stale, Refused."""
    if step not in ENDS:
        raise Refused("Việc tư vấn chỉ kết thúc bằng thanh lý, chấm dứt, hoặc không ký được.")
    job = lock_job(job_id, by=by, version=version, step=step)
    check_past(on, "Ngày")
    job.ended_because = need(reason, "Hãy ghi biên bản thanh lý." if step == "close" else "Hãy ghi lý do.")
    first = job.done_on or job.signed_on or job.offered_on
    if on < first:
        raise Refused(f"Ngày không trước {format_date(first)}.")
    if step == "close":
        money = money_of(job.bookings.all())
        if money.invoiced != job.value:
            raise Refused(
                f"Hóa đơn mới có {format_dong(money.invoiced)} đồng trên giá trị {format_dong(job.value or 0)} đồng: "
                "ghi đủ hóa đơn, hoặc phụ lục nếu giá trị đã đổi."
            )
        if money.owed > 0:
            raise Refused(
                f"Khách hàng còn nợ {format_dong(money.owed)} đồng theo hóa đơn: thu đủ, hoặc ghi xóa nợ theo biên bản."
            )
        if money.owed < 0:
            raise Refused(f"Khách hàng trả thừa {format_dong(-money.owed)} đồng: ghi hoàn tiền trước.")
    job.ended_on = on
    move(job, step)
    record(
        action=f"consulting.{step}",
        by=by,
        subject=job,
        thread=job.thread,
        after={"trạng thái": job.get_state_display(), "ngày": on.isoformat()},
        note=job.ended_because,
    )
    return job


def check_past(on: date, what: str) -> None:
    """Raise Refused where the day has not come yet; `what` is said of it."""
    if on > today():
        raise Refused(f"{what} không sau hôm nay ({format_date(today())}).")


def _write_offer(job: Job, fields: Mapping[str, Any]) -> None:
    job.kind = JobKind(fields["kind"])
    job.title = need(fields["title"], "Hãy ghi nội dung tư vấn.")
    job.offer_number, job.note = fields.get("offer_number", "").strip(), fields.get("note", "").strip()
    job.offered_on, job.offered = fields["offered_on"], fields["offered"]
    check_past(job.offered_on, "Ngày chào giá")
    job.in_charge = fields.get("in_charge")
    job.haystack = _words(job)


def _words(job: Job) -> str:
    return haystack(job.title, job.client.name, job.offer_number, job.contract_number)


def _offered(job: Job) -> dict[str, Any]:
    return {
        "khách hàng": job.client.name,
        "loại việc": job.get_kind_display(),
        "nội dung": job.title,
        "ngày chào": job.offered_on.isoformat(),
        "giá chào (đồng)": job.offered,
    }
