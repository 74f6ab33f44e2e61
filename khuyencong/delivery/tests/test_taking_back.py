"""A wrong acceptance is taken back by a document; nothing is edited, and the ledger answers."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused
from khuyencong.core.money import MILLION
from khuyencong.delivery.actions import annul_acceptance, waiting_for_acceptance
from khuyencong.delivery.models import Acceptance, AcceptedSerial
from khuyencong.delivery.tests.spot import LEADER, one, take, take_back
from khuyencong.delivery.tests.test_rounds import two_machines
from khuyencong.finance.actions import prepare_payment, stop
from khuyencong.finance.check import broken_rows
from khuyencong.finance.days import last_accepted_on
from khuyencong.finance.ledger import approved_by_beneficiary, balance_of, post
from khuyencong.finance.models import EntryKind, LedgerEntry, PaymentKind
from khuyencong.settlement.tests.making import two_years
from khuyencong.testing import accept_next, advance_to, make_project, pay, pay_rest, settle


def test_the_part_waits_again_and_the_ledger_answers(world):
    project = make_project(world, state="in_progress")
    wrong = take(world, project, one(project, cost=400 * MILLION, serial="SN-7001"))
    take_back(world, wrong)
    project.refresh_from_db()
    assert project.state == "in_progress"
    assert not project.acceptances.exists()
    assert Acceptance.all_ever.get(pk=wrong.pk).taken_back.reason == "Ghi nhầm số máy."
    balance = balance_of(project)
    assert (balance.accepted, balance.annulled, balance.still_payable) == (0, 200 * MILLION, 0)
    rows = LedgerEntry.objects.filter(project=project, kind__in=["accepted", "annulled"])
    assert [(row.kind, row.amount) for row in rows] == [("accepted", 200 * MILLION), ("annulled", 200 * MILLION)]
    assert rows[1].answers == rows[0]
    assert last_accepted_on(project) is None
    assert not AcceptedSerial.objects.exists()
    assert waiting_for_acceptance(project, approved_by_beneficiary(project)) == [wrong.beneficiary_id]
    assert list(broken_rows()) == []
    right = take(world, project, one(project, cost=300 * MILLION, serial="SN-7001"))
    assert (right.round, right.payable) == (2, 150 * MILLION)
    project.refresh_from_db()
    pay_rest(world, project)
    project.refresh_from_db()
    settle(world, project)
    assert list(broken_rows()) == []


def test_of_a_stopped_project_what_was_accepted_wrongly_goes_back(world):
    project = make_project(world, state="in_progress", beneficiaries=2, support=100 * MILLION, total=300 * MILLION)
    wrong = take(world, project, one(project, cost=300 * MILLION, serial="SN-7009"))
    project.refresh_from_db()
    stop(
        project_id=project.pk, by=world.actor(*LEADER), version=project.version, document="9/QĐ", on=today(),
        reason="Cơ sở giải thể.",
    )  # fmt: skip
    assert balance_of(project).committed == 100 * MILLION
    take_back(world, wrong)
    project.refresh_from_db()
    balance = balance_of(project)
    assert (project.state, balance.accepted, balance.committed) == ("stopped", 0, 0)
    assert list(broken_rows()) == []


def test_part_whose_money_is_not_in_the_contract_yet_waits_for_the_annex(world):
    """Of two years: the second year's part is approved, its annex is not signed."""
    project = two_years(world)
    before = Acceptance.objects.count()
    with pytest.raises(Refused, match="hãy ký phụ lục trước khi nghiệm thu") as refused:
        accept_next(world, project)
    assert refused.value.article == "TT 36/2013 Đ12.2, Đ15"
    assert Acceptance.objects.count() == before


def test_an_acceptance_that_makes_nothing_payable_has_no_row_to_answer(world):
    project = make_project(world, state="in_progress")
    nothing = take(world, project, one(project, cost=0), undelivered="Thôi.")
    take_back(world, nothing)
    assert balance_of(project).annulled == 0
    project.refresh_from_db()
    assert project.state == "in_progress"


def test_the_database_takes_back_a_row_once_and_names_it(world):
    project = make_project(world, state="in_progress")
    found = take(world, project)
    take_back(world, found)
    row = LedgerEntry.objects.get(kind="accepted")
    given = {
        "envelope": row.envelope, "project": project, "beneficiary": row.beneficiary, "by": world.actor(*LEADER),
        "on": today(), "document": "x", "amount": 1,
    }  # fmt: skip
    for answers, kind in ((row, EntryKind.ANNULLED), (None, EntryKind.ANNULLED), (row, EntryKind.ACCEPTED)):
        with pytest.raises(IntegrityError), transaction.atomic():
            post(kind=kind, answers=answers, **given)


