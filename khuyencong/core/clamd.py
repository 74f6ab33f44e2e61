"""Asking clamd, the scanner of ClamAV, about the bytes of a file: its INSTREAM command over a socket, and nothing else of it."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

CONNECT_SECONDS = 5
SECONDS = 180  # for a whole question; a file of 20 MB takes a few seconds, an archive of archives longer
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

    def scan(self, chunks: Iterable[bytes], *, within: float = SECONDS) -> Verdict:
        """Let clamd look at the bytes. Raises NoAnswerError where it does not answer, or has not judged within so many seconds."""
        with _Talk(self, within) as talk:
            return _judged(talk.ask(chunks))

    def version(self) -> str:
        """Which clamd and which signatures it has, as it says it. Raises NoAnswerError."""
        with _Talk(self, VERSION_SECONDS) as talk:
            return talk.say(b"zVERSION\0")


class _Talk:
    """One question over one connection, with an end: neither silence nor an answer letter by letter holds anybody longer."""

    def __init__(self, clamd: Clamd, within: float) -> None:
        self._end = time.monotonic() + within
        self._connected = self._connect(clamd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connected.close()

    def say(self, question: bytes) -> str:
        """The answer to a question of one piece."""
        try:
            self._send(question)
        except OSError as error:
            raise NoAnswerError(str(error)) from error
        return self._line()

    def ask(self, chunks: Iterable[bytes]) -> str:
        """The answer to INSTREAM: each piece with its length before it, a length of nothing at the end."""
        try:
            self._send(b"zINSTREAM\0")
            for chunk in chunks:
                for start in range(0, len(chunk), CHUNK):
                    piece = chunk[start : start + CHUNK]
                    self._send(struct.pack("!L", len(piece)) + piece)
            self._send(struct.pack("!L", 0))
        except OSError:
            # clamd hangs up on a file that is larger than its StreamMaxLength, and says so first.
            return self._line()
        return self._line()

    def _connect(self, clamd: Clamd) -> socket.socket:
        try:
            if not clamd.path:
                return socket.create_connection((clamd.host, clamd.port), timeout=min(CONNECT_SECONDS, self._left()))
            connected = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connected.settimeout(min(CONNECT_SECONDS, self._left()))
            try:
                connected.connect(clamd.path)
            except OSError:
                connected.close()
                raise
        except OSError as error:
            raise NoAnswerError(str(error)) from error
        return connected

    def _left(self) -> float:
        """Seconds to the end. Raises NoAnswerError beyond it."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise NoAnswerError("clamd did not judge in time")
        return left

    def _send(self, content: bytes) -> None:
        self._connected.settimeout(self._left())
        self._connected.sendall(content)

    def _line(self) -> str:
        told = b""
        try:
            while not told.endswith(b"\0") and len(told) < LONGEST_ANSWER:
                self._connected.settimeout(self._left())
                more = self._connected.recv(LONGEST_ANSWER)
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
