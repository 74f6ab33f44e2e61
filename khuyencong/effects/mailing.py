"""The letter to an establishment, with an address of its own."""

from __future__ import annotations

from functools import partial

from django.utils import timezone

from khuyencong.effects.letters import SUBJECT, text_of
from khuyencong.effects.links import make_link
from khuyencong.effects.models import EffectLink, EffectSheet, How
from khuyencong.notices.letters import can_be_reached, send_letter
from khuyencong.people.actors import Actor


def mail_to(sheet: EffectSheet, *, by: Actor | None) -> bool:
    """Write to the establishment of a locked sheet with a fresh address; False where its address reaches nobody."""
    to = sheet.beneficiary.establishment.email
    if not can_be_reached(to):
        return False
    link, token = make_link(sheet, How.MAIL, by=by.user if by else None)
    send_letter(to=to, subject=SUBJECT, text=text_of(sheet, token), taken=partial(_delivered, link.pk))
    return True


def _delivered(link_id: int) -> None:
    EffectLink.objects.filter(pk=link_id).update(delivered_at=timezone.now())
