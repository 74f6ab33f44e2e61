"""An officer of the province lets an owner in, once, for the right establishment."""

from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.establishments.models import Establishment
from khuyencong.establishments.tax_code import made_up_tax_code
from khuyencong.intake import actions
from khuyencong.intake.actions.deciding import NewEntry
from khuyencong.intake.models import Registration
from khuyencong.intake.queries import candidates, waiting_registrations
from khuyencong.intake.tests.registering import PASSWORD, fields
from khuyencong.notices.models import Notice
from khuyencong.people.models import Agency, AgencyKind, Membership, User
from khuyencong.people.roles import Role
from khuyencong.testing import at_once, build_world, kinds, make_establishment
from tests.looking import whole_database

NAME = "Hộ kinh doanh Bánh Tráng Mới"


def approve(registration, by, entry, **changed):
    return actions.approve_registration(
        **{"registration_id": registration.pk, "by": by, "version": registration.version, "entry": entry, **changed}
    )


def owners_of(establishment):
    hats = Membership.objects.filter(agency=establishment.account, role=Role.OWNER, is_active=True)
    return set(hats.values_list("user__email", flat=True))


# --- which establishment it is ---------------------------------------------------------------------------------------


def test_candidates_share_tax_code_name_or_telephone(world, officer, registered):
    registration = registered()
    by_code = make_establishment(world, name="Tên Khác Hẳn", tax_code=registration.tax_code)
    by_name = make_establishment(world, name="HKD bánh tráng mới")
    by_phone = make_establishment(world, name="Cơ sở Thứ Ba", phone="+84 912 345 678")
    make_establishment(world, name="Không liên quan")

    assert candidates(registration, officer)[0] == by_code
    assert {one.pk for one in candidates(registration, officer)} == {by_code.pk, by_name.pk, by_phone.pk}


def test_candidates_of_another_province_are_not_told(world, officer, registered):
    registration = registered()
    make_establishment(world, province="25", name="Ở Phú Thọ", tax_code=registration.tax_code)
    make_establishment(world, province="25", name=NAME)
    assert candidates(registration, officer) == []


def test_merged_candidate_is_shown_as_the_one_it_went_into(world, officer, registered):
    registration = registered()
    kept = make_establishment(world, name="Hồ sơ đứng")
    gone = make_establishment(world, name=NAME)
    Establishment.objects.filter(pk=gone.pk).update(merged_into=kept)
    assert candidates(registration, officer) == [kept]


# --- letting in ------------------------------------------------------------------------------------------------------


def test_owner_gets_an_organisation_and_a_hat(world, officer, registered, django_capture_on_commit_callbacks):
    establishment, registration = make_establishment(world, name=NAME), registered()
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        approve(registration, officer, establishment.pk)

    establishment.refresh_from_db()
    account = establishment.account
    assert (account.kind, account.code) == (AgencyKind.ESTABLISHMENT, f"cs-{establishment.pk}")
    assert account.province == world.provinces["82"]
    assert owners_of(establishment) == {registration.email}
    assert [letter.to for letter in mail.outbox] == [[registration.email]]
    assert registration.user.username in mail.outbox[0].body


def test_new_entry_is_made_from_the_registration(world, officer, registered):
    registration = registered()
    approve(registration, officer, NewEntry("agro_processing"))

    establishment = Establishment.objects.get(name=NAME)
    assert establishment.tax_code == registration.tax_code
    assert (establishment.sector, establishment.phone) == ("agro_processing", registration.phone)
    assert establishment.province == world.provinces["82"]
    assert owners_of(establishment) == {registration.email}


def test_second_owner_joins_and_the_first_is_told(world, officer, registered):
    establishment = make_establishment(world, name=NAME)
    first = registered()
    approve(first, officer, establishment.pk)
    second = registered(email="vo.chong@example.com", full_name="Trần Văn Hai")
    Notice.objects.all().delete()
    approve(second, officer, establishment.pk)

    establishment.refresh_from_db()
    assert owners_of(establishment) == {first.email, second.email}
    assert Agency.objects.filter(kind=AgencyKind.ESTABLISHMENT, code=f"cs-{establishment.pk}").count() == 1
    assert [one.user for one in Notice.objects.all()] == [first.user]
    assert "Trần Văn Hai" in Notice.objects.get().sentence


