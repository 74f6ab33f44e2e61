"""Sending a package upward, and asking what became of it. No transaction is open while the other installation is waited for."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings

from khuyencong.config_outside import Service
from khuyencong.core.errors import Refused
from khuyencong.core.outside import NOT_JSON, Answer, OutsideError, send
from khuyencong.core.text import shown
from khuyencong.federation import actions
from khuyencong.federation.models import OutgoingPackage, OutgoingState
from khuyencong.people.actors import Actor

NOWHERE = "Chưa đặt địa chỉ của nơi nhận (FEDERATION_URL): hãy tải tệp và chuyển cho nơi nhận."
# What the receiver calls its state → what it is here.
STATES = {
    "waiting": OutgoingState.SENT,
    "accepted": OutgoingState.ACCEPTED,
    "returned": OutgoingState.RETURNED,
    "replaced": OutgoingState.REPLACED,
}


def can_send() -> bool:
    """Whether an address was written into the settings."""
    return settings.OUTSIDE.upward is not None


def send_package(package: OutgoingPackage, by: Actor) -> OutgoingPackage:
    """Send it; sent twice it is one package there. Raises NotAllowed, Stale; Refused with the sentence of the receiver."""
    return _kept(package, by, *_told(package, "POST", "/packages", body=package.text.encode()))


def ask_about(package: OutgoingPackage, by: Actor) -> OutgoingPackage:
    """Ask what became of it. Raises as `send_package`."""
    return _kept(package, by, *state_of(package))


def state_of(package: OutgoingPackage) -> tuple[OutgoingState, str]:
    """What the receiver says of it: state and answer; nothing is kept. Raises Refused."""
    return _told(package, "GET", f"/packages/{package.sha256}")


def _kept(package: OutgoingPackage, by: Actor, state: OutgoingState, answer: str) -> OutgoingPackage:
    return actions.note_answer(package_id=package.pk, by=by, version=package.version, state=state, answer=answer)


def _told(package: OutgoingPackage, method: str, path: str, *, body: bytes | None = None) -> tuple[OutgoingState, str]:
    service: Service | None = settings.OUTSIDE.upward
    if service is None:
        raise Refused(NOWHERE)
    headers = {"Authorization": f"Bearer {service.token}", "Accept": "application/json"}
    if body is not None:
        # A new key each time: sent again, the receiver tells how the package stands now. There it is one package all the same.
        headers |= {"Content-Type": "application/json", "Idempotency-Key": uuid4().hex}
    try:
        answer = send(method, service.url + path, body=body, headers=headers, chosen_by_operator=True)
        if not answer.is_good:
            raise Refused(_why_not(answer))
        said = answer.json()
    except OutsideError as error:
        raise Refused(error.sentence) from error
    state = (
        STATES.get(str(said.get("state"))) if isinstance(said, dict) and said.get("sha256") == package.sha256 else None
    )
    if state is None:
        raise Refused(NOT_JSON)
    return state, str(said.get("answer") or "")


def _why_not(answer: Answer) -> str:
    try:
        said = answer.json()
    except OutsideError:  # the page of a proxy
        said = None
    detail = said.get("detail") if isinstance(said, dict) else None
    if not isinstance(detail, str) or not detail:
        return f"Nơi nhận trả lời lỗi {answer.status}. Hãy thử lại sau."
    return f"Nơi nhận không nhận: {shown(detail, 500)}"
