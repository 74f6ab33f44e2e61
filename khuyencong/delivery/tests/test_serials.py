"""One machine is accepted once, wherever and for whomever it turns up again."""

import pytest
from django.db.models import F

from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.money import MILLION
from khuyencong.delivery import actions
from khuyencong.delivery.actions import ItemInput
from khuyencong.delivery.models import Acceptance, AcceptedSerial
from khuyencong.establishments import actions as registry
from khuyencong.projects.models import Project
from khuyencong.testing import at_once, kinds, make_establishment, make_project

SERIAL = "VMC-850/1123"
TWO = {"quantity": 2, "unit_price": 300 * MILLION}
APPRAISER = {"82": ("dong-thap", "appraiser"), "25": ("phu-tho", "appraiser")}


def take(world, project, serial="", *, explanation="", **changed):
    """Accept the project's one item with this serial number."""
    project = Project.objects.get(pk=project.pk)
    line = project.lines.get()
    values = {"cost": line.total, "serial": serial, **changed}
    return actions.accept(
        project_id=project.pk,
        by=world.actor(*APPRAISER[project.province.code]),
        version=project.version,
        beneficiary_id=line.beneficiary_id,
        number=f"BB-{project.pk}",
        accepted_on=today(),
        items=[ItemInput(line_id=line.pk, **values)],
        explanation=explanation,
    )


def test_serial_that_was_accepted_stops_the_next(world):
    first, second = (make_project(world, state="in_progress") for _ in range(2))
    take(world, first, f"SN 77001; {SERIAL}")
    assert set(AcceptedSerial.objects.values_list("folded", flat=True)) == {"sn77001", "vmc8501123"}
    with pytest.raises(Refused, match="đã được Nhà nước hỗ trợ") as refusal:
        take(world, second, "vmc 850 1123")
    (finding,) = refusal.value.findings
    assert (finding.kind, finding.code) == ("blocker", "serial_supported")
    assert first.code in finding.sentence
    assert Acceptance.objects.count() == 1
    take(world, second, "vmc 850 1124")


def test_another_province_is_named_by_agency_year_item_and_amount(world):
    there, here = make_project(world, state="in_progress", province="25"), make_project(world, state="in_progress")
    take(world, there, SERIAL)
    with pytest.raises(Refused) as refusal:
        take(world, here, SERIAL)
    told = refusal.value.sentence
    for shown in (there.funder.name, str(there.year), there.lines.get().content, "200.000.000 đồng"):
        assert shown in told
    for hidden in (there.code, there.name, str(there.beneficiaries.get())):
        assert hidden not in told


def test_support_from_elsewhere_counts(world):
    place = make_establishment(world, province="25")
    registry.add_past_support(
        establishment_id=place.pk, by=world.actor("phu-tho", "officer"), version=place.version,
        fields={
            "year": 2020, "source": "Khuyến nông", "agency_name": "Trung tâm Ví Dụ", "item": "Máy phay",
            "serial": SERIAL, "amount": 40 * MILLION,
        },
    )  # fmt: skip
    with pytest.raises(Refused, match=r"Trung tâm Ví Dụ, năm 2020, «Máy phay», 40\.000\.000 đồng"):
        take(world, make_project(world, state="in_progress"), SERIAL)


def test_serial_twice_in_one_acceptance_is_refused(world):
    project = make_project(world, state="in_progress")
    with pytest.raises(Refused, match="hai hạng mục"):
        actions.refuse_supported([SERIAL, f"khác; {SERIAL}"], seen_by=world.actor("dong-thap", "appraiser"))
    take(world, project, f"{SERIAL}; {SERIAL}")


@pytest.mark.parametrize("serial", ["", "không có", "01", "0000"])
def test_what_is_no_serial_stops_nobody(world, serial):
    for _ in range(2):
        take(world, make_project(world, state="in_progress"), serial, explanation="Máy không có nhãn.")


@pytest.mark.parametrize(
    ("line", "item", "kind"),
    [
        (TWO, {"quantity": 2, "serial": SERIAL}, "needs_approval"),
        ({"quantity": 1, "unit_price": 600 * MILLION}, {}, "needs_approval"),
        ({}, {"maker": "Hãng Ví Dụ"}, "needs_approval"),
        ({}, {}, "warning"),  # a lump sum of which nothing is written may be no machine
        (TWO, {"quantity": 2, "serial": f"{SERIAL}; {SERIAL}4"}, ""),
        ({"in_cost_base": False, "support": 0, "counterpart": 600 * MILLION}, {"maker": "Hãng Ví Dụ"}, ""),
    ],
)
def test_a_machine_without_its_number_needs_a_word(world, line, item, kind):
    project = make_project(world, state="in_progress")
    project.lines.update(**line)
    if kind == "needs_approval":
        with pytest.raises(Refused, match="số máy") as refusal:
            take(world, project, **item)
        assert "Đ7.4" in refusal.value.article
    found = take(world, project, **item, explanation="Máy tự chế, không có nhãn.")
    assert [one.kind for one in found.found if one.code == "no_serial"] == ([kind] if kind else [])


def test_two_numbers_without_a_sign_between_them_are_told(world):
    with pytest.raises(Refused, match="dấu chấm phẩy"):
        take(world, make_project(world, state="in_progress"), "SN1234567890 " * 9)


def test_machine_that_the_state_did_not_pay_is_not_kept(world):
    first, second = (make_project(world, state="in_progress") for _ in range(2))
    with pytest.raises(Refused, match="chi phí nghiệm thu phải lớn hơn 0"):
        take(world, first, SERIAL, cost=0)
    first.lines.update(support=0, counterpart=F("total"), in_cost_base=False)
    take(world, first, SERIAL)
    assert not AcceptedSerial.objects.exists()
    take(world, second, SERIAL)


def test_machine_that_the_rate_is_multiplied_by_is_kept(world):
    """Its own line may have no support: what is payable follows from every line of the cost base."""
    first, second = (make_project(world, state="in_progress") for _ in range(2))
    first.lines.update(support=0, counterpart=F("total"))
    assert take(world, first, SERIAL).payable == 200 * MILLION
    with pytest.raises(Refused, match="đã được Nhà nước hỗ trợ"):
        take(world, second, SERIAL)


@pytest.mark.django_db(transaction=True)
def test_two_provinces_at_once_accept_it_once(world):
    projects = [make_project(world, state="in_progress", province=province) for province in ("82", "25")]
    outcome = at_once(*(lambda project=project: take(world, project, SERIAL) for project in projects))
    assert kinds(outcome) == ["NoneType", "Refused"]
    assert AcceptedSerial.objects.count() == Acceptance.objects.count() == 1