def test_officer_reads_who_is_in_already(world, officer, registered, visit):
    establishment = make_establishment(world, name=NAME)
    approve(registered(), officer, establishment.pk)
    second = registered(email="la@example.com", full_name="Người Lạ")
    page = visit(officer).get(f"/dang-ky-co-so/{second.pk}/").content.decode()
    assert "đã có tài khoản của Nguyễn Thị Mới" in page


def test_establishment_of_another_province_cannot_be_chosen(world, officer, registered):
    elsewhere, registration = make_establishment(world, province="25"), registered()
    before = whole_database()
    with pytest.raises(Refused, match="không có trong địa bàn"):
        approve(registration, officer, elsewhere.pk)
    assert whole_database() == before


def test_merged_establishment_cannot_be_chosen(world, officer, registered):
    kept, gone, registration = make_establishment(world), make_establishment(world), registered()
    Establishment.objects.filter(pk=gone.pk).update(merged_into=kept)
    with pytest.raises(Refused, match="được gộp"):
        approve(registration, officer, gone.pk)


def test_tax_code_that_is_taken_elsewhere_is_refused_without_saying_where(world, officer, registered):
    registration = registered()
    make_establishment(world, province="25", name="Ở Phú Thọ", tax_code=registration.tax_code)
    with pytest.raises(Refused) as refusal:
        approve(registration, officer, NewEntry("agro_processing"))
    assert "Phú Thọ" not in str(refusal.value)


def test_closed_account_is_not_let_in(world, officer, registered):
    establishment, registration = make_establishment(world), registered()
    User.objects.filter(pk=registration.user_id).update(is_active=False)
    with pytest.raises(Refused, match="bị khóa"):
        approve(registration, officer, establishment.pk)


def test_version_of_an_old_page_is_refused(world, officer, registered):
    establishment, registration = make_establishment(world), registered()
    with pytest.raises(Stale):
        approve(registration, officer, establishment.pk, version=registration.version - 1)


def test_unconfirmed_registration_is_not_there(world, officer, visit):
    actions.register(creation_key=uuid4(), email="a@example.com", fields=fields(world), origin="web")
    registration = Registration.objects.get()
    assert visit(officer).get(f"/dang-ky-co-so/{registration.pk}/").status_code == 404
    assert waiting_registrations(officer) == []
    with pytest.raises(NotAllowed):
        approve(registration, officer, make_establishment(world).pk)


# --- who decides -----------------------------------------------------------------------------------------------------

DECIDERS = {("dong-thap", "officer"), ("dong-thap-centre", "officer"), ("national", "officer")}


def test_only_officers_of_the_province_and_the_nation_decide(world, registered, visit):
    registration = registered()
    address = f"/dang-ky-co-so/{registration.pk}/"
    browsers = {who: visit(actor) for who, actor in world.actors.items()}
    before = whole_database()
    for who, browser in browsers.items():
        status = browser.get(address).status_code
        if who in DECIDERS:
            assert status == 200, who
            continue
        assert status == (404 if who in {("phu-tho", "officer"), ("phu-tho-centre", "officer")} else 403), who
        for step in ("duyet", "tu-choi"):
            assert browser.post(f"{address}{step}/", {"version": registration.version}).status_code == status, who
    assert whole_database() == before


def test_list_shows_those_of_the_province(world, registered, visit, officer):
    registration = registered()
    assert NAME in visit(officer).get("/dang-ky-co-so/").content.decode()
    assert NAME not in visit(world.actor("phu-tho", "officer")).get("/dang-ky-co-so/").content.decode()
    assert NAME in visit(officer).get("/").content.decode()
    approve(registration, officer, NewEntry("agro_processing"))
    assert waiting_registrations(officer) == []


