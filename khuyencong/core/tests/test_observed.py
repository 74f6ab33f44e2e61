"""What a request leaves in the log: its id, its page and how long it took; never who asked or about whom."""

import json
import logging
import re
from dataclasses import replace

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory

from khuyencong.core import measures
from khuyencong.core.logs import JsonFormatter, LineFormatter, RequestId, current_id, without_values
from khuyencong.core.observed import HEADER, ObservedMiddleware


@pytest.fixture
def lines(caplog):
    """What the log says, as JSON."""
    caplog.set_level(logging.INFO, "khuyencong.requests")
    caplog.handler.addFilter(RequestId())
    formatter = JsonFormatter()
    return lambda: [json.loads(formatter.format(record)) for record in caplog.records]


@pytest.mark.django_db
def test_a_request_leaves_one_line_without_names(world, visit, lines):
    client = visit(world.actor("dong-thap-centre", "officer"))
    answer = client.get("/co-so/?q=Nguyễn+Văn+An", headers={HEADER: "given-by-somebody"})
    (line,) = [one for one in lines() if one["logger"] == "khuyencong.requests"]
    assert line["page"] == "establishments"
    assert (line["method"], line["status"]) == ("GET", 200)
    assert line["queries"] > 0
    assert line["ms"] >= line["db_ms"] > 0
    assert re.fullmatch("[0-9a-f]{16}", answer.headers[HEADER])  # nobody but our own proxy may choose it
    assert line["request_id"] == answer.headers[HEADER]
    told = json.dumps(line, ensure_ascii=False)
    assert "Nguyễn" not in told
    assert world.actor("dong-thap-centre", "officer").user.username not in told


@pytest.mark.django_db
def test_what_is_slow_is_written_down_without_its_values(lines, settings):
    settings.CONFIG = replace(settings.CONFIG, slow_page_ms=0, slow_query_ms=0)

    def page(_request):
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s, 'bí mật'", ["bí mật"])
        return HttpResponse("")

    ObservedMiddleware(page)(RequestFactory().get("/"))
    query, whole = [one for one in lines() if one["logger"] == "khuyencong.slow"]
    assert query["sql"] == "SELECT %s, ?"
    assert whole["queries"] == 1
    assert "bí mật" not in json.dumps([query, whole], ensure_ascii=False)


def test_an_id_from_outside_is_taken_only_as_our_proxy_writes_it(settings):
    settings.CONFIG = replace(settings.CONFIG, https=True)
    page = ObservedMiddleware(lambda _request: HttpResponse(""))
    for given, taken in (("0912345678", False), ("nguyen-van-an", False), ("0a" * 16, True)):
        answer = page(RequestFactory().get("/", headers={HEADER: given}))
        assert (answer.headers[HEADER] == given) == taken


def test_error_page_shows_the_id_under_which_the_log_tells_it(client, lines, monkeypatch, db):
    client.raise_request_exception = False
    monkeypatch.setattr("khuyencong.upkeep.views.HttpResponse", None)
    answer = client.get("/-/live")
    assert answer.status_code == 500
    assert answer.headers[HEADER] in answer.content.decode()
    (error,) = [one for one in lines() if one["level"] == "ERROR"]
    assert error["request_id"] == answer.headers[HEADER]
    assert "TypeError" in error["traceback"]
    assert current_id.get() == ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "ask"),
    [
        (400, lambda client: client.get("/co-so/", headers={"Host": "bad host"})),
        (403, lambda client: client.get("/may-chu/")),
        (404, lambda client: client.get("/khong-co-trang-nay/0912345678/")),
        (405, lambda client: client.get("/vai-tro/")),
        (413, lambda client: client.post("/co-so/moi/", headers={"Content-Length": str(10**9)})),
    ],
)
def test_refusals_show_their_id_and_the_log_has_it(world, visit, lines, status, ask):
    answer = ask(visit(world.actor("dong-thap-centre", "officer")))
    assert answer.status_code == status
    assert f">{answer.headers[HEADER]}<" in answer.content.decode()
    told = [one for one in lines() if one.get("request_id") == answer.headers[HEADER]]
    assert [one["status"] for one in told if one["logger"] == "khuyencong.requests"] == [status]
    assert "0912345678" not in json.dumps(told)


@pytest.mark.django_db
def test_no_name_no_address_and_no_question_gets_into_the_log(world, client, visit, lines):
    officer = world.actor("dong-thap-centre", "officer")
    officer.user.email = "an.nguyen@co-quan.example"
    officer.user.save()
    for _ in range(6):  # until the login is closed
        answer = client.post("/dang-nhap/", {"username": "nguyen.van.an", "password": "Mật khẩu sai 123"})
    assert answer.status_code == 429
    assert f">{answer.headers[HEADER]}<" in answer.content.decode()
    client.post("/quen-mat-khau/", {"who": officer.user.email})
    client.get("/tra-loi/bi-mat-cua-mot-nguoi/")
    client.get("/tra-loi/bi-mat-cua-mot-nguoi»/")  # as programs of letters paste it: Django escapes what is not ASCII
    client.get("/tra-loi/bi-mat-cua-mot-nguoi\\/")
    client.get("/cong/tim/?q=Nguyễn+Văn+An")
    browser = visit(officer)
    browser.get("/tim/?q=Nguyễn+Văn+An")
    browser.get("/co-so/?q=0912345678&page=khong")
    browser.get("/de-an/?q=an.nguyen@co-quan.example")
    browser.post("/co-so/moi/", {"name": "Cơ sở Nguyễn Văn An", "phone": "0912345678"})
    told = "\n".join(json.dumps(one, ensure_ascii=False) for one in lines())
    assert told.count('"logger": "khuyencong.requests"') >= 15
    for word in (
        "Nguyễn",
        "nguyen.van.an",
        "an.nguyen",
        "0912345678",
        "q=",
        "Mật khẩu",
        "bi-mat",
        officer.user.username,
    ):
        assert word not in told, word


def test_values_that_the_database_repeats_stay_out_of_the_log():
    told = "IntegrityError: duplicate key\nDETAIL:  Key (phone)=(0912345678) already exists.\n\nThe above"
    assert "0912345678" not in without_values(told)
    told = (
        "Traceback (most recent call last):\n  File\npsycopg.errors.NotNullViolation: null value\n"
        "DETAIL:  Failing row contains (1, Cơ sở\nNguyễn Văn An, 0912345678).\n\n"
        "The above exception was the direct cause of the following exception:\n\n"
        "Traceback (most recent call last):\n  File\ndjango.db.utils.IntegrityError: null value\nLINE 1: … 'Trần Thị B'"
    )
    bare = without_values(told)
    assert not [word for word in ("Nguyễn", "0912345678", "Trần") if word in bare]
    assert bare.count("Traceback") == 2
    assert "django.db.utils.IntegrityError: null value" in bare
    assert "Nguyễn" not in measures.without_values(f"SELECT 1 WHERE a = '{'Nguyễn ' * 4_000}'")
    record = logging.LogRecord("x", logging.ERROR, "", 0, "Hỏng %s", ("chỗ này",), None)
    record.request_id = "abc"
    assert LineFormatter("%(message)s").format(record) == "Hỏng chỗ này [abc]"
    assert json.loads(JsonFormatter().format(record))["message"] == "Hỏng chỗ này"
