"""How much one person may bring in a day, counted in the rows that keep it: nothing else has to be written down for it."""

from __future__ import annotations

from datetime import datetime

from django.apps import apps
from django.db import models
from django.utils import timezone

from khuyencong.core.errors import Refused
from khuyencong.core.files import CheckedUpload
from khuyencong.people.actors import Actor
from khuyencong.people.models import User
from khuyencong.quarantine.door import BROUGHT_BY

MIB = 1024 * 1024
FILES_A_DAY = 500  # a whole archive of dossiers, a file a minute
BYTES_A_DAY = 2_048 * MIB
# By whom, when and how large: every room that keeps what is brought writes it so.
COLUMNS = frozenset({"uploaded_by", "uploaded_at", "size"})


def require_room(checked: CheckedUpload) -> None:
    """Raises Refused where whoever brings the file has brought too much today. What comes without account is counted nowhere here."""
    actor: Actor | None = getattr(checked.upload, BROUGHT_BY, None)
    if actor is None:
        return
    sizes = brought(actor.user, since=timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0))
    if len(sizes) >= FILES_A_DAY:
        raise Refused(
            f"Hôm nay bạn đã gửi {len(sizes)} tệp, mức nhiều nhất của một người trong ngày. Hãy gửi tiếp vào ngày mai."
        )
    if sum(sizes) + checked.size > BYTES_A_DAY:
        raise Refused(
            f"Tệp này làm số tệp bạn gửi hôm nay vượt {BYTES_A_DAY // MIB} MB, mức của một người trong ngày. Hãy gửi vào ngày mai."
        )


def brought(user: User, *, since: datetime) -> list[int]:
    """The sizes of the files that the user has brought since then and that are kept still; one query."""
    rows = [
        one.filter(uploaded_by=user, uploaded_at__gte=since).order_by().values_list("size", flat=True)
        for one in (model._default_manager for model in counted())  # noqa: SLF001  # Django's documented way to a model's rows
    ]
    return list(rows[0].union(*rows[1:], all=True))


def counted() -> list[type[models.Model]]:
    """The models that keep what people bring."""
    return [
        model
        for model in apps.get_models()
        if any(isinstance(one, models.FileField) for one in model._meta.local_concrete_fields)  # noqa: SLF001  # the documented way to a model's fields
        and {one.name for one in model._meta.local_concrete_fields} >= COLUMNS  # noqa: SLF001  # as above
    ]
