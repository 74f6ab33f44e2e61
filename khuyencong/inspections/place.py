"""Where a visit was, how far from the registered place, what a photo says of itself, and who reads the exact place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from khuyencong.core.dates import format_date
from khuyencong.core.distance import Place, in_viet_nam, metres_between, metres_text, place_of, point_text
from khuyencong.establishments.map_point import map_point
from khuyencong.establishments.models import Establishment
from khuyencong.inspections.models import Inspection, InspectionFile, Visit
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed

# Our own measure, no rule of law: a photo taken farther away than this is pointed out.
FAR = 1_000  # metres
FIRST_CAMERAS = date(2000, 1, 1)
A_DAY = timedelta(days=1)  # clocks of cameras stand in other time zones


def sees_exactly(actor: Actor, inspection: Inspection) -> bool:
    """Whether the actor reads exact places: personal data of whoever works there (`Permission.PERSONAL_VIEW`)."""
    record = inspection.project or inspection.establishment
    return record is not None and allowed(actor, Permission.PERSONAL_VIEW, record)


@dataclass(frozen=True)
class Seen:
    """A place as one reader may see it: `point` exact or hidden, `distance` to the registered place ("" where unknown)."""

    point: str
    distance: str
    is_far: bool = False


def seen_at(
    latitude: Decimal | None, longitude: Decimal | None, establishment: Establishment | None, *, exact: bool
) -> Seen | None:
    """The place of a visit or photo for one reader; None where none was written. Expects `commune` loaded."""
    here = place_of(latitude, longitude)
    if here is None:
        return None
    point = point_text(here, exact=exact)
    metres, whose = _from_site(here, establishment)
    if metres is None:
        return Seen(point, "")
    return Seen(point, f"cách {whose} {metres_text(metres, exact=exact)}", metres > FAR)


def _from_site(here: Place, establishment: Establishment | None) -> tuple[int | None, str]:
    site = map_point(establishment) if establishment is not None else None
    if site is None:
        return None, ""
    whose = "nơi đã đăng ký của cơ sở" if site.is_own else "trung tâm xã (cơ sở chưa có điểm riêng)"
    return metres_between(here, Place(site.latitude, site.longitude)), whose


@dataclass(frozen=True)
class ShownPhoto:
    """A photo with what its file says, and what about that cannot be or should be looked at."""

    file: InspectionFile
    taken: str
    seen: Seen | None
    doubts: list[str]


def shown_photo(photo: InspectionFile, visit: Visit, *, exact: bool) -> ShownPhoto:
    """One photo of a visit for one reader; nothing is judged, only said."""
    seen = seen_at(photo.latitude, photo.longitude, visit.establishment, exact=exact)
    return ShownPhoto(photo, taken_text(photo.taken_at), seen, list(doubts(photo, visit, seen)))


def doubts(photo: InspectionFile, visit: Visit, seen: Seen | None) -> Iterable[str]:
    """What stands against the time and place that the camera wrote."""
    taken = _moment(photo.taken_at)
    limit = timezone.localtime(photo.uploaded_at).replace(tzinfo=None) + A_DAY
    if not photo.taken_at:
        yield "tệp không ghi giờ chụp"
    elif taken is None or taken.date() < FIRST_CAMERAS or taken > limit:
        yield "giờ máy ảnh ghi không thể đúng"
    elif abs(taken.date() - visit.visited_on) > A_DAY:
        yield f"chụp ngày {format_date(taken.date())}, không phải ngày kiểm tra"
    here = place_of(photo.latitude, photo.longitude)
    if here is None:
        yield "tệp không ghi nơi chụp"
    elif not in_viet_nam(here):
        yield "tọa độ máy ảnh ghi ở ngoài Việt Nam"
    elif seen is not None and seen.is_far:
        yield f"chụp ở xa nơi đã đăng ký hơn {metres_text(FAR)}"


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007  # a camera's clock has no zone
    except ValueError:
        return None


def taken_text(text: str) -> str:
    """The camera's moment as Vietnamese writes it; what is no moment, as it stands in the file."""
    taken = _moment(text)
    return f"{taken:%d/%m/%Y %H:%M}" if taken else text
