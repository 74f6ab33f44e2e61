"""The State pays for one content of cost once: across provinces, sources, years and entries of the registry."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khuyencong.appraisal.models import Level, Outcome
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.money import MILLION
from khuyencong.demo.walk import Item, write_project
from khuyencong.establishments import actions as registry
from khuyencong.establishments.models import Establishment
from khuyencong.law.eligibility import Match
from khuyencong.projects import actions
from khuyencong.projects.doubles import earlier_support
from khuyencong.projects.eligibility import eligibility_of
from khuyencong.projects.models import Project
from khuyencong.projects.support import beneficiaries_of, reckon
from khuyencong.testing import advance_to, at_once, judge, kinds, make_establishment

DRYER = "Máy sấy lạnh 500 kg/mẻ"
UNIT = {"82": "dong-thap-centre", "25": "phu-tho-centre"}
DECLARED = {
    "declared_norm_document": "Nghị quyết thử nghiệm",
    "declared_norm_article": "Điều 1",
    "declared_norm_percent": 50,
    "declared_norm_cap": 300 * MILLION,
}


@pytest.fixture
def ask(world):
    """`ask(establishment, content)`: a complete đề án of the establishment's province for one machine."""

    def make(establishment, content=DRYER, *, state="draft", support=200 * MILLION, **fields):
        province = establishment.province.code
        declared = DECLARED if province == "25" and fields.get("source", "local") == "local" else {}
        project = write_project(
            world,
            unit=UNIT[province],
            source=fields.pop("source", "local"),
            province=province,
            fields={"name": f"Đề án {uuid4()}", **declared, **fields},
            items=[Item(content, 600 * MILLION, support, establishment)],
        )
        return advance_to(world, project, state)

    return make


def matches(project, *, seen_by=None):
    (found,) = earlier_support(project, beneficiaries_of(project), seen_by=seen_by).values()
    return [one.match for one in found]


def phrases(project, *, seen_by=None):
    (found,) = earlier_support(project, beneficiaries_of(project), seen_by=seen_by).values()
    return " | ".join(one.phrase for one in found)


def submit(world, project):
    owner = world.actor(UNIT[project.province.code], "officer")
    return actions.submit(project_id=project.pk, by=owner, version=project.version)


# --- what is the same content ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["submitted", "returned", "approved", "settled"])
@pytest.mark.parametrize("words", [DRYER, "máy sấy lạnh (500kg/mẻ)."])
def test_same_content_stops_the_second_request(world, ask, state, words):
    place = make_establishment(world)
    earlier = ask(place, state=state)
    again = ask(place, words)
    assert matches(again) == [Match.SAME]
    with pytest.raises(Refused, match="cùng nội dung chi") as refusal:
        submit(world, again)
    (finding,) = refusal.value.findings
    assert (finding.kind, finding.code) == ("blocker", "double_support")
    for words_of in (earlier.code, str(earlier.year), DRYER, "200.000.000 đồng", earlier.get_state_display().lower()):
        assert words_of in finding.sentence, words_of


@pytest.mark.parametrize("state", ["draft", "withdrawn", "rejected"])
def test_request_that_came_to_nothing_stops_nobody(world, ask, state):
    place = make_establishment(world)
    ask(place, state=state)
    assert matches(ask(place)) == []


@pytest.mark.parametrize(
    ("content", "fields", "match"),
    [
        ("Máy đóng gói", {}, Match.UNSURE),
        (DRYER, {"activity": "demonstration_model"}, Match.UNSURE),
        ("Máy đóng gói", {"activity": "demonstration_model"}, Match.OTHER),
    ],
)
def test_other_words_or_another_activity_are_for_a_person(world, ask, content, fields, match):
    place = make_establishment(world)
    ask(place, state="approved")
    assert matches(ask(place, content, support=150 * MILLION, **fields)) == [match]


def test_another_fair_is_another_content(world, ask):
    place = make_establishment(world)
    joined = ask(place, "Thuê gian hàng", activity="fair_domestic_join", support=5 * MILLION)
    Project.objects.filter(pk=joined.pk).update(state="submitted", submission=1, submitted_on=today())
    again = ask(place, "Thuê gian hàng", activity="fair_domestic_join", support=5 * MILLION)
    assert matches(again) == [Match.UNSURE]


def test_what_the_establishment_paid_itself_is_no_support(world, ask):
    place = make_establishment(world)
    earlier = ask(place, state="submitted")
    earlier.lines.update(support=0, counterpart=600 * MILLION)
    assert matches(ask(place)) == [Match.UNSURE]


