"""A server of ours on a free port, and somebody who signs in and opens pages: for a release, and for the tests of releases."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, OpenerDirector, ProxyHandler, build_opener

PATIENCE = 120  # seconds
PASSWORD = "khuyen-cong-thu"  # noqa: S105  # of the made-up people, printed by `khuyencong demo`
PUBLIC = ("/-/live", "/-/ready", "/cong/", "/du-lieu-mo/", "/dang-nhap/")
PAGES = ("/", "/de-an/", "/co-so/", "/ket-qua/", "/tong-quan/", "/bao-cao-ky/", "/chuong-trinh/", "/lich/")
PERSON = "lanhdao"
OF_A_PROJECT = re.compile(r'href="(/de-an/[A-Z0-9][^"/?]*/)"')
STYLE = re.compile(r'href="(/static/[^"]+\.css)"')
PDF = "bang-tinh.pdf"  # of a đề án that was submitted


@contextmanager
def served(program: Sequence[str], environment: Mapping[str, str], *, folder: Path) -> Iterator[str]:
    """Run `program serve` in `folder`; yield its address. Raises RuntimeError where it does not answer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    running = subprocess.Popen(
        [*program, "serve", "--workers", "1"],
        cwd=folder,
        # Nobody among the made-up people has set up a second factor.
        env={**environment, "PORT": str(port), "REQUIRE_SECOND_FACTOR": "0"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(address, running)
        yield address
    finally:
        running.send_signal(signal.SIGTERM)
        try:
            running.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def _wait_for(address: str, running: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and running.poll() is None:
        try:
            with _browser().open(f"{address}/-/live", timeout=PATIENCE):
                return
        except URLError:
            time.sleep(0.1)
    raise RuntimeError("The server did not start.")


def look(address: str, *, signed_in: bool) -> list[str]:
    """Open the public pages, a stylesheet and, `signed_in` as one of the made-up people, the main lists, a đề án and one of its
    PDF papers; the addresses that answered.

    Raises URLError where one does not answer with 200, RuntimeError where one is not what it should be.
    """
    browser, opened = _browser(), []

    def page(path: str) -> bytes:
        with browser.open(urljoin(address, path), timeout=PATIENCE) as answer:
            body: bytes = answer.read()
        opened.append(path)
        return body

    for path in PUBLIC:
        page(path)
    page(_first(STYLE, page("/cong/"), "stylesheet"))
    if signed_in:
        _sign_in(browser, address)
        for path in PAGES:
            if b'name="password"' in page(path):
                raise RuntimeError(f"{path}: asks to sign in")
        project = _first(OF_A_PROJECT, page("/de-an/?state=in_progress"), "đề án")
        page(project)
        if not page(project + PDF).startswith(b"%PDF"):
            raise RuntimeError(f"{opened[-1]}: no PDF")
    return opened


def _sign_in(browser: OpenerDirector, address: str) -> None:
    with browser.open(f"{address}/dang-nhap/", timeout=PATIENCE) as answer:
        token = _first(re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"'), answer.read(), "form")
    typed = {"csrfmiddlewaretoken": token, "username": PERSON, "password": PASSWORD}
    with browser.open(f"{address}/dang-nhap/", urlencode(typed).encode(), timeout=PATIENCE):
        pass


def _first(wanted: re.Pattern[str], page: bytes, what: str) -> str:
    found = wanted.search(page.decode())
    if found is None:
        raise RuntimeError(f"The page shows no {what}.")
    return found[1]


def _browser() -> OpenerDirector:
    """One that keeps cookies and asks no proxy: everything is on this machine."""
    return build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))
