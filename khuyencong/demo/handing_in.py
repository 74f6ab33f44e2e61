"""Handing in what a submission of national money asks for: papers and the number of the unit's letter."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from khuyencong.core.dates import today
from khuyencong.law.papers import Stage
from khuyencong.people.actors import Actor
from khuyencong.projects import actions as projects
from khuyencong.projects.dossier import Weight, dossier_of
from khuyencong.projects.models import LetterKind, Project

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def hand_in_papers(project: Project, officer: Actor) -> None:
    """Every paper without which the đề án may not be submitted, and the number of the unit's letter."""
    for row in dossier_of(project, on=today()).of(Stage.REGISTRATION):
        if row.lacks and row.weight is Weight.REQUIRED:
            name = row.key.rpartition(".")[2]
            projects.file_paper(
                project_id=project.pk,
                by=officer,
                version=project.version,
                key=row.key,
                upload=SimpleUploadedFile(f"{name}.pdf", PDF + f"{project.code} {name}".encode()),
                letter=request_letter(project),
            )
            project.refresh_from_db()


def hand_in_stage(project: Project, officer: Actor, stage: Stage) -> None:
    """Every paper of a later stage that must be there and lacks, handed in by the unit."""
    for row in dossier_of(project, on=today()).of(stage):
        if row.lacks and row.weight is Weight.REQUIRED:
            _hand_in(project, officer, row.key)


def hand_in_settlement(project: Project, officer: Actor, file: str) -> None:
    """The papers of a settlement: `file` is how their codes begin, as in `settlement.rules` (TT 36/2013 Đ18, Đ19)."""
    for row in dossier_of(project, on=today()).of(Stage.SETTLEMENT):
        if row.key.startswith(f"{Stage.SETTLEMENT}.{file}") and not row.versions:
            _hand_in(project, officer, row.key)


def _hand_in(project: Project, officer: Actor, key: str) -> None:
    name = key.rpartition(".")[2]
    projects.file_paper(
        project_id=project.pk,
        by=officer,
        version=project.version,
        key=key,
        upload=SimpleUploadedFile(f"{name}.pdf", PDF + f"{project.code} {key}".encode()),
    )
    project.refresh_from_db()


def request_letter(project: Project) -> projects.LetterInput:
    """The letter with which the unit hands the đề án in."""
    return projects.LetterInput(
        kind=LetterKind.REQUEST,
        number=f"{project.pk}/CV-{project.implementing_unit.code.upper()}",
        day=today(),
        summary=f"Đề nghị hỗ trợ kinh phí khuyến công: {project.name}"[:500],
        issuer=project.implementing_unit,
        recipient=project.department or project.funder,
    )