def test_stopped_project_is_for_a_person(world, ask):
    place = make_establishment(world)
    ask(place, state="stopped")
    assert matches(ask(place)) == [Match.UNSURE]


# --- whose -----------------------------------------------------------------------------------------------------------


def twin(world, **fields):
    """An entry of the same establishment in the other province."""
    return make_establishment(world, province="25", **fields)


def test_merged_entries_are_one_establishment(world, ask):
    here, there = make_establishment(world), twin(world)
    earlier = ask(there, state="approved")
    again = ask(here)
    assert matches(again) == []
    registry.merge(
        kept_id=here.pk, dropped_id=there.pk, version=registry.pair_version(here, there),
        by=world.actor("national", "officer"), reason="Cùng chủ, cùng xưởng.",
    )  # fmt: skip
    assert matches(again) == [Match.SAME]
    assert matches(ask(make_establishment(world))) == []
    officer = world.actor("dong-thap-centre", "officer")
    told = phrases(again, seen_by=officer)
    for hidden in (earlier.code, earlier.name, str(there), "đề án"):
        assert hidden not in told
    for shown in (earlier.funder.name, str(earlier.year), DRYER, "200.000.000 đồng"):
        assert shown in told
    assert earlier.code in phrases(again, seen_by=world.actor("national", "officer"))


def test_same_name_in_one_commune_is_certain_and_elsewhere_a_suspicion(world, ask):
    commune = world.agencies["dong-thap-commune"].commune
    ask(make_establishment(world, name="Công ty TNHH Đúc Thanh Phương", commune=commune), state="approved")
    same = make_establishment(world, name="Cty Đúc Thanh Phương", commune=commune)
    unknown = make_establishment(world, name="Doanh nghiệp tư nhân Đúc Thanh Phương")
    assert matches(ask(same)) == [Match.SAME]
    found = ask(unknown)
    assert Match.SAME not in matches(found)
    assert "có thể là cùng cơ sở: cùng tên, cùng nơi" in phrases(found)


def test_same_telephone_is_for_a_person_until_somebody_decides(world, ask):
    here, there = make_establishment(world, phone="0912 345 678"), twin(world, phone="+84 912.345.678")
    ask(there, state="approved")
    again = ask(here)
    assert matches(again) == [Match.UNSURE]
    assert "cùng số điện thoại" in phrases(again)
    findings = reckon(again, beneficiaries_of(again), again.lines.all(), on=today()).findings
    assert [one.kind for one in findings if one.code == "earlier_support"] == ["needs_approval"]
    registry.dismiss_suspicion(first_id=here.pk, second_id=there.pk, version=2, by=world.actor("national", "officer"))
    assert matches(again) == []


def test_former_name_is_followed(world, ask):
    commune = world.agencies["dong-thap-commune"].commune
    old = make_establishment(world, name="Cơ sở Đúc Cũ", commune=commune)
    ask(old, state="settled")
    new = make_establishment(world, name="Cơ sở Đúc Mới", commune=commune)
    registry.rename_establishment(
        establishment_id=new.pk, by=world.actor("dong-thap", "officer"), version=new.version, name="Cơ sở Đúc Khác",
        document="GCN 1", on=today(),
    )  # fmt: skip
    assert matches(ask(new)) == []
    registry.add_detail(
        establishment_id=new.pk, by=world.actor("dong-thap", "officer"),
        version=Establishment.objects.get(pk=new.pk).version, kind="former_name", fields={"name": "CSSX Đúc Cũ"},
    )  # fmt: skip
    assert matches(ask(new)) == [Match.SAME]


# --- support from elsewhere --------------------------------------------------------------------------------------------


def past(world, establishment, by=("dong-thap", "officer"), **fields):
    values = {
        "year": 2019,
        "source": "Khoa học và công nghệ",
        "agency_name": "Sở KH&CN Ví Dụ",
        "item": DRYER,
        "amount": 90 * MILLION,
    }
    return registry.add_past_support(
        establishment_id=establishment.pk,
        by=world.actor(*by),
        version=establishment.version,
        fields={**values, **fields},
    )


@pytest.mark.parametrize(
    ("fields", "match"),
    [
        ({}, Match.SAME),
        ({"activity": "machinery"}, Match.SAME),
        ({"item": "Nồi hơi"}, Match.UNSURE),
        ({"item": "Nồi hơi", "activity": "trademark"}, Match.OTHER),
        ({"item": "Nồi hơi", "activity": "trademark", "serial": "SN-77001"}, Match.SAME),
    ],
)
def test_support_outside_the_system_counts(world, ask, fields, match):
    place = make_establishment(world)
    support = past(world, place, **fields)
    again = ask(place, f"{DRYER}" if "serial" not in fields else "Máy sấy số máy SN77001")
    assert matches(again) == [match]
    assert "Sở KH&CN Ví Dụ (Khoa học và công nghệ), năm 2019" in phrases(again)
    registry.withdraw_past_support(
        establishment_id=place.pk,
        support_id=support.pk,
        by=world.actor("dong-thap", "officer"),
        version=2,
        reason="Nhầm.",
    )
    assert matches(again) == []


