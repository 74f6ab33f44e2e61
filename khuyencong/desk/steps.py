"""What may be done next with a đề án: by whom, where, and why not yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cache

from django.urls import reverse

from khuyencong.core.dates import format_date
from khuyencong.core.findings import Blocker, Finding
from khuyencong.core.money import format_dong
from khuyencong.finance.ledger import Balance
from khuyencong.finance.models import ContractPart, Payment, PaymentKind, PaymentState
from khuyencong.finance.payment_door import own_hand
from khuyencong.finance.payment_rules import payable_now
from khuyencong.finance.payment_states import APPROVE, CHECK, PAY
from khuyencong.law import deadlines
from khuyencong.law.deadlines import Deadline
from khuyencong.monitoring.models import ReportState
from khuyencong.monitoring.queries import NOTHING_OWED, Standing
from khuyencong.monitoring.rules import OWN, is_own
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import MATRIX, Permission, allowed
from khuyencong.people.relations import Relation
from khuyencong.people.roles import Role
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState, Route, transitions_from
from khuyencong.settlement.actions.vouchers import SPENDING
from khuyencong.settlement.rules import uneven_balance

S = ProjectState


@dataclass(frozen=True)
class Money:
    """What the ledger and its neighbours say of one project."""

    balance: Balance = field(default_factory=Balance)
    part: ContractPart | None = None
    waiting: Payment | None = None
    reports: Standing = NOTHING_OWED  # the monthly reports
    settle_by: Deadline | None = None  # of the contract that it is part of


@dataclass(frozen=True)
class Offer:
    """One step that this actor's role and agency allow now; `blocked` says why it still cannot be taken."""

    key: str
    label: str
    url: str
    icon: str = ""
    method: str = "get"
    main: bool = True  # the work waits for it; others may be taken, but nothing is owed
    blocked: Finding | None = None


def offers(actor: Actor, project: Project, money: Money) -> list[Offer]:
    """Everything that this actor may do with the project in its state, the awaited steps first. No query."""
    found = [offer for permission, offer in _all_offers(actor, project, money) if allowed(actor, permission, project)]
    return sorted(found, key=lambda offer: not offer.main)


def awaited_offers(actor: Actor, project: Project, money: Money) -> list[tuple[Permission, Offer]]:
    """The steps that the work waits for, each with what it takes to do it, whoever has that. No query."""
    return [(permission, offer) for permission, offer in _all_offers(actor, project, money) if offer.main]


def _all_offers(actor: Actor, project: Project, money: Money) -> list[tuple[Permission, Offer]]:
    match project.state:
        case S.DRAFT | S.RETURNED | S.SUBMITTED | S.BASE_APPRAISED | S.CENTRAL_APPRAISED:
            return _before_approval(actor, project)
        case S.APPROVED | S.IN_PROGRESS | S.ACCEPTED | S.STOPPED:
            return _after_approval(actor, project, money)
        case _:
            return []


def _before_approval(actor: Actor, project: Project) -> list[tuple[Permission, Offer]]:
    found: list[tuple[Permission, Offer]] = []
    names = {row.name: row for row in transitions_from(project.state, project.route)}
    if "submit" in names:
        offer = Offer("submit", names["submit"].label, _url("project_submit", project), "send", method="post")
        found.append((Permission.PROJECT_SUBMIT, offer))
    if project.state == S.RETURNED:
        url = _url("project_completion", project)
        answer = Offer("completion", "Trả lời yêu cầu hoàn thiện", url, "pencil", main=False)
        found.append((Permission.PROJECT_EDIT, answer))
    own = actor.user.pk in {project.submitted_by_id, project.created_by_id}
    separated = Blocker("own_project", "Người lập hoặc gửi đề án không được thẩm định đề án đó.") if own else None
    for name, level, permission in (
        ("base_agree", "base", Permission.APPRAISE_BASE),
        ("central_agree", "central", Permission.APPRAISE_CENTRAL),
    ):
        if name in names:
            url = _url("project_appraise", project, level)
            found.append((permission, Offer(f"appraise_{level}", names[name].label, url, "gavel", blocked=separated)))
    if "approve" in names:
        found.append(_planning(project))
    if "withdraw" in names:
        offer = Offer("withdraw", "Rút đề án", _url("project_withdraw", project), "arrow-back-up", main=False)
        found.append((Permission.PROJECT_WITHDRAW, offer))
    return found


def _planning(project: Project) -> tuple[Permission, Offer]:
    if project.plan is not None:
        url = reverse("plan", args=[project.plan.pk])
        return Permission.PLAN_APPROVE, Offer("approve", "Phê duyệt kế hoạch", url, "signature")
    url = f"{reverse('plans')}?year={project.year}&source={project.source}"
    return Permission.PLAN_EDIT, Offer("plan", "Đưa vào kế hoạch", url, "folder")


