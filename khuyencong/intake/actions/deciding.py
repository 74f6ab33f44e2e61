"""An officer lets an owner in, or says why not."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused, Stale
from khuyencong.core.text import fold, sort_key
from khuyencong.establishments.actions import register_establishment
from khuyencong.establishments.models import Establishment
from khuyencong.intake.models import Registration, RegistrationState
from khuyencong.intake.states import check_step, move, permission_of
from khuyencong.notices.actions import notify, people_of
from khuyencong.notices.letters import public_address, send_letter
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, AgencyKind, Membership, User
from khuyencong.people.permissions import require
from khuyencong.people.roles import Role

STALE = "Đăng ký đã được xử lý hoặc thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại."
SUBJECT = "Khuyến công: kết quả đăng ký tài khoản cơ sở"


@dataclass(frozen=True)
class NewEntry:
    """That the establishment is entered from the registration, with what the officer adds."""

    sector: str


@transaction.atomic
def approve_registration(*, registration_id: int, by: Actor, version: int, entry: int | NewEntry) -> Registration:
    """Let the owner in for the establishment with the key `entry`, or for one entered now from the registration.

    The establishment gets an organisation of its own at the first owner; a second owner joins it. Raises NotAllowed,
    Stale, and Refused where the establishment is out of sight or the account is closed.
    """
    registration = _lock(registration_id, "approve", by=by, version=version)
    user = registration.user
    if user is None or not user.is_active:
        raise Refused("Tài khoản của người đăng ký đã bị khóa.")
    establishment = _enter(registration, entry, by) if isinstance(entry, NewEntry) else _existing(entry, by)
    account = _organisation(establishment)
    others = people_of(account, Role.OWNER)
    Membership.objects.update_or_create(
        user=user, agency=account, role=Role.OWNER, delegated_by=None, defaults={"is_active": True}
    )
    registration.establishment = establishment
    _decided(registration, by)
    move(registration, "approve")
    notify(
        users=[one for one in others if one.pk != user.pk],
        sentence=f"{user} được vào hồ sơ của {establishment.name} cùng bạn.",
        url=reverse("own_establishment"),
    )
    _write_to(
        user,
        f"Đăng ký tài khoản cho cơ sở «{registration.name}» đã được {by.agency.name} duyệt.\n\n"
        f"Tên đăng nhập của bạn: {user.username}\nĐăng nhập: {public_address(reverse('login'))}",
    )
    record(
        action="registration.approve",
        by=by,
        subject=registration,
        thread=registration.thread,
        before={"state": RegistrationState.WAITING},
        after={
            "state": registration.state,
            "cơ sở": establishment.name,
            "mã": establishment.pk,
            "cơ quan": account.code,
        },
    )
    return registration


@transaction.atomic
def refuse_registration(*, registration_id: int, by: Actor, version: int, reason: str) -> Registration:
    """Say no, and why. Raises NotAllowed, Stale, Refused without a reason."""
    registration = _lock(registration_id, "refuse", by=by, version=version)
    registration.reason = reason.strip()
    _decided(registration, by)
    move(registration, "refuse", answer=reason)
    if registration.user is not None:
        _write_to(
            registration.user,
            f"{by.agency.name} chưa duyệt đăng ký tài khoản cho cơ sở «{registration.name}».\n\n"
            f"Lý do: {registration.reason}\n\n"
            f"Bạn có thể đăng nhập để sửa và gửi lại: {public_address(reverse('login'))}",
        )
    record(
        action="registration.refuse",
        by=by,
        subject=registration,
        thread=registration.thread,
        before={"state": RegistrationState.WAITING},
        after={"state": registration.state},
        note=registration.reason,
    )
    return registration


def _lock(registration_id: int, step: str, *, by: Actor, version: int) -> Registration:
    registration = (
        Registration.objects.select_for_update(of=("self",))
        .select_related("province__current", "commune", "user")
        .get(pk=registration_id)
    )
    require(by, permission_of(step), registration)
    if registration.version != version:
        raise Stale(STALE)
    check_step(registration, step)
    return registration


def _existing(establishment_id: int, by: Actor) -> Establishment:
    """The chosen entry, locked: two owners of one establishment who are let in at once share one organisation.

    The organisation is read after the lock is had, not joined: whoever had it before may just have made it.
    """
    visible = Establishment.objects.visible_to(by).current().select_for_update(of=("self",))
    found = visible.select_related("province__current").filter(pk=establishment_id).first()
    if found is None:
        raise Refused("Cơ sở đã chọn không có trong địa bàn của cơ quan bạn, hoặc đã được gộp: hãy chọn lại.")
    return found


def _enter(registration: Registration, entry: NewEntry, by: Actor) -> Establishment:
    fields = {
        "name": registration.name,
        "kind": registration.kind,
        "tax_code": registration.tax_code,
        "province": registration.province,
        "commune": registration.commune,
        "place_text": registration.place_text,
        "sector": entry.sector,
        "contact": registration.full_name,
        "phone": registration.phone,
        "email": registration.email,
    }
    return register_establishment(by=by, creation_key=registration.creation_key, fields=fields)


def _organisation(establishment: Establishment) -> Agency:
    """The organisation under which the owners of a locked establishment sign in; made for the first of them."""
    if establishment.account is not None:
        return establishment.account
    province = establishment.province.current or establishment.province
    name, short_name = establishment.name[:200], establishment.name[:80]
    account = Agency(
        code=f"cs-{establishment.pk}",
        kind=AgencyKind.ESTABLISHMENT,
        name=name,
        short_name=short_name,
        province=province,
        folded=fold(f"{name} {short_name}")[:300],
        sort_key=sort_key(name),
    )
    account.save()
    establishment.account = account
    establishment.version += 1
    establishment.save(update_fields=["account", "version"])
    return account


def _decided(registration: Registration, by: Actor) -> None:
    registration.decided_by = by.user
    registration.decided_at = timezone.now()


def _write_to(user: User, text: str) -> None:
    send_letter(to=user.email, subject=SUBJECT, text=f"Chào {user.full_name},\n\n{text}")
