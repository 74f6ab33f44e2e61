"""Exact places are personal data of whoever works there: who reads them, and a picture for everybody else."""

from __future__ import annotations

from io import BytesIO
from typing import IO

from khuyencong.core.errors import Refused
from khuyencong.core.exif import without_notes
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed
from khuyencong.projects.models import Project

UNREADABLE = "Không bỏ được vị trí ghi trong ảnh này, nên chỉ người được xem dữ liệu cá nhân mới tải được."


def sees_exactly(actor: Actor, project: Project) -> bool:
    """Whether the actor reads where exactly something of this đề án was seen (`Permission.PERSONAL_VIEW`)."""
    return allowed(actor, Permission.PERSONAL_VIEW, project)


def is_picture(content_type: str) -> bool:
    """Whether a file may carry the place at which its camera stood."""
    return content_type.startswith("image/")


def bare(stream: IO[bytes]) -> BytesIO:
    """The same picture without what its camera wrote; closes `stream`. Refused where that cannot be taken out."""
    with stream:
        try:
            return BytesIO(without_notes(stream.read()))
        except ValueError:
            raise Refused(UNREADABLE) from None
