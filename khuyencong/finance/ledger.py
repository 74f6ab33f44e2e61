"""The ledger's balances, the rules that they must satisfy, and the one way to add rows.

`project_rules` and `envelope_rules` are asked twice: after every posting, inside the same transaction and under the
lock of what they judge, so that a broken rule takes the posting back; and by `khuyencong check` over everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

from django.db import models

from khuyencong.core.errors import Refused
from khuyencong.core.findings import Blocker, Finding
from khuyencong.core.money import format_dong
from khuyencong.finance.models import OF_ENVELOPE, ContractPart, EntryKind, LedgerEntry, Payment
from khuyencong.finance.periods import booking_day
from khuyencong.people.actors import Actor
from khuyencong.programmes.models import Envelope
from khuyencong.projects.models import Beneficiary, Project

# The estimate is given, spent and settled year by year.
BY_YEAR = "NĐ 45/2012 Đ14; Luật Ngân sách nhà nước"


@dataclass(frozen=True)
class Balance:
    """Sums of ledger rows by kind, in đồng."""

    given: int = 0
    delegated: int = 0
    carried: int = 0
    returned: int = 0
    planned: int = 0
    approved: int = 0
    reduced: int = 0
    contracted: int = 0
    advanced: int = 0
    accepted: int = 0  # what stands: less what annulments took back
    annulled: int = 0
    paid: int = 0
    recovered: int = 0
    released: int = 0
    settled: int = 0
    repaid: int = 0

    @classmethod
    def of(cls, sums: Mapping[str, int]) -> Balance:
        """From the sums by kind; what was accepted and taken back again does not count as accepted anywhere."""
        accepted = sums.get(EntryKind.ACCEPTED, 0) - sums.get(EntryKind.ANNULLED, 0)
        return cls(**{**sums, "accepted": accepted})

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
    def left(self) -> int:
        """What went from the envelope into the next year or back to the budget."""
        return self.carried + self.returned

    @property
    def disposable(self) -> int:
        """What an envelope has of what was given to it: less what it delegated, carried over and returned."""
        return self.given - self.delegated - self.carried - self.returned

    @property
    def free(self) -> int:
        """What an envelope may still approve."""
        return self.disposable - self.committed

    @property
    def approved_now(self) -> int:
        """What stands approved after the decisions that took some back."""
        return self.approved - self.reduced

    @property
    def committed(self) -> int:
        """What was approved and neither taken back nor released again."""
        return self.approved_now - self.released

    @property
    def unspent(self) -> int:
        """What of a commitment has not left the Treasury."""
        return self.committed - self.paid_out

    @property
    def spare(self) -> int:
        """What of a commitment is neither earned nor paid out, and so returns to the envelope when the project ends."""
        return self.committed - max(self.accepted, self.paid_out)


def _summed(entries: models.QuerySet[LedgerEntry]) -> Balance:
    return Balance.of(dict(entries.order_by().values_list("kind").annotate(sum=models.Sum("amount"))))


def total_of(parts: Iterable[Balance]) -> Balance:
    """Several balances added up; those of no row are all 0."""
    rows = list(parts)
    return Balance(**{one.name: sum(getattr(row, one.name) for row in rows) for one in fields(Balance)})


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
    return {key: Balance.of(kinds) for key, kinds in sums.items()}


def balances_by_year(projects: Iterable[Project]) -> dict[int, dict[int, Balance]]:
    """By key of the project and of the envelope, what stands there; one query."""
    rows = LedgerEntry.objects.filter(project__in=projects).order_by()
    sums: dict[int, dict[int, dict[str, int]]] = {}
    grouped = rows.values_list("project_id", "envelope_id", "kind").annotate(sum=models.Sum("amount"))
    for project, envelope, kind, amount in grouped:
        sums.setdefault(project or 0, {}).setdefault(envelope, {})[kind] = amount
    return {
        project: {envelope: Balance.of(kinds) for envelope, kinds in held.items()} for project, held in sums.items()
    }


def approved_by_beneficiary(project: Project) -> dict[int | None, int]:
    """What stands approved for each beneficiary (None: for none), in đồng."""
    sums = balances(LedgerEntry.objects.filter(project=project), "beneficiary_id")
    return {key: balance.approved_now for key, balance in sums.items() if balance.approved_now}


def project_rules(balance: Balance, part: ContractPart | None) -> Iterator[Finding]:
    """What a project's balance must satisfy; yields a Blocker for each rule it breaks."""

    def rule(code: str, broken: bool, sentence: str, article: str = "") -> Iterator[Finding]:  # noqa: FBT001  # local
        if broken:
            yield Blocker(code, sentence, article)

    yield from rule(
        "approved_beyond_plan",
        balance.approved_now > balance.planned,
        f"Phê duyệt {format_dong(balance.approved_now)} đồng vượt số đưa vào kế hoạch {format_dong(balance.planned)} đồng.",
    )
    yield from rule(
        "contracted_beyond_approval",
        balance.contracted > balance.approved_now,
        f"Hợp đồng {format_dong(balance.contracted)} đồng vượt số được phê duyệt {format_dong(balance.approved_now)} đồng.",
        "TT 36/2013 Đ12.2",
    )
    ceiling = part.advance_ceiling if part else 0
    yield from rule(
        "advanced_beyond_share",
        balance.advanced > ceiling,
        f"Tạm ứng {format_dong(balance.advanced)} đồng vượt mức tối đa {format_dong(ceiling)} đồng"
        f" ({part.advance_basis if part else 'chưa có hợp đồng'}).",
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
        # Less than was paid out only between two years of a đề án of several: `check.py` asks for equality at the end.
        balance.settled > min(balance.paid_out, balance.accepted),
        f"Quyết toán {format_dong(balance.settled)} đồng vượt số thực chi {format_dong(balance.paid_out)} đồng"
        f" hoặc vượt số nghiệm thu {format_dong(balance.accepted)} đồng.",
        "TT 36/2013 Đ18",
    )
    yield from rule(
        "repaid_beyond_settlement",
        balance.repaid > balance.settled,
        f"Hoàn trả {format_dong(balance.repaid)} đồng vượt số đã quyết toán {format_dong(balance.settled)} đồng.",
        "TT 36/2013 Đ12.6",
    )
    yield from rule(
        "released_what_is_needed",
        balance.spare < 0,
        f"Hoàn lại hạn mức {format_dong(balance.released)} đồng nhiều hơn số không dùng đến.",
    )
    negative = [label for kind, label in EntryKind.choices if getattr(balance, kind) < 0]
    yield from rule("negative_balance", bool(negative), f"Số dư âm: {', '.join(negative)}.")


