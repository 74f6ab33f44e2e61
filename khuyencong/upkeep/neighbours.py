"""What the doctor asks of other machines and programs: mail, the scanner, TLS, replicas, the bucket of files."""

from __future__ import annotations

import smtplib
import socket
import ssl
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from khuyencong.config import Config
from khuyencong.core.clamd import NoAnswerError
from khuyencong.core.replicas import replicas

CERTIFICATE_LASTS = timedelta(days=14)
NETWORK_SECONDS = 10
FAR_BEHIND = 64 * 1024**2  # bytes of the log
PROBE = ".doctor"


class Mark(StrEnum):
    """How bad it is."""

    GOOD = "ĐẠT"
    WARNING = "LƯU Ý"
    BAD = "HỎNG"


def letters(config: Config) -> Iterable[tuple[Mark, str]]:
    """Whether the mail server takes a connection, and the account."""
    mail = config.mail
    if mail.kind != "smtp":
        where = f"tệp trong {mail.folder}" if mail.kind == "file" else "màn hình"
        yield Mark.WARNING, f"Chưa có máy chủ thư (EMAIL_URL): thư chỉ được ghi ra {where}, không ai nhận được."
        return
    try:
        _greet(config)
    except (OSError, smtplib.SMTPException) as error:
        yield Mark.BAD, f"Máy chủ thư {mail.host}:{mail.port} không trả lời hoặc không nhận tài khoản: {error}."
        return
    yield Mark.GOOD, f"Máy chủ thư {mail.host}:{mail.port} nhận kết nối, gửi từ {mail.sender}."


def _greet(config: Config) -> None:
    mail = config.mail
    kind = smtplib.SMTP_SSL if mail.encryption == "tls" else smtplib.SMTP
    with kind(mail.host, mail.port, timeout=NETWORK_SECONDS) as server:
        if mail.encryption == "starttls":
            server.starttls(context=ssl.create_default_context())
        if mail.user:
            server.login(mail.user, mail.password)
        server.noop()


def scanner(config: Config) -> Iterable[tuple[Mark, str]]:
    """Whether clamd answers, and what waits for it."""
    from khuyencong.quarantine.models import HeldFile, HeldState

    held = HeldFile.objects.filter(state=HeldState.HELD).count()
    waiting = f" Tệp đang cách ly: {held}." if held else ""
    if config.clamd is None:
        mark = Mark.GOOD if config.demo or config.debug else Mark.WARNING
        yield (
            mark,
            f"Không có máy quét mã độc (CLAMD): tệp đáng ngờ bị cách ly theo nội dung, chờ người quản trị.{waiting}",
        )
        return
    try:
        told = config.clamd.version()
    except NoAnswerError as error:
        yield Mark.BAD, f"Máy quét {config.clamd} không trả lời ({error}): tệp mới chưa ai tải về được.{waiting}"
        return
    yield Mark.GOOD, f"Máy quét {config.clamd}: {told[:100]}.{waiting}"


def streaming(config: Config) -> Iterable[tuple[Mark, str]]:
    """How far each replica is behind."""
    from django.db import Error, connections

    for alias, replica in zip(replicas.aliases, config.replicas, strict=True):
        place = f"Bản sao trực tuyến {replica.host}:{replica.port or 5432}"  # never the password
        try:
            behind = replicas.behind(alias)
        except Error:
            connections[alias].close()
            yield Mark.BAD, f"{place} không trả lời: các trang đọc từ máy chính, xem docs/guide/nhieu-may.md."
            continue
        if behind is None:
            yield Mark.BAD, f"{place} không còn là bản sao: hãy sửa REPLICA_URLS."
        else:
            mark = Mark.GOOD if behind <= FAR_BEHIND else Mark.WARNING
            yield mark, f"{place} sau máy chính {gigabytes(behind)} nhật ký."


def attached(config: Config) -> Iterable[tuple[Mark, str]]:
    """Whether a file can be put, read and taken away."""
    if config.files is None:
        return
    from khuyencong.core import bucket

    place = f"Nơi chứa tệp {config.files.name}"
    try:
        with tempfile.NamedTemporaryFile() as probe:
            bucket.put(config.files, PROBE, Path(probe.name))
            bucket.fetch(config.files, PROBE, Path(probe.name))
        bucket.remove(config.files, PROBE)
    except OSError as error:
        yield Mark.BAD, f"{place} không dùng được: {error}."
        return
    yield Mark.GOOD, f"{place} ghi và đọc được."


def tls(config: Config) -> Iterable[tuple[Mark, str]]:
    """Whether the site speaks TLS, and how long its certificate lasts."""
    if not config.https:
        mark = Mark.GOOD if config.demo or config.debug else Mark.BAD
        yield mark, "Không có HTTPS=1: chỉ dùng được trên chính máy này, mật khẩu đi qua mạng không được che."
        return
    parts = urlsplit(config.public_url)
    if not parts.hostname:
        yield Mark.WARNING, "HTTPS=1 nhưng chưa đặt PUBLIC_URL: không kiểm tra được chứng thư."
        return
    try:
        ends = _certificate_ends(parts.hostname, parts.port or 443)
    except OSError as error:
        yield Mark.BAD, f"Không mở được {config.public_url} bằng TLS: {error}."
        return
    left = ends - datetime.now(UTC)
    mark = Mark.GOOD if left > CERTIFICATE_LASTS else Mark.BAD
    yield mark, f"Chứng thư của {parts.hostname} còn hạn đến {ends:%d/%m/%Y}, {left.days} ngày nữa."


def _certificate_ends(host: str, port: int) -> datetime:
    context = ssl.create_default_context()
    with (
        socket.create_connection((host, port), timeout=NETWORK_SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=host) as secured,
    ):
        certificate = secured.getpeercert() or {}
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)


def gigabytes(size: int) -> str:
    """A size as people say it: «1,5 GB», «20,0 MB»."""
    gigabytes = size / 1024**3
    text = f"{gigabytes:.1f}" if gigabytes >= 1 else f"{size / 1024**2:.1f}"
    return f"{text.replace('.', ',')} {'GB' if gigabytes >= 1 else 'MB'}"
