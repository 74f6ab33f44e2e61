"""Files in a bucket: kept, read, copied and brought back, against a server that speaks S3 on loopback."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from moto.server import ThreadedMotoServer

from khuyencong.config_files import Bucket
from khuyencong.core import bucket as buckets
from khuyencong.upkeep import copying

pytestmark = pytest.mark.one_database


@pytest.fixture
def place():
    """A bucket that another program shares: ours are the files of one folder."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        found = Bucket(f"ho-so-{uuid4()}", "khuyen-cong", f"http://{host}:{port}", "us-east-1", "ten", "khoa")
        client = buckets._client(found)
        client.create_bucket(Bucket=found.name)
        client.put_object(Bucket=found.name, Key="của chương trình khác.txt", Body=b"x")
        yield found
    finally:
        server.stop()


def test_a_file_is_kept_read_and_removed(place):
    storage = buckets.BucketStorage(place)
    content = ContentFile("Hồ sơ".encode())
    name = storage.save("de-an/một.txt", content)
    content.seek(0)  # whoever kept it may read it once more
    assert content.read().decode() == "Hồ sơ"
    assert storage.save("de-an/một.txt", ContentFile(b"khac")) != name  # never over another
    with storage.open(name, "rb") as file:
        assert file.read().decode() == "Hồ sơ"
    assert storage.size(name) == len("Hồ sơ".encode())
    assert storage.exists(name)
    storage.delete(name)
    assert not storage.exists(name)
    with pytest.raises(FileNotFoundError):
        storage.open(name, "rb")
    with pytest.raises(ValueError, match="no address"):
        storage.url(name)


def test_a_server_that_goes_away_meanwhile_is_an_error_of_the_disk(place, tmp_path):
    """Sending and fetching in parts have errors of their own, of no family of the others."""
    (tmp_path / "một.txt").write_bytes(b"x")
    absent = replace(place, name="khong-co")
    with pytest.raises(OSError, match="S3UploadFailedError"):
        buckets.put(absent, "một.txt", tmp_path / "một.txt")


def test_a_server_that_is_gone_is_an_error_of_the_disk(place):
    storage = buckets.BucketStorage(replace(place, name="khong-co"))
    with pytest.raises(OSError, match="NoSuchBucket"):
        storage.save("một.txt", ContentFile(b"x"))


def test_a_copy_holds_them_and_brings_them_back(place, tmp_path):
    """Through the commands: files of the bucket go into the copy, its trial uses its own, and it fills an empty place."""
    key = tmp_path / "key"
    key.write_text(place.secret)

    def environment(folder, name):
        folder.mkdir(exist_ok=True)
        return {
            **os.environ, "KHUYENCONG_VAR": str(folder), "DATABASE_URL": f"sqlite:///{folder}/one.sqlite3",
            "FILES_URL": f"s3://{place.name}/{name}?endpoint={place.endpoint}", "FILES_KEY_ID": place.key_id,
            "FILES_SECRET_FILE": str(key), "BACKUP_DIR": str(tmp_path / "copies"),
        }  # fmt: skip

    def khuyencong(env, *words):
        done = subprocess.run(
            [sys.executable, "-m", "khuyencong.cli", *words], env=env, cwd=settings.BASE_DIR, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    old, new = environment(tmp_path / "old", place.folder), environment(tmp_path / "new", "nơi mới")
    khuyencong(old, "manage", "migrate", "--verbosity", "0")
    keep = (
        "from khuyencong.opendata.models import *; from django.core.files.base import ContentFile as C; import hashlib\n"
        "from django.utils import timezone as z\n"
        "e = Edition.objects.create(name='2026-01', made_on='2026-01-01', made_at=z.now(), fingerprint='', dropped=[])\n"
        "f = EditionFile(edition=e, name='a.csv', sha256=hashlib.sha256(b'x').hexdigest(), size=1, rows=0)\n"
        "f.content.save('a.csv', C(b'x')); print(f.content.name)"
    )
    name = khuyencong(old, "manage", "shell", "--no-imports", "-c", keep).strip()
    assert set(buckets.names(place)) == {name}
    assert "chuỗi liền mạch" in khuyencong(old, "backup", "--verify")
    (copy,) = copying.copies(tmp_path / "copies")
    assert isinstance(copy.made_at, datetime)
    khuyencong(new, "restore", str(copy.path))
    assert set(buckets.names(replace(place, folder="nơi mới"))) == {name}
    khuyencong(new, "check", "--files")
    buckets.remove(replace(place, folder="nơi mới"), name)
    gone = subprocess.run(
        [sys.executable, "-m", "khuyencong.cli", "check", "--files"], env=new, cwd=settings.BASE_DIR,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert gone.returncode == 1
    assert f"Thiếu tệp {name}" in gone.stdout + gone.stderr
    assert Path(tmp_path / "old" / "secret_key").read_text() == Path(tmp_path / "new" / "secret_key").read_text()
