"""What is said to clamd and what its answers mean: with a recorded double, and once with clamd itself where it is installed."""

import os
import shutil
import socket
import struct
import subprocess
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from khuyencong.core.clamd import CHUNK, Clamd, NoAnswerError, Verdict

CLAMD = shutil.which("clamd", path=f"{os.environ['PATH']}:/usr/sbin")
# The test file of all scanners, put together here: whole it would be found in this file.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!" + b"$H+H*"


@contextmanager
def answering(told, heard=None):
    """A clamd that writes down one question and answers `told`; the recorded answers are those of ClamAV 1.4."""
    with tempfile.TemporaryDirectory(prefix="kc-") as folder, socket.socket(socket.AF_UNIX) as server:
        path = f"{folder}/s"
        server.bind(path)
        server.listen(1)

        def serve():
            asked, _ = server.accept()
            with asked:
                said = b""
                while not said.endswith((b"\0\0\0\0", b"VERSION\0")):
                    said += asked.recv(CHUNK)
                if heard is not None:
                    heard.append(said)
                asked.sendall(told)

        worker = threading.Thread(target=serve)
        worker.start()
        yield Clamd(path=path)
        worker.join()


@pytest.mark.parametrize(
    ("told", "verdict"),
    [(b"stream: OK\0", Verdict()), (b"stream: Win.Test.EICAR_HDB-1 FOUND\0", Verdict("Win.Test.EICAR_HDB-1"))],
)
def test_judged(told, verdict):
    heard = []
    with answering(told, heard) as clamd:
        assert clamd.scan([b"a" * (CHUNK + 1), b"", b"b"]) == verdict
    pieces = (b"a" * CHUNK, b"a", b"b")
    said = b"".join(struct.pack("!L", len(piece)) + piece for piece in pieces)
    assert heard == [b"zINSTREAM\0" + said + bytes(4)]


@pytest.mark.parametrize(
    "told", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"stream: OK and more\0", b"OK FOUND OUT\0"]
)
def test_not_judged(told):
    with answering(told) as clamd, pytest.raises(NoAnswerError):
        clamd.scan([b"a"])


def test_version_and_nobody_there(tmp_path):
    with answering(b"ClamAV 1.4.6/27000/Mon Nov 30 08:00:00 2026\0") as clamd:
        assert clamd.version().startswith("ClamAV 1.4.6")
    for nobody in (Clamd(path=str(tmp_path / "none")), Clamd(host="127.0.0.1", port=1)):
        with pytest.raises(NoAnswerError):
            nobody.scan([b"a"])
        with pytest.raises(NoAnswerError):
            nobody.version()


def test_silence_and_an_answer_letter_by_letter_have_an_end():
    with tempfile.TemporaryDirectory(prefix="kc-") as folder, socket.socket(socket.AF_UNIX) as server:
        server.bind(f"{folder}/s")
        server.listen(2)
        clamd, over = Clamd(path=f"{folder}/s"), threading.Event()

        def dribble():
            asked, _ = server.accept()
            with asked, suppress(OSError):  # whoever asked has gone
                while not over.wait(0.05):
                    asked.sendall(b"s")

        worker = threading.Thread(target=dribble)
        worker.start()
        began = time.monotonic()
        for _ in range(2):  # the second is never accepted
            with pytest.raises(NoAnswerError):
                clamd.scan([b"a"], within=0.4)
        over.set()
        worker.join()
    assert time.monotonic() - began < 3


@pytest.mark.skipif(CLAMD is None, reason="clamd (Debian: clamav-daemon) is not installed")
def test_clamd_itself():
    """With one signature of our own, so that nothing is fetched."""
    with tempfile.TemporaryDirectory(prefix="kc-") as name:
        folder = Path(name)
        (folder / "db").mkdir()
        (folder / "db" / "own.ndb").write_text(f"Thu.Eicar:0:*:{EICAR.hex()}\n")
        lines = [f"LocalSocket {folder}/s", f"DatabaseDirectory {folder}/db", "Foreground yes", "StreamMaxLength 1M"]
        (folder / "conf").write_text("\n".join(lines) + "\n")
        clamd = Clamd(path=f"{folder}/s")
        process = subprocess.Popen(  # noqa: S603  # nothing of it comes from outside
            [CLAMD, "-c", str(folder / "conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            assert _comes_up(clamd, process)
            assert clamd.scan([b"%PDF-1.4 in order"]) == Verdict()
            assert "Thu.Eicar" in clamd.scan([b"%PDF-1.4 ", EICAR]).found
            with pytest.raises(NoAnswerError):
                clamd.scan([bytes(1024 * 1024)] * 3)
        finally:
            process.terminate()
            process.wait(10)


def _comes_up(clamd, process):
    for _ in range(100):
        try:
            return clamd.version().startswith("ClamAV")
        except NoAnswerError:
            if process.poll() is not None:
                return False
            time.sleep(0.1)
    return False
