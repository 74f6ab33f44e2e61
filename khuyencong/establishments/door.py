"""The one way to an entry that is about to change: locked, judged, and of the version that somebody looked at."""

from __future__ import annotations

from khuyencong.core.errors import Refused
from khuyencong.establishments.models import Establishment
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require


def lock_establishment(
    establishment_id: int, *, by: Actor, version: int, permission: Permission = Permission.ESTABLISHMENT_EDIT
) -> Establishment:
    """The entry, locked until the transaction ends. Raises NotAllowed, Stale, and Refused for one merged into another."""
    establishment = (
        Establishment.objects.select_for_update(of=("self",))
        .select_related("province__current", "commune")
        .get(pk=establishment_id)
    )
    require(by, permission, establishment)
    establishment.check_version(version)
    if establishment.merged_into_id is not None:
        # Without its name: it may lie in a province that this actor does not see.
        raise Refused("Hồ sơ này đã được gộp vào một hồ sơ khác: hãy mở trang của cơ sở và sửa ở hồ sơ ấy.")
    return establishment


def touch(establishment: Establishment) -> None:
    """Count a change beside the entry itself, so that whoever has its page open is told."""
    establishment.version += 1
    Establishment.objects.filter(pk=establishment.pk).update(version=establishment.version)


def thread_of(establishment: Establishment) -> str:
    """Under what its events stand in the audit trail."""
    return f"establishment:{establishment.pk}"
