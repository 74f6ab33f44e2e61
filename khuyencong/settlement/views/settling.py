"""Settling a đề án: the balance sheet, what is missing and why, and the form, on one page."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from khuyencong.core.components import Fact, SheetResult
from khuyencong.core.dates import today
from khuyencong.core.findings import Finding, blockers
from khuyencong.core.web import SHOW_AND_ACT
from khuyencong.finance import ledger
from khuyencong.finance.sheet import balance_sheet
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState
from khuyencong.projects.web import crumbs_to, project_for_step, project_or_404, step_page
from khuyencong.settlement import actions, rules
from khuyencong.settlement.actions.settling import payable_of_year
from khuyencong.settlement.forms import SettlementForm, StoppedForm, VolumeForm
from khuyencong.settlement.models import Basis, Way
from khuyencong.settlement.project_papers import Form

TAB = "kinh-phi"
WAY = "ho-so"  # in the address: for which way of TT 36/2013 Đ19 the page says what is missing


@opens_to(Permission.SETTLE)
@require_http_methods(SHOW_AND_ACT)
def settle(request: ActorRequest, code: str) -> HttpResponse:
    """Settle what was accepted and paid, whole; of a đề án under way only by volume, after force majeure."""
    project = project_for_step(request, code, "settle")
    balance = ledger.balance_of(project)
    way = _way(request)
    running = project.state == ProjectState.IN_PROGRESS
    initial = {"version": project.version, "way": way}
    kinds = {ProjectState.IN_PROGRESS: VolumeForm, ProjectState.STOPPED: StoppedForm}
    form = kinds.get(ProjectState(project.state), SettlementForm)(request.POST or None, initial=initial)

    def act() -> None:
        data = form.cleaned_data
        actions.settle(
            project_id=project.pk,
            by=request.actor,
            version=data["version"],
            number=data["number"],
            settled_on=data["settled_on"],
            way=Way(data["way"]),
            invoice=data["invoice"],
            reason=data["reason"],
            volume=form.volume if isinstance(form, VolumeForm) else None,
        )

    basis = Basis.VOLUME if running else rules.basis_on(project, today())
    # What is accepted and still to be paid will be settled too.
    asked = rules.Asked(way, basis, today(), balance.accepted - balance.settled, balance.settled)
    findings = [*rules.uneven(project, balance), *rules.missing(project, asked), *rules.timing(project, today())]
    intro = (
        "Quyết toán bằng số thực chi, đã trừ thu hồi. Sau khi quyết toán mọi đề án của hợp đồng thì thanh lý hợp đồng."
    )
    if running:
        intro = "Đề án đang thực hiện chỉ quyết toán được theo khối lượng đã làm, khi có lý do bất khả kháng (TT 36/2013 Đ18.4)."
    context = {
        "crumbs": crumbs_to(project, "Quyết toán", TAB),
        "intro": intro,
        "sheet": balance_sheet(project, balance, SheetResult("Số quyết toán", balance.paid_out)),
        "findings": findings,
        "facts": _links(project, way, findings, reverse("project_settle", args=[project.code])),
        "hide_form": bool(blockers(findings)) and request.method != "POST",
    }
    return step_page(
        request,
        project=project,
        form=form,
        title="Quyết toán",
        act=act,
        tab=TAB,
        submit_label="Ghi quyết toán",
        done="Đã quyết toán đề án. Việc tiếp theo: thanh lý hợp đồng.",
        template="finance/step.html",
        context=context,
    )


@opens_to(Permission.SETTLE)
@require_http_methods(SHOW_AND_ACT)
def settle_year(request: ActorRequest, code: str, year: int) -> HttpResponse:
    """Settle one year of a đề án of several, before its last."""
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.SETTLE, project)
    if year not in rules.earlier_years(project):
        raise Http404
    if request.method != "POST":
        rules.check_year(project, year)
    balance = ledger.balance_of(project)
    way = _way(request)
    form = SettlementForm(request.POST or None, initial={"version": project.version, "way": way})

    def act() -> None:
        data = form.cleaned_data
        actions.settle_year(
            project_id=project.pk,
            by=request.actor,
            version=data["version"],
            year=year,
            number=data["number"],
            settled_on=data["settled_on"],
            way=Way(data["way"]),
            invoice=data["invoice"],
            reason=data["reason"],
        )

    amount = payable_of_year(project, year, on=today())
    asked = rules.Asked(way, rules.basis_of_year(project, year, today()), today(), amount, balance.settled)
    findings = rules.missing(project, asked)
    address = reverse("project_settle_year", args=[project.code, year])
    context = {
        "crumbs": crumbs_to(project, f"Quyết toán năm {year}", TAB),
        "intro": "Quyết toán phần đã nghiệm thu và đã chi bằng kinh phí của năm này; mỗi năm một lần.",
        "sheet": balance_sheet(project, balance, SheetResult(f"Số quyết toán năm {year}", amount)),
        "findings": findings,
        "facts": _links(project, way, findings, address),
        "hide_form": bool(blockers(findings)) and request.method != "POST",
    }
    return step_page(
        request,
        project=project,
        form=form,
        title=f"Quyết toán năm {year}",
        act=act,
        tab=TAB,
        submit_label="Ghi quyết toán năm",
        done=f"Đã quyết toán năm {year}.",
        template="finance/step.html",
        context=context,
    )


def _way(request: ActorRequest) -> Way:
    """The way that was typed, or that the address asks for; without an invoice otherwise."""
    text = request.POST.get("way", "") or request.GET.get(WAY, "")
    return Way(text) if text in Way.values else Way.OWN


def _links(project: Project, way: Way, findings: list[Finding], address: str) -> list[Fact]:
    """Where what is missing is put right, and what the file would be the other way."""
    other = Way.INVOICED if way is Way.OWN else Way.OWN
    lacking = len(blockers(findings))
    return [
        Fact("Hồ sơ đang xét", way.label),
        Fact("Xét theo hồ sơ khác", other.label, f"{address}?{WAY}={other.value}"),
        Fact("Còn vướng", f"{lacking} điều nêu ở trên" if lacking else "không"),
        Fact("Giấy tờ quyết toán", "Mở phần «Hồ sơ»", f"{project.get_absolute_url()}?tab=ho-so"),
        Fact("Chứng từ chi", "Mở bảng chứng từ", reverse("project_vouchers", args=[project.code])),
        *(
            Fact("Biểu mẫu", one.label, reverse("project_settlement_form", args=[project.code, one.value]))
            for one in Form
        ),
    ]
