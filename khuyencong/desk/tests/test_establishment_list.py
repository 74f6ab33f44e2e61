"""The list of establishments: what its address asks, what a row says, and to whom."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.core.dates import today
from khuyencong.desk.views import establishments as view
from khuyencong.establishments.models import Certificate, Contact, Establishment, Need, Paper, PastSupport
from khuyencong.places.models import Region, RegionMembership
from khuyencong.testing import make_establishment, make_project
from tests.looking import signed_in


@pytest.fixture
def officer(world):
    return world.actor("dong-thap", "officer")


def listed(actor, **asked):
    """The names on the first page, in their order."""
    answer = signed_in(actor).get(reverse("establishments"), asked)
    assert answer.status_code == 200
    return [row.establishment.name for row in answer.context["rows"]]


def make(world, name, **fields):
    return make_establishment(world, name=name, **fields)


# --- filters ---------------------------------------------------------------------------------------------------------


def test_place_kind_and_sector_narrow(world, officer):
    commune = world.agencies["dong-thap-commune"].commune
    make(world, "Ở xã", commune=commune)
    make(world, "Doanh nghiệp", kind="sme", sector="cnnt_machinery")
    make(world, "Phú Thọ", province="25")
    national = world.actor("national", "officer")
    assert listed(officer, commune=commune.key) == ["Ở xã"]
    assert listed(officer, kind="sme") == ["Doanh nghiệp"]
    assert listed(officer, sector="agro_processing") == ["Ở xã"]
    assert listed(national, province="25") == ["Phú Thọ"]
    assert listed(national, province="82", commune=commune.key) == ["Ở xã"]


@pytest.mark.parametrize(
    "asked",
    [
        {"province": "99"}, {"province": "17@2025"}, {"commune": "khong"}, {"kind": "moon"}, {"sector": "x"}, {"need": "2"},
        {"support": "x"}, {"certificate": "x"}, {"papers": "x"}, {"sort": "name; drop"}, {"province": "25"},
    ],
)  # fmt: skip
def test_what_cannot_be_read_or_seen_finds_nothing(world, officer, asked):
    make(world, "Có thật")
    make(world, "Phú Thọ", province="25")
    assert listed(officer, **asked) == []


def test_need_that_is_open(world, officer):
    one, two = make(world, "Có nhu cầu"), make(world, "Đã xong")
    make(world, "Không có")
    for establishment, state in ((one, "open"), (two, "taken_up")):
        Need.objects.create(establishment=establishment, description="Máy", found_on=today(), state=state)
    assert listed(officer, need="co") == ["Có nhu cầu"]


def test_supported_or_never_also_elsewhere_and_under_a_merged_entry(world, officer):
    by_project = make_project(world, state="approved").beneficiaries.get().establishment
    only_asked = make_project(world, state="submitted").beneficiaries.get().establishment
    past, old, kept = make(world, "Việc xưa"), make(world, "Đã gộp"), make(world, "Giữ lại")
    for one in (past, old):
        PastSupport.objects.create(
            establishment=one, year=2015, source="Khuyến công", agency_name="Sở", item="Máy", entered_by=officer.user,
            entered_for=officer.agency,
        )  # fmt: skip
    taken_back = PastSupport.objects.create(
        establishment=only_asked, year=2015, source="x", agency_name="Sở", item="Máy", entered_by=officer.user,
        entered_for=officer.agency,
    )  # fmt: skip
    PastSupport.objects.filter(pk=taken_back.pk).update(withdrawn_at="2026-01-01T00:00Z", withdrawn_by=officer.user)
    Establishment.objects.filter(pk=old.pk).update(merged_into=kept)
    assert set(listed(officer, support="da")) == {by_project.name, past.name, kept.name}
    assert listed(officer, support="chua") == [only_asked.name]


def test_certificates_count_while_they_are_valid(world, officer):
    days = {"Còn": 10, "Hôm nay": 0, "Hết": -1}
    for name, left in days.items():
        Certificate.objects.create(
            establishment=make(world, name),
            kind="product",
            level="province",
            valid_until=today() + timedelta(days=left),
        )
    Certificate.objects.create(establishment=make(world, "Sao"), kind="ocop", stars=4)
    assert listed(officer, certificate="con") == ["Còn", "Hôm nay", "Sao"]
    assert listed(officer, certificate="cnnt") == ["Còn", "Hôm nay"]
    assert listed(officer, certificate="ocop") == ["Sao"]
    assert listed(officer, papers="het") == ["Hết"]


def test_papers_that_run_out(world, officer):
    for name, left in {"Xa": 61, "Sắp": 60, "Nay": 0, "Qua": -1}.items():
        Paper.objects.create(
            establishment=make(world, name), title="Giấy phép", expires_on=today() + timedelta(days=left),
            uploaded_by=officer.user,
        )  # fmt: skip
    assert listed(officer, papers="sap") == ["Nay", "Sắp"]
    assert listed(officer, papers="het") == ["Qua"]


def test_orders(world, officer):
    for name, workers in (("Đông", 300), ("Ít", 5), ("Không rõ", None)):
        make(world, name, workers=workers)
    assert listed(officer) == ["Đông", "Ít", "Không rõ"]
    assert listed(officer, sort="moi") == ["Không rõ", "Ít", "Đông"]
    assert listed(officer, sort="lao-dong") == ["Đông", "Ít", "Không rõ"]


# --- rows, sums, pages -----------------------------------------------------------------------------------------------


def test_sums_are_of_all_that_was_found(world, officer, monkeypatch):
    monkeypatch.setattr(view, "PAGE_SIZE", 2)
    for number, workers in enumerate((600, 700, None)):
        make(world, f"Xưởng {number}", workers=workers)
    answer = signed_in(officer).get(reverse("establishments"))
    page = answer.content.decode()
    assert "Tổng 3 cơ sở" in page
    assert "1.300" in page
    assert "Trang 1 / 2" in page
    assert listed(officer, page="2") == ["Xưởng 2"]
    assert listed(officer, page="99") == ["Xưởng 2"]
    assert listed(officer, page="abc") == ["Xưởng 0", "Xưởng 1"]


def test_number_of_projects_is_of_the_own_scope_and_follows_merges(world):
    """The regional centre knows its own đề án only; one under an entry that was merged counts with the one that stayed."""
    RegionMembership.objects.create(province=world.provinces["82"], region=Region.SOUTH)
    first = make_project(world)
    kept = first.beneficiaries.get().establishment
    second = make_project(world, unit="region", source="national")
    Establishment.objects.filter(pk=second.beneficiaries.get().establishment_id).update(merged_into=kept)
    expected = {"dong-thap": 2, "national": 2, "region": 1}
    for agency, number in expected.items():
        answer = signed_in(world.actor(agency, "leader")).get(reverse("establishments"))
        assert [(row.establishment.pk, row.projects) for row in answer.context["rows"]] == [(kept.pk, number)], agency


@pytest.mark.parametrize("role", ["officer", "leader", "auditor"])
def test_no_telephone_and_personal_tax_codes_only_for_those_who_see_them(world, role):
    one = make(world, "Hộ riêng", phone="0912345678", tax_code="087123456789")
    Contact.objects.create(establishment=one, name="Bà Hai", phone="0939111222")
    page = signed_in(world.actor("dong-thap", role)).get(reverse("establishments")).content.decode()
    assert not re.search("0912345678|0939111222", page)
    assert ("087123456789" in page) is (role == "officer")


@pytest.mark.parametrize("agency", ["national", "dong-thap", "region", "dong-thap-commune"])
def test_takes_as_many_queries_for_three_as_for_one(world, agency):
    RegionMembership.objects.create(province=world.provinces["82"], region=Region.SOUTH)
    role = "collaborator" if agency == "dong-thap-commune" else "officer"
    client = signed_in(world.actor(agency, role))
    counts = []
    for more in (1, 2):
        for _ in range(more):
            part = make_project(world).beneficiaries.get().establishment
            part.commune = world.agencies["dong-thap-commune"].commune
            part.save()
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(reverse("establishments"), {"q": "thu nghiem", "support": "chua"})
        assert len(answer.context["rows"]) == len(counts) * 2 + 1
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 13


def test_empty_list_says_whether_nothing_is_there_or_nothing_was_found(world, officer):
    assert "Chưa có cơ sở nào" in signed_in(officer).get(reverse("establishments")).content.decode()
    make(world, "Có một")
    assert (
        "Không tìm thấy cơ sở nào" in signed_in(officer).get(reverse("establishments"), {"q": "khac"}).content.decode()
    )


def test_communes_to_choose_from_are_those_of_the_province(world):
    def offered(agency, **asked):
        answer = signed_in(world.actor(agency, "officer")).get(reverse("establishments"), asked)
        return set(answer.context["filter"].form.fields["commune"].queryset.values_list("province__key", flat=True))

    assert offered("dong-thap") == {"82"}
    assert offered("dong-thap", province="25") == {"82"}
    assert offered("national") == set()
    assert offered("national", province="25") == {"25"}


def test_day_of_today_is_asked_each_time(world, officer, monkeypatch):
    """The filters are made once; what is valid is a matter of the day on which somebody looks."""
    Certificate.objects.create(
        establishment=make(world, "Một ngày"), kind="product", level="province", valid_until=date(2020, 5, 5)
    )
    assert listed(officer, certificate="con") == []
    monkeypatch.setattr("khuyencong.desk.registry.listing.today", lambda: date(2020, 5, 5))
    assert listed(officer, certificate="con") == ["Một ngày"]
