"""Invoices, trials, machines and people: what is refused, what needs a word, what is only told."""

from datetime import timedelta
from decimal import Decimal

import pytest

from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.money import MILLION
from khuyencong.delivery.actions import ItemInput, ParticipantInput, TrialInput, accept
from khuyencong.delivery.found import Earlier, differences_of
from khuyencong.delivery.invoices import InvoiceInput
from khuyencong.delivery.minutes import minutes_of
from khuyencong.delivery.models import AcceptedInvoice, Condition, ParticipantRole, TrialResult
from khuyencong.delivery.tests.spot import SELLER, invoice, one, take, take_back
from khuyencong.establishments.tax_code import made_up_tax_code
from khuyencong.projects.models import EstimateLine, Project
from khuyencong.testing import at_once, kinds, make_project


def running(world, **values):
    return make_project(world, state="in_progress", **values)


def codes(refusal):
    return [finding.code for finding in refusal.value.findings]


# --- invoices --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("symbol", "number", "same"),
    [
        ("1C26TAA", "12", True),
        ("c26taa", "00000012", True),
        ("1C26-TAA ", "12", True),
        ("1C26TAB", "12", False),
        ("1C26TAA", "120", False),
        ("K26TAA", "12", False),
    ],
)
def test_an_invoice_is_known_again_however_it_is_written(symbol, number, same):
    assert (invoice("12").key == invoice(number, symbol=symbol).key) is same
    assert invoice("12").key != invoice("12", seller=made_up_tax_code(2)).key


def test_the_number_of_a_person_is_not_told():
    assert "012345678901" not in invoice(seller="012345678901").label


def test_old_paper_invoices_keep_their_symbol():
    one_, other = (InvoiceInput(SELLER, symbol, "0000007", today(), 1) for symbol in ("AA/23P", "aa23p"))
    assert one_.key == other.key == f"{SELLER}|aa23p|7"


def test_an_invoice_counts_in_one_project_alone(world):
    there, here = running(world, province="25"), running(world)
    take(world, there, one(there, invoice=invoice("00012")))
    with pytest.raises(Refused) as refusal:
        take(world, here, one(here, invoice=invoice("12", symbol="c26taa")))
    assert codes(refusal) == ["invoice_used"]
    assert refusal.value.article == "TTLT 26/2014 Đ7.4; TT 28/2018 Đ5"
    # Whoever may not know of the other đề án is told agency and year, not its code.
    assert there.funder.name in refusal.value.sentence
    assert there.code not in refusal.value.sentence
    beside = running(world)
    take(world, here, one(here, invoice=invoice("13")))
    with pytest.raises(Refused, match=here.code):
        take(world, beside, one(beside, invoice=invoice("13")))


def test_an_invoice_that_another_project_takes_between_judging_and_keeping(world, monkeypatch):
    from khuyencong.delivery.actions import accepting

    there, here = running(world, province="25"), running(world)

    def meanwhile(*_args, **_more):
        monkeypatch.undo()
        take(world, there, one(there, invoice=invoice()))

    monkeypatch.setattr(accepting, "refuse_supported", meanwhile)  # called after the invoices were judged
    with pytest.raises(Refused, match="vừa được nghiệm thu") as refusal:
        take(world, here, one(here, invoice=invoice()))
    assert refusal.value.article == "TTLT 26/2014 Đ7.4; TT 28/2018 Đ5"


def test_an_invoice_pays_several_items_but_never_beyond_its_amount(world):
    project = running(world, beneficiaries=2, support=100 * MILLION, total=300 * MILLION)
    first, second = project.beneficiaries.all()
    paper = invoice("12", amount=500 * MILLION)
    take(world, project, one(project, line=first.lines.get(), invoice=paper), part=first)
    with pytest.raises(Refused, match=r"dùng 600\.000\.000 đồng, vượt 500\.000\.000 đồng"):
        take(world, project, one(project, line=second.lines.get(), invoice=paper), part=second)
    again = invoice("12", amount=900 * MILLION)
    with pytest.raises(Refused, match="đã được ghi trước đây"):
        take(world, project, one(project, line=second.lines.get(), invoice=again), part=second)
    take(world, project, one(project, line=second.lines.get(), cost=200 * MILLION, invoice=paper), part=second)
    assert AcceptedInvoice.objects.get().amount == 500 * MILLION


@pytest.mark.parametrize(
    ("days", "code", "kind"),
    [(1, "invoice_in_future", "blocker"), (-1, "invoice_before_approval", "needs_approval")],
)
def test_the_day_of_an_invoice(world, days, code, kind):
    project = running(world)
    paper = invoice(on=today() + timedelta(days=days))
    with pytest.raises(Refused) as refusal:
        take(world, project, one(project, invoice=paper))
    assert [(one_.code, one_.kind) for one_ in refusal.value.findings] == [(code, kind)]
    assert refusal.value.article


