"""A paper of a record, drawn up but not kept yet: its data as of now, the template in force, its code, the file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.db import models

from khuyencong.core.files import check_leaving
from khuyencong.papers.codes import new_token
from khuyencong.papers.filling import fill
from khuyencong.papers.form import Data, Form
from khuyencong.papers.models import Paper, PaperTemplate, TemplateUse
from khuyencong.papers.models.paper import NUMBER_LENGTH
from khuyencong.people.actors import Actor

SHIPPED = "Mẫu kèm phần mềm"


@dataclass(frozen=True)
class InForce:
    """The template that an agency's papers of one form are made with; `version` None: the shipped one."""

    version: PaperTemplate | None
    content: bytes


def template_in_force(agency_ids: Sequence[int] | frozenset[int], form: Form) -> InForce:
    """What the agency has put in force last, or the shipped one; one query."""
    use = TemplateUse.objects.filter(agency__in=agency_ids, form=form.code).select_related("template").first()
    version = use.template if use else None
    if version is None:
        return InForce(None, form.template.read_bytes())
    check_leaving(version.file.name or "")
    with version.file.open("rb") as file:
        return InForce(version, file.read())


def draw_up(
    form: Form, record: models.Model, key: str, *, by: Actor, template: InForce, creation_key: UUID, kept: list[str]
) -> Paper:
    """The paper with its file on the disk (its path is added to `kept`), not in the database yet. Raises Refused."""
    data = form.data(record, by)
    token = new_token()
    content = fill(template.content, data, form=form, token=token)
    paper = Paper(
        creation_key=creation_key,
        form=form.code,
        key=key,
        thread=form.subject.thread(record),
        title=_of_frame(data, "title", form.title)[:300],
        about=form.subject.named(record)[:400],
        agency=by.agency,
        number=_number(data),
        data=data,
        template=template.version,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        token=token,
        created_by=by.user,
    )
    paper.file.save(f"{uuid4().hex}.docx", ContentFile(content), save=False)
    kept.append(paper.file.name or "")
    return paper


def _of_frame(data: Data, name: str, other: str) -> str:
    frame: Any = data.get("paper")
    value = frame.get(name) if isinstance(frame, dict) else None
    return value if isinstance(value, str) and value else other


def _number(data: Data) -> str:
    """The number that the record already has; a line of dots is none."""
    number = _of_frame(data, "number", "")
    return number[:NUMBER_LENGTH] if any(sign.isalnum() for sign in number) else ""
