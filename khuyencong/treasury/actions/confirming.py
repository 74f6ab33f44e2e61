"""Lines of a statement become payments that were paid: one by one by hand, or all that fit, line after line.

Every line is one transaction that also moves the statement's version, so that a stop, a killed process or two pages at once
leave each line confirmed once or not at all. The payment is judged by `mark_paid` as ever; one that cannot be paid is told at
its line, and the others go on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.utils import timezone

from khuyencong.audit.actions import record
from khuyencong.core.dates import format_date
from khuyencong.core.errors import DomainError, NotAllowed, Refused, Stale
from khuyencong.core.money import format_dong
from khuyencong.finance.actions import mark_paid
from khuyencong.finance.models import Payment, PaymentState
from khuyencong.finance.payment_door import require_any
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.treasury.matching import contradicts, digest, ready
from khuyencong.treasury.models import LineOutcome, Statement, StatementLine, StatementState
from khuyencong.treasury.queries import matches_of

MOVED_ON: Final = "Sao kê đã được xử lý tiếp ở một trang khác: trang này hiện kết quả mới nhất."
SHOWN_OTHERWISE: Final = "Các khoản khớp đã thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại."


@transaction.atomic
def begin_apply(*, statement_id: int, by: Actor, version: int, shown: str) -> Statement:
    """Let every line that fits one payment be confirmed; nothing is yet. `shown` is the `digest` of what the page proposed.

    Raises NotAllowed, Stale where something else would be confirmed than was shown, Refused where nothing fits.
    """
    found = _its_turn(statement_id, by, version, StatementState.READ)
    lines, matches = matches_of(found)
    fitting = ready(matches, lines)
    if digest(fitting) != shown:
        raise Stale(SHOWN_OTHERWISE)
    if not fitting:
        raise Refused("Không có dòng nào khớp để ghi.")
    for match in fitting:
        match.line.wanted, match.line.told = match.payment, ""
    StatementLine.objects.bulk_update([match.line for match in fitting], ["wanted", "told"], batch_size=500)
    found.state, found.to_apply, found.applied = StatementState.APPLYING, len(fitting), 0
    _touch(found)
    record(
        action="treasury.statement_apply",
        by=by,
        subject=found,
        thread=found.thread,
        after={"số dòng": len(fitting), "tổng": f"{format_dong(sum(one.line.amount for one in fitting))} đồng"},
    )
    return found


@transaction.atomic
def apply_next(*, statement_id: int, by: Actor, version: int) -> Statement:
    """Confirm the next chosen line; where its payment cannot be marked paid any more the line says why.

    Raises NotAllowed, Stale, Refused.
    """
    found = _its_turn(statement_id, by, version, StatementState.APPLYING)
    line = found.lines.filter(wanted__isnull=False).order_by("number").first()
    if line is not None and line.wanted_id is not None:
        payment_id, line.wanted = line.wanted_id, None
        try:
            with transaction.atomic():
                _confirm(found, line, payment_id, by=by, number=line.reference)
        except NotAllowed:
            raise
        except DomainError as error:
            line.payment, line.decided_by, line.decided_at = None, None, None
            line.told = str(error)[:1000]
        line.save(update_fields=["wanted", "told", "payment", "decided_by", "decided_at"])
        found.applied += 1
    if not found.lines.filter(wanted__isnull=False).exists():
        found.state = StatementState.READ
    _touch(found)
    if found.state == StatementState.READ:
        after = {"đã xử lý": found.applied, "chưa ghi được": found.lines.exclude(told="").count()}
        record(action="treasury.statement_done", by=by, subject=found, thread=found.thread, after=after)
    return found


@transaction.atomic
def match_line(*, line_id: int, by: Actor, version: int, payment_id: int, voucher_number: str) -> StatementLine:
    """Say which payment a line is, where the person decides: marks it paid on the day of the line. `version` is the statement's.

    Raises NotAllowed, Stale, Refused: the amount differs, the account is not the contract's, the payment has a line.
    """
    statement_id = StatementLine.objects.values_list("of_id", flat=True).get(pk=line_id)
    found = _its_turn(statement_id, by, version, StatementState.READ)
    line = found.lines.get(pk=line_id)
    _confirm(found, line, payment_id, by=by, number=voucher_number)
    line.told = ""
    line.save()
    _touch(found)
    record(
        action="treasury.match",
        by=by,
        subject=found,
        thread=found.thread,
        after={"dòng": line.number, "đề án": line.payment.project.code if line.payment else "", "số tiền": line.amount},
    )
    return line


@transaction.atomic
def set_lines_aside(*, statement_id: int, by: Actor, version: int, line_ids: Sequence[int], reason: str) -> Statement:
    """Say that lines are no payment of a đề án (salaries, other work), so that nobody looks for one.

    Without a `reason` lines that were set aside come back. Raises NotAllowed, Stale, Refused.
    """
    found = _its_turn(statement_id, by, version, StatementState.READ)
    back = not reason.strip()
    lines = found.lines.filter(pk__in=set(line_ids), outcome=LineOutcome.OUT, payment__isnull=True)
    lines = lines.exclude(set_aside="") if back else lines.filter(set_aside="")
    numbers = sorted(lines.values_list("number", flat=True))
    if not numbers:
        raise Refused("Hãy chọn ít nhất một dòng chưa khớp.")
    who = (None, None) if back else (by.user, timezone.now())
    lines.update(set_aside=reason.strip(), decided_by=who[0], decided_at=who[1])
    _touch(found)
    told = {"dòng": ", ".join(map(str, numbers)), "lý do": reason.strip() or "đưa trở lại"}
    record(action="treasury.set_aside", by=by, subject=found, thread=found.thread, after=told)
    return found


def _confirm(found: Statement, line: StatementLine, payment_id: int, *, by: Actor, number: str) -> None:
    """Bind the line to the payment, and mark it paid where it is not yet; the caller saves the line and records."""
    payment = (
        Payment.objects.select_related("project", "statement_line")
        .filter(pk=payment_id, payer__in=by.agency_ids)
        .first()
    )
    if payment is None:
        raise Refused("Khoản chi này không phải của cơ quan bạn.")
    require_any(by, (Permission.PAYMENT_PAY,), payment.project)
    if line.outcome != LineOutcome.OUT or line.on is None or line.payment_id or line.set_aside:
        raise Refused(f"Dòng {line.number} đã được khớp, để riêng hoặc không phải tiền chi.")
    other = getattr(payment, "statement_line", None)
    if other is not None:
        raise Refused(
            f"Khoản chi của {payment.project.code} đã khớp với dòng {other.number} của một sao kê: mỗi khoản một dòng."
        )
    if line.amount != payment.amount:
        raise Refused(
            f"Dòng {line.number} có số tiền {format_dong(line.amount)} đồng, khoản chi {format_dong(payment.amount)} đồng."
        )
    if contradicts(line, payment):
        raise Refused(
            f"Dòng {line.number} chuyển vào tài khoản {line.account}, không phải tài khoản {payment.account} của hợp đồng.",
            article="TT 36/2013 Đ12.2",
        )
    if payment.state != PaymentState.PAID:
        note = f"Sao kê «{found.file_name}», dòng {line.number}, ngày {format_date(line.on)}"
        mark_paid(payment_id=payment.pk, by=by, version=None, voucher_number=number, voucher_on=line.on, note=note)
        payment.refresh_from_db()
    line.payment, line.decided_by, line.decided_at = payment, by.user, timezone.now()
    line.save(update_fields=["payment", "decided_by", "decided_at"])


def _its_turn(statement_id: int, by: Actor, version: int, state: StatementState) -> Statement:
    """The statement, locked until the transaction ends, if it is at that step and nobody was faster."""
    found = Statement.objects.select_for_update(of=("self",)).select_related("agency").get(pk=statement_id)
    require(by, Permission.TREASURY_KEEP, found)
    if found.version != version:
        raise Stale(MOVED_ON)
    if found.state != state:
        raise Refused(f"Sao kê đang ở bước «{found.get_state_display()}»: hãy tải lại trang.")
    return found


def _touch(found: Statement) -> None:
    found.version += 1
    found.save(update_fields=["version", "state", "to_apply", "applied"])
