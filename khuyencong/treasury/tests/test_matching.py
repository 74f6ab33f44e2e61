"""Which payment a line is: unique or not at all, and never to another account."""

from datetime import timedelta

import pytest

from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.money import MILLION
from khuyencong.finance.check import broken_rows
from khuyencong.finance.models import Payment
from khuyencong.finance.tests.steps import mark_paid
from khuyencong.projects.models import Project
from khuyencong.treasury import actions
from khuyencong.treasury.matching import digest, ready
from khuyencong.treasury.models import Statement, StatementLine, StatementState
from khuyencong.treasury.queries import matches_of
from khuyencong.treasury.tests.making import ACCOUNTANT, LEADER, approved, bring, line, paid_now, sent, xlsx
from khuyencong.treasury.turns import go_on

pytestmark = pytest.mark.django_db


def proposed(found):
    """(code of the đề án or "", sentence) of each line in the order of the file."""
    lines, matches = matches_of(found)
    shown = [matches[one.pk] for one in lines]
    return [(one.payment.project.code if one.payment else "", one.sentence) for one in shown]


def confirm_all(world, found, who=ACCOUNTANT):
    """As the page does it: begin, then turn after turn."""
    found.refresh_from_db()
    lines, matches = matches_of(found)
    actions.begin_apply(
        statement_id=found.pk, by=world.actor(*who), version=found.version, shown=digest(ready(matches, lines))
    )
    found.refresh_from_db()
    while found.state == StatementState.APPLYING:
        found = go_on(statement_id=found.pk, by=world.actor(*who), version=found.version)
    return found


def test_account_code_or_list_name_the_payment(world):
    payments = [approved(world) for _ in range(3)]
    by_list = sent(world, payments[2])
    found = bring(
        world,
        line(payments[0], account=""),
        line(payments[1], account=""),
        line(payments[2], account="", text=f"Chi theo bang ke {by_list.code}"),
    )
    assert [code for code, _ in proposed(found)] == [one.project.code for one in payments]
    done = confirm_all(world, found)
    assert (done.state, done.applied) == (StatementState.READ, 3)
    for one in payments:
        assert paid_now(one) == (True, one.amount)
        one.refresh_from_db()
        assert (one.voucher_number, one.voucher_on) == (f"UNC-{one.pk}", today())
    assert list(broken_rows()) == []
    assert proposed(done) == []


def test_a_unique_account_is_enough_and_an_amount_alone_is_not(world):
    one, other = approved(world, account="111"), approved(world, account="222", amount=60 * MILLION)
    found = bring(world, line(one, text="Chi tien"), line(other, text="Chi tien", account=""))
    assert proposed(found)[0] == (one.project.code, "")
    assert proposed(found)[1][0] == ""
    assert "Chỉ trùng số tiền" in proposed(found)[1][1]


def test_a_line_that_fits_two_payments_is_left_to_a_person(world):
    one, other = approved(world), approved(world)
    found = bring(world, line(one, text="Chi KC"))
    ((code, sentence),) = proposed(found)
    assert code == ""
    assert "Khớp 2 khoản chi" in sentence
    row = found.lines.get()
    actions.match_line(
        line_id=row.pk, by=world.actor(*ACCOUNTANT), version=found.version, payment_id=other.pk, voucher_number="UNC-9"
    )
    assert paid_now(other) == (True, other.amount)
    assert paid_now(one) == (False, 0)


def test_a_payment_that_two_lines_fit_is_neither_s(world):
    payment = approved(world)
    found = bring(world, line(payment), line(payment, reference="UNC-77"))
    assert all(code == "" and "cùng khớp một khoản chi" in sentence for code, sentence in proposed(found))
    with pytest.raises(Refused, match="Không có dòng nào khớp"):
        confirm_all(world, found)
    first, second = found.lines.order_by("number")
    given = {"by": world.actor(*ACCOUNTANT), "payment_id": payment.pk, "voucher_number": "UNC-1"}
    actions.match_line(line_id=first.pk, version=found.version, **given)
    found.refresh_from_db()
    with pytest.raises(Refused, match=f"đã khớp với dòng {first.number}"):
        actions.match_line(line_id=second.pk, version=found.version, **given)
    assert paid_now(payment) == (True, payment.amount)


