"""Beyond one machine: what people may rely on while replicas lag, stop and return, and the primary is lost."""

import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from urllib.parse import urlencode

import pytest

from tests.wide import GUIDE, PASSWORD, ROOT, Browser, Wide, postgres, run, wait_until

pytestmark = pytest.mark.one_database
READS, READERS, READS_AFTER_A_WRITE = 2_000, 4, 8
LAG = "3s"  # by which one replica is held behind on purpose: less than `BEHIND`, more than any page takes
LIST, NEW, REGISTER = "/chuong-trinh/", "/chuong-trinh/moi/", "/co-so/moi/"


@pytest.fixture
def wide(tmp_path):
    if postgres.find_binaries() is None or shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin") is None:
        assert not os.environ.get("CI")
        pytest.skip("no PostgreSQL or no PgBouncer")
    whole = Wide(tmp_path)
    try:
        yield whole.start()
    finally:
        whole.stop()


def test_beyond_one_machine(wide):
    """One story, since its servers take long to start."""
    pgbouncer_carries_the_whole_program(wide)
    the_night_has_its_copy(wide)
    limits_are_counted_by_both_servers_together(wide)
    nobody_misses_what_they_have_written(wide)
    a_replica_stops_and_returns_under_load(wide)
    the_primary_is_lost_and_nothing_that_was_answered(wide, lambda primary: primary.kill())
    the_old_one_becomes_a_replica(wide)
    the_primary_is_lost_and_nothing_that_was_answered(wide, lambda primary: primary.freeze())


class Officer(Browser):
    """Writes programmes and reads the list of them, which is made from replicas. `alone`: the year that only theirs covers."""

    def __init__(self, session, server):
        super().__init__(session)
        _, page, _ = self.ask(server, "GET", NEW)
        self.token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]

    def write(self, server, path, **fields):
        """The status and where it leads; 302 where it is written, else the page that came instead."""
        status, page, headers = self.ask(server, "POST", path, urlencode({"csrfmiddlewaretoken": self.token, **fields}))
        return status, headers.get("Location", page)

    def enter(self, server, name, *, year):
        return self.write(server, NEW, name=name, creation_key=uuid.uuid4(), first_year=year, last_year=year)

    def register(self, server, name, key, province):
        fields = {"kind": "household", "sector": "agro_processing", "province": province}
        return self.write(server, REGISTER, name=name, creation_key=key, **fields)

    def sees(self, server, name, year):
        status, page, _ = self.ask(server, "GET", f"{LIST}?year={year}")
        assert status == 200, status
        return name in page


def at_once(*calls):
    """All of them in threads; the first failure of any."""
    failures = []

    def work(call):
        try:
            call()
        except BaseException as error:  # noqa: BLE001  # raised again below
            failures.append(error)

    threads = [threading.Thread(target=work, args=(call,)) for call in calls]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    if failures:
        raise failures[0]


