"""Who is told of results; called inside the action's transaction."""

from __future__ import annotations

from khuyencong.competitions.models import Certificate, Entry, EntryState, Round
from khuyencong.core.dates import format_date
from khuyencong.notices.actions import notify, people_of
from khuyencong.people.actors import Actor
from khuyencong.people.roles import Role


def tell_results(round_: Round, *, by: Actor) -> None:
    """The owners of every product that was judged: recognised or not."""
    rows = round_.entries.filter(state=EntryState.ACCEPTED, establishment__account__isnull=False)
    for entry in rows.select_related("establishment__account", "certificate"):
        certificate = getattr(entry, "certificate", None)
        if certificate is not None:
            said = f"được công nhận; giấy chứng nhận có giá trị đến hết ngày {format_date(certificate.valid_until)}"
        else:
            said = "không được công nhận ở kỳ này"
        _tell(entry, f"{round_.name}: «{entry.product}» {said}.", by)


def tell_withdrawn(certificate: Certificate, *, by: Actor) -> None:
    """The owner whose certificate was withdrawn."""
    on = certificate.withdrawn_on
    day = f" từ ngày {format_date(on)}" if on else ""
    sentence = f"Giấy chứng nhận {certificate.number} của «{certificate.entry.product}» bị thu hồi{day}."
    _tell(certificate.entry, sentence, by)


def _tell(entry: Entry, sentence: str, by: Actor) -> None:
    account = entry.establishment.account
    owners = people_of(account, Role.OWNER) if account is not None else []
    notify(users=[one for one in owners if one.pk != by.user.pk], sentence=sentence, url=entry.get_absolute_url())
