"""The ledger's balances, the rules that they must satisfy, and the one way to add rows.

`project_rules` and `envelope_rules` are asked twice: after every posting, inside the same transaction and under the
lock of what they judge, so that a broken rule takes the posting back; and by `khuyencong check` over everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db import models

from khuyencong.core.errors import Refused
from khuyencong.core.findings import Blocker, Finding
from khuyencong.core.money import format_dong
from khuyencong.finance.models import Contract, EntryKind, LedgerEntry, Payment
from khuyencong.people.actors import Actor
from khuyencong.programmes.models import Envelope
from khuyencong.projects.models import Beneficiary, Project
from khuyencong.projects.support import shares_of


@dataclass(frozen=True)
class Balance:
    """Sums of ledger rows by kind, in đồng."""

    given: int = 0
    planned: int = 0
    approved: int = 0
    contracted: int = 0
    advanced: int = 0
    accepted: int = 0
    paid: int = 0
    recovered: int = 0
    released: int = 0
    settled: int = 0

    @property
    def paid_out(self) -> int:
        """What has left the Treasury and not come back."""
        return self.advanced + self.paid - self.recovered

    @property
    def unearned(self) -> int:
        """What was paid out beyond what was accepted, and so is to be recovered (TT 36/2013 Đ12.6)."""
        return max(0, self.paid_out - self.accepted)

    @property
    def still_payable(self) -> int:
        """What was accepted and not yet paid."""
        return max(0, self.accepted - self.paid_out)

    @property
    def free(self) -> int:
        """What an envelope may still approve."""
        return self.given - self.committed

    @property
    def committed(self) -> int:
        """What was approved and not released again."""
        return self.approved - self.released

    @property
    def spare(self) -> int:
        """What of a commitment is neither earned nor paid out, and so returns to the envelope when the project ends."""
        return self.committed - max(self.accepted, self.paid_out)


def _summed(entries: models.QuerySet[LedgerEntry]) -> Balance:
    return Balance(**dict(entries.order_by().values_list("kind").annotate(sum=models.Sum("amount"))))


def balance_of(project: Project) -> Balance:
    """The project's balance, in one query."""
    return _summed(LedgerEntry.objects.filter(project=project))


def balance_of_envelope(envelope: Envelope) -> Balance:
    """The envelope's balance, in one query."""
    return _summed(LedgerEntry.objects.filter(envelope=envelope))


def balances(entries: models.QuerySet[LedgerEntry], by: str) -> dict[int, Balance]:
    """Balances of many at once, keyed by `by` ('project_id', 'envelope_id' or 'beneficiary_id'), in one query."""
    sums: dict[int, dict[str, int]] = {}
    for key, kind, amount in entries.order_by().values_list(by, "kind").annotate(sum=models.Sum("amount")):
        sums.setdefault(key, {})[kind] = amount
    return {key: Balance(**kinds) for key, kinds in sums.items()}


def approved_by_beneficiary(project: Project) -> dict[int | None, int]:
    """What stands approved for each beneficiary (None: for none), in đồng; nothing before the approval.

    It is what the estimate gives each of them: approval posts just that, and afterwards only an adjustment, by its own
    decision, changes the estimate, together with the ledger. Where money moves between beneficiaries the sum stays.
    """
    if not LedgerEntry.objects.filter(project=project, kind=EntryKind.APPROVED).exists():
        return {}
    shares = shares_of(project, list(project.beneficiaries.all()), project.lines.all())
    return {share.beneficiary.pk if share.beneficiary else None: share.asked for share in shares if share.asked}