def khuyencong(environment, *words):
    return subprocess.run(
        [sys.executable, "-m", "khuyencong.cli", *words], cwd=ROOT, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def pages_from(wide):
    return sum((Counter(one.pages_from()) for one in wide.servers), Counter())


def nobody_misses_what_they_have_written(wide):
    behind = wide.nodes[2]
    behind.ask(f"ALTER SYSTEM SET recovery_min_apply_delay = '{LAG}'", fetch=False)
    behind.ask("SELECT pg_reload_conf()")
    seen, stale, without = Counter(), [], Counter()

    def work(number):
        first, second = wide.servers if number % 2 else wide.servers[::-1]
        year = 2031 + number
        with Officer(wide.sessions[number % 2], first) as officer:
            write_and_read(officer, number, year, first, second)

    def write_and_read(officer, number, year, first, second):
        status, draft = officer.enter(first, "tên đầu", year=year)
        assert status == 302
        edit = draft.replace("du-thao", "sua")
        for version in range(1, READS // READERS // READS_AFTER_A_WRITE + 2):
            name = f"Chương trình thử {number}-{version}"
            written = officer.write(first, edit, name=name, version=version, first_year=year, last_year=year)
            assert written[0] == 302, written
            if version % 4 == 0:  # the same person without the cookie: what everybody else may see for a moment
                with Browser(officer.cookies["sessionid"]) as other:
                    without[Officer.sees(other, second, name, year)] += 1
            for count in range(READS_AFTER_A_WRITE):
                if not officer.sees((second, first)[count % 2], name, year):
                    stale.append(name)
                seen[number] += 1

    at_once(*(lambda number=number: work(number) for number in range(READERS)))
    behind.ask("ALTER SYSTEM RESET recovery_min_apply_delay", fetch=False)
    behind.ask("SELECT pg_reload_conf()")
    made = pages_from(wide)
    print(
        f"own writes: {sum(seen.values())} reads, {len(stale)} stale; without the cookie {without}; pages from {made}"
    )
    assert sum(seen.values()) >= READS
    assert stale == []
    assert without[False]  # else the lag was none, and the test has shown nothing
    assert made["replica_1"] + made["replica_2"] > made["default"]


def pgbouncer_carries_the_whole_program(wide):
    """The world and its settled đề án came through it; so do the check of all records, and the doctor finds its settings."""
    assert "chuỗi liền mạch" in run(wide.pooled, "-m", "khuyencong.cli", "check")
    said = khuyencong(wide.pooled, "doctor").stdout
    assert "không nhận thiết lập" not in said
    assert said.count("sau máy chính") == 2
    refused = khuyencong({**wide.pooled, "BACKUP_DIR": str(wide.folder / "copies")}, "backup")
    assert refused.returncode == 1
    assert "trỏ thẳng đến máy chủ PostgreSQL chính" in refused.stderr


def the_night_has_its_copy(wide):
    """With the environment of all machines and the address of `backup.environment` over it, as the unit reads both."""
    unit = (ROOT / "deploy" / "khuyencong-backup.service").read_text(encoding="utf-8")
    (place,) = re.findall(r"^EnvironmentFile=-(.*)$", unit, re.MULTILINE)
    assert f"`{place}`" in GUIDE
    (said,) = re.findall(r"^ +`DATABASE_URL=(postgresql://\S+)`", GUIDE, re.MULTILINE)
    address = said.replace("mat-khau", PASSWORD).replace("10.0.0.11", f"127.0.0.1:{wide.nodes[0].port}")
    assert address == wide.nodes[0].url
    copies = wide.folder / "copies"
    copies.mkdir(exist_ok=True)  # the command that was refused has made it
    run(
        {**wide.pooled, "BACKUP_DIR": str(copies), "DATABASE_URL": address},
        "-m",
        "khuyencong.cli",
        "backup",
        "--verify",
    )
    assert [path.suffix for path in copies.glob("*.tar*")] == [".tar"]


def limits_are_counted_by_both_servers_together(wide):
    statuses = []
    with Browser("") as stranger:
        for count in range(6):
            server = wide.servers[count % 2]
            _, page, _ = stranger.ask(server, "GET", "/dang-nhap/")
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
            data = {"csrfmiddlewaretoken": token, "username": "ai-do", "password": "không phải"}
            statuses.append(stranger.ask(server, "POST", "/dang-nhap/", urlencode(data))[0])
    assert statuses[-1] == 429
    assert statuses.index(429) == 4  # the fifth, whichever server was asked
    counted = "SELECT coalesce(sum(value::int), 0) FROM khuyencong_counts WHERE cache_key LIKE '%searches%'"
    before = wide.nodes[0].ask(counted)
    for count in range(6):
        with Browser(wide.sessions[0]) as officer:
            officer.ask(wide.servers[count % 2], "GET", "/tim/?q=a")
    assert wide.nodes[0].ask(counted) == before + 6


def a_replica_stops_and_returns_under_load(wide):
    stopped = wide.nodes[1]
    done, statuses = threading.Event(), Counter()

    def read(number):
        with Browser(wide.sessions[number % 2]) as browser:
            while not done.is_set():
                statuses[browser.ask(wide.servers[number % 2], "GET", LIST)[0]] += 1

    def shake():
        try:
            time.sleep(1)
            stopped.stop(signal.SIGQUIT)
            before = pages_from(wide)
            wait_until(lambda: pages_from(wide)["replica_2"] > before["replica_2"] + 50, "the other replica serves")
            assert pages_from(wide)["replica_1"] == before["replica_1"]
            stopped.start()
            wait_until(lambda: pages_from(wide)["replica_1"] > before["replica_1"] + 20, "it serves again")
        finally:
            done.set()

    at_once(shake, *(lambda number=number: read(number) for number in range(READERS)))
    print(f"a replica stopped and returned: answers {statuses}")
    assert set(statuses) == {200}


def the_old_one_becomes_a_replica(wide):
    *_, old = wide.nodes
    old.copy_of(wide.nodes[0])
    old.start()
    following = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'quorum'"
    wait_until(lambda: wide.nodes[0].ask(following) == 2, "both follow")


def the_primary_is_lost_and_nothing_that_was_answered(wide, lose_it):
    primary, *others = wide.nodes
    answered, done, gaps = [], threading.Event(), []

    def write(number):
        with Officer(wide.sessions[0], wide.servers[number % 2]) as officer:
            write_on(officer, number)

    def write_on(officer, number):
        last = time.monotonic()
        for count in range(100_000):
            if done.is_set():
                return
            name, key = f"Cơ sở diễn tập mất {primary.name} {number}-{count}", uuid.uuid4()
            while True:  # until it is answered, as a person presses the button again
                try:
                    status, page = officer.register(wide.servers[number % 2], name, key, wide.province)
                except (OSError, http.client.HTTPException):
                    status, page = 0, ""
                if status == 302:
                    break
                assert status in {0, 500, 503}, page
                time.sleep(0.1)
            answered.append(name)
            gaps.append(time.monotonic() - last)
            last = time.monotonic()

    def lose():
        try:
            wait_until(lambda: len(answered) >= 40, "people write")
            lose_it(primary)
            new, other = fail_over(wide, others)
            at = len(answered)
            wait_until(lambda: len(answered) >= at + 40, "people write again")
            primary.kill()
            wide.nodes = [new, other, primary]
        finally:
            done.set()

    at_once(lose, *(lambda number=number: write(number) for number in range(READERS)))
    new = wide.nodes[0]
    names = set(new.ask("SELECT string_agg(name, '|') FROM establishments_establishment").split("|"))
    print(f"failover: {len(answered)} answered, {len(set(answered) - names)} lost, longest wait {max(gaps):.1f} s")
    assert not set(answered) - names
    assert len(set(answered)) == len(answered)
    assert "chuỗi liền mạch" in run({**wide.direct, "DATABASE_URL": new.url}, "-m", "khuyencong.cli", "check")


def fail_over(wide, others):
    """The steps of the guide: the replica that has received more becomes the primary, the other follows it."""
    (received,) = re.findall(r'psql -Atc "(SELECT greatest.*)"$', GUIDE, re.MULTILINE)
    other, new = sorted(others, key=lambda one: one.ask(received))
    (promote,) = re.findall(r"psql -c '(SELECT pg_promote\(\))'$", GUIDE, re.MULTILINE)
    new.ask(promote)
    other.follow(new)
    new.require_replicas([one for one in wide.nodes if one is not new])
    wide.bouncer.lead_to(new)
    return new, other
