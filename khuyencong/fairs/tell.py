"""Who is told of what happens around a fair; called inside the action's transaction."""

from __future__ import annotations

from collections.abc import Iterable

from khuyencong.core.dates import format_date
from khuyencong.fairs.models import Fair, Participant
from khuyencong.notices.actions import notify, people_of
from khuyencong.people.actors import Actor
from khuyencong.people.models import User
from khuyencong.people.roles import Role


def tell_invited(fair: Fair, participants: Iterable[Participant], *, by: Actor) -> None:
    """The owners who have an account, once the fair is called."""
    until = format_date(fair.register_until) if fair.register_until else ""
    for one in participants:
        _tell(_owners(one), f"Mời tham gia {fair.name}: đăng ký đến hết ngày {until}.", fair.get_absolute_url(), by)


def tell_registered(participant: Participant, *, by: Actor) -> None:
    """The officers of the unit that carries the đề án out."""
    users = people_of(participant.fair.project.implementing_unit, Role.OFFICER)
    _tell(users, f"{participant.fair.name}: {participant} đăng ký.", participant.get_absolute_url(), by)


def tell_decided(participant: Participant, words: str, *, by: Actor) -> None:
    """The owner."""
    _tell(_owners(participant), f"{participant.fair.name}: {words}", participant.get_absolute_url(), by)


def _owners(participant: Participant) -> list[User]:
    account = participant.establishment.account
    return people_of(account, Role.OWNER) if account else []


def _tell(users: list[User], sentence: str, url: str, by: Actor) -> None:
    notify(users=[user for user in users if user.pk != by.user.pk], sentence=sentence, url=url)
