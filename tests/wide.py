"""A primary with two streaming replicas, PgBouncer before it and application servers, all as real processes on loopback.

Set up as docs/guide/nhieu-may.md says: the files of `deploy/`, the guide's lines of pg_hba.conf and its SQL, accounts that may no
more than there, `pg_hba.conf` of each server outside its data and over TLS only.
"""

import http.client
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
try:
    import postgres
finally:
    sys.path.pop(0)

PASSWORD, DATABASE, PATIENCE = "thu", "khuyencong", 180  # seconds, also for a machine that is busy otherwise
GUIDE, ONE_MACHINE = (
    (ROOT / "docs" / "guide" / f"{name}.md").read_text(encoding="utf-8") for name in ("nhieu-may", "van-hanh")
)
KEEPER, OWNER, PROGRAM, REPLICA = "postgres", "khuyencong_chu", "khuyencong", "ban_sao"
NETWORK, HERE = "10.0.0.0/24", "127.0.0.1/32"
WORLD = """
import django
django.setup()
from django.test import Client
from khuyencong.testing import advance_to, build_world, make_project
world = build_world()
advance_to(world, make_project(world), "settled")
for key in ("dong-thap", "phu-tho"):
    client = Client()
    client.force_login(world.actor(key, "officer").user, backend="django.contrib.auth.backends.ModelBackend")
    print(client.cookies["sessionid"].value)
print(world.actor("dong-thap", "officer").agency.province_id)
"""


def free_port():
    return postgres._free_port()


def wait_until(holds, what):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError(f"Waited in vain for: {what}")


def settings_of(name):
    """What a file of `deploy/` sets."""
    text = (ROOT / "deploy" / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^(\w+) = '?(.*?)'?$", text, re.MULTILINE))


class Process:
    """One process that is stopped by its id."""

    running = None

    def start_as(self, command, environment=None, *, server_account):
        account = postgres._account() if server_account else postgres._Account(None, None)
        if server_account:  # it may not look for certificates in our home
            environment = {**os.environ, "HOME": "/"}
        with self.log.open("ab") as output:
            self._start([str(word) for word in command], environment, account, output)

    def _start(self, command, environment, account, output):
        self.running = subprocess.Popen(
            command, cwd="/" if account.user is not None else ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            start_new_session=True, user=account.user, group=account.group,
            extra_groups=None if account.user is None else [],
        )  # fmt: skip

    def stop(self, number=signal.SIGINT):
        if self.running is not None and self.running.poll() is None:
            self.running.send_signal(number)
            try:
                self.running.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                os.killpg(self.running.pid, signal.SIGKILL)
                self.running.wait(PATIENCE)

    def kill(self):
        """At once, with all that it has started."""
        if self.running is not None and self.running.poll() is None:
            os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait(PATIENCE)


class Node(Process):
    """One PostgreSQL server; its name is the name by which the primary knows it."""

    frozen = ()

    def __init__(self, home, name):
        self.name, self.data, self.log, self.port = name, home / name, home / f"{name}.log", free_port()
        self.binaries = postgres.find_binaries()

    @property
    def url(self):
        return self.url_of(PROGRAM)

    def url_of(self, account):
        return f"postgresql://{account}:{PASSWORD}@127.0.0.1:{self.port}/{DATABASE}"

    def start(self):
        allowed = [
            line.replace(NETWORK, HERE)
            for line in re.findall(r"^ +echo '(host.*)' >> .*pg_hba.conf$", GUIDE, re.MULTILINE)
        ]
        assert len(allowed) == 3
        hba = self.data.parent / f"{self.name}.hba"
        # Who keeps the machine comes through its socket on Debian, by the name of the account.
        hba.write_text("\n".join([f"host all {KEEPER} {HERE} scram-sha-256", *allowed]) + "\n")
        settings = {
            **postgres.SETTINGS, **settings_of("postgresql-primary.conf"), "port": self.port,
            "listen_addresses": "127.0.0.1", "hba_file": hba, "ssl": "on",
            "ssl_cert_file": self.data.parent / "server.pem", "ssl_key_file": self.data.parent / "server.key",
            "unix_socket_directories": self.data.parent, "cluster_name": self.name,
            "wal_keep_size": "64MB", "max_standby_streaming_delay": "3s",
        }  # fmt: skip
        given = (f"--{name}={value}" for name, value in settings.items())
        self.start_as([self.binaries / "postgres", "-D", self.data, *given], server_account=True)
        wait_until(lambda: postgres._answers(self.binaries, self.running, self.port), f"{self.name} answers")

    def copy_of(self, primary):
        """Fill it with a copy of the primary and follow that one from then on."""
        (words,) = re.findall(r"pg_basebackup --dbname=\S+ --pgdata=\S+ \\\n +(.*) --progress$", GUIDE, re.MULTILINE)
        address = f"postgresql://{REPLICA}:{PASSWORD}@127.0.0.1:{primary.port}/postgres"
        shutil.rmtree(self.data, ignore_errors=True)
        postgres._run(
            self.binaries / "pg_basebackup", f"--dbname={address}", f"--pgdata={self.data}", "--no-sync", *words.split(),
            account=postgres._account(),
        )  # fmt: skip

    def follow(self, primary):
        """From now on this running replica follows that one."""
        (said,) = re.findall(r'"(ALTER SYSTEM SET primary_conninfo = .*?)"', GUIDE)
        there, found = re.subn("host=10.0.0.12", f"host=127.0.0.1 port={primary.port}", said)
        assert found == 1
        self.ask(there.replace("mat-khau", PASSWORD), fetch=False)
        self.ask("SELECT pg_reload_conf()")

    def require_replicas(self, others):
        """From now on a commit is answered once one of the others has it; they already follow."""
        wait_until(
            lambda: self.ask("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"), "one follows"
        )
        statements = re.findall(r'"(ALTER SYSTEM SET synchronous_standby_names = \'ANY 1 \((.*)\)\')"', GUIDE)
        assert [names for _, names in statements] == ["r1, r2", "r0, r2"]
        said, named = statements[0]
        self.ask(said.replace(named, ", ".join(sorted(one.name for one in others))), fetch=False)
        self.ask("SELECT pg_reload_conf()")

    def freeze(self):
        """As if it had no power: it says nothing any more, and closes nothing."""
        number = self.running.pid
        children = Path(f"/proc/{number}/task/{number}/children").read_text().split()
        self.frozen = [number, *map(int, children)]
        for one in self.frozen:
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGSTOP)

    def kill(self):
        super().kill()
        for one in self.frozen:
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        self.frozen = []

    def stop(self, number=signal.SIGINT):
        if self.frozen:
            self.kill()
        super().stop(number)

    def ask(self, sql, *, fetch=True):
        """The first value of the answer. A replica that has just dropped what the question needed is asked once more."""
        try:
            return self._ask(sql, fetch=fetch)
        except psycopg.errors.SerializationFailure:
            return self._ask(sql, fetch=fetch)

    def make(self, sql):
        """Something of the whole server, while there is no database of ours yet."""
        with psycopg.connect(self.url_of(KEEPER).replace(f"/{DATABASE}", "/postgres"), autocommit=True) as connection:
            connection.execute(sql)

    def _ask(self, sql, *, fetch):
        with psycopg.connect(self.url_of(KEEPER), autocommit=True, connect_timeout=5) as connection:
            found = connection.execute(sql)
            return found.fetchone()[0] if fetch else None


