"""The page on which a đề án is appraised."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from khuyencong.appraisal import actions
from khuyencong.appraisal.forms import AppraisalForm
from khuyencong.appraisal.models import Level, Outcome
from khuyencong.appraisal.prices import prices_of
from khuyencong.appraisal.similar import similar_to
from khuyencong.core.components import Fact
from khuyencong.core.dates import format_date, today
from khuyencong.core.findings import Blocker, Finding, NeedsApproval, Warning_
from khuyencong.core.money import format_dong
from khuyencong.core.web import SHOW_AND_ACT
from khuyencong.law.catalogue import activity_name, catalogue
from khuyencong.loans.reckoning import loan_findings
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, next_or, opens_to
from khuyencong.projects.content_rules import written_rows
from khuyencong.projects.dossier import dossier_of, is_reference_only
from khuyencong.projects.models import EstimateLine, Project
from khuyencong.projects.places_seen import sees_exactly
from khuyencong.projects.recalculation import recalculated, stored_sheets
from khuyencong.projects.received import received_beside
from khuyencong.projects.sheets import group_for_page, of_the_whole, sheet_for_page
from khuyencong.projects.support import BeneficiarySheet, Reckoning, beneficiaries_of, reckon
from khuyencong.projects.web import crumbs_to, project_for_step, step_page

DONE: dict[str, str] = {
    Outcome.AGREE: "Đã ghi kết quả thẩm định: đồng ý.",
    Outcome.AGREE_WITH_CONDITIONS: "Đã ghi kết quả thẩm định: đồng ý có điều kiện.",
    Outcome.RETURN: "Đã trả đề án lại để hoàn thiện.",
    Outcome.REFUSE: "Đã ghi kết quả thẩm định: không đồng ý.",
}


# Both levels are for appraisers; which agency may appraise at which level is asked with the project.
@opens_to(Permission.APPRAISE_BASE)
@require_http_methods(SHOW_AND_ACT)
def project_appraise(request: ActorRequest, code: str, level: str) -> HttpResponse:
    """Judge the five points of TT 36/2013 Đ9 beside what the law allows and what was handed in."""
    if level not in Level.values:
        raise Http404
    chosen = Level(level)
    project = project_for_step(request, code, f"{chosen}_agree")
    lines = list(project.lines.all())
    reckoning = reckon(project, beneficiaries_of(project), lines, on=today(), seen_by=request.actor)
    lent = loan_findings(project)
    form = AppraisalForm(
        request.POST or None,
        initial={"version": project.version},
        confirm=any(isinstance(one, NeedsApproval) for one in (*reckoning.findings, *lent)),
    )

    def act() -> None:
        data = form.cleaned_data
        actions.appraise(
            project_id=project.pk,
            by=request.actor,
            version=data["version"],
            level=chosen,
            outcome=Outcome(data["outcome"]),
            points=form.judgements(),
            appraised_on=data["appraised_on"],
            comment=data["comment"],
            conditions=data["conditions"],
            minutes_number=data["minutes_number"],
            by_council=data["by_council"],
            norm_confirmed=data.get("norm_confirmed", False),
            conditions_due_on=data["conditions_due_on"],
            completion=actions.one_to_a_line(data["completion"]),
            completion_days=data["completion_days"],
        )

    title = "Thẩm định cấp Bộ" if chosen is Level.CENTRAL else "Thẩm định cấp cơ sở"
    answer = step_page(
        request,
        project=project,
        form=form,
        title=title,
        act=act,
        tab="tham-dinh",
        submit_label="Ghi kết quả thẩm định",
        done=DONE.get(request.POST.get("outcome", ""), "Đã ghi kết quả thẩm định."),
        template="appraisal/appraise.html",
        context=_context(request, project, reckoning, lent)
        | _beside(request, project, lines, reckoning)
        | {"crumbs": crumbs_to(project, title, "tham-dinh")},
    )
    # Whoever came from a list of what waits goes back to it, for the next one.
    return redirect(next_or(request, answer["Location"])) if answer.status_code == HTTPStatus.FOUND else answer


def _beside(
    request: ActorRequest, project: Project, lines: Sequence[EstimateLine], reckoning: Reckoning
) -> dict[str, Any]:
    """What other đề án ask, were granted, and pay for the same machine."""
    people = len(reckoning.eligibility)
    asked = sum(line.support for line in lines)
    return {
        "similar": similar_to(project, people=people, asked=asked, seen_by=request.actor),
        "prices": prices_of(project, lines, seen_by=request.actor),
    }


def _context(request: ActorRequest, project: Project, reckoning: Reckoning, lent: Sequence[Finding]) -> dict[str, Any]:
    sheets = reckoning.sheets
    compared = recalculated(stored_sheets(project), sheets)
    # What a sheet or an answer says stands there; above stands what only the whole shows.
    told = {finding for one in sheets for finding in one.sheet.findings}
    told |= {finding for one in reckoning.eligibility for finding in one.findings}
    told |= set(of_the_whole(reckoning.group))
    of_project: list[Finding] = [finding for finding in reckoning.findings if finding not in told]
    of_project += [*lent, *compared.findings]
    if request.actor.user.pk in {project.submitted_by_id, project.created_by_id}:
        of_project.insert(0, Blocker("own_project", "Bạn đã lập hoặc gửi đề án này nên không được thẩm định."))
    meeting = project.council_items.filter(appraisal__isnull=True, postponed="").select_related("session").first()
    if meeting is not None:
        sentence = f"Đề án đang có trong chương trình của Hội đồng ({meeting.session}): nên ghi kết quả ở phiên họp."
        of_project.insert(0, Warning_("on_an_agenda", sentence, "TT 36/2013 Đ8"))
    return {
        "facts": _facts(project, sheets),
        "texts": project.texts,
        "rows": written_rows(project),
        "sheets": [sheet_for_page(one.sheet) for one in sheets],
        "group": group_for_page(reckoning.group),
        "eligibility": reckoning.eligibility,
        "recalculated": compared,
        "findings": of_project,
        "supported": received_beside(
            project, [one.beneficiary for one in reckoning.eligibility], seen_by=request.actor
        ),
        **_papers(project, has_beneficiaries=bool(reckoning.eligibility)),
        "earlier": project.appraisals.select_related("by", "agency", "completion").prefetch_related(
            "completion__items"
        ),
        "visits": project.site_visits.select_related("by", "agency").prefetch_related("photos__attachment"),
        "exact": sees_exactly(request.actor, project),
    }


def _papers(project: Project, *, has_beneficiaries: bool) -> dict[str, Any]:
    """The checklist of what was handed in, and the files that are no paper of it."""
    dossier = dossier_of(project, on=today(), has_beneficiaries=has_beneficiaries)
    bound = dossier.bound_files
    return {
        "dossier": dossier,
        "reference_only": is_reference_only(project),
        "attachments": [one for one in project.attachments.all() if one.pk not in bound],
    }


def _facts(project: Project, sheets: Sequence[BeneficiarySheet]) -> list[Fact]:
    sector = catalogue().sectors.get(project.sector)
    total, asked = (sum(getattr(one.share, name) for one in sheets) for name in ("total", "asked"))
    place = ", ".join(str(part) for part in (project.place_text, project.commune, project.province) if part)
    time = (
        f"{format_date(project.starts_on)} – {format_date(project.ends_on)}"
        if project.starts_on and project.ends_on
        else ""
    )
    sent = (
        f"{format_date(project.submitted_on)}, lần {project.submission}, {project.submitted_by}"
        if project.submitted_on
        else ""
    )
    return [
        Fact("Đề án", project.name),
        Fact("Nguồn kinh phí", f"{project.get_source_display()}, năm {project.year}"),
        Fact(
            "Nội dung, ngành nghề",
            " – ".join(part for part in (activity_name(project.activity), sector.name if sector else "") if part),
        ),
        Fact("Đơn vị thực hiện", str(project.implementing_unit)),
        Fact("Đơn vị phối hợp", project.cooperating_unit),
        Fact("Địa điểm", place),
        Fact("Thời gian", time),
        Fact("Tổng kinh phí", f"{format_dong(total)} đồng"),
        Fact("Đề nghị hỗ trợ", f"{format_dong(asked)} đồng"),
        Fact("Gửi thẩm định", sent),
    ]
