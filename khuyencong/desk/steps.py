"""What may be done next with a đề án: by whom, where, and why not yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from django.urls import reverse

from khuyencong.core.dates import format_date, today
from khuyencong.core.findings import Blocker, Finding
from khuyencong.core.money import format_dong
from khuyencong.finance.actions.payments import payable_now
from khuyencong.finance.actions.settlement import settlement_deadline
from khuyencong.finance.ledger import Balance
from khuyencong.finance.models import ContractPart, Payment, PaymentKind
from khuyencong.law import deadlines
from khuyencong.law.deadlines import Deadline
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import MATRIX, Permission, Relation, allowed
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState, Route, transitions_from

S = ProjectState


@dataclass(frozen=True)
class Money:
    """What the ledger and its neighbours say of one project."""

    balance: Balance = field(default_factory=Balance)
    part: ContractPart | None = None
    waiting: Payment | None = None
    accepted_on: date | None = None
    reported_on: date | None = None  # the last progress report filed


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
    if project.state == S.IN_PROGRESS:
        url = f"{project.get_absolute_url()}?tab=nghiem-thu"
        report = Offer(
            "report",
            "Nộp báo cáo tiến độ",
            f"{_url('project_attach', project)}?kind=progress",
            "upload",
            main=report_due(project, money, on=today()),
        )
        found.append((Permission.PROJECT_EDIT, report))
        found.append((Permission.ACCEPTANCE_RECORD, Offer("accept", "Nghiệm thu cơ sở", url, "clipboard-check")))
    found += _payments(actor, project, money)
    if project.state == S.ACCEPTED or (project.state == S.STOPPED and money.balance.paid_out):
        blocked = _not_even(money)
        offer = Offer("settle", "Quyết toán", _url("project_settle", project), "receipt", blocked=blocked)
        found.append((Permission.SETTLE, offer))
    if project.state in {S.APPROVED, S.IN_PROGRESS}:
        offer = Offer("stop", "Ngừng thực hiện", _url("project_stop", project), "ban", main=False)
        found.append((Permission.PROJECT_STOP, offer))
        url = reverse("adjustment_new", args=[project.code])
        found.append((Permission.PROJECT_EDIT, Offer("adjust", "Đề nghị điều chỉnh", url, "pencil", main=False)))
    return found


def _payments(actor: Actor, project: Project, money: Money) -> list[tuple[Permission, Offer]]:
    if money.waiting is not None:
        own = money.waiting.prepared_by_id == actor.user.pk
        blocked = Blocker("own_payment", "Người lập khoản chi không được tự duyệt khoản ấy.") if own else None
        url = reverse("project_payment_decide", args=[project.code, money.waiting.pk])
        return [(Permission.PAYMENT_APPROVE, Offer("pay", "Duyệt khoản chi", url, "coin", blocked=blocked))]
    found: list[tuple[Permission, Offer]] = []
    if money.part is not None:
        for kind, label, main in (
            (PaymentKind.ADVANCE, "Lập tạm ứng", False),
            (PaymentKind.FINAL, "Lập thanh toán", True),
        ):
            if payable_now(project, money.part, money.balance, kind) > 0:
                url = reverse("project_payment_prepare", args=[project.code, kind.value])
                found.append((Permission.PAYMENT_PREPARE, Offer(f"prepare_{kind}", label, url, "coin", main=main)))
    if money.balance.unearned and project.state in {S.ACCEPTED, S.STOPPED}:
        label = f"Thu hồi {format_dong(money.balance.unearned)} đồng"
        found.append((Permission.RECOVER, Offer("recover", label, _url("project_recover", project), "arrow-back-up")))
    return found


def _not_even(money: Money) -> Finding | None:
    if money.waiting is not None:
        return Blocker("payment_waiting", "Còn khoản chi chờ duyệt.")
    if money.balance.still_payable:
        amount = format_dong(money.balance.still_payable)
        return Blocker("unpaid", f"Còn {amount} đồng đã nghiệm thu chưa thanh toán.", "TT 36/2013 Đ14")
    if money.balance.unearned:
        amount = format_dong(money.balance.unearned)
        return Blocker(
            "unearned", f"Còn {amount} đồng đã chi vượt số nghiệm thu, phải thu hồi trước.", "TT 36/2013 Đ12.6"
        )
    return None


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
            roles = " hoặc ".join(role.label.lower() for role in grant.roles)
            return f"{roles} {agency.name}"
    return ""


def deadline(project: Project, money: Money, key: str, *, on: date) -> Deadline | None:
    """The day by which the step `key` (of an Offer) is due, with its article or contract; None where nothing names one."""
    match key:
        case "submit" if project.route == Route.NATIONAL:
            return deadlines.base_registration(project.year)
        case "submit" | "appraise_base" | "appraise_central" if project.route != Route.LOCAL:
            return deadlines.registration_to_agency(project.year)
        case "report" if project.route != Route.LOCAL:
            return deadlines.next_monthly_report(on)
        case "accept":
            return _contract_deadline(money.part)
        case "settle" | "prepare_final" | "recover":
            return settlement_deadline(project, money.accepted_on)
        case _:
            return None


def _contract_deadline(part: ContractPart | None) -> Deadline | None:
    if part is None or part.contract.ends_on is None:
        return None
    contract = part.contract
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


def report_due(project: Project, money: Money, *, on: date) -> bool:
    """Whether this month's progress report is still to come: none was filed since the last deadline (TT 36/2013 Đ23.3.a).

    The circular asks it for national money only.
    """
    following = deadlines.next_monthly_report(on) if project.route != Route.LOCAL else None
    if following is None:
        return False
    month_before = (following.on.replace(day=1) - timedelta(days=1)).replace(day=following.on.day)
    return money.reported_on is None or money.reported_on < month_before