def year_rules(held: Mapping[int, Balance]) -> Iterator[Finding]:
    """What the balances of one project by envelope must satisfy: each year's money pays no more than it was approved for."""
    for _, balance in sorted(held.items()):
        if balance.paid_out > max(0, balance.committed):
            yield Blocker(
                "paid_beyond_year",
                f"Đã chi {format_dong(balance.paid_out)} đồng từ kinh phí của một năm, vượt số của năm ấy"
                f" {format_dong(balance.committed)} đồng.",
                BY_YEAR,
            )


def envelope_rules(balance: Balance) -> Iterator[Finding]:
    """What an envelope's balance must satisfy: approvals never exceed what was given."""
    if balance.committed > balance.disposable:
        yield Blocker(
            "approved_beyond_envelope",
            f"Phê duyệt {format_dong(balance.committed)} đồng vượt hạn mức được dùng {format_dong(balance.disposable)} đồng"
            f" ({format_dong(-balance.free)} đồng).",
            BY_YEAR,
        )
    negative = [kind.label for kind in OF_ENVELOPE if getattr(balance, kind) < 0]
    if negative:
        yield Blocker("negative_envelope", f"Số dư âm: {', '.join(negative)}.")


def envelope_of(project: Project, *, year: int | None = None) -> Envelope:
    """The envelope that pays for the project in a budget year. Raises Refused where none was given.

    Without `year`: the latest one in which money was approved for it, which after a carry-over or in the later years
    of a đề án of several years is not that of the plan year; before any approval that of the plan year.
    """
    held = envelopes_of(project) if year is None else ()
    return held[-1] if held else envelopes_for([project], year=year or project.year)[project.pk]


