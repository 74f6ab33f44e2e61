"""How an action takes hold of what is published of a đề án: locked, permitted, and still what the page showed."""

from __future__ import annotations

from khuyencong.core.errors import Stale
from khuyencong.opendata.models import Publication
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.projects.models import Project

STALE = "Bản công bố đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại rồi làm lại nếu vẫn cần."
NOT_YET = 0  # the version of what nobody has written yet


def lock_publication(project_id: int, *, by: Actor, version: int) -> Publication:
    """The publication of a đề án, unsaved where there is none yet, with the đề án locked. Must be called in a transaction.

    Two who begin at once wait for the row of the đề án. Raises NotAllowed, Stale.
    """
    project = Project.objects.select_for_update(of=("self",)).select_related("province__current").get(pk=project_id)
    require(by, Permission.PUBLICATION_DECIDE, project)
    found = Publication.objects.select_for_update(of=("self",)).filter(project=project).first()
    if (found.version if found else NOT_YET) != version:
        raise Stale(STALE)
    if found is None:
        return Publication(project=project, created_by=by.user, version=NOT_YET)
    found.project = project
    return found
