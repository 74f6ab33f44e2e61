"""What an agency has open at the end of a budget year, and the one next step for each of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Q, Sum
from django.urls import reverse

from khuyencong.finance.actions.envelopes import UNDER_WAY
from khuyencong.finance.ledger import Balance, balances
from khuyencong.finance.models import IN_FORCE, OPEN_PAYMENTS, ContractPart, LedgerEntry, Payment, PaymentKind
from khuyencong.finance.payment_rules import EARNS
from khuyencong.finance.settlement_days import deadlines_of
from khuyencong.law.deadlines import Deadline
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.people.permissions import Governed, Permission, allowed
from khuyencong.programmes.models import Envelope
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState

# The latest states in which money of a đề án may still have to move.
OPEN = (*UNDER_WAY, ProjectState.STOPPED)
ENDED = frozenset({ProjectState.ACCEPTED, ProjectState.STOPPED})


@dataclass(frozen=True)
class NextStep:
    """What is to be done; `url` is empty for somebody who may not do it."""

    label: str
    url: str = ""


@dataclass(frozen=True)
class OpenProject:
    """A đề án whose money of the year is not at its end; sums in đồng. `here`: in the year's envelope alone."""

    project: Project
    envelope: Envelope
    here: Balance
    whole: Balance
    part: ContractPart | None
    waiting: Payment | None
    deadline: Deadline | None  # the legal day of its settlement, once its work has ended; national money only
    step: NextStep

    @property
    def unspent(self) -> int:
        """Approved from the year's envelope and not paid out: what may be carried over."""
        return max(0, self.here.committed - self.here.paid_out)

    @property
    def unaccepted(self) -> int:
        """Paid out in advance of acceptance."""
        return 0 if self.project.state in ENDED else self.whole.unearned

    @property
    def to_recover(self) -> int:
        """Paid out and never to be earned: TT 36/2013 Đ12.6."""
        return self.whole.unearned if self.project.state in ENDED else 0

    @property
    def contract_runs(self) -> bool:
        return self.part is not None and self.part.contract.state in IN_FORCE


@dataclass(frozen=True)
class OpenEnvelope:
    """An envelope of the year with its balance; `steps` for money that is promised to nobody."""

    envelope: Envelope
    balance: Balance
    steps: tuple[NextStep, ...]


@dataclass(frozen=True)
class YearEnd:
    """Everything of one agency and year."""

    agency: Agency
    year: int
    envelopes: tuple[OpenEnvelope, ...]
    projects: tuple[OpenProject, ...]

    def total(self, of: Callable[[OpenProject], int]) -> int:
        return sum(of(one) for one in self.projects)

    @property
    def free(self) -> int:
        """What is promised to nobody, in đồng."""
        return sum(one.balance.free for one in self.envelopes)


def year_end(actor: Actor, agency: Agency, year: int) -> YearEnd:
    """What is open in the envelopes of that agency, or of one that it succeeded; eight queries whatever their number."""
    own = Q(agency=agency) | Q(agency__successor=agency)
    envelopes = {
        one.pk: one
        for one in Envelope.objects.visible_to(actor)
        .filter(own, year=year)
        .select_related("agency__province")
        .order_by("source", "spending", "pk")
    }
    entries = LedgerEntry.objects.filter(envelope__in=envelopes)
    sums = balances(entries, "envelope_id")
    rows = tuple(
        OpenEnvelope(one, sums.get(one.pk, Balance()), _envelope_steps(actor, one, sums.get(one.pk, Balance())))
        for one in envelopes.values()
    )
    return YearEnd(agency, year, rows, tuple(_projects(actor, envelopes)))


def _envelope_steps(actor: Actor, envelope: Envelope, balance: Balance) -> tuple[NextStep, ...]:
    if balance.free <= 0:
        return ()
    names = (("Chuyển sang năm sau", "envelope_carry"), ("Hủy, nộp trả", "envelope_return"))
    may = allowed(actor, Permission.ENVELOPE_GIVE, envelope)
    return tuple(NextStep(label, reverse(name, args=[envelope.pk]) if may else "") for label, name in names)


def _projects(actor: Actor, envelopes: dict[int, Envelope]) -> Iterable[OpenProject]:
    # Of each đề án its rows in these envelopes; one draws on a single envelope of a year.
    here: dict[int, dict[int, dict[str, int]]] = {}
    found = LedgerEntry.objects.filter(envelope__in=envelopes, project__state__in=OPEN).order_by()
    for project, envelope, kind, amount in found.values_list("project_id", "envelope_id", "kind").annotate(
        sum=Sum("amount")
    ):
        here.setdefault(project, {}).setdefault(envelope, {})[kind] = amount
    whole = balances(LedgerEntry.objects.filter(project__in=here), "project_id")
    parts = {one.project_id: one for one in ContractPart.objects.filter(project__in=here).select_related("contract")}
    waiting = {one.project_id: one for one in Payment.objects.filter(project__in=here, state__in=OPEN_PAYMENTS)}
    projects = (
        Project.objects.filter(pk__in=here)
        .select_related("implementing_unit", "funder", "payer", "department", "province__current")
        .order_by("code")
    )
    days = deadlines_of([one for one in projects if one.state in ENDED])
    for project in projects:
        for key, kinds in here[project.pk].items():
            balance, all_of_it = Balance.of(kinds), whole[project.pk]
            if not _is_open(project, all_of_it, waiting.get(project.pk)) or not balance.approved:
                continue
            yield OpenProject(
                project=project,
                envelope=envelopes[key],
                here=balance,
                whole=all_of_it,
                part=parts.get(project.pk),
                waiting=waiting.get(project.pk),
                deadline=days.get(project.pk),
                step=_step(actor, project, envelopes[key], balance, all_of_it, waiting.get(project.pk)),
            )


def _is_open(project: Project, balance: Balance, waiting: Payment | None) -> bool:
    """A đề án that was stopped is open as long as money of it moves or is not settled."""
    if project.state != ProjectState.STOPPED:
        return True
    return bool(waiting or balance.still_payable or balance.paid_out)


def _step(  # noqa: PLR0911  # one answer for each thing that may be next
    actor: Actor, project: Project, envelope: Envelope, here: Balance, whole: Balance, waiting: Payment | None
) -> NextStep:
    """The first step that applies, in the order in which money comes to rest."""

    def step(label: str, name: str, permission: Permission, record: Governed, *args: object) -> NextStep:
        return NextStep(label, reverse(name, args=args) if allowed(actor, permission, record) else "")

    code = project.code
    if waiting:
        return step("Xử lý khoản chi", "project_payment", Permission.PROJECT_VIEW, project, code, waiting.pk)
    if whole.unearned and project.state in ENDED:
        return step("Thu hồi", "project_recover", Permission.RECOVER, project, code)
    if whole.still_payable and project.state in EARNS:
        kind = PaymentKind.FINAL.value
        return step("Thanh toán", "project_payment_prepare", Permission.PAYMENT_PREPARE, project, code, kind)
    if project.state in ENDED:
        return step("Quyết toán", "project_settle", Permission.SETTLE, project, code)
    if here.committed > here.paid_out:
        return step("Chuyển nguồn", "envelope_carry", Permission.ENVELOPE_GIVE, envelope, envelope.pk)
    if project.state == ProjectState.APPROVED:
        return step("Ký hợp đồng", "project_contract", Permission.CONTRACT_SIGN, project, code)
    return NextStep("Nghiệm thu", project.get_absolute_url())
