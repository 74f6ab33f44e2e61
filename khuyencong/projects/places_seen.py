"""Exact places are personal data of whoever works there: who reads them (pictures: `audit/handing_out.py`)."""

from __future__ import annotations

from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed
from khuyencong.projects.models import Project


def sees_exactly(actor: Actor, project: Project) -> bool:
    """Whether the actor reads where exactly something of this đề án was seen (`Permission.PERSONAL_VIEW`)."""
    return allowed(actor, Permission.PERSONAL_VIEW, project)
