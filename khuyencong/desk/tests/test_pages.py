"""«Việc của tôi», the page of one đề án."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.core.money import MILLION
from khuyencong.desk.page import TABS
from khuyencong.finance.models import PaymentKind
from khuyencong.projects.states import ProjectState
from khuyencong.testing import make_project, pay

UNIT, SO = "dong-thap-centre", "dong-thap"


def queries_for(client, address, **query):
    """How many queries the page takes."""
    client.get(address, query)  # whatever is only read once
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address, query).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    ("agency", "role", "state"),
    [
        (UNIT, "officer", "draft"),
        (SO, "appraiser", "submitted"),
        (SO, "accountant", "accepted"),
        (SO, "leader", "approved"),
    ],
)
def test_work_takes_as_many_queries_for_three_as_for_one(world, visit, agency, role, state):
    client = visit(world.actor(agency, role))
    make_project(world, state=state)
    one = queries_for(client, reverse("work"))
    for _ in range(2):
        make_project(world, state=state, beneficiaries=2)
    assert queries_for(client, reverse("work")) == one <= 58
    assert len(client.get(reverse("work")).context["tasks"]) == 3


@pytest.mark.one_database
@pytest.mark.parametrize("tab", [key for key, _ in TABS])
@pytest.mark.parametrize("state", ["draft", "submitted", "accepted"])
def test_project_takes_as_many_queries_for_three_beneficiaries_as_for_one(world, visit, tab, state):
    client = visit(world.actor(UNIT, "officer"))
    counts = []
    for number in (1, 3):
        project = make_project(world, state=state, beneficiaries=number)
        if state == "accepted":
            for _ in range(number):
                pay(world, project, PaymentKind.FINAL, 10 * MILLION)
        counts.append(queries_for(client, project.get_absolute_url(), tab=tab))
    assert counts[0] == counts[1] <= 43


@pytest.mark.one_database
@pytest.mark.parametrize("state", ProjectState.values)
@pytest.mark.parametrize("tab", [key for key, _ in TABS])
def test_every_tab_opens_in_every_state(world, visit, state, tab):
    project = make_project(world, state=state, source="national")
    for agency, role in ((UNIT, "officer"), ("national", "auditor")):
        answer = visit(world.actor(agency, role)).get(project.get_absolute_url(), {"tab": tab})
        page = answer.content.decode()
        assert answer.status_code == 200
        assert page.count("<h1") == 1
        assert project.get_state_display() in page


def test_unknown_tab_opens_the_first(world, visit):
    project = make_project(world)
    answer = visit(world.actor(UNIT, "officer")).get(project.get_absolute_url(), {"tab": "x"})
    assert answer.context["tab"] == TABS[0][0]


def test_draft_says_what_is_missing_and_blocks_its_button(world, visit):
    from khuyencong.projects import actions

    officer = world.actor(UNIT, "officer")
    project = make_project(world)
    actions.update_project(project_id=project.pk, by=officer, version=project.version, fields={"aims": ""})
    answer = visit(officer).get(project.get_absolute_url())
    page = answer.content.decode()
    assert "Chưa ghi mục tiêu" in page
    assert 'aria-disabled="true"' in page
    assert "TT 36/2013 Đ5.3" in page


def test_history_names_who_did_what(world, visit):
    project = make_project(world, state="returned")
    page = visit(world.actor(UNIT, "officer")).get(project.get_absolute_url(), {"tab": "nhat-ky"}).content.decode()
    for word in ("Lập đề án", "Chuyên viên Trung tâm Khuyến công Đồng Tháp", "Cần bổ sung."):
        assert word in page


def test_buttons_are_only_for_whom_they_are(world, visit):
    project = make_project(world, state="submitted")
    address = reverse("project_appraise", args=[project.code, "base"])
    assert address in visit(world.actor(SO, "appraiser")).get(project.get_absolute_url()).content.decode()
    for agency, role in ((SO, "leader"), (UNIT, "officer"), ("national", "appraiser"), (SO, "auditor")):
        assert address not in visit(world.actor(agency, role)).get(project.get_absolute_url()).content.decode()


def test_empty_desk_says_so(world, visit):
    page = visit(world.actor(SO, "auditor")).get(reverse("work")).content.decode()
    assert "Không có việc nào đang chờ bạn" in page
