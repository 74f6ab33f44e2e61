"""The scripted day: each role's script works on the pages as they are, and the figures are what they say."""

from email.message import Message
from itertools import islice
from random import Random
from urllib.parse import urlsplit

import pytest
from django.test import Client

from khuyencong.audit.verify import verify_chain
from khuyencong.core import counts
from khuyencong.core.observed import Tally
from tests.load import scripts
from tests.load.browser import Browser, Form, Page, Seen
from tests.load.day import broken
from tests.load.figures import flat, percentile, sentences, slope, table
from tests.load.machine import cpu_of, memory_of, write_waits
from tests.load.people import plan_of, shared_out
from tests.load.scripts import DUE, OF_A_DAY, OF_A_MONTHS_END, SCRIPTS, WITHOUT_ACCOUNT, day_of
from tests.load.sites import Site
from tests.load.tasks import CONTESTED, PUBLIC, Worker


class InProcess(Browser):
    """The same browser without a network between it and the pages."""

    def fetch(self, method, url, body, headers):
        parts = urlsplit(url)
        told = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
        kind = told.pop("HTTP_CONTENT_TYPE", "")
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        answer = client.generic(method, parts.path, body or b"", kind, QUERY_STRING=parts.query, **told)
        headers = Message()
        for name, value in answer.headers.items():
            headers[name] = value
        for cookie in answer.cookies.values():
            headers["Set-Cookie"] = cookie.OutputString()
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return answer.status_code, headers, content


@pytest.mark.one_database
@pytest.mark.django_db
def test_every_role_gets_through_its_day(world):
    plan = plan_of([Site(world, world.actor("dong-thap", "administrator"))], 10, 1)
    assert {one["role"] for one in plan["people"]} == set(SCRIPTS)
    seen = []
    for person in plan["people"]:
        one = Worker(InProcess(80, seen.append), person, Random(7))  # noqa: S311
        if person["role"] not in WITHOUT_ACCOUNT:
            one.sign_in()
        for piece in SCRIPTS[person["role"]]:
            for _ in piece(one):
                pass
    assert [one for one in seen if one.error] == []
    assert [one for one in seen if one.refused] == []
    done = {one.task for one in seen}
    assert OF_A_DAY - done == set()
    assert OF_A_MONTHS_END - done == set()
    assert verify_chain() is None


def test_percentiles_are_values_that_were_there():
    values = [float(one) for one in range(1, 101)]
    assert [percentile(values, share) for share in (0.5, 0.95, 0.99)] == [50, 95, 99]
    assert percentile([3.0], 0.95) == 3.0
    assert percentile([], 0.95) == 0.0


def test_a_row_counts_errors_and_refusals_apart():
    seen = [
        Seen("a", 0, 0.1, 302), Seen("a", 0, 0.1, 200, waited=0.2), Seen("a", 0, 0.3, 500, error="500 GET /", waited=0.3),
        Seen("b", 0, 0.2, 422, refused="Không.", waited=0.2), Seen(PUBLIC, 0, 9, 200, waited=9),
    ]  # fmt: skip
    *tasks, whole = table(seen, 2)
    assert [row["task"] for row in tasks] == [PUBLIC, "a", "b"]
    assert (whole["requests"], whole["per_second"], whole["errors"], whole["refused"]) == (4, 2, 1, 1)
    assert (whole["p50_ms"], whole["p95_ms"]) == (200, 300), (
        "the way of a form counts as one wait, and readers not at all"
    )
    assert sentences(["500 /de-an/7/", "500 /de-an/8/", ""]) == [("### /de-an/#/", 2)]


def test_memory_is_level_or_not():
    assert slope([(0, 1), (1, 3), (2, 5)]) == 2
    assert slope([(0, 1)]) == 0
    steady = [(at, 400 + at % 2) for at in range(100)]
    growing = [(at, 400 + at) for at in range(100)]
    assert flat(steady, allowed_mb=20, share=0.05)[0]
    assert flat(growing, allowed_mb=20, share=0.05) == (False, 99)
    peaks = [(at, 700 if at % 10 == 9 else 400) for at in range(100)]
    assert flat(peaks, allowed_mb=8, share=0.02) == (True, 0)