def test_an_invoice_after_the_acceptance_is_refused_and_one_before_the_contract_told(world):
    project = running(world)
    contract = project.contract_part.contract
    type(contract).objects.filter(pk=contract.pk).update(signed_on=today() - timedelta(days=5))
    plan = project.plan
    type(plan).objects.filter(pk=plan.pk).update(decision_on=today() - timedelta(days=20))
    with pytest.raises(Refused, match="sau ngày nghiệm thu") as refusal:
        take(world, project, one(project, invoice=invoice()), accepted_on=today() - timedelta(days=1))
    assert codes(refusal) == ["invoice_after_acceptance"]
    early = one(project, invoice=invoice(on=today() - timedelta(days=10)))
    with pytest.raises(Refused, match="cần nói rõ vì sao"):
        take(world, project, early)
    found = take(world, project, early, explanation="Cơ sở đặt cọc giữ giá trước khi ký.")
    assert [one_.code for one_ in found.found] == ["invoice_before_contract"]


def test_what_needs_a_word_is_kept_with_the_word(world):
    project = running(world)
    early = one(project, invoice=invoice(on=today() - timedelta(days=30)))
    found = take(world, project, early, explanation="Cơ sở mua bằng vốn của mình, chưa nhận hỗ trợ nào.")
    assert [one_.code for one_ in found.found] == ["invoice_before_approval"]
    assert found.explanation == "Cơ sở mua bằng vốn của mình, chưa nhận hỗ trợ nào."


@pytest.mark.parametrize(
    "wrong",
    [{"amount": 0}, {"amount": -1}, {"symbol": " "}, {"number": "000"}, {"seller": ""}, {"seller": "0100109107"}],
)
def test_an_invoice_is_whole(world, wrong):
    project = running(world)
    with pytest.raises(Refused):
        take(world, project, one(project, invoice=invoice(**wrong)))
    assert not AcceptedInvoice.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_provinces_at_once_use_an_invoice_once(world):
    projects = [running(world, province=province) for province in ("82", "25")]
    outcome = at_once(*(lambda p=p: take(world, p, one(p, invoice=invoice())) for p in projects))
    assert kinds(outcome) == ["NoneType", "Refused"]
    assert AcceptedInvoice.objects.count() == 1


# --- items -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"unit_price": 599 * MILLION}, "khác chi phí nghiệm thu"),
        ({"unit_price": -600 * MILLION}, "khác chi phí nghiệm thu"),
        ({"quantity": -1}, "không hợp lệ"),
        ({"year_made": 1949}, "năm sản xuất"),
        ({"year_made": today().year + 1}, "năm sản xuất"),
        ({"trial": TrialInput(TrialResult.FAILED)}, "chạy thử không đạt"),
        ({"trial": TrialInput(TrialResult.PASSED, hours=Decimal(0))}, "giờ chạy thử"),
        ({"cost": 0, "maker": "Hãng Ví Dụ"}, "phải lớn hơn 0"),
    ],
)
def test_an_item_makes_sense(world, everything, values, words):
    project = running(world)
    before = everything()
    with pytest.raises(Refused, match=words):
        take(world, project, one(project, **values), undelivered="Không có.")
    assert everything() == before


def test_a_failed_trial_is_recorded_and_accepts_nothing(world):
    project = running(world)
    trial = TrialInput(TrialResult.FAILED, Decimal(8), "500 kg/giờ", "310 kg/giờ", "Phải thay mô tơ.")
    first = take(world, project, one(project, cost=0, serial="SN-4401", trial=trial), is_last=False)
    assert (first.payable, first.is_last, project.state) == (0, False, "in_progress")
    assert first.items.get().trial_text == (
        "Không đạt; 8,0 giờ; theo đề án 500 kg/giờ; chạy thử 310 kg/giờ; Phải thay mô tơ."
    )
    passed = TrialInput(TrialResult.PASSED, Decimal(16), "500 kg/giờ", "520 kg/giờ")
    second = take(world, project, one(project, serial="SN-4401", trial=passed))
    assert (second.payable, project.state) == (200 * MILLION, "accepted")


def test_another_name_and_a_used_machine_need_a_word(world):
    project = running(world)
    EstimateLine.objects.filter(project=project).update(content="Máy sấy lạnh 500 kg/mẻ")
    take_it = one(project, description="Máy ép dầu lạc", condition=Condition.USED)
    with pytest.raises(Refused) as refusal:
        take(world, project, take_it)
    assert codes(refusal) == ["other_name", "used_machine"]
    assert "Đ11" in refusal.value.article
    found = take(world, project, one(project, description="máy sấy lạnh SL-500, công suất 500 kg"))
    assert [told["what"] for told in found.items.get().differences] == ["Tên"]
    assert found.explanation == ""


