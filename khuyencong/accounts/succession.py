"""One agency takes over from another: its people, what stood below it, and by `Actor.agency_ids` all its records.

`take_over` is what a merge does; `succeed_provinces` does it for the departments and centres of provinces that merged.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from khuyencong.audit.actions import record_system
from khuyencong.core.dates import format_date
from khuyencong.people import pattern
from khuyencong.people.actions import search_columns
from khuyencong.people.models import Agency, AgencyKind, AgencyName, AgencyParent, Invitation, Membership, User
from khuyencong.places.models import Province
from khuyencong.places.queries import cities_on

DAY = dt.timedelta(days=1)
ORIGIN = "lệnh cập nhật địa giới"


@dataclass(frozen=True)
class Followed:
    """What went over: how many hats, open invitations, delegations that lapsed, and agencies below."""

    hats: int = 0
    invitations: int = 0
    delegations: int = 0
    children: int = 0

    def __str__(self) -> str:
        parts = [
            f"{self.hats} vai trò được chuyển sang",
            f"{self.children} cơ quan cấp dưới chuyển theo" if self.children else "",
            f"{self.invitations} thư mời chưa nhận bị hủy" if self.invitations else "",
            f"{self.delegations} ủy quyền hết hiệu lực" if self.delegations else "",
        ]
        return "; ".join(part for part in parts if part)


def what_follows(old: Agency, new: Agency | None = None) -> Followed:
    """What goes over when `old` is succeeded: four counts. `new` may be one of those below `old`: then it does not follow."""
    hats = Membership.objects.filter(agency=old, is_active=True)
    children = Agency.objects.filter(parent=old, active_to__isnull=True)
    return Followed(
        hats=hats.filter(delegated_by__isnull=True).count(),
        invitations=open_letters(old).count(),
        delegations=hats.filter(delegated_by__isnull=False).count(),
        children=children.exclude(pk=new.pk).count() if new else children.count(),
    )


def take_over(old: Agency, new: Agency, *, on: dt.date, document: str) -> Followed:
    """`new` stands for `old` from the day `on`: `old` ends the day before. Must be called inside a transaction.

    The members of `old` get the same roles at `new`; delegations there lapse, since they were given for another agency;
    open invitations are revoked. Whoever `old` had succeeded is pointed to `new`.
    """
    followed = what_follows(old, new)
    old.active_to = on - DAY
    if old.active_from is not None and old.active_from > old.active_to:
        old.active_from = old.active_to
    old.successor = new
    old.version += 1
    old.save()
    Agency.objects.filter(successor=old).update(successor=new)
    _close_open_parent(old, old.active_to)
    for child in Agency.objects.select_for_update(of=("self",)).filter(parent=old, active_to__isnull=True):
        if child.pk != new.pk:
            put_under(child, new, on=on, document=document, verified=True)
    open_letters(old).update(revoked_at=timezone.now(), version=F("version") + 1)
    hats = Membership.objects.filter(agency=old, is_active=True)
    hats.filter(delegated_by__isnull=False).update(is_active=False)
    for hat in hats.filter(delegated_by__isnull=True).order_by("pk"):
        _wear_there_too(hat, new, on)
    return followed


def open_letters(agency: Agency) -> QuerySet[Invitation]:
    """The invitations to the agency that nobody has accepted or revoked."""
    return Invitation.objects.filter(agency=agency, accepted_at__isnull=True, revoked_at__isnull=True)


def _wear_there_too(hat: Membership, new: Agency, on: dt.date) -> None:
    there = Membership.objects.filter(user=hat.user_id, agency=new, role=hat.role, delegated_by__isnull=True).first()
    if there is not None and there.is_active:
        return
    if there is None:
        Membership.objects.create(user_id=hat.user_id, agency=new, role=hat.role, from_on=on)
    else:
        there.is_active, there.from_on, there.to_on = True, on, None
        there.save()
    user = User.objects.select_for_update(of=("self",)).get(pk=hat.user_id)
    user.version += 1
    user.save(update_fields=["version"])


def put_under(agency: Agency, parent: Agency, *, on: dt.date, document: str, verified: bool) -> None:
    """Make `parent` the agency above from the day `on`; must be called inside a transaction."""
    dated = agency.parents.exists()
    if not dated and agency.parent is not None:
        # What stood above was never dated: it did until now.
        AgencyParent.objects.create(agency=agency, parent=agency.parent, from_on=None, to_on=on - DAY)
    _close_open_parent(agency, on - DAY)
    AgencyParent.objects.filter(agency=agency, from_on=on).delete()
    AgencyParent.objects.create(agency=agency, parent=parent, from_on=on, source=document, verified=verified)
    agency.parent = parent
    agency.version += 1
    agency.save(update_fields=["parent", "version"])


def _close_open_parent(agency: Agency, last: dt.date) -> None:
    for row in AgencyParent.objects.filter(agency=agency, to_on__isnull=True):
        if row.from_on is not None and row.from_on > last:
            row.delete()  # it never came to be
        else:
            row.to_on = last
            row.save(update_fields=["to_on"])


@transaction.atomic
def succeed_provinces(
    *, pairs: Sequence[tuple[Province, Province]], on: dt.date, document: str, apply: bool
) -> list[str]:
    """Departments and centres of provinces that a decision merged (or split, or renamed) go into those of the new ones.

    `pairs`: (province that ended, province that took its place from the day `on`); the new one need not be stored yet
    where nothing is applied. Where the new province has no department or centre, one is made by the pattern of names,
    unverified. Returns what is done, or would be, one Vietnamese sentence each. Communes and service organisations
    follow as what stands below.
    """
    return [
        sentence
        for kind in (AgencyKind.DEPARTMENT, AgencyKind.CENTRE)
        for sentence in _succeed_kind(kind, pairs, on=on, document=document, apply=apply)
    ]


def _succeed_kind(
    kind: AgencyKind, pairs: Sequence[tuple[Province, Province]], *, on: dt.date, document: str, apply: bool
) -> list[str]:
    sentences: list[str] = []
    day, announced = format_date(on), set()
    for old_province, new_province in pairs:
        olds = Agency.objects.filter(kind=kind, province=old_province, active_to__isnull=True).order_by("pk")
        for old in list(olds.select_for_update(of=("self",)) if apply else olds):
            new = pattern.standing(kind, new_province) if new_province.pk else None
            name = new.name if new else pattern.of_province(kind, new_province, set()).name
            if new is None and name not in announced:
                announced.add(name)
                sentences.append(f"Lập {name} từ ngày {day}; tên theo mẫu chung, chưa xác minh.")
            followed = what_follows(old, new)
            sentences.append(f"{name} kế thừa {_formerly(old)} từ ngày {day}: {followed}.")
            if apply:
                _apply(old, new or _found(kind, new_province, on=on, document=document), on=on, document=document)
    return sentences


def _formerly(agency: Agency) -> str:
    """The name, with the code: two departments may be called the same before and after."""
    return f"{agency.name} ({agency.code})"


def _apply(old: Agency, new: Agency, *, on: dt.date, document: str) -> None:
    followed = take_over(old, new, on=on, document=document)
    record_system(
        action="agency.merge",
        origin=ORIGIN,
        subject=old,
        thread=old.thread,
        agency=new,
        after={"kế thừa": new.name, "từ ngày": on.isoformat(), "văn bản": document},
        note=str(followed),
    )


def _found(kind: AgencyKind, province: Province, *, on: dt.date, document: str) -> Agency:
    """The department or centre of a new province, by the pattern."""
    spec = pattern.of_province(kind, province, cities_on(on))
    department = pattern.standing(AgencyKind.DEPARTMENT, province) if kind == AgencyKind.CENTRE else None
    agency = Agency.objects.create(
        code=spec.code,
        kind=kind,
        name=spec.name,
        short_name=spec.short_name,
        parent=department,
        province=province,
        active_from=on,
        **search_columns(spec.name, spec.short_name),
    )
    AgencyName.objects.create(agency=agency, name=agency.name, from_on=on, source=pattern.SOURCE)
    if department is not None:
        AgencyParent.objects.create(agency=agency, parent=department, from_on=on, source=pattern.SOURCE)
    record_system(
        action="agency.create",
        origin=ORIGIN,
        subject=agency,
        thread=agency.thread,
        agency=agency,
        after={"mã": agency.code, "tên": agency.name, "văn bản": document},
    )
    return agency
