"""The client of the documents, from registering an establishment to the approval, against a live server on this machine."""

import importlib.util
import json
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

import pytest

from khuyencong.api.tests.making import token_for
from khuyencong.appraisal.models import Level, Outcome
from khuyencong.establishments.models import Establishment
from khuyencong.projects.models import Project
from khuyencong.testing import PDF, advance_to, approve_in_plan, judge

FILE = Path(__file__).resolve().parent.parent / "docs" / "api-client" / "khuyencong_client.py"
spec = importlib.util.spec_from_file_location("khuyencong_client", FILE)
example = importlib.util.module_from_spec(spec)
spec.loader.exec_module(example)


@pytest.mark.django_db(transaction=True)
def test_the_example_goes_from_registering_to_the_approval(world, live_server, monkeypatch, tmp_path, capsys):
    """As its README says to run it: nothing but the environment is set."""
    _, secret = token_for(world)
    letter = tmp_path / "cong-van.pdf"
    letter.write_bytes(PDF)
    environment = {
        "KHUYENCONG_URL": live_server.url,
        "KHUYENCONG_TOKEN": secret,
        "KHUYENCONG_PROVINCE": "82",
        "KHUYENCONG_PROVINCE_BEFORE": "87@2025",
        "KHUYENCONG_LETTER": str(letter),
    }
    for name, value in environment.items():
        assert name in (FILE.parent / "README.md").read_text()
        monkeypatch.setenv(name, value)
    looks = []

    def people_at_work(_seconds):
        project = Project.objects.get()
        looks.append(project.state)
        if project.state == "submitted":
            judge(world, project, Level.BASE, Outcome.AGREE)
        else:  # and under contract before anybody looks again
            approve_in_plan(world, project)
            project.refresh_from_db()
            advance_to(world, project, "in_progress")

    monkeypatch.setattr(example.time, "sleep", people_at_work)
    assert example.main() == 0, capsys.readouterr().err
    told = capsys.readouterr().out.splitlines()
    project = Project.objects.get()

    assert looks == ["submitted", "base_appraised"]
    assert told[0].startswith(f"{project.code}: ")
    assert told[1] == "Lập đề án"
    assert "Được phê duyệt trong kế hoạch" in told
    # Started once more it makes nothing anew.
    assert example.main() == 0
    assert (Project.objects.count(), Establishment.objects.count()) == (1, 1)

    client = example.Client(live_server.url, secret)
    seen = client.get(f"/projects/{project.code}")
    assert seen["support"] == 150_000_000
    assert [one["id"] for one in client.all_of("/establishments", limit=1)] == [Establishment.objects.get().pk]
    with pytest.raises(example.Refused, match="không sửa được nội dung") as caught:
        client.send("PATCH", f"/projects/{project.code}", {"scale": "x"}, version=seen["version"])
    assert caught.value.problem["status"] == 409


def test_the_example_waits_when_it_is_told_to(monkeypatch):
    waited, answers = (
        [],
        [HTTPError("", 429, "", {"Retry-After": "41"}, BytesIO()), URLError("gone"), BytesIO(b'{"a": 1}')],
    )

    def answer(*_args, **_more):
        found = answers.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(example, "urlopen", answer)
    monkeypatch.setattr(example.time, "sleep", waited.append)
    assert example.Client("http://may.example", "kc_").get("/projects") == {"a": 1}
    assert waited == [41, 5]


@pytest.mark.django_db(transaction=True)
def test_a_refusal_comes_whole_over_the_wire(world, live_server):
    """A real server sends as many bytes as the header says: what Django's own client does not notice."""
    _, secret = token_for(world)
    where = urlsplit(live_server.url)
    asked = [("GET", "/api/v1/nothing", 404), ("PUT", "/api/v1/projects", 405), ("OPTIONS", "/api/v1/projects", 405)]
    for method, path, status in asked:
        connection = HTTPConnection(where.hostname, where.port, timeout=30)
        connection.request(method, path, headers={"Authorization": f"Bearer {secret}"})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        assert (answer.status, json.loads(body)["status"]) == (status, status)
        assert int(answer.headers["Content-Length"]) == len(body)
        assert answer.headers["Content-Type"] == "application/problem+json"
