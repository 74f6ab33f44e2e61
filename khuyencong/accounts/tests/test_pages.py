"""The pages of agencies and accounts: what each of them shows to whom."""

import pytest
from django.urls import reverse

from khuyencong.accounts.actions import create_service, delegate
from khuyencong.core.dates import today
from khuyencong.people.models import Agency, Membership

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def page(world, client):
    """`page("dong-thap", "leader", "/co-quan/")`: what that person sees."""

    def page(agency, role, address, status=200):
        client.force_login(world.actor(agency, role).user, backend=BACKEND)
        answer = client.get(address)
        assert answer.status_code == status
        return answer.content.decode()

    return page


def test_tree_for_all_staff_and_people_for_administrators(world, page):
    assert "Trung tâm khu vực 3" in page("phu-tho", "officer", "/co-quan/")
    person = str(world.actor("dong-thap", "leader").user)
    for agency, role, sees in (
        ("dong-thap", "administrator", True),
        ("dong-thap", "auditor", True),
        ("national", "administrator", True),
        ("dong-thap", "officer", False),
        ("phu-tho", "administrator", False),
        ("dong-thap-centre", "administrator", False),  # the department stands above
    ):
        assert (person in page(agency, role, "/co-quan/dong-thap/")) is sees, (agency, role)
        assert "Người của cơ quan" in page(agency, role, f"/co-quan/{agency}/") or role == "officer"


def test_establishments_are_no_agencies_of_the_tree(world, page):
    assert "Chủ Thử Nghiệm" not in page("national", "administrator", "/co-quan/?q=chu")
    page("national", "administrator", "/co-quan/owner/", status=404)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=so+cong+thuong+dong", True),
        ("q=Sở+Công+Thương+Đồng", True),
        ("q=khong+co", False),
        ("kind=commune", False),
        ("on=01/01/1999&q=dong", False),
        ("on=sai", False),
    ],
)
def test_search_and_day(world, page, query, found):
    Agency.objects.update(active_from=today().replace(year=2020))
    html = page("dong-thap", "officer", f"/co-quan/?{query}")
    assert ('href="/co-quan/dong-thap/"' in html) is found
    if query == "on=sai":
        assert "kc-field-error" in html


def test_only_buttons_that_may_be_pressed(world, page):
    service = create_service(
        by=world.actor("dong-thap", "administrator"),
        parent_id=world.agencies["dong-thap"].pk,
        name="Công ty Dịch vụ",
        document="1/QĐ",
    )
    buttons = ("Đổi tên", "Chuyển cấp trên", "Sáp nhập", "Ngừng hoạt động")
    html = page("dong-thap", "administrator", f"/co-quan/{service.code}/")
    assert all(button in html for button in buttons)
    html = page("dong-thap", "administrator", "/co-quan/dong-thap/")
    assert [button for button in buttons if button in html] == ["Đổi tên"]
    html = page("phu-tho", "administrator", f"/co-quan/{service.code}/")
    assert not any(button in html for button in buttons)


def test_account_page_says_what_and_offers_what(world, page):
    admin, leader = world.actor("dong-thap", "administrator"), world.actor("dong-thap", "leader")
    deputy = world.actor("dong-thap", "officer").user
    delegate(by=leader, to_user_id=deputy.pk, from_on=today(), to_on=today(), document="5/UQ")
    html = page("dong-thap", "administrator", f"/tai-khoan/{deputy.pk}/")
    for text in ("Chưa lần nào", "Thừa ủy quyền của", "5/UQ", "Thu vai trò", "Khóa tài khoản", "vừa là chuyên viên"):
        assert text in html
    html = page("dong-thap", "auditor", f"/tai-khoan/{deputy.pk}/")
    assert "Thu vai trò" not in html
    html = page("dong-thap", "administrator", f"/tai-khoan/{admin.user.pk}/")
    assert "Không ai tự thay đổi vai trò của mình" in html
    assert "Thu vai trò" not in html
    page("phu-tho", "administrator", f"/tai-khoan/{deputy.pk}/", status=404)


def test_page_says_that_the_last_administrator_goes(world, page):
    last = world.actor("dong-thap-centre", "administrator").user
    assert "người quản trị duy nhất" in page("dong-thap", "administrator", f"/tai-khoan/{last.pk}/")


def test_person_who_also_works_elsewhere_is_shown_without_where(world, page):
    user = world.actor("dong-thap", "officer").user
    Membership.objects.create(user=user, agency=world.agencies["phu-tho"], role="leader")
    html = page("dong-thap", "administrator", f"/tai-khoan/{user.pk}/")
    assert "ngoài phạm vi của bạn" in html
    assert "Phú Thọ" not in html
    assert "Khóa tài khoản" not in html


def test_national_administrator_chooses_the_province_first(world, page):
    html = page("national", "administrator", reverse("agency_new_commune"))
    assert "Chọn tỉnh" in html
    assert "Thêm cơ quan" not in html
    assert "Thêm cơ quan" in page("national", "administrator", f"{reverse('agency_new_commune')}?province=25")
    page("region", "administrator", reverse("agency_new_commune"), status=403)


@pytest.mark.parametrize("count", [1, 3])
def test_pages_take_constant_queries(world, client, hire, count, django_assert_num_queries):
    people = [hire("dong-thap-centre") for _ in range(count)]
    client.force_login(world.actor("dong-thap", "administrator").user, backend=BACKEND)
    client.get("/tai-khoan/")
    for address, queries in (("/tai-khoan/", 10), ("/co-quan/dong-thap-centre/", 14)):
        with django_assert_num_queries(queries):
            assert str(people[0]) in client.get(address).content.decode()
