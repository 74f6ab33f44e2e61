"""Chứng từ chi: rows, files, sums, and the one paper that is counted once in the country."""

from datetime import timedelta

import pytest

from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.money import MILLION
from khuyencong.finance.models import Contract
from khuyencong.settlement import actions
from khuyencong.settlement.importing import read_vouchers, template
from khuyencong.settlement.models import ExpenseVoucher, VoucherItem, VoucherKind
from khuyencong.settlement.tests.making import OFFICER, UNIT_ACCOUNTANT, fresh, paid, record, row, settled, workbook
from khuyencong.settlement.vouchers import is_share_of_cost, items_of, oddities, sums_of
from khuyencong.testing import make_project
from tests.looking import whole_database


def test_rows_of_one_paper_are_its_contents_and_add_up_by_source(world):
    project = make_project(world, state="in_progress", beneficiaries=2)
    first, second = project.lines.all()
    record(
        world,
        project,
        row(project, line=first, support=150 * MILLION, counterpart=300 * MILLION),
        row(project, line=second, support=50 * MILLION, other=5 * MILLION),
        who=UNIT_ACCOUNTANT,
    )
    voucher = ExpenseVoucher.objects.get()
    assert [one.beneficiary for one in voucher.items.all()] == [first.beneficiary, second.beneficiary]
    sums = sums_of(project, items_of(project), to_settle=0)
    assert (sums.support, sums.counterpart, sums.other, sums.total) == tuple(
        part * MILLION for part in (200, 300, 5, 505)
    )
    assert is_share_of_cost(project)


def test_only_officer_and_accountant_of_the_unit_write_vouchers(world):
    project = make_project(world, state="in_progress")
    before = whole_database()
    for place, actor in world.actors.items():
        if place not in {OFFICER, UNIT_ACCOUNTANT}:
            with pytest.raises(NotAllowed):
                actions.record_vouchers(
                    project_id=project.pk, by=actor, version=project.version, rows=[row(project, support=MILLION)]
                )
    assert whole_database() == before


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"number": "  "}, "số chứng từ"),
        ({"payee": " "}, "người nhận"),
        ({"day": today() + timedelta(days=1)}, "tương lai"),
        ({"support": 0}, "lớn hơn 0"),
        ({"support": -1}, "lớn hơn 0"),
        ({"line_id": 0}, "không có trong dự toán"),
    ],
)
def test_row_that_cannot_be_is_refused_with_its_article(world, changed, sentence):
    project = make_project(world, state="in_progress")
    before = whole_database()
    with pytest.raises(Refused, match=sentence) as refused:
        record(world, project, row(project, "A", support=1), row(project, **{"support": MILLION, **changed}))
    assert refused.value.article
    assert whole_database() == before


def test_one_paper_is_counted_for_one_project_in_the_country(world):
    first = make_project(world, state="in_progress")
    record(world, first, row(first, "UNC 01/2026", support=MILLION))
    second = make_project(world, state="in_progress", source="national")
    before = whole_database()
    # The same paper, written otherwise.
    with pytest.raises(Refused, match=f"đã được tính cho đề án {first.code}"):
        record(world, second, row(second, "unc  01/2026", support=MILLION, payee="CÔNG TY máy ví dụ"))
    assert whole_database() == before
    record(world, second, row(second, "UNC 01/2026", support=MILLION, kind=VoucherKind.CASH))
    record(world, second, row(second, "UNC 01/2026", support=MILLION, payee="Người khác"))
    record(world, second, row(second, "UNC 01/2026", support=MILLION, day=today() - timedelta(days=1)))
    assert ExpenseVoucher.objects.count() == 4


def test_another_province_does_not_learn_whose_paper_it_is(world):
    first = make_project(world, state="in_progress")
    record(world, first, row(first, support=MILLION))
    second = make_project(world, state="in_progress", province="25")
    with pytest.raises(Refused, match="đã được tính cho đề án khác"):
        record(world, second, row(second, support=MILLION), who=("phu-tho-centre", "officer"))


def test_same_content_of_a_paper_is_written_once(world):
    project = make_project(world, state="in_progress")
    record(world, project, row(project, support=MILLION))
    with pytest.raises(Refused, match="đã được ghi cho nội dung"):
        record(world, project, row(project, support=MILLION))
    assert VoucherItem.objects.count() == 1


def test_second_click_and_second_tab_change_nothing(world):
    project = make_project(world, state="in_progress")
    officer, version = world.actor(*OFFICER), project.version
    actions.record_vouchers(
        project_id=project.pk, by=officer, version=version, rows=[row(project, "A", support=MILLION)]
    )
    before = whole_database()
    with pytest.raises(Stale):
        actions.record_vouchers(
            project_id=project.pk, by=officer, version=version, rows=[row(project, "B", support=MILLION)]
        )
    assert whole_database() == before


@pytest.mark.parametrize("state", ["draft", "submitted", "approved", "settled"])
def test_vouchers_belong_between_contract_and_settlement(world, state):
    project = make_project(world, state=state)
    with pytest.raises(Refused, match="từ khi ký hợp đồng đến khi quyết toán"):
        record(world, project, row(project, support=MILLION))


