"""The life of a đề án through the real actions, for every end it can come to."""

import pytest

from khuyencong.audit.verify import verify_chain
from khuyencong.finance.ledger import balance_of
from khuyencong.projects.states import ProjectState
from khuyencong.testing import make_project

MILLION = 1_000_000


@pytest.mark.parametrize("source", ["local", "national"])
@pytest.mark.parametrize("state", [s for s in ProjectState.values if s != "central_appraised"])
def test_project_reaches_every_state(world, source, state):
    project = make_project(world, state=state, source=source)

    assert project.state == state
    assert verify_chain() is None


def test_national_project_is_appraised_twice(world):
    project = make_project(world, state="central_appraised", source="national")

    assert [one.level for one in project.appraisals.order_by("pk")] == ["base", "central"]


def test_settled_group_project_balances(world):
    project = make_project(world, state="settled", beneficiaries=3, support=150 * MILLION, total=400 * MILLION)

    balance = balance_of(project)
    assert (balance.approved, balance.contracted, balance.accepted, balance.paid_out, balance.settled) == (
        450 * MILLION,
    ) * 5
