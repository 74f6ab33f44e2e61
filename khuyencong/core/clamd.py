"""Asking clamd, the scanner of ClamAV, about the bytes of a file: its INSTREAM command over a socket, and nothing else of it."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass

CONNECT_SECONDS = 5
SECONDS = 60  # for each read and write; a file of 20 MB takes a few seconds
VERSION_SECONDS = 2  # it has nothing to look at, and somebody waits for the page
CHUNK = 64 * 1024
LONGEST_ANSWER = 4_096
FOUND = " FOUND"


class NoAnswerError(Exception):
    """clamd was not reached, or did not judge the file; the message is for logs."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What clamd says: `found` is the name of what was recognised, "" where the file is clean."""

    found: str = ""


@dataclass(frozen=True, slots=True)
class Clamd:
    """Where clamd listens: the path of a unix socket, or a machine and its port."""

    path: str = ""
    host: str = ""
    port: int = 3310

    def __str__(self) -> str:
        return self.path or f"{self.host}:{self.port}"

    def scan(self, chunks: Iterable[bytes]) -> Verdict:
        """Let clamd look at the bytes. Raises NoAnswerError where it does not answer, or stops before it has judged."""
        with self._connected() as connected:
            return _judged(self._asked(connected, chunks))

    def version(self) -> str:
        """Which clamd and which signatures it has, as it says it. Raises NoAnswerError."""
        with self._connected(VERSION_SECONDS) as connected:
            try:
                connected.sendall(b"zVERSION\0")
            except OSError as error:
                raise NoAnswerError(str(error)) from error
            return _line(connected)

    def _connected(self, seconds: int = SECONDS) -> socket.socket:
        """`seconds` for each read and write. Raises NoAnswerError."""
        within = min(seconds, CONNECT_SECONDS)
        try:
            if not self.path:
                connected = socket.create_connection((self.host, self.port), timeout=within)
            else:
                connected = _to_socket(self.path, within)
        except OSError as error:
            raise NoAnswerError(str(error)) from error
        connected.settimeout(seconds)
        return connected

    def _asked(self, connected: socket.socket, chunks: Iterable[bytes]) -> str:
        """The answer to INSTREAM: each piece with its length before it, a length of nothing at the end."""
        try:
            connected.sendall(b"zINSTREAM\0")
            for chunk in chunks:
                for start in range(0, len(chunk), CHUNK):
                    piece = chunk[start : start + CHUNK]
                    connected.sendall(struct.pack("!L", len(piece)) + piece)
            connected.sendall(struct.pack("!L", 0))
        except OSError:
            # clamd hangs up on a file that is larger than its StreamMaxLength, and says so first.
            return _line(connected)
        return _line(connected)


def _to_socket(path: str, seconds: int) -> socket.socket:
    connected = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connected.settimeout(seconds)
    try:
        connected.connect(path)
    except OSError:
        connected.close()
        raise
    return connected


def _line(connected: socket.socket) -> str:
    told = b""
    try:
        while not told.endswith(b"\0") and len(told) < LONGEST_ANSWER:
            more = connected.recv(LONGEST_ANSWER)
            if not more:
                break
            told += more
    except OSError as error:
        raise NoAnswerError(str(error)) from error
    text = told.rstrip(b"\0\n").decode("utf-8", "replace")
    if not text:
        raise NoAnswerError("clamd hung up without an answer")
    return text


def _judged(text: str) -> Verdict:
    """«stream: OK», «stream: NAME FOUND»; anything else is no judgement."""
    said = text.removeprefix("stream: ")
    if said == "OK":
        return Verdict()
    if said.endswith(FOUND):
        return Verdict(said.removesuffix(FOUND) or "?")
    raise NoAnswerError(text)
