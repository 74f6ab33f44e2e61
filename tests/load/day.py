"""One day against one database: fill it, let people in, serve, let them work, look at what it cost, check the records.

`scripts/run_load.py` gives it a folder and the address of a database, and prints what comes back.
"""

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

from tests.load import figures
from tests.load.browser import Browser, Seen
from tests.load.machine import Watch, lock_waits, while_watched, write_waits
from tests.load.scripts import OF_A_DAY, OF_A_MONTHS_END, WITHOUT_ACCOUNT, WITHOUT_PEOPLE, day_of
from tests.load.tasks import CONTESTED, Worker

ROOT = Path(__file__).resolve().parent.parent.parent
SEED = 11  # the day is the same one every time
START_SECONDS, STOP_SECONDS = 120, 40
SIGN_IN_EVERY = 0.5  # seconds between two people who sign in
WARM_SHARE = 0.5  # of the day; memory is judged after it
# What memory may still grow by over the second half of the day, when everything has been warmed: whichever is more.
GROWTH_MB, GROWTH_SHARE = 8.0, 0.02
P95_MS = 500.0
SERVER_SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "khuyencong.settings",
    "KHUYENCONG_DEMO": "1",
    "REQUIRE_SECOND_FACTOR": "0",  # people of every role, who have set up nothing
    "EMAIL_URL": "",
}


@dataclass(frozen=True)
class Day:
    """What is asked for. `think`: seconds between two pages, from and to; `speed`: time runs so many times faster."""

    users: int = 60
    minutes: float = 10.0
    think: tuple[float, float] = (10.0, 60.0)
    speed: float = 1.0
    nation: bool = False
    divide: int = 1
    workers: int = 2
    judge_memory: bool = False

    @property
    def rounds(self) -> int:
        """How many records each person needs for steps that are taken once: one for each time around a script."""
        pages = self.minutes * 60 * self.speed / (sum(self.think) / 2)
        return max(1, min(8, round(pages / 15)))


