"""The one way by which the program calls another machine: few seconds, few bytes, and never into the network behind us.

`send` is the seam: everything that talks to another system (register of companies, document system, another installation,
receivers of news) calls it, and a test puts its own answer in its place with `answered_by`.

An address that a user may write must not lead the server to machines that only the server reaches. So the name is resolved
here, every address it has must be a public one (or lie in `settings.OUTSIDE_NETWORKS`), and the connection goes to exactly
that address: a name that answers otherwise a moment later gains nothing. Redirects are not followed. No proxy is used.
"""

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

SECONDS = 10  # for everything together, from looking up the name to the last byte
LARGEST = 1024 * 1024  # bytes of an answer
LONGEST_ADDRESS = 2000
PORTS = {"https": 443, "http": 80}
# Ranges of IPv6 behind which an IPv4 address is reached that nobody has looked at (NAT64, 6to4, Teredo, and the old form of an IPv4 address).
TUNNELS = tuple(ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96"))
# What was once for inner networks and still is to some machines (site-local).
FORMER = ip_network("fec0::/10")

BAD_ADDRESS = "Địa chỉ phải bắt đầu bằng https:// và có tên máy, không kèm tài khoản, mật khẩu hay phần sau dấu #."
PRIVATE = "Địa chỉ này dẫn vào mạng nội bộ của máy chủ nên không được phép gọi tới."
PLAIN = "Địa chỉ http:// không mã hóa trên đường truyền: hãy dùng https://."
UNKNOWN = "Không tìm thấy máy có tên này. Hãy kiểm tra lại địa chỉ."
UNREACHABLE = "Không liên lạc được với hệ thống bên ngoài. Hãy thử lại sau."
TOO_SLOW = f"Hệ thống bên ngoài không trả lời xong trong {SECONDS} giây. Hãy thử lại sau."
TOO_LARGE = "Câu trả lời của hệ thống bên ngoài dài quá mức nên không được nhận."
NOT_JSON = "Câu trả lời của hệ thống bên ngoài không đúng định dạng nên không được dùng."


class OutsideError(Exception):
    """The other system was not reached, or its answer is of no use.

    `sentence` is for the person who waits (Vietnamese); the message is for logs and kept rows, without secrets.
    """

    def __init__(self, sentence: str, reason: str) -> None:
        super().__init__(reason)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Question:
    """What is sent. `chosen_by_operator`: who runs the machine wrote the address into its settings, no user did."""

    method: str
    address: str
    body: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    chosen_by_operator: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever its status; header names are in small letters."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def is_good(self) -> bool:
        """Whether the status is one of 200 to 299."""
        return 200 <= self.status < 300  # noqa: PLR2004  the range has no other name

    def json(self) -> Any:
        """The body as JSON. Raises OutsideError."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise OutsideError(NOT_JSON, f"HTTP {self.status}: no JSON") from error


def send(
    method: str,
    address: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    chosen_by_operator: bool = False,
) -> Answer:
    """Call another machine once and return its answer, of whatever status. Raises OutsideError.

    Takes at most `SECONDS`: never call it while a transaction holds locks that others wait for.
    """
    read_address(address, chosen_by_operator=chosen_by_operator)
    return _sender(Question(method, address, body, dict(headers or {}), chosen_by_operator))


def read_address(address: str, *, chosen_by_operator: bool = False) -> SplitResult:
    """The parts of an address that may be called as far as the text alone tells; for forms. Raises OutsideError."""
    try:
        parts = urlsplit(address)
        _ = parts.port  # a port that is no number is found here
        host = (parts.hostname or "").encode("idna").decode()
    except ValueError as error:
        raise OutsideError(BAD_ADDRESS, "address: cannot be read") from error
    odd = parts.username is not None or parts.password is not None or parts.fragment or not address.isprintable()
    if parts.scheme not in PORTS or not host or odd or " " in address or len(address) > LONGEST_ADDRESS:
        raise OutsideError(BAD_ADDRESS, "address: not of our form")
    with suppress(ValueError):  # a name is judged when it is resolved
        _check([ip_address(host)], parts.scheme, chosen_by_operator=chosen_by_operator)
    return parts


@contextmanager
def answered_by(sender: Callable[[Question], Answer]) -> Iterator[None]:
    """Let `sender` answer instead of the network; for tests."""
    global _sender  # noqa: PLW0603  the seam itself
    before, _sender = _sender, sender
    try:
        yield
    finally:
        _sender = before


# --- the network -----------------------------------------------------------------------------------------------------


def _over_the_network(question: Question) -> Answer:
    parts = urlsplit(question.address)
    host = (parts.hostname or "").encode("idna").decode()
    port = parts.port or PORTS[parts.scheme]
    ends_at = time.monotonic() + SECONDS
    addresses = _resolved(host, port, ends_at)
    _check(addresses, parts.scheme, chosen_by_operator=question.chosen_by_operator)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = HTTPSConnection(host, port) if parts.scheme == "https" else HTTPConnection(host, port)
    late = threading.Event()
    try:
        plain = _connected(addresses, port, ends_at)
        connection.sock = plain
        if parts.scheme == "https":
            context = ssl.create_default_context()
            connection.sock = context.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
        with _ended_after(_left(ends_at), connection.sock, late):
            if isinstance(connection.sock, ssl.SSLSocket):
                connection.sock.do_handshake()
            connection.request(question.method, path, body=question.body, headers=dict(question.headers))
            answer = _read(connection.getresponse())
        if late.is_set():  # an answer without length simply seems to end there
            raise TimeoutError
        return answer  # noqa: TRY300  what is raised just above is told like all the rest
    except (OSError, HTTPException, ValueError) as error:
        reason = type(error).__name__
        if late.is_set() or isinstance(error, TimeoutError):
            raise OutsideError(TOO_SLOW, f"too slow: {reason}") from error
        raise OutsideError(UNREACHABLE, reason) from error
    finally:
        connection.close()


def _read(response: HTTPResponse) -> Answer:
    body = response.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise OutsideError(TOO_LARGE, f"HTTP {response.status}: answer too large")
    if response.length:  # bytes announced that did not come
        raise HTTPException("cut short")
    return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, body)


def _left(ends_at: float) -> float:
    """Seconds that are left. Raises TimeoutError where there are none."""
    left = ends_at - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _resolved(host: str, port: int, ends_at: float) -> list[IPv4Address | IPv6Address]:
    """The addresses of a name. Looking it up has no limit of its own, so that another thread does it and may be left behind."""
    found: list[Any] = []

    def look_up() -> None:
        try:
            found.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            found.append(error)

    looking = threading.Thread(target=look_up, daemon=True)
    looking.start()
    looking.join(_left(ends_at))
    if not found:
        raise OutsideError(TOO_SLOW, "too slow: the name")
    if isinstance(found[0], Exception):
        raise OutsideError(UNKNOWN, "name not found") from found[0]
    return [ip_address(str(item[4][0]).partition("%")[0]) for item in found[0]]


def _check(addresses: list[IPv4Address | IPv6Address], scheme: str, *, chosen_by_operator: bool) -> None:
    """Refuse where one of the addresses may not be called, or only with TLS."""
    allowed = [ip_network(text) for text in settings.OUTSIDE_NETWORKS]
    for given in addresses:
        address = (given.ipv4_mapped if isinstance(given, IPv6Address) else None) or given
        near = not address.is_global or address.is_multicast or any(address in one for one in (*TUNNELS, FORMER))
        if near and not (chosen_by_operator or any(address in network for network in allowed)):
            raise OutsideError(PRIVATE, f"address {address} is not public")
        if scheme == "http" and not near:
            raise OutsideError(PLAIN, "http to a public address")


def _connected(addresses: list[IPv4Address | IPv6Address], port: int, ends_at: float) -> socket.socket:
    failure: OSError | None = None
    for address in addresses[:3]:
        try:
            found = socket.create_connection((str(address), port), timeout=min(SECONDS / 2, _left(ends_at)))
        except OSError as error:
            failure = error
            continue
        found.settimeout(_left(ends_at))
        return found
    raise failure or OSError("no address")


@contextmanager
def _ended_after(seconds: float, connected: socket.socket, late: threading.Event) -> Iterator[None]:
    """End the conversation when the time is over, however slowly the other side dribbles its bytes."""

    def end() -> None:
        late.set()
        with suppress(OSError):
            # Of the plain socket: the one of TLS would go on without encryption.
            socket.socket.shutdown(connected, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


_sender: Callable[[Question], Answer] = _over_the_network
