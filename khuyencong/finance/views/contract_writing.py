"""Preparing a contract, signing what was prepared, amending it, and another advance ratio."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from khuyencong.core.components import Fact, Sheet, SheetLine, SheetResult
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.findings import Finding, Warning_
from khuyencong.core.money import format_dong
from khuyencong.core.web import SHOW_AND_ACT, form_page, press, version_of
from khuyencong.finance import actions, ledger
from khuyencong.finance.contract_door import PartInput
from khuyencong.finance.contract_forms import (
    AdvanceDecisionForm,
    AnnexForm,
    ChangeDraftForm,
    NewDraftForm,
    Offered,
    Revalued,
    SignDraftForm,
)
from khuyencong.finance.contract_queries import PartView, contract_view, startable_with
from khuyencong.finance.contract_rules import support_signed
from khuyencong.finance.contract_web import contract_for, contract_step
from khuyencong.finance.models import Contract, ContractKind, ContractPart, DraftPart, part_of
from khuyencong.law.advances import advance_ceiling_on, advance_share_on
from khuyencong.law.values import percent_text
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState, find_transition
from khuyencong.projects.web import crumbs_to, project_or_404, step_page

TAB = "kinh-phi"


@opens_to(Permission.CONTRACT_PREPARE)
@require_http_methods(SHOW_AND_ACT)
def draft_new(request: ActorRequest, code: str) -> HttpResponse:
    """Prepare a contract for the leader, of this đề án and maybe others of the same unit."""
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.CONTRACT_PREPARE, project)
    drafted = DraftPart.objects.filter(project=project).first()
    if drafted is not None and request.method != "POST":
        return redirect("contract", pk=drafted.contract_id)
    if request.method != "POST" and find_transition("start", state=project.state, route=project.route) is None:
        raise Refused(f"Đề án ở trạng thái «{project.get_state_display()}» không ký hợp đồng được.")
    approved = ledger.balance_of(project).committed
    offered = [Offered(project, approved, approved), *(Offered(*one) for one in startable_with(project))]
    form = NewDraftForm(
        request.POST or None,
        offered=offered,
        payer=project.payer,
        unit=project.implementing_unit,
        initial={"kind": ContractKind.CONTRACT, "ends_on": project.ends_on},
    )
    made: list[Contract] = []

    def act() -> None:
        data = form.cleaned_data
        made.append(
            actions.prepare_contract(
                by=request.actor,
                creation_key=data["creation_key"],
                parts=[PartInput(key, 0, value) for key, value in form.values.items()],
                kind=ContractKind(data["kind"]),
                number=data["number"],
                signed_on=data["signed_on"],
                ends_on=data["ends_on"],
                payer_account=data["payer_account"],
                unit_account=data["unit_account"],
            )
        )

    title = "Soạn dự thảo hợp đồng"
    return form_page(
        request,
        form=form,
        act=act,
        done="Đã lập dự thảo hợp đồng, chờ lãnh đạo ký.",
        back=lambda: redirect("contract", pk=made[0].pk),
        template="finance/step.html",
        context={
            "project": project,
            "title": title,
            "submit_label": "Lưu dự thảo",
            "crumbs": crumbs_to(project, title, TAB),
            "intro": "Một hợp đồng có thể gồm nhiều đề án của cùng đơn vị thực hiện, cùng đơn vị chi và nguồn kinh phí.",
            "facts": [
                Fact("Bên giao", project.payer.name),
                Fact("Bên nhận", project.implementing_unit.name),
                Fact("Nguồn kinh phí", project.get_source_display()),
            ],
        },
    )


@opens_to(Permission.CONTRACT_PREPARE)
@require_http_methods(SHOW_AND_ACT)
def draft_change(request: ActorRequest, pk: int) -> HttpResponse:
    """Write the draft anew."""
    found = contract_for(request, pk, Permission.CONTRACT_PREPARE, "change")
    written = {part.project_id: part.value for part in found.draft_parts.all()}
    form = ChangeDraftForm(
        request.POST or None,
        offered=_offered(found, written),
        payer=found.payer,
        unit=found.unit,
        initial={
            "version": found.version,
            "kind": found.kind,
            "number": found.number,
            "signed_on": found.signed_on,
            "ends_on": found.ends_on,
            "payer_account": found.payer_account_id,
            "unit_account": found.unit_account_id,
        },
    )

    def act() -> None:
        data = form.cleaned_data
        actions.change_draft(
            contract_id=found.pk,
            by=request.actor,
            version=data["version"],
            values=form.values,
            kind=ContractKind(data["kind"]),
            number=data["number"],
            signed_on=data["signed_on"],
            ends_on=data["ends_on"],
            payer_account=data["payer_account"],
            unit_account=data["unit_account"],
        )

    return contract_step(
        request,
        contract=found,
        form=form,
        title="Sửa dự thảo",
        act=act,
        done="Đã lưu dự thảo.",
        submit_label="Lưu dự thảo",
        context={"intro": "Đề án nào để trống giá trị thì không nằm trong hợp đồng."},
    )


def _offered(found: Contract, written: dict[int, int]) -> list[Offered]:
    """What stands in the draft, and what may be taken in beside it."""
    projects = list(
        Project.objects.filter(draft_part__contract=found).select_related("payer", "implementing_unit").order_by("pk")
    )
    rows = [Offered(one, ledger.balance_of(one).committed, written.get(one.pk)) for one in projects]
    there = {one.pk for one in projects}
    further = startable_with(projects[0], draft=found) if projects else []
    return [*rows, *(Offered(one, approved) for one, approved in further if one.pk not in there)]


@opens_to(Permission.CONTRACT_PREPARE)
@require_POST
def draft_discard(request: ActorRequest, pk: int) -> HttpResponse:
    """Drop the draft."""
    found = contract_for(request, pk, Permission.CONTRACT_PREPARE)
    version = version_of(request)
    done = press(
        request,
        lambda: actions.discard_draft(contract_id=found.pk, by=request.actor, version=version),
        done=f"Đã bỏ dự thảo {found.number}.",
    )
    return redirect("contracts") if done else redirect("contract", pk=found.pk)


@opens_to(Permission.CONTRACT_SIGN)
@require_http_methods(SHOW_AND_ACT)
def draft_sign(request: ActorRequest, pk: int) -> HttpResponse:
    """Sign what was prepared; all its đề án start."""
    found = contract_for(request, pk, Permission.CONTRACT_SIGN, "sign")
    view = contract_view(request.actor, found)
    form = SignDraftForm(
        request.POST or None,
        initial={"version": found.version, "number": found.number, "signed_on": min(today(), found.signed_on)},
    )
    return contract_step(
        request,
        contract=found,
        form=form,
        title="Ký hợp đồng",
        act=lambda: actions.sign_draft(
            contract_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            number=form.cleaned_data["number"],
            signed_on=form.cleaned_data["signed_on"],
        ),
        done="Đã ghi hợp đồng. Các đề án chuyển sang đang thực hiện.",
        submit_label="Ký hợp đồng",
        context={
            "intro": "Mọi đề án trong dự thảo cùng bắt đầu; một đề án không đủ điều kiện thì không đề án nào được ký.",
            "sheet": Sheet(
                title="Giá trị hợp đồng",
                lines=tuple(
                    SheetLine(f"{one.project.code} {one.project.name}", amount=one.value) for one in view.parts
                ),
                results=(SheetResult("Kinh phí khuyến công", view.value),),
            ),
        },
    )


@opens_to(Permission.CONTRACT_SIGN)
@require_http_methods(SHOW_AND_ACT)
def amend(request: ActorRequest, pk: int) -> HttpResponse:
    """Sign an annex, seeing how far each value may go."""
    found = contract_for(request, pk, Permission.CONTRACT_SIGN, "amend")
    view = contract_view(request.actor, found)
    running = [one for one in view.parts if one.project.state == ProjectState.IN_PROGRESS]
    form = AnnexForm(
        request.POST or None,
        contract=found,
        parts=[_revalued(one) for one in running],
        initial={"version": found.version, "ends_on": found.ends_on},
    )

    def act() -> None:
        data = form.cleaned_data
        actions.amend_contract(
            contract_id=found.pk,
            by=request.actor,
            version=data["version"],
            creation_key=data["creation_key"],
            number=data["number"],
            signed_on=data["signed_on"],
            reason=data["reason"],
            ends_on=data["ends_on"],
            values=form.values,
            unit_account=data["unit_account"],
        )

    return contract_step(
        request,
        contract=found,
        form=form,
        title="Ký phụ lục",
        act=act,
        done="Đã ghi phụ lục hợp đồng.",
        submit_label="Ký phụ lục",
        context={
            "intro": "Phụ lục đổi thời hạn, tài khoản bên nhận hoặc giá trị: giá trị không thấp hơn số đã nghiệm thu hoặc đã chi, không cao hơn số được"
            " phê duyệt. Mức tạm ứng tối đa được tính lại.",
            "sheet": _before_annex(running),
            "findings": _annex_findings(running),
        },
    )


def _revalued(one: PartView) -> Revalued:
    least = max(one.balance.accepted, one.balance.paid_out, support_signed(one.project), 1)
    return Revalued(one.project, one.value, least, one.balance.committed)


def _before_annex(parts: list[PartView]) -> Sheet:
    lines = []
    for one in parts:
        ceiling = one.part.advance_ceiling if one.part else 0
        lines += [
            SheetLine(one.project.code, amount=one.value, how=one.project.name),
            SheetLine("Tạm ứng tối đa", amount=ceiling, article=one.part.advance_basis if one.part else ""),
            SheetLine("Được phê duyệt", amount=one.balance.committed),
            SheetLine("Đã nghiệm thu", amount=one.balance.accepted),
            SheetLine("Thực chi", amount=one.balance.paid_out),
        ]
    return Sheet(
        title="Trước phụ lục",
        lines=tuple(lines),
        results=(SheetResult("Giá trị hợp đồng", sum(one.value for one in parts)),),
    )


def _annex_findings(parts: list[PartView]) -> list[Finding]:
    found: list[Finding] = []
    for one in parts:
        shares = [amount for amount in ledger.approved_by_beneficiary(one.project).values() if amount > 0]
        if len(shares) > 1:
            sentence = (
                f"{one.project.code} có {len(shares)} phần được duyệt riêng, cộng {format_dong(sum(shares))} đồng. Ký giá trị"
                " thấp hơn thì phải điều chỉnh đề án cho khớp, để không phần nào bị nghiệm thu thiếu."
            )
            found.append(Warning_("several_parts", sentence, "TT 36/2013 Đ11"))
    return found


@opens_to(Permission.ADVANCE_DECIDE)
@require_http_methods(SHOW_AND_ACT)
def advance_decision(request: ActorRequest, code: str) -> HttpResponse:
    """Record the decision that another share may be advanced."""
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.ADVANCE_DECIDE, project)
    part = part_of(project)
    if request.method != "POST" and (part is None or project.state != ProjectState.IN_PROGRESS):
        raise Refused(f"Đề án ở trạng thái «{project.get_state_display()}» không đổi tỷ lệ tạm ứng được.")
    law = advance_share_on(project.activity, today(), source=project.source)
    condition = part.advance_condition if part and not law.needs_decision else ""
    form = AdvanceDecisionForm(request.POST or None, initial={"version": project.version, "condition": condition})

    def act() -> None:
        data = form.cleaned_data
        actions.decide_advance(
            project_id=project.pk,
            by=request.actor,
            version=data["version"],
            percent=data["percent"],
            document=data["document"],
            decided_on=data["decided_on"],
            decided_by=data["decided_by"],
            condition=data["condition"],
        )

    who = "Cục trưởng" if project.source == FundingSource.NATIONAL else "cơ quan có thẩm quyền của tỉnh"
    most = advance_ceiling_on(today())
    return step_page(
        request,
        project=project,
        form=form,
        title="Tỷ lệ tạm ứng khác",
        act=act,
        tab=TAB,
        submit_label="Ghi quyết định",
        done="Đã ghi quyết định tỷ lệ tạm ứng.",
        template="finance/step.html",
        context={
            "crumbs": crumbs_to(project, "Tỷ lệ tạm ứng khác", TAB),
            "intro": f"Tỷ lệ khác với quy định phải có quyết định của {who} (TT 36/2013 Đ16).",
            "facts": [
                Fact("Hợp đồng", part.contract.title, part.contract.get_absolute_url())
                if part
                else Fact("Hợp đồng", ""),
                Fact("Tỷ lệ theo quy định", f"{percent_text(law.share)} ({law.article})" if law.share else "chưa có"),
                Fact("Không được quá", f"{percent_text(most.share)} ({most.article})" if most else ""),
                *_advance_now(project, part),
            ],
        },
    )


def _advance_now(project: Project, part: ContractPart | None) -> list[Fact]:
    if part is None:
        return []
    advanced = ledger.balance_of(project).advanced
    return [
        Fact("Giá trị hợp đồng", f"{format_dong(part.value)} đồng"),
        Fact("Tạm ứng tối đa hiện nay", f"{format_dong(part.advance_ceiling)} đồng ({part.advance_basis})"),
        Fact("Đã tạm ứng", f"{format_dong(advanced)} đồng"),
    ]


def sign_instead(project: Project) -> str:
    """The address at which a đề án that stands in a draft is signed; "" where it stands in none. One query."""
    drafted = DraftPart.objects.filter(project=project).first()
    return reverse("contract_sign", args=[drafted.contract_id]) if drafted else ""
