"""The owner's own pages, and that nothing else of the site opens for an owner."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Stale
from khuyencong.establishments.models import Establishment
from khuyencong.intake import actions
from khuyencong.intake.chances import chance_for, chances, papers_to_bring
from khuyencong.law.answers import Verdict
from khuyencong.law.catalogue import activity, catalogue
from khuyencong.normbook.tests import entering
from khuyencong.notices.models import Notice
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.web import PUBLIC, SIGNED_IN
from khuyencong.testing import advance_to, make_establishment, make_project
from tests.looking import whole_database
from tests.test_views_refuse import OPENS, addresses


@pytest.fixture
def browser(own, owner, visit):
    return visit(owner)


# --- what the State has on record ------------------------------------------------------------------------------------


def test_first_page_is_the_own_establishment(browser, own):
    own.phone, own.owner_name, own.workers = "0912 345 678", "Lê Thị Chủ", 12
    own.save()
    assert browser.get("/").url == "/co-so-cua-toi/"
    page = browser.get("/co-so-cua-toi/").content.decode()
    for text in (own.name, "0912 345 678", "Lê Thị Chủ", "12"):
        assert text in page


def test_owner_whose_establishment_is_gone_finds_nothing(world, owner, visit):
    assert visit(owner).get("/co-so-cua-toi/").status_code == 404


def test_owner_of_another_establishment_sees_that_one(own, stranger, visit):
    page = visit(stranger).get("/co-so-cua-toi/").content.decode()
    assert own.name not in page


def test_contact_is_corrected_by_its_owner_and_stays_out_of_the_trail(browser, own):
    answer = browser.post(
        "/co-so-cua-toi/lien-he/",
        {"version": own.version, "contact": "Lê Văn Mới", "phone": "0987 654 321", "email": "moi@example.com"},
    )
    assert answer.status_code == 302
    own.refresh_from_db()
    assert (own.contact, own.phone, own.email) == ("Lê Văn Mới", "0987 654 321", "moi@example.com")
    assert own.phone_digits == "0987654321"
    event = AuditEvent.objects.get(action="establishment.own_contact")
    assert "0987" not in str(event.after)
    assert event.after == {"đã sửa": ["người liên hệ", "điện thoại", "thư điện tử"]}


def test_owner_corrects_nothing_but_the_contact(browser, own):
    browser.post(
        "/co-so-cua-toi/lien-he/",
        {"version": own.version, "contact": "A", "phone": "0987654321", "name": "Tên Mới", "workers": 999},
    )
    own.refresh_from_db()
    assert own.name != "Tên Mới"
    assert own.workers != 999


def test_contact_of_an_old_page_is_refused(own, owner, stranger):
    with pytest.raises(Stale):
        actions.correct_contact(establishment_id=own.pk, by=owner, version=own.version + 1, fields={"contact": "A"})
    with pytest.raises(NotAllowed):
        actions.correct_contact(establishment_id=own.pk, by=stranger, version=own.version, fields={"contact": "A"})


def test_mistake_is_told_to_the_officers_of_the_province(browser, own):
    answer = browser.post("/co-so-cua-toi/bao-sai/", {"text": "Nay có 15 lao động."})
    assert answer.status_code == 302
    told = Notice.objects.filter(sentence__contains="Nay có 15 lao động.")
    assert set(told.values_list("user__username", flat=True)) == {"dong-thap.officer", "dong-thap-centre.officer"}
    assert told.first().url == reverse("establishment", args=[own.pk])
    assert browser.post("/co-so-cua-toi/bao-sai/", {"text": " "}).status_code == 422


def test_support_received_is_shown_with_year_and_amount(world, browser, own):
    from khuyencong.demo.walk import Item, write_project

    items = [Item("Máy sấy", 600_000_000, 200_000_000, own)]
    project = write_project(
        world, unit="dong-thap-centre", source="local", province="82", fields={"name": "Đề án cũ"}, items=items
    )
    assert "Máy sấy" not in browser.get("/co-so-cua-toi/").content.decode()
    advance_to(world, project, "in_progress")
    page = browser.get("/co-so-cua-toi/").content.decode()
    assert "Máy sấy" in page
    assert "200.000.000 đồng" in page


# --- what may be asked for -------------------------------------------------------------------------------------------


def test_chances_name_norms_and_reasons(own):
    found = {one.activity.code: one for one in chances(own, on=today())}
    machinery = found["machinery"]
    assert machinery.is_open
    assert "300 triệu đồng" in machinery.amounts[0].terms
    assert machinery.amounts[0].citation
    assert {answer.topic for answer in machinery.answers} == {"kind", "place", "trade"}
    assert all(answer.article for answer in machinery.answers)


def test_chance_is_no_where_one_answer_is_no(own):
    own.kind = "industrial"
    own.save()
    chance = chance_for(own, activity("machinery"), on=today())
    assert chance.verdict is Verdict.NO
    assert not chance.is_open
    assert [one.verdict for one in chance.reasons] == [Verdict.NO]
    assert chance_for(own, activity("cleaner_production_assessment"), on=today()).is_open


def test_clusters_concern_only_who_builds_them(own):
    codes = {one.activity.code for one in chances(own, on=today())}
    assert "cluster_infrastructure" not in codes
    own.kind = "cluster_investor"
    assert "cluster_infrastructure" in {one.activity.code for one in chances(own, on=today())}


def test_amount_that_nobody_compared_says_so(own, browser):
    doubtful = [one for one in chances(own, on=today()) if any(amount.doubtful for amount in one.amounts)]
    assert doubtful
    page = browser.get(reverse("own_activity", args=[doubtful[0].activity.code])).content.decode()
    assert "chưa được đối chiếu với văn bản gốc" in page


def test_every_activity_has_a_page(browser):
    for code, one in catalogue().activities.items():
        status = browser.get(reverse("own_activity", args=[code])).status_code
        assert status == (200 if one.in_force(today()) else 404), code
    assert browser.get(reverse("own_activity", args=["khong_co"])).status_code == 404


def test_papers_are_those_of_the_law_room(browser):
    papers = papers_to_bring("machinery", on=today())
    assert [one.code for one in papers.own] == ["beneficiary_request"]
    assert "plan_registration" not in {one.code for _, rows in papers.of_unit for one in rows}  # of flagships only
    page = browser.get(reverse("own_activity", args=["machinery"])).content.decode()
    assert papers.own[0].citation in page
    assert papers.of_unit[0][1][0].citation in page


def test_page_leads_to_a_request_for_that_activity(browser):
    page = browser.get(reverse("own_activity", args=["machinery"])).content.decode()
    assert "/de-nghi/moi/?noi-dung=machinery" in page
    assert '<option value="machinery" selected>' in browser.get("/de-nghi/moi/?noi-dung=machinery").content.decode()


def test_chances_take_a_fixed_number_of_queries(own, browser):
    with CaptureQueriesContext(connection) as queries:
        browser.get("/co-so-cua-toi/ho-tro/")
    assert len(queries) < 20


# --- nothing else ----------------------------------------------------------------------------------------------------


def test_nothing_but_the_own_pages_opens_for_an_owner(world, own, owner, visit):
    """Whatever another room adds: no record of the programme by any address."""
    project = make_project(world, state="in_progress")
    browser = visit(owner)
    before = whole_database()
    for name, address in addresses(project).items():
        needs = OPENS[name]
        if needs in {PUBLIC, SIGNED_IN}:
            continue
        status = browser.get(address).status_code
        if allowed(owner, Permission(needs)):
            assert status in {200, 404, 405, 409}, name
        else:
            assert status in {403, 405}, name
    assert whole_database() == before


def test_pages_for_everybody_show_an_owner_no_record(world, own, owner, visit):
    project = make_project(world, state="in_progress")
    draft = entering.enter(world, state="sent")
    other = make_establishment(world, name="Cơ sở Của Người Khác")
    browser = visit(owner)
    for name, address in addresses(project).items():
        if OPENS[name] != SIGNED_IN:
            continue
        answer = browser.get(address)
        page = answer.content.decode() if answer.status_code == 200 else ""
        for secret in (project.code, project.name, other.name, draft.number):
            assert secret not in page, (name, secret)
    assert browser.get(reverse("norm_entry", args=[draft.pk])).status_code == 404


def test_owner_is_found_by_no_record_of_others(world, own, owner):
    elsewhere = make_establishment(world)
    assert not Establishment.objects.visible_to(owner).filter(pk=elsewhere.pk).exists()
    assert not elsewhere.is_in_scope(owner)
    assert own.is_in_scope(owner)


def test_menu_names_the_own_pages_only(browser):
    nav = [one.label for one in browser.get("/co-so-cua-toi/").context["nav"]]
    assert nav[:3] == ["Cơ sở của tôi", "Tôi được hỗ trợ gì?", "Đề nghị hỗ trợ"]
    assert not {"Việc của tôi", "Đề án", "Cơ sở", "Kết quả", "Nhật ký", "Khảo sát"} & set(nav)
