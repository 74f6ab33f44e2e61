"""Somebody is told when a part of the machine breaks: the doctor looks once an hour, beside the server.

Not everybody has Prometheus (`deploy/alerts.yml` is for those who have): an office that keeps its own server reads the bell and the
letters. Who is told: administrators of the national agency where there are any, else those of every agency that works here.
"""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from khuyencong.notices.actions import notify
from khuyencong.people.actors import memberships_in_force
from khuyencong.people.models import AgencyKind, User
from khuyencong.people.roles import Role
from khuyencong.upkeep.doctor import HERE, examine, without_paths
from khuyencong.upkeep.neighbours import Mark

EVERY: Final = timedelta(hours=1)
# In the folder of data, since it speaks of this machine: the parts that are known to be broken.
TOLD: Final = "doctor.told"


def go_on() -> bool:
    """Look, at most once an hour, and tell what has broken since; never more than one look at a time."""
    told = settings.CONFIG.var_dir / TOLD
    if not _is_due(told):
        return False
    known = _known(told)
    bad: dict[str, str] = {}
    for one in examine(settings.CONFIG, only=HERE):
        if one.mark is Mark.BAD:
            bad[one.about] = f"{bad.get(one.about, '')} {without_paths(one.sentence, settings.CONFIG)}".strip()
    with transaction.atomic():
        for about, sentence in bad.items():
            if about not in known:
                said = f"Máy chủ {socket.gethostname()}, {about}: {sentence}"
                notify(users=_keepers(), sentence=said, url=reverse("server_status"))
        # Within the transaction: where it cannot be kept what was said, nobody is told again and again.
        told.write_text(json.dumps(sorted(bad), ensure_ascii=False), encoding="utf-8")
    return False


@transaction.atomic
def tell_failed(work: str) -> int:
    """Say at once that a work of a timer has ended badly; to how many people."""
    users = _keepers()
    sentence = f"Máy chủ, việc theo lịch «{work}» không xong. Vì sao: journalctl -u {work}."
    notify(users=users, sentence=sentence, url=reverse("server_status"))
    return len(users)


def _is_due(told: Path) -> bool:
    try:
        return datetime.fromtimestamp(told.stat().st_mtime, UTC) < datetime.now(UTC) - EVERY
    except FileNotFoundError:
        return True


def _known(told: Path) -> set[str]:
    try:
        return set(json.loads(told.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):
        return set()


def _keepers() -> list[User]:
    hats = memberships_in_force().filter(role=Role.ADMINISTRATOR, user__is_active=True, user__is_system=False)
    national = hats.filter(agency__kind=AgencyKind.NATIONAL)
    users = User.objects.filter(pk__in=(national if national.exists() else hats).order_by().values("user"))
    return list(users.order_by("pk"))
