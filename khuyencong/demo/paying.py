"""Paying in the demo and in tests, through the real actions: what the law asks for before, and every hand in its turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import uuid4

from khuyencong.core.dates import today
from khuyencong.demo.handing_in import hand_in_stage
from khuyencong.finance import actions as money
from khuyencong.finance.ledger import balance_of
from khuyencong.finance.models import BankAccount, Payment, PaymentKind
from khuyencong.law.papers import Stage
from khuyencong.monitoring import actions as monitoring
from khuyencong.monitoring.figures import figures_of
from khuyencong.monitoring.queries import confirmed_progress
from khuyencong.people.models import Agency
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import Project
from khuyencong.projects.states import Route

if TYPE_CHECKING:
    from khuyencong.demo.walk import World


def key_of(world: World, agency: Agency | None) -> str:
    """The short key of an agency of the world."""
    return next(key for key, one in world.agencies.items() if agency is not None and one.pk == agency.pk)


def pay(world: World, project: Project, kind: PaymentKind, amount: int) -> Payment:
    """Prepare a payment as accountant, approve it as leader of the funder, and mark it paid by its voucher."""
    key = key_of(world, project.funder)
    if project.source == FundingSource.NATIONAL:  # TT 36/2013 Đ13-14 asks nothing of local money
        officer = world.actor(key_of(world, project.implementing_unit), "officer")
        if kind == PaymentKind.ADVANCE:
            confirm_progress(world, project)
        hand_in_stage(project, officer, Stage.ADVANCE if kind == PaymentKind.ADVANCE else Stage.REMAINDER)
    payment = money.prepare_payment(
        project_id=project.pk,
        by=world.actor(key, "accountant"),
        version=project.version,
        creation_key=uuid4(),
        kind=kind,
        amount=amount,
        condition_document="BC-01",
    )
    finish_payment(world, project, payment)
    return payment


def account_of(world: World, project: Project, number: str = "") -> BankAccount:
    """The account into which the unit of the đề án is paid, with that number if one is named; entered where there is none."""
    unit = project.implementing_unit
    there = BankAccount.objects.filter(agency=unit, **({"number": number} if number else {}))
    return there.valid_on(today()).first() or money.add_bank_account(
        by=world.actor(key_of(world, project.payer), "accountant"),
        creation_key=uuid4(),
        agency=unit,
        holder_name=f"{unit.name} (ví dụ)",
        number=number or f"{unit.pk:013d}",
        bank="Kho bạc Nhà nước Ví Dụ (không có thật)",
        from_on=date(2000, 1, 1),
    )


def confirm_progress(world: World, project: Project, *, percent: int = 80) -> None:
    """The unit reports that share of the volume and of the investment done, and Sở (or the Cục) confirms it.

    Nothing where a report was confirmed already.
    """
    if confirmed_progress(project, on=today()) is not None:
        return
    officer = world.actor(key_of(world, project.implementing_unit), "officer")
    judge_key = "national" if project.route == Route.NATIONAL_DIRECT else key_of(world, project.department)
    report = monitoring.begin(
        project_id=project.pk, by=officer, version=project.version, creation_key=uuid4(), month=today()
    )
    figures = figures_of(report)
    parts = [replace(one, done=one.total * percent // 100) for one in figures.parts]
    told = replace(figures, volume=Decimal(percent), parts=parts)
    monitoring.write(report_id=report.pk, by=officer, version=report.version, figures=told)
    report.refresh_from_db()
    monitoring.submit(report_id=report.pk, by=officer, version=report.version)
    report.refresh_from_db()
    appraiser = world.actor(judge_key, "appraiser")
    monitoring.confirm(report_id=report.pk, by=appraiser, version=report.version, confirmed_on=today())
    project.refresh_from_db()


def finish_payment(world: World, project: Project, payment: Payment) -> None:
    """Approve a prepared payment and mark it paid; where the payer asks for a check, the officer gives it."""
    key = key_of(world, project.funder)
    steps: list[Callable[[], object]] = [
        lambda: money.approve_payment(payment_id=payment.pk, by=world.actor(key, "leader"), version=project.version),
        lambda: money.mark_paid(
            payment_id=payment.pk,
            by=world.actor(key, "accountant"),
            version=project.version,
            voucher_number=f"UNC-{payment.pk}",
            voucher_on=today(),
        ),
    ]
    if payment.needs_check:
        steps.insert(
            0,
            lambda: money.check_payment(payment_id=payment.pk, by=world.actor(key, "officer"), version=project.version),
        )
    for step in steps:
        project.refresh_from_db()
        step()
    project.refresh_from_db()
    payment.refresh_from_db()


def pay_rest(world: World, project: Project) -> None:
    """Pay what was accepted and not yet paid."""
    rest = balance_of(project).still_payable
    if rest:
        pay(world, project, PaymentKind.FINAL, rest)