def envelopes_for(projects: Sequence[Project], *, year: int) -> dict[int, Envelope]:
    """The envelope of that budget year from which each project (by key) is paid; one query.

    Expects `payer` loaded. Raises Refused with the first project whose payer was given nothing.
    """
    rows = Envelope.objects.filter(year=year, agency__in={one.payer_id for one in projects})
    given = {(one.agency_id, one.source, one.spending): one for one in rows}
    found = {}
    for project in projects:
        envelope = given.get((project.payer_id, project.source, project.spending))
        if envelope is None:
            kind = f"{project.get_source_display()} ({project.get_spending_display().lower()})"
            raise Refused(f"{project.code}: {project.payer} chưa có hạn mức {kind} năm {year}.")
        found[project.pk] = envelope
    return found


def envelopes_of(project: Project) -> tuple[Envelope, ...]:
    """Those in which money was approved for the project, the earliest year first; one query."""
    approved = LedgerEntry.objects.filter(project=project, kind=EntryKind.APPROVED).order_by().values("envelope")
    return tuple(Envelope.objects.filter(pk__in=approved).order_by("year", "pk"))


def lock_envelopes(keys: Iterable[int]) -> dict[int, Envelope]:
    """The envelopes by key, locked until the transaction ends; always taken before the projects that draw on them.

    They are taken in the order of their keys, so that two actions never wait for each other. The lock leaves the key
    free (`no_key`): an action that holds only its project may add a ledger row that points at an envelope, instead of
    waiting for it in the opposite order.
    """
    rows = Envelope.objects.select_for_update(no_key=True, of=("self",)).select_related("agency")
    return {one.pk: one for one in rows.filter(pk__in=set(keys)).order_by("pk")}


def version_of(envelope: Envelope) -> int:
    """Changes with every row of the envelope, so that a form that shows its sums can tell whether they still hold; one query."""
    return LedgerEntry.objects.filter(envelope=envelope).count() + 1


def open_envelope(*, agency_id: int, year: int, source: str, spending: str) -> Envelope:
    """The one envelope of that agency, year, source and kind of spending, made where there is none; not locked."""
    return Envelope.objects.get_or_create(agency_id=agency_id, year=year, source=source, spending=spending)[0]


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
    other: Envelope | None = None,
    answers: LedgerEntry | None = None,
    note: str = "",
) -> LedgerEntry | None:
    """Add one row of `amount` đồng; nothing for zero. The caller holds the lock and then calls `enforce`.

    A document of a day that the envelope's agency has closed is booked on the first day after it.
    """
    if amount == 0:
        return None
    return LedgerEntry.objects.create(
        kind=kind,
        amount=amount,
        envelope=envelope,
        other_envelope=other,
        project=project,
        beneficiary=beneficiary,
        payment=payment,
        answers=answers,
        on=on,
        booked_on=booking_day(envelope, on),
        document=document,
        note=note,
        by=by.user,
    )


def enforce(*, projects: Iterable[Project] = (), envelopes: Iterable[Envelope] = ()) -> None:
    """Raise Refused, and so take the whole transaction back, where what was just posted breaks a rule."""
    rows = {project.pk: project for project in projects}
    found: list[Finding] = []
    if rows:
        held = balances_by_year(rows.values())
        parts = {part.project_id: part for part in ContractPart.objects.filter(project__in=rows)}
        for pk in rows:
            of_years = held.get(pk, {})
            found += project_rules(total_of(of_years.values()), parts.get(pk))
            found += year_rules(of_years)
    touched = {envelope.pk for envelope in envelopes}
    if touched:
        sums = balances(LedgerEntry.objects.filter(envelope__in=touched), "envelope_id")
        for pk in sorted(touched):
            found += envelope_rules(sums.get(pk, Balance()))
    if found:
        raise Refused(" ".join(one.sentence for one in found), article=found[0].article, findings=found)
