"""The client of the documents, from registering an establishment to the approval, against a live server on this machine."""

import importlib.util
from pathlib import Path

import pytest

from khuyencong.api.tests.making import token_for
from khuyencong.appraisal.models import Level, Outcome
from khuyencong.establishments.models import Establishment
from khuyencong.projects.models import Project
from khuyencong.testing import PDF, approve_in_plan, judge

FILE = Path(__file__).resolve().parent.parent / "docs" / "api-client" / "khuyencong_client.py"
spec = importlib.util.spec_from_file_location("khuyencong_client", FILE)
example = importlib.util.module_from_spec(spec)
spec.loader.exec_module(example)


@pytest.mark.django_db(transaction=True)
def test_the_example_goes_from_registering_to_the_approval(world, live_server):
    _, secret = token_for(world)
    client = example.Client(live_server.url, secret)

    establishment = example.register(client, province="82", name="Hộ kinh doanh Ví Dụ")
    again = example.register(client, province="82", name="Hộ kinh doanh Ví Dụ")
    assert again == establishment
    assert Establishment.objects.count() == 1
    made = Establishment.objects.get()
    client.send("PATCH", f"/establishments/{made.pk}", {"province_before": "87@2025"}, version=establishment["version"])
    establishment = client.get(f"/establishments/{made.pk}")
    assert [one["id"] for one in client.all_of("/establishments", limit=1)] == [made.pk]

    proposed = example.propose(client, establishment, letter=PDF)
    assert proposed["state"]["code"] == "submitted"
    looks = []

    def people_at_work():
        project = Project.objects.get(code=proposed["code"])
        looks.append(project.state)
        if project.state == "submitted":
            judge(world, project, Level.BASE, Outcome.AGREE)
        else:
            approve_in_plan(world, project)

    told = example.follow(client, proposed["code"], wait=people_at_work)

    assert looks == ["submitted", "base_appraised"]
    assert told[0] == "Lập đề án"
    assert told[-3:] == ["Sở thẩm định: đồng ý", "Đưa vào kế hoạch", "Được phê duyệt trong kế hoạch"]
    project = client.get(f"/projects/{proposed['code']}")
    assert (project["state"]["code"], project["support"]) == ("approved", 150_000_000)
    with pytest.raises(example.Refused, match="không sửa được nội dung") as caught:
        client.send("PATCH", f"/projects/{proposed['code']}", {"scale": "x"}, version=project["version"])
    assert caught.value.problem["status"] == 409
