"""The secret behind an address at which a sheet is answered: made here, recognised here, and nowhere stored."""

from __future__ import annotations

import datetime as dt
import hmac
import re
import secrets

import segno
from django.urls import reverse
from django.utils import timezone

from khuyencong.core.dates import today
from khuyencong.effects.models import EffectLink, EffectSheet, How, SheetState
from khuyencong.notices.letters import public_address
from khuyencong.people.models import User
from khuyencong.signin.limits import Limit, count, reached
from khuyencong.signin.sealing import keyed_hash

PURPOSE = "effect link"
# Letters and digits that nobody mistakes for another when the address is typed from paper; 24 of them are 118 bits.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
LENGTH, GROUP = 24, 4
SHAPE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
NOBODY = "0" * 64
LIVES = dt.timedelta(days=60)
MOST_LIVE = 5  # addresses of one sheet at a time: the first, two reminders, a letter, another one
MISSED = Limit("effect_missed", 20, dt.timedelta(minutes=10), "Quá nhiều địa chỉ sai. Hãy thử lại sau 10 phút.")
OPENED = Limit("effect_opened", 120, dt.timedelta(hours=1), "Phiếu này được mở quá nhiều lần. Hãy thử lại sau một giờ.")


def make_link(sheet: EffectSheet, how: How, *, by: User | None) -> tuple[EffectLink, str]:
    """A new address of a locked sheet, and its secret, which can be read nowhere else afterwards."""
    token = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    on = today()
    link = EffectLink.objects.create(
        sheet=sheet, token_hash=hash_of(token), how=how, expires_on=on + LIVES, made_by=by, made_on=on,
        returns=sheet.returns,
    )  # fmt: skip
    return link, token


def hash_of(token: str) -> str:
    """By what a secret is recognised; the database alone gives no secret away."""
    return keyed_hash(token, purpose=PURPOSE)


def written(text: str) -> str:
    """A secret as it may have been typed: with hyphens, blanks or capital letters."""
    return text.replace("-", "").replace(" ", "").lower() if len(text) <= 2 * LENGTH else ""


def grouped(token: str) -> str:
    """A secret as it stands in an address: in groups, to be typed."""
    return "-".join(token[start : start + GROUP] for start in range(0, len(token), GROUP))


def link_of(text: str) -> EffectLink | None:
    """The address that opens with this secret, or None: unknown, too old, revoked, or of a sheet that is settled."""
    token = written(text)
    if not SHAPE.fullmatch(token):
        return None
    wanted = hash_of(token)
    found = (
        EffectLink.objects.filter(token_hash=wanted)
        .select_related(
            "sheet__project__province",
            "sheet__project__implementing_unit",
            "sheet__project__in_charge",
            "sheet__beneficiary__establishment__commune",
            "sheet__beneficiary__establishment__province",
        )
        .first()
    )
    same = hmac.compare_digest(found.token_hash if found else NOBODY, wanted)
    return found if found is not None and same and is_live(found) else None


def is_live(link: EffectLink) -> bool:
    """Whether the address still opens."""
    sheet = link.sheet
    kept = link.expires_on >= today() and link.revoked_at is None
    return kept and sheet.state != SheetState.CONFIRMED and sheet.beneficiary.left_on is None


def too_many_misses(address: str) -> bool:
    """Whether this network has tried too many wrong secrets lately."""
    return reached(MISSED, address)


def note_miss(address: str, text: str) -> None:
    """Count a wrong secret; the same one again counts once, and what is no secret at all is not counted."""
    if SHAPE.fullmatch(written(text)):
        count(MISSED, address, what=written(text))


def note_use(link: EffectLink) -> bool:
    """Count an opening; False where there were too many within the hour."""
    if reached(OPENED, link.pk):
        return False
    count(OPENED, link.pk)
    EffectLink.objects.filter(pk=link.pk).update(used_at=timezone.now())
    return True


def address_of(token: str) -> str:
    """The whole address, as a letter carries it."""
    return public_address(reverse("effect_answer", args=[grouped(token)]))


def qr_of(address: str) -> str:
    """The QR code as a `data:` address for <img>: no further request carries the secret."""
    return segno.make(address, error="m").svg_data_uri(scale=4, border=4)
