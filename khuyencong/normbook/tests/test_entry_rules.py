"""What stops an entered document, and what its reader is told."""

from dataclasses import replace
from datetime import date

import pytest

from khuyencong.core.errors import Refused
from khuyencong.core.findings import Blocker, blockers
from khuyencong.core.money import MILLION
from khuyencong.normbook import actions
from khuyencong.normbook.actions import TierInput
from khuyencong.normbook.entering.beside import beside
from khuyencong.normbook.models import EnteredDocument
from khuyencong.normbook.rules import findings, ground_for
from khuyencong.normbook.tests.entering import START, enter, enter_national, norm, tiered, version

BILLION = 1_000 * MILLION


def found(document):
    """{code: sentence} of all findings."""
    document = EnteredDocument.objects.select_related("province", "agency__province").get(pk=document.pk)
    return {one.code: one for one in findings(document, ground_for(document))}


def codes(document):
    return set(found(document))


def test_a_good_document_of_a_new_province_is_told_what_it_passes_over(world):
    document = enter(world)
    told = found(document)
    assert set(told) == {"passed_over"}
    assert "08/2024/NQ-HĐND" in told["passed_over"].sentence
    assert "01/01/2030" in told["passed_over"].sentence
    assert blockers(told.values()) == []


def test_a_document_that_replaces_says_what_it_leaves_out(world):
    told = found(enter(world, replaces=["dong-thap-08-2024"]))
    assert set(told) == {"left_out"}
    assert "Xây dựng mô hình trình diễn kỹ thuật" in told["left_out"].sentence
    assert "máy móc" not in told["left_out"].sentence


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"percent": None, "cap": None}, "no_values"),
        ({"article": " "}, "article"),
        ({"unit": "cái"}, "unit"),
        ({"activity": "no_such_thing"}, "activity"),
        ({"tier_by": "charter_capital"}, "tiers_missing"),
        ({"tiers": (TierInput("một", cap=MILLION),)}, "tiers_and_values"),
        ({"percent": None, "cap": None, "tiers": (TierInput("một"),)}, "tier_values"),
        ({"percent": None, "cap": None, "tiers": (TierInput("một", cap=MILLION, above=5),)}, "tier_bounds"),
    ],
)
def test_what_is_missing_or_wrong_stops_the_document(world, changed, code):
    document = enter(world, replace(norm(), **changed))
    assert isinstance(found(document)[code], Blocker)
    with pytest.raises(Refused):
        actions.send_document(
            document_id=document.pk, by=world.actor("dong-thap", "officer"), version=version(document)
        )


@pytest.mark.parametrize("more", [{"percent": None}, {"cap": None}, {"percent": None, "cap": None, "by_price": True}])
def test_any_of_the_values_is_enough(world, more):
    document = enter(world, replace(norm(), **more))
    assert "no_values" not in codes(document)


def test_a_document_without_norms_must_at_least_end_another(world):
    assert "no_norms" not in codes(enter(world))
    empty = enter(world, replaces=["dong-thap-08-2024"])
    actions.update_document(
        document_id=empty.pk, by=world.actor("dong-thap", "officer"), version=empty.version, fields={}, norms=[]
    )
    assert codes(empty) == {"left_out"}
    bare = enter(world)
    actions.update_document(
        document_id=bare.pk, by=world.actor("dong-thap", "officer"), version=bare.version, fields={}, norms=[]
    )
    assert isinstance(found(bare)["no_norms"], Blocker)


@pytest.mark.parametrize("cap", [1, 50_000])
def test_an_amount_that_looks_like_another_unit_is_questioned(world, cap):
    document = enter(world, replace(norm(), cap=cap))
    assert "đơn vị tiền" in found(document)["odd_cap"].sentence


def tiers(*bounds):
    """Tiers with these bounds, in tỷ."""
    return tuple(
        TierInput(
            f"bậc {number}",
            cap=number * MILLION,
            above=None if above is None else above * BILLION,
            up_to=None if up_to is None else up_to * BILLION,
        )
        for number, (above, up_to) in enumerate(bounds, start=1)
    )