def test_national_officers_are_not_given_all_provinces_as_tasks(world, registered):
    registered()
    assert waiting_registrations(world.actor("national", "officer")) == []


def test_list_takes_as_many_queries_for_three_as_for_one(world, registered, visit, officer):
    browser, numbers = visit(officer), []
    for rows in (range(1), range(1, 3)):
        for number in rows:
            registered(email=f"n{number}@example.com", tax_code=made_up_tax_code(20 + number))
        with CaptureQueriesContext(connection) as queries:
            browser.get("/dang-ky-co-so/")
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


def test_page_takes_as_many_queries_for_three_candidates_as_for_one(world, registered, visit, officer):
    registration, browser, numbers = registered(), visit(officer), []
    for rows in (range(1), range(1, 3)):
        for number in rows:
            make_establishment(world, name=NAME, place_text=f"ấp {number}")
        with CaptureQueriesContext(connection) as queries:
            browser.get(f"/dang-ky-co-so/{registration.pk}/")
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


# --- the pages -------------------------------------------------------------------------------------------------------


def test_new_entry_needs_its_trade(registered, visit, officer):
    registration = registered()
    answer = visit(officer).post(
        f"/dang-ky-co-so/{registration.pk}/duyet/", {"version": registration.version, "entry": "new"}
    )
    assert answer.status_code == 422
    assert "chọn ngành nghề" in answer.content.decode()


def test_entry_that_was_not_offered_is_refused(world, registered, visit, officer):
    registration, other = registered(), make_establishment(world, province="25")
    answer = visit(officer).post(
        f"/dang-ky-co-so/{registration.pk}/duyet/", {"version": registration.version, "entry": other.pk}
    )
    assert answer.status_code == 422


def test_refusal_needs_a_reason_and_is_told(registered, visit, officer, django_capture_on_commit_callbacks):
    registration, browser = registered(), visit(officer)
    address = f"/dang-ky-co-so/{registration.pk}/tu-choi/"
    assert browser.post(address, {"version": registration.version, "reason": " "}).status_code == 422
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post(address, {"version": registration.version, "reason": "Không phải chủ cơ sở."})
    assert answer.status_code == 302
    assert "Không phải chủ cơ sở." in mail.outbox[0].body
    assert mail.outbox[0].to == [registration.email]
    again = browser.post(address, {"version": registration.version, "reason": "Lại."}, follow=True)
    assert "đã được xử lý" in again.content.decode()


# --- at once ---------------------------------------------------------------------------------------------------------


def waiting_in(world, email, token):
    actions.register(creation_key=uuid4(), email=email, fields=fields(world), origin="web", token=token)
    return actions.confirm_registration(token=token, password=PASSWORD, origin="web")


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_officers_who_decide_at_once_decide_once():
    world = build_world()
    registration, establishment = waiting_in(world, "a@example.com", "mot"), make_establishment(world)

    def say_yes():
        approve(registration, world.actor("dong-thap", "officer"), establishment.pk)

    def say_no():
        actions.refuse_registration(
            registration_id=registration.pk, by=world.actor("dong-thap-centre", "officer"),
            version=registration.version, reason="Trùng.",
        )  # fmt: skip

    assert kinds(at_once(say_yes, say_no)) == ["NoneType", "Stale"]
    registration.refresh_from_db()
    let_in = Membership.objects.filter(user=registration.user).exists()
    assert registration.state == ("approved" if let_in else "refused")


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_owners_let_in_at_once_share_one_organisation():
    world = build_world()
    first, second = waiting_in(world, "a@example.com", "mot"), waiting_in(world, "b@example.com", "hai")
    establishment = make_establishment(world)

    def let_in(registration, who):
        return lambda: approve(registration, world.actor(who, "officer"), establishment.pk)

    assert kinds(at_once(let_in(first, "dong-thap"), let_in(second, "dong-thap-centre"))) == ["NoneType", "NoneType"]
    establishment.refresh_from_db()
    assert owners_of(establishment) == {"a@example.com", "b@example.com"}
    assert Agency.objects.filter(code=f"cs-{establishment.pk}").count() == 1
