"""The registry: entered once, found by any part of the name, corrected inside the own area alone."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.establishments.actions import register_establishment, update_establishment
from khuyencong.establishments.models import Establishment
from khuyencong.people.roles import Role
from khuyencong.places.models import Region, RegionMembership
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
    first = register(world, officer, tax_code="0101234567")
    with pytest.raises(Refused, match="mã số thuế"):
        register(world, officer, tax_code="0101234567")
    other = register(world, officer, tax_code="")
    register(world, officer, tax_code="")  # not known yet: as often as one likes
    with pytest.raises(Refused, match="mã số thuế"):
        update_establishment(establishment_id=other.pk, by=officer, version=1, fields={"tax_code": "0101234567"})
    register(world, officer, tax_code="0101234567-001")
    assert [one.pk for one in Establishment.objects.filter(tax_code="0101234567")] == [first.pk]
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
        for role in Role:
            actor = world.actor(agency, role.value)
            expected = Stale if (agency, role.value) in may else NotAllowed
            with pytest.raises(expected):
                update_establishment(establishment_id=found.pk, by=actor, version=7, fields={"name": "Khác"})
            if role not in {Role.OFFICER, Role.APPRAISER}:
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
    assert counts[0] == counts[1] <= 6


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
    assert counts[0] == counts[1] <= 8


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
    from khuyencong.places.models import Commune

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
    "charter_capital": "12 tỷ", "craft_village": "Làng nghề Thử, QĐ 1/QĐ-UBND", "women_owned": "on",
    "ethnic_minority_owned": "on", "certificate_level": "province", "certificate_until": "31/12/2027", "ocop_stars": "4",
}  # fmt: skip


def posted(world, **changed):
    return {
        "creation_key": uuid4(), "name": NAME, "kind": "sme", "province": world.provinces["82"].pk,
        "sector": "agro_processing", **changed,
    }  # fmt: skip


def test_rare_facts_are_kept_shown_and_audited(world, officer, visit):
    client = visit(officer)
    answer = client.post(reverse("establishment_new"), posted(world, **RARE))
    found = Establishment.objects.get()
    assert answer.status_code == 302
    assert (found.charter_capital, found.certificate_until.isoformat(), found.ocop_stars) == (
        12_000_000_000,
        "2027-12-31",
        4,
    )
    after = AuditEvent.objects.latest("seq").after
    assert {name: after[name] for name in RARE} == {
        "charter_capital": 12_000_000_000, "craft_village": RARE["craft_village"], "women_owned": True,
        "ethnic_minority_owned": True, "certificate_level": "province", "certificate_until": "2027-12-31",
        "ocop_stars": 4,
    }  # fmt: skip
    page = client.get(reverse("establishment", args=[found.pk])).content.decode()
    for words in ("12.000.000.000 đồng", "Làng nghề Thử", "phụ nữ, người dân tộc thiểu số", "đến 31/12/2027", "4 sao"):
        assert words in page, words
    form = client.get(reverse("establishment_edit", args=[found.pk])).content.decode()
    assert 'kc-fold" open' in form
    assert 'value="12.000.000.000"' in form


def test_without_them_the_form_is_folded_and_the_page_silent(world, officer, visit):
    client = visit(officer)
    assert 'kc-fold" open' not in client.get(reverse("establishment_new")).content.decode()
    client.post(reverse("establishment_new"), posted(world))
    found = Establishment.objects.get()
    page = client.get(reverse("establishment", args=[found.pk])).content.decode()
    for words in ("Vốn điều lệ", "Làng nghề", "OCOP", "Chủ cơ sở"):
        assert words not in page, words


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"certificate_level": "nation"}, "certificate_until"),
        ({"certificate_until": "31/12/2027"}, "certificate_level"),
        ({"certificate_level": "moon", "certificate_until": "31/12/2027"}, "certificate_level"),
        ({"ocop_stars": "6"}, "ocop_stars"),
        ({"charter_capital": "0"}, "charter_capital"),
        ({"charter_capital": "nhiều"}, "charter_capital"),
        ({"workers": "1.5"}, "workers"),
    ],
)
def test_half_a_certificate_and_other_slips_are_said_at_the_field(world, officer, visit, values, field):
    answer = visit(officer).post(reverse("establishment_new"), posted(world, **values))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}
    assert not Establishment.objects.exists()


def test_half_a_certificate_is_refused_whoever_calls(world, officer):
    for half in ({"certificate_level": "nation"}, {"certificate_until": date(2027, 12, 31)}):
        with pytest.raises(Refused, match="cả cấp và ngày"):
            register(world, officer, **half)
    found = register(world, officer, certificate_level="nation", certificate_until=date(2027, 12, 31))
    with pytest.raises(Refused, match="cả cấp và ngày"):
        update_establishment(establishment_id=found.pk, by=officer, version=1, fields={"certificate_until": None})


@pytest.mark.parametrize("half", [{"certificate_level": ""}, {"certificate_until": None}])
def test_database_holds_no_half_certificate(world, officer, half):
    found = register(world, officer, certificate_level="nation", certificate_until=date(2027, 12, 31))
    with pytest.raises(IntegrityError), transaction.atomic():
        Establishment.objects.filter(pk=found.pk).update(**half)


def test_certificate_counts_up_to_its_last_day(world, officer):
    found = register(world, officer, certificate_level="region", certificate_until=date(2027, 12, 31))
    assert found.certificate_on(date(2027, 12, 31)) == "region"
    assert found.certificate_on(date(2028, 1, 1)) == ""
    assert register(world, officer).certificate_on(date(2027, 1, 1)) == ""


def test_thousand_workers_are_no_single_worker(world, officer, visit):
    visit(officer).post(reverse("establishment_new"), posted(world, workers="1.250"))
    assert Establishment.objects.get().workers == 1250