def test_lines_of_two_files_compete_too(world):
    payment = approved(world)
    bring(world, line(payment))
    found = bring(world, line(payment, reference="UNC-77"), name="khac.xlsx")
    assert "cùng khớp một khoản chi" in proposed(found)[0][1]


def test_another_account_is_refused_with_a_sentence(world):
    payment = approved(world, account="111")
    found = bring(world, line(payment, account="999"))
    ((code, sentence),) = proposed(found)
    assert code == ""
    assert "khác tài khoản của hợp đồng (111)" in sentence
    row = found.lines.get()
    with pytest.raises(Refused, match="không phải tài khoản 111") as refusal:
        actions.match_line(
            line_id=row.pk,
            by=world.actor(*ACCOUNTANT),
            version=found.version,
            payment_id=payment.pk,
            voucher_number="1",
        )
    assert refusal.value.article == "TT 36/2013 Đ12.2"
    assert paid_now(payment) == (False, 0)


def test_another_amount_another_agency_and_days_too_far_do_not_match(world):
    payment = approved(world)
    Payment.objects.filter(pk=payment.pk).update(approved_at=payment.approved_at - timedelta(days=120))
    found = bring(world, line(payment), line(payment, debit="50000001"))
    assert all("Không có khoản chi nào" in sentence for _, sentence in proposed(found))
    row = found.lines.order_by("number").last()
    given = {"line_id": row.pk, "version": found.version, "payment_id": payment.pk, "voucher_number": "1"}
    with pytest.raises(Refused, match="khoản chi 50"):
        actions.match_line(by=world.actor(*ACCOUNTANT), **given)
    for place, actor in world.actors.items():
        if place != ACCOUNTANT:
            with pytest.raises(NotAllowed):
                actions.match_line(by=actor, **given)
    with pytest.raises(Stale):
        actions.match_line(by=world.actor(*ACCOUNTANT), **(given | {"version": 99}))


def test_without_a_voucher_number_a_person_types_it(world):
    payment = approved(world)
    found = bring(world, line(payment, reference=""))
    ((code, sentence),) = proposed(found)
    assert code == payment.project.code
    assert "không có số chứng từ" in sentence
    with pytest.raises(Refused, match="Không có dòng nào khớp"):
        confirm_all(world, found)


def test_what_was_marked_paid_by_hand_is_only_confirmed(world):
    payment = approved(world)
    mark_paid(world, payment, number="UNC 5")
    found = bring(world, line(payment, reference="unc-5", text="Chi"))
    assert proposed(found) == [(payment.project.code, "Đã ghi chi bằng chứng từ này: chỉ đối chiếu.")]
    confirm_all(world, found)
    assert StatementLine.objects.get().payment == payment
    assert paid_now(payment) == (True, payment.amount)


def test_one_that_cannot_be_paid_any_more_is_told_and_the_others_go_on(world):
    bad, good = approved(world), approved(world, account="222")
    found = bring(world, line(bad), line(good))
    found.refresh_from_db()
    lines, matches = matches_of(found)
    actions.begin_apply(
        statement_id=found.pk, by=world.actor(*ACCOUNTANT), version=found.version, shown=digest(ready(matches, lines))
    )
    bad.project.contract_part.__class__.objects.filter(project=bad.project).update(advance_ceiling=0)
    found.refresh_from_db()
    found = go_on(statement_id=found.pk, by=world.actor(*ACCOUNTANT), version=found.version)
    assert found.state == StatementState.READ
    assert paid_now(bad) == (False, 0)
    assert paid_now(good) == (True, good.amount)
    assert "tối đa 0 đồng" in found.lines.order_by("number").first().told
    assert list(broken_rows()) == []


