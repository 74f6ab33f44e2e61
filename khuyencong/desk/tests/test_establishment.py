"""The page of one establishment: its tabs, who sees what of its persons, what runs out, its history, the law of a day."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.core.dates import format_date, today
from khuyencong.desk.registry.facts import TABS
from khuyencong.establishments.actions import add_detail, update_establishment
from khuyencong.establishments.details import KINDS
from khuyencong.establishments.expiry import expiry
from khuyencong.establishments.models import Establishment
from khuyencong.establishments.tests.test_details import values
from khuyencong.places.models import Commune, Region, RegionMembership
from khuyencong.testing import make_establishment, make_project, owned_establishment

PERSONS = {
    "owner_name": "Trần Thị Chủ", "owner_gender": "female", "owner_ethnicity": "Khmer", "owner_born_in": 1971,
    "owner_id_number": "012345678901", "contact": "Lê Văn Gọi", "phone": "0912 345 678", "email": "chu@vi-du.vn",
    "tax_code": "012345678901",
}  # fmt: skip
WHOLE = ("1971", "012345678901", "Lê Văn Gọi", "0912 345 678", "chu@vi-du.vn", "0912 345 678", "Nguyễn Thị An")


@pytest.fixture
def officer(world):
    return world.actor("dong-thap-centre", "officer")


@pytest.fixture
def found(world):
    return make_establishment(world, **PERSONS)


def add(found, by, kind, /, **changed):
    found.refresh_from_db()
    fields = values(kind) | changed
    return add_detail(establishment_id=found.pk, by=by, version=found.version, kind=kind, fields=fields)


def page(client, found, tab="", **query):
    answer = client.get(reverse("establishment", args=[found.pk]), {"tab": tab, **query})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("tab", [key for key, _ in TABS])
def test_every_tab_takes_as_many_queries_for_three_rows_as_for_one(world, found, officer, visit, tab):
    client = visit(officer)
    counts = []
    for number in (1, 2, 3):
        for kind in KINDS.values():
            first = kind.fields[0]
            changed = {"year": 2020 + number} if first == "year" else {}
            changed |= {"name": f"Tên {number}"} if "name" in kind.fields else {}
            add(found, officer, kind.key, **changed)
        make_project(world)
        page(client, found, tab)  # whatever is read once for a process
        with CaptureQueriesContext(connection) as captured:
            page(client, found, tab)
        counts.append(len(captured))
    assert counts[0] == counts[1] == counts[2] <= 20


def test_what_is_personal_is_whole_for_those_who_work_with_it_and_masked_for_others(world, officer, visit):
    commune = Commune.objects.get(province=world.provinces["82"])
    found = make_establishment(world, commune=commune, **PERSONS)
    add(found, officer, "contact")
    sees = {
        ("dong-thap", "officer"): True,
        ("dong-thap", "appraiser"): True,
        ("dong-thap-commune", "collaborator"): True,
        ("dong-thap", "leader"): False,
        ("dong-thap-centre", "accountant"): False,
        ("national", "auditor"): False,
        ("dong-thap", "administrator"): False,
    }
    for (agency, role), whole in sees.items():
        client = visit(world.actor(agency, role))
        html = "".join(page(client, found, key) for key, _ in TABS)
        for text in WHOLE:
            assert (text in html) is whole, (agency, role, text)
        for text in ("Trần Thị Chủ", "Khmer"):
            assert text in html
        if not whole:
            for text in ("•••• ••• 678", "c•••@vi-du.vn", "L. V. G.", "N. T. A.", "•••••••••901"):
                assert text in html, text


def test_owner_of_the_establishment_has_a_page_of_its_own(world, visit):
    """The officers' page is not for owners; theirs is another room's."""
    found = owned_establishment(world)
    answer = visit(world.actor("owner", "owner")).get(reverse("establishment", args=[found.pk]))
    assert answer.status_code == 403


def test_stranger_finds_nothing(world, found, visit):
    for agency, role in (("phu-tho", "officer"), ("region", "officer"), ("dong-thap-commune", "collaborator")):
        client = visit(world.actor(agency, role))
        for name in ("establishment", "establishment_eligibility"):
            assert client.get(reverse(name, args=[found.pk])).status_code == 404, (agency, name)
    RegionMembership.objects.create(province=world.provinces["82"], region=Region.SOUTH)
    assert page(visit(world.actor("region", "officer")), found)


def test_only_those_who_may_change_see_buttons(world, found, officer, visit):
    add(found, officer, "product")
    for role, sees in (("officer", True), ("leader", False)):
        html = page(visit(world.actor("dong-thap", role)), found, "san-xuat")
        assert ("/sua/" in html) is sees
        assert ("/bo/" in html) is sees
        assert ("Thêm máy" in html) is sees


def test_entry_merged_into_another_leads_there_and_has_no_buttons(world, found, officer, visit):
    kept = make_establishment(world)
    Establishment.objects.filter(pk=found.pk).update(merged_into=kept)
    html = page(visit(officer), found)
    assert f'href="/co-so/{kept.pk}/"' in html
    assert "/sua/" not in html


def test_script_in_a_name_is_text(found, officer, visit):
    script = "<script>alert(1)</script>"
    add(found, officer, "product", name=script, note=script)
    add(found, officer, "need", description=script)
    client = visit(officer)
    html = "".join(page(client, found, key) for key, _ in TABS)
    assert script not in html
    assert "&lt;script&gt;alert(1)" in html


# --- what runs out ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "sentence", "tone"),
    [
        (-1, "đã hết hạn", "danger"),
        (0, "hết hạn hôm nay", "warning"),
        (20, "hết hạn sau 20 ngày", "warning"),
        (60, "hết hạn sau 60 ngày", "warning"),
        (61, "/", ""),
    ],
)
def test_last_day_is_told_in_days(days, sentence, tone):
    left = expiry(today() + timedelta(days=days), on=today())
    assert sentence in left.sentence
    assert left.tone == tone


def test_page_lists_what_runs_out_the_first_day_first(found, officer, visit):
    on = today()
    add(found, officer, "paper", title="Giấy xa", expires_on=on + timedelta(days=100))
    add(found, officer, "paper", title="Giấy gần", expires_on=on + timedelta(days=20))
    add(found, officer, "paper", title="Giấy cũ", issued_on=None, expires_on=on - timedelta(days=5))
    add(found, officer, "certificate", valid_until=on + timedelta(days=3))
    answer = visit(officer).get(reverse("establishment", args=[found.pk]))
    told = [(one.what, one.left.days_left) for one in answer.context["running_out"]]
    assert told == [("Giấy cũ", -5), ("Sản phẩm công nghiệp nông thôn tiêu biểu Bột gạo", 3), ("Giấy gần", 20)]
    assert "hết hạn sau 20 ngày" in answer.content.decode()


# --- suggestions -----------------------------------------------------------------------------------------------------


def test_claim_is_suggested_to_whoever_may_make_it(world, found, officer, visit):
    """The owner is a woman and Khmer: the boxes stay claims of a person who has seen the papers."""
    html = page(visit(officer), found)
    assert html.count("Lưu ý:") == 2
    assert "Nghị định 235/2025/NĐ-CP" in html
    assert "Lưu ý:" not in page(visit(world.actor("dong-thap", "leader")), found)
    fields = {"women_owned": True, "ethnic_minority_owned": True}
    update_establishment(establishment_id=found.pk, by=officer, version=1, fields=fields)
    assert "Lưu ý:" not in page(visit(officer), found)
    fields = {"owner_gender": "male", "owner_ethnicity": "kinh"}
    update_establishment(establishment_id=found.pk, by=officer, version=2, fields=fields)
    assert page(visit(officer), found).count("hãy kiểm tra lại") == 2


# --- history ---------------------------------------------------------------------------------------------------------


def test_history_tells_what_changed_in_words_and_no_personal_data(found, officer, visit):
    add(found, officer, "certificate")
    add(found, officer, "contact")
    found.refresh_from_db()
    update_establishment(
        establishment_id=found.pk, by=officer, version=found.version,
        fields={"sector": "handicraft", "workers": 7, "phone": "0999 999 999"},
    )  # fmt: skip
    html = page(visit(officer), found, "nhat-ky")
    for words in (
        "Đăng ký cơ sở", "Thêm vào hồ sơ cơ sở: giấy chứng nhận", "cấp: (trống) → Cấp tỉnh",
        "ngày cấp: (trống) → 01/02/2024", "số lao động: (trống) → 7", "tiểu thủ công nghiệp", str(officer.user),
    ):  # fmt: skip
        assert words.lower() in html.lower(), words
    for word in ("0912", "0999", "012345678901", "1971", "an@vi-du.vn", "Nguyễn Thị An"):
        assert word not in html


# --- the law of a day ------------------------------------------------------------------------------------------------


def ask(client, found, **query):
    return client.get(reverse("establishment_eligibility", args=[found.pk]), query)


def test_eligibility_of_today_for_all_that_pays_establishments(world, found, visit):
    answer = ask(visit(world.actor("dong-thap", "auditor")), found)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "Ứng dụng máy móc, thiết bị tiên tiến" in html
    assert "Nghị định 45/2012/NĐ-CP" in html
    shown = {activity.code for one in answer.context["standings"] for activity in one.activities}
    assert "training_materials" not in shown  # pays no establishment


def test_eligibility_on_a_day_for_one_activity(world, found, visit):
    client = visit(world.actor("dong-thap", "leader"))
    answer = ask(client, found, ngay="01/01/2020", **{"noi-dung": "machinery"})
    (one,) = answer.context["standings"]
    assert [activity.code for activity in one.activities] == ["machinery"]
    assert "Ngày 01/01/2020" in answer.content.decode()
    assert "kiểm tra bằng hồ sơ địa bàn" in answer.content.decode()
    none = ask(client, found, ngay="01/01/2014", **{"noi-dung": "digital_transformation"})
    assert none.context["standings"] == []
    assert "chưa có nội dung này" in none.content.decode()


@pytest.mark.parametrize("query", [{"ngay": "32/01/2026"}, {"ngay": "01/01/1800"}, {"noi-dung": "moon"}, {"ngay": "x"}])
def test_eligibility_of_a_day_that_is_none_is_said_at_the_field(world, found, visit, query):
    answer = ask(visit(world.actor("dong-thap", "leader")), found, **query)
    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert answer.context["standings"] == []


def test_support_received_is_named_in_the_answer(world, visit):
    project = make_project(world, state="settled")
    found = project.beneficiaries.get().establishment
    answer = ask(visit(world.actor("dong-thap", "leader")), found, **{"noi-dung": "machinery"})
    assert project.code in answer.content.decode()
    assert ask(visit(world.actor("dong-thap", "leader")), found, ngay=format_date(today())).status_code == 200


def test_eligibility_takes_as_many_queries_for_three_supports_as_for_one(world, officer, visit):
    from khuyencong.projects import actions

    client = visit(officer)
    found = make_project(world, state="submitted").beneficiaries.get().establishment
    counts = []
    for more in (0, 2):
        for _ in range(more):
            project = make_project(world, beneficiaries=2)
            actions.add_beneficiary(project_id=project.pk, by=officer, version=project.version, establishment=found)
        with CaptureQueriesContext(connection) as captured:
            assert ask(client, found).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 16
