"""Traces: off and not even imported without a collector; with one, spans of requests and queries that name nobody."""

import http.server
import os
import subprocess
import sys
import threading

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from khuyencong.core import tracing
from khuyencong.core.observed import HEADER


@pytest.fixture(autouse=True)
def _off_again(monkeypatch):
    monkeypatch.setattr(tracing, "tell", None)


@pytest.mark.django_db
def test_spans_of_a_request_name_nobody(world, visit):
    seen = InMemorySpanExporter()
    client = visit(world.actor("dong-thap-centre", "officer"))
    tracing.begin(SimpleSpanProcessor(seen))
    answer = client.get("/co-so/?q=Nguyễn+Văn+An")
    *queries, request = seen.get_finished_spans()
    assert request.name == "GET establishments"
    assert dict(request.attributes) == {
        "http.request.method": "GET", "http.route": "establishments", "http.response.status_code": 200,
        "khuyencong.request_id": answer.headers[HEADER],
    }  # fmt: skip
    assert len(queries) > 3
    for one in queries:
        assert one.parent.span_id == request.context.span_id
        assert request.start_time <= one.start_time <= one.end_time <= request.end_time
        assert one.name in {"SELECT", "INSERT", "UPDATE", "SAVEPOINT", "RELEASE", "BEGIN"}
    told = "\n".join(one.to_json() for one in seen.get_finished_spans())
    assert "Nguy" not in told
    assert world.actor("dong-thap-centre", "officer").user.username not in told
    assert request.resource.attributes["service.name"] == "khuyencong"


@pytest.mark.django_db
def test_a_collector_on_this_machine_gets_them(client, monkeypatch):
    got = []

    class Collector(http.server.BaseHTTPRequestHandler):
        def do_POST(self):  # the library's own name
            got.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            """Nothing at the terminal."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Collector)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        monkeypatch.setenv(tracing.ENDPOINT, f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
        sending = tracing._sending()
        tracing.begin(sending)
        client.get("/-/ready")
        sending.force_flush()
        sending.shutdown()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    ((path, body),) = got
    assert path == "/v1/traces"
    assert b"GET server_ready" in body


@pytest.mark.parametrize(
    ("endpoint", "hidden", "said"),
    [("", False, ""), ("http://127.0.0.1:9", True, "requirements/telemetry.txt are not installed")],
)
def test_without_a_collector_or_the_packages_nothing_is_imported(endpoint, hidden, said):
    code = f"""
import sys
if {hidden}:
    sys.modules["opentelemetry"] = None  # as where it is not installed
from khuyencong.core import observed, tracing
tracing.begin()
assert tracing.tell is None
assert not [name for name in sys.modules if name.startswith("opentelemetry.")]
"""
    environment = {**os.environ, tracing.ENDPOINT: endpoint, "DJANGO_SETTINGS_MODULE": "khuyencong.settings"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
    assert said in done.stderr
