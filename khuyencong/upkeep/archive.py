"""What a copy is: one tar file of all parts with their checksums, sealed with age where a key is set.

Both formats are those of everyday tools: `age -d -i KEY copy.tar.age | tar x` opens a copy without this program.
The last member, `manifest.json`, holds the SHA-256 of every other one: a copy that was cut off has none, or one that does not fit.
"""

from __future__ import annotations

import errno
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
AGE_HEADER = b"age-encryption.org/v1\n"


class ArchiveError(Exception):
    """A copy cannot be made or read; the message is a Vietnamese sentence."""


class BrokenCopyError(ArchiveError):
    """What lies in the file is no whole copy, or one that does not pass: nothing of the machine that tries it can mend that."""


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

    @property
    def only_seals(self) -> bool:
        """Whether what it closes is opened on another machine alone."""
        return self.identity is None


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
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            if key is None:
                _write_tar(out, parts, about)
            else:
                _sealed(out, key, lambda inner: _write_tar(inner, parts, about))
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        raise ArchiveError(f"Không ghi được bản sao {target.name}: {why(error)}.") from error
    except pyrage.EncryptError as error:  # what the sealing says of a disk that takes no more
        raise ArchiveError(f"Không ghi được bản sao {target.name}: {error}.") from error


def why(error: OSError) -> str:
    """What the system says, in words for those whom everybody meets."""
    if error.errno == errno.ENOSPC:
        return "đĩa hết chỗ"
    if error.errno in {errno.EACCES, errno.EPERM}:
        return "tài khoản đang chạy lệnh không có quyền"
    return error.strerror or str(error)


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
    filler.start()
    try:
        with os.fdopen(reading, "rb") as source:
            pyrage.encrypt_io(source, out, [key.recipient])
    finally:
        filler.join()  # with nobody who reads, it ends
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
            except PermissionError as error:
                raise ArchiveError(f"Không đọc được {part.path} để chép: {why(error)}.") from error
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

    Raises BrokenCopyError where it is no copy, was cut off or changed; ArchiveError where this machine cannot read it or has no room,
    or the key is not there. Names that would leave the folder, links and devices are refused: a copy may come from anywhere.
    """
    sums: dict[str, str] = {}
    manifest: dict[str, Any] | None = None
    try:
        with _opened(source, key) as stream, tarfile.open(fileobj=stream, mode="r|", bufsize=BLOCK) as tar:
            for member in tar:
                file = tar.extractfile(member) if member.isfile() else None
                if file is None or not _is_inside(member.name) or member.name in sums or manifest is not None:
                    raise BrokenCopyError(f"Bản sao {source.name} có mục lạ «{member.name[:100]}».")
                if member.name == MANIFEST:
                    manifest = _manifest(file.read(LARGEST_MANIFEST), source)
                else:
                    sums[member.name] = _bring_out(file, folder / member.name)
    except (tarfile.TarError, EOFError, pyrage.DecryptError, OSError) as error:
        raise BrokenCopyError(f"Bản sao {source.name} không đọc được trọn vẹn: hỏng, bị cắt, hoặc sai khóa.") from error
    if manifest is None or manifest["sha256"] != sums:
        raise BrokenCopyError(
            f"Bản sao {source.name} không trọn vẹn: nội dung không khớp với mã kiểm tra ghi trong nó."
        )
    return manifest


def _manifest(told: bytes, source: Path) -> dict[str, Any]:
    try:
        found = json.loads(told)
    except ValueError as error:
        raise BrokenCopyError(f"Bản sao {source.name} có bảng kê không đọc được.") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT or not isinstance(found.get("sha256"), dict):
        raise ArchiveError(f"Bản sao {source.name} do một bản chương trình khác tạo ra, bản này không đọc được.")
    return found


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and "\\" not in name


def _bring_out(file: IO[bytes], target: Path) -> str:
    digest = hashlib.sha256()
    with _written(target) as out:
        while block := file.read(BLOCK):
            digest.update(block)
            out(block)
    return digest.hexdigest()


@contextmanager
def _written(target: Path) -> Iterator[Callable[[bytes], None]]:
    """What writes to a new file; where this machine does not take it, the copy is not to blame. Raises ArchiveError."""

    def refuse(error: OSError) -> ArchiveError:
        return ArchiveError(f"Không mở được bản sao ra {target.parent}: {why(error)}.")

    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        out = os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=0)
    except OSError as error:
        raise refuse(error) from error

    def write_all(block: bytes) -> None:
        left = memoryview(block)
        try:
            while left:
                left = left[out.write(left) :]
        except OSError as error:
            raise refuse(error) from error

    with out:
        yield write_all


@contextmanager
def _opened(source: Path, key: Key | None) -> Iterator[IO[bytes]]:
    """The tar inside a copy, opened on its way where it is sealed."""
    if not source.name.endswith(SEALED):
        with open_copy(source) as plain:
            yield plain
        return
    if key is None or key.identity is None:
        raise ArchiveError(f"Bản sao {source.name} đã được mã hóa: cần tệp có khóa riêng AGE-SECRET-KEY-1… để mở.")
    identity = key.identity
    sealed = open_copy(source)
    reading, writing = os.pipe()
    failed: list[BaseException] = []

    def work() -> None:
        try:
            with sealed, os.fdopen(writing, "wb") as inner:
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


def open_copy(source: Path) -> IO[bytes]:
    """The file of a copy. Raises ArchiveError with what to do where it is not there or not ours to read."""
    try:
        return source.open("rb")
    except FileNotFoundError as error:
        raise ArchiveError(f"Không có bản sao {source}: hãy xem lại đường dẫn.") from error
    except PermissionError as error:
        raise ArchiveError(
            f"Tài khoản đang chạy lệnh không đọc được {source}: hãy chép tới nơi nó đọc được, "
            f"install -o khuyencong -m 600 {source} /var/lib/khuyencong/."
        ) from error
    except OSError as error:
        raise ArchiveError(f"Không mở được bản sao {source}: {why(error)}.") from error


def looks_sealed(source: Path) -> bool:
    """All that a machine without the private key can see of a sealed copy: it is there, and age has written it."""
    with open_copy(source) as file:
        return file.read(len(AGE_HEADER)) == AGE_HEADER
