"""What the page of a round shows of its results, and just the steps that are mine."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count
from django.urls import reverse

from khuyencong.competitions.judging.arithmetic import mean_shown
from khuyencong.competitions.judging.results import EntryResult, pass_mark, results_of
from khuyencong.competitions.judging.seats import is_covered, may_read
from khuyencong.competitions.judging.shown import covered_name
from khuyencong.competitions.models import (
    Certificate,
    Complaint,
    ComplaintResult,
    CouncilChoice,
    Decision,
    Entry,
    EntryState,
    Round,
    RoundState,
)
from khuyencong.competitions.outcome.holders import standing_of
from khuyencong.competitions.outcome.papers import level_above
from khuyencong.competitions.outcome.prizes import sees_money
from khuyencong.competitions.outcome.recognition import GroupCount, choice_findings, group_counts
from khuyencong.competitions.outcome.validity import Standing
from khuyencong.core.components import Action
from khuyencong.core.dates import today
from khuyencong.core.findings import Finding
from khuyencong.law.deadlines import Deadline, competition_complaint
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed

AFTER = (RoundState.DECIDED, RoundState.CLOSED)
WITH_RESULTS = (RoundState.SCORED, *AFTER)


@dataclass(frozen=True)
class ResultRow:
    """One product under the name that the reader may know, its exact mean as text, and what the council said of it."""

    result: EntryResult
    product: str
    mean: str
    chosen: bool | None
    reason: str


@dataclass(frozen=True)
class CertificateRow:
    """One certificate, where it stands today."""

    certificate: Certificate
    standing: Standing


@dataclass(frozen=True)
class Panel:
    """Everything the panel of results needs; lists are empty for those who may not read them."""

    rows: list[ResultRow] = field(default_factory=list)
    counts: list[GroupCount] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    mark: str = ""
    is_chosen: bool = False
    decisions: list[Decision] = field(default_factory=list)
    certificates: list[CertificateRow] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)
    complaint_days: Deadline | None = None
    sees_scores: bool = False
    may_print: bool = False
    actions: list[Action] = field(default_factory=list)
    links: list[tuple[str, str, str]] = field(default_factory=list)  # label, address, icon


def results_panel(round_: Round, actor: Actor) -> Panel | None:
    """The results of the round as the actor may see them; None before the scoring is closed. A constant number of queries."""
    if round_.state not in WITH_RESULTS:
        return None
    sees = may_read(round_, actor)
    is_decided = round_.state in AFTER
    if not sees and (not is_decided or round_.announced_on is None):
        return None
    rows, counts, findings, mark, is_chosen = _of_jury(round_, actor) if sees else ([], [], [], "", False)
    certificates = certificates_of(round_) if is_decided else []
    complaints = list(round_.complaints.select_related("entry")) if sees and is_decided else []
    days = competition_complaint(round_.announced_on) if round_.announced_on else None
    return Panel(
        rows=rows,
        counts=counts,
        findings=findings if not is_decided else [],
        mark=mark,
        is_chosen=is_chosen,
        decisions=list(round_.decisions.annotate(count=Count("certificates"))) if is_decided else [],
        certificates=certificates,
        complaints=complaints,
        complaint_days=days,
        sees_scores=sees,
        may_print=allowed(actor, Permission.COMPETITION_MANAGE, round_),
        actions=actions_of(round_, actor, is_chosen=is_chosen, complaints=complaints),
        links=_links(round_, actor, has_certificates=bool(certificates), is_chosen=is_chosen),
    )


def _of_jury(round_: Round, actor: Actor) -> tuple[list[ResultRow], list[GroupCount], list[Finding], str, bool]:
    results, mark = results_of(round_), pass_mark(round_)
    choices = {one.entry_id: one for one in CouncilChoice.objects.filter(entry__round=round_)}
    chosen = {key for key, one in choices.items() if one.chosen}
    covered, rows = is_covered(round_, actor), []
    for one in results:
        choice = choices.get(one.entry.pk)
        shown = mean_shown(one.mean, passes_from=mark) if one.sheets else "–"
        product = covered_name(one.entry) if covered else one.entry.product
        rows.append(ResultRow(one, product, shown, choice.chosen if choice else None, choice.reason if choice else ""))
    findings = choice_findings(results, chosen, mark=mark) if choices and not covered else []
    return rows, group_counts(results, chosen), findings, str(mark), bool(chosen)


def certificates_of(round_: Round) -> list[CertificateRow]:
    """The certificates of the round in the order of their numbers, with where they stand today."""
    on = today()
    rows = Certificate.objects.filter(decision__round=round_).with_all().order_by("pk")
    return [CertificateRow(one, standing_of(one, on)) for one in rows]


def actions_of(round_: Round, actor: Actor, *, is_chosen: bool, complaints: list[Complaint]) -> list[Action]:
    """The steps of results that the actor may take now."""
    may_manage = allowed(actor, Permission.COMPETITION_MANAGE, round_)
    may_decide = allowed(actor, Permission.COMPETITION_DECIDE, round_)
    made = []

    def add(key: str, label: str, name: str, icon: str, *, first: bool = False) -> None:
        url = reverse(name, args=[round_.pk])
        made.append(Action(key, label, url, method="get", tone="primary" if first else "", icon=icon))

    if round_.state == RoundState.SCORED:
        if may_manage:
            label = "Ghi lại kết luận của Hội đồng" if is_chosen else "Ghi kết luận của Hội đồng"
            add("choose", label, "award_choice", "checklist", first=not is_chosen)
        if may_decide and is_chosen:
            add("recognise", "Ghi quyết định công nhận", "award_recognise", "signature", first=True)
    elif round_.state == RoundState.DECIDED:
        told = round_.announced_on is not None
        if may_manage and not complaints:
            label = "Sửa ngày thông báo kết quả" if told else "Ghi ngày thông báo kết quả"
            add("announce", label, "award_announce", "send", first=not told)
        if may_manage and told:
            add("complain", "Ghi khiếu nại", "award_complaint_new", "message-2")
    if round_.state in AFTER and sees_money(actor, round_):
        add("prizes", "Tiền thưởng", "award_prizes", "coin")
    return made


def _links(round_: Round, actor: Actor, *, has_certificates: bool, is_chosen: bool) -> list[tuple[str, str, str]]:
    may_manage = allowed(actor, Permission.COMPETITION_MANAGE, round_)
    found = []
    if may_manage and is_chosen:
        found.append(("Biên bản Hội đồng (.pdf)", reverse("award_minutes", args=[round_.pk]), "download"))
    if may_manage and has_certificates:
        found.append(("Mọi giấy chứng nhận (.pdf)", reverse("award_certificates", args=[round_.pk]), "download"))
        if level_above(round_.level):
            found.append(("Đề nghị lên cấp trên", reverse("award_proposal", args=[round_.pk]), "send"))
    return found


def upheld_without(complaint: Complaint) -> bool:
    """Whether a complaint was upheld whose product has no certificate yet."""
    entry = complaint.entry
    return (
        complaint.result == ComplaintResult.UPHELD
        and entry is not None
        and not Certificate.objects.filter(entry=entry).exists()
    )


def answer_day(complaint: Complaint, on: date) -> str:
    """How it stands with the answer, in one word for the list."""
    if complaint.result:
        return str(complaint.get_result_display())
    return "Quá hạn trả lời" if on > complaint.answer_by else "Chờ trả lời"


@dataclass(frozen=True)
class EntryOutcome:
    """What came of one product once the makers were told; `complain_url` "" where it is too late or not mine."""

    certificate: Certificate | None
    standing: Standing | None
    complaints: list[Complaint]
    complain_url: str
    last_on: date | None


def outcome_of(entry: Entry, actor: Actor) -> EntryOutcome | None:
    """For the page of a product: None before the results were told, or for one that was not judged. Two queries."""
    round_, on = entry.round, today()
    if round_.state not in AFTER or entry.state != EntryState.ACCEPTED:
        return None
    if round_.announced_on is None and not may_read(round_, actor):
        return None
    certificate = Certificate.objects.filter(entry=entry).first()
    last = competition_complaint(round_.announced_on) if round_.announced_on else None
    own = allowed(actor, Permission.OWN_ESTABLISHMENT, entry)
    in_time = round_.state == RoundState.DECIDED and last is not None and not last.is_missed(on)
    return EntryOutcome(
        certificate=certificate,
        standing=standing_of(certificate, on) if certificate else None,
        complaints=list(entry.complaints.all()) if own or may_read(round_, actor) else [],
        complain_url=reverse("award_own_complaint", args=[entry.pk]) if own and in_time else "",
        last_on=last.on if last else None,
    )