def test_what_is_confirmed_is_what_was_shown(world):
    payment = approved(world)
    found = bring(world, line(payment))
    lines, matches = matches_of(found)
    shown = digest(ready(matches, lines))
    approved(world)  # the same amount and account: the line names its đề án, so nothing changes
    approved_before = Project.objects.get(pk=payment.project_id)
    other = bring(world, line(payment, reference="UNC-77"), name="khac.xlsx")
    with pytest.raises(Stale, match="đã thay đổi"):
        actions.begin_apply(statement_id=found.pk, by=world.actor(*ACCOUNTANT), version=found.version, shown=shown)
    assert Statement.objects.get(pk=found.pk).state == StatementState.READ
    assert approved_before.version == Project.objects.get(pk=payment.project_id).version
    assert other.pk


def test_the_approver_does_not_confirm_the_own_payment_in_bulk(world):
    """A leader who wears the accountant's hat as well."""
    from khuyencong.people.actors import Actor
    from khuyencong.people.roles import Role

    payment = approved(world)
    found = bring(world, line(payment))
    leader = world.actor(*LEADER)
    hat = Actor(leader.user, leader.agency, Role.ACCOUNTANT, "thử")
    lines, matches = matches_of(found)
    actions.begin_apply(statement_id=found.pk, by=hat, version=found.version, shown=digest(ready(matches, lines)))
    found.refresh_from_db()
    go_on(statement_id=found.pk, by=hat, version=found.version)
    assert paid_now(payment) == (False, 0)
    assert "Người duyệt khoản chi" in found.lines.get().told


def test_the_same_file_twice_is_refused_and_the_same_line_is_shown_as_known(world):
    payment = approved(world)
    same = xlsx(line(payment), line(text="Luong"))
    found = bring(world, content=same)
    with pytest.raises(Refused, match="đã được nhập"):
        actions.start_statement(
            by=world.actor(*ACCOUNTANT), creation_key="00000000-0000-4000-8000-00000000000a", file_name="b.xlsx",
            content=same,
        )  # fmt: skip
    again = bring(world, line(payment), line(text="Moi"), name="thang.xlsx")
    assert list(again.lines.order_by("number").values_list("outcome", flat=True)) == ["repeated", "out"]
    assert [code for code, _ in proposed(again)] == [""]
    assert [code for code, _ in proposed(found)] == [payment.project.code, ""]


def test_lines_are_set_aside_with_a_reason_and_brought_back(world):
    found = bring(world, line(text="Luong thang 6"), line(text="Dien"))
    row = found.lines.order_by("number").first()
    by = world.actor(*ACCOUNTANT)
    actions.set_lines_aside(statement_id=found.pk, by=by, version=found.version, line_ids=[row.pk], reason="Lương")
    found.refresh_from_db()
    assert len(proposed(found)) == 1
    with pytest.raises(Refused, match="ít nhất một dòng"):
        actions.set_lines_aside(statement_id=found.pk, by=by, version=found.version, line_ids=[row.pk], reason="Lại")
    actions.set_lines_aside(statement_id=found.pk, by=by, version=found.version, line_ids=[row.pk], reason="")
    found.refresh_from_db()
    assert len(proposed(found)) == 2
    assert found.lines.filter(decided_by__isnull=False).count() == 0


def test_a_file_of_which_nothing_was_decided_may_be_dropped(world):
    payment = approved(world)
    by = world.actor(*ACCOUNTANT)
    found = bring(world, line(payment))
    actions.drop_statement(statement_id=found.pk, by=by, version=found.version)
    found = bring(world, line(payment))
    confirm_all(world, found)
    found.refresh_from_db()
    with pytest.raises(Refused, match="không bỏ được"):
        actions.drop_statement(statement_id=found.pk, by=by, version=found.version)


def test_a_line_before_the_approval_is_none_of_its_payment(world):
    payment = approved(world)
    found = bring(world, line(payment, on=format_date(today() - timedelta(days=1))))
    assert "Không có khoản chi nào" in proposed(found)[0][1]