def test_each_line_is_held_against_what_was_found():
    line = EstimateLine(
        content="Máy dệt", total=300, quantity=Decimal(3), unit_price=100, unit="cái", support=0, counterpart=300
    )
    item = ItemInput(
        line_id=1, cost=220, quantity=2, unit_price=110, description="Máy dệt kim", condition=Condition.USED
    )
    told = {one_.what: one_.sentence for one_ in differences_of(line, item, Earlier())}
    assert told == {
        "Tên": "Tên ghi khác danh mục được duyệt.",
        "Số lượng": "Số lượng ít hơn được duyệt 1.",
        "Đơn giá": "Đơn giá cao hơn được duyệt 10 đồng.",
        "Thành tiền": "Thành tiền thấp hơn được duyệt 80 đồng.",
        "Tình trạng": "Máy đã qua sử dụng.",
    }
    same = ItemInput(line_id=1, cost=100, quantity=1, unit_price=100, description="máy dệt")
    assert differences_of(line, same, Earlier(2, 200)) == []
    dearer = ItemInput(line_id=1, cost=330, quantity=3, unit_price=110)
    assert [one_.sentence for one_ in differences_of(line, dearer, Earlier())][-1] == (
        "Thành tiền cao hơn được duyệt 30 đồng: phần vượt không làm tăng mức hỗ trợ được phê duyệt."
    )


# --- the form of the minutes, and people -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "invoices", "form", "article"),
    [
        ({"source": "national"}, False, "5a", "TT 36/2013 Đ14, Đ19.1.a, Đ21.1"),
        ({"source": "national"}, True, "5b", "TT 36/2013 Đ19.2.a"),
        ({"source": "national", "unit": "region"}, False, "5c", "TT 36/2013 Đ14, Đ20.2"),
        ({"source": "national", "unit": "region"}, True, "5c", "TT 36/2013 Đ14, Đ20.2"),
        ({"source": "local"}, False, "5a", "TT 36/2013 Đ14, Đ19.1.a, Đ21.1"),
    ],
)
def test_which_form_applies_and_why(world, given, invoices, form, article):
    project = Project.objects.get(pk=make_project(world, **given).pk)
    found = minutes_of(project, unit_invoices=invoices)
    assert (found.form, found.article) == (form, article)
    assert found.inferred is (form != "5a")
    assert ("chờ xác minh" in found.reason) is found.inferred
    assert ("vận dụng" in found.reason) is (given["source"] == "local")
    project.activity, project.source = "enterprise_founding", "national"
    assert minutes_of(project, unit_invoices=False).form == ("5c" if form == "5c" else "5b")
    project.activity = "relocation_interest"
    assert minutes_of(project, unit_invoices=True).form == ("5c" if form == "5c" else "5a")


CHAIR = ParticipantInput(ParticipantRole.CHAIR, "Bà Chủ Trì", "Phó Giám đốc", "Sở Ví Dụ")
UNIT = ParticipantInput(ParticipantRole.UNIT, "Ông Thực Hiện", opinion="Nhất trí.")


@pytest.mark.parametrize(
    ("people", "words"),
    [
        ([UNIT], "một người chủ trì"),
        ([CHAIR, CHAIR], "một người chủ trì"),
        ([ParticipantInput(ParticipantRole.CHAIR, "Bà Chủ Trì", present=False)], "phải có mặt"),
        ([CHAIR, ParticipantInput(ParticipantRole.UNIT, " ")], "họ tên"),
    ],
)
def test_minutes_have_one_chair_who_is_there(world, people, words):
    with pytest.raises(Refused, match=words):
        take(world, running(world), participants=people)


def test_who_took_part_is_kept_and_who_is_missing_is_told(world):
    project = running(world)
    found = take(world, project, one(project, cost=0), participants=[CHAIR, UNIT], undelivered="Cơ sở thôi đầu tư.")
    assert [(one_.position, one_.role, one_.name) for one_ in found.participants.all()] == [
        (1, "chair", "Bà Chủ Trì"), (2, "unit", "Ông Thực Hiện"),
    ]  # fmt: skip
    assert [one_.code for one_ in found.found] == ["beneficiary_absent", "commune_absent"]
    assert found.found[1].article == "TT 36/2013 Đ18.4"


def test_where_nobody_is_named_the_recorder_presides(world):
    found = take(world, running(world))
    (person,) = found.participants.all()
    assert (person.role, person.name, person.organisation) == ("chair", str(found.by), found.agency.name)


def test_whoever_wrote_the_project_does_not_accept_it(world):
    """Under whatever hat: the officer of the centre who moved to the department."""
    project = running(world)
    writer = world.actor("dong-thap-centre", "officer").user
    inspector = world.actor("dong-thap", "officer")
    inspector.user.pk, kept = writer.pk, inspector.user.pk
    with pytest.raises(Refused, match="không được nghiệm thu"):
        accept(
            project_id=project.pk, by=inspector, version=project.version, beneficiary_id=project.beneficiaries.get().pk,
            number="BB", accepted_on=today(), items=[one(project)],
        )  # fmt: skip
    inspector.user.pk = kept


def test_annulled_invoices_may_be_used_again(world):
    first, second = running(world), running(world)
    found = take(world, first, one(first, invoice=invoice()))
    take_back(world, found)
    take(world, second, one(second, invoice=invoice()))
    with pytest.raises(Refused, match=second.code):
        take(world, first, one(first, invoice=invoice()))