def test_what_was_paid_on_it_stands(world, everything):
    project = make_project(world, state="in_progress", beneficiaries=2, support=100 * MILLION, total=300 * MILLION)
    first, second = project.beneficiaries.all()
    early = take(world, project, one(project, line=first.lines.get()), part=first)
    pay(world, project, PaymentKind.FINAL, 100 * MILLION)
    late = take(world, project, one(project, line=second.lines.get()), part=second)
    before = everything()
    with pytest.raises(Refused, match="Đã thanh toán") as refusal:
        take_back(world, early)
    assert refusal.value.article == "TT 36/2013 Đ12.6, Đ14"
    assert everything() == before
    take_back(world, late)  # the payment was made before it
    assert balance_of(project).accepted == 100 * MILLION


def test_not_while_a_payment_waits(world):
    from uuid import uuid4

    project = make_project(world, state="accepted")
    prepare_payment(
        project_id=project.pk, by=world.actor("dong-thap", "accountant"), version=project.version, creation_key=uuid4(),
        kind=PaymentKind.FINAL, amount=MILLION, condition_document="BB",
    )  # fmt: skip
    with pytest.raises(Refused, match="chưa xong"):
        take_back(world, project.acceptances.get())


def test_the_last_round_goes_first(world):
    project = two_machines(world)
    first, second = project.lines.all()
    early = take(world, project, one(project, line=first), is_last=False)
    late = take(world, project, one(project, line=second))
    with pytest.raises(Refused, match=f"hủy biên bản {late}"):
        take_back(world, early)
    take_back(world, late)
    take_back(world, early)
    assert balance_of(project).accepted == 0


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"number": " "}, "số văn bản"),
        ({"reason": ""}, "lý do"),
        ({"on": today() + timedelta(days=1)}, "tương lai"),
        ({"on": today() - timedelta(days=1)}, "trước ngày nghiệm thu"),
    ],
)
def test_the_document_is_whole(world, everything, values, words):
    project = make_project(world, state="accepted")
    before = everything()
    with pytest.raises(Refused, match=words):
        take_back(world, project.acceptances.get(), **values)
    assert everything() == before


def test_not_after_the_settlement(world):
    project = make_project(world, state="in_progress", beneficiaries=2, support=100 * MILLION, total=300 * MILLION)
    take(world, project, one(project, line=project.beneficiaries.first().lines.get()))
    project = advance_to(world, project, "settled")
    with pytest.raises(Refused, match="trạng thái"):
        take_back(world, project.acceptances.first())


def test_only_the_leader_of_who_accepts(world):
    local, direct = (
        make_project(world, state="accepted"),
        make_project(world, state="accepted", source="national", unit="region"),
    )
    for project, good in ((local, LEADER), (direct, ("national", "leader"))):
        for who in (("dong-thap", "officer"), LEADER, ("national", "leader"), ("phu-tho", "leader")):
            if who != good:
                with pytest.raises(NotAllowed):
                    annul_acceptance(
                        acceptance_id=project.acceptances.get().pk, by=world.actor(*who), version=project.version,
                        number="1", on=today(), reason="x",
                    )  # fmt: skip
    annul_acceptance(
        acceptance_id=direct.acceptances.get().pk, by=world.actor("national", "leader"), version=direct.version,
        number="1", on=today(), reason="x",
    )  # fmt: skip


def test_twice_is_refused(world, everything):
    project = make_project(world, state="accepted")
    found = project.acceptances.get()
    take_back(world, found)
    before = everything()
    with pytest.raises(Refused, match="đã được hủy"):
        take_back(world, found)
    assert everything() == before


def test_the_approved_list_may_change_once_nothing_stands_on_it(world):
    """The item stays as it was recorded, also where an adjustment takes its line out."""
    project = make_project(world, state="accepted")
    found = project.acceptances.get()
    take_back(world, found)
    content = project.lines.get().content
    project.lines.all().delete()
    item = found.items.get()
    assert (item.line, item.approved_name, str(item)) == (None, content, content)


def test_the_pages(world, visit):
    project = make_project(world, state="accepted")
    found = project.acceptances.get()
    leader = visit(world.actor(*LEADER))
    page, address = (
        reverse(f"project_{name}", args=[project.code, found.pk]) for name in ("acceptance", "acceptance_annul")
    )
    assert address in leader.get(page).content.decode()
    assert leader.get(address).status_code == 200
    wrong = leader.post(address, {"version": project.version, "number": "", "on": "", "reason": ""})
    assert wrong.status_code == 422
    sent = {"version": project.version, "number": "07/QĐ", "on": today().strftime("%d/%m/%Y"), "reason": "Nhầm máy."}
    assert leader.post(address, sent).status_code == 302
    assert leader.post(address, sent).status_code == 422
    assert leader.get(address).status_code == 409
    text = leader.get(page).content.decode()
    assert "Đã hủy theo 07/QĐ" in text
    assert address not in text
    tab = leader.get(f"{project.get_absolute_url()}?tab=nghiem-thu").content.decode()
    assert "Nhầm máy." in tab