def test_voucher_is_taken_out_and_the_trail_keeps_it(world):
    project = make_project(world, state="in_progress")
    record(world, project, row(project, support=MILLION))
    voucher = ExpenseVoucher.objects.get()
    actions.remove_voucher(
        project_id=project.pk, by=world.actor(*OFFICER), version=fresh(project).version, voucher_id=voucher.pk
    )
    assert not VoucherItem.objects.exists()
    with pytest.raises(Refused, match="không còn"):
        actions.remove_voucher(
            project_id=project.pk, by=world.actor(*OFFICER), version=fresh(project).version, voucher_id=voucher.pk
        )
    done = settled(world)
    with pytest.raises(Refused, match="Đã quyết toán"):
        record(world, done, row(done, support=MILLION))


def test_days_outside_the_contract_and_more_than_the_estimate_are_named(world):
    project = paid(world)
    Contract.objects.update(signed_on=today() - timedelta(days=20), ends_on=today() - timedelta(days=10))
    record(
        world,
        project,
        row(project, "SỚM", support=MILLION, day=today() - timedelta(days=30)),
        row(project, "MUỘN", support=300 * MILLION),
    )
    found = {one.code: one for one in oddities(project, items_of(project))}
    assert set(found) == {"voucher_before_contract", "voucher_after_contract", "voucher_beyond_line"}
    assert "SỚM" in found["voucher_before_contract"].sentence
    assert "MUỘN" in found["voucher_after_contract"].sentence
    assert all(one.article for one in found.values())


def test_content_that_an_adjustment_takes_away_stays_with_its_paper(world):
    project = make_project(world, state="in_progress")
    record(world, project, row(project, support=MILLION))
    content = project.lines.get().content
    project.lines.all().delete()
    (item,) = items_of(project)
    assert (item.line, item.content) == (None, content)
    assert [one.code for one in oddities(project, [item])] == ["voucher_without_line"]


# --- files -------------------------------------------------------------------------------------------------------------


NUMBERED = ("STT", "Loại CT", "Số chứng từ", "Ngày", "Người nhận tiền", "Nội dung chi", "Số tiền")


def lines_of(project):
    return list(project.lines.select_related("beneficiary__establishment"))


def test_list_is_read_as_people_write_it(world):
    project = make_project(world, state="in_progress")
    content = project.lines.get().content
    day = f"{today():%d/%m/%Y}"
    found = read_vouchers(
        workbook(
            (1, "UNC", "12", day, "Công ty A", content.upper(), "150 triệu"),
            (2, "Phiếu chi", "13", day, "Ông B", content, 2_000_000),
            ("", "", "Tổng cộng", "", "", "", 152_000_000),
            headings=NUMBERED,
        ),
        lines_of(project),
    )
    assert found.errors == []
    assert [(one.kind, one.number, one.support) for one in found.rows] == [
        (VoucherKind.TRANSFER, "12", 150 * MILLION),
        (VoucherKind.CASH, "13", 2 * MILLION),
    ]


def test_list_with_wrong_cells_names_each_cell(world):
    project = make_project(world, state="in_progress")
    found = read_vouchers(
        workbook(
            ("1", "Giấy lạ", "12", "32/13/2026", "", "Không có", "một ít"),
            (2, "UNC", "7", "", "B", "C", ""),
            headings=NUMBERED,
        ),
        lines_of(project),
    )
    assert found.rows == []
    assert {cell for _, cell, *_ in found.errors} >= {"B2", "D2", "E2", "F2", "G2", "D3", "F3", "G3"}


def test_content_for_several_establishments_needs_the_establishment(world):
    project = make_project(world, state="in_progress", beneficiaries=2)
    project.lines.update(content="Máy sấy")
    headings = ("Số chứng từ", "Loại", "Ngày", "Người nhận", "Nội dung", "Cơ sở thụ hưởng", "Kinh phí hỗ trợ")
    whose = str(project.beneficiaries.last())
    found = read_vouchers(
        workbook(
            ("1", "UNC", f"{today():%d/%m/%Y}", "A", "Máy sấy", "", 5_000_000),
            ("2", "UNC", f"{today():%d/%m/%Y}", "A", "Máy sấy", whose, 5_000_000),
            headings=headings,
        ),
        lines_of(project),
    )
    assert [sentence for *_, sentence in found.errors] == [
        "Dự toán có nội dung này cho nhiều cơ sở: hãy ghi «Cơ sở thụ hưởng»."
    ]
    assert [one.line_id for one in found.rows] == [project.lines.last().pk]


def test_template_can_be_read_back(world):
    project = make_project(world, state="in_progress")
    with pytest.raises(Refused, match="chưa có chứng từ nào"):
        read_vouchers(template(lines_of(project)), lines_of(project))
    with pytest.raises(Refused):
        read_vouchers(b"not a workbook", lines_of(project))