def _after_approval(actor: Actor, project: Project, money: Money) -> list[tuple[Permission, Offer]]:
    found: list[tuple[Permission, Offer]] = []
    if project.state == S.APPROVED:
        offer = Offer("contract", "Ký hợp đồng", _url("project_contract", project), "signature")
        found.append((Permission.CONTRACT_SIGN, offer))
        url = _url("project_contract_draft", project)
        draft = Offer("contract_draft", "Soạn dự thảo hợp đồng", url, "pencil", main=False)
        found.append((Permission.CONTRACT_PREPARE, draft))
    found += _reports(actor, project, money.reports)
    if project.state == S.IN_PROGRESS:
        url = f"{project.get_absolute_url()}?tab=nghiem-thu"
        found.append((Permission.ACCEPTANCE_RECORD, Offer("accept", "Nghiệm thu cơ sở", url, "clipboard-check")))
    found += _payments(actor, project, money)
    if project.state == S.ACCEPTED or (project.state == S.STOPPED and money.balance.paid_out):
        blocked = _not_even(money)
        offer = Offer("settle", "Quyết toán", _url("project_settle", project), "receipt", blocked=blocked)
        found.append((Permission.SETTLE, offer))
    if project.state == S.IN_PROGRESS and money.balance.accepted:
        label = "Quyết toán theo khối lượng (bất khả kháng)"
        offer = Offer("settle_volume", label, _url("project_settle", project), "receipt", main=False)
        found.append((Permission.SETTLE, offer))
    if project.state in SPENDING and (money.balance.paid_out or money.balance.accepted):
        offer = Offer("vouchers", "Ghi chứng từ chi", _url("project_vouchers", project), "receipt", main=False)
        found.append((Permission.VOUCHER_RECORD, offer))
    if project.state in {S.APPROVED, S.IN_PROGRESS}:
        offer = Offer("stop", "Ngừng thực hiện", _url("project_stop", project), "ban", main=False)
        found.append((Permission.PROJECT_STOP, offer))
        url = reverse("adjustment_new", args=[project.code])
        found.append((Permission.PROJECT_EDIT, Offer("adjust", "Đề nghị điều chỉnh", url, "pencil", main=False)))
    return found


def _reports(actor: Actor, project: Project, reports: Standing) -> list[tuple[Permission, Offer]]:
    """The monthly report: the unit writes it, Sở (or the Cục) confirms it (TT 36/2013 Đ21.4, Đ23.3.a)."""
    found: list[tuple[Permission, Offer]] = []
    waiting = reports.open
    if waiting is not None and waiting.state == ReportState.SUBMITTED:
        blocked = Blocker("own_report", OWN) if is_own(waiting, actor) else None
        label = f"Xác nhận báo cáo tháng {waiting.month:%m/%Y}"
        offer = Offer("confirm_report", label, waiting.get_absolute_url(), "checklist", blocked=blocked)
        found.append((Permission.MONTHLY_CONFIRM, offer))
    if project.state != S.IN_PROGRESS:
        return found
    owed = reports.missed or reports.next
    if waiting is not None and waiting.is_writable:
        returned = waiting.state == ReportState.RETURNED
        label = f"{'Sửa báo cáo bị trả lại' if returned else 'Soạn tiếp báo cáo'}, tháng {waiting.month:%m/%Y}"
        main = returned or (owed is not None and waiting.month == owed.month)
        found.append(
            (Permission.MONTHLY_WRITE, Offer("report", label, waiting.get_absolute_url(), "pencil", main=main))
        )
        return found
    url = f"{_url('monthly_report_new', project)}{f'?thang={owed.month:%Y-%m}' if owed else ''}"
    label = f"Lập báo cáo tiến độ tháng {owed.month:%m/%Y}" if owed else "Lập báo cáo tiến độ tháng"
    found.append((Permission.MONTHLY_WRITE, Offer("report", label, url, "upload", main=owed is not None)))
    return found


def _payments(actor: Actor, project: Project, money: Money) -> list[tuple[Permission, Offer]]:
    if money.waiting is not None:
        return _of_payment(actor, project, money.waiting)
    found: list[tuple[Permission, Offer]] = []
    if money.part is not None:
        for kind, label, main in (
            (PaymentKind.ADVANCE, "Lập tạm ứng", False),
            (PaymentKind.NEXT_ADVANCE, "Lập tạm ứng lần tiếp theo", False),
            (PaymentKind.FINAL, "Lập thanh toán", True),
        ):
            if payable_now(project, money.part, money.balance, kind) > 0:
                url = _url("project_payment_prepare", project, kind.value)
                found.append((Permission.PAYMENT_PREPARE, Offer(f"prepare_{kind}", label, url, "coin", main=main)))
    if money.balance.unearned and project.state in {S.ACCEPTED, S.STOPPED}:
        label = f"Thu hồi {format_dong(money.balance.unearned)} đồng"
        found.append((Permission.RECOVER, Offer("recover", label, _url("project_recover", project), "arrow-back-up")))
    return found


