"""Packages of locked figures that an installation below sends: taken in here, decided by a person who is signed in."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import Http404
from ninja import Body, Router
from pydantic import Field

from khuyencong.api.door import ApiRequest
from khuyencong.api.operations import create, read
from khuyencong.api.scopes import Scope
from khuyencong.api.shapes import Answer
from khuyencong.federation import actions
from khuyencong.federation.models import IncomingPackage, IncomingState
from khuyencong.federation.package import load

router = Router(tags=["Liên thông"])

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class PackageOut(Answer):
    """Where a package stands; `answer` is what the receiver says of it."""

    version: int
    sha256: str
    agency: str
    period: str
    sent_version: int
    closing_on: date
    state: IncomingState
    state_label: str
    answer: str


def _package(one: IncomingPackage) -> dict[str, Any]:
    return {
        "version": one.version,
        "sha256": one.sha256,
        "agency": one.agency.code,
        "period": str(one.period),
        "sent_version": one.sent_version,
        "closing_on": one.closing_on,
        "state": one.state,
        "state_label": one.get_state_display(),
        "answer": one.answer,
    }


@create(
    router,
    "/federation/packages",
    Scope.FEDERATION,
    PackageOut,
    "Gửi gói số liệu đã khóa",
    stands_at="/federation/packages/{sha256}",
)
def send_package(
    request: ApiRequest,
    package: Annotated[dict[str, Any], Body(description="Theo khuôn dạng ở /lien-thong/khuon-dang.json")],
) -> dict[str, Any]:
    """The same package twice is one; an older version of what came is refused."""
    # Read from its bytes, as a file is: both ways take and refuse the same.
    found = actions.receive_package(
        by=request.actor, package=load(request.body), how=f"API, {request.api_token.name}"[:200]
    )
    return _package(found)


@read(router, "/federation/packages/{sha256}", Scope.FEDERATION, PackageOut, "Gói số liệu đang ở đâu")
def package_state(request: ApiRequest, sha256: Sha256) -> dict[str, Any]:
    """Of a package that the own agency has sent, or that came to it."""
    found = IncomingPackage.objects.visible_to(request.actor).filter(sha256=sha256).select_related("agency")
    latest = found.order_by("-pk").first()
    if latest is None:
        raise Http404
    return _package(latest)
