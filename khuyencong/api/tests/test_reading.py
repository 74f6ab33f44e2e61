"""JSON that two readers might read in two ways is refused, and so is what is too large or too deep."""

import pytest
from django.db import connection

from khuyencong.api import reading
from khuyencong.api.models import KeptAnswer
from khuyencong.api.problems import ProblemError
from khuyencong.api.reading import read_json
from khuyencong.api.tests.making import caller_for, establishment_body
from khuyencong.establishments.models import Establishment

HOSTILE = {
    "the same name twice": (b'{"name": "a", "name": "b"}', 400),
    "the same name twice, deep": (b'{"a": [{"b": 1, "b": 1}]}', 400),
    "not a number": (b'{"workers": NaN}', 400),
    "endless": (b'{"workers": Infinity}', 400),
    "endless, the other way": (b"[-Infinity]", 400),
    "a number beyond all": (b'{"workers": 1e999}', 422),
    "a number of a thousand digits": (b"[" + b"9" * 1000 + b"]", 422),
    "deep": (b"[" * 33 + b"]" * 33, 400),
    "deep objects": (b'{"a":' * 40 + b"1" + b"}" * 40, 400),
    "endlessly deep": (b"[" * 200_000, 400),
    "huge": (b'{"name": "' + b"x" * (1024 * 1024) + b'"}', 413),
    "Latin-1": ('{"name": "Cơ sở é"}'.encode().replace(b"\xc6\xa1", b"\xe9"), 400),
    "UTF-16": ('{"name": "a"}'.encode("utf-16"), 400),
    "a mark of byte order": (b'\xef\xbb\xbf{"name": "a"}', 400),
    "half a letter": (b'{"name": "\\ud83d"}', 422),
    "NUL": (b'{"name": "a\\u0000b"}', 422),
    "NUL in a name": (b'{"a\\u0000": 1}', 422),
    "nothing": (b" ", 400),
    "two texts": (b"{} {}", 400),
    "a comma too many": (b'{"a": 1,}', 400),
    "a single quote": (b"{'a': 1}", 400),
    "no object": (b"[]", 422),
    "null": (b"null", 422),
    "a word": (b'"establishment"', 422),
}


@pytest.mark.django_db
def test_hostile_json_is_refused_and_nothing_is_written(world):
    caller = caller_for(world)
    answers = {name: caller.post("/establishments", raw=body).status_code for name, (body, _) in HOSTILE.items()}
    assert answers == {name: status for name, (_, status) in HOSTILE.items()}

    for kind in ("text/plain", "application/json; charset=latin-1", "application/xml", ""):
        answer = caller.post("/establishments", raw=b'{"name": "a"}', content_type=kind)
        assert answer.status_code == 415, kind
        assert answer["Content-Type"] == "application/problem+json"
    assert not Establishment.objects.exists()
    assert not KeptAnswer.objects.exists()


def test_numbers_stay_exact():
    found = read_json(b"[1, 1.0, 0.1, -0, 1e3, 12345678901234567890]")
    assert [str(one) for one in found] == ["1", "1", "0.1", "0", "1000", "12345678901234567890"]
    assert [type(one).__name__ for one in found] == ["int", "int", "Decimal", "int", "int", "int"]


def test_a_name_given_twice_is_found_at_once():
    """Among a hundred thousand names: in one pass, or this test would take minutes."""
    body = "{" + ",".join(f'"{number:x}": 0' for number in range(80_000)) + ', "0": 0}'
    with pytest.raises(ProblemError, match="«0»"):
        read_json(body.encode())


@pytest.mark.django_db
def test_a_body_is_read_before_a_transaction_begins(world, monkeypatch):
    """Reading a large one must hold up nobody else's writing; and it is read once."""
    depths = []

    def noted(body):
        depths.append(len(connection.savepoint_ids))
        return read_json(body)

    monkeypatch.setattr(reading, "read_json", noted)
    before = len(connection.savepoint_ids)
    assert caller_for(world).post("/establishments", establishment_body()).status_code == 201
    assert depths == [before]


def test_depth_is_counted_exactly():
    assert read_json(b"[" * 32 + b"]" * 32)
    with pytest.raises(ProblemError, match="32"):
        read_json(b"[" * 33 + b"]" * 33)
