"""Who is behind a request arrives through two proxies with the files of `deploy/`, and nobody can say it of themselves."""

import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.wide import GUIDE, free_port, wait_until

DEPLOY = Path(__file__).resolve().parent.parent / "deploy"
NAME = "khuyencong.example"
LB, APP, VISITOR, NEIGHBOUR = "127.0.0.10", "127.0.0.21", "127.0.0.77", "127.0.0.78"
FORGED = {"X-Forwarded-For": "203.0.113.99", "X-Forwarded-Proto": "http", "X-Request-ID": "0912345678", "Host": NAME}
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")


class Program(BaseHTTPRequestHandler):
    """Stands where `khuyencong serve` does; says what it was told."""

    def do_GET(self):
        told = "\n".join(f"{name}: {value}" for name, value in self.headers.items()).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_):
        """Nothing."""


class Proxy:
    """One nginx, of which `files` are the sites; everything it writes lies in `folder`."""

    def __init__(self, folder, *files):
        self.folder = folder
        folder.mkdir()
        sites = re.sub(r"127\.0\.0\.1:8001", f"127.0.0.1:{free_port()}", "\n".join(files))  # of who watches the machine
        sites = sites.replace("/var/log/nginx/", f"{folder}/").replace("listen [::]", "# listen [::]")
        kept = "".join(
            f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (folder / "nginx.conf").write_text(
            f"daemon off; pid {folder}/pid; error_log {folder}/error; events {{}} http {{ {kept}\n{sites}\n}}"
        )

    def __enter__(self):
        command = [
            NGINX,
            "-p",
            str(self.folder),
            "-e",
            str(self.folder / "error"),
            "-c",
            str(self.folder / "nginx.conf"),
        ]
        self.running = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        return self

    def __exit__(self, *_):
        self.running.terminate()
        self.running.wait(20)


def replaced(name, *pairs):
    text = (DEPLOY / name).read_text(encoding="utf-8")
    for pattern, value in pairs:
        text, found = re.subn(pattern, value, text)
        assert found, (name, pattern)
    return text


def certificate(folder):
    """By the command of the guide."""
    (said,) = re.findall(r"^openssl (.*?) \\\n +(.*)$", GUIDE, re.MULTILINE)
    subprocess.run(["openssl", *" ".join(said).split()], cwd=folder, check=True, capture_output=True)
    return folder / "khuyencong-app.pem", folder / "khuyencong-app.key"


@pytest.fixture
def chain(tmp_path):
    """The ports of the balancer and of the machine behind it."""
    if NGINX is None:
        assert not os.environ.get("CI")
        pytest.skip("no nginx")
    pem, key = certificate(tmp_path)
    lb, app, redirecting = free_port(), free_port(), free_port()
    program = ThreadingHTTPServer(("127.0.0.1", 0), Program)
    threading.Thread(target=program.serve_forever, daemon=True).start()
    own = (
        (r"ssl_certificate \S+;", f"ssl_certificate {pem};"),
        (r"ssl_certificate_key \S+;", f"ssl_certificate_key {key};"),
    )
    behind = Proxy(
        tmp_path / "app",
        replaced(
            "nginx.conf", *own, ("listen 443", f"listen {APP}:{app}"), ("listen 80", f"listen {APP}:{redirecting}"),
            (r"127\.0\.0\.1:8000", f"127.0.0.1:{program.server_port}"),
        ),
        replaced("nginx-behind-lb.conf", (r"10\.0\.0\.10", LB)),
    )  # fmt: skip
    before = Proxy(
        tmp_path / "lb",
        replaced(
            "nginx-lb.conf", *own, ("listen 443", f"listen {LB}:{lb}"), ("listen 80", f"listen {LB}:{redirecting}"),
            (r"server 10\.0\.0\.21:443", f"server {APP}:{app}"), (r"server 10\.0\.0\.22:443", f"server {APP}:1"),
            ("/etc/nginx/khuyencong-app.pem", str(pem)), ("proxy_pass https", f"proxy_bind {LB}; proxy_pass https"),
        ),
    )  # fmt: skip
    try:
        with behind, before:
            wait_until(lambda: answers(LB, lb) and answers(APP, app), "both proxies answer")
            yield (LB, lb), (APP, app)
    finally:
        program.shutdown()
        program.server_close()


def answers(address, port):
    with socket.socket() as probe:
        return probe.connect_ex((address, port)) == 0


def told(place, visitor):
    """The headers that reach the program, of somebody who claims to be somebody else."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection(*place, context=context, source_address=(visitor, 0), timeout=20)
    connection.request("GET", "/bi-mat-cua-mot-nguoi/?q=Nguyen", headers=FORGED)
    answer = connection.getresponse()
    text = answer.read().decode()
    assert answer.status == 200, text
    connection.close()
    return dict(line.split(": ", 1) for line in text.splitlines())


def test_who_asks_arrives_and_is_believed_from_the_balancer_alone(chain, tmp_path):
    through, beside = chain
    for _ in range(4):  # one of two machines behind it does not answer: nobody notices
        found = told(through, VISITOR)
        assert (found["X-Forwarded-For"], found["X-Forwarded-Proto"], found["Host"]) == (VISITOR, "https", NAME)
        assert re.fullmatch("[0-9a-f]{32}", found["X-Request-ID"])
    assert told(beside, NEIGHBOUR)["X-Forwarded-For"] == NEIGHBOUR
    for path in [*tmp_path.glob("*/khuyencong*.log"), *tmp_path.glob("*/error")]:
        assert "bi-mat" not in path.read_text()
        assert "Nguyen" not in path.read_text()
    assert (tmp_path / "lb" / "khuyencong.log").read_text().count(VISITOR) == 4
