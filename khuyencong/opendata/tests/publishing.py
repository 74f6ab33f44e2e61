"""đề án that may be published, for the tests of opendata and of the rooms above it."""

from khuyencong.opendata.actions import publish_project, write_publication
from khuyencong.opendata.models import Publication
from khuyencong.testing import make_project

TEXTS = {
    "title": "Máy sấy mới ở Đồng Tháp",
    "summary": "Một cơ sở thay lò sấy củi.",
    "result": "Máy đã chạy, bớt 30 % củi.",
    "agreed": [],
    "consent_document": "",
    "looked": False,
}


def written(world, project, by=None, **texts):
    """The publication of a đề án with its public texts, not published yet."""
    by = by or world.actor("dong-thap", "officer")
    found = Publication.objects.filter(project=project).first()
    return write_publication(
        project_id=project.pk, by=by, version=found.version if found else 0, fields={**TEXTS, **texts}
    )


def published(world, *, state="approved", **texts):
    """A published đề án of Đồng Tháp."""
    project = make_project(world, state=state)
    by = world.actor("dong-thap", "officer")
    return publish_project(project_id=project.pk, by=by, version=written(world, project, by, **texts).version)
