"""What a copy is: one tar file of all parts with their checksums, sealed with age where a key is set.

Both formats are those of everyday tools: `age -d -i KEY copy.tar.age | tar x` opens a copy without this program.
The last member, `manifest.json`, holds the SHA-256 of every other one: a copy that was cut off has none, or one that does not fit.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

import pyrage

FORMAT = 1
MANIFEST = "manifest.json"
PLAIN, SEALED = ".tar", ".tar.age"
BLOCK = 1024 * 1024
LARGEST_MANIFEST = 256 * 1024 * 1024  # bytes; a million attached files


class ArchiveError(Exception):
    """A copy cannot be made or read; the message is a Vietnamese sentence."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file that goes into a copy under `name` (with `/`, relative)."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Key:
    """What seals a copy, and what opens it; `identity` is missing where this machine may only seal."""

    recipient: pyrage.x25519.Recipient
    identity: pyrage.x25519.Identity | None


def read_key(text: str) -> Key:
    """The key in a file as age-keygen writes it: `AGE-SECRET-KEY-1…`, or `age1…` alone. Raises ArchiveError."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    try:
        if len(lines) == 1 and lines[0].startswith("AGE-SECRET-KEY-"):
            identity = pyrage.x25519.Identity.from_str(lines[0])
            return Key(identity.to_public(), identity)
        if len(lines) == 1:
            return Key(pyrage.x25519.Recipient.from_str(lines[0]), None)
    except (pyrage.IdentityError, pyrage.RecipientError):
        pass
    raise ArchiveError(
        "Khóa sao lưu không đọc được: tệp khóa có một dòng, là khóa riêng AGE-SECRET-KEY-1… (đóng và mở được) "
        "hoặc khóa công khai age1… (chỉ đóng được)."
    )


def write(target: Path, parts: Iterable[Part], *, about: dict[str, Any], key: Key | None) -> None:
    """Write a copy to `target`, readable to its owner only; a part that is gone when its turn comes is left out.

    `parts` may make its files while it is asked for them. `about` is told in the manifest. Raises ArchiveError.
    """
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            if key is None:
                _write_tar(out, parts, about)
            else:
                _sealed(out, key, lambda inner: _write_tar(inner, parts, about))
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        raise ArchiveError(f"Không ghi được bản sao {target.name}: {error.strerror or error}.") from error


def _sealed(out: IO[bytes], key: Key, fill: Callable[[IO[bytes]], None]) -> None:
    """What `fill` writes, sealed on its way to `out`: nothing of it touches the disk in the open."""
    reading, writing = os.pipe()
    failed: list[BaseException] = []

    def work() -> None:
        try:
            with os.fdopen(writing, "wb") as inner:
                fill(inner)
        except BaseException as error:  # noqa: BLE001  # told by the thread that waits for it
            failed.append(error)

    filler = threading.Thread(target=work, name="copy")
    with os.fdopen(reading, "rb") as source:
        filler.start()
        pyrage.encrypt_io(source, out, [key.recipient])
    filler.join()
    if failed:
        raise failed[0]


def _write_tar(out: IO[bytes], parts: Iterable[Part], about: dict[str, Any]) -> None:
    sums: dict[str, str] = {}
    with tarfile.open(fileobj=out, mode="w|", bufsize=BLOCK) as tar:
        for part in parts:
            if part.name in sums:
                continue
            try:
                file = part.path.open("rb")
            except FileNotFoundError:
                continue  # removed by somebody while the copy was made; what the records need is looked at when it is tried
            with file:
                counted = _Counted(file)
                member = tar.gettarinfo(arcname=part.name, fileobj=file)
                member.uid = member.gid = 0
                member.uname = member.gname = ""
                tar.addfile(member, counted)
                sums[part.name] = counted.digest.hexdigest()
        told = json.dumps({**about, "format": FORMAT, "sha256": sums}, ensure_ascii=False, indent=1).encode()
        member = tarfile.TarInfo(MANIFEST)
        member.size, member.mode = len(told), 0o600
        tar.addfile(member, io.BytesIO(told))


class _Counted:
    """Reads a file and adds up its SHA-256 on the way."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self.file.read(size)
        self.digest.update(block)
        return block


def unpack(source: Path, folder: Path, *, key: Key | None) -> dict[str, Any]:
    """Bring every part of a copy into the empty `folder`, each as its manifest says, and return the manifest.

    Raises ArchiveError where it is no copy, was cut off or changed, or needs a key that is not there. Names that would leave the
    folder, links and devices are refused: a copy may come from anywhere.
    """
    sums: dict[str, str] = {}
    manifest: dict[str, Any] | None = None
    try:
        with _opened(source, key) as stream, tarfile.open(fileobj=stream, mode="r|", bufsize=BLOCK) as tar:
            for member in tar:
                file = tar.extractfile(member) if member.isfile() else None
                if file is None or not _is_inside(member.name) or member.name in sums or manifest is not None:
                    raise ArchiveError(f"Bản sao {source.name} có mục lạ «{member.name[:100]}».")
                if member.name == MANIFEST:
                    manifest = _manifest(file.read(LARGEST_MANIFEST), source)
                else:
                    sums[member.name] = _bring_out(file, folder / member.name)
    except (tarfile.TarError, EOFError, pyrage.DecryptError, OSError) as error:
        raise ArchiveError(f"Bản sao {source.name} không đọc được trọn vẹn: hỏng, bị cắt, hoặc sai khóa.") from error
    if manifest is None or manifest["sha256"] != sums:
        raise ArchiveError(f"Bản sao {source.name} không trọn vẹn: nội dung không khớp với mã kiểm tra ghi trong nó.")
    return manifest


def _manifest(told: bytes, source: Path) -> dict[str, Any]:
    try:
        found = json.loads(told)
    except ValueError as error:
        raise ArchiveError(f"Bản sao {source.name} có bảng kê không đọc được.") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT or not isinstance(found.get("sha256"), dict):
        raise ArchiveError(f"Bản sao {source.name} do một bản chương trình khác tạo ra, bản này không đọc được.")
    return found


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and "\\" not in name


def _bring_out(file: IO[bytes], target: Path) -> str:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        while block := file.read(BLOCK):
            digest.update(block)
            out.write(block)
    return digest.hexdigest()


@contextmanager
def _opened(source: Path, key: Key | None) -> Iterator[IO[bytes]]:
    """The tar inside a copy, opened on its way where it is sealed."""
    if not source.name.endswith(SEALED):
        with source.open("rb") as plain:
            yield plain
        return
    if key is None or key.identity is None:
        raise ArchiveError(f"Bản sao {source.name} đã được mã hóa: cần tệp có khóa riêng AGE-SECRET-KEY-1… để mở.")
    identity = key.identity
    reading, writing = os.pipe()
    failed: list[BaseException] = []

    def work() -> None:
        try:
            with source.open("rb") as sealed, os.fdopen(writing, "wb") as inner:
                pyrage.decrypt_io(sealed, inner, [identity])
        except BrokenPipeError:
            pass  # the reader has said already what was wrong
        except BaseException as error:  # noqa: BLE001  # told by the thread that waits for it
            failed.append(error)

    opener = threading.Thread(target=work, name="open-copy")
    opener.start()
    try:
        with os.fdopen(reading, "rb") as plain:
            yield plain
            while plain.read(BLOCK):  # the seal of the last block is looked at too
                pass
    finally:
        opener.join()
    if failed:
        raise failed[0]
