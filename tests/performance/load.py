"""How many requests a second the real server answers: sixteen connections that stay open, two workers, no browser."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection

CONNECTIONS, WORKERS, SECONDS = 16, 2, 10
START_SECONDS = 120


@contextmanager
def server() -> Iterator[int]:
    """The application on a free port of this machine, with the database of this process; stopped afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "khuyencong.cli", "serve", "--workers", str(WORKERS)]
    settings = {**os.environ, "PORT": str(port)}
    running = subprocess.Popen(command, env=settings, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        _wait_for(port, running)
        yield port
    finally:
        running.terminate()
        try:
            running.wait(timeout=30)
        except subprocess.TimeoutExpired:  # a worker that does not let go is ended with the whole session
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()


def _wait_for(port: int, running: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and running.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise SystemExit("The server did not start.")


def requests_per_second(path: str, cookie: str) -> float:
    """Ask for a page over all connections for some seconds; whatever is not 200 ends the run."""
    with server() as port, ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(lambda _: _ask(port, path, cookie, 2.0), range(CONNECTIONS)))  # every worker is warm
        started = time.monotonic()
        counts = list(pool.map(lambda _: _ask(port, path, cookie, SECONDS), range(CONNECTIONS)))
        return sum(counts) / (time.monotonic() - started)


def _ask(port: int, path: str, cookie: str, seconds: float) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    until, count = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        connection.request("GET", path, headers={"Cookie": cookie, "Host": f"127.0.0.1:{port}"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != HTTPStatus.OK:
            raise SystemExit(f"{path} answered {answer.status}.")
        count += 1
    connection.close()
    return count
