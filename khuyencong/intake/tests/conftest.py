"""An establishment with its owner, another one with another owner, and requests in any state."""

from itertools import count
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from khuyencong.core.dates import today
from khuyencong.core.text import fold, sort_key
from khuyencong.intake import actions
from khuyencong.intake.tests.registering import request_fields, waiting
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, AgencyKind, Membership, User
from khuyencong.people.roles import Role
from khuyencong.testing import PDF, make_establishment, owned_establishment

_numbers = count(1)


@pytest.fixture
def owner(world):
    return world.actor("owner", "owner")


@pytest.fixture
def own(world):
    """The establishment of `owner`, of Đồng Tháp."""
    return owned_establishment(world)


@pytest.fixture
def officer(world):
    return world.actor("dong-thap-centre", "officer")


@pytest.fixture
def stranger(world):
    """The owner of another establishment of the same province."""
    other = make_establishment(world)
    name = "Hộ kinh doanh Người Khác"
    account = Agency.objects.create(
        code="cs-khac", kind=AgencyKind.ESTABLISHMENT, name=name, short_name=name, province=world.provinces["82"],
        folded=fold(name), sort_key=sort_key(name),
    )  # fmt: skip
    other.account = account
    other.save()
    user = User.objects.create(username="nguoi.khac", full_name="Chủ Khác")
    Membership.objects.create(user=user, agency=account, role=Role.OWNER)
    return Actor(user=user, agency=account, role=Role.OWNER, origin="thử nghiệm")


@pytest.fixture
def ask(own, owner, officer):
    """`ask("sent")`: a request of the owner that has come so far, by the real actions."""

    def make(state="draft", **fields):
        request = actions.begin_request(
            by=owner, creation_key=uuid4(), establishment=own, fields=request_fields(**fields)
        )
        for step in ROADS[state]:
            request.refresh_from_db()
            key = {"request_id": request.pk, "version": request.version}
            match step:
                case "send":
                    actions.send_request(by=owner, **key)
                case "withdraw":
                    actions.withdraw_request(by=owner, **key)
                case "receive":
                    actions.receive_request(by=officer, **key)
                case "return":
                    actions.return_request(by=officer, answer="Thiếu báo giá.", **key)
                case "decline":
                    actions.decline_request(by=officer, answer="Không thuộc khuyến công.", **key)
                case "take_up":
                    actions.take_up_request(by=officer, source="local", year=today().year, name=request.title, **key)
        request.refresh_from_db()
        return request

    return make


ROADS = {
    "draft": (),
    "sent": ("send",),
    "received": ("send", "receive"),
    "returned": ("send", "receive", "return"),
    "declined": ("send", "decline"),
    "taken_up": ("send", "receive", "take_up"),
    "withdrawn": ("withdraw",),
}


@pytest.fixture
def with_paper(owner):
    """`with_paper(request)`: its new paper, a PDF."""

    def add(request, by=None, content=b""):
        request.refresh_from_db()
        upload = SimpleUploadedFile("giay-dang-ky.pdf", PDF + (content or str(next(_numbers)).encode()))
        return actions.add_papers(
            request_id=request.pk, by=by or owner, version=request.version, title="Giấy đăng ký", uploads=[upload]
        )[0]

    return add


@pytest.fixture
def registered(world, django_capture_on_commit_callbacks):
    """`registered(email=…, name=…)`: a registration whose letter was answered."""

    def make(**changed):
        return waiting(world, django_capture_on_commit_callbacks, **changed)

    return make