# Where a payment stands: the step it waits for, its key and label, whose it is, its page.
_NEXT_OF_PAYMENT = {
    CHECK: ("check_payment", "Kiểm tra khoản chi", Permission.PAYMENT_CHECK, "project_payment_check"),
    APPROVE: ("pay", "Duyệt khoản chi", Permission.PAYMENT_APPROVE, "project_payment_approve"),
    PAY: ("mark_paid", "Ghi đã chi", Permission.PAYMENT_PAY, "project_payment_pay"),
}


def _of_payment(actor: Actor, project: Project, payment: Payment) -> list[tuple[Permission, Offer]]:
    """The one step that an open payment waits for."""
    name = PAY
    if payment.state == PaymentState.CHECKED or (payment.state == PaymentState.PREPARED and not payment.needs_check):
        name = APPROVE
    elif payment.state == PaymentState.PREPARED:
        name = CHECK
    key, label, permission, page = _NEXT_OF_PAYMENT[name]
    sentence = own_hand(payment, name, actor)
    blocked = Blocker("own_payment", sentence) if sentence else None
    url = reverse(page, args=[project.code, payment.pk])
    return [(permission, Offer(key, label, url, "coin", blocked=blocked))]


def _not_even(money: Money) -> Finding | None:
    if money.waiting is not None:
        return Blocker("payment_waiting", "Còn khoản chi chưa xong: hãy ghi đã chi hoặc trả lại trước.")
    return next(uneven_balance(money.balance), None)


def _url(name: str, project: Project, *more: str) -> str:
    return _pattern(name, *more).replace(_CODE, project.code)


_CODE = "MA-DE-AN"


@cache
def _pattern(name: str, *more: str) -> str:
    """The address of a page of a đề án, to be filled in: thousands of them are written for one list of tasks."""
    return reverse(name, args=[_CODE, *more])


RELATED = {
    Relation.IMPLEMENTING: "implementing_unit",
    Relation.DEPARTMENT: "department",
    Relation.FUNDER: "funder",
    Relation.PAYER: "payer",
    Relation.NATIONAL: "funder",
}


def who_owes(project: Project) -> str:
    """Who the project waits for: role and agency, from the transition table and the matrix; '' when nobody."""
    awaited = next((row for row in transitions_from(project.state, project.route) if row.forward), None)
    if awaited is None:
        return ""
    for grant in MATRIX[awaited.permission]:
        agency = getattr(project, RELATED.get(grant.relation, ""), None) if grant.relation in RELATED else None
        if agency is not None and (grant.only_without is None or project.related_agency_id(grant.only_without) is None):
            roles = " hoặc ".join(role.label.lower() for role in Role if role in grant.roles)
            return f"{roles} {agency.name}"
    return ""


def deadline(project: Project, money: Money, key: str, *, on: date) -> Deadline | None:  # noqa: ARG001  # the day is in `money`
    """The day by which the step `key` (of an Offer) is due, with its article or contract; None where nothing names one."""
    match key:
        case "submit" if project.route == Route.NATIONAL:
            return deadlines.base_registration(project.year)
        case "submit" | "appraise_base" | "appraise_central" if project.route != Route.LOCAL:
            return deadlines.registration_to_agency(project.year)
        case "report":
            owed = money.reports.missed or money.reports.next
            return owed.deadline if owed else None
        case "accept":
            return _contract_deadline(money.part)
        case "settle" | "prepare_final" | "recover":
            return money.settle_by
        case _:
            return None


def _contract_deadline(part: ContractPart | None) -> Deadline | None:
    contract = part.contract if part else None
    if contract is None or contract.ends_on is None:
        return None
    sentence = f"Thời hạn hợp đồng: {format_date(contract.ends_on)}."
    return Deadline(contract.ends_on, sentence, f"Hợp đồng {contract.number}", verified=True, inclusive=True)


# The step that the work waits for in each state, as the key of its Offer.
AWAITED = {
    S.DRAFT: "submit",
    S.RETURNED: "submit",
    S.SUBMITTED: "appraise_base",
    S.BASE_APPRAISED: "appraise_central",
    S.APPROVED: "contract",
    S.IN_PROGRESS: "accept",
    S.ACCEPTED: "settle",
}


def awaited_deadline(project: Project, money: Money, *, on: date) -> Deadline | None:
    """The deadline of the step that the project as a whole waits for."""
    key = AWAITED.get(ProjectState(project.state))
    return deadline(project, money, key, on=on) if key else None
