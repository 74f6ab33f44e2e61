"""Calls to other machines, against a small server on this machine: never into the inner network, never without end."""

import json
import socket
import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from khuyencong.core import outside
from khuyencong.core.outside import Answer, OutsideError, Question, answered_by, read_address, send

REPLIES = {
    "/good": b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"so": "1"}',
    "/moved": b"HTTP/1.1 302 Found\r\nLocation: /good\r\nContent-Length: 0\r\n\r\n",
    "/large": b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 2000,
    "/short": b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nabc",
    "/odd": b"SMTP ready\r\n\r\n",
    "/silent": b"",
}


@pytest.fixture
def address() -> Iterator[str]:
    """A server that answers by the table above and then hangs up; /silent says nothing until the caller leaves."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                caller, _ = listening.accept()
            except OSError:
                return
            with caller:
                path = caller.recv(4096).decode().split(" ")[1]
                if path == "/silent":
                    caller.recv(1)
                caller.sendall(REPLIES[path]) if REPLIES[path] else None

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join()


def test_an_answer_comes_back_whole_or_the_reason_is_said(address, settings, monkeypatch):
    settings.OUTSIDE_NETWORKS = ("127.0.0.0/8",)
    monkeypatch.setattr(outside, "LARGEST", 1000)
    assert send("GET", f"{address}/good").json() == {"so": "1"}
    assert send("GET", f"{address}/moved").status == 302  # not followed
    for path, sentence in (
        ("/large", outside.TOO_LARGE),
        ("/short", outside.UNREACHABLE),
        ("/odd", outside.UNREACHABLE),
    ):
        with pytest.raises(OutsideError) as refused:
            send("GET", address + path)
        assert refused.value.sentence == sentence, path
    monkeypatch.setattr(outside, "SECONDS", 0.2)
    with pytest.raises(OutsideError) as refused:
        send("GET", f"{address}/silent")
    assert refused.value.sentence == outside.TOO_SLOW


def test_looking_up_the_name_and_connecting_count_as_well(monkeypatch):
    """Ten seconds are ten seconds, wherever they are spent."""
    now, waited = [0.0], []

    def look_up(*_args, **_more):
        now[0] += 6
        return [(0, 0, 0, "", (f"93.184.216.{last}", 443)) for last in (1, 2, 3)]

    def connect(_address, timeout):
        waited.append(timeout)
        now[0] += timeout
        raise TimeoutError

    monkeypatch.setattr(outside, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(outside.socket, "getaddrinfo", look_up)
    monkeypatch.setattr(outside.socket, "create_connection", connect)
    with pytest.raises(OutsideError) as refused:
        send("GET", "https://may.example/")
    assert refused.value.sentence == outside.TOO_SLOW
    assert waited == [outside.SECONDS - 6]


def test_a_name_that_nobody_answers_for_is_not_waited_for_without_end(monkeypatch):
    over = threading.Event()
    monkeypatch.setattr(outside, "SECONDS", 0.05)
    monkeypatch.setattr(outside.socket, "getaddrinfo", lambda *_args, **_more: over.wait(30) and [])
    with pytest.raises(OutsideError) as refused:
        send("GET", "https://may.example/")
    over.set()
    assert refused.value.sentence == outside.TOO_SLOW


def test_no_user_leads_the_server_into_its_own_network(address, settings):
    settings.OUTSIDE_NETWORKS = ()
    with pytest.raises(OutsideError, match="not public"):
        send("POST", f"{address}/good", body=b"{}")
    assert send("GET", f"{address}/good", chosen_by_operator=True).is_good
    with pytest.raises(OutsideError, match="not public"):  # a name is judged by where it leads
        send("GET", address.replace("127.0.0.1", "localhost") + "/good")


@pytest.mark.parametrize(
    "address",
    [
        "ftp://may.example/", "https://", "https://ai:mat@may.example/", "https://may.example/#phan", "https://may.example:so/",
        "https://a b.example/", "https://may..example/", "https://may.example/\r\nX: 1", "https://[::1/", "khong",
        "https://may.example/" + "a" * 2000,
    ],
)  # fmt: skip
def test_an_address_of_another_form_is_refused(address, settings):
    with pytest.raises(OutsideError) as refused:
        read_address(address)
    assert refused.value.sentence == outside.BAD_ADDRESS


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1", "[::1]", "[fe80::1]",
        "[fc00::1]", "[::ffff:10.0.0.1]", "[64:ff9b::a00:1]", "[2002:a00:1::]", "[fec0::1]", "[::127.0.0.1]",
    ],
)  # fmt: skip
def test_inner_addresses_are_refused_unless_named(host, settings):
    settings.OUTSIDE_NETWORKS = ()
    with pytest.raises(OutsideError) as refused:
        read_address(f"https://{host}/x")
    assert refused.value.sentence == outside.PRIVATE


def test_public_addresses_need_tls():
    read_address("https://93.184.216.34/x")
    with pytest.raises(OutsideError) as refused:
        read_address("http://93.184.216.34/x")
    assert refused.value.sentence == outside.PLAIN


def test_a_test_may_answer_in_the_place_of_the_network():
    asked: list[Question] = []

    def answer(question: Question) -> Answer:
        asked.append(question)
        return Answer(201, {}, json.dumps({"nhan": True}).encode())

    with answered_by(answer):
        assert send("POST", "https://may.example/nhan", body=b"{}", headers={"A": "b"}).json() == {"nhan": True}
    assert asked == [Question("POST", "https://may.example/nhan", b"{}", {"A": "b"}, chosen_by_operator=False)]
