"""Being told: of what, signed how, tried again when, and never into the network behind us."""

import hashlib
import hmac
import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from khuyencong.api import background, deliveries
from khuyencong.api.actions import resend, revoke_token, subscribe
from khuyencong.api.models import Delivery, DeliveryState, Subscription
from khuyencong.api.scopes import Scope
from khuyencong.api.tests.making import Caller, administrator_of, caller_for, token_for
from khuyencong.core import outside
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused
from khuyencong.federation.actions import return_package
from khuyencong.federation.tests import making as federation
from khuyencong.finance.tests import contracts
from khuyencong.monitoring.tests import reports as monthly
from khuyencong.periods.tests import making as periods
from khuyencong.testing import make_project

pytestmark = pytest.mark.django_db
ADDRESS = "https://nhan-tin.example.vn/khuyen-cong"
SECRET = "mot-khoa-thu-nghiem-dai-hon-32-ky-tu"
EVENTS = ["project.submit", "project.base_agree", "project.base_return"]


class Receiver:
    """Takes the letters, and answers with the statuses it was told, the last one from then on."""

    def __init__(self, *statuses):
        self.statuses, self.got = list(statuses) or [204], []

    def __call__(self, question):
        self.got.append(question)
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        return outside.Answer(status)


def subscribed(world, agency="dong-thap", role="officer", events=EVENTS, **more):
    token, secret = token_for(world, agency, role)
    values = {"address": ADDRESS, "events": events, "secret": SECRET} | more
    made, _ = subscribe(by=administrator_of(world, agency), creation_key=uuid4(), token_id=token.pk, **values)
    return made, Caller(secret)


def everything_sent(receiver):
    with outside.answered_by(receiver):
        while background.go_on():
            pass


def test_what_happened_is_told_once_and_signed(world):
    make_project(world, state="submitted")  # before anybody asked
    subscription, _ = subscribed(world)
    project = make_project(world, state="base_appraised")
    make_project(world, state="submitted", province="25")  # of no concern to this token
    receiver = Receiver()

    everything_sent(receiver)
    everything_sent(receiver)

    told = [json.loads(one.body) for one in receiver.got]
    assert [(one["event"], one["project"]) for one in told] == [
        ("project.submit", project.code),
        ("project.base_agree", project.code),
    ]
    assert told[0]["path"] == f"/api/v1/projects/{project.code}"
    assert project.name not in receiver.got[0].body.decode()
    first = receiver.got[0]
    assert (first.method, first.address) == ("POST", ADDRESS)
    at, mark = (part.partition("=")[2] for part in first.headers["X-Khuyencong-Signature"].split(","))
    assert mark == hmac.new(SECRET.encode(), f"{at}.".encode() + first.body, hashlib.sha256).hexdigest()
    assert first.headers["X-Khuyencong-Delivery"] == f"{subscription.pk}-{told[0]['id']}"
    assert SECRET not in subscription.sealed_secret
    assert {one.state for one in Delivery.objects.all()} == {DeliveryState.DELIVERED}


def test_contracts_reports_and_packages_are_told_as_well(world):
    """Each to who may read it, with the address where it is read."""
    _, here = subscribed(world, events=["contract.sign", "period_report.submit", "monthly.submit"])
    _, there = subscribed(world, agency="phu-tho", events=["contract.sign", "federation.return"])
    contract = contracts.sign(world, contracts.approved(world))
    project = contract.parts.get().project
    monthly.submitted(world, project)
    report = periods.begin(world)
    periods.submit(world, report)
    federation.trust(world)
    package = federation.received(world)
    leader = world.actor("national", "leader")
    return_package(package_id=package.pk, by=leader, version=package.version, reason="Thiếu máy.")
    receiver = Receiver()
    everything_sent(receiver)
    told = {told["event"]: told["path"] for told in (json.loads(one.body) for one in receiver.got)}
    assert len(receiver.got) == len(told) == 4
    for event, path, caller in (
        ("contract.sign", f"/contracts/{contract.pk}", here),
        ("monthly.submit", f"/projects/{project.code}", here),
        ("period_report.submit", f"/reports/periods/{report.pk}", here),
        ("federation.return", f"/federation/packages/{package.sha256}", there),
    ):
        assert told[event] == f"/api/v1{path}"
        assert caller.get(path).status_code == 200, path


def test_a_letter_is_tried_again_ever_later_and_then_given_up(world, monkeypatch):
    now = timezone.now()
    for module in (background, deliveries):
        monkeypatch.setattr(module.timezone, "now", lambda: now)
    subscribed(world, events=["project.submit"])
    make_project(world, state="submitted")
    receiver = Receiver(500, 301, 200)
    with outside.answered_by(receiver):
        background.go_on()
        background.go_on()
        assert len(receiver.got) == 1
        (delivery,) = Delivery.objects.all()
        assert (delivery.state, delivery.attempts, delivery.answer) == (DeliveryState.WAITING, 1, "HTTP 500")
        assert delivery.next_at == now + timedelta(minutes=1)
        background.go_on()
        assert len(receiver.got) == 1
        now += timedelta(minutes=1)
        background.go_on()
        delivery.refresh_from_db()
        assert (delivery.attempts, delivery.answer) == (2, "HTTP 301")  # not followed
        now += timedelta(minutes=5)
        background.go_on()
        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts) == (DeliveryState.DELIVERED, 3)
    # One that is down for days.
    make_project(world, state="submitted")
    with outside.answered_by(Receiver(503)):
        for wait in (timedelta(), *deliveries.WAITS):
            now += wait
            background.go_on()
            background.go_on()
    last = Delivery.objects.order_by("-pk").first()
    assert (last.state, last.attempts) == (DeliveryState.FAILED, len(deliveries.WAITS) + 1)
    assert (background.given_up(), background.waiting()) == (1, 0)
    assert sum(deliveries.WAITS, timedelta()) > timedelta(days=1)


