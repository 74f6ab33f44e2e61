"""The wheel brings all that the program reads, and serves from an environment and a folder that know nothing of the project.

The source archive brings all that is committed, and gives the same wheel.
"""

import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
import release as tool  # noqa: E402

sys.path.pop(0)


@pytest.mark.one_database
def test_wheel_serves_by_itself(tmp_path):
    """`make release` does the same with the locked packages from an index; here they are those of the tests."""
    dist, home = tmp_path / "dist", tmp_path / "home"
    dist.mkdir()
    home.mkdir()
    wheel, source = tool.build(tool.copy_of_tracked(tmp_path / "source"), dist)
    version = tool.project_version(ROOT)
    assert (wheel.name, source.name) == (f"khuyencong-{version}-py3-none-any.whl", f"khuyencong-{version}.tar.gz")
    tool.require_everything(wheel)
    unpacked = tool.unpack(source, tmp_path / "unpacked")
    for name in (
        "scripts/setup_env.py",
        "deploy/nginx.conf",
        "docs/guide/van-hanh.md",
        "tests/releases/0.1.0/release.json",
    ):
        assert (unpacked / name).is_file(), name
    tool.require_same_wheel(unpacked, wheel, tmp_path / "again")
    python = tool.install(wheel, tmp_path / "environment", lock=None)
    program, environment = tool.program(python), tool.environment_of(home)

    def khuyencong(*words):
        return tool.run([*program, *words], environment=environment, folder=home)

    assert khuyencong("--version") == f"khuyencong {version}\n"
    where = tool.run(
        [str(python), "-c", "import khuyencong; print(khuyencong.__path__[0])"], environment=environment, folder=home
    )
    assert where.startswith(str(tmp_path))
    khuyencong("manage", "migrate", "--no-input")
    khuyencong("manage", "load_places")
    assert "/cong/" in tool.try_out(python, home, signed_in=False)
    assert not list(home.glob("[!.]*"))  # nothing but the folder of data was made


def test_a_file_that_is_left_out_is_told(tmp_path):
    import zipfile

    wheel = tmp_path / "some.whl"
    with zipfile.ZipFile(wheel, "w") as empty:
        empty.writestr("khuyencong/__init__.py", "")
    with pytest.raises(tool.ReleaseError, match=r"settings\.py"):
        tool.require_everything(wheel)


def test_a_file_that_the_archive_lacks_is_told(tmp_path):
    source = tmp_path / "some.tar.gz"
    with tarfile.open(source, "w:gz") as archive:
        archive.add(ROOT / "LICENSE", "some/LICENSE")
    with pytest.raises(tool.ReleaseError, match=r"deploy/nginx\.conf.*MANIFEST\.in"):
        tool.unpack(source, tmp_path / "unpacked")


def test_an_archive_that_gives_another_wheel_is_told(tmp_path, monkeypatch):
    wheel, other = tmp_path / "one.whl", tmp_path / "other.whl"
    wheel.write_bytes(b"one")
    other.write_bytes(b"other")
    monkeypatch.setattr(tool, "build", lambda *_: (other, None))
    with pytest.raises(tool.ReleaseError, match="một gói khác"):
        tool.require_same_wheel(tmp_path, wheel, tmp_path / "again")


def test_a_release_is_cut_once(tmp_path, monkeypatch):
    version = tool.project_version(ROOT)
    (tmp_path / version).mkdir()
    monkeypatch.setattr(tool, "RELEASES", tmp_path)
    with pytest.raises(tool.ReleaseError, match="đã được giữ"):
        tool.cut(rehearse=False)


def test_changelog_gets_its_day_once(tmp_path, monkeypatch):
    monkeypatch.setattr(tool, "CHANGELOG", tmp_path / "CHANGELOG.md")
    tool.CHANGELOG.write_text(
        "# Thay đổi\n\n## [1.2.0] – chưa phát hành\n\n## [1.1.0] – 2026-01-02\n", encoding="utf-8"
    )
    tool.date_changelog(tool.CHANGELOG, "1.2.0")
    dated = tool.CHANGELOG.read_text(encoding="utf-8")
    assert "chưa phát hành" not in dated
    assert "## [1.1.0] – 2026-01-02" in dated
    tool.date_changelog(tool.CHANGELOG, "1.2.0")
    assert tool.CHANGELOG.read_text(encoding="utf-8") == dated
    with pytest.raises(tool.ReleaseError, match="chưa có phần"):
        tool.date_changelog(tool.CHANGELOG, "9.9.9")


def test_changelog_and_readme_know_the_version():
    version = tool.project_version(ROOT)
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"phiên bản {version}" in readme
    assert f"Version {version}" in readme