class Bouncer(Process):
    """PgBouncer with the configuration of `deploy/`, before one server at a time."""

    def __init__(self, home):
        self.home, self.port, self.log = home, free_port(), home / "bouncer.out"
        self.file = home / "pgbouncer.ini"
        (home / "userlist.txt").write_text(f'"{PROGRAM}" "{PASSWORD}"\n')

    @property
    def url(self):
        return f"postgresql://{PROGRAM}:{PASSWORD}@127.0.0.1:{self.port}/{DATABASE}?pgbouncer=1"

    def lead_to(self, node):
        text = (ROOT / "deploy" / "pgbouncer.ini").read_text(encoding="utf-8")
        for pattern, value in (
            (r"host=\S+ port=\d+", f"host=127.0.0.1 port={node.port}"),
            (r"listen_port = .*", f"listen_port = {self.port}"),
            (r"auth_file = .*", f"auth_file = {self.home / 'userlist.txt'}"),
            (r"logfile = .*", f"logfile = {self.home / 'bouncer.log'}"),
            (r"pidfile = .*", f"pidfile = {self.home / 'bouncer.pid'}"),
        ):
            text, found = re.subn(pattern, value, text)
            assert found == 1, pattern
        self.file.write_text(text)
        if self.running is not None:
            assert "systemctl kill --signal=KILL pgbouncer; systemctl restart pgbouncer" in GUIDE
            self.kill()
            self.start()

    def start(self):
        program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
        self.start_as([program, self.file], server_account=True)
        wait_until(lambda: listens(self.port), "PgBouncer answers")


class Server(Process):
    """`khuyencong serve` on a machine of its own, as far as a folder of data makes one."""

    def __init__(self, home, name, environment):
        self.var, self.port, self.log = home / name, free_port(), home / f"{name}.log"
        self.var.mkdir()
        self.environment = {**environment, "KHUYENCONG_VAR": str(self.var), "PORT": str(self.port)}

    def start(self):
        command = [sys.executable, "-m", "khuyencong.cli", "serve", "--workers", "1"]
        self.start_as(command, self.environment, server_account=False)
        wait_until(lambda: listens(self.port) or self.running.poll() is not None, "the server answers")
        assert self.running.poll() is None, self.log.read_text()

    def pages_from(self):
        """How many pages came from which database."""
        with Browser("") as browser:
            _, text, _ = browser.ask(self, "GET", "/-/metrics")
        found = re.findall(r'^khuyencong_pages_from_total\{database="(\w+)"\} (\S+)$', text, re.MULTILINE)
        return {name: float(value) for name, value in found}