def test_no_letter_goes_into_the_network_behind_us(world, settings):
    for address in (
        "http://127.0.0.1/",
        "https://10.0.0.7/x",
        "https://[::1]/",
        "ftp://a.vn/",
        "https://u:p@a.vn/",
        "x",
    ):
        with pytest.raises(Refused):
            subscribed(world, address=address)
    # A name that leads there only when it is asked: refused as it is sent, and told in the log.
    subscribed(world, address="http://localhost:1/", events=["project.submit"])
    make_project(world, state="submitted")
    background.go_on()
    background.go_on()
    (delivery,) = Delivery.objects.all()
    assert delivery.state == DeliveryState.WAITING
    assert delivery.answer == outside.PRIVATE  # and not which address the name leads to


def test_a_long_queue_holds_up_no_other_address(world):
    long, _ = subscribed(world)
    short, _ = subscribed(world, agency="phu-tho")
    for number in range(300):
        _waiting(long, seq=number)
    _waiting(short, seq=1)
    assert [one.subscription_id for one in background._due()] == [long.pk, short.pk]


def test_a_letter_that_cannot_be_signed_stops_no_other(world):
    broken, _ = subscribed(world)
    subscribed(world, agency="phu-tho", address="https://khac.example.vn/")
    Subscription.objects.filter(pk=broken.pk).update(sealed_secret="x")
    for one in Subscription.objects.order_by("pk"):
        _waiting(one)
    receiver = Receiver()
    with outside.answered_by(receiver):
        background.go_on()
    assert [one.address for one in receiver.got] == ["https://khac.example.vn/"]
    kept = broken.deliveries.get()
    assert (kept.state, kept.attempts, kept.answer) == (DeliveryState.WAITING, 1, background.UNREADABLE)
    assert kept.next_at > timezone.now() + timedelta(seconds=30)


@pytest.mark.parametrize(
    "off",
    [
        {"membership__is_active": False},
        {"membership__user__is_active": False},
        {"membership__agency__active_to": today() - timedelta(days=1)},
    ],
    ids=lambda off: next(iter(off)),
)
def test_a_system_that_was_switched_off_is_sent_nothing(world, off):
    subscription, _ = subscribed(world)
    _waiting(subscription)
    (name, value), *_ = off.items()
    *way, last = name.split("__")
    row = subscription.token
    for part in way:
        row = getattr(row, part)
    type(row)._default_manager.filter(pk=row.pk).update(**{last: value})
    assert background._due() == []


def test_who_is_told_nothing_more(world):
    subscription, caller = subscribed(world)
    make_project(world, state="submitted")
    answer = caller.delete(f"/webhooks/{subscription.pk}", version=subscription.version)
    assert answer.status_code == 200, answer.content.decode()
    other, _ = subscribed(world)
    token = other.token
    revoke_token(token_id=token.pk, by=administrator_of(world, "dong-thap"), version=token.version, reason="Thôi dùng.")
    receiver = Receiver()
    everything_sent(receiver)
    assert receiver.got == []


def test_a_system_keeps_its_own_addresses_by_the_api(world):
    caller, stranger = caller_for(world, "dong-thap"), caller_for(world, "dong-thap")
    body = {"address": ADDRESS, "events": ["project.submit"], "secret": SECRET}
    made = caller.post("/webhooks", body)
    assert made.status_code == 201, made.content.decode()
    assert SECRET not in made.content.decode()
    pk = made.json()["id"]
    make_project(world, state="submitted")
    everything_sent(Receiver(500))
    log = caller.get(f"/webhooks/{pk}/deliveries").json()["items"]
    assert [(one["event"], one["state"]["code"], one["answer"]) for one in log] == [
        ("project.submit", "waiting", "HTTP 500")
    ]
    again = caller.post(f"/webhooks/{pk}/deliveries/{log[0]['id']}/resend", {})
    assert (again.status_code, again.json()["attempts"]) == (200, 0)
    everything_sent(Receiver())
    assert Delivery.objects.get().state == DeliveryState.DELIVERED
    # Another system of the same agency does not see it.
    assert stranger.get("/webhooks").json()["items"] == []
    assert stranger.get(f"/webhooks/{pk}/deliveries").status_code == 404
    assert stranger.delete(f"/webhooks/{pk}", version=1).status_code == 404
    assert caller.post("/webhooks", body | {"address": "https://192.168.1.1/"}).status_code == 409


def test_nobody_is_told_of_what_the_token_may_not_read(world):
    token, _ = token_for(world, "dong-thap", scopes=[Scope.WEBHOOKS, Scope.PROJECTS_READ])
    by = administrator_of(world, "dong-thap")
    values = {"token_id": token.pk, "creation_key": uuid4(), "address": ADDRESS}
    with pytest.raises(Refused, match="Đọc khoản chi"):
        subscribe(by=by, events=["payment.pay"], **values)
    with pytest.raises(Refused, match="sự kiện"):
        subscribe(by=by, events=["account.update"], **values)
    with pytest.raises(NotAllowed):
        subscribe(by=administrator_of(world, "phu-tho"), events=["project.submit"], **values)
    made, secret = subscribe(by=by, events=["project.submit"], **values)
    assert len(secret) >= 32
    assert subscribe(by=by, events=["project.submit"], **values) == (made, "")
    with pytest.raises(NotAllowed):
        resend(delivery_id=_waiting(made).pk, by=world.actor("dong-thap", "leader"))


def _waiting(subscription: Subscription, seq: int = 1) -> Delivery:
    return Delivery.objects.create(
        subscription=subscription, seq=seq, event="project.submit", body="{}", next_at=timezone.now()
    )
