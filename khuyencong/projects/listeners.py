"""What happens elsewhere and changes by which words a đề án is found: a beneficiary gets another name, or is merged."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q

from khuyencong.establishments.signals import found_by_other_words
from khuyencong.projects.models import Beneficiary, Project


def connect() -> None:
    """Listen; asked for once, when the program starts."""
    found_by_other_words.connect(_refresh, dispatch_uid="projects.haystacks")


def _refresh(*, ids: Collection[int], **_: Any) -> None:
    named = Beneficiary.objects.filter(Q(establishment__in=ids) | Q(establishment__merged_into__in=ids))
    Project.objects.filter(pk__in=named.order_by().values("project_id")).refresh_haystacks()
