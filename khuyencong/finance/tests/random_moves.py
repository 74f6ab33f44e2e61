"""Everything that can happen to money, as moves that a chooser may try in any order: by whom, with how much, on what day.

Used with chosen moves by the property tests and with drawn ones by the test of many people at once.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.db import transaction

from khuyencong.adjustments.actions import begin, endorse, propose, set_lines
from khuyencong.adjustments.actions import decide as decide_adjustment
from khuyencong.adjustments.models import Adjustment
from khuyencong.adjustments.tests.steps import SIGNER, supported
from khuyencong.core.dates import today
from khuyencong.core.errors import DomainError
from khuyencong.core.money import MILLION
from khuyencong.delivery.actions import ItemInput, accept, annul_acceptance
from khuyencong.demo.handing_in import hand_in_settlement, hand_in_stage
from khuyencong.demo.paying import confirm_progress, key_of
from khuyencong.finance import actions as money
from khuyencong.finance.ledger import version_of
from khuyencong.finance.models import (
    OPEN_PAYMENTS,
    BankAccount,
    ClosedPeriod,
    ContractKind,
    Payment,
    PaymentKind,
    PaymentState,
)
from khuyencong.law.papers import Stage
from khuyencong.programmes.models import AnnualPlan, Envelope, FundingSource, PlanState
from khuyencong.projects.models import Project
from khuyencong.projects.states import Route
from khuyencong.settlement import actions as ending
from khuyencong.settlement.models import Way

# Who usually does it, "funder", "payer", "department" or "unit" of the đề án, and in what role.
RIGHT = {
    "approve plan": ("funder", "leader"),
    "sign": ("payer", "leader"),
    "advance": ("payer", "accountant"),
    "final": ("payer", "accountant"),
    "approve": ("payer", "leader"),
    "pay": ("payer", "accountant"),
    "send back": ("payer", "leader"),
    "reverse": ("payer", "leader"),
    "accept": ("department", "officer"),
    "accept part": ("department", "officer"),
    "annul": ("department", "leader"),
    "recover": ("payer", "accountant"),
    "settle": ("payer", "accountant"),
    "stop": ("funder", "leader"),
    "adjust": ("unit", "officer"),
    "propose": ("unit", "officer"),
    "endorse": ("department", "appraiser"),
    "decide": ("funder", "leader"),
    "give": ("funder", "accountant"),
    "take back": ("funder", "accountant"),
    "delegate": ("funder", "accountant"),
    "return": ("funder", "accountant"),
    "carry": ("payer", "accountant"),
    "close": ("payer", "accountant"),
    "reopen": ("payer", "leader"),
}
ROLES = ("officer", "appraiser", "leader", "accountant")


@dataclass(frozen=True)
class Move:
    """One attempt; `who` is None for whoever usually does it, else an agency and a role; `back`: days before today."""

    name: str
    amount: int = 100 * MILLION
    who: tuple | None = None
    back: int = 0
    which: int = 0  # of several đề án or envelopes


def actor_of(world, project, move):
    if move.who is not None:
        return world.actor(*move.who)
    place, role = RIGHT[move.name]
    agency = {
        "funder": project.funder,
        "payer": project.payer,
        # What goes straight to the Cục is accepted by it (Mẫu 5c).
        "department": project.funder if project.route == Route.NATIONAL_DIRECT else project.department,
        "unit": project.implementing_unit,
    }[place]
    return world.actor(next(key for key, one in world.agencies.items() if one.pk == agency.pk), role)


def attempt(world, move):
    """Try the move on the records as they stand; whatever it raises goes on to the caller."""
    projects = list(Project.objects.select_related("funder", "payer", "department", "implementing_unit").order_by("pk"))
    project = projects[move.which % len(projects)]
    by = actor_of(world, project, move)
    day = today() - timedelta(days=move.back)
    if move.name in OF_ENVELOPES:
        _of_envelope(world, project, move, by, day)
    elif move.name in OF_ADJUSTMENTS:
        _of_adjustment(project, move, by, day)
    else:
        _hand_in(world, project, move.name)
        _of_project(project, move, by, day)


def _hand_in(world, project, name):
    """What TT 36/2013 Đ13, Đ14, Đ19 ask of national money before the move; nothing where it is not time for it."""
    if project.source != FundingSource.NATIONAL or name not in {"advance", "final", "settle"}:
        return
    officer = world.actor(key_of(world, project.implementing_unit), "officer")
    with suppress(DomainError), transaction.atomic():
        if name == "advance":
            confirm_progress(world, project)
        if name == "settle":
            hand_in_settlement(project, officer, "invoiced_")
        else:
            hand_in_stage(project, officer, Stage.ADVANCE if name == "advance" else Stage.REMAINDER)
    project.refresh_from_db()


OF_ENVELOPES = {"give", "take back", "delegate", "return", "carry", "close", "reopen"}
OF_ADJUSTMENTS = {"adjust", "propose", "endorse", "decide"}


def _of_envelope(world, project, move, by, day):
    paper = {"document": uuid4().hex, "on": day}
    envelopes = list(Envelope.objects.filter(agency=by.agency).order_by("pk")) or list(Envelope.objects.order_by("pk"))
    envelope = envelopes[move.which % len(envelopes)]
    given = {"envelope_id": envelope.pk, "version": version_of(envelope), "by": by}
    match move.name:
        case "give" | "take back":
            amount = move.amount if move.name == "give" else -move.amount
            money.give_envelope(by=by, year=project.year, source=project.source, amount=amount, **paper)
        case "delegate":
            heir = world.agencies["region" if project.source == "national" else "dong-thap-centre"]
            money.delegate_envelope(**given, to=heir, amount=move.amount if move.which % 3 else -move.amount, **paper)
        case "return":
            money.return_money(**given, amount=move.amount, **paper)
        case "carry":
            parts = {project.pk: move.amount} if move.which % 2 else {}
            money.carry_over(**given, free=0 if parts else move.amount, parts=parts, **paper)
        case "close":
            before = (today().replace(day=1) - timedelta(days=1 + 28 * (move.which % 2))).replace(day=1)
            money.close_period(
                by=by, creation_key=uuid4(), year=before.year, month=before.month, document="BB", on=today()
            )
        case "reopen":
            for period in ClosedPeriod.objects.filter(agency=by.agency, reopened_at=None)[:1]:
                money.reopen_period(period_id=period.pk, version=period.version, by=by, reason="Thử")


def _of_adjustment(project, move, by, day):
    if move.name == "adjust":
        adjustment = begin(
            project_id=project.pk, by=by, version=project.version, creation_key=uuid4(), reason="Đổi máy"
        )
        lines = supported(project, min(move.amount, 100 * MILLION))
        set_lines(adjustment_id=adjustment.pk, by=by, version=adjustment.version, lines=lines)
        return
    adjustment = Adjustment.objects.filter(project=project).order_by("-pk").first()
    if adjustment is None:
        return
    given = {"adjustment_id": adjustment.pk, "by": by, "version": adjustment.version}
    match move.name:
        case "propose":
            propose(**given, request_number="1/TT", request_on=day)
        case "endorse":
            endorse(**given, number="2/SCT", on=day, opinion="Đúng.")
        case "decide":
            decide_adjustment(**given, number="3/QĐ", on=day, signer=SIGNER, confirmed=True)


def _of_project(project, move, by, day):  # noqa: C901, PLR0912  # one case for each move
    given = {"project_id": project.pk, "version": project.version, "by": by}
    waiting = Payment.objects.filter(project=project, state__in=OPEN_PAYMENTS).first()
    match move.name:
        case "approve plan":
            for plan in AnnualPlan.objects.filter(state=PlanState.DRAFT)[:1]:
                money.approve_plan(
                    plan_id=plan.pk, version=plan.version, by=by, decision_number=uuid4().hex[:8],
                    decision_on=day, decided_by="Ai",
                )  # fmt: skip
        case "sign":
            money.sign_contract(
                **given, kind=ContractKind.CONTRACT, number="HĐ", signed_on=day, ends_on=None, value=move.amount,
                unit_account=BankAccount.objects.filter(agency=project.implementing_unit).first(),
            )  # fmt: skip
        case "advance" | "final":
            money.prepare_payment(
                **given, creation_key=uuid4(), kind=PaymentKind(move.name), amount=move.amount, condition_document="BC"
            )
        case "approve" if waiting:
            money.approve_payment(payment_id=waiting.pk, version=project.version, by=by)
        case "pay" if waiting:
            money.mark_paid(
                payment_id=waiting.pk, version=project.version, by=by, voucher_number=uuid4().hex[:12], voucher_on=day
            )
        case "send back" if waiting:
            money.return_payment(payment_id=waiting.pk, version=project.version, by=by, reason="Thử")
        case "reverse":
            paid = Payment.objects.filter(project=project, state=PaymentState.PAID).order_by("-pk")
            for one in paid[:1]:
                money.reverse_payment(
                    payment_id=one.pk, version=project.version, by=by, reason="Thử", document=uuid4().hex[:8], on=day
                )
        case "accept" | "accept part" | "annul":
            _deliver(project, move, day, given)
        case "recover":
            ending.recover(**given, amount=move.amount, document=uuid4().hex[:12], on=day)
        case "settle":
            ending.settle(**given, number="QT", settled_on=day, way=Way.INVOICED, invoice="HĐ-1")
        case "stop":
            money.stop(**given, document="QĐ", on=day, reason="Thử")


def _deliver(project, move, day, given):
    """One part accepted for the last time or not, or the last acceptance taken back."""
    standing = project.acceptances.filter(annulment__isnull=True)
    if move.name == "annul":
        for one in standing.order_by("-pk")[:1]:
            annul_acceptance(
                acceptance_id=one.pk, version=project.version, by=given["by"], number="QĐ", on=day, reason="Ghi sai"
            )
        return
    done = standing.filter(is_last=True).values("beneficiary")
    part = project.beneficiaries.exclude(pk__in=done).first() or project.beneficiaries.first()
    accept(
        **given,
        beneficiary_id=part.pk if part else None,
        number=uuid4().hex[:12],
        accepted_on=day,
        items=[ItemInput(line_id=line.pk, cost=3 * move.amount) for line in project.lines.filter(beneficiary=part)],
        is_last=move.name == "accept",
    )