class Browser:
    """Somebody who is signed in and keeps cookies, whichever server answers."""

    def __init__(self, session):
        self.cookies = {"sessionid": session} if session else {}
        self.connections = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for one in self.connections.values():
            one.close()

    def ask(self, server, method, path, body=None):
        """(status, text, headers) of an answer; OSError or HTTPException where there is none."""
        connection = self.connections.get(server.port)
        if connection is None:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
            self.connections[server.port] = connection
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            connection.close()
            raise
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, text, answer.headers


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def run(environment, *words):
    """A command of the program; what it says."""
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


class Wide:
    """All of it. `servers`: two; `sessions`: one of each officer; `province`: the key of the first one's."""

    def __init__(self, folder):
        self.home = Path(
            tempfile.mkdtemp(prefix="khuyencong-wide-", dir="/tmp")
        )  # the account of the server must enter it
        account = postgres._account()
        if account.user is not None:
            os.chown(self.home, account.user, account.group)
        self.folder = folder
        self.nodes = [Node(self.home, name) for name in ("r0", "r1", "r2")]
        self.bouncer, self.servers = None, []

    def start(self):
        first, *others = self.nodes
        account = postgres._account()
        postgres._initialise(postgres.find_binaries(), self.home, account, PASSWORD, KEEPER)
        (self.home / "data").rename(first.data)
        self.make_certificate(account)
        first.start()
        self.make_accounts(first)
        key = self.folder / "key of all machines"
        key.write_text(secrets.token_urlsafe(48))
        key.chmod(0o600)
        environment = {
            **os.environ, "DATABASE_URL": first.url_of(OWNER), "KHUYENCONG_VAR": str(self.folder), "SECRET_KEY_FILE": str(key),
            "DJANGO_SETTINGS_MODULE": "tests.wide_settings", "REQUIRE_SECOND_FACTOR": "0",
        }  # fmt: skip
        run(environment, "-m", "khuyencong.cli", "manage", "migrate", "--verbosity", "0")
        environment |= {"CACHE": "database"}
        run(environment, "-m", "khuyencong.cli", "manage", "createcachetable")
        self.direct = environment | {"DATABASE_URL": first.url}
        self.bouncer = Bouncer(self.home)
        self.bouncer.lead_to(first)
        self.bouncer.start()
        self.pooled = {**environment, "DATABASE_URL": self.bouncer.url}
        # A đề án from its draft to its settlement, through PgBouncer.
        *self.sessions, self.province = run(self.pooled, "-c", WORLD).split()
        for one in others:
            one.copy_of(first)
            one.start()
        first.require_replicas(others)
        self.pooled["REPLICA_URLS"] = " ".join(one.url for one in others)
        self.servers = [Server(self.folder, f"server-{number}", self.pooled) for number in (1, 2)]
        for server in self.servers:
            server.start()
        return self

    def make_certificate(self, account):
        """What Debian makes when PostgreSQL is installed."""
        key, certificate = self.home / "server.key", self.home / "server.pem"
        words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout"]
        subprocess.run(["openssl", *words, str(key), "-out", str(certificate)], check=True, capture_output=True)
        key.chmod(0o600)
        for path in (key, certificate):
            if account.user is not None:
                os.chown(path, account.user, account.group)

    def make_accounts(self, first):
        """The commands of both guides, with what `createuser` makes of its options."""
        for account, options, guide in (
            (OWNER, "", ONE_MACHINE), (PROGRAM, "--createdb", ONE_MACHINE), (REPLICA, "--replication", GUIDE),
        ):  # fmt: skip
            (said,) = re.findall(rf"createuser (.*)\b{account}\b(?: |$)", guide, re.MULTILINE)
            assert said.replace("--pwprompt", "").strip() == options
            rights = options.removeprefix("--")
            first.make(f"CREATE ROLE {account} LOGIN {rights} PASSWORD '{PASSWORD}'")
        first.make(f"CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template0 ENCODING 'UTF8'")
        for said in re.findall(r"^ +(ALTER DEFAULT PRIVILEGES .*?);", ONE_MACHINE, re.MULTILINE):
            first.ask(said, fetch=False)

    def stop(self):
        for server in self.servers:
            server.kill()
        if self.bouncer is not None:
            self.bouncer.stop()
        for node in self.nodes:
            node.stop(signal.SIGQUIT)  # at once: nothing of it is needed any more
        shutil.rmtree(self.home, ignore_errors=True)
