"""Ending a contract, and reconciling a unit's year: TT 36/2013 Đ18, Đ19.3."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Max

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused, Stale
from khuyencong.finance import ledger
from khuyencong.finance.contract_states import move
from khuyencong.finance.days import check_day, stopped_on
from khuyencong.finance.models import Contract, LedgerEntry
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.people.permissions import Permission, require
from khuyencong.projects.models import Project
from khuyencong.settlement import rules
from khuyencong.settlement.door import Between, lock_contract, version_of
from khuyencong.settlement.models import Reconciliation
from khuyencong.settlement.reconciling import money_of, running_contracts, year_version

STALE = "Một đề án của hợp đồng đã thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại rồi ghi lại."


@transaction.atomic
def liquidate(*, contract_id: int, by: Actor, version: int, number: str, on: date) -> Contract:
    """Liquidate a contract (Mẫu số 6) each đề án of which is settled, or stopped with nothing open: TT 36/2013 Đ18.

    `version`: as `door.version_of` gave it. Raises NotAllowed, Stale, Refused where it is liquidated already or one đề án
    is open, with its name.
    """
    contract, parts = lock_contract(contract_id, by=by, permission=Permission.SETTLE)
    if version_of(parts) != version:
        raise Stale(STALE)
    rules.refuse_liquidated(contract)
    if not number.strip():
        raise Refused("Hãy ghi số biên bản thanh lý.", article="TT 36/2013 Đ18")
    projects = [part.project for part in parts]
    sums = ledger.balances(LedgerEntry.objects.filter(project__in=projects), "project_id")
    rules.refuse_any(rules.open_parts((part, sums.get(part.project_id, ledger.Balance())) for part in parts))
    of_them = Project.objects.filter(pk__in=[one.pk for one in projects])
    after = {
        "ngày ký hợp đồng": contract.signed_on,
        "ngày quyết toán": of_them.aggregate(last=Max("settlement__settled_on"))["last"],
        "phụ lục cuối cùng": contract.annexes.aggregate(last=Max("signed_on"))["last"],
        "quyết định ngừng": max((day for day in map(stopped_on, projects) if day), default=None),
    }
    check_day(on, what="Ngày thanh lý", after=after, article="TT 36/2013 Đ18")
    before = contract.get_state_display()
    contract.liquidated_on, contract.liquidation_number = on, number.strip()
    move(contract, "liquidate")
    for project in projects:
        record(
            action="contract.liquidate",
            by=by,
            subject=project,
            thread=project.thread,
            before={"hợp đồng": before},
            after={"hợp đồng": contract.get_state_display(), "số": contract.number, "biên bản": number.strip()},
        )
    return contract


@transaction.atomic
def reconcile(
    *,
    payer: Agency,
    unit: Agency,
    year: int,
    by: Actor,
    version: int,
    number: str,
    on: date,
    signed_for_payer: str,
    signed_for_unit: str,
) -> Reconciliation:
    """Keep Mẫu số 10 of a unit and year as both sides signed it: TT 36/2013 Đ19.3.

    `version`: as `reconciling.year_version` gave it. Raises NotAllowed, Stale, and Refused while a contract of that year runs, where there is nothing to reconcile, or where it was
    signed already.
    """
    Agency.objects.select_for_update(of=("self",)).get(pk=unit.pk)  # two who sign at once queue here
    require(by, Permission.SETTLE, Between(payer, unit))
    article = "TT 36/2013 Đ19.3"
    if year_version(payer, unit, year) != version:
        raise Stale(STALE)
    earlier = Reconciliation.objects.filter(payer=payer, unit=unit, year=year).first()
    if earlier is not None:
        raise Refused(f"Bảng đối chiếu năm {year} đã ký, số {earlier.number}.", article=article)
    rows = money_of(payer, unit, year)
    if not rows:
        raise Refused(f"Năm {year} không có hợp đồng nào với {unit.name}.", article=article)
    running = running_contracts(payer, unit, year)
    if running:
        named = ", ".join(one.number for one in running)
        raise Refused(
            f"Còn hợp đồng chưa thanh lý: {named}. Đối chiếu khi thanh lý hợp đồng cuối cùng.", article=article
        )
    if not number.strip() or not signed_for_payer.strip() or not signed_for_unit.strip():
        raise Refused("Hãy ghi số bảng đối chiếu và người ký của hai bên.", article=article)
    last = max((row.liquidated_on for row in rows if row.liquidated_on), default=None)
    check_day(on, what="Ngày ký đối chiếu", after={"ngày thanh lý hợp đồng": last}, article=article)
    kept = Reconciliation.objects.create(
        payer=payer,
        unit=unit,
        year=year,
        number=number.strip(),
        signed_on=on,
        signed_for_payer=signed_for_payer.strip(),
        signed_for_unit=signed_for_unit.strip(),
        rows=[row.as_dict() for row in rows],
        by=by.user,
    )
    record(
        action="reconciliation.sign",
        by=by,
        subject=kept,
        thread=f"agency:{payer.pk}",
        after={"đơn vị": unit.name, "năm": year, "số": kept.number},
    )
    return kept
