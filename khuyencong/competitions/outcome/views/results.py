"""From the council's choice to the end of a round, and the papers of it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from khuyencong.audit.actions import record
from khuyencong.competitions.judging.arithmetic import mean_shown
from khuyencong.competitions.judging.results import pass_mark, results_of
from khuyencong.competitions.models import Certificate, CouncilChoice, Round
from khuyencong.competitions.outcome.actions import recognising
from khuyencong.competitions.outcome.certificate_paper import certificates_pdf
from khuyencong.competitions.outcome.forms import ChoiceForm, DayForm, RecognitionForm
from khuyencong.competitions.outcome.papers import level_above, minutes_pdf, proposal_pdf, proposal_xlsx
from khuyencong.competitions.outcome.recognition import check_uncovered, choice_findings
from khuyencong.competitions.outcome.shown import WITH_RESULTS, ResultRow
from khuyencong.competitions.outcome.web import crumbs_to, step_page
from khuyencong.competitions.states import check_step
from khuyencong.competitions.web import round_or_404
from khuyencong.core.components import Crumb
from khuyencong.core.dates import today
from khuyencong.core.web import SHOW_AND_ACT, take_away
from khuyencong.establishments.models import CertificateLevel
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to


def _permitted(request: ActorRequest, pk: int, permission: Permission) -> Round:
    found = round_or_404(request.actor, pk)
    require(request.actor, permission, found)
    return found


@opens_to(Permission.COMPETITION_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def choice(request: ActorRequest, pk: int) -> HttpResponse:
    """Which products the council lays before whoever decides: the results with a box for each that has reached the mark."""
    found = _permitted(request, pk, Permission.COMPETITION_MANAGE)
    if request.method != "POST":
        check_step(found, "recognise")
    check_uncovered(found, request.actor)
    results, mark = results_of(found), pass_mark(found)
    kept = {one.entry_id: one for one in CouncilChoice.objects.filter(entry__round=found)}
    before = [str(key) for key, one in kept.items() if one.chosen]
    reason = next((one.reason for one in kept.values() if one.reason), "")
    form = ChoiceForm(
        request.POST or None,
        entries=[one.entry for one in results],
        initial={"version": found.version, "chosen": before, "reason": reason},
    )
    keys = {one.entry.pk for one in results}
    said = set(form["chosen"].value() or [])
    ticked = {key for key in keys if str(key) in said}

    def act() -> None:
        data = form.cleaned_data
        recognising.record_choice(
            round_id=found.pk,
            by=request.actor,
            version=data["version"],
            chosen=[int(key) for key in data["chosen"]],
            reason=data["reason"],
        )

    rows = [
        ResultRow(
            one,
            one.entry.product,
            mean_shown(one.mean, passes_from=mark) if one.sheets else "–",
            one.entry.pk in ticked,
            "",
        )
        for one in results
    ]
    return step_page(
        request,
        about=found.name,
        form=form,
        title="Kết luận của Hội đồng bình chọn",
        act=act,
        done="Đã ghi kết luận của Hội đồng.",
        submit_label="Ghi kết luận",
        back_url=found.get_absolute_url(),
        crumbs=crumbs_to(found, Crumb("Kết luận của Hội đồng")),
        template="competitions/outcome/choice.html",
        context={
            "rows": rows,
            "mark": mark,
            "findings": choice_findings(results, ticked, mark=mark) if ticked else [],
            "tie_rule": found.get_tie_rule_display(),
        },
    )


@opens_to(Permission.COMPETITION_DECIDE)
@require_http_methods(SHOW_AND_ACT)
def recognition(request: ActorRequest, pk: int) -> HttpResponse:
    """The decision that recognises what was chosen; it issues the certificates."""
    found = _permitted(request, pk, Permission.COMPETITION_DECIDE)
    if request.method != "POST":
        check_step(found, "recognise")
    check_uncovered(found, request.actor)
    chosen = CouncilChoice.objects.filter(entry__round=found, chosen=True).select_related("entry__establishment")
    form = RecognitionForm(
        request.POST or None, initial={"version": found.version, "suffix": f"/{found.year}/GCN", "minutes_on": today()}
    )

    def act() -> None:
        recognising.recognise(round_id=found.pk, by=request.actor, **form.cleaned_data)

    return step_page(
        request,
        about=found.name,
        form=form,
        title="Quyết định công nhận",
        act=act,
        done="Đã ghi quyết định và cấp giấy chứng nhận.",
        submit_label="Ghi quyết định, cấp giấy chứng nhận",
        back_url=found.get_absolute_url(),
        crumbs=crumbs_to(found, Crumb("Quyết định công nhận")),
        context={"chosen": list(chosen)},
    )


@opens_to(Permission.COMPETITION_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def announcement(request: ActorRequest, pk: int) -> HttpResponse:
    """On which day the makers were told."""
    found = _permitted(request, pk, Permission.COMPETITION_MANAGE)
    form = DayForm(request.POST or None, initial={"version": found.version, "on": found.announced_on or today()})

    def act() -> None:
        data = form.cleaned_data
        recognising.announce(round_id=found.pk, by=request.actor, version=data["version"], on=data["on"])

    return step_page(
        request,
        about=found.name,
        form=form,
        title="Thông báo kết quả bình chọn",
        act=act,
        done="Đã ghi ngày thông báo; chủ cơ sở có tài khoản được báo.",
        submit_label="Ghi ngày thông báo",
        back_url=found.get_absolute_url(),
        crumbs=crumbs_to(found, Crumb("Thông báo kết quả")),
    )


def _certificates_of(found: Round) -> Any:
    rows = Certificate.objects.filter(decision__round=found).with_all()
    return rows.order_by("pk")


def _printed(request: ActorRequest, found: Round, what: str, content: bytes, name: str) -> HttpResponse:
    with transaction.atomic():
        record(
            action="competition.paper", by=request.actor, subject=found, thread=found.thread, after={"giấy tờ": what}
        )
    return take_away(content, name)


@opens_to(Permission.COMPETITION_MANAGE)
@require_GET
def minutes(request: ActorRequest, pk: int) -> HttpResponse:
    """The minutes of the council as PDF, to be signed; the download is audited."""
    found = _permitted(request, pk, Permission.COMPETITION_MANAGE)
    if found.state not in WITH_RESULTS:
        raise Http404("Kỳ bình chọn chưa có kết quả chấm.")
    check_uncovered(found, request.actor)
    return _printed(
        request, found, "Biên bản Hội đồng", minutes_pdf(found, today()), f"bien-ban-hoi-dong-{found.pk}.pdf"
    )


@opens_to(Permission.COMPETITION_MANAGE)
@require_GET
def certificates(request: ActorRequest, pk: int) -> HttpResponse:
    """Every certificate of the round that stands, one on each page; the download is audited."""
    found = _permitted(request, pk, Permission.COMPETITION_MANAGE)
    rows = list(_certificates_of(found).filter(withdrawn_on__isnull=True))
    if not rows:
        raise Http404("Kỳ bình chọn chưa cấp giấy chứng nhận nào.")
    name = f"giay-chung-nhan-{found.pk}.pdf"
    return _printed(request, found, f"{len(rows)} giấy chứng nhận", certificates_pdf(found, rows), name)


@opens_to(Permission.COMPETITION_MANAGE)
@require_safe
def proposal(request: ActorRequest, pk: int) -> HttpResponse:
    """Which products may go up a level today, to be ticked and printed with the letter."""
    found = _permitted(request, pk, Permission.COMPETITION_MANAGE)
    above = level_above(found.level)
    if not above:
        raise Http404("Không có cấp bình chọn cao hơn.")
    rows = list(_certificates_of(found).valid_on(today()).prefetch_related("raised__round"))
    context = {
        "round": found,
        "above": CertificateLevel(above).label.lower(),
        "rows": rows,
        "on": today(),
        "crumbs": crumbs_to(found, Crumb("Đề nghị lên cấp trên")),
        "files": [(".pdf", reverse("award_proposal_file", args=[found.pk, "pdf"])),
                  (".xlsx", reverse("award_proposal_file", args=[found.pk, "xlsx"]))],
    }  # fmt: skip
    return render(request, "competitions/outcome/proposal.html", context)


@opens_to(Permission.COMPETITION_MANAGE)
@require_GET
def proposal_file(request: ActorRequest, pk: int, kind: str) -> HttpResponse:
    """The letter (pdf) or the list (xlsx) of the ticked certificates, all where none is; only those valid today."""
    found = _permitted(request, pk, Permission.COMPETITION_MANAGE)
    if kind not in {"pdf", "xlsx"} or not level_above(found.level):
        raise Http404("Không có tệp này.")
    asked = [int(one) for one in request.GET.getlist("giay") if one.isascii() and one.isdigit() and len(one) < 10]  # noqa: PLR2004  # fits an int column
    rows = _certificates_of(found).valid_on(today())
    chosen = list(rows.filter(pk__in=asked) if asked else rows)
    if not chosen:
        raise Http404("Không có giấy chứng nhận nào còn giá trị.")
    made = proposal_pdf(found, chosen, today()) if kind == "pdf" else proposal_xlsx(found, chosen, today())
    return _printed(request, found, f"Đề nghị {len(chosen)} sản phẩm", made, f"de-nghi-binh-chon-{found.pk}.{kind}")
