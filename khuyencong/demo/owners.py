"""Made-up owners: one who was let in and has a request in each state, and one who still waits.

They register, answer their letters and press the buttons as people do. Their addresses end in `.invalid`, where no
letter can arrive (`notices.letters`).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.demo.accounts import OWNERS, PASSWORD
from khuyencong.demo.handing_in import PDF
from khuyencong.demo.walk import World
from khuyencong.establishments.models import Establishment
from khuyencong.establishments.tax_code import made_up_tax_code
from khuyencong.intake import actions
from khuyencong.intake.models import Registration, RequestState, SupportRequest
from khuyencong.people.actors import Actor, actor_for
from khuyencong.people.models import User
from khuyencong.programmes.models import FundingSource

ORIGIN = "lệnh nạp dữ liệu mẫu"
OFFICER = ("dong-thap-centre", "officer")
ESTABLISHMENT = "Hộ kinh doanh Ví Dụ Mười Ba (không có thật)"
S = RequestState


@dataclass(frozen=True)
class Wish:
    """One request: what, for how much (triệu đồng), and how far it has come."""

    title: str
    state: RequestState
    activity: str = "machinery"
    total: int = 400
    support: int = 180
    helped: bool = False


WISHES = (
    Wish("Mua máy cắt bánh tráng (ví dụ)", S.DRAFT),
    Wish("Làm nhãn hiệu bánh tráng (ví dụ)", S.DRAFT, "trademark", 60, 30, helped=True),
    Wish("Mua máy hút chân không (ví dụ)", S.SENT, total=250, support=120),
    Wish("Mua xe nâng hàng (ví dụ)", S.RECEIVED, total=300, support=140),
    Wish("Mua máy trộn bột (ví dụ)", S.RETURNED, total=220, support=100),
    Wish("Xây nhà kho (ví dụ)", S.DECLINED, total=900, support=400),
    Wish("Mua tủ cấp đông (ví dụ)", S.WITHDRAWN, total=180, support=80),
    Wish("Mua máy tráng bánh tự động (ví dụ)", S.TAKEN_UP, total=520, support=250),
)


def load_owners(world: World) -> None:
    """Let the owner of a made-up establishment in, with requests in every state; leave another one waiting."""
    officer = world.actor(*OFFICER)
    establishment = Establishment.objects.select_related("province", "commune").get(name=ESTABLISHMENT)
    first, second = OWNERS
    registration = _register(first.username, first.full_name, establishment, number=41)
    actions.approve_registration(
        registration_id=registration.pk, by=officer, version=registration.version, entry=establishment.pk
    )
    owner = actor_for(User.objects.get(username=first.username), origin=ORIGIN)
    if owner is None:
        raise AssertionError(f"{first.username} was let in and wears no hat")
    establishment.refresh_from_db()
    for wish in WISHES:
        _walk(_Hands(owner, officer), establishment, wish)
    other = Establishment(
        name="Cơ sở Ví Dụ Chờ Duyệt (không có thật)",
        kind="household",
        province=establishment.province,
        commune=establishment.commune,
        place_text="Ấp Ví Dụ",
    )
    _register(second.username, second.full_name, other, number=42)


def _register(username: str, full_name: str, about: Establishment, *, number: int) -> Registration:
    """From the form to the answered letter."""
    token = f"demo-{number}"
    actions.register(
        creation_key=uuid4(),
        email=f"{username}@vi-du.invalid",
        fields={
            "name": about.name,
            "kind": about.kind,
            "tax_code": made_up_tax_code(number),
            "province": about.province,
            "commune": about.commune,
            "place_text": about.place_text,
            "full_name": full_name,
            "phone": f"0900 000 0{number}",
        },
        origin=ORIGIN,
        token=token,
    )
    registration = actions.confirm_registration(
        token=token, password=secrets.token_urlsafe(), origin=ORIGIN, username=username
    )
    # The published password of the demo is one that nobody may choose.
    user = User.objects.get(username=username)
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return registration


@dataclass(frozen=True)
class _Hands:
    owner: Actor
    officer: Actor


def _walk(hands: _Hands, establishment: Establishment, wish: Wish) -> None:
    """Write one request and take it to its state."""
    request = actions.begin_request(
        by=hands.owner,
        creation_key=uuid4(),
        establishment=establishment,
        fields={
            "title": wish.title,
            "activity": wish.activity,
            "description": "Máy cũ chạy chậm, không kịp đơn hàng dịp Tết.",
            "total_cost": wish.total * MILLION,
            "support_wished": wish.support * MILLION,
            "wanted_year": today().year + 1,
            "commits_own_capital": True,
            "declares_no_other_support": True,
        },
    )
    upload = SimpleUploadedFile("bao-gia.pdf", PDF + wish.title.encode())
    actions.add_papers(
        request_id=request.pk, by=hands.owner, version=_now(request), title="Báo giá (ví dụ)", uploads=[upload]
    )
    if wish.helped:
        actions.ask_for_help(request_id=request.pk, by=hands.owner, version=_now(request))
    if wish.state == S.DRAFT:
        return
    if wish.state == S.WITHDRAWN:
        actions.withdraw_request(request_id=request.pk, by=hands.owner, version=_now(request))
        return
    actions.send_request(request_id=request.pk, by=hands.owner, version=_now(request))
    if wish.state == S.SENT:
        return
    actions.receive_request(request_id=request.pk, by=hands.officer, version=_now(request))
    ending = ENDINGS.get(wish.state)
    if ending is not None:
        ending(request, hands.officer)


def _now(request: SupportRequest) -> int:
    """The version as it is by now."""
    request.refresh_from_db(fields=["version"])
    return request.version


def _return(request: SupportRequest, by: Actor) -> None:
    actions.return_request(
        request_id=request.pk, by=by, version=_now(request), answer="Báo giá đã quá 3 tháng: hãy chụp báo giá mới."
    )


def _decline(request: SupportRequest, by: Actor) -> None:
    actions.decline_request(
        request_id=request.pk,
        by=by,
        version=_now(request),
        answer="Khuyến công không hỗ trợ xây nhà kho; nếu cần mua máy thì gửi đề nghị khác.",
    )


def _take_up(request: SupportRequest, by: Actor) -> None:
    actions.take_up_request(
        request_id=request.pk,
        by=by,
        version=_now(request),
        source=FundingSource.LOCAL,
        year=today().year + 1,
        name="Máy tráng bánh tự động (ví dụ)",
    )


ENDINGS: dict[RequestState, Callable[[SupportRequest, Actor], None]] = {
    S.RETURNED: _return,
    S.DECLINED: _decline,
    S.TAKEN_UP: _take_up,
}