def test_people_of_a_role_begin_at_different_pieces(monkeypatch):
    def of(name):
        def piece(_one):
            yield name

        return piece

    pieces = {role: tuple(of(f"{role} {place}") for place in range(len(has))) for role, has in SCRIPTS.items()}
    due = {role: pieces[role][SCRIPTS[role].index(piece)] for role, piece in DUE.items()}
    monkeypatch.setattr(scripts, "SCRIPTS", pieces)
    monkeypatch.setattr(scripts, "DUE", due)
    one = Worker(None, {"role": "officer"}, Random(1))  # noqa: S311
    first = [next(day_of(one, number, months_end=False)) for number in range(8)]
    assert first == [f"officer {number % 7}" for number in range(8)]
    assert {next(day_of(one, number, months_end=True)) for number in range(8)} == {next(due["officer"](one))}
    assert list(islice(day_of(one, 6, months_end=False), 8)) == [
        f"officer {number}" for number in (6, 0, 1, 2, 3, 4, 5, 6)
    ]


def test_a_day_in_which_something_was_left_out_does_not_count():
    rows = [{"task": task, "requests": 3, "errors": 0, "refused": 0, "p95_ms": 9.0} for task in sorted(OF_A_DAY)]
    result = {
        "rows": [*rows, rows[0]],
        "must": sorted(OF_A_DAY),
        "checked": True,
        "judge_memory": False,
        "steady": rows[0],
    }
    assert broken(result) == []
    kept = [row for row in rows if row["task"] != "Duyệt chi"]
    assert broken(result | {"rows": [*kept, rows[0]]}) == ["không ai làm: Duyệt chi"]
    assert broken(result | {"steady": {"p95_ms": 700.0}}) == ["p95 700.0 ms khi mọi người đã vào, phải dưới 500"]
    refused = [row | {"refused": row["task"] in {CONTESTED, "Gửi đề án"}} for row in rows]
    assert broken(result | {"rows": [*refused, rows[0]]}) == ["quy tắc từ chối ngoài dự kiến: Gửi đề án"]


def test_a_form_is_sent_as_it_stands():
    form = Form.read(
        "/a/b/",
        '<form method="post" action="/c/" enctype="multipart/form-data"><input name="x" value="1&amp;2"><input type="checkbox"'
        ' name="y" checked><input type="radio" name="z" value="" checked><input type="radio" name="z" value="2">'
        '<select name="s"><option value="">–<option value="k" selected>K</select><textarea name="t">\nab</textarea>'
        '<input type="file" name="f"><button name="go" value="1">Đi</button></form>',
    )
    assert (form.url, form.method, form.is_multipart) == ("/c/", "post", True)
    assert form.fields == {"x": ["1&2"], "y": ["on"], "z": [""], "s": ["k"], "t": ["ab"]}
    assert form.filled({"x": "3"})["x"] == ["3"]
    page = Page("/a/b/", 200, b'<form action="/c/"><input name="k"></form><form action="/d/"><input name="k"></form>')
    assert page.form(to="/d/", having="k").url == "/d/"
    assert page.form(to="/e/") is None


def test_a_hundred_users_have_every_role():
    for users in (10, 60, 200):
        shares = shared_out(users)
        assert sum(shares.values()) == users
        assert set(shares) == set(SCRIPTS)
        assert min(shares.values()) >= 1


def test_waiting_to_write_is_counted_where_it_happens():
    before = write_waits(_metrics())["begun"]
    Tally()(lambda *_: None, "BEGIN IMMEDIATE", None, False, {})
    Tally()(lambda *_: None, "SELECT 1", None, False, {})
    found = write_waits(_metrics())
    assert found["begun"] == before + 1
    assert found["waited_long"] == 0


def _metrics():
    from prometheus_client import REGISTRY, generate_latest

    assert counts.WRITE_WAITS
    return generate_latest(REGISTRY).decode()


def test_this_very_process_takes_cpu_and_memory():
    import os

    assert cpu_of([os.getpid()])[os.getpid()] > 0
    assert memory_of([os.getpid()]) > 10