@pytest.mark.parametrize(
    ("bounds", "code"),
    [
        ([(None, 10), (9, None)], "tiers_overlap"),
        ([(None, None), (9, None)], "tiers_overlap"),
        ([(10, None), (20, None)], "tiers_overlap"),
        ([(None, 10), (None, 20)], "tiers_overlap"),
        ([(None, 10), (10, 20), (15, None)], "tiers_overlap"),
        ([(None, 10), (11, None)], "tiers_gap"),
        ([(10, None)], "tiers_gap"),
        ([(None, 10), (10, 20)], "tiers_gap"),
        ([(None, 10), (10, None)], ""),
        ([(20, None), (None, 10), (10, 20)], ""),
    ],
)
def test_tiers_do_not_overlap_and_gaps_are_said(world, bounds, code):
    document = enter(world, tiered(tiers=tiers(*bounds)))
    assert {one for one in codes(document) if one in {"tiers_overlap", "tiers_gap"}} == ({code} if code else set())


def test_a_province_above_the_nation_is_warned_not_stopped(world):
    document = enter(world, norm(percent=60, cap=400), state="sent")
    told = found(document)["above_national"]
    assert not isinstance(told, Blocker)
    assert "chờ xác minh" in told.article
    both = [one.sentence for one in findings(document, ground_for(document)) if one.code == "above_national"]
    for sentence, values in zip(
        both,
        ("tỷ lệ 60 % cao hơn mức quốc gia 50 %", "400.000.000 cao hơn mức quốc gia 300.000.000 đồng/cơ sở"),
        strict=True,
    ):
        assert values in sentence
        assert "(khoản 4 Điều 8 Thông tư 28/2018/TT-BTC)" in sentence


def test_the_highest_tier_is_compared_with_the_nation(world):
    document = enter(world, tiered(tiers=tiers((None, 10), (10, None))))
    assert "above_national" not in codes(document)
    higher = tuple(replace(tier, cap=11 * MILLION) for tier in tiers((None, 10), (10, None)))
    assert "above_national" in codes(enter(world, tiered(tiers=higher)))


def test_the_nation_is_not_compared_with_itself(world):
    assert "above_national" not in codes(enter_national(world, norm(cap=900), replaces=["tt-28-2018"]))


# --- replacing and correcting ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["tt-28-2018", "phu-tho-23-2025", "khong-co", "e9999"])
def test_only_documents_of_the_same_scope_are_replaced(world, key):
    assert isinstance(found(enter(world, replaces=[key]))["replaces"], Blocker)


@pytest.mark.parametrize("key", ["dong-thap-08-2024", "nd-45-2012", "khong-co"])
def test_the_nation_replaces_only_national_documents_with_norms(world, key):
    assert isinstance(found(enter_national(world, replaces=[key]))["replaces"], Blocker)


def test_an_old_province_does_not_replace_for_the_new_one(world):
    new = enter(world, state="confirmed")
    assert "replaces" in codes(
        enter(world, province="87@2025", replaces=[new.document_id], valid_from=date(2031, 1, 1))
    )


def test_drafts_and_revoked_documents_are_not_replaced(world):
    for state in ("draft", "sent", "revoked"):
        other = enter(world, state=state)
        assert "replaces" in codes(enter(world, replaces=[other.document_id], valid_from=date(2031, 1, 1)))


def test_a_confirmed_document_is_replaced_by_the_next(world):
    first = enter(world, state="confirmed", replaces=["dong-thap-08-2024"])
    second = enter(world, norm(cap=280), state="confirmed", replaces=[first.document_id], valid_from=date(2031, 1, 1))
    assert codes(second) == set()


@pytest.mark.parametrize(
    ("province", "key"),
    [("82", "dong-thap-08-2024"), ("87@2025", "tt-28-2018"), ("82", "khong-co"), ("25", "hoa-binh-20-2019")],
)
def test_only_a_document_of_the_very_same_scope_is_corrected(world, province, key):
    agency = "phu-tho" if province == "25" else "dong-thap"
    told = found(enter(world, agency=agency, province=province, corrects=key))
    assert isinstance(told["corrects"], Blocker)


def test_a_correction_keeps_the_days_of_its_document_and_says_so(world):
    document = enter(world, norm(cap=280), province="87@2025", corrects="dong-thap-08-2024")
    told = found(document)
    assert set(told) == {"corrects_days"}
    same = enter(
        world,
        norm(cap=280),
        province="87@2025",
        corrects="dong-thap-08-2024",
        issued_on=date(2024, 7, 1),
        valid_from=date(2024, 7, 11),
    )
    assert codes(same) == set()


def test_correcting_and_replacing_at_once_is_refused(world):
    document = enter(world, province="87@2025", corrects="dong-thap-08-2024", replaces=["dong-thap-29-2014"])
    assert "both" in codes(document)


