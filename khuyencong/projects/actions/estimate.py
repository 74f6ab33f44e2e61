"""Mẫu 1 of a đề án: the estimate as a whole, replaced line by line."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from khuyencong.people.actors import Actor
from khuyencong.projects.door import lock_draft
from khuyencong.projects.estimates import LineInput, write_estimate
from khuyencong.projects.models import Project


@transaction.atomic
def save_estimate(*, project_id: int, by: Actor, version: int, lines: Sequence[LineInput]) -> Project:
    """Replace the estimate by `lines`. Raises NotAllowed, Stale, and Refused where a line breaks Mẫu 1."""
    return write_estimate(lock_draft(project_id, by=by, version=version), by=by, lines=lines)
