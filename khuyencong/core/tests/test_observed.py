"""What a request leaves in the log: its id, its page and how long it took; never who asked or about whom."""

import json
import logging
import re

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory

from khuyencong.core import observed
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
def test_what_is_slow_is_written_down_without_its_values(lines, monkeypatch):
    monkeypatch.setattr(observed, "SLOW_PAGE", 0)
    monkeypatch.setattr(observed, "SLOW_QUERY", 0)

    def page(_request):
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s", ["bí mật"])
        return HttpResponse("")

    ObservedMiddleware(page)(RequestFactory().get("/"))
    query, whole = [one for one in lines() if one["logger"] == "khuyencong.slow"]
    assert query["sql"] == "SELECT %s"
    assert whole["queries"] == 1
    assert "bí mật" not in json.dumps([query, whole], ensure_ascii=False)


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


def test_values_that_the_database_repeats_stay_out_of_the_log():
    told = "IntegrityError: duplicate key\nDETAIL:  Key (phone)=(0912345678) already exists.\n\nThe above"
    assert "0912345678" not in without_values(told)
    record = logging.LogRecord("x", logging.ERROR, "", 0, "Hỏng %s", ("chỗ này",), None)
    record.request_id = "abc"
    assert LineFormatter("%(message)s").format(record) == "Hỏng chỗ này [abc]"
    assert json.loads(JsonFormatter().format(record))["message"] == "Hỏng chỗ này"
