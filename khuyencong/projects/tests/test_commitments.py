"""What beneficiaries commit themselves to: written down on a draft, and asked for at submission with the article."""

import pytest
from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.core.errors import Refused
from khuyencong.projects import actions
from khuyencong.projects.actions import Commitments
from khuyencong.projects.models import Beneficiary
from khuyencong.projects.tests.test_pages import queries_for
from khuyencong.testing import make_establishment, make_project

NONE, BOTH = Commitments(False, False), Commitments(True, True)


@pytest.fixture
def officer(world):
    return world.actor("dong-thap-centre", "officer")


def set_all(project, by, given):
    actions.set_commitments(
        project_id=project.pk,
        by=by,
        version=project.version,
        given={one.pk: given for one in project.beneficiaries.all()},
    )
    project.refresh_from_db()


def flags(project):
    return list(project.beneficiaries.values_list("commits_own_capital", "declares_no_other_support"))


@pytest.mark.parametrize(
    ("given", "code", "says"),
    [
        (Commitments(commits_own_capital=False, declares_no_other_support=True), "own_capital_missing", "đầu tư đủ"),
        (
            Commitments(commits_own_capital=True, declares_no_other_support=False),
            "no_declaration",
            "chưa được Nhà nước",
        ),
    ],
)
def test_missing_commitment_stops_the_submission_with_its_article(world, officer, given, code, says):
    project = make_project(world, beneficiaries=2)
    set_all(project, officer, given)
    with pytest.raises(Refused, match=says) as refusal:
        actions.submit(project_id=project.pk, by=officer, version=project.version)
    found = [one for one in refusal.value.findings if one.code == code]
    assert len(found) == 2
    assert all("26/2014" in one.article for one in found)
    names = {str(one) for one in project.beneficiaries.select_related("establishment")}
    assert {one.sentence.split(":")[0] for one in found} == names
    set_all(project, officer, BOTH)
    actions.submit(project_id=project.pk, by=officer, version=project.version)


def test_change_is_written_once_by_name_and_leaves_the_others_alone(world, officer):
    project = make_project(world, beneficiaries=2)
    first = project.beneficiaries.select_related("establishment").first()
    actions.set_commitments(project_id=project.pk, by=officer, version=project.version, given={first.pk: NONE})
    assert flags(project) == [(False, False), (True, True)]
    event = AuditEvent.objects.latest("seq")
    name = f"{first} (mã {first.establishment_id})"
    assert (event.action, event.before, event.after) == (
        "project.set_commitments",
        {name: "đủ vốn đối ứng, chưa được hỗ trợ"},
        {name: "chưa có"},
    )


def test_beneficiary_of_another_project_cannot_be_named(world, officer):
    project, other = make_project(world), make_project(world)
    before = flags(other)
    given = {other.beneficiaries.get().pk: NONE}
    with pytest.raises(Refused, match="không còn trong đề án"):
        actions.set_commitments(project_id=project.pk, by=officer, version=project.version, given=given)
    assert flags(other) == before


def test_what_was_submitted_keeps_its_commitments(world, officer):
    project = make_project(world, state="submitted")
    with pytest.raises(Refused, match="không sửa được"):
        set_all(project, officer, NONE)
    assert flags(project) == [(True, True)]


def test_ticked_when_the_beneficiary_is_added(world, officer, visit):
    project = make_project(world, beneficiaries=2)
    url = reverse("project_beneficiary_add", args=[project.code])
    data = {"version": project.version, "establishment": make_establishment(world).pk, "commits_own_capital": "on"}
    assert visit(officer).post(url, data).status_code == 302
    added = Beneficiary.objects.latest("pk")
    assert (added.commits_own_capital, added.declares_no_other_support) == (True, False)
    assert AuditEvent.objects.latest("seq").after["cam kết"] == "đủ vốn đối ứng"


def test_page_shows_each_beneficiary_with_its_two_boxes(world, officer, visit):
    project = make_project(world, beneficiaries=2)
    second = project.beneficiaries.last()
    client, url = visit(officer), reverse("project_commitments", args=[project.code])
    page = client.get(url)
    assert page.content.decode().count('type="checkbox"') == 4
    assert page.content.decode().count("checked") == 4
    data = {"version": project.version, f"declares_no_other_support_{second.pk}": "on"}
    assert client.post(url, data).status_code == 302
    assert flags(project) == [(False, False), (False, True)]
    overview = client.get(project.get_absolute_url()).content.decode()
    assert "<strong>chưa có</strong>" in overview
    assert "Chưa có cam kết đầu tư đủ" in overview


def test_page_takes_as_many_queries_for_three_as_for_one(world, officer, visit):
    client = visit(officer)
    urls = [reverse("project_commitments", args=[make_project(world, beneficiaries=rows).code]) for rows in (2, 4)]
    client.get(urls[0])  # what is read once for all pages
    counts = [queries_for(client, url) for url in urls]
    # Most are for the list of steps: what the law says of everything that stands in the đề án.
    assert counts[0] == counts[1] <= 32
