"""Writing down what was spent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max

from khuyencong.audit.actions import record
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.core.money import MAX_DONG, format_dong
from khuyencong.core.text import number_key
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.projects.door import lock_project, touch
from khuyencong.projects.models import EstimateLine, Project
from khuyencong.projects.states import ProjectState
from khuyencong.settlement.models import Basis, ExpenseVoucher, Settlement, VoucherItem, VoucherKind
from khuyencong.settlement.vouchers import ARTICLE, key_of

MOST_ROWS = 1_000
# From the contract to the settlement.
SPENDING = frozenset({ProjectState.IN_PROGRESS, ProjectState.ACCEPTED, ProjectState.STOPPED})


@dataclass(frozen=True)
class VoucherInput:
    """One row as it was typed or came in a file, in đồng; `place` names it in a refusal («Dòng 3»)."""

    kind: VoucherKind
    number: str
    day: date
    payee: str
    line_id: int
    support: int = 0
    counterpart: int = 0
    other: int = 0
    place: str = ""

    @property
    def key(self) -> tuple[str, str, str, date]:
        """By what it is known as the same paper, wherever it turns up."""
        return self.kind.value, number_key(self.number), key_of(self.payee), self.day


@transaction.atomic
def record_vouchers(
    *, project_id: int, by: Actor, version: int, rows: Sequence[VoucherInput], source: str = ""
) -> list[VoucherItem]:
    """Add vouchers, all or none; rows of one paper (kind, number, payee, day) are its contents. `source`: the file's name.

    Raises NotAllowed, Stale, and Refused with the place of the first row that cannot be taken, also where another đề án
    has counted the paper already (TT 36/2013 Đ12.4; TTLT 26/2014 Đ7.4).
    """
    project = _open(project_id, by=by, version=version)
    if not rows:
        raise Refused("Hãy ghi ít nhất một chứng từ.")
    if len(rows) > MOST_ROWS:
        raise Refused(f"Mỗi lần ghi nhiều nhất {format_dong(MOST_ROWS)} dòng.")
    lines = {line.pk: line for line in project.lines.select_related("beneficiary")}
    for row in rows:
        _check(row, lines)
    papers = _papers(project, rows, by)
    taken = {(one.voucher_id, one.line_id) for one in VoucherItem.objects.filter(voucher__in=papers.values())}
    items = []
    for row in rows:
        paper, line = papers[row.key], lines[row.line_id]
        if (paper.pk, line.pk) in taken:
            raise Refused(f"{_at(row)}{paper} đã được ghi cho nội dung «{line.content}».", article=ARTICLE)
        taken.add((paper.pk, line.pk))
        items.append(
            VoucherItem(
                voucher=paper,
                line=line,
                content=line.content,
                beneficiary=line.beneficiary,
                support=row.support,
                counterpart=row.counterpart,
                other=row.other,
            )
        )
    VoucherItem.objects.bulk_create(items)
    touch(project)
    after: dict[str, int | str] = {"số dòng": len(items), "tổng": sum(one.total for one in items)}
    after |= {"khuyến công": sum(one.support for one in items)} | ({"tệp": source} if source else {})
    record(action="voucher.record", by=by, subject=project, thread=project.thread, after=after)
    return items


@transaction.atomic
def remove_voucher(*, project_id: int, by: Actor, version: int, voucher_id: int) -> Project:
    """Take a voucher out that was written down by mistake; what it said stays in the trail. Raises NotAllowed, Stale, Refused."""
    project = _open(project_id, by=by, version=version)
    voucher = ExpenseVoucher.objects.filter(project=project, pk=voucher_id).first()
    if voucher is None:
        raise Refused("Chứng từ này không còn trong đề án.")
    settled_on = project.instalments.aggregate(last=Max("settled_on"))["last"]
    if settled_on is not None and voucher.day <= settled_on:
        raise Refused(
            f"Chứng từ đã nằm trong lần quyết toán ngày {format_date(settled_on)}: không bỏ ra được nữa.",
            article="TT 36/2013 Đ19",
        )
    before = {"chứng từ": str(voucher), "ngày": voucher.day.isoformat(), "người nhận": voucher.payee}
    before["tổng"] = str(sum(one.total for one in voucher.items.all()))
    voucher.delete()
    touch(project)
    record(action="voucher.remove", by=by, subject=project, thread=project.thread, before=before)
    return project


def _open(project_id: int, *, by: Actor, version: int) -> Project:
    project = lock_project(project_id, by=by, permission=Permission.VOUCHER_RECORD, version=version)
    # Who was settled late by acceptance and Mẫu 9 still owes the vouchers: TT 36/2013 Đ18.3.
    owing = (
        project.state == ProjectState.SETTLED and Settlement.objects.filter(project=project, basis=Basis.LATE).exists()
    )
    if project.state not in SPENDING and not owing:
        raise Refused(
            f"Đề án ở trạng thái «{project.get_state_display()}»: chứng từ chi chỉ ghi từ khi ký hợp đồng đến khi"
            " quyết toán.",
            article="TT 36/2013 Đ17",
        )
    return project


def _at(row: VoucherInput) -> str:
    return f"{row.place}: " if row.place else ""


def _check(row: VoucherInput, lines: dict[int, EstimateLine]) -> None:
    if not number_key(row.number) or not key_of(row.payee):
        raise Refused(f"{_at(row)}hãy ghi số chứng từ và người nhận tiền.", article="TT 36/2013 Đ12.4")
    if row.day > today():
        raise Refused(f"{_at(row)}ngày chứng từ không được ở tương lai.", article="TT 36/2013 Đ12.4")
    if row.line_id not in lines:
        raise Refused(f"{_at(row)}nội dung chi không có trong dự toán của đề án.", article="TT 36/2013 Đ23.2")
    amounts = (row.support, row.counterpart, row.other)
    if any(not 0 <= amount <= MAX_DONG for amount in amounts) or not any(amounts):
        raise Refused(f"{_at(row)}số tiền phải lớn hơn 0 ở ít nhất một nguồn.", article=ARTICLE)


def _papers(
    project: Project, rows: Sequence[VoucherInput], by: Actor
) -> dict[tuple[str, str, str, date], ExpenseVoucher]:
    """The paper of each row, made where there is none; Refused where it is another đề án's.

    They are made in the order of their keys, so that two đề án that bring in the same papers never wait for each other.
    """
    found = {}
    for key, row in sorted({row.key: row for row in rows}.items()):
        kind, number_key, payee_key, day = key
        paper, _ = ExpenseVoucher.objects.select_related("project").get_or_create(
            kind=kind,
            number_key=number_key,
            payee_key=payee_key,
            day=day,
            defaults={
                "project": project,
                "number": row.number.strip(),
                "payee": row.payee.strip(),
                "by": by.user,
                "agency": by.agency,
            },
        )
        if paper.project_id != project.pk:
            where = paper.project.code if paper.project.is_in_scope(by) else "khác"
            raise Refused(
                f"{_at(row)}{paper} ngày {day:%d/%m/%Y} của «{row.payee.strip()}» đã được tính cho đề án {where}:"
                " một chứng từ không được tính hai lần.",
                article="TT 36/2013 Đ12.4; TTLT 26/2014 Đ7.4",
            )
        found[key] = paper
    return found