def test_two_norms_in_force_at_once_are_refused_with_both_citations(world):
    first = enter(world, state="confirmed")
    second = enter(world, norm(cap=280), valid_from=date(2031, 1, 1))
    told = found(second)["two_norms"]
    assert first.number in told.sentence
    assert second.number in told.sentence
    assert "«Thay thế»" in told.sentence
    with pytest.raises(Refused, match=first.number):
        actions.send_document(document_id=second.pk, by=world.actor("dong-thap", "officer"), version=second.version)


def test_many_clashes_are_told_in_one_finding(world):
    codes = ("machinery", "conference", "information", "consulting")
    enter(world, *(norm(code) for code in codes), state="confirmed")
    second = enter(world, *(norm(code) for code in codes), valid_from=date(2031, 1, 1))
    sentence = found(second)["two_norms"].sentence
    assert sentence.count("Hai định mức cùng hiệu lực") == 2
    assert "Còn 2 nội dung khác" in sentence


def test_a_document_that_came_in_between_is_seen_at_the_confirmation(world):
    second = enter(world, norm(cap=280), state="sent", valid_from=date(2031, 1, 1))
    first = enter(world, state="confirmed")
    leader = world.actor("dong-thap", "leader")
    with pytest.raises(Refused) as refused:
        actions.confirm_document(document_id=second.pk, by=leader, version=second.version)
    assert first.number in str(refused.value)
    assert second.number in str(refused.value)
    assert EnteredDocument.objects.get(pk=second.pk).state == "sent"


def test_a_clash_that_is_there_already_stops_nobody_else(world):
    enter_national(world, norm(cap=400), state="confirmed", replaces=["tt-28-2018"])
    EnteredDocument.objects.update(replaces=[])
    assert "two_norms" not in codes(enter(world))


def test_revoking_is_refused_where_what_it_ended_would_meet_what_followed(world):
    first = enter_national(world, norm(cap=400), state="confirmed", replaces=["tt-28-2018"])
    enter_national(world, norm(cap=500), state="confirmed", replaces=[first.document_id], valid_from=date(2032, 1, 1))
    leader = world.actor("national", "leader")
    with pytest.raises(Refused, match="28/2018/TT-BTC"):
        actions.revoke_document(document_id=first.pk, by=leader, version=version(first), reason="Nhầm.")
    assert EnteredDocument.objects.get(pk=first.pk).state == "confirmed"


def test_the_same_number_twice_is_questioned(world):
    first = enter(world, state="confirmed", valid_to=date(2030, 6, 30))
    assert "known" in codes(enter(world, number=first.number, valid_from=date(2031, 1, 1)))
    assert "known" not in codes(enter(world, number="1234/2031/NQ-HĐND", valid_from=date(2031, 1, 1)))


def test_replacing_what_begins_later_is_said(world):
    later = enter(world, state="confirmed", valid_from=date(2035, 1, 1))
    assert "replaces_later" in codes(enter(world, replaces=[later.document_id]))


def test_an_activity_that_comes_later_is_said(world):
    document = enter(world, norm("digital_transformation"), issued_on=date(2024, 1, 1), valid_from=date(2024, 2, 1))
    assert "15/10/2025" in found(document)["activity_later"].sentence


# --- beside what counts ----------------------------------------------------------------------------------------------


def test_values_stand_beside_those_they_take_the_place_of(world):
    document = enter(
        world,
        norm(),
        norm("technology_transfer", 50, 300),
        norm("conference", 100, 5),
        replaces=["dong-thap-08-2024"],
    )
    rows = beside(document, ground_for(document))
    assert [(row.change, [old.terms for old in row.before]) for row in rows] == [
        ("changed", ["50 %, tối đa 300 triệu đồng/cơ sở"]),
        ("same", ["50 %, tối đa 300 triệu đồng/cơ sở"]),
        ("new", []),
    ]
    assert rows[0].after.terms == "40 %, tối đa 250 triệu đồng/cơ sở"
    assert rows[0].before[0].document_id == "dong-thap-08-2024"


def test_a_correction_stands_beside_the_document_it_corrects(world):
    document = enter_national(world, norm(cap=280), corrects="ttlt-26-2014", valid_from=START)
    (row,) = beside(document, ground_for(document))
    assert [(old.terms, old.period) for old in row.before] == [
        ("50 %, tối đa 200 triệu đồng/cơ sở", "08/04/2014 – 10/05/2018")
    ]
