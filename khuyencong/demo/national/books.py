"""Writes the đề án of a year with their plans, contracts, acceptances, payments and rows of the ledger.

Amounts follow the rules that `finance.ledger` enforces: the envelope is given before its plan, advances stay inside the
share of the law, what is paid is what was accepted, what is not needed goes back.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from khuyencong.appraisal.models import Appraisal
from khuyencong.core.finding import haystack, words
from khuyencong.core.money import MILLION
from khuyencong.delivery.models import Acceptance, AcceptanceItem
from khuyencong.demo.national.money import Money
from khuyencong.demo.national.sheets import Sheets
from khuyencong.demo.national.sites import Office
from khuyencong.demo.national.staff import People, Person, Staff
from khuyencong.demo.national.tables import Checksum, Table, moment
from khuyencong.demo.national.trail import Trail
from khuyencong.demo.national.works import LAST_YEAR, S, Work, standing_on
from khuyencong.finance.models import Contract, ContractPart, EntryKind, LedgerEntry, Payment
from khuyencong.people.models import Agency
from khuyencong.programmes.models import AnnualPlan, Envelope, FundingSource
from khuyencong.projects.actions.draft import SOURCE_LETTERS
from khuyencong.projects.models import Beneficiary, EstimateLine, Project, ProjectCounter
from khuyencong.projects.models.project import LONG_TEXT
from khuyencong.settlement.models import Settlement

LETTER = "QĐ-VIDU"
NECESSITY = "Cơ sở đang dùng máy cũ, hao nguyên liệu, năng suất thấp. Số liệu làm ra để thử, không có thật."
E = EntryKind


class Books:
    """All tables of a year; `write` takes the đề án of one year after another."""

    def __init__(self, people: People, trail: Trail, checksum: Checksum) -> None:
        def table(model: Any, *names: str) -> Table:
            return Table(model, checksum, *names)

        self.people, self.trail, self.sheets = people, trail, Sheets(checksum)
        self.plans = table(AnnualPlan, "agency", "year", "source", "round", "title", "state", "decision_number",
                           "decision_on", "decided_by", "created_by", "created_at")  # fmt: skip
        self.envelopes = table(Envelope, "agency", "year", "source", "created_at")
        self.projects = table(
            Project, "code", "name", "kind", "source", "route", "activity", "sector", "year", "state",
            "implementing_unit", "department", "funder", "payer", "plan", "province", "province_before", "commune",
            "necessity", "submission", "submitted_by", "submitted_on", "created_by", "in_charge", "created_at",
            "haystack", "version", "planned_beneficiaries",
        )  # fmt: skip
        self.parts = table(Beneficiary, "project", "establishment", "commits_own_capital", "declares_no_other_support")
        self.lines = table(EstimateLine, "project", "beneficiary", "position", "content", "unit", "quantity",
                           "unit_price", "total", "support", "counterpart", "in_cost_base", "haystack")  # fmt: skip
        self.appraisals = table(Appraisal, "project", "level", "submission", "outcome", "minutes_number", "appraised_on",
                                "comment", "by", "agency", "created_at")  # fmt: skip
        self.contracts = table(Contract, "kind", "number", "signed_on", "ends_on", "payer", "unit", "source", "party",
                               "state", "liquidated_on", "liquidation_number", "prepared_by", "signed_by", "signed_as",
                               "created_at")  # fmt: skip
        self.contract_parts = table(ContractPart, "contract", "project", "value", "counterpart", "advance_ceiling",
                                    "advance_basis")  # fmt: skip
        self.acceptances = table(Acceptance, "project", "beneficiary", "number", "accepted_on", "payable", "calculation",
                                 "by", "agency", "created_at")  # fmt: skip
        self.items = table(AcceptanceItem, "acceptance", "line", "approved_name", "description", "quantity",
                           "unit_price", "cost", "country", "year_made")  # fmt: skip
        self.payments = table(
            Payment, "project", "payer", "year", "kind", "amount", "beneficiary", "state", "prepared_by", "prepared_at",
            "approved_by", "approved_as", "approved_at", "paid_by", "paid_as", "paid_at", "voucher_number", "voucher_on",
            "voucher_key", "voucher_year",
        )  # fmt: skip
        self.entries = table(LedgerEntry, "kind", "amount", "envelope", "project", "beneficiary", "payment", "on",
                             "booked_on", "document", "by", "posted_at")  # fmt: skip
        self.counters = table(ProjectCounter, "province_code", "year", "source", "last")
        self.settlements = table(Settlement, "project", "number", "settled_on", "amount", "by", "created_at")
        # In the order in which one points at the other.
        self.tables = (
            self.plans, self.envelopes, self.projects, self.parts, self.lines, self.appraisals, self.contracts,
            self.contract_parts, self.acceptances, self.items, self.payments, self.entries, self.counters,
            self.settlements, self.sheets.table,
        )  # fmt: skip
        self._content_words: dict[str, str] = {}
        self._rows: list[tuple[date, tuple[Any, ...]]] = []

    def write(self, year: int, works: list[Work], chance: Random) -> None:
        """Write the đề án of one year and everything about them."""
        self._numbers(year, works)
        plans, envelopes, left = self._plans(year, works, chance)
        vouchers: dict[int, int] = defaultdict(int)
        for work in works:
            desk = Desk.of(work, self.people)
            plan = plans.get((desk.funder.pk, work.source, work.round)) if work.is_planned else None
            self._project(work, desk, plan)
            if work.is_planned:
                envelope = envelopes[desk.funder.pk, work.source]
                left[envelope] -= Money(self, work, desk, envelope, vouchers).write(chance)
            self.sheets.add(chance, work)
        self._give_back(year, left)
        self._rows.sort(key=lambda row: row[0])
        for _, row in self._rows:
            self.entries.add(*row)
        self._rows.clear()
        for table in self.tables:
            table.send()

    def enter(self, on: date, kind: EntryKind, amount: int, envelope: int, document: str, by: Person, *,
              project: int | None = None, beneficiary: int | None = None, payment: int | None = None) -> None:  # fmt: skip
        """One row of the ledger, nothing for zero; the rows of a year are written in the order of their days."""
        if amount:
            row = (kind.value, amount, envelope, project, beneficiary, payment, on, on, document, by.key, moment(on, 4))
            self._rows.append((on, row))

    def _numbers(self, year: int, works: list[Work]) -> None:
        last: dict[tuple[str, FundingSource], int] = defaultdict(int)
        for work in sorted(works, key=lambda one: one.days.created):
            code = work.site.today.code
            last[code, work.source] += 1
            work.code = f"{code}-{year}-{SOURCE_LETTERS[work.source]}-{last[code, work.source]:04d}"
        for (code, source), number in last.items():
            self.counters.add(code, year, source.value, number)

    def _plans(self, year: int, works: list[Work], chance: Random) -> tuple[
        dict[tuple[int, FundingSource, int], int], dict[tuple[int, FundingSource], int], dict[int, int]
    ]:  # fmt: skip
        """Plans by agency, source and round, envelopes by agency and source, and what is given by envelope."""
        together: dict[tuple[int, FundingSource, int], list[Work]] = defaultdict(list)
        for work in works:
            if work.is_planned:
                together[Desk.of(work, self.people).funder.pk, work.source, work.round].append(work)
        plans, envelopes = {}, {}
        left: dict[int, int] = defaultdict(int)
        for key in sorted(together):
            agency, source, round_ = key
            desk, on = Desk.of(together[key][0], self.people), together[key][0].decided
            if (agency, source) not in envelopes:
                envelopes[agency, source] = self.envelopes.add(
                    agency, year, source.value, moment(date(year - 1, 12, 26))
                )
            envelope = envelopes[agency, source]
            asked = sum(work.support for work in together[key])
            given = (asked * chance.randrange(101, 109) // 100 // MILLION + 1) * MILLION
            left[envelope] += given
            document = f"Quyết định {round_:02d}{year % 100}/{LETTER} giao dự toán {year} (ví dụ)"
            self.enter(on - timedelta(days=6), E.GIVEN, given, envelope, document, desk.payers.accountant)
            number = f"{round_}{agency:03d}/{LETTER}"
            title = f"Kế hoạch {source.label.lower()} năm {year}, đợt {round_}"
            plans[key] = self.plans.add(agency, year, source.value, round_, title, "approved", number, on,
                                        "Người Ký Mẫu", desk.payers.officer.key, moment(on - timedelta(days=20)))  # fmt: skip
            self.trail.note(on, "plan.approve", desk.payers.leader, desk.funder, (AnnualPlan, plans[key], title),
                            f"plan:{plans[key]}", {"số quyết định": number})  # fmt: skip
        return plans, envelopes, left

    def _give_back(self, year: int, left: dict[int, int]) -> None:
        """What a year left over is returned to the budget at its end."""
        if year < LAST_YEAR:
            for envelope, amount in left.items():
                document = f"Quyết định hủy dự toán {year}, hạn mức {envelope} (ví dụ)"
                self.enter(
                    date(year + 1, 1, 31), E.RETURNED, amount, envelope, document, self.people.national.accountant
                )

    def _project(self, work: Work, desk: Desk, plan: int | None) -> None:
        days, site = work.days, work.site
        drawn = work.state != S.DRAFT
        names = [name for part in work.parts if part.establishment for name in part.establishment[2].split()]
        found = dict.fromkeys([*words(work.name), *words(work.code), *names])
        before = site.before.pk if site.before.pk != desk.province else None
        commune = site.communes[len(names) % len(site.communes)] if work.year == LAST_YEAR and site.communes else None
        work.key = self.projects.add(
            work.code, work.name, work.kind.value, work.source.value, work.route.value, work.activity, work.sector,
            work.year, work.state.value, desk.unit.pk, desk.office.department.pk, desk.funder.pk, desk.funder.pk, plan,
            desk.province, before, commune, NECESSITY, int(drawn), desk.officer.key if drawn else None,
            days.submitted if drawn else None, desk.officer.key, desk.officer.key, moment(days.created),
            "".join(f" {word}" for word in found)[:LONG_TEXT], 4 if work.is_planned else 2,
            len(work.parts) if work.kind == "group" else None,
        )  # fmt: skip
        position = 0
        for part in work.parts:
            if part.establishment:
                part.key = self.parts.add(work.key, part.establishment[0], True, True)  # values of columns
            for line in part.lines:
                part.line_keys.append(self.lines.add(
                    work.key, part.key, position, line.content, line.unit, line.quantity, line.price, line.total,
                    line.support, line.total - line.support, bool(line.support), self._found_by(line.content),
                ))  # fmt: skip
                position += 1
        self._appraised(work, desk)

    def _found_by(self, content: str) -> str:
        if content not in self._content_words:
            self._content_words[content] = haystack(content)
        return self._content_words[content]

    def _appraised(self, work: Work, desk: Desk) -> None:
        """The events up to the plan, and the appraisals."""
        days, state, sent = work.days, work.state, work.days.submitted
        self.note(work, days.created, "project.create", desk.officer, desk.unit)
        self.note(work, days.created, "project.save_estimate", desk.officer, desk.unit, {"tổng": work.support})
        if state == S.DRAFT:
            return
        self.note(work, sent, "project.submit", desk.officer, desk.unit, {"state": "submitted"})
        if state in {S.WITHDRAWN, S.SUBMITTED}:
            if state == S.WITHDRAWN:
                self.note(work, days.base, "project.withdraw", desk.officer, desk.unit)
            return
        outcome = {S.REJECTED: "refuse", S.RETURNED: "return"}.get(state, "agree")
        cuc = self.people.cuc
        if work.route != "national_direct":
            self._appraisal(work, "base", outcome, days.base, desk.staff.appraiser, desk.office.department)
            if state == S.BASE_APPRAISED or outcome != "agree":
                return
        if not work.local:
            self._appraisal(work, "central", outcome, days.central, self.people.national.appraiser, cuc)

    def _appraisal(self, work: Work, level: str, outcome: str, on: date, by: Person, agency: Agency) -> None:
        comment = "" if outcome == "agree" else "Hồ sơ chưa đáp ứng (ví dụ)."
        number = f"{work.code}/{'CS' if level == 'base' else 'TB'}"
        self.appraisals.add(work.key, level, 1, outcome, number, on, comment, by.key, agency.pk, moment(on))
        self.note(work, on, f"project.{level}_{outcome}", by, agency)

    def note(self, work: Work, on: date, action: str, by: Person, agency: Agency,
             after: dict[str, Any] | None = None) -> None:  # fmt: skip
        """An event in the thread of the đề án."""
        self.trail.note(on, action, by, agency, (Project, work.key, work.name), f"project:{work.key}", after)


@dataclass(frozen=True)
class Desk:
    """Who carries a đề án out, appraises and pays it."""

    office: Office
    staff: Staff
    unit: Agency
    officer: Person
    funder: Agency
    payers: Staff
    province: int

    @classmethod
    def of(cls, work: Work, people: People) -> Desk:
        """By its place, year, source and route."""
        on = standing_on(work.year)
        office, staff = work.site.office_on(on), people.of[work.site.today.pk]
        unit, officer = office.centre, staff.officer
        if work.route == "national_direct":
            unit, officer = people.regional[work.site.region]
        return cls(
            office=office,
            staff=staff,
            unit=unit,
            officer=officer,
            funder=office.department if work.local else people.cuc,
            payers=staff if work.local else people.national,
            province=work.site.province_on(on).pk,
        )
