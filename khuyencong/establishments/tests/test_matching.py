"""What two entries have in common, and what is raised for a person to look at."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khuyencong.establishments import actions
from khuyencong.establishments.duplicates import look_through_registry, raise_suspicions, waiting_for
from khuyencong.establishments.keys import item_key, name_key, phone_key, serials_in, tax_head
from khuyencong.establishments.matching import SHARED_PHONE, linked
from khuyencong.establishments.models import Establishment, FormerName, Machine, Reason, Suspicion
from khuyencong.establishments.tax_code import made_up_tax_code
from khuyencong.testing import make_establishment


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Công ty TNHH MTV Cơ khí Đúc Thanh Phương", "Cty cơ khí đúc Thanh Phương"),
        ("CÔNG TY CỔ PHẦN Thanh Phương", "Công ty CP Thanh Phương"),
        (
            "Công ty trách nhiệm hữu hạn một thành viên SX TM Hoà An",
            "CT TNHH sản xuất thương mại Hòa An".replace("CT", "Cty"),
        ),
        ("HTX Tân Thạnh", "Hợp tác xã Tân Thạnh"),
        ("Hộ kinh doanh Nguyễn Văn A", "HKD: Nguyễn Văn A"),
        ("Cơ sở sản xuất Bánh Phồng", "Cơ sở Bánh Phồng"),
        ("Tổ hợp tác Dệt Chiếu", "THT dệt chiếu"),
    ],
)
def test_form_of_business_does_not_count(one, other):
    assert name_key(one) == name_key(other) != ""


@pytest.mark.parametrize("name", ["Công ty TNHH", "HTX", "Hộ kinh doanh", "...", "Cơ sở"])
def test_name_that_is_only_a_form_is_not_compared(name):
    assert name_key(name) == ""


def test_names_that_only_look_like_a_form_stay():
    assert name_key("Hộ kinh doanh Hồ Thị Cơ") == "ho thi co"
    assert name_key("Công ty TNHH Máy Cơ Sở Một") == "may co so mot"


def test_telephones_and_tax_codes_have_one_form():
    assert phone_key("+84 (912) 345-678") == phone_key("0912.345.678") == "0912345678"
    assert phone_key("84") == "84"
    assert tax_head("0100109106-001") == tax_head("0100109106") == "0100109106"
    assert tax_head("012345678901") == "012345678901"


def test_serials_of_one_field():
    assert serials_in("SN-1234; sn 1235, A/77-89 và B.0042") == ("sn1234", "sn1235", "a7789", "b0042")
    assert serials_in("không có; 01; 0000; N/A") == ()
    assert serials_in("SN-1234, SN 1234") == ("sn1234",)


def test_items_are_compared_without_blanks_and_signs():
    assert (
        item_key("Máy sấy (lạnh) 500 kg/mẻ")
        == item_key("máy sấy lạnh, 500kg/mẻ.")
        != item_key("Máy sấy lạnh 600 kg/mẻ")
    )


# --- what is raised ----------------------------------------------------------------------------------------------------


@pytest.fixture
def commune(world):
    return world.agencies["dong-thap-commune"].commune


def raised():
    return {(one.first_id, one.second_id): set(one.reasons) for one in Suspicion.objects.all()}


def test_same_name_in_one_place_is_raised_when_it_is_saved(world, commune):
    first = make_establishment(world, name="Công ty TNHH Đúc Ba", commune=commune)
    assert raised() == {}
    second = make_establishment(world, name="Cty Đúc Ba", commune=commune)
    third = make_establishment(world, name="Đúc Ba")
    assert raised() == {
        (first.pk, second.pk): {Reason.NAME_PLACE},
        (first.pk, third.pk): {Reason.NAME_PLACE},
        (second.pk, third.pk): {Reason.NAME_PLACE},
    }


def test_same_name_elsewhere_says_nothing(world, commune):
    other = commune.__class__.objects.create(
        code="29870", key="29870", name="Xã Khác", kind="commune", province=commune.province, latitude=10, longitude=105,
        folded="xa khac", sort_key="1",
    )  # fmt: skip
    commune.__class__.objects.filter(pk=other.pk).update(current=other)
    make_establishment(world, name="Nguyễn Văn Hùng", commune=commune)
    make_establishment(world, name="Nguyễn Văn Hùng", commune=other)
    make_establishment(world, province="25", name="Nguyễn Văn Hùng")
    assert raised() == {}


def test_telephone_serial_and_former_name_are_raised(world, commune):
    one = make_establishment(world, phone="0912 345 678")
    two = make_establishment(world, province="25", phone="+84912345678")
    officer = world.actor("dong-thap", "officer")
    three = make_establishment(world, commune=commune)
    for place in (one, three):
        place.refresh_from_db()
        actions.add_detail(
            establishment_id=place.pk, by=officer, version=place.version, kind="machine",
            fields={"name": "Máy phay", "serial": "VMC-850/11"},
        )  # fmt: skip
    four = make_establishment(world, name="Đúc Xưa", commune=commune)
    three.refresh_from_db()
    actions.add_detail(
        establishment_id=three.pk,
        by=officer,
        version=three.version,
        kind="former_name",
        fields={"name": "Cơ sở Đúc Xưa"},
    )
    assert raised() == {
        (one.pk, two.pk): {Reason.PHONE},
        (one.pk, three.pk): {Reason.SERIAL},
        (three.pk, four.pk): {Reason.FORMER_NAME},
    }


def test_branch_is_no_duplicate(world):
    code = made_up_tax_code(1)
    make_establishment(world, kind="sme", tax_code=code)
    make_establishment(world, kind="sme", tax_code=f"{code}-001")
    assert raised() == {}


def test_telephone_of_an_officer_says_nothing(world):
    for _ in range(SHARED_PHONE + 2):
        make_establishment(world, phone="0277 3851 234")
    look_through_registry()
    assert raised() == {}


def test_correction_takes_the_suspicion_away_but_not_a_decision(world, commune):
    first = make_establishment(world, name="Đúc Ba", commune=commune)
    second = make_establishment(world, name="Đúc Ba", commune=commune)
    third = make_establishment(world, name="Đúc Ba", commune=commune)
    officer = world.actor("dong-thap", "officer")
    actions.dismiss_suspicion(first_id=third.pk, second_id=first.pk, version=2, by=officer)
    for place in (second, third):
        actions.update_establishment(
            establishment_id=place.pk, by=officer, version=place.version, fields={"name": f"Tên khác {place.pk}"}
        )
    assert list(raised()) == [(first.pk, third.pk)]
    third.refresh_from_db()
    actions.update_establishment(
        establishment_id=third.pk, by=officer, version=third.version, fields={"name": "Đúc Ba"}
    )
    assert Suspicion.objects.get().state == "dismissed"


def test_whole_registry_finds_the_same(world, commune):
    make_establishment(world, name="Đúc Ba", commune=commune, phone="0912345678")
    make_establishment(world, name="Công ty Đúc Ba", commune=commune)
    make_establishment(world, province="25", phone="0912345678")
    found = raised()
    assert len(found) == 2
    looked = look_through_registry()
    assert (looked.entries, looked.raised, looked.gone, looked.open) == (3, 0, 0, 2)
    Suspicion.objects.all().delete()
    assert look_through_registry().raised == 2
    assert raised() == found


def test_many_of_one_name_are_listed_without_all_their_pairs(world, commune):
    rows = [make_establishment(world, commune=commune) for _ in range(40)]
    Establishment.objects.update(match_key="nguyen van a")
    looked = look_through_registry()
    assert looked.raised == len(rows) - 1


# --- who sees ----------------------------------------------------------------------------------------------------------


def test_a_side_in_scope_is_enough_to_see_the_pair(world):
    make_establishment(world, phone="0912345678")
    make_establishment(world, province="25", phone="0912345678")
    counts = {
        agency: waiting_for(world.actor(agency, "officer")).count()
        for agency in ("dong-thap", "dong-thap-centre", "phu-tho", "national", "region")
    }
    assert counts == {"dong-thap": 1, "dong-thap-centre": 1, "phu-tho": 1, "national": 1, "region": 0}


# --- how much work -----------------------------------------------------------------------------------------------------


def work(world, number, task):
    rows = [make_establishment(world, phone=f"0912{number}{row:04d}") for row in range(number)]
    twins = [make_establishment(world, province="25", phone=one.phone) for one in rows]
    for one in (*rows, *twins):
        FormerName.objects.create(establishment=one, name=f"Tên cũ {one.pk}")
        Machine.objects.create(establishment=one, name="Máy", serial=f"SN-{one.phone}")
    with CaptureQueriesContext(connection) as captured:
        task(rows)
    return len(captured)


@pytest.mark.parametrize(
    "task",
    [linked, lambda rows: raise_suspicions([one.pk for one in rows])],
    ids=["linked", "raised"],
)
def test_queries_do_not_grow_with_the_number(world, task):
    assert work(world, 1, task) == work(world, 3, task) <= 16
