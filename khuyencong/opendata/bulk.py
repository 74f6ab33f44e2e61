"""Publishing many đề án at once: each is judged by itself, as if it had been opened alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from khuyencong.core.errors import DomainError
from khuyencong.opendata.actions import publish_project
from khuyencong.opendata.door import NOT_YET
from khuyencong.opendata.models import Publication
from khuyencong.people.actors import Actor
from khuyencong.projects.models import Project

MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Result:
    """What became of one of them; `refused` says why it stays unpublished, "" where it is published."""

    project: Project
    refused: str = ""


def publish_each(projects: Sequence[Project], *, by: Actor) -> list[Result]:
    """Publish each of them in a transaction of its own; what is refused leaves the others as they are.

    Only what is not published yet: what was withdrawn is published again on its own page, by who has read why.
    """
    versions = dict(Publication.objects.filter(project__in=projects).values_list("project", "version"))
    results = []
    for project in projects:
        try:
            publish_project(project_id=project.pk, by=by, version=versions.get(project.pk, NOT_YET))
        except DomainError as error:
            results.append(Result(project, error.sentence))
        else:
            results.append(Result(project))
    return results
