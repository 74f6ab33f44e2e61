"""Who is told of what happens in a round; called inside the action's transaction."""

from __future__ import annotations

from django.db.models import Q

from khuyencong.competitions.models import JURY, Entry, Round
from khuyencong.core.dates import format_date, today
from khuyencong.establishments.models import CertificateLevel
from khuyencong.notices.actions import notify, people_of
from khuyencong.people.actors import Actor
from khuyencong.people.models import AgencyKind, Membership, User
from khuyencong.people.roles import Role
from khuyencong.places.models import Province, covers

# A call goes to the offices that pass it on to the makers; the makers themselves see it on their page.
TOLD_OF_A_CALL = (AgencyKind.DEPARTMENT, AgencyKind.CENTRE, AgencyKind.COMMUNE)


def tell_called(round_: Round, *, by: Actor) -> None:
    """The officers of the place: of a nation's or region's round those of departments and centres."""
    on = today()
    hats = Membership.objects.filter(
        covers(on, start="from_on", end="to_on"), role=Role.OFFICER, is_active=True, agency__active_to__isnull=True
    )
    match round_.level:
        case CertificateLevel.NATION:
            hats = hats.filter(agency__kind__in=TOLD_OF_A_CALL[:2])
        case CertificateLevel.REGION:
            members = Province.objects.in_region(round_.region, on).values("pk")
            hats = hats.filter(agency__kind__in=TOLD_OF_A_CALL[:2], agency__province__current__in=members)
        case CertificateLevel.COMMUNE:
            centre = Q(agency__kind=AgencyKind.CENTRE, agency__province__current=_today(round_))
            hats = hats.filter(centre | Q(agency__kind=AgencyKind.COMMUNE, agency__commune=round_.commune_id))
        case _:
            hats = hats.filter(agency__kind__in=TOLD_OF_A_CALL, agency__province__current=_today(round_))
    until = format_date(round_.entries_until) if round_.entries_until else ""
    users = User.objects.filter(pk__in=set(hats.values_list("user", flat=True)))
    _tell(list(users), f"{round_.name}: nhận sản phẩm đến hết ngày {until}.", round_.get_absolute_url(), by)


def tell_opened(round_: Round, *, by: Actor) -> None:
    """The jury: the scoring is open."""
    seats = round_.members.filter(role__in=JURY, user__isnull=False).standing_on(today()).select_related("user")
    users = [one.user for one in seats if one.user is not None]
    _tell(users, f"{round_.name}: đã mở chấm điểm.", round_.get_absolute_url(), by)


def tell_submitted(entry: Entry, *, by: Actor) -> None:
    """Those who check the dossiers; not a blind judge among them, who would learn the name."""
    users = people_of(entry.round.agency, Role.OFFICER)
    if entry.round.is_blind:
        judges = set(entry.round.members.jury().order_by().values_list("user", flat=True))
        users = [user for user in users if user.pk not in judges]
    _tell(users, f"{entry.round.name}: có hồ sơ sản phẩm «{entry.product}».", entry.get_absolute_url(), by)


def tell_maker(entry: Entry, words: str, *, by: Actor) -> None:
    """The owner, and whoever wrote the dossier for the owner."""
    account = entry.establishment.account
    owners = people_of(account, Role.OWNER) if account else []
    _tell([*owners, entry.written_by], f"«{entry.product}»: {words}", entry.get_absolute_url(), by)


def _today(round_: Round) -> int | None:
    return round_.province.current_id if round_.province else None


def _tell(users: list[User], sentence: str, url: str, by: Actor) -> None:
    notify(users=[user for user in users if user.pk != by.user.pk], sentence=sentence, url=url)
