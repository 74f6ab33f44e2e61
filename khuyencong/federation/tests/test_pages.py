"""The pages and the API: one story from the sender's page to the receiver's decision and back."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from khuyencong.api.scopes import Scope
from khuyencong.api.tests.making import BASE, caller_for
from khuyencong.config_outside import Outside, Service
from khuyencong.core.errors import Refused
from khuyencong.core.outside import Answer, answered_by
from khuyencong.federation import actions, background, sending
from khuyencong.federation.models import IncomingPackage, OutgoingState, TrustedKey
from khuyencong.federation.tests.making import PUBLIC, accepted, package, plain_package, received, row, trust
from khuyencong.notices.models import Notice
from khuyencong.people.roles import STAFF
from khuyencong.periods.content import canonical
from khuyencong.periods.tests import making as periods
from khuyencong.testing import make_project


def file_of(text):
    return SimpleUploadedFile("goi.json", text.encode(), "application/json")


def test_from_the_file_to_the_report(world, visit):
    administrator = visit(world.actor("national", "administrator"))
    fields = {
        "creation_key": "6f2f4f0e-3d0b-4a53-9a53-6a1f8c3c2b11", "agency": world.agencies["phu-tho"].pk, "sender_code": "",
        "public_key": PUBLIC, "compared_with": "Bà Thử Nghiệm",
    }  # fmt: skip
    for _ in range(2):  # a second click
        assert administrator.post(reverse("trusted_key_new"), fields).status_code == 302
    assert TrustedKey.objects.count() == 1
    page = administrator.get(reverse("trusted_keys")).content.decode()
    assert "Bà Thử Nghiệm" in page

    officer, address = visit(world.actor("national", "officer")), reverse("incoming_upload")
    refused = officer.post(address, {"file": file_of("{}")})
    assert refused.status_code == 422
    text = canonical(plain_package(row(paid=1, paid_to_date=1)))
    answer = officer.post(address, {"file": file_of(text)}, follow=True)
    page = answer.content.decode()
    assert "Chưa giữ số liệu nào" in page
    assert "Kinh phí phê duyệt" in page
    found = IncomingPackage.objects.get()
    assert officer.post(address, {"file": file_of(text)}).url == found.get_absolute_url()
    assert "Chấp nhận" not in page.split("kc-head-meta")[1]  # that is the leader's

    leader = visit(world.actor("national", "leader"))
    step = reverse("incoming_accept", args=[found.pk])
    assert leader.get(step).status_code == 200
    assert leader.post(step, {"version": 7}).status_code == 422
    page = leader.post(step, {"version": found.version, "note": "Khớp."}, follow=True).content.decode()
    assert "Không khác" in page
    assert "Khớp." in page
    assert leader.get(reverse("incoming_return", args=[found.pk])).status_code == 409


def test_sent_by_the_sender_and_answered_by_the_receiver(world, visit, settings):
    """The API of the receiver stands in for the network: both ends are this program."""
    make_project(world, state="approved")
    report = periods.begin(world)
    periods.submit(world, report)
    report = periods.lock(world, report)
    officer = visit(world.actor("dong-thap", "officer"))
    page = officer.get(reverse("outgoing_packages")).content.decode()
    assert "Đóng gói và ký" in page
    answer = officer.post(reverse("outgoing_make", args=[report.pk]), follow=True)
    found = answer.context["found"]
    assert ">Gửi</button>" not in answer.content.decode()  # nowhere to send it
    downloaded = officer.get(reverse("outgoing_file", args=[found.pk]))
    assert downloaded.content.decode() == found.text

    network, _ = network_to(world)
    found = as_of_phu_tho(world, found)
    settings.OUTSIDE = outside_of(settings)
    send, ask = (reverse(name, args=[found.pk]) for name in ("outgoing_send", "outgoing_ask"))
    with answered_by(network):
        officer.post(send, {"version": found.version})
        found.refresh_from_db()
        assert found.state == OutgoingState.SENT
        incoming = IncomingPackage.objects.get()
        assert incoming.received_as.startswith("API, ")
        officer.post(ask, {"version": found.version})
        leader = world.actor("national", "leader")
        actions.return_package(package_id=incoming.pk, by=leader, version=incoming.version, reason="Thiếu máy.")
        found.refresh_from_db()
        page = officer.post(ask, {"version": found.version}, follow=True).content.decode()
    found.refresh_from_db()
    assert (found.state, found.answer) == (OutgoingState.RETURNED, "Thiếu máy.")
    assert "Thiếu máy." in page

    def broken(_question):
        return Answer(409, {}, json.dumps({"detail": "Đã nhận lần nộp 3."}).encode())

    type(found).objects.filter(pk=found.pk).update(state=OutgoingState.MADE)
    with answered_by(broken):
        page = officer.post(send, {"version": found.version}, follow=True).content.decode()
    assert "Nơi nhận không nhận: Đã nhận lần nộp 3." in page


def network_to(world):
    """The API of the receiver in the place of the network, and the keys with which it was asked."""
    caller, keys = caller_for(world, "phu-tho", scopes=[Scope.FEDERATION]), set()

    def network(question):
        path = question.address.removeprefix("https://trung-uong.example/api/v1")
        assert question.chosen_by_operator
        if question.method == "GET":
            answer = caller.get(path)
        else:
            key = question.headers["Idempotency-Key"]
            keys.add(key)
            answer = caller.post(path, raw=question.body.decode(), key=key)
        return Answer(answer.status_code, {}, answer.content)

    return network, keys


def outside_of(settings):
    upward = Service("https://trung-uong.example/api/v1/federation", "ma")
    return Outside(upward=upward, key_file=settings.OUTSIDE.key_file)


def as_of_phu_tho(world, found):
    """The package of Đồng Tháp, as it would come from the installation of Phú Thọ."""
    trust(world, "phu-tho")
    foreign = plain_package()
    type(found).objects.filter(pk=found.pk).update(text=canonical(foreign), sha256=package().sha256)
    found.refresh_from_db()
    return found


def test_nobody_need_ask_what_became_of_a_package(world, settings):
    report = periods.begin(world)
    periods.submit(world, report)
    by = world.actor("dong-thap", "officer")
    report = periods.lock(world, report)
    found = as_of_phu_tho(world, actions.make_package(report_id=report.pk, by=by))
    settings.OUTSIDE = outside_of(settings)
    with (
        answered_by(lambda _question: Answer(502, {}, b"<html>Bad Gateway</html>")),
        pytest.raises(Refused, match="502"),
    ):
        sending.send_package(found, by)
    network, keys = network_to(world)
    with answered_by(network):
        assert not background.go_on()
        found = sending.send_package(found, by)
        assert not background.go_on()  # asked just now
        _an_hour_later(found)
        version = found.version
        assert background.go_on()
        assert not background.go_on()
        found.refresh_from_db()
        assert (found.state, found.version) == (OutgoingState.SENT, version)  # nothing new: nothing was written
        incoming, leader = IncomingPackage.objects.get(), world.actor("national", "leader")
        actions.return_package(package_id=incoming.pk, by=leader, version=incoming.version, reason="Thiếu máy.")
        # Sent again it is told as it stands now, and not as it stood then.
        assert sending._told(found, "POST", "/packages", body=found.text.encode()) == ("returned", "Thiếu máy.")
        assert len(keys) == 2
        _an_hour_later(found)
        assert background.go_on()
        found.refresh_from_db()
        assert (found.state, found.answer) == (OutgoingState.RETURNED, "Thiếu máy.")
        assert not background.go_on()
    assert Notice.objects.filter(user=by.user, sentence__contains="trả lại").count() == 1


def _an_hour_later(package):
    package.refresh_from_db()
    earlier = package.asked_at - background.EVERY * 2
    type(package).objects.filter(pk=package.pk).update(asked_at=earlier)


def test_the_api_takes_only_the_senders_own(world):
    trust(world)
    own, other = (caller_for(world, agency, scopes=[Scope.FEDERATION]) for agency in ("phu-tho", "dong-thap"))
    text = canonical(plain_package())
    path = "/federation/packages"
    assert other.post(path, raw=text).status_code == 403
    first = own.post(path, raw=text)
    assert first.status_code == 201, first.content.decode()
    sha256 = first.json()["sha256"]
    assert own.post(path, raw=text).json() == first.json()
    assert own.get(f"{path}/{sha256}").json() == first.json()
    assert other.get(f"{path}/{sha256}").status_code == 404
    older = own.post(path, raw=canonical(plain_package(row(planned=7, approved=7))))
    assert older.status_code == 409
    assert "nội dung khác" in older.json()["detail"]
    assert own.post(path, {"schema": 1.5}).status_code == 409
    assert own.client.post(BASE + path, text, content_type="application/json").status_code == 401
    assert caller_for(world, "phu-tho", scopes=[Scope.PLACES_READ]).post(path, raw=text).status_code == 403


# Which roles at the receiver, the sender and elsewhere a form lets in.
FORMS = {
    "outgoing_make": {"phu-tho": "officer leader"},
    "outgoing_send": {"phu-tho": "officer leader"},
    "outgoing_ask": {"phu-tho": "officer leader"},
    "incoming_upload": {"national": "officer leader", "phu-tho": "officer leader", "dong-thap": "officer leader"},
    "incoming_accept": {"national": "leader"},
    "incoming_return": {"national": "leader"},
    "trusted_key_new": dict.fromkeys(("national", "phu-tho", "dong-thap"), "administrator"),
    "trusted_key_revoke": {"national": "administrator"},
}


def test_forms_open_for_nobody_else(world, visit):
    key, found = trust(world), received(world)
    report = periods.with_table(world)
    periods.submit(world, report, by=("national", "officer"))
    report = periods.lock(world, report)
    type(report).objects.filter(pk=report.pk).update(keeper=world.agencies["phu-tho"])
    made = actions.make_package(report_id=report.pk, by=world.actor("phu-tho", "officer"))
    subjects = {
        "outgoing_make": report.pk, "outgoing_send": made.pk, "outgoing_ask": made.pk, "incoming_accept": found.pk,
        "incoming_return": found.pk, "trusted_key_revoke": key.pk,
    }  # fmt: skip
    for name, expected in FORMS.items():
        address = reverse(name, args=[subjects[name]] if name in subjects else [])
        for agency in ("national", "phu-tho", "dong-thap"):
            let_in = {
                role.value
                for role in STAFF
                if visit(world.actor(agency, role.value)).post(address, {}).status_code not in {403, 404}
            }
            assert let_in == set(expected.get(agency, "").split()), (name, agency)


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_ask_as_often_however_long(world, visit, rows, django_assert_max_num_queries):
    trust(world)
    for number in range(1, rows + 1):
        received(world, number=number)
    officer = visit(world.actor("national", "officer"))
    for name in ("incoming_packages", "outgoing_packages"):
        with django_assert_max_num_queries(13):
            assert officer.get(reverse(name)).status_code == 200
    page = officer.get(reverse("incoming_packages")).content.decode()
    assert page.count("lien-thong/nhan/") >= rows
    assert accepted(world, IncomingPackage.objects.first()).report_version is not None
    assert visit(world.actor("national", "administrator")).get(reverse("trusted_keys")).status_code == 200