def test_machine_supported_for_somebody_else_is_named_without_him(world, ask):
    other = make_establishment(world, province="25")
    past(world, other, by=("phu-tho", "officer"), serial="vmc-850/1123")
    again = ask(make_establishment(world), "Trung tâm gia công VMC-850/1123")
    assert matches(again, seen_by=world.actor("dong-thap", "officer")) == [Match.SAME]
    told = phrases(again, seen_by=world.actor("dong-thap", "officer"))
    assert "cùng số máy" in told
    assert str(other) not in told


# --- at every step -----------------------------------------------------------------------------------------------------


def test_appraisal_and_approval_ask_again(world, ask):
    place = make_establishment(world)
    first = ask(place, state="submitted")
    second = ask(place, "Máy khác", state="submitted")
    second.lines.update(content=DRYER)
    with pytest.raises(Refused, match="cùng nội dung chi"):
        judge(world, second, Level.BASE, Outcome.AGREE)
    advance_to(world, first, "approved")  # whoever came first goes on
    second.lines.update(content="Máy khác")
    advance_to(world, second, "base_appraised")
    second.lines.update(content=DRYER)
    with pytest.raises(Refused, match="cùng nội dung chi"):
        advance_to(world, second, "approved")


def test_who_came_first_is_told_of_the_later_request(world, ask):
    place = make_establishment(world)
    first = ask(place, state="submitted")
    second = ask(place, "Máy khác", state="submitted")
    second.lines.update(content=DRYER)
    assert matches(first) == [Match.UNSURE]
    assert "gửi sau đề án này" in phrases(first)
    advance_to(world, first, "approved")
    assert matches(first) == []


@pytest.mark.django_db(transaction=True)
def test_two_provinces_at_once_get_one_support(world, ask):
    """Whoever slips through at the same moment is caught at the appraisal."""
    name = "Công ty TNHH Hai Nơi"
    places = [
        make_establishment(world, name=name, phone="0912345678"),
        make_establishment(world, province="25", name=name),
    ]
    registry.merge(
        kept_id=places[0].pk, dropped_id=places[1].pk, version=2,
        by=world.actor("national", "officer"), reason="Một công ty.",
    )  # fmt: skip
    entry = Establishment.objects.get(pk=places[1].pk)
    first = ask(places[0])
    Establishment.objects.filter(pk=entry.pk).update(merged_into=None)
    second = ask(Establishment.objects.get(pk=entry.pk))
    Establishment.objects.filter(pk=entry.pk).update(merged_into=places[0])
    outcome = at_once(lambda: submit(world, first), lambda: submit(world, second))
    assert kinds(outcome) in (["NoneType", "NoneType"], ["NoneType", "Refused"])
    sent = list(Project.objects.filter(state="submitted").order_by("pk"))
    reached = []
    for project in sent:
        try:
            judge(world, project, Level.BASE, Outcome.AGREE)
            reached.append(project)
        except Refused as refusal:
            assert "cùng nội dung chi" in refusal.sentence  # noqa: PT017  # either may be the one
    assert len(reached) == 1


# --- how much work -----------------------------------------------------------------------------------------------------


def queries(world, rows):
    places = [make_establishment(world, phone=f"09{rows:04d}{number:04d}") for number in range(rows)]
    items = [Item(f"Máy {number}", 60 * MILLION, 20 * MILLION, place) for number, place in enumerate(places)]
    for turn in ("first", "again"):
        project = write_project(
            world,
            unit="dong-thap-centre",
            source="local",
            province="82",
            fields={"name": f"Nhóm {turn}", "kind": "group"},
            items=items,
        )
        if turn == "first":
            submit(world, project)
    people, officer = beneficiaries_of(project), world.actor("dong-thap", "officer")
    assert officer.agency_ids  # asked once for each request
    with CaptureQueriesContext(connection) as captured:
        answers = eligibility_of(project, people, on=today(), seen_by=officer)
    assert [one.refused for one in answers] == [1] * rows
    return len(captured)


def test_queries_do_not_grow_with_the_number(world):
    assert queries(world, 1) == queries(world, 3) == queries(world, 100) <= 18
