"""The registry: entered once, found by any part of the name, corrected inside the own area alone."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.areas.models import CraftVillage
from khuyencong.audit.models import AuditEvent
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.establishments.actions import register_establishment, update_establishment
from khuyencong.establishments.models import Establishment
from khuyencong.people.roles import STAFF
from khuyencong.places.models import Commune, Region, RegionMembership
from khuyencong.testing import make_establishment, make_project

AGENCIES = ("national", "region", "dong-thap", "dong-thap-centre", "phu-tho", "phu-tho-centre")
NAME = "Công ty TNHH Cơ khí Đúc Thanh Phương"


@pytest.fixture
def officer(world):
    return world.actor("dong-thap-centre", "officer")


def register(world, by, key=None, **changed):
    fields = {
        "name": NAME,
        "kind": "household",
        "province": world.provinces["82"],
        "sector": "agro_processing",
        **changed,
    }
    return register_establishment(by=by, creation_key=key or uuid4(), fields=fields)


def test_entered_once_however_often_the_button_is_pressed(world, officer):
    key = uuid4()
    first = register(world, officer, key)
    assert register(world, officer, key, name="Tên khác") == first
    assert Establishment.objects.get().name == NAME
    assert AuditEvent.objects.filter(action="establishment.register").count() == 1


def test_key_of_somebody_else_gives_nothing_away(world, officer):
    key = uuid4()
    register(world, officer, key)
    with pytest.raises(Refused, match="mở lại trang"):
        register(world, world.actor("dong-thap", "officer"), key)


def test_tax_code_is_taken_once(world, officer):
    first = register(world, officer, tax_code="0100109106")
    with pytest.raises(Refused, match="mã số thuế"):
        register(world, officer, tax_code="0100109106")
    other = register(world, officer, tax_code="")
    register(world, officer, tax_code="")  # not known yet: as often as one likes
    with pytest.raises(Refused, match="mã số thuế"):
        update_establishment(establishment_id=other.pk, by=officer, version=1, fields={"tax_code": "0100109106"})
    register(world, officer, tax_code="0100109106-001")
    assert [one.pk for one in Establishment.objects.filter(tax_code="0100109106")] == [first.pk]
    assert AuditEvent.objects.filter(action="establishment.update").count() == 0


def test_trail_keeps_no_telephone(world, officer):
    found = register(world, officer, contact="Nguyễn Thị An", phone="0912 345 678")
    update_establishment(
        establishment_id=found.pk, by=officer, version=1, fields={"phone": "0987 654 321", "workers": 12}
    )
    for event in AuditEvent.objects.filter(thread=f"establishment:{found.pk}"):
        assert "0912" not in str([event.before, event.after])
        assert "Nguyễn Thị An" not in str([event.before, event.after])
    assert AuditEvent.objects.latest("seq").after["workers"] == 12


def test_another_province_is_refused(world, officer):
    with pytest.raises(Refused, match="trong địa bàn"):
        register(world, officer, province=world.provinces["25"])
    found = register(world, officer)
    with pytest.raises(Refused, match="trong địa bàn"):
        update_establishment(
            establishment_id=found.pk, by=officer, version=1, fields={"province": world.provinces["25"]}
        )
    found.refresh_from_db()
    assert found.province == world.provinces["82"]


def test_everybody_against_everybody(world, officer):
    """Officers and appraisers of the province and of the Cục correct; nobody else does."""
    found = register(world, officer)
    before = list(Establishment.objects.values_list())
    may = {("dong-thap", "officer"), ("dong-thap", "appraiser"), ("national", "officer"), ("national", "appraiser")}
    may |= {("dong-thap-centre", "officer"), ("dong-thap-centre", "appraiser")}
    for agency in AGENCIES:
        for role in STAFF:
            actor = world.actor(agency, role.value)
            expected = Stale if (agency, role.value) in may else NotAllowed
            with pytest.raises(expected):
                update_establishment(establishment_id=found.pk, by=actor, version=7, fields={"name": "Khác"})
            if role not in {"officer", "appraiser"}:
                with pytest.raises(NotAllowed):
                    register(world, actor)
    assert list(Establishment.objects.values_list()) == before


def test_regional_centre_corrects_in_its_region(world, officer):
    found = register(world, officer)
    RegionMembership.objects.create(province=world.provinces["82"], region=Region.SOUTH)
    by = world.actor("region", "officer")
    assert update_establishment(establishment_id=found.pk, by=by, version=1, fields={"name": "Tên mới"}).version == 2


def test_old_form_changes_nothing(world, officer):
    found = register(world, officer)
    update_establishment(establishment_id=found.pk, by=officer, version=1, fields={"name": "Tên mới"})
    for version in (0, 1, 3):
        with pytest.raises(Stale):
            update_establishment(establishment_id=found.pk, by=officer, version=version, fields={"name": "Tên nữa"})
    found.refresh_from_db()
    assert (found.name, found.folded, found.version) == ("Tên mới", "ten moi", 2)


# --- finding ---------------------------------------------------------------------------------------------------------


def test_found_without_marks_in_any_order_or_by_tax_code(world, officer, visit):
    found = register(world, officer, tax_code="1400123456")
    register(world, officer, name="Hợp tác xã Mây tre đan")
    client = visit(officer)
    for text in ("co khi duc thanh phuong", "THANH PHƯƠNG", "đúc cơ khí", "phuong duc", "1400123", "  cơ   khí "):
        rows = client.get(reverse("establishments"), {"q": text}).context["page"].object_list
        assert [one.pk for one in rows] == [found.pk], text
    for text in ("co khi duc hai phuong", "0123456", "%", "_"):
        assert not client.get(reverse("establishments"), {"q": text}).context["page"].object_list, text


def test_sorted_as_an_index_is(world, officer, visit):
    for name in ("Đại Phát", "Dung Hà", "Ánh Dương", "An Bình", "Ấp Bắc"):
        register(world, officer, name=name)
    rows = visit(officer).get(reverse("establishments")).context["page"].object_list
    assert [one.name for one in rows] == ["An Bình", "Ánh Dương", "Ấp Bắc", "Dung Hà", "Đại Phát"]


def test_list_shows_the_own_area(world, officer, visit):
    here, there = register(world, officer), make_establishment(world, province="25")
    expected = {"dong-thap": {here.pk}, "phu-tho": {there.pk}, "national": {here.pk, there.pk}, "region": set()}
    for agency, keys in expected.items():
        rows = visit(world.actor(agency, "auditor")).get(reverse("establishments")).context["page"].object_list
        assert {one.pk for one in rows} == keys, agency


@pytest.mark.parametrize("agency", ["dong-thap", "national"])
def test_list_takes_as_many_queries_for_three_as_for_one(world, visit, agency):
    client = visit(world.actor(agency, "officer"))
    counts = []
    for more in (1, 2):
        for _ in range(more):
            make_project(world)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("establishments")).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12


def test_page_takes_as_many_queries_for_three_projects_as_for_one(world, officer, visit):
    from khuyencong.projects import actions

    client = visit(officer)
    first = make_project(world)
    found = first.beneficiaries.get().establishment
    counts = []
    for more in (0, 2):
        for _ in range(more):
            project = make_project(world, beneficiaries=2)
            actions.add_beneficiary(project_id=project.pk, by=officer, version=project.version, establishment=found)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("establishment", args=[found.pk])).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 16


# --- the form --------------------------------------------------------------------------------------------------------


def test_registered_from_a_project_comes_back_to_it(world, officer, visit):
    client = visit(officer)
    project = make_project(world)
    back = reverse("project_beneficiary_add", args=[project.code])
    data = {
        "creation_key": uuid4(), "name": NAME, "kind": "household", "province": world.provinces["82"].pk,
        "sector": "agro_processing", "next": back,
    }  # fmt: skip
    answer = client.post(reverse("establishment_new"), data)
    assert (answer.status_code, answer.url) == (302, back)
    data |= {"creation_key": uuid4(), "next": "https://evil.example/"}
    assert client.post(reverse("establishment_new"), data).url.startswith("/co-so/")


def test_places_must_fit_together(world, officer, visit):
    """A commune of another province, or a province of before that became another one, is not offered."""
    stranger = Commune.objects.get(province=world.provinces["25"])
    data = {
        "creation_key": uuid4(), "name": NAME, "kind": "household", "province": world.provinces["82"].pk,
        "sector": "agro_processing", "commune": stranger.pk, "province_before": world.provinces["17@2025"].pk,
    }  # fmt: skip
    for agency in ("dong-thap-centre", "national"):
        answer = visit(world.actor(agency, "officer")).post(reverse("establishment_new"), data)
        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {"commune", "province_before"}
    assert not Establishment.objects.exists()


def test_taken_tax_code_is_said_on_the_page(world, officer, visit):
    register(world, officer, tax_code="1400123456")
    data = {
        "creation_key": uuid4(), "name": "Khác", "kind": "household", "province": world.provinces["82"].pk,
        "sector": "agro_processing", "tax_code": "1400123456",
    }  # fmt: skip
    answer = visit(officer).post(reverse("establishment_new"), data)
    assert answer.status_code == 422
    assert "Đã có cơ sở mang mã số thuế này" in answer.content.decode()


# --- what norms, places and rankings ask about ---------------------------------------------------------------------


RARE = {
    "charter_capital": "12 tỷ", "women_owned": "on", "ethnic_minority_owned": "on", "women_workers": "3",
    "other_sectors": ["handicraft", "consumer_export"], "latitude": "10,4567", "longitude": "105.25",
    "registration_number": "41A8000000", "owner_gender": "female", "owner_ethnicity": "Khmer", "workers": "5",
}  # fmt: skip


def posted(world, **changed):
    return {
        "creation_key": uuid4(), "name": NAME, "kind": "sme", "province": world.provinces["82"].pk,
        "sector": "agro_processing", **changed,
    }  # fmt: skip


def test_rare_facts_are_kept_shown_and_audited(world, officer, visit):
    client = visit(officer)
    village = make_village(world)
    answer = client.post(reverse("establishment_new"), posted(world, **RARE, craft_village=village.pk))
    found = Establishment.objects.get()
    assert answer.status_code == 302
    assert (found.charter_capital, found.craft_village, found.women_workers) == (12_000_000_000, village, 3)
    assert (found.latitude, found.longitude) == (10.4567, 105.25)
    after = AuditEvent.objects.latest("seq").after
    expected = {
        "charter_capital": 12_000_000_000, "craft_village": village.name, "women_owned": True,
        "ethnic_minority_owned": True, "women_workers": 3, "other_sectors": ["consumer_export", "handicraft"],
        "latitude": "10.4567", "owner_gender": "female", "owner_ethnicity": "Khmer",
    }  # fmt: skip
    assert {name: after[name] for name in expected} == expected
    page = client.get(reverse("establishment", args=[found.pk])).content.decode()
    for words in (
        "12.000.000.000 đồng", village.name, "do phụ nữ làm chủ, do người dân tộc thiểu số làm chủ", "10,4567; 105,25",
        "5 (trong đó 3 nữ)", "41A8000000", "Khmer",
    ):  # fmt: skip
        assert words in page, words
    form = client.get(reverse("establishment_edit", args=[found.pk])).content.decode()
    assert 'kc-fold" open' in form
    assert 'value="12.000.000.000"' in form
    assert 'value="10,4567"' in form


def make_village(world, **fields):
    values = {
        "province": world.provinces["82"], "name": "Làng nghề Thử", "document": "QĐ 1/QĐ-UBND",
        "from_on": date(2020, 1, 1), "entered_by": world.actor("dong-thap", "officer").user,
        "entered_for": world.agencies["dong-thap"],
    }  # fmt: skip
    return CraftVillage.objects.create(**values | fields)


def test_without_them_the_form_is_folded_and_the_page_silent(world, officer, visit):
    client = visit(officer)
    assert 'kc-fold" open' not in client.get(reverse("establishment_new")).content.decode()
    client.post(reverse("establishment_new"), posted(world))
    found = Establishment.objects.get()
    page = client.get(reverse("establishment", args=[found.pk])).content.decode()
    for words in ("Vốn điều lệ", "Làng nghề được công nhận", "Diện ưu tiên", "Số đăng ký", "trong đó"):
        assert words not in page, words


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"charter_capital": "0"}, "charter_capital"),
        ({"charter_capital": "nhiều"}, "charter_capital"),
        ({"workers": "1.5"}, "workers"),
        ({"workers": "3", "women_workers": "4"}, "women_workers"),
        ({"workers": "3", "ethnic_workers": "4"}, "ethnic_workers"),
        ({"latitude": "10,5"}, "longitude"),
        ({"longitude": "105,5"}, "latitude"),
        ({"latitude": "105,5", "longitude": "10,5"}, "latitude"),
        ({"latitude": "nan", "longitude": "105"}, "latitude"),
        ({"latitude": "1e1", "longitude": "105"}, "latitude"),
        ({"other_sectors": ["moon"]}, "other_sectors"),
        ({"owner_gender": "x"}, "owner_gender"),
        ({"owner_born_in": "1899"}, "owner_born_in"),
        ({"owner_id_number": "12345"}, "owner_id_number"),
        ({"owner_id_number": "٠٠٠٠٠٠٠٠٠٠٠١"}, "owner_id_number"),
        ({"email": "khong-phai"}, "email"),
        ({"tax_code": "0100109107"}, "tax_code"),
        ({"kind": "sme", "tax_code": "012345678901"}, "tax_code"),
    ],
)
def test_slips_are_said_at_the_field(world, officer, visit, values, field):
    answer = visit(officer).post(reverse("establishment_new"), posted(world, **values))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}
    assert not Establishment.objects.exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"tax_code": "0100109107"}, "phải là 6"),
        ({"workers": 3, "women_workers": 4}, "nhiều hơn"),
        ({"latitude": 10.0}, "cả vĩ độ và kinh độ"),
        ({"latitude": 50.0, "longitude": 10.0}, "không ở Việt Nam"),
        ({"other_sectors": ["moon"]}, "ngành nghề"),
    ],
)
def test_what_cannot_stand_together_is_refused_whoever_calls(world, officer, values, words):
    with pytest.raises(Refused, match=words):
        register(world, officer, **values)
    found = register(world, officer)
    with pytest.raises(Refused, match=words):
        update_establishment(establishment_id=found.pk, by=officer, version=1, fields=values)
    found.refresh_from_db()
    assert (found.version, found.tax_code, found.workers) == (1, "", None)


def test_tax_code_is_stored_in_one_form(world, officer, visit):
    visit(officer).post(reverse("establishment_new"), posted(world, tax_code=" 0100 109 106 001 "))
    assert Establishment.objects.get().tax_code == "0100109106-001"


def test_number_of_a_person_stays_out_of_the_trail(world, officer):
    found = register(world, officer, tax_code="012345678901", kind="household", owner_id_number="012345678901")
    update_establishment(establishment_id=found.pk, by=officer, version=1, fields={"owner_born_in": 1961})
    for event in AuditEvent.objects.filter(thread=f"establishment:{found.pk}"):
        assert "012345678901" not in str([event.before, event.after])
        assert "1961" not in str([event.before, event.after])


def test_main_trade_is_not_also_another_one(world, officer):
    found = register(world, officer, other_sectors=["agro_processing", "handicraft", "handicraft"])
    assert found.other_sectors == ["handicraft"]


def test_entry_merged_into_another_is_not_changed(world, officer):
    kept, gone = register(world, officer), register(world, officer, name="Tên cũ")
    Establishment.objects.filter(pk=gone.pk).update(merged_into=kept)
    with pytest.raises(Refused, match="được gộp vào"):
        update_establishment(establishment_id=gone.pk, by=officer, version=1, fields={"name": "Khác"})


# --- the communes of a province, without a script --------------------------------------------------------------------


def test_whoever_works_in_one_province_sees_its_communes_at_once(world, officer, visit):
    form = visit(officer).get(reverse("establishment_new")).context["form"]
    assert {one.province_id for one in form.fields["commune"].queryset} == {world.provinces["82"].pk}


def test_communes_come_when_asked_for_and_nothing_is_lost(world, visit):
    client = visit(world.actor("national", "officer"))
    assert not client.get(reverse("establishment_new")).context["form"].fields["commune"].queryset.exists()
    key = uuid4()
    typed = posted(
        world, creation_key=key, show_communes="1", workers="1.250", women_owned="on", other_sectors=["handicraft"],
        charter_capital="3 tỷ",
    )  # fmt: skip
    answer = client.post(reverse("establishment_new"), typed)
    form = answer.context["form"]
    html = answer.content.decode()
    assert answer.status_code == 200
    assert {one.province_id for one in form.fields["commune"].queryset} == {world.provinces["82"].pk}
    assert not Establishment.objects.exists()
    assert not form.errors
    for kept in (NAME, "1.250", "3 tỷ", str(key)):
        assert f'value="{kept}"' in html, kept
    assert form["women_owned"].value()
    assert form["other_sectors"].value() == ["handicraft"]
    commune = form.fields["commune"].queryset.get()
    again = {name: value for name, value in typed.items() if name != "show_communes"} | {"commune": commune.pk}
    assert client.post(reverse("establishment_new"), again).status_code == 302
    assert Establishment.objects.get().commune == commune


def test_edit_form_shows_the_communes_of_another_province_when_asked(world, officer, visit):
    found = register(world, officer, women_owned=True)
    client = visit(world.actor("national", "officer"))
    data = posted(world, show_communes="1", province=world.provinces["25"].pk, version=1)
    form = client.post(reverse("establishment_edit", args=[found.pk]), data).context["form"]
    assert {one.province_id for one in form.fields["commune"].queryset} == {world.provinces["25"].pk}
    assert not form["women_owned"].value()  # the tick was taken away in the browser
    found.refresh_from_db()
    assert found.version == 1


def test_commune_that_is_gone_stays_with_the_entry_written_in_it(world, officer, visit):
    commune = Commune.objects.get(province=world.provinces["82"])
    found = register(world, officer, commune=commune)
    Commune.objects.filter(pk=commune.pk).update(valid_to=date(2025, 12, 31))
    client = visit(officer)
    assert not client.get(reverse("establishment_new")).context["form"].fields["commune"].queryset.exists()
    data = posted(world, version=1, commune=commune.pk, name="Tên mới")
    assert client.post(reverse("establishment_edit", args=[found.pk]), data).status_code == 302
    found.refresh_from_db()
    assert (found.name, found.commune) == ("Tên mới", commune)


def test_point_of_the_commune_stands_until_there_is_another(world, officer, visit):
    commune = Commune.objects.get(province=world.provinces["82"])
    found = register(world, officer, commune=commune)
    client = visit(officer)
    assert "điểm của xã, phường" in client.get(reverse("establishment", args=[found.pk])).content.decode()
    assert f"dùng điểm của {commune.name}: 10; 105" in (
        client.get(reverse("establishment_edit", args=[found.pk])).content.decode()
    )
    update_establishment(
        establishment_id=found.pk, by=officer, version=1, fields={"latitude": 10.5, "longitude": 105.5}
    )
    page = client.get(reverse("establishment", args=[found.pk])).content.decode()
    assert "10,5; 105,5" in page
    assert "điểm của xã" not in page


def test_thousand_workers_are_no_single_worker(world, officer, visit):
    visit(officer).post(reverse("establishment_new"), posted(world, workers="1.250"))
    assert Establishment.objects.get().workers == 1250
