"""What is kept with a contract: schedule, guarantees, accounts, contracts with establishments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.core.components import Crumb, Fact
from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong
from khuyencong.core.web import SHOW_AND_ACT, form_page, run
from khuyencong.finance import actions, ledger
from khuyencong.finance.actions.schedules import MOST_MILESTONES, MilestoneInput
from khuyencong.finance.actions.support_contracts import needs_none
from khuyencong.finance.bank_holders import agencies_for, establishments_for
from khuyencong.finance.contract_forms import (
    BankAccountForm,
    EndAccountForm,
    GuaranteeForm,
    MilestoneForm,
    ReleaseForm,
    SupportContractForm,
    VersionForm,
)
from khuyencong.finance.contract_queries import contract_view
from khuyencong.finance.contract_rules import support_signed
from khuyencong.finance.contract_web import contract_for, contract_step, crumbs_of
from khuyencong.finance.models import BankAccount, ContractState, SupportContract, part_of
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.models import Beneficiary, Project
from khuyencong.projects.states import ProjectState
from khuyencong.projects.web import crumbs_to, project_or_404, step_page

ACCOUNTS = "Tài khoản ngân hàng"
TAB = "kinh-phi"
BLANK_ROWS = 2


@opens_to(Permission.CONTRACT_PREPARE)
@require_http_methods(SHOW_AND_ACT)
def schedule(request: ActorRequest, pk: int) -> HttpResponse:
    """The whole schedule as rows."""
    found = contract_for(request, pk, Permission.CONTRACT_PREPARE)
    if request.method != "POST" and found.state == ContractState.LIQUIDATED:
        raise Refused("Hợp đồng đã thanh lý, không sửa được nữa.", article="TT 36/2013 Đ18")
    view = contract_view(request.actor, found)
    bound = request.POST if request.method == "POST" else None
    form = VersionForm(bound, initial={"version": found.version})
    rows: Any = forms.formset_factory(
        MilestoneForm,
        extra=BLANK_ROWS if bound is None else 0,
        max_num=MOST_MILESTONES,
        absolute_max=MOST_MILESTONES,
        validate_max=True,
    )
    written = [
        {"on": one.on, "content": one.content, "amount": one.amount, "project": one.project_id, "done_on": one.done_on}
        for one in found.milestones.all()
    ]
    formset = rows(bound, prefix="moc", initial=None if bound else written, form_kwargs={"projects": view.projects})

    def act() -> None:
        milestones = [MilestoneInput(**_milestone(one)) for one in formset.forms if one.cleaned_data]
        actions.save_schedule(
            contract_id=found.pk, by=request.actor, version=form.cleaned_data["version"], milestones=milestones
        )

    if bound is not None and form.is_valid() and formset.is_valid() and run(form, act):
        messages.success(request, "Đã lưu lịch thực hiện.")
        return redirect("contract", pk=found.pk)
    context = {
        "contract": found,
        "form": form,
        "formset": formset,
        "title": "Lịch thực hiện",
        "submit_label": "Lưu lịch",
        "intro": f"Các mốc trong thời hạn hợp đồng; cộng lại không vượt {format_dong(view.value)} đồng. Dòng để trống được bỏ"
        " qua; muốn bỏ một mốc thì xóa trắng dòng ấy.",
        "crumbs": crumbs_of(found, "Lịch thực hiện"),
    }
    return render(request, "finance/contract_schedule.html", context, status=200 if bound is None else 422)


def _milestone(row: Any) -> dict[str, Any]:
    data = row.cleaned_data
    return {
        "on": data["on"],
        "content": data["content"],
        "amount": data["amount"],
        "project_id": data["project"],
        "done_on": data["done_on"],
    }


@opens_to(Permission.CONTRACT_PREPARE)
@require_http_methods(SHOW_AND_ACT)
def guarantee(request: ActorRequest, pk: int) -> HttpResponse:
    """Enter a guarantee."""
    found = contract_for(request, pk, Permission.CONTRACT_PREPARE)
    if request.method != "POST" and found.state == ContractState.LIQUIDATED:
        raise Refused("Hợp đồng đã thanh lý, không sửa được nữa.", article="TT 36/2013 Đ18")
    form = GuaranteeForm(request.POST or None, initial={"version": found.version})
    return contract_step(
        request,
        contract=found,
        form=form,
        title="Ghi bảo lãnh",
        act=lambda: actions.add_guarantee(contract_id=found.pk, by=request.actor, **form.cleaned_data),
        done="Đã ghi bảo lãnh.",
        submit_label="Ghi bảo lãnh",
    )


@opens_to(Permission.CONTRACT_PREPARE)
@require_http_methods(SHOW_AND_ACT)
def guarantee_release(request: ActorRequest, pk: int, guarantee: int) -> HttpResponse:
    """Note that a guarantee was given back."""
    found = contract_for(request, pk, Permission.CONTRACT_PREPARE)
    one = get_object_or_404(found.guarantees, pk=guarantee)
    if request.method != "POST" and one.released_on is not None:
        raise Refused("Bảo lãnh này đã được giải tỏa.")
    form = ReleaseForm(request.POST or None, initial={"version": found.version})
    return contract_step(
        request,
        contract=found,
        form=form,
        title="Giải tỏa bảo lãnh",
        act=lambda: actions.release_guarantee(
            contract_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            guarantee_id=one.pk,
            released_on=form.cleaned_data["released_on"],
        ),
        done="Đã ghi giải tỏa bảo lãnh.",
        submit_label="Ghi giải tỏa",
        context={"facts": [Fact("Bảo lãnh", str(one)), Fact("Số tiền", f"{format_dong(one.amount)} đồng")]},
    )


# --- accounts --------------------------------------------------------------------------------------------------------


@opens_to(Permission.BANK_ACCOUNT_KEEP)
@require_safe
def bank_accounts(request: ActorRequest) -> HttpResponse:
    """The accounts of my agency, those that it keeps, and those named in contracts that I may open."""
    rows = BankAccount.objects.visible_to(request.actor).select_related("agency", "establishment", "kept_by")
    own = request.actor.agency_ids
    shown = [(one, one.to_on is None and own & {one.agency_id, one.kept_by_id}) for one in rows.order_by("to_on", "pk")]
    context = {"rows": shown, "crumbs": [Crumb("Hợp đồng", reverse("contracts")), Crumb(ACCOUNTS)]}
    return render(request, "finance/bank_accounts.html", context)


def _account_crumbs(title: str) -> list[Crumb]:
    return [Crumb("Hợp đồng", reverse("contracts")), Crumb(ACCOUNTS, reverse("bank_accounts")), Crumb(title)]


@opens_to(Permission.BANK_ACCOUNT_KEEP)
@require_http_methods(SHOW_AND_ACT)
def bank_account_new(request: ActorRequest) -> HttpResponse:
    """Enter an account."""
    form = BankAccountForm(
        request.POST or None,
        agencies=agencies_for(request.actor),
        establishments=establishments_for(request.actor),
        initial={"holder": request.GET.get("cho", "")},
    )

    def act() -> None:
        data = form.cleaned_data
        actions.add_bank_account(
            by=request.actor,
            creation_key=data["creation_key"],
            agency=form.agency,
            establishment=form.establishment,
            holder_name=data["holder_name"],
            number=data["number"],
            bank=data["bank"],
            from_on=data["from_on"],
        )

    return form_page(
        request,
        form=form,
        act=act,
        done="Đã ghi tài khoản.",
        back=lambda: redirect("bank_accounts"),
        template="finance/form.html",
        context={
            "title": "Ghi tài khoản",
            "submit_label": "Ghi tài khoản",
            "intro": "Số tài khoản chỉ hiện với người được mở hợp đồng có tài khoản ấy.",
            "crumbs": _account_crumbs("Ghi tài khoản"),
            "back_url": reverse("bank_accounts"),
        },
    )


@opens_to(Permission.BANK_ACCOUNT_KEEP)
@require_http_methods(SHOW_AND_ACT)
def bank_account_end(request: ActorRequest, pk: int) -> HttpResponse:
    """Note until when an account is used."""
    found = get_object_or_404(BankAccount.objects.visible_to(request.actor), pk=pk)
    require(request.actor, Permission.BANK_ACCOUNT_KEEP, found)
    if request.method != "POST" and found.to_on is not None:
        raise Refused("Tài khoản này đã ngừng dùng.")
    form = EndAccountForm(request.POST or None, initial={"version": found.version})
    return form_page(
        request,
        form=form,
        act=lambda: actions.end_bank_account(
            account_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            to_on=form.cleaned_data["to_on"],
        ),
        done="Đã ghi ngày ngừng dùng tài khoản.",
        back=lambda: redirect("bank_accounts"),
        template="finance/form.html",
        context={
            "title": "Ngừng dùng tài khoản",
            "submit_label": "Ghi ngày ngừng dùng",
            "intro": f"Tài khoản {found}. Hợp đồng đã ký vẫn giữ số tài khoản như khi ký.",
            "crumbs": _account_crumbs("Ngừng dùng"),
            "back_url": reverse("bank_accounts"),
        },
    )


# --- contracts with establishments -----------------------------------------------------------------------------------


@opens_to(Permission.SUPPORT_CONTRACT_KEEP)
@require_http_methods(SHOW_AND_ACT)
def support_contract(request: ActorRequest, code: str, part: int) -> HttpResponse:
    """The contract of my unit with one establishment, entered or corrected."""
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.SUPPORT_CONTRACT_KEEP, project)
    beneficiary = get_object_or_404(project.beneficiaries.select_related("establishment"), pk=part)
    if request.method != "POST" and project.state != ProjectState.IN_PROGRESS:
        raise Refused(f"Đề án ở trạng thái «{project.get_state_display()}» không ghi hợp đồng hỗ trợ được.")
    if request.method != "POST" and needs_none(project, beneficiary):
        raise Refused("Đơn vị thực hiện cũng là cơ sở thụ hưởng nên không cần hợp đồng hỗ trợ.")
    found = SupportContract.objects.filter(beneficiary=beneficiary).select_related("file").first()
    form = SupportContractForm(
        request.POST or None,
        request.FILES or None,
        establishment=beneficiary.establishment,
        initial={"version": project.version, **_as_written(beneficiary, found)},
    )

    def act() -> None:
        data = form.cleaned_data
        actions.record_support_contract(
            project_id=project.pk,
            by=request.actor,
            version=data["version"],
            beneficiary_id=beneficiary.pk,
            number=data["number"],
            signed_on=data["signed_on"],
            support=data["support"],
            counterpart=data["counterpart"],
            other=data["other"],
            schedule=data["schedule"],
            account=data["account"],
            upload=data["file"],
        )

    return step_page(
        request,
        project=project,
        form=form,
        title=f"Hợp đồng hỗ trợ: {beneficiary}",
        act=act,
        tab=TAB,
        submit_label="Ghi hợp đồng hỗ trợ",
        done="Đã ghi hợp đồng hỗ trợ.",
        template="finance/support_contract.html",
        context={
            "crumbs": crumbs_to(project, "Hợp đồng hỗ trợ", TAB),
            "intro": "Hợp đồng giữa đơn vị thực hiện và cơ sở thụ hưởng, là một giấy tờ của hồ sơ tạm ứng (TT 36/2013 Đ13).",
            "facts": _support_facts(project, beneficiary, found),
        },
    )


def _as_written(beneficiary: Beneficiary, found: SupportContract | None) -> dict[str, Any]:
    """What the form begins with: what was written, or the estimate of the establishment."""
    if found is not None:
        names = ("number", "signed_on", "support", "counterpart", "other", "schedule")
        return {**{name: getattr(found, name) for name in names}, "account": found.account_id}
    lines = list(beneficiary.lines.all())
    return {name: sum(getattr(line, name) for line in lines) for name in ("support", "counterpart", "other")}


def _support_facts(project: Project, beneficiary: Beneficiary, found: SupportContract | None) -> list[Fact]:
    approved = ledger.approved_by_beneficiary(project).get(beneficiary.pk, 0)
    part = part_of(project)
    left = part.value - support_signed(project, but=beneficiary.pk) if part else 0
    account = f"{reverse('bank_account_new')}?cho=co-so-{beneficiary.establishment_id}"
    return [
        Fact("Cơ sở thụ hưởng", beneficiary.establishment.name),
        Fact(
            "Hợp đồng của đề án", part.contract.title if part else "", part.contract.get_absolute_url() if part else ""
        ),
        Fact("Được duyệt cho cơ sở", f"{format_dong(approved)} đồng"),
        Fact("Còn của hợp đồng", f"{format_dong(max(0, left))} đồng"),
        Fact("Bản đã ký", found.file.name if found and found.file else "chưa đính kèm"),
        Fact("Tài khoản của cơ sở", "ghi tài khoản mới", account),
    ]