def project_rules(balance: Balance, contract: Contract | None) -> Iterator[Finding]:
    """What a project's balance must satisfy; yields a Blocker for each rule it breaks."""

    def rule(code: str, broken: bool, sentence: str, article: str = "") -> Iterator[Finding]:  # noqa: FBT001  # local
        if broken:
            yield Blocker(code, sentence, article)

    yield from rule(
        "approved_beyond_plan",
        balance.approved > balance.planned,
        f"Phê duyệt {format_dong(balance.approved)} đồng vượt số đưa vào kế hoạch {format_dong(balance.planned)} đồng.",
    )
    yield from rule(
        "contracted_beyond_approval",
        balance.contracted > balance.approved,
        f"Hợp đồng {format_dong(balance.contracted)} đồng vượt số được phê duyệt {format_dong(balance.approved)} đồng.",
        "TT 36/2013 Đ12.2",
    )
    ceiling = contract.advance_ceiling if contract else 0
    yield from rule(
        "advanced_beyond_share",
        balance.advanced > ceiling,
        f"Tạm ứng {format_dong(balance.advanced)} đồng vượt mức tối đa {format_dong(ceiling)} đồng"
        f" ({contract.advance_basis if contract else 'chưa có hợp đồng'}).",
        "TT 36/2013 Đ13; TTLT 26/2014 Đ8.2.b",
    )
    yield from rule(
        "accepted_beyond_contract",
        balance.accepted > balance.contracted,
        f"Nghiệm thu {format_dong(balance.accepted)} đồng vượt giá trị hợp đồng {format_dong(balance.contracted)} đồng.",
    )
    yield from rule(
        "paid_beyond_acceptance",
        balance.paid > 0 and balance.paid_out > balance.accepted,
        f"Tổng đã chi {format_dong(balance.paid_out)} đồng vượt số được nghiệm thu {format_dong(balance.accepted)} đồng.",
        "TT 36/2013 Đ14",
    )
    yield from rule(
        "recovered_beyond_paid",
        balance.recovered > balance.advanced + balance.paid,
        f"Thu hồi {format_dong(balance.recovered)} đồng vượt số đã chi.",
        "TT 36/2013 Đ12.6",
    )
    yield from rule(
        "settled_differs",
        balance.settled not in {0, balance.paid_out} or balance.settled > balance.accepted,
        f"Quyết toán {format_dong(balance.settled)} đồng khác số thực chi {format_dong(balance.paid_out)} đồng"
        f" hoặc vượt số nghiệm thu {format_dong(balance.accepted)} đồng.",
        "TT 36/2013 Đ18",
    )
    yield from rule(
        "released_what_is_needed",
        balance.spare < 0,
        f"Hoàn lại hạn mức {format_dong(balance.released)} đồng nhiều hơn số không dùng đến.",
    )
    negative = [label for kind, label in EntryKind.choices if getattr(balance, kind) < 0]
    yield from rule("negative_balance", bool(negative), f"Số dư âm: {', '.join(negative)}.")


def envelope_rules(balance: Balance) -> Iterator[Finding]:
    """What an envelope's balance must satisfy: approvals never exceed what was given."""
    if balance.committed > balance.given:
        yield Blocker(
            "approved_beyond_envelope",
            f"Phê duyệt {format_dong(balance.committed)} đồng vượt hạn mức được giao {format_dong(balance.given)} đồng"
            f" ({format_dong(-balance.free)} đồng).",
            "NĐ 45/2012 Đ14; Luật Ngân sách nhà nước",
        )


def envelope_of(project: Project) -> Envelope:
    """The envelope that pays for the project. Raises Refused where none was given."""
    envelope = Envelope.objects.filter(agency_id=project.funder_id, year=project.year, source=project.source).first()
    if envelope is None:
        raise Refused(f"{project.funder} chưa có hạn mức {project.get_source_display()} năm {project.year}.")
    return envelope


def lock_envelope(*, agency_id: int, year: int, source: str) -> Envelope | None:
    """The envelope, locked until the transaction ends; always taken before the projects that draw on it.

    The lock leaves the key free (`no_key`): an action that holds only its project may add a ledger row that points at
    this envelope, instead of waiting for it in the opposite order.
    """
    return Envelope.objects.select_for_update(no_key=True).filter(agency_id=agency_id, year=year, source=source).first()


def post(
    *,
    kind: EntryKind,
    amount: int,
    envelope: Envelope,
    by: Actor,
    on: date,
    document: str,
    project: Project | None = None,
    beneficiary: Beneficiary | None = None,
    payment: Payment | None = None,
    note: str = "",
) -> LedgerEntry | None:
    """Add one row of `amount` đồng; nothing for zero. The caller holds the lock and then calls `enforce`."""
    if amount == 0:
        return None
    return LedgerEntry.objects.create(
        kind=kind,
        amount=amount,
        envelope=envelope,
        project=project,
        beneficiary=beneficiary,
        payment=payment,
        on=on,
        document=document,
        note=note,
        by=by.user,
    )


def enforce(*, projects: Iterable[Project] = (), envelope: Envelope | None = None) -> None:
    """Raise Refused, and so take the whole transaction back, where what was just posted breaks a rule."""
    rows = {project.pk: project for project in projects}
    found: list[Finding] = []
    if rows:
        sums = balances(LedgerEntry.objects.filter(project__in=rows), "project_id")
        contracts = {contract.project_id: contract for contract in Contract.objects.filter(project__in=rows)}
        for pk in rows:
            found += project_rules(sums.get(pk, Balance()), contracts.get(pk))
    if envelope is not None:
        found += envelope_rules(balance_of_envelope(envelope))
    if found:
        raise Refused(" ".join(one.sentence for one in found), article=found[0].article, findings=found)
