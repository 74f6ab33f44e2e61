"""A browser as cheap as one can be: pages, cookies, and forms filled in as a person would; no pictures, no JavaScript.

It shares the cores with the server that it measures, so of a page only the form that is asked for is taken apart.
"""

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import Message
from html import unescape
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPException
from time import perf_counter
from urllib.parse import quote, urlencode, urljoin, urlsplit

TIMEOUT = 60  # seconds
SENT_AS_IS = "/?&=%+:,;@!$'()*~#"
MOST_MOVES = 5
FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.DOTALL)
ACTION = re.compile(r'<form\b[^>]*?\saction="([^"]*)"', re.DOTALL)
# What pages say when something was not done: a message of that kind, or the summary of a form's errors.
REFUSED = re.compile(r'<div class="(?:kc-message kc-bad|kc-summary)" role="alert"[^>]*>(.*?)</div>', re.DOTALL)
TAG = re.compile(r"<[^>]+>")
MOVED = {301, 302, 303, 307, 308}
REFUSAL, CONFLICT = 422, 409


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as the person met it: `error` says what was wrong with it, `refused` what the rules said.

    `waited`: seconds from the press of the button to the page that it led to, written at the last request of the way; else 0.
    """

    task: str
    at: float  # on the clock of `perf_counter`
    seconds: float
    status: int
    error: str = ""
    refused: str = ""
    waited: float = 0.0


@dataclass(frozen=True, slots=True)
class Page:
    """What came back in the end, after the way that it led."""

    url: str
    status: int
    body: bytes
    kind: str = ""

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def forms(self) -> list["Form"]:
        return [Form.read(self.url, one) for one in FORM.findall(self.text)]

    def form(self, *, to: str = "", having: str = "") -> "Form | None":
        """The first form that goes to an address with `to` in it and has a field `having`."""
        for one in FORM.findall(self.text):
            action = ACTION.search(one)
            if to and to not in (action.group(1) if action else self.url):
                continue
            if having and f'name="{having}"' not in one:
                continue
            return Form.read(self.url, one)
        return None

    def links(self, pattern: str) -> list[str]:
        """Addresses on the page that match, each once, in their order."""
        found = re.findall(rf'href="({pattern})"', self.text)
        return list(dict.fromkeys(unescape(one) for one in found))


class Form(HTMLParser):
    """The fields of one form with what stands in them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.url, self.method, self.is_multipart = page, page, "get", False
        self.fields: dict[str, list[str]] = {}
        self._select, self._first, self._area, self._chosen = "", "", "", False

    @classmethod
    def read(cls, page: str, html: str) -> "Form":
        form = cls(page)
        form.feed(html)
        form.close()
        return form

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = dict(attrs)
        name, value = of.get("name") or "", of.get("value")
        match tag:
            case "form":
                self.url = urljoin(self.page, of.get("action") or self.page)
                self.method = (of.get("method") or "get").lower()
                self.is_multipart = of.get("enctype") == "multipart/form-data"
            case "input" if name and "disabled" not in of:
                kind = of.get("type") or "text"
                if kind in {"checkbox", "radio"}:
                    if "checked" in of:
                        self.fields.setdefault(name, []).append("on" if value is None else value)
                elif kind not in {"submit", "button", "file", "image", "reset"}:
                    self.fields.setdefault(name, []).append(value or "")
            case "select" if name and "disabled" not in of:
                self._select, self._chosen = name, False
            case "option" if self._select:
                if "selected" in of or not self._chosen:
                    self.fields[self._select] = [value or ""]
                self._chosen = True
            case "textarea" if name and "disabled" not in of:
                self._area = name
                self.fields[name] = [""]

    def handle_data(self, data: str) -> None:
        if self._area:
            there = self.fields[self._area][0]
            self.fields[self._area][0] = there + (data if there else data.removeprefix("\n"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def filled(self, values: Mapping[str, str]) -> dict[str, list[str]]:
        """The fields as they would be sent with these values typed in; what no field is called is sent as well."""
        return {**self.fields, **{name: [value] for name, value in values.items()}}


class Browser:
    """One person's window. Everything it asks for is told to `note`."""

    def __init__(self, port: int, note: Callable[[Seen], None]) -> None:
        self.port, self.note = port, note
        self.cookies: dict[str, str] = {}
        self.headers: dict[str, str] = {}

    def get(self, task: str, url: str, *, expect: tuple[int, ...] = (200,)) -> Page:
        """Open a page or take a file."""
        return self._ask(task, "GET", url, None, {}, expect)

    def send(
        self,
        task: str,
        form: Form,
        values: Mapping[str, str] | None = None,
        *,
        upload: tuple[str, str, bytes] | None = None,
    ) -> Page:
        """Send a form as it stands but for `values`, with a file (field, name, content) if there is one."""
        fields = form.filled(values or {})
        if form.is_multipart or upload:
            body, kind = _multipart(fields, upload)
        else:
            pairs = [(name, one) for name, all_of in fields.items() for one in all_of]
            body, kind = urlencode(pairs).encode(), "application/x-www-form-urlencoded"
        # A browser says where the form came from; Django asks for it behind TLS.
        headers = {"Content-Type": kind, "Origin": f"http://127.0.0.1:{self.port}"}
        return self._ask(task, "POST", form.url, body, headers, (200, REFUSAL, CONFLICT))

    def _ask(
        self, task: str, method: str, url: str, body: bytes | None, headers: dict[str, str], expect: tuple[int, ...]
    ) -> Page:
        """Ask, and go where the answer leads; each step is one request of the task."""
        sent, pressed = method == "POST", perf_counter()
        for _ in range(MOST_MOVES):
            page, where = self._once(task, method, url, body, headers, expect, sent=sent, pressed=pressed)
            if not where:
                return page
            method, url, body, headers = "GET", where, None, {}
        self.note(Seen(task, perf_counter(), 0.0, page.status, error=f"không dừng ở trang nào: {url}"))
        return page

    def _once(
        self,
        task: str,
        method: str,
        url: str,
        body: bytes | None,
        headers: dict[str, str],
        expect: tuple[int, ...],
        *,
        sent: bool,
        pressed: float,
    ) -> tuple[Page, str]:
        told = {"Host": f"127.0.0.1:{self.port}", "Connection": "close", **self.headers, **headers}
        if self.cookies:
            told["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        started = perf_counter()
        try:
            status, answered, content = self.fetch(method, quote(url, safe=SENT_AS_IS), body, told)
        except (HTTPException, OSError) as error:
            told_of = f"{type(error).__name__} {method} {url}"
            now = perf_counter()
            self.note(Seen(task, started, now - started, 0, error=told_of, waited=now - pressed))
            return Page(url, 0, b""), ""
        now = perf_counter()
        for line in answered.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name.strip()] = value.strip()
        page = Page(url, status, content, answered.get("Content-Type", ""))
        where = answered.get("Location", "") if status in MOVED else ""
        wrong, refused = _judged(page, method, where, expect, sent=sent)
        self.note(Seen(task, started, now - started, status, wrong, refused, 0.0 if where else now - pressed))
        return page, _path(urljoin(url, where)) if where else ""

    def fetch(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, Message, bytes]:
        """Status, headers, content. As nginx does in the guide: a connection for each request, which either worker may take.

        Raises HTTPException or OSError.
        """
        connection = HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        try:
            connection.request(method, url, body, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _judged(page: Page, method: str, where: str, expect: tuple[int, ...], *, sent: bool) -> tuple[str, str]:
    """What is wrong with an answer, and what the rules refused of what was `sent`."""
    if where:
        return (f"phải đăng nhập lại: {page.url}" if "/dang-nhap/" in where else ""), ""
    if page.status not in expect:
        return f"{page.status} {method} {page.url}", ""
    if not page.kind.startswith("text/html"):
        return ("" if page.body else f"tệp rỗng: {page.url}"), ""
    if not page.body.rstrip().endswith(b"</html>"):
        return f"trang dở dang: {page.url}", ""
    if page.status in {REFUSAL, CONFLICT}:
        return "", _sentence(page) or f"{page.status} {page.url}"
    return "", _sentence(page) if sent else ""


def _sentence(page: Page) -> str:
    found = REFUSED.search(page.text)
    return " ".join(unescape(TAG.sub(" ", found.group(1))).split())[:200] if found else ""


def _multipart(fields: Mapping[str, list[str]], upload: tuple[str, str, bytes] | None) -> tuple[bytes, str]:
    mark = uuid.uuid4().hex
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{one}\r\n'.encode()
        for name, all_of in fields.items()
        for one in all_of
    ]
    if upload:
        field, name, content = upload
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
        parts.append(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + content + b"\r\n")
    parts.append(f"--{mark}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={mark}"