def run(day: Day, folder: Path, settings: Mapping[str, str], database: int | None) -> dict[str, Any]:
    """The whole day; what it came to. `database`: the process of PostgreSQL, whose CPU is counted.

    Raises CalledProcessError where the database cannot be filled, RuntimeError where the server does not start.
    """
    environment = {**os.environ, **SERVER_SETTINGS, **settings, "KHUYENCONG_VAR": str(folder), "PYTHONPATH": str(ROOT)}
    plan = _prepare(day, folder, environment)
    url = settings.get("DATABASE_URL", "")
    with _serving(day, environment, folder / "server.log") as (port, pid):
        _warm(port)
        workers, seen = people_at_work(plan, port)
        watch = Watch(pid, database, url if url.startswith("postgresql") else "")
        before, began = resource.getrusage(resource.RUSAGE_SELF), perf_counter()
        took = while_watched(watch, lambda: let_work(workers, day, Random(SEED)))  # noqa: S311
        after = resource.getrusage(resource.RUSAGE_SELF)
        metrics = _get(port, "/-/metrics")
    client = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    checked = subprocess.run(
        _khuyencong("check", "--files"), env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    arrived = began + day.users * SIGN_IN_EVERY
    steady = [one for one in seen if one.at >= arrived and one.task not in WITHOUT_PEOPLE]
    return {
        **asdict(day),
        "database": "postgresql" if watch.url else "sqlite",
        "must": sorted(OF_A_MONTHS_END if day.nation else OF_A_DAY),
        "seconds": round(took, 1),
        "rows": figures.table(seen, took),
        "steady": figures.row_of("Khi mọi người đã đăng nhập", steady, max(1.0, took - day.users * SIGN_IN_EVERY)),
        "errors": figures.sentences(one.error for one in seen),
        "refusals": figures.sentences(one.refused for one in seen),
        "cpu": {name: round(watch.seconds(name) / took, 2) for name in ("server", "database")}
        | {"client": round(client / took, 2)},
        "memory": _memory(watch, took),
        "locks": lock_waits(watch) if watch.url else write_waits(metrics),
        "watch_trouble": watch.trouble,
        "checked": checked.returncode == 0,
        "check_said": (checked.stdout + checked.stderr).strip()[-2000:],
    }


def broken(result: dict[str, Any]) -> list[str]:
    """The conditions that do not hold."""
    steady, tasks = result["steady"], result["rows"][:-1]
    found = []
    if lacking := sorted(set(result["must"]) - {row["task"] for row in tasks if row["requests"] > row["errors"]}):
        found.append(f"không ai làm: {', '.join(lacking)}")
    if refused := [row["task"] for row in tasks if row["refused"] and row["task"] != CONTESTED]:
        found.append(f"quy tắc từ chối ngoài dự kiến: {', '.join(refused)}")
    if errors := sum(row["errors"] for row in tasks):
        found.append(f"có {errors} lỗi")
    if steady["p95_ms"] >= P95_MS:
        found.append(f"p95 {steady['p95_ms']} ms khi mọi người đã vào, phải dưới {P95_MS:g}")
    if not result["checked"]:
        found.append("khuyencong check không đạt")
    if result["judge_memory"] and not result["memory"]["flat"]:
        found.append(f"bộ nhớ tăng {result['memory']['grown_mb']} MB")
    return found


def people_at_work(plan: dict[str, Any], port: int) -> tuple[list[Worker], list[Seen]]:
    """Everybody with a browser of their own, and the list in which their requests are written down."""
    seen: list[Seen] = []
    of_role: Counter[str] = Counter()
    workers = []
    for number, person in enumerate(plan["people"]):
        own = {**person, "number": of_role[person["role"]]}
        of_role[person["role"]] += 1
        workers.append(Worker(Browser(port, seen.append), own, Random(f"{SEED}:{number}")))  # noqa: S311
    Random(SEED).shuffle(workers)  # noqa: S311  they come to the office in no order
    return workers, seen


def let_work(workers: list[Worker], day: Day, chance: Random) -> None:
    """People come one after the other, work with think time until the day is over, and all are waited for."""
    started = time.monotonic()
    until = started + len(workers) * SIGN_IN_EVERY + day.minutes * 60
    threads = [
        threading.Thread(
            target=_work,
            args=(one, day, started + place * SIGN_IN_EVERY, until, Random(chance.random())),  # noqa: S311
            daemon=True,
        )
        for place, one in enumerate(workers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _work(one: Worker, day: Day, begin: float, until: float, chance: Random) -> None:
    """One person's day. What breaks in the script itself is written down as an error too: it must not end quietly."""
    time.sleep(max(0.0, begin - time.monotonic()))
    try:
        if one.data["role"] not in WITHOUT_ACCOUNT:
            one.sign_in()
        for pause in day_of(one, one.data["number"], months_end=day.nation):
            left = until - time.monotonic()
            thought = pause * chance.uniform(*day.think) / day.speed
            if thought >= left:
                return
            time.sleep(thought)
    except Exception as error:  # noqa: BLE001  told in the table
        one.browser.note(
            Seen(one.data["role"], perf_counter(), 0.0, 0, error=f"kịch bản: {type(error).__name__} {error}")
        )


def _memory(watch: Watch, took: float) -> dict[str, Any]:
    began = watch.memory[0][0] if watch.memory else 0.0
    warm = [one for one in watch.memory if one[0] - began >= took * WARM_SHARE]
    level, grown = figures.flat(warm, allowed_mb=GROWTH_MB, share=GROWTH_SHARE)
    return {
        "start_mb": round(watch.memory[0][1]) if watch.memory else 0,
        "warm_mb": round(warm[0][1]) if warm else 0,
        "end_mb": round(watch.memory[-1][1]) if watch.memory else 0,
        "most_mb": round(max((mb for _, mb in watch.memory), default=0)),
        "rss_mb": round(watch.rss),
        "grown_mb": grown,
        "flat": level,
        "database_mb": round(watch.database_memory[-1][1]) if watch.database_memory else 0,
    }


# --- the server and what it serves -----------------------------------------------------------------------------------


def _khuyencong(*words: str) -> list[str]:
    return [sys.executable, "-m", "khuyencong.cli", *words]


def _prepare(day: Day, folder: Path, environment: dict[str, str]) -> dict[str, Any]:
    """Fill the database and let everybody in; the plan of the day."""
    fill = _khuyencong("demo", "--no-serve", *(["--national"] if day.nation else []))
    if day.nation and day.divide > 1:
        fill = [sys.executable, "-m", "tests.load.fill", str(day.divide)]
    plan = folder / "plan.json"
    make = [sys.executable, "-m", "tests.load.people", str(plan), str(day.users), str(day.rounds), str(int(day.nation))]
    for command in (fill, make):
        subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    found: dict[str, Any] = json.loads(plan.read_text(encoding="utf-8"))
    return found


@contextmanager
def _serving(day: Day, environment: dict[str, str], log: Path) -> Iterator[tuple[int, int]]:
    """`khuyencong serve` on a free port, stopped afterwards; the port and the process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = _khuyencong("serve", "--workers", str(day.workers))
    with log.open("wb") as output:
        running = subprocess.Popen(
            command, env={**environment, "PORT": str(port)}, cwd=ROOT, stdout=output, stderr=output,
            start_new_session=True,
        )  # fmt: skip
    try:
        until = time.monotonic() + START_SECONDS
        while not _answers(port):
            if running.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"Máy chủ không chạy: {log.read_text(errors='replace')[-1000:]}")
            time.sleep(0.2)
        yield port, running.pid
    finally:
        running.terminate()
        try:
            running.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _get(port: int, path: str) -> str:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode("utf-8", "replace")
    finally:
        connection.close()


def _warm(port: int) -> None:
    """Each worker has read its templates before anybody is measured, as on any machine that runs since yesterday."""
    for _ in range(8):
        for path in ("/-/ready", "/dang-nhap/", "/cong/"):
            _get(port, path)
