"""Lists of allowances: prepared, completed, approved by a leader, tied to the payment that paid them (NĐ 45/2012 Đ10).

Nothing is posted here: the money leaves through a task as all other money does, by payments of three hands.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from khuyencong.audit.actions import record
from khuyencong.collaborators.door import lock_for_step, lock_list, lock_province, touch
from khuyencong.collaborators.models import (
    AllowanceLine,
    AllowanceList,
    AllowanceRate,
    AllowanceState,
    Collaborator,
    Term,
    first_of,
)
from khuyencong.collaborators.months import MOST_MONTHS, last_day, months_between, rates_for, worth_of
from khuyencong.collaborators.queries import look_alikes, paying_projects, postings_for, to_recover
from khuyencong.collaborators.states import move
from khuyencong.core.creation import USED, save_once, taken
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong
from khuyencong.finance.models import LedgerEntry
from khuyencong.finance.used import used_of
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.projects.models import Project

ALLOWANCE, MONEY = "NĐ 45/2012 Đ10", "TTLT 26/2014 Đ5.9.c"
TWICE = "Có tháng của cộng tác viên vừa được đưa vào một bảng kê khác: hãy mở lại trang."


@transaction.atomic
def prepare_list(
    *, by: Actor, creation_key: UUID, project: Project, first_month: date, last_month: date
) -> AllowanceList:
    """Gather every person and month of the province that was not in a list yet; amounts that are not known stay open.

    Only months that have ended: what a month is worth is not known before. The province and the people are locked, so that
    nobody's term and no rate changes between the reckoning and the list. Raises NotAllowed, Refused: of another activity
    than the capacity of the system, more than a quarter, nobody to pay.
    """
    require(by, Permission.COLLABORATOR_MANAGE)
    earlier = AllowanceList.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.created_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    first, last = first_of(first_month), first_of(last_month)
    months = months_between(first, last)
    if not 1 <= len(months) <= MOST_MONTHS:
        raise Refused(f"Một bảng kê gồm từ 1 đến {MOST_MONTHS} tháng liền nhau (một quý).")
    if last_day(last) >= today():
        raise Refused("Chỉ lập bảng kê của những tháng đã hết: tháng đang chạy chưa biết ai giữ nhiệm vụ đủ tháng.")
    if not paying_projects(by).filter(pk=project.pk).exists():
        raise Refused(
            "Thù lao cộng tác viên chi từ một nhiệm vụ nâng cao năng lực hệ thống của tỉnh, đã được phê duyệt.",
            article=MONEY,
        )
    found = AllowanceList(
        creation_key=creation_key,
        agency=by.agency,
        province=by.agency.province,
        project=project,
        first_month=first,
        last_month=last,
        created_by=by.user,
    )
    require(by, Permission.COLLABORATOR_MANAGE, found)
    lines = _lines(found, months)
    if not lines:
        raise Refused("Không còn cộng tác viên nào của các tháng này chưa nằm trong bảng kê.")
    made = save_once(found, author="created_by")
    if made is not None:
        return made
    with taken(TWICE):
        AllowanceLine.objects.bulk_create(lines)
    record(
        action="allowance_list.prepare",
        by=by,
        subject=found,
        thread=found.thread,
        after={
            "thời gian": found.months,
            "nhiệm vụ": project.code,
            "số người": len({one.collaborator_id for one in lines}),
            "số tiền đã biết (đồng)": sum(one.amount or 0 for one in lines),
            "dòng chưa rõ số tiền": sum(one.amount is None for one in lines),
        },
    )
    return found


def _lines(found: AllowanceList, months: list[date]) -> list[AllowanceLine]:
    """What is still owed for the months, person by person; five queries, two of which lock."""
    home = lock_province(found.province.current_id or found.province_id)
    held_at_all = Term.objects.between(months[0], last_day(months[-1])).order_by()
    people = (
        Collaborator.objects.select_for_update(of=("self",), no_key=True)
        .filter(province__current=home, pk__in=held_at_all.values("collaborator"))
        .order_by("pk")
    )
    waited_for = [one.pk for one in people]  # only now nobody else may change what is read below
    by_person: dict[int, list[Term]] = defaultdict(list)
    for term in held_at_all.filter(collaborator__in=waited_for).select_related("collaborator"):
        by_person[term.collaborator_id].append(term)
    rates = list(AllowanceRate.objects.filter(province__current=home))
    there = set(
        AllowanceLine.objects.filter(counts=True, month__in=months, collaborator__in=by_person).values_list(
            "collaborator_id", "month"
        )
    )
    lines = []
    for person, held in by_person.items():
        for month in months:
            if (person, month) in there:
                continue
            known = rates_for(month, held[0].collaborator.province_id, home.pk, rates)
            worth = worth_of(month, held, known)
            if worth is not None:
                lines.append(
                    AllowanceLine(
                        allowance_list=found,
                        collaborator_id=person,
                        term=worth.term,
                        month=month,
                        rate=worth.rate,
                        amount=worth.amount,
                        note=worth.note,
                    )
                )
    return lines


@transaction.atomic
def set_amount(*, line_id: int, by: Actor, version: int, amount: int, note: str) -> AllowanceLine:
    """Say what a month is worth where the rate alone does not; `version` is the list's. 0 leaves the month unpaid.

    Raises NotAllowed, Stale, Refused: never more than the rate of the month, and never without saying on what it rests.
    """
    key = AllowanceLine.objects.values_list("allowance_list_id", flat=True).get(pk=line_id)
    found = lock_list(key, by=by, permission=Permission.COLLABORATOR_MANAGE, version=version)
    if found.state != AllowanceState.DRAFT:
        raise Refused("Chỉ sửa số tiền khi bảng kê đang lập.")
    line = AllowanceLine.objects.select_related("collaborator", "rate").get(pk=line_id)
    if amount < 0:
        raise Refused("Số tiền không được âm.")
    if line.rate is not None and amount > line.rate.amount:
        raise Refused(
            f"Mức cao nhất một tháng là {format_dong(line.rate.amount)} đồng ({line.rate}).", article=ALLOWANCE
        )
    if not note.strip():
        raise Refused("Hãy ghi căn cứ: văn bản, cách tính của tháng này.", article=ALLOWANCE)
    before = {"số tiền (đồng)": line.amount}
    line.amount, line.note, line.recover_because = amount, note.strip(), ""
    line.save(update_fields=["amount", "note", "recover_because"])
    touch(found)
    record(
        action="allowance_list.amount",
        by=by,
        subject=found,
        thread=found.thread,
        before=before,
        after={
            "cộng tác viên": line.collaborator.trail_label,
            "tháng": f"{line.month:%m/%Y}",
            "số tiền (đồng)": amount,
        },
        note=line.note,
    )
    return line


@transaction.atomic
def approve_list(*, list_id: int, by: Actor, version: int) -> AllowanceList:
    """Approve the list; every amount must be known. Whoever may be one person is decided with it, and stands in the trail.

    Raises NotAllowed, Stale, Refused.
    """
    found = lock_for_step(list_id, "approve", by=by, version=version)
    unknown = found.lines.filter(amount__isnull=True).count()
    if unknown:
        raise Refused(
            f"Còn {unknown} dòng chưa rõ số tiền: ghi theo văn bản của tỉnh rồi mới duyệt.", article=ALLOWANCE
        )
    if to_recover(found).exists():
        raise Refused("Có tháng không giữ đủ nhiệm vụ sau khi lập bảng kê: ghi lại số tiền các dòng ấy.")
    total = _total(found)
    if not total:
        raise Refused("Bảng kê không có đồng nào để chi: hãy hủy.")
    if found.created_by_id == by.user.pk:
        raise Refused("Người lập bảng kê không tự duyệt.")
    alike = look_alikes(found)
    found.approved_by, found.approved_on = by.user, today()
    move(found, "approve")
    told = {"cộng (đồng)": total} | ({"có thể là một người, vẫn duyệt": "; ".join(alike)} if alike else {})
    record(action="allowance_list.approve", by=by, subject=found, thread=found.thread, after=told)
    return found


@transaction.atomic
def send_back_list(*, list_id: int, by: Actor, version: int, reason: str) -> AllowanceList:
    """Take the approval back, as long as nothing is tied to the list. Raises NotAllowed, Stale, Refused."""
    found = lock_for_step(list_id, "send_back", by=by, version=version)
    if not reason.strip():
        raise Refused("Hãy ghi lý do trả lại.")
    found.approved_by = found.approved_on = None
    move(found, "send_back")
    record(action="allowance_list.send_back", by=by, subject=found, thread=found.thread, note=reason.strip())
    return found


@transaction.atomic
def cancel_list(*, list_id: int, by: Actor, version: int, reason: str) -> AllowanceList:
    """Give the list up; its months may be paid by another one. Raises NotAllowed, Stale, Refused."""
    found = lock_for_step(list_id, "cancel", by=by, version=version)
    if not reason.strip():
        raise Refused("Hãy ghi lý do hủy.")
    found.cancelled_because = reason.strip()
    found.lines.update(counts=False)
    move(found, "cancel")
    record(action="allowance_list.cancel", by=by, subject=found, thread=found.thread, note=found.cancelled_because)
    return found


@transaction.atomic
def tie_list(*, list_id: int, by: Actor, version: int, posting_id: int) -> AllowanceList:
    """Say which payment of the task paid the list. What is tied to a payment never exceeds it.

    Where the payment was taken back in the ledger another may be named. Raises NotAllowed, Stale, Refused.
    """
    found = lock_list(list_id, by=by, permission=Permission.COLLABORATOR_MANAGE, version=version)
    if found.state != AllowanceState.APPROVED:
        raise Refused("Gắn khoản chi sau khi bảng kê được duyệt.")
    if found.is_paid:
        raise Refused("Bảng kê đã gắn với một khoản chi.")
    posting = postings_for(found).filter(pk=posting_id).first()
    if posting is None:
        raise Refused("Khoản chi này không phải của nhiệm vụ chi thù lao, hoặc đã bị hủy.", article=MONEY)
    # Two lists of one task may come at once: the row itself is what both wait for.
    LedgerEntry.objects.select_for_update(of=("self",)).get(pk=posting.pk)
    total, left = _total(found), posting.amount - used_of(posting)
    if total > left:
        raise Refused(
            f"Bảng kê {format_dong(total)} đồng, khoản chi {posting.document} chỉ còn {format_dong(left)} đồng "
            "chưa gắn với việc nào."
        )
    found.posting = posting
    touch(found)
    found.save(update_fields=["posting"])
    record(
        action="allowance_list.tie",
        by=by,
        subject=found,
        thread=found.thread,
        after={"chứng từ": posting.document, "khoản chi (đồng)": posting.amount, "bảng kê (đồng)": total},
    )
    return found


@transaction.atomic
def untie_list(*, list_id: int, by: Actor, version: int, reason: str) -> AllowanceList:
    """A leader says that the payment was not that of the list; it may be tied anew, sent back, or given up.

    Raises NotAllowed, Stale, Refused.
    """
    found = lock_list(list_id, by=by, permission=Permission.COLLABORATOR_APPROVE, version=version)
    posting = found.posting
    if posting is None:
        raise Refused("Bảng kê chưa gắn với khoản chi nào.")
    if not reason.strip():
        raise Refused("Hãy ghi lý do gỡ.")
    found.posting = None
    touch(found)
    found.save(update_fields=["posting"])
    record(
        action="allowance_list.untie",
        by=by,
        subject=found,
        thread=found.thread,
        before={"chứng từ": posting.document, "khoản chi (đồng)": posting.amount},
        note=reason.strip(),
    )
    return found


def _total(found: AllowanceList) -> int:
    return found.lines.aggregate(total=Sum("amount"))["total"] or 0
