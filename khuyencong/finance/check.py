"""Whether the money adds up: every rule of the ledger, and the ledger against the records beside it.

Everything is read in portions of fixed size, so a check of the whole country needs no more memory than one of a
province. Nothing is changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Left

from khuyencong.core.money import format_dong
from khuyencong.finance.actions.payments import ENTRY_OF
from khuyencong.finance.check_contracts import broken_contracts
from khuyencong.finance.check_periods import wrongly_booked
from khuyencong.finance.ledger import (
    Balance,
    balances,
    balances_by_year,
    envelope_rules,
    project_rules,
    total_of,
    year_rules,
)
from khuyencong.finance.models import (
    CASH,
    MOVED,
    Continuation,
    ContractPart,
    EntryKind,
    LedgerEntry,
    Payment,
    PaymentKind,
    PaymentState,
)
from khuyencong.finance.models.contract import ContractState
from khuyencong.programmes.models import AnnualPlan, Envelope, PlanState
from khuyencong.projects.models import EstimateLine, Project
from khuyencong.projects.states import COMMITTED, RUNNING, ProjectState

CHUNK = 500
DOCUMENT_LENGTH = 200
WITH_CONTRACT = frozenset({ProjectState.IN_PROGRESS, ProjectState.ACCEPTED, ProjectState.SETTLED})
MONEY_OF_A_COMMITMENT = (
    "approved",
    "reduced",
    "contracted",
    "advanced",
    "accepted",
    "annulled",
    "paid",
    "recovered",
    "released",
    "settled",
    "repaid",
)


@dataclass
class Counted:
    """How many rows were looked at; filled while `broken_rows` runs."""

    envelopes: int = 0
    plans: int = 0
    projects: int = 0
    entries: int = 0
    payments: int = 0


@dataclass
class _Portion:
    """What belongs to the projects of one portion, each read in one query."""

    sums: dict[int, Balance]
    parts: dict[int, ContractPart]
    # Settlements, receipts and acceptances belong to later rooms: they are reached through the project's relations.
    settlements: dict[int, tuple[str, int]]  # number, đồng
    instalments: dict[int, int]  # đồng settled of single years
    receipts: dict[int, int]  # đồng that came back
    held: dict[int, dict[int, Balance]]  # by project and envelope
    payables: dict[int, dict[int | None, int]] = field(default_factory=dict)
    accepted: dict[int, dict[int | None, int]] = field(default_factory=dict)
    paid_to: dict[int, dict[int, Balance]] = field(default_factory=dict)  # by beneficiary, of rows that name one
    estimates: dict[int, int] = field(default_factory=dict)  # support in the estimate, in đồng


def broken_rows(counted: Counted | None = None) -> Iterator[str]:
    """One Vietnamese sentence for each row that breaks a rule, in a fixed order; nothing where all is well.

    Whoever only wants to know the first one stops there.
    """
    counted = counted or Counted()
    yield from _envelopes(counted)
    yield from _moved()
    yield from _plans(counted)
    yield from _projects(counted)
    yield from _entries(counted)
    yield from _payments(counted)
    yield from broken_contracts()
    yield from wrongly_booked()


def _envelopes(counted: Counted) -> Iterator[str]:
    for rows in _portions(Envelope.objects.select_related("agency").order_by("pk")):
        counted.envelopes += len(rows)
        sums = balances(LedgerEntry.objects.filter(envelope__in=rows), "envelope_id")
        for envelope in rows:
            for finding in envelope_rules(sums.get(envelope.pk, Balance())):
                yield f"Hạn mức {envelope} của {envelope.agency} (số {envelope.pk}): {finding.sentence}"


def _moved() -> Iterator[str]:
    """Money that moves between envelopes leaves one and arrives in the other: the two ends agree by decision."""
    ends: dict[tuple[int, int, str], list[int]] = {}
    rows = LedgerEntry.objects.filter(other_envelope__isnull=False).order_by("pk")
    for entry in rows.iterator(CHUNK):
        leaves = entry.kind in MOVED
        one, other = entry.envelope_id, entry.other_envelope_id or 0
        key = (one, other, entry.document) if leaves else (other, one, entry.document)
        ends.setdefault(key, [0, 0])[0 if leaves else 1] += entry.amount
    for (one, other, document), (out, arrived) in ends.items():
        if out != arrived:
            yield (
                f"Quyết định {document}: hạn mức số {one} giao đi {format_dong(out)} đồng,"
                f" hạn mức số {other} nhận {format_dong(arrived)} đồng."
            )


def _plans(counted: Counted) -> Iterator[str]:
    counted.plans = AnnualPlan.objects.count()
    approved = AnnualPlan.objects.filter(state=PlanState.APPROVED)
    going_on = approved.filter(continuations__project__entries__kind=EntryKind.APPROVED).order_by().values("pk")
    empty = approved.exclude(projects__entries__kind=EntryKind.APPROVED).exclude(pk__in=going_on)
    for plan in empty.order_by("pk").iterator(CHUNK):
        yield f"Kế hoạch «{plan}» (số {plan.pk}) đã phê duyệt nhưng sổ không có dòng phê duyệt nào."


def _projects(counted: Counted) -> Iterator[str]:
    for rows in _portions(Project.objects.select_related("plan").order_by("pk")):
        counted.projects += len(rows)
        portion = _portion(rows)
        for project in rows:
            for sentence in _project(project, portion):
                yield f"Đề án {project.code} (số {project.pk}): {sentence}"


def _portion(rows: list[Project]) -> _Portion:
    entries = LedgerEntry.objects.filter(project__in=rows)
    portion = _Portion(
        sums={},
        parts={one.project_id: one for one in ContractPart.objects.filter(project__in=rows).select_related("contract")},
        settlements={},
        instalments=_summed(rows, "instalments__amount"),
        receipts=_summed(rows, "receipts__amount"),
        held=balances_by_year(rows),
    )
    portion.sums = {pk: total_of(of_years.values()) for pk, of_years in portion.held.items()}
    settled = Project.objects.filter(pk__in=[row.pk for row in rows], settlement__isnull=False).order_by()
    for pk, number, amount in settled.values_list("pk", "settlement__number", "settlement__amount"):
        portion.settlements[pk] = (number, amount)
    # Of a đề án of several years the part of each year counts once its plan is approved.
    approved = Continuation.objects.filter(
        project=OuterRef("project"), year=OuterRef("year"), plan__state=PlanState.APPROVED
    )
    of_the_first = Q(year__isnull=True) | Q(year=F("project__year"))
    lines = EstimateLine.objects.filter(of_the_first | Exists(approved), project__in=rows)
    portion.estimates = dict(lines.order_by().values_list("project_id").annotate(sum=Sum("support")))
    # Acceptances belong to a later room: they are reached through the project's own relation.
    # One call of `filter`: two would join the acceptances twice and count each of them as often as there are.
    payables = Project.objects.filter(
        pk__in=[row.pk for row in rows], acceptances__isnull=False, acceptances__annulment__isnull=True
    ).order_by()
    for pk, part, amount in payables.values_list("pk", "acceptances__beneficiary_id").annotate(
        sum=Sum("acceptances__payable")
    ):
        portion.payables.setdefault(pk, {})[part] = amount
    parts = entries.filter(
        kind__in=(EntryKind.ACCEPTED, *CASH, EntryKind.RECOVERED), answered_by__isnull=True, answers__isnull=True
    ).order_by()
    for pk, part, kind, amount in parts.values_list("project_id", "beneficiary_id", "kind").annotate(sum=Sum("amount")):
        if kind == EntryKind.ACCEPTED:
            portion.accepted.setdefault(pk or 0, {})[part] = amount
        if part is not None:
            own = portion.paid_to.setdefault(pk or 0, {})
            own[part] = replace(own.get(part, Balance()), **{kind: amount})
    return portion


def _summed(rows: list[Project], path: str) -> dict[int, int]:
    """By key of the project the sum of a column of its child rows, where it has any; one query."""
    found = Project.objects.filter(pk__in=[row.pk for row in rows]).order_by().values_list("pk")
    return {pk: amount for pk, amount in found.annotate(sum=Sum(path)) if amount}


def _project(project: Project, portion: _Portion) -> Iterator[str]:
    balance, part = portion.sums.get(project.pk, Balance()), portion.parts.get(project.pk)
    yield from (finding.sentence for finding in project_rules(balance, part))
    yield from (finding.sentence for finding in year_rules(portion.held.get(project.pk, {})))
    yield from _state_and_plan(project, balance)
    yield from _estimate(project, balance, portion.estimates.get(project.pk, 0))
    yield from _contract(project, balance, part)
    yield from _settlement(project, balance, portion)
    yield from _shares(portion.paid_to.get(project.pk, {}))
    came, posted = portion.receipts.get(project.pk, 0), balance.recovered + balance.repaid
    if came != posted:
        yield f"chứng từ nộp trả ghi {format_dong(came)} đồng, sổ ghi {format_dong(posted)} đồng."
    if not project.recorded_from:
        payables, accepted = portion.payables.get(project.pk, {}), portion.accepted.get(project.pk, {})
        for whom in sorted(payables.keys() | accepted.keys(), key=lambda key: key or 0):
            if payables.get(whom, 0) != accepted.get(whom, 0):
                whose = "phần chung" if whom is None else f"thụ hưởng số {whom}"
                yield (
                    f"biên bản nghiệm thu ({whose}) ghi {format_dong(payables.get(whom, 0))} đồng,"
                    f" sổ ghi {format_dong(accepted.get(whom, 0))} đồng."
                )


def _shares(paid_to: Mapping[int, Balance]) -> Iterator[str]:
    """Once accepted work of a beneficiary is paid, no more went out in its name than was accepted of it."""
    for part, own in sorted(paid_to.items()):
        if own.paid and own.paid_out > own.accepted:
            yield (
                f"đã chi cho thụ hưởng số {part} {format_dong(own.paid_out)} đồng, vượt phần được nghiệm thu của cơ sở"
                f" {format_dong(own.accepted)} đồng."
            )


def _state_and_plan(project: Project, balance: Balance) -> Iterator[str]:
    state = project.get_state_display()
    if project.state in COMMITTED and not balance.approved:
        yield f"ở trạng thái «{state}» nhưng sổ không có khoản phê duyệt."
    if project.state not in COMMITTED and project.state != ProjectState.STOPPED:
        posted = [name for name in MONEY_OF_A_COMMITMENT if getattr(balance, name)]
        if posted:
            yield f"ở trạng thái «{state}» nhưng sổ đã có tiền: {', '.join(EntryKind(name).label.lower() for name in posted)}."
    if project.state in COMMITTED and project.plan is not None and project.plan.state == PlanState.DRAFT:
        yield f"đã phê duyệt nhưng kế hoạch «{project.plan}» còn là dự thảo."
    if (project.plan is None) != (balance.planned == 0):
        yield f"sổ ghi {format_dong(balance.planned)} đồng trong kế hoạch, đề án {'không' if project.plan is None else 'có'} nằm trong kế hoạch."


def _estimate(project: Project, balance: Balance, support: int) -> Iterator[str]:
    """As long as a đề án runs, what stands approved is what its estimate gives; only an adjustment changes both."""
    if project.state in RUNNING and not project.recorded_from and balance.committed != support:
        yield (
            f"dự toán ghi {format_dong(support)} đồng kinh phí hỗ trợ, sổ ghi được phê duyệt"
            f" {format_dong(balance.committed)} đồng."
        )


def _contract(project: Project, balance: Balance, part: ContractPart | None) -> Iterator[str]:
    contract = part.contract if part else None
    if part is None or contract is None:
        if project.state in WITH_CONTRACT and not project.recorded_from:
            yield f"ở trạng thái «{project.get_state_display()}» nhưng không có hợp đồng."
        if balance.contracted and not project.recorded_from:
            yield f"sổ ghi hợp đồng {format_dong(balance.contracted)} đồng nhưng không có hợp đồng."
    elif part.value != balance.contracted:
        yield (
            f"hợp đồng {contract.number} ghi {format_dong(part.value)} đồng,"
            f" sổ ghi {format_dong(balance.contracted)} đồng."
        )
    if contract is not None and contract.state == ContractState.LIQUIDATED and not is_closed(project, balance):
        yield f"hợp đồng {contract.number} đã thanh lý, đề án {project.get_state_display().lower()}."


def is_closed(project: Project, balance: Balance) -> bool:
    """Whether nothing of its money is open any more: settled, or stopped with nothing paid out and nothing owed."""
    if project.state == ProjectState.SETTLED:
        return True
    return project.state == ProjectState.STOPPED and not (balance.paid_out or balance.still_payable)


def _settlement(project: Project, balance: Balance, portion: _Portion) -> Iterator[str]:
    settled = project.state == ProjectState.SETTLED
    if settled and balance.settled != balance.paid_out:
        yield f"quyết toán {format_dong(balance.settled)} đồng khác số thực chi {format_dong(balance.paid_out)} đồng."
    if project.pk not in portion.settlements:
        if settled and not project.recorded_from:
            yield "đã quyết toán nhưng không có văn bản quyết toán."
        of_years = portion.instalments.get(project.pk, 0)
        if not settled and of_years != balance.settled:
            yield f"quyết toán từng năm ghi {format_dong(of_years)} đồng, sổ ghi {format_dong(balance.settled)} đồng."
        return
    number, amount = portion.settlements[project.pk]
    if not settled:
        yield f"có quyết toán {number} nhưng ở trạng thái «{project.get_state_display()}»."
    if amount != balance.settled:
        yield f"quyết toán {number} ghi {format_dong(amount)} đồng, sổ ghi {format_dong(balance.settled)} đồng."


def _entries(counted: Counted) -> Iterator[str]:
    counted.entries = LedgerEntry.objects.count()
    of_projects = LedgerEntry.objects.filter(project__isnull=False)
    # What is carried over, and the later years of a đề án of several, lie in envelopes of later years; what was planned
    # and taken out again may have lain with another payer.
    in_time = Q(envelope__year__gte=F("project__year"), envelope__source=F("project__source"))
    payer = Q(envelope__agency=F("project__payer")) | Q(envelope__agency__successor=F("project__payer"))
    own = payer & Q(envelope__spending=F("project__spending"))
    elsewhere = of_projects.exclude(in_time & (own | Q(kind=EntryKind.PLANNED)))
    for entry in elsewhere.order_by("pk").iterator(CHUNK):
        yield f"Dòng sổ số {entry.pk} ({entry.document}): hạn mức không phải của đề án."
    # A record of the past names its source instead of a payment.
    past = ~Q(project__recorded_from="") & Q(document=Left("project__recorded_from", DOCUMENT_LENGTH))
    paid = Q(payment__state=PaymentState.PAID, answered_by__isnull=True)
    taken_back = Q(payment__state=PaymentState.REVERSED, answered_by__amount=-F("amount"))
    without = of_projects.filter(kind__in=CASH, answers__isnull=True).exclude(
        (paid | taken_back) & Q(payment__project=F("project"))
    )
    for entry in without.exclude(past).order_by("pk").iterator(CHUNK):
        yield f"Dòng sổ số {entry.pk} ({entry}, {entry.document}): không có khoản chi đã ghi chi của đề án."


def _payments(counted: Counted) -> Iterator[str]:
    counted.payments = Payment.objects.count()
    paid = Payment.objects.filter(state=PaymentState.PAID)
    posted = Q(pk__in=[])
    for kind in PaymentKind:
        posted |= Q(kind=kind, entries__kind=ENTRY_OF[kind])
    good = paid.filter(posted, entries__amount=F("amount"), entries__project=F("project")).values("pk")
    for payment in paid.exclude(pk__in=good).select_related("project").order_by("pk").iterator(CHUNK):
        yield (
            f"Khoản chi số {payment.pk} của đề án {payment.project.code}, chứng từ {payment.voucher_number},"
            f" {format_dong(payment.amount)} đồng: sổ không có dòng tương ứng."
        )


def _portions(rows: Any) -> Iterator[list[Any]]:
    """The rows in lists of CHUNK, in their order."""
    portion: list[Any] = []
    for row in rows.iterator(CHUNK):
        portion.append(row)
        if len(portion) == CHUNK:
            yield portion
            portion = []
    if portion:
        yield portion


def first_of(sentences: Iterable[str]) -> str:
    """The first sentence, or nothing."""
    return next(iter(sentences), "")
