"""The money of one made-up đề án, from its approval to its settlement."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from random import Random
from typing import TYPE_CHECKING

from khuyencong.core.money import share_down
from khuyencong.core.text import number_key
from khuyencong.demo.national.tables import moment
from khuyencong.demo.national.works import DONE, UNDER_CONTRACT, Part, S, Work
from khuyencong.finance.models import ContractKind, EntryKind, PaymentKind
from khuyencong.law.advances import advance_share_on

if TYPE_CHECKING:
    from khuyencong.demo.national.books import Books, Desk
    from khuyencong.demo.national.staff import Person

E = EntryKind
THOUSAND = 1_000
# The share of the law holds for national money and is a reference for local money; no advance came to all of it.
DAY_OF_SHARES = date(2014, 6, 1)


@cache
def _share(activity: str) -> tuple[Fraction, str]:
    """The most that may be advanced for an activity, and the article."""
    found = advance_share_on(activity, DAY_OF_SHARES)
    return min(found.share, Fraction(7, 10)), found.article


class Money:
    """Writes contract, payments, acceptances, settlement and all rows of the ledger of one approved đề án."""

    def __init__(self, books: Books, work: Work, desk: Desk, envelope: int, vouchers: dict[int, int]) -> None:
        self.books, self.work, self.desk, self.envelope, self.vouchers = books, work, desk, envelope, vouchers
        self.paid_out = 0

    def write(self, chance: Random) -> int:
        """Everything up to its state; how much of the envelope it holds in the end, in đồng."""
        work, desk, people = self.work, self.desk, self.desk.payers
        planned = work.decided - timedelta(days=6)
        self._enter(planned, E.PLANNED, work.support, f"Kế hoạch năm {work.year}", by=people.officer)
        self.books.note(work, planned, "project.plan", people.officer, desk.funder)
        for part in work.parts:
            self._enter(
                work.decided, E.APPROVED, part.support, f"Quyết định đợt {work.round}/{work.year} (ví dụ)", part
            )
        self.books.note(work, work.decided, "project.approve", people.leader, desk.funder, {"state": "approved"})
        if work.state == S.STOPPED:
            return self._stop()
        if work.state in UNDER_CONTRACT:
            self._sign()
            advances = self._advance(chance)
            if work.state in DONE:
                self._accept()
                self._pay(advances)
            if work.state == S.SETTLED:
                return self._settle()
        return work.support

    def _enter(self, on: date, kind: EntryKind, amount: int, document: str, part: Part | None = None,
               by: Person | None = None, payment: int | None = None) -> None:  # fmt: skip
        self.books.enter(
            on, kind, amount, self.envelope, document, by or self.desk.payers.accountant,
            project=self.work.key, beneficiary=part.key if part else None, payment=payment,
        )  # fmt: skip

    def _stop(self) -> int:
        """Nothing was begun: all of it goes back."""
        on = self.work.days.contracted
        self._enter(on, E.RELEASED, self.work.support, "Quyết định ngừng thực hiện (ví dụ)")
        self.books.note(self.work, on, "project.stop", self.desk.payers.leader, self.desk.funder, {"state": "stopped"})
        return 0

    def _sign(self) -> None:
        work, desk, people, on = self.work, self.desk, self.desk.payers, self.work.days.contracted
        kind = ContractKind.ASSIGNMENT if work.kind == "task" else ContractKind.CONTRACT
        number = f"{work.code}/HĐ"
        settled = work.state == S.SETTLED
        contract = self.books.contracts.add(
            kind.value, number, on, date(work.year, 12, 31), desk.funder.pk, desk.unit.pk, work.source.value,
            desk.unit.name, "liquidated" if settled else "signed", work.days.settled if settled else None,
            f"{work.code}/TL" if settled else "", people.accountant.key, people.leader.key, people.leader.name, moment(on),
        )  # fmt: skip
        share, article = _share(work.activity)
        own = sum(line.total for part in work.parts for line in part.lines) - work.support
        self.books.contract_parts.add(contract, work.key, work.support, own, share_down(share, work.support), article)
        self._enter(on, E.CONTRACTED, work.support, f"{kind.label} {number}", by=people.leader)
        self.books.note(work, on, "project.start", people.leader, desk.funder, {"state": "in_progress"})

    def _advance(self, chance: Random) -> int:
        """One advance for the whole đề án, inside the share of the law; how much, in đồng."""
        share, _ = _share(self.work.activity)
        # No more than what will be accepted, so that nothing has to be recovered.
        most = share_down(share * chance.randrange(6, 10) / 10, self.work.support) // THOUSAND * THOUSAND
        if most:
            self._payment(self.work.days.advanced, PaymentKind.ADVANCE, most, None)
        return most

    def _accept(self) -> None:
        work, desk, on = self.work, self.desk, self.work.days.accepted
        by, agency = (self.desk.staff.appraiser, desk.office.department) if work.route != "national_direct" else (
            desk.payers.appraiser, desk.funder
        )  # fmt: skip
        for place, part in enumerate(work.parts, start=1):
            number = f"{work.code}/NT-{place}"
            step = {"label": "Phần được nghiệm thu", "formula": "theo biên bản", "amount": part.accepted, "article": ""}
            calculation = {"amount": part.accepted, "earned": part.accepted, "steps": [step]}
            made = self.books.acceptances.add(
                work.key, part.key, number, on, part.accepted, calculation, by.key, agency.pk, moment(on, 5)
            )
            rest = part.cost
            for line, key in zip(part.lines, part.line_keys, strict=True):
                cost = rest if key == part.line_keys[-1] else min(line.total, rest)
                rest -= cost
                price = None if cost % line.quantity else cost // line.quantity
                self.books.items.add(
                    made, key, line.content, line.content, line.quantity, price, cost, "Việt Nam", work.year
                )
            self._enter(on, E.ACCEPTED, part.accepted, f"Biên bản {number}", part, by=by)
            self.books.note(work, on, "project.accept", by, agency, {"được thanh toán": part.accepted})

    def _pay(self, advanced: int) -> None:
        """What was accepted and not advanced, to each its own."""
        for part in self.work.parts:
            covered = min(advanced, part.accepted)
            advanced -= covered
            if part.accepted > covered:
                self._payment(self.work.days.paid, PaymentKind.FINAL, part.accepted - covered, part)

    def _payment(self, on: date, kind: PaymentKind, amount: int, part: Part | None) -> None:
        work, desk, people = self.work, self.desk, self.desk.payers
        self.vouchers[desk.funder.pk] += 1
        number = f"UNC-{self.vouchers[desk.funder.pk]:05d}"
        payment = self.books.payments.add(
            work.key, desk.funder.pk, work.year, kind.value, amount, part.key if part else None, "paid",
            people.accountant.key, moment(on, 2), people.leader.key, people.leader.name, moment(on, 3),
            people.accountant.key, people.accountant.name, moment(on, 4), number, on, number_key(number), on.year,
        )  # fmt: skip
        entry = E.PAID if kind == PaymentKind.FINAL else E.ADVANCED
        self._enter(on, entry, amount, f"Chứng từ {number}", part, payment=payment)
        self.paid_out += amount
        self.books.note(work, on, "payment.prepare", people.accountant, desk.funder, {"số tiền": amount})
        self.books.note(work, on, "payment.approve", people.leader, desk.funder)
        self.books.note(work, on, "payment.pay", people.accountant, desk.funder, {"chứng từ": number})

    def _settle(self) -> int:
        work, people, on = self.work, self.desk.payers, self.work.days.settled
        number = f"{work.code}/QT"
        self.books.settlements.add(work.key, number, on, self.paid_out, people.accountant.key, moment(on))
        self._enter(on, E.SETTLED, self.paid_out, f"Quyết toán {number}")
        self._enter(on, E.RELEASED, work.support - self.paid_out, f"Quyết toán {number}")
        self.books.note(work, on, "project.settle", people.accountant, self.desk.funder, {"quyết toán": self.paid_out})
        self.books.note(work, on, "contract.liquidate", people.leader, self.desk.funder)
        return self.paid_out
