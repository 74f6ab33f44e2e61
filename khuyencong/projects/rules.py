"""What must hold before a đề án may be submitted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from khuyencong.core.findings import Blocker, Finding
from khuyencong.law.catalogue import activity, catalogue
from khuyencong.projects.content_rules import (
    WrittenRows,
    content_findings,
    effect_findings,
    written_rows,
    year_findings,
)
from khuyencong.projects.dossier import Dossier
from khuyencong.projects.dossier_rules import papers_missing
from khuyencong.projects.models import Beneficiary, EstimateLine, Project, ProjectKind

GROUP_ARTICLE = "TT 36/2013 Đ10.1.a"
REQUIRED_TEXTS = (
    ("necessity", "sự cần thiết và căn cứ", "TT 36/2013 Đ5.2"),
    ("aims", "mục tiêu", "TT 36/2013 Đ5.3"),
    ("scale", "quy mô", "TT 36/2013 Đ5.4"),
    ("superior", "đặc điểm vượt trội của nội dung chính", "TT 36/2013 Đ5.4"),
    ("organisation", "phương án tổ chức thực hiện", "TT 36/2013 Đ5.7"),
)

# Rooms above that know of something else that must hold: each is asked about the đề án, and may ask the database.
further_checks: list[Callable[[Project], Iterable[Finding]]] = []


def asked_elsewhere(project: Project) -> list[Finding]:
    """What rooms above still ask for before the đề án may be submitted."""
    return [finding for check in further_checks for finding in check(project)]


def missing_for_submission(
    project: Project,
    beneficiaries: Sequence[Beneficiary],
    lines: Sequence[EstimateLine],
    dossier: Dossier,
    rows: WrittenRows | None = None,
) -> list[Finding]:
    """What still lacks, each with the article that asks for it.

    `rows`: the work, indicators and linked activities where the caller has read them; else they are read here.
    """
    rows = written_rows(project) if rows is None else rows
    found: list[Finding] = [
        Blocker(f"missing_{name}", f"Chưa ghi {label}.", article)
        for name, label, article in REQUIRED_TEXTS
        if not getattr(project, name).strip() and (name != "superior" or project.kind != ProjectKind.TASK)
    ]
    if project.starts_on is None or project.ends_on is None:
        found.append(Blocker("missing_dates", "Chưa ghi thời gian bắt đầu và kết thúc.", "TT 36/2013 Đ5.5"))
    found += content_findings(project, rows)
    found += effect_findings(project, rows)
    found += _estimate(project, lines)
    known = activity(project.activity)
    if known is None:
        found.append(Blocker("unknown_activity", "Nội dung hoạt động không có trong danh mục.", "NĐ 45/2012 Đ4"))
    elif known.per_beneficiary and project.kind != ProjectKind.TASK:
        found += _who_benefits(project, beneficiaries, lines)
    found += _beneficiaries(project, beneficiaries, lines)
    found += papers_missing(dossier)
    return found


def _estimate(project: Project, lines: Sequence[EstimateLine]) -> list[Finding]:
    if not lines:
        return [Blocker("missing_estimate", "Chưa lập dự toán.", "TT 36/2013 Đ5.6, Mẫu số 1")]
    found: list[Finding] = []
    if not any(line.support for line in lines):
        found.append(Blocker("no_support", "Dự toán chưa có kinh phí khuyến công đề nghị hỗ trợ.", "Mẫu số 1"))
    return found + year_findings(project, lines)


def _beneficiaries(
    project: Project, beneficiaries: Sequence[Beneficiary], lines: Iterable[EstimateLine]
) -> list[Finding]:
    found: list[Finding] = []
    if project.kind == ProjectKind.SINGLE and len(beneficiaries) > 1:
        sentence = "Đề án đơn chỉ có một cơ sở thụ hưởng; nhiều cơ sở thì chọn loại «Đề án nhóm»."
        found.append(Blocker("several_in_single", sentence, "TT 36/2013 Đ10"))
    without_lines = {one.pk for one in beneficiaries} - {line.beneficiary_id for line in lines}
    found += [
        Blocker("beneficiary_without_estimate", f"{one.establishment} chưa có dòng dự toán nào.", "Mẫu số 1")
        for one in beneficiaries
        if one.pk in without_lines
    ]
    found += same_twice(beneficiaries)
    if (beneficiaries or project.unnamed(0)) and project.sector not in catalogue().sectors:
        found.append(Blocker("missing_sector", "Chưa chọn ngành nghề được hưởng chính sách.", "NĐ 45/2012 Đ5"))
    return found


def _who_benefits(
    project: Project, beneficiaries: Sequence[Beneficiary], lines: Sequence[EstimateLine]
) -> list[Finding]:
    """Each establishment is named, or a group says how many come later, by what criteria, and with what money."""
    named, planned = len(beneficiaries), project.planned_beneficiaries
    if project.kind != ProjectKind.GROUP or planned is None:
        known = activity(project.activity)
        # What serves the whole (a class, a bulletin, the system itself) has a norm for the whole and need name nobody.
        if named or (known is not None and not known.per_beneficiary):
            return []
        return [Blocker("missing_beneficiary", "Chưa có cơ sở thụ hưởng.", "TT 36/2013 Đ5.1")]
    if planned < named:
        sentence = f"Đề án đã nêu {named} cơ sở, nhiều hơn số dự kiến {planned}: hãy sửa số cơ sở dự kiến."
        return [Blocker("more_than_planned", sentence, GROUP_ARTICLE)]
    found: list[Finding] = []
    if planned > named:
        if not project.beneficiary_criteria.strip():
            sentence = "Đề án nhóm chưa nêu tên đủ cơ sở thì phải ghi tiêu chí chọn cơ sở thụ hưởng."
            found.append(Blocker("missing_criteria", sentence, GROUP_ARTICLE))
        if not any(line.support and line.beneficiary_id is None for line in lines):
            sentence = (
                f"Còn {planned - named} cơ sở chưa xác định nhưng dự toán chưa có dòng chung dùng kinh phí khuyến công."
            )
            found.append(Blocker("unnamed_without_estimate", sentence, "Mẫu số 1"))
    return found


def same_twice(beneficiaries: Sequence[Beneficiary]) -> list[Finding]:
    """Entries merged since they were chosen: one establishment would be supported twice."""
    first: dict[int, Beneficiary] = {}
    found: list[Finding] = []
    for one in beneficiaries:
        other = first.setdefault(one.establishment.identity_id, one)
        if other is not one:
            sentence = f"{other.establishment} và {one.establishment} là một cơ sở (đã gộp): hãy bỏ một trong hai."
            found.append(Blocker("same_establishment_twice", sentence, "TTLT 26/2014 Đ7.4"))
    return found
