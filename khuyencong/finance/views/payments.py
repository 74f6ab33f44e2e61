"""Preparing a payment of one đề án, seeing how much may be paid and what lacks."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from khuyencong.core.components import Sheet, SheetLine, SheetResult
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.findings import Blocker, Finding, blockers
from khuyencong.core.money import format_dong
from khuyencong.core.web import SHOW_AND_ACT
from khuyencong.finance import actions, ledger
from khuyencong.finance.forms import PaymentForm
from khuyencong.finance.models import ADVANCES, OPEN_PAYMENTS, ContractPart, Payment, PaymentKind, part_of
from khuyencong.finance.payment_rules import conditions_of, payable_now, rule_of
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState
from khuyencong.projects.web import crumbs_to, project_or_404, step_page
from khuyencong.projects.years import years_of

TAB = "kinh-phi"


@opens_to(Permission.PAYMENT_PREPARE)
@require_http_methods(SHOW_AND_ACT)
def prepare(request: ActorRequest, code: str, kind: str) -> HttpResponse:
    """Prepare an advance or a payment, seeing how much may be paid now and why."""
    if kind not in PaymentKind.values:
        raise Http404
    chosen = PaymentKind(kind)
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.PAYMENT_PREPARE, project)
    part = part_of(project)
    if part is None:
        raise Refused("Đề án chưa có hợp đồng nên chưa chi được.")
    balance = ledger.balance_of(project)
    most = payable_now(project, part, balance, chosen)
    parts = project.beneficiaries.select_related("establishment")
    form = PaymentForm(
        request.POST or None,
        is_advance=chosen is PaymentKind.ADVANCE,
        condition=part.advance_condition,
        beneficiaries=[(one.pk, str(one)) for one in parts],
        initial={"version": project.version, "amount": most or None, "account": part.contract.account},
    )

    def act() -> None:
        data = form.cleaned_data
        actions.prepare_payment(
            project_id=project.pk,
            by=request.actor,
            version=data["version"],
            creation_key=data["creation_key"],
            kind=chosen,
            amount=data["amount"],
            condition_document=data.get("condition_document", ""),
            beneficiary_id=data["beneficiary"],
            account=data["account"],
        )

    title = f"Lập khoản {chosen.label.lower()}"
    nothing = _why_nothing(project, chosen, most)
    findings = nothing or conditions_of(project, part, chosen, most, on=today())
    context = {
        "crumbs": crumbs_to(project, title, TAB),
        "intro": _who_follows(project),
        "sheet": payable_sheet(project, part, balance, chosen, most),
        "findings": findings,
        "hide_form": bool(blockers(findings)) and request.method != "POST",
    }
    return step_page(
        request,
        project=project,
        form=form,
        title=title,
        act=act,
        tab=TAB,
        submit_label="Lập và trình duyệt",
        done="Đã lập khoản chi, chờ kiểm tra hoặc duyệt.",
        template="finance/step.html",
        context=context,
    )


def _why_nothing(project: Project, kind: PaymentKind, most: int) -> list[Finding]:
    """Why no payment of this kind can be prepared now; empty where one can."""
    waiting = Payment.objects.filter(project=project, state__in=OPEN_PAYMENTS).first()
    if waiting is not None:
        sentence = (
            f"Đề án đang có một khoản {format_dong(waiting.amount)} đồng ({waiting.stands.lower()});"
            " hãy chờ khoản ấy được chi hoặc trả lại."
        )
    elif most:
        return []
    elif kind is PaymentKind.FINAL:
        sentence = "Chưa có khoản nghiệm thu nào chưa được chi."
    elif kind is PaymentKind.NEXT_ADVANCE and len(years_of(project)) == 1:
        sentence = "Chỉ đề án thực hiện nhiều năm có tạm ứng lần tiếp theo (TT 36/2013 Đ15.2.b)."
    elif project.state != ProjectState.IN_PROGRESS:
        sentence = f"Đề án ở trạng thái «{project.get_state_display()}» không tạm ứng nữa."
    else:
        sentence = "Không còn được tạm ứng theo hợp đồng này."
    return [Blocker("nothing_payable", sentence)]


def _who_follows(project: Project) -> str:
    rule = rule_of(project.payer, today())
    if rule is None or rule.from_amount is None:
        return "Lãnh đạo duyệt, rồi kế toán ghi đã chi theo chứng từ: lúc ấy khoản chi mới vào sổ. Người lập không tự duyệt."
    return (
        f"Khoản từ {format_dong(rule.from_amount)} đồng phải có người khác kiểm tra trước khi lãnh đạo duyệt; kế toán ghi đã"
        " chi theo chứng từ thì khoản chi mới vào sổ."
    )


def payable_sheet(project: Project, part: ContractPart, balance: ledger.Balance, kind: PaymentKind, most: int) -> Sheet:
    """What may be paid as `kind` at this moment, line by line."""
    value = SheetLine(f"{part.contract.get_kind_display()} {part.contract.number}", amount=part.value)
    advanced = SheetLine("Đã tạm ứng", amount=balance.advanced)
    lines: tuple[SheetLine, ...]
    if kind in ADVANCES:
        lines = (
            value,
            SheetLine(
                "Tạm ứng tối đa",
                amount=part.advance_ceiling,
                how=part.advance_condition,
                article=part.advance_basis,
            ),
            advanced,
        )
    else:
        lines = (
            value,
            SheetLine("Được thanh toán theo nghiệm thu", amount=balance.accepted, article="TT 36/2013 Đ14"),
            advanced,
            SheetLine("Đã thanh toán", amount=balance.paid),
            SheetLine("Đã thu hồi", amount=balance.recovered),
        )
    return Sheet(
        title="Được chi lúc này", subtitle=project.code, lines=lines, results=(SheetResult("Được chi tối đa", most),)
    )
