"""A copy that is whole comes back as it was; one that is cut, changed, locked or hostile is refused with a sentence."""

import io
import json
import os
import tarfile
import threading

import pyrage
import pytest

from khuyencong.upkeep import archive
from khuyencong.upkeep.archive import (
    MANIFEST,
    ArchiveError,
    BrokenCopyError,
    Part,
    looks_sealed,
    read_key,
    unpack,
    write,
)

CONTENTS = {"secret_key": b"k" * 64, "files/a/b.pdf": b"%PDF-" + bytes(range(256)) * 9_000, "files/trống": b""}


@pytest.fixture
def parts(tmp_path):
    found = []
    for number, (name, content) in enumerate(CONTENTS.items()):
        path = tmp_path / f"part-{number}"
        path.write_bytes(content)
        found.append(Part(name, path))
    return found


@pytest.fixture(params=["plain", "sealed"])
def key(request):
    return read_key(str(pyrage.x25519.Identity.generate())) if request.param == "sealed" else None


@pytest.fixture
def copy(tmp_path, parts, key):
    target = tmp_path / ("copy.tar.age" if key else "copy.tar")
    write(target, [*parts, Part("gone", tmp_path / "gone"), parts[0]], about={"engine": "sqlite"}, key=key)
    return target


def test_comes_back_as_it_was(tmp_path, copy, key):
    assert copy.stat().st_mode & 0o777 == 0o600
    manifest = unpack(copy, tmp_path / "out", key=key)
    assert manifest["engine"] == "sqlite"
    assert {name: (tmp_path / "out" / name).read_bytes() for name in manifest["sha256"]} == CONTENTS
    if key:
        assert b"%PDF-" not in copy.read_bytes()


@pytest.mark.parametrize("damage", ["cut", "last block", "one bit", "empty"])
def test_damaged_copy_is_refused(tmp_path, copy, key, damage):
    whole = bytearray(copy.read_bytes())
    if damage == "one bit":
        whole[len(whole) // 2] ^= 1
    shown = {"cut": whole[: len(whole) // 2], "last block": whole[:-14_000], "one bit": whole, "empty": b""}
    copy.write_bytes(shown[damage])
    with pytest.raises(BrokenCopyError, match="không"):
        unpack(copy, tmp_path / "out", key=key)


def test_disk_that_is_full_is_said_and_is_no_fault_of_the_copy(tmp_path, parts, copy, key, monkeypatch):
    opened = os.open
    monkeypatch.setattr(archive.os, "open", lambda path, flags, mode: opened("/dev/full", os.O_WRONLY))
    with pytest.raises(ArchiveError, match=r"Không ghi được bản sao.*(hết chỗ|No space)"):
        write(tmp_path / "other", parts, about={}, key=key)
    with pytest.raises(ArchiveError, match="đĩa hết chỗ") as caught:
        unpack(copy, tmp_path / "out", key=key)
    assert not isinstance(caught.value, BrokenCopyError)
    assert not [one.name for one in threading.enumerate() if one.name in {"copy", "open-copy"}]


def test_copy_that_is_not_there_or_not_ours_is_not_called_broken(tmp_path, copy, key, monkeypatch):
    with pytest.raises(ArchiveError, match="Không có bản sao"):
        unpack(tmp_path / f"sai-{copy.name}", tmp_path / "out", key=key)

    def closed(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(archive.Path, "open", closed)
    with pytest.raises(ArchiveError, match=r"không đọc được .*: hãy chép tới nơi nó đọc được") as caught:
        unpack(copy, tmp_path / "out", key=key)
    assert not isinstance(caught.value, BrokenCopyError)


def test_machine_that_only_seals_sees_that_it_is_sealed(tmp_path, copy, key):
    assert looks_sealed(copy) == (key is not None)


def test_sealed_copy_needs_the_right_key(tmp_path, parts):
    own = pyrage.x25519.Identity.generate()
    public_alone = read_key(f"# khóa của Sở\n{own.to_public()}\n")
    target = tmp_path / "copy.tar.age"
    write(target, parts, about={}, key=public_alone)
    for wrong in (None, public_alone, read_key(str(pyrage.x25519.Identity.generate()))):
        with pytest.raises(ArchiveError, match="khóa"):
            unpack(target, tmp_path / "out", key=wrong)
    assert set(unpack(target, tmp_path / "right", key=read_key(str(own)))["sha256"]) == set(CONTENTS)


@pytest.mark.parametrize("text", ["", "mật khẩu", "age1abc", "AGE-SECRET-KEY-1ABC", "a\nb"])
def test_wrong_key_file_is_said(text):
    with pytest.raises(ArchiveError, match="Khóa sao lưu không đọc được"):
        read_key(text)


@pytest.mark.parametrize("name", ["../ngoài", "/etc/passwd", "a/../../b", "files\\a"])
def test_names_that_lead_outside_are_refused(tmp_path, name):
    with pytest.raises(ArchiveError, match="mục lạ"):
        unpack(_tar(tmp_path, {name: b"x"}), tmp_path / "out", key=None)
    assert not (tmp_path / "ngoài").exists()


def test_links_and_a_missing_list_are_refused(tmp_path):
    target = tmp_path / "link.tar"
    with tarfile.open(target, "w") as tar:
        link = tarfile.TarInfo("files/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    with pytest.raises(ArchiveError, match="mục lạ"):
        unpack(target, tmp_path / "out", key=None)
    with pytest.raises(ArchiveError, match="không trọn vẹn"):
        unpack(_tar(tmp_path, {"files/a": b"x"}), tmp_path / "other", key=None)
    for told in (b"{", b"[]", json.dumps({"format": 99, "sha256": {}}).encode()):
        with pytest.raises(ArchiveError, match=r"bảng kê|bản chương trình khác"):
            unpack(_tar(tmp_path, {MANIFEST: told}), tmp_path / "third", key=None)


def _tar(folder, contents):
    target = folder / "made.tar"
    with tarfile.open(target, "w") as tar:
        for name, content in contents.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return target
