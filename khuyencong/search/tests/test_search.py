"""What the one box finds, for whom, in which order, and by how many questions to the database."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.combining.tests import making as combining
from khuyencong.consulting.actions import withdraw_advice
from khuyencong.consulting.tests import making as consulting
from khuyencong.core.search_index import has_trigrams, is_installed
from khuyencong.establishments.models import Contact, Establishment, FormerName
from khuyencong.loans.tests import making as lending
from khuyencong.normbook.models import EnteredDocument
from khuyencong.people.models import AgencyKind
from khuyencong.people.permissions import Permission, allowed
from khuyencong.places.models import Region, RegionMembership
from khuyencong.projects.models import Project
from khuyencong.search.queries import found
from khuyencong.testing import make_establishment, make_project, owned_establishment
from tests.looking import signed_in

NAME = "Công ty TNHH cơ khí đúc Thành Phương"
NFD = "co\u031b khi\u0301 đu\u0301c"
BOX = {"HX-Request": "true", "HX-Target": "tim-goi-y"}


def titles(actor, text, kind=""):
    return [hit.title for group in found(actor, text, limit=50, only=kind) for hit in group.hits]


@pytest.fixture
def officer(world):
    return world.actor("dong-thap-centre", "officer")


# --- what is found ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "co khi duc thanh phuong", "CÔNG TY cơ khí", "phương thành", "đúc", "duc", NFD, "Cơ-khí, (đúc)!", "khi|duc",
        "0100109106", "01001", " 0100 109 106 ", "thanh phuong 0100109106",
    ],
)  # fmt: skip
def test_establishment_is_found_however_it_is_typed(world, officer, text):
    wanted = make_establishment(world, name=NAME, tax_code="0100109106")
    make_establishment(world, name="Hợp tác xã nông nghiệp Sông Tiền")
    assert titles(officer, text, "co-so") == [wanted.name], text


@pytest.mark.parametrize("text", ["hanh phuong", "uc thanh", "0109106", "%", "_", "co khi thep", "--", "\u0301"])
def test_what_does_not_begin_a_word_is_not_found(world, officer, text):
    make_establishment(world, name=NAME, tax_code="0100109106")
    assert titles(officer, text, "co-so") == []


def test_dd_and_d_are_one_letter_to_whoever_types_without_marks(world, officer):
    make_establishment(world, name="Cơ sở Đại Đồng")
    for text in ("dai dong", "đại đồng", "ĐẠI", "Dong đai"):
        assert titles(officer, text, "co-so") == ["Cơ sở Đại Đồng"], text


def test_former_name_finds_and_is_said(world, officer):
    one = make_establishment(world, name="Công ty Ánh Dương")
    FormerName.objects.create(establishment=one, name="Xí nghiệp Hoàng Hôn")
    groups = found(officer, "hoang hon", limit=5)
    assert [hit.title for hit in groups[0].hits] == ["Công ty Ánh Dương"]
    assert "tên cũ: Xí nghiệp Hoàng Hôn" in groups[0].hits[0].about
    one.formernames.get().delete()
    assert titles(officer, "hoang hon") == []


def test_saving_an_old_copy_loses_no_former_name(world, officer):
    """The copy was read before the name was added."""
    one = make_establishment(world, name="Công ty Ánh Dương")
    copy = Establishment.objects.get(pk=one.pk)
    FormerName.objects.create(establishment=one, name="Xí nghiệp Hoàng Hôn")
    copy.workers = 7
    copy.save()
    assert titles(officer, "hoang hon", "co-so") == ["Công ty Ánh Dương"]


def test_merged_entry_is_found_as_the_one_that_stands_for_it(world, officer):
    kept, dropped = make_establishment(world, name="Công ty Giữ Lại"), make_establishment(world, name="Cty Bỏ Đi")
    FormerName.objects.create(establishment=dropped, name="Tổ hợp Ngày Xưa")
    Establishment.objects.filter(pk=dropped.pk).update(merged_into=kept, phone_digits="0912345678")
    Establishment.objects.filter(pk__in=[kept.pk, dropped.pk]).refresh_haystacks()
    for text in ("giu lai", "bo di", "ngay xua", "0912345678"):
        assert titles(officer, text, "co-so") == ["Công ty Giữ Lại"], text


def test_sorted_as_vietnamese_sorts(world, officer):
    names = [
        "Mẫu Đa",
        "Mẫu Dung",
        "Mẫu Ân",
        "Mẫu Ấn",
        "Mẫu Ăn",
        "Mẫu An",
        "Mẫu Án",
        "Mẫu Ạn",
        "Mẫu Ư",
        "Mẫu U",
        "Mẫu Ơ",
        "Mẫu Ô",
        "Mẫu O",
    ]
    for name in names:
        make_establishment(world, name=name)
    expected = ["An", "Án", "Ạn", "Ăn", "Ân", "Ấn", "Dung", "Đa", "O", "Ô", "Ơ", "U", "Ư"]
    assert titles(officer, "mau", "co-so") == [f"Mẫu {name}" for name in expected]


def test_project_is_found_by_name_code_and_beneficiary_also_after_it_was_renamed(world, officer):
    project = make_project(world)
    part = project.beneficiaries.get().establishment
    part.name = NAME
    part.save()
    make_project(world)
    for text in ("co khi duc thanh phuong", project.code, project.code.lower(), f"{project.name} Thành Phương"):
        assert titles(officer, text, "de-an") == [project.name], text
    project.beneficiaries.get().delete()
    assert titles(officer, "thanh phuong", "de-an") == []


def test_law_norms_and_what_is_being_entered_are_found(world):
    reader = world.actor("dong-thap", "appraiser")
    assert any("45/2012" in title for title in titles(reader, "nghi dinh 45 2012", "van-ban"))
    assert any("máy móc" in title for title in titles(reader, "may moc", "van-ban"))
    EnteredDocument.objects.create(
        agency=world.agencies["dong-thap"], province=world.provinces["82"], number="99/2026/NQ-HĐND",
        kind="Nghị quyết", title="Mức chi mẫu", issuer="HĐND tỉnh Đồng Tháp", issued_on=date(2026, 1, 1),
        valid_from=date(2026, 2, 1), entered_by=reader.user,
    )  # fmt: skip
    assert titles(reader, "muc chi mau", "van-ban") == ["Nghị quyết 99/2026/NQ-HĐND"]
    assert titles(world.actor("phu-tho", "appraiser"), "muc chi mau", "van-ban") == []


def test_loans_programmes_and_consulting_are_found_in_the_own_scope(world, officer):
    lending.save(world, lending.interest_project(world), bank="Ngân hàng Đò Rỉ", contract_number="77/HĐTD")
    combining.programme(world, name="Chương trình Đò Rỉ")
    kept, gone = (consulting.advised(world, subject=f"Tư vấn Đò Rỉ {n}") for n in range(2))
    withdraw_advice(advice_id=gone.pk, by=officer, version=1, reason="Nhầm")
    assert set(titles(officer, "do ri")) == {"Ngân hàng Đò Rỉ, 77/HĐTD", "Chương trình Đò Rỉ", kept.subject}
    assert titles(officer, "77 hdtd") == ["Ngân hàng Đò Rỉ, 77/HĐTD"]
    assert titles(world.actor("phu-tho-centre", "officer"), "do ri") == []


def test_people_are_colleagues_of_the_own_agency_and_below(world):
    leader = world.actor("dong-thap", "leader")
    assert titles(leader, "lanh dao so cong thuong dong thap", "nguoi") == ["Lãnh đạo Sở Công Thương Đồng Tháp"]
    assert titles(leader, "lanh dao so cong thuong phu tho", "nguoi") == []
    assert titles(leader, "so cong thuong phu tho", "nguoi") == ["Sở Công Thương Phú Thọ"]  # agencies are public


def test_address_and_user_name_of_a_person_are_for_administrators(world):
    person = world.actor("dong-thap", "officer").user
    person.full_name, person.email = "Lê Thị Tám", "maivang@soct.vn"
    person.save()
    for text in ("maivang", "dong-thap.officer"):
        assert titles(world.actor("dong-thap", "leader"), text, "nguoi") == [], text
        assert "Lê Thị Tám" in titles(world.actor("dong-thap", "administrator"), text, "nguoi"), text
    assert titles(world.actor("dong-thap", "leader"), "tám lê", "nguoi") == ["Lê Thị Tám"]


def test_owner_of_an_establishment_is_no_colleague(world):
    owned_establishment(world)
    for role in ("leader", "administrator"):
        assert not any(
            "Chủ Thử" in title for title in titles(world.actor("dong-thap", role), "chu thu nghiem", "nguoi")
        )


# --- personal data ---------------------------------------------------------------------------------------------------


@pytest.fixture
def person(world):
    """An establishment with the telephones and the personal tax code of its people."""
    commune = world.agencies["dong-thap-commune"].commune
    one = make_establishment(world, name="Hộ Bí Mật", commune=commune, phone="+84 912.345.678", tax_code="087123456789")
    Contact.objects.create(establishment=one, name="Bà Hai", phone="0939 111 222")
    return one


NUMBERS = ("0912345678", "0912 345 678", "+84912345678", "09123456", "0939111222", "087123456789", "08712345")


@pytest.mark.parametrize("role", ["officer", "appraiser", "leader", "accountant", "auditor", "administrator"])
@pytest.mark.parametrize("number", NUMBERS)
def test_telephone_and_personal_number_answer_only_those_who_see_them(world, person, role, number):
    """Whoever sees a masked number cannot learn it by asking."""
    actor = world.actor("dong-thap", role)
    expected = [person.name] if allowed(actor, Permission.PERSONAL_VIEW) else []
    assert titles(actor, number, "co-so") == expected
    assert titles(world.actor("phu-tho", role), number, "co-so") == []


def test_telephone_of_an_entry_out_of_scope_finds_nothing(world, person):
    """Merged over a border of provinces: the telephone in the other province is no way to the entry that stayed."""
    kept = make_establishment(world, province="25", name="Hộ Giữ")
    Establishment.objects.filter(pk=person.pk).update(merged_into=kept)
    Establishment.objects.filter(pk=kept.pk).refresh_haystacks()
    assert titles(world.actor("phu-tho", "officer"), "0912345678", "co-so") == []
    assert titles(world.actor("phu-tho", "officer"), "087123456789", "co-so") == []
    assert titles(world.actor("phu-tho", "leader"), "087123456789", "co-so") == []
    assert titles(world.actor("national", "officer"), "0912345678", "co-so") == ["Hộ Giữ"]


def test_collaborator_calls_by_telephone_in_the_own_commune(world, person):
    assert titles(world.actor("dong-thap-commune", "collaborator"), "0912345678", "co-so") == [person.name]


# --- who finds what --------------------------------------------------------------------------------------------------


@pytest.fixture
def everywhere(world):
    """Establishments and đề án of one name in two provinces, one of them in the commune of a collaborator."""
    RegionMembership.objects.create(province=world.provinces["82"], region=Region.SOUTH)
    commune = world.agencies["dong-thap-commune"].commune
    for province, units in (("82", ("dong-thap-centre", "region")), ("25", ("phu-tho-centre",))):
        for unit in units:
            source = "national" if unit == "region" else "local"
            project = make_project(world, unit=unit, source=source, province=province)
            project.name = f"Dò rỉ đề án {unit}"
            project.save()
        make_establishment(world, province=province, name=f"Dò rỉ cơ sở {province}")
    make_establishment(world, name="Dò rỉ cơ sở trong xã", commune=commune)
    return world


SEEN = {
    "national": {"cơ sở 82", "cơ sở 25", "cơ sở trong xã", "đề án dong-thap-centre", "đề án region", "đề án phu-tho-centre"},
    "region": {"cơ sở 82", "cơ sở trong xã", "đề án region"},
    "dong-thap": {"cơ sở 82", "cơ sở trong xã", "đề án dong-thap-centre", "đề án region"},
    "dong-thap-centre": {"cơ sở 82", "cơ sở trong xã", "đề án dong-thap-centre", "đề án region"},
    "phu-tho": {"cơ sở 25", "đề án phu-tho-centre"},
    "phu-tho-centre": {"cơ sở 25", "đề án phu-tho-centre"},
    "dong-thap-commune": {"cơ sở trong xã"},
}  # fmt: skip


def test_nothing_of_another_province_is_found_by_anybody(everywhere):
    for (agency, role), actor in everywhere.actors.items():
        if actor.agency.kind == AgencyKind.ESTABLISHMENT:
            continue
        expected = {f"Dò rỉ {name}" for name in SEEN[agency]}
        assert set(titles(actor, "do ri")) == expected, (agency, role)
        client = signed_in(actor)
        for headers in ({}, BOX):
            page = client.get(reverse("search"), {"q": "do ri"}, headers=headers).content.decode()
            assert {name for names in SEEN.values() for name in names if f"Dò rỉ {name}<" in page} == SEEN[agency]
        for name in ("establishments", "projects"):
            answer = client.get(reverse(name), {"q": "do ri"})
            if answer.status_code == 200:
                shown = answer.content.decode()
                assert not any(f"Dò rỉ {one}<" in shown for one in SEEN["national"] - SEEN[agency]), (agency, name)


def test_more_is_said_of_the_own_scope_only(everywhere):
    """«Xem tất cả» appears where there is more to be seen, whatever there is elsewhere."""
    for number in range(6):
        make_establishment(everywhere, province="25", name=f"Dò rỉ nữa {number}")
    assert [bool(group.all_url) for group in found(everywhere.actor("dong-thap", "officer"), "do ri", limit=4)] == [
        False,
        False,
    ]
    groups = found(everywhere.actor("phu-tho", "officer"), "do ri", limit=4)
    assert groups[0].all_url == "/co-so/?q=do+ri"


def test_owner_has_no_search(world):
    client = signed_in(world.actor("owner", "owner"))
    assert client.get(reverse("search"), {"q": "co khi"}).status_code == 403
    assert "tim-khap" not in client.get(reverse("own_establishment")).content.decode()


def test_collaborator_finds_no_people_and_no_projects(world):
    actor = world.actor("dong-thap-commune", "collaborator")
    make_project(world)
    assert {group.key for group in found(actor, "so cong thuong", limit=5)} <= {"van-ban"}
    assert titles(actor, "so cong thuong", "nguoi") == titles(actor, Project.objects.get().code, "de-an") == []


# --- the page --------------------------------------------------------------------------------------------------------


def test_page_groups_what_was_found_and_leads_on(world, officer):
    for number in range(12):
        make_establishment(world, name=f"Xưởng Mẫu {number:02d}")
    page = signed_in(officer).get(reverse("search"), {"q": "xuong mau"}).content.decode()
    assert page.count("Xưởng Mẫu") == 10
    assert '<a href="/co-so/?q=xuong+mau">Xem tất cả' in page
    only = signed_in(officer).get(reverse("search"), {"q": "xuong mau", "loai": "co-so"}).content.decode()
    assert only.count("Xưởng Mẫu") == 12


def test_box_is_in_the_header_and_keeps_the_question(world, officer):
    page = signed_in(officer).get(reverse("search"), {"q": 'a"><script>alert(1)</script>'}).content.decode()
    assert 'id="tim-khap"' in page
    assert "<script>alert" not in page
    assert "a&quot;&gt;&lt;script&gt;" in page
    assert 'id="tim-khap"' in signed_in(officer).get(reverse("work")).content.decode()


def test_script_in_a_name_does_not_run(world, officer):
    make_establishment(world, name="<img src=x onerror=alert(1)> Xưởng")
    for headers in ({}, BOX):
        page = signed_in(officer).get(reverse("search"), {"q": "xuong"}, headers=headers).content.decode()
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page


@pytest.mark.parametrize("text", ["", " ", "a", "đ", "%", "__", "\u0301\u0301\u0301"])
def test_too_little_asks_nothing_of_the_tables(officer, text):
    with CaptureQueriesContext(connection) as captured:
        assert found(officer, text, limit=5) == []
    assert len(captured) == 0


@pytest.mark.parametrize(
    "text",
    ["x" * 100_000, "\u0301" * 50_000, " ".join(f"tu{n}" for n in range(5_000)), "'; DROP TABLE x; --", "\x00ab", "ﷺ" * 300, "9" * 5_000,
     "\ud800ab", "{{ 7 }}", "..//..", "co " * 3_000],
)  # fmt: skip
def test_hostile_questions_are_bounded(world, officer, text):
    make_establishment(world, name=NAME)
    found(officer, text, limit=5)
    client = signed_in(officer)
    safe = text.encode("utf-8", "ignore").decode()
    assert client.get(reverse("search"), {"q": safe}).status_code == 200
    assert client.get(reverse("search"), {"q": safe}, headers=BOX).status_code == 200


@pytest.mark.parametrize("headers", [{}, BOX], ids=["page", "box"])
@pytest.mark.parametrize("agency", ["dong-thap", "national", "region"])
def test_takes_as_many_queries_for_three_as_for_one(world, agency, headers):
    RegionMembership.objects.create(province=world.provinces["82"], region=Region.SOUTH)
    client = signed_in(world.actor(agency, "administrator"))
    counts = []
    for more in (1, 2):
        for _ in range(more):
            project = make_project(world, unit="region" if agency == "region" else "dong-thap-centre",
                                   source="national" if agency == "region" else "local")  # fmt: skip
            part = project.beneficiaries.get().establishment
            project.name, part.name = "Thử nghiệm đề án", f"Thử nghiệm {part.pk}"
            project.save()
            part.save()
            FormerName.objects.create(establishment=part, name=f"Thử nghiệm cũ {part.pk}")
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(reverse("search"), {"q": "thu nghiem"}, headers=headers)
        assert answer.content.decode().count("Thử nghiệm đề án") == len(counts) * 2 + 1
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 23


# --- the database ----------------------------------------------------------------------------------------------------

INDEXES = {
    "sqlite": {"establishments_establishment": ("establishment_search", "establishment_in_province"), "projects_project": ("project_search",), "projects_estimateline": ("estimate_line_search",)},
    "postgresql": {"establishments_establishment": ("establishment_trigrams", "establishment_in_order"), "projects_project": ("project_trigrams",), "projects_estimateline": ("estimate_line_trigrams",)},
}  # fmt: skip


@pytest.mark.django_db
def test_indexes_of_search_are_there():
    """SQLite drops them with a table that a later migration rebuilds: that migration builds them again."""
    assert connection.vendor == "sqlite" or has_trigrams(connection)
    for table, names in INDEXES[connection.vendor].items():
        for name in names:
            assert is_installed(table, name, connection), name
