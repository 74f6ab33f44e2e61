"""The support that the law allows for what stands in a đề án: records in, calculation sheets out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import QuerySet

from khuyencong.core.findings import Blocker, Finding
from khuyencong.law.catalogue import activity, catalogue
from khuyencong.law.norms import DeclaredNorm, NormBook
from khuyencong.law.support import CalculationSheet, GroupSheet, SupportQuery, group_sheet, support_for
from khuyencong.normbook.book import current_book
from khuyencong.people.actors import Actor
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.eligibility import BeneficiaryAnswers, eligibility_of, eligibility_of_all
from khuyencong.projects.models import Beneficiary, EstimateLine, Project
from khuyencong.projects.sheets import of_the_whole


@dataclass(frozen=True)
class Share:
    """The part of an estimate that belongs to one beneficiary, or to none; in đồng."""

    beneficiary: Beneficiary | None
    total: int
    eligible: int
    asked: int
    counterpart: int
    other: int


@dataclass(frozen=True)
class BeneficiarySheet:
    """A share of the estimate with the calculation of what the law allows for it."""

    share: Share
    sheet: CalculationSheet


def counts_by_beneficiary(project: Project) -> bool:
    """Whether the norm of the activity is for each beneficiary; otherwise the project as a whole has one cap."""
    known = activity(project.activity)
    return known is None or known.per_beneficiary


def shares_of(project: Project, beneficiaries: Sequence[Beneficiary], lines: Iterable[EstimateLine]) -> list[Share]:
    """The estimate by beneficiary, in their order, and last what belongs to none (if anything does).

    Where the norm is not for each beneficiary there is one share: splitting the estimate must not multiply its cap.
    """
    rows = list(lines)
    if not counts_by_beneficiary(project):
        return [_share(None, rows)] if rows else []
    found = [_share(one, [line for line in rows if line.beneficiary_id == one.pk]) for one in beneficiaries]
    common = [line for line in rows if line.beneficiary_id is None]
    return [*found, _share(None, common)] if common else found


def _share(beneficiary: Beneficiary | None, lines: list[EstimateLine]) -> Share:
    return Share(
        beneficiary=beneficiary,
        total=sum(line.total for line in lines),
        eligible=sum(line.total for line in lines if line.in_cost_base),
        asked=sum(line.support for line in lines),
        counterpart=sum(line.counterpart for line in lines),
        other=sum(line.other for line in lines),
    )


def declared_norm(project: Project) -> DeclaredNorm | None:
    """The norm that the officer named, or None. Only local money may rest on one."""
    if project.source != FundingSource.LOCAL or not project.declared_norm_document:
        return None
    percent = project.declared_norm_percent
    return DeclaredNorm(
        document=project.declared_norm_document,
        article=project.declared_norm_article,
        rate=None if percent is None else Fraction(percent) / 100,
        cap=project.declared_norm_cap,
    )


def priority_basis(project: Project) -> str:
    """What a priority multiplier rests on: place and trade with their articles, then the decision; "" without the former."""
    known = catalogue()
    entries = (known.priority_places.get(project.priority_place), known.priority_trades.get(project.priority_trade))
    grounds = [f"{entry.name} ({entry.article})" for entry in entries if entry is not None]
    return "; ".join(part for part in (*grounds, project.priority_decision) if part) if grounds else ""


def sheets_for(
    project: Project,
    beneficiaries: Sequence[Beneficiary],
    lines: Iterable[EstimateLine],
    *,
    on: date,
    book: NormBook | None = None,
) -> list[BeneficiarySheet]:
    """One sheet for each share of the estimate, by the law of the day `on`.

    `book`: the norms to compute with; the shipped and the confirmed ones by default. No query of its own: everything
    else is passed in.
    """
    declared, basis = declared_norm(project), priority_basis(project)
    unnamed, by_each = project.unnamed(len(beneficiaries)), counts_by_beneficiary(project)
    book = book or current_book()
    return [
        BeneficiarySheet(
            share,
            support_for(
                SupportQuery(
                    activity=project.activity,
                    source=project.source,
                    on=on,
                    province_keys=(
                        share.beneficiary.establishment.norm_province_keys
                        if share.beneficiary
                        else project.norm_province_keys
                    ),
                    beneficiary_name=_name_of(project, share, unnamed),
                    eligible_cost=share.eligible,
                    total_cost=share.total,
                    asked=share.asked,
                    declared=declared,
                    priority_multiplier=Fraction(project.priority_multiplier),
                    priority_approved=bool(project.priority_decision),
                    priority_basis=basis,
                    charter_capital=share.beneficiary.establishment.charter_capital if share.beneficiary else None,
                    establishments=max(1, unnamed) if by_each and share.beneficiary is None else 1,
                ),
                book=book,
            ),
        )
        for share in shares_of(project, beneficiaries, lines)
        if share.asked or share.beneficiary
    ]


def _name_of(project: Project, share: Share, unnamed: int) -> str:
    if share.beneficiary is not None:
        return str(share.beneficiary.establishment)
    return f"{unnamed} cơ sở chưa xác định" if unnamed and counts_by_beneficiary(project) else project.name


@dataclass(frozen=True)
class Reckoning:
    """What the law of one day says of a đề án: how much for each share, who may be supported, and what stands against it."""

    sheets: tuple[BeneficiarySheet, ...]
    group: GroupSheet
    eligibility: tuple[BeneficiaryAnswers, ...]
    findings: tuple[Finding, ...]


def reckon(
    project: Project,
    beneficiaries: Sequence[Beneficiary],
    lines: Iterable[EstimateLine],
    *,
    on: date,
    book: NormBook | None = None,
    seen_by: Actor | None = None,
) -> Reckoning:
    """Everything the law says on the day `on` about who asks and for how much; a few queries, whatever their number.

    `beneficiaries` as `beneficiaries_of` reads them; `book` as for `sheets_for`; `seen_by`: who will read the answer
    (`eligibility_of`).
    """
    rows = list(lines)
    answers = eligibility_of(project, beneficiaries, on=on, lines=rows, seen_by=seen_by)
    return _reckoned(project, sheets_for(project, beneficiaries, rows, on=on, book=book), answers, len(beneficiaries))


def reckon_all(projects: Sequence[Project], *, on: date, seen_by: Actor | None = None) -> dict[int, Reckoning]:
    """`reckon` for several đề án, by their keys, with a few queries however many they are.

    Expects `province__current` and `province_before` of the projects loaded.
    """
    keys, book = [project.pk for project in projects], current_book()
    people: dict[int, list[Beneficiary]] = {key: [] for key in keys}
    for one in with_what_the_law_asks(Beneficiary.objects.filter(project__in=keys)):
        people[one.project_id].append(one)
    lines: dict[int, list[EstimateLine]] = {key: [] for key in keys}
    for line in EstimateLine.objects.filter(project__in=keys):
        lines[line.project_id].append(line)
    asked = [(project, people[project.pk]) for project in projects]
    every = [line for some in lines.values() for line in some]
    answers = eligibility_of_all(asked, on=on, lines=every, seen_by=seen_by)
    return {
        project.pk: _reckoned(
            project,
            sheets_for(project, people[project.pk], lines[project.pk], on=on, book=book),
            answers[project.pk],
            len(people[project.pk]),
        )
        for project in projects
    }


def _reckoned(
    project: Project, sheets: Sequence[BeneficiarySheet], answers: Sequence[BeneficiaryAnswers], named: int
) -> Reckoning:
    group = group_sheet([one.sheet for one in sheets])
    findings = [finding for one in answers for finding in one.findings]
    findings += sheet_findings(project, sheets, unnamed=project.unnamed(named))
    if len(sheets) > 1:
        findings += of_the_whole(group)
    # What holds for the whole đề án stands in every sheet of a group: here it is said once.
    return Reckoning(tuple(sheets), group, tuple(answers), tuple(dict.fromkeys(findings)))


def beneficiaries_of(project: Project) -> list[Beneficiary]:
    """The beneficiaries with all that the law asks about them, in one query."""
    return list(with_what_the_law_asks(project.beneficiaries.all()))


def with_what_the_law_asks(beneficiaries: QuerySet[Beneficiary]) -> QuerySet[Beneficiary]:
    """The same rows, their establishments loaded with what `eligibility_of` reads."""
    return beneficiaries.select_related(
        "establishment__province__current",
        "establishment__province_before",
        "establishment__commune",
        "establishment__craft_village",
    )


def sheet_findings(project: Project, sheets: Sequence[BeneficiarySheet], *, unnamed: int = 0) -> list[Finding]:
    """All findings of the sheets, and the ones that only show when they are seen together.

    `unnamed`: how many establishments of a group are still to be named; then its common lines are theirs.
    """
    found = [finding for one in sheets for finding in one.sheet.findings]
    if counts_by_beneficiary(project) and not unnamed:
        found += [
            Blocker(
                "support_without_beneficiary",
                "Có dòng dự toán dùng kinh phí khuyến công nhưng chưa gắn với cơ sở thụ hưởng; mức hỗ trợ tính theo từng cơ sở.",
                "TTLT 26/2014 Đ6.2; TT 28/2018 Đ8",
            )
            for one in sheets
            if one.share.beneficiary is None and one.share.asked
        ]
    return found
