"""What is signed under a delegation says so; duties stay separated by person, whatever hat is worn."""

from uuid import uuid4

import pytest

from khuyencong.accounts.actions import delegate
from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.demo.paying import account_of
from khuyencong.finance.actions import approve_payment, approve_plan, prepare_payment, return_payment, sign_contract
from khuyencong.finance.models import Contract, ContractKind, PaymentKind
from khuyencong.people.actors import as_actor
from khuyencong.people.models import Membership
from khuyencong.programmes.models import AnnualPlan
from khuyencong.testing import asked, give_money, make_project, put_in_new_plan

pytestmark = pytest.mark.django_db
DOCUMENT = "Giấy ủy quyền 5/UQ"
SIGNED = f"Chuyên viên Sở Công Thương Đồng Tháp, thừa ủy quyền của Lãnh đạo Sở Công Thương Đồng Tháp ({DOCUMENT})"


def lent(world, role="leader", to="officer"):
    """`to`, wearing the hat of the department's leader (or accountant)."""
    receiver = world.actor("dong-thap", to).user
    hat, _ = delegate(
        by=world.actor("dong-thap", role), to_user_id=receiver.pk, from_on=today(), to_on=today(), document=DOCUMENT
    )
    hat = Membership.objects.select_related("agency__province", "delegated_by").get(pk=hat.pk)
    return as_actor(hat, user=receiver, origin="thử")


def prepared(world, by, project):
    return prepare_payment(
        project_id=project.pk, by=by, version=project.version, creation_key=uuid4(), kind=PaymentKind.ADVANCE,
        amount=1_000_000, condition_document="BC-01",
    )  # fmt: skip


def test_plan_contract_and_payment_name_on_whose_behalf(world, client):
    deputy = lent(world)
    project = make_project(world, state="base_appraised")
    give_money(world, agency="dong-thap", source="local", year=project.year, amount=asked(project))
    plan = put_in_new_plan(world, project)
    approve_plan(
        plan_id=plan.pk, version=plan.version, by=deputy, decision_number="1/QĐ", decision_on=today(), decided_by="A"
    )
    assert AnnualPlan.objects.get().approved_as == SIGNED
    project.refresh_from_db()
    sign_contract(
        project_id=project.pk, by=deputy, version=project.version, kind=ContractKind.CONTRACT, number="1/HĐ",
        signed_on=today(), ends_on=None, value=asked(project), unit_account=account_of(world, project),
    )  # fmt: skip
    assert Contract.objects.get().signed_as == SIGNED
    project.refresh_from_db()
    payment = prepared(world, world.actor("dong-thap", "accountant"), project)
    project.refresh_from_db()
    payment = approve_payment(payment_id=payment.pk, by=deputy, version=project.version)
    assert payment.approved_as == SIGNED
    assert set(AuditEvent.objects.filter(actor=deputy.user, role="leader").values_list("on_behalf", flat=True)) == {
        deputy.on_behalf
    }
    client.force_login(world.actor("dong-thap", "auditor").user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"{project.get_absolute_url()}?tab=kinh-phi").content.decode()
    assert page.partition("Hợp đồng</h2>")[2].count(SIGNED) == 2  # contract and payment; above, the steps taken
    assert deputy.on_behalf in client.get(f"{project.get_absolute_url()}?tab=nhat-ky").content.decode()
    assert SIGNED in client.get(f"/ke-hoach/{plan.pk}/").content.decode()


def test_own_hat_signs_by_name_alone(world):
    leader = world.actor("dong-thap", "leader")
    make_project(world, state="in_progress")
    assert Contract.objects.get().signed_as == str(leader.user)


def test_returned_payment_names_the_signer(world):
    project = make_project(world, state="in_progress")
    payment = prepared(world, world.actor("dong-thap", "accountant"), project)
    project.refresh_from_db()
    payment = return_payment(payment_id=payment.pk, by=lent(world), version=project.version, reason="Thiếu.")
    assert payment.returned_as == SIGNED


def test_accountant_with_the_leader_s_hat_does_not_decide_the_own_payment(world):
    project = make_project(world, state="in_progress")
    payment = prepared(world, world.actor("dong-thap", "accountant"), project)
    project.refresh_from_db()
    deputy = lent(world, to="accountant")
    with pytest.raises(Refused, match="không được tự duyệt"):
        approve_payment(payment_id=payment.pk, by=deputy, version=project.version)


def test_leader_with_the_accountant_s_hat_does_not_decide_what_was_prepared_under_it(world):
    project = make_project(world, state="in_progress")
    payment = prepared(world, lent(world, role="accountant", to="leader"), project)
    project.refresh_from_db()
    with pytest.raises(Refused, match="không được tự duyệt"):
        approve_payment(payment_id=payment.pk, by=world.actor("dong-thap", "leader"), version=project.version)
