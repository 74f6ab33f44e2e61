"""The files under `deploy/` and the guide say what the program says; no engine, no systemd and no nginx is needed."""

import configparser
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands
from django.urls import reverse

from khuyencong.cli import _parser
from khuyencong.config import read_config

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
GUIDE = (ROOT / "docs" / "guide" / "van-hanh.md").read_text(encoding="utf-8")
HELP = _parser().format_help()


def unit(path):
    parser = configparser.ConfigParser(interpolation=None, strict=False)  # a unit may name several EnvironmentFile
    parser.optionxform = str
    parser.read_string(path.read_text(encoding="utf-8"))
    return parser


def example():
    lines = (DEPLOY / "environment.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


BASE = "khuyencong-base"  # a work of PostgreSQL's own account
OURS = [path for path in sorted(DEPLOY.glob("*.service")) if path.stem != BASE]
AT_ONCE = {"khuyencong-backup", "khuyencong-digest", BASE}  # letters that wait are told of by the server itself


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_units_start_commands_that_there_are(path):
    service = unit(path)["Service"]
    program, command, *_ = service["ExecStart"].split()
    assert program == "/opt/khuyencong/.venv/bin/khuyencong"
    assert re.search(rf"^\s+{command}\b", HELP, re.MULTILINE)
    assert service["User"] == "khuyencong"
    files = re.findall(r"^EnvironmentFile=(.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    own = ["-/etc/khuyencong/backup.environment"] if command == "backup" else []  # the later one wins
    assert files == ["/etc/khuyencong/environment", *own]
    written = service["ReadWritePaths"].split()
    assert example()["KHUYENCONG_VAR"] in written
    assert (example()["BACKUP_DIR"] in written) == (command == "backup")


def test_every_timer_has_its_service():
    timers = sorted(DEPLOY.glob("*.timer"))
    assert len(timers) == 4  # copies, letters of the morning, letters that did not leave, PostgreSQL's own copies
    for path in timers:
        assert path.with_suffix(".service").is_file()
        when = unit(path)["Timer"]["OnCalendar"]
        assert when.endswith(" Asia/Ho_Chi_Minh") or when.startswith("*:"), (
            "servers in a cloud keep the time of Greenwich"
        )
        assert path.name in GUIDE


def test_who_keeps_the_machine_is_told_at_once_when_a_night_fails():
    for path in DEPLOY.glob("*.service"):
        told = unit(path)["Unit"].get("OnFailure", "")
        assert told == ("khuyencong-failed@%N.service" if path.stem in AT_ONCE else ""), path.name
    assert unit(DEPLOY / "khuyencong-failed@.service")["Service"]["ExecStart"].endswith(" manage tell_failed %i")
    assert "tell_failed" in get_commands()


def test_units_are_read_by_systemd(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd")
    for path in DEPLOY.glob("khuyencong*"):
        shutil.copyfile(path, tmp_path / path.name.replace("@.", "@x."))
    names = [path.name for path in sorted(tmp_path.iterdir()) if path.suffix in {".service", ".timer"}]
    run = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *names], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    wrong = [line for line in run.stderr.splitlines() if "khuyencong" in line and "is not executable" not in line]
    assert wrong == []


def test_example_of_the_environment_is_read(tmp_path):
    config = read_config(example(), tmp_path)
    assert config.https
    assert config.database.engine == "postgresql"
    assert config.backup.folder
    for name in example():
        assert name in HELP, name


def test_command_of_the_administrator_reads_the_environment(tmp_path):
    """With the values of the example, as a shell reads them; an owner's DATABASE_URL given before it stays."""
    script = (DEPLOY / "khuyencong.sh").read_text(encoding="utf-8")
    assert "exec runuser -u khuyencong -- /opt/khuyencong/.venv/bin/khuyencong" in script
    told = tmp_path / "khuyencong.sh"
    told.write_text(re.sub(r"exec .*", "exec env", script), encoding="utf-8")
    environment = {"PATH": os.environ["PATH"], "KHUYENCONG_ENVIRONMENT": str(DEPLOY / "environment.example")}
    for given, database in (("", example()["DATABASE_URL"]), ("postgresql://owner@/x", "postgresql://owner@/x")):
        run = subprocess.run(
            ["/bin/sh", str(told)],
            env={
                **environment,
                "DATABASE_URL": given,
                "DATABASE_PASSWORD_FILE": "/etc/khuyencong/database",
            },
            capture_output=True,
            text=True,
            check=True,
        )
        seen = dict(line.split("=", 1) for line in run.stdout.splitlines())
        # The owner's address brings its own password; and nothing of the folder in which one stands is run.
        assert seen.get("DATABASE_PASSWORD_FILE") == (None if given else "/etc/khuyencong/database")
        assert seen["PYTHONSAFEPATH"] == "1"
        assert {name: seen[name] for name in example()} == {**example(), "DATABASE_URL": database}


def test_nginx_passes_on_what_the_program_believes():
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert text.count("{") == text.count("}")
    assert f"proxy_pass http://127.0.0.1:{example()['PORT']};" in text
    assert "proxy_set_header X-Forwarded-Proto $scheme;" in text
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in text  # not appended to what the visitor says
    assert "proxy_set_header X-Request-ID $request_id;" in text


@pytest.mark.parametrize("name", ["nginx.conf", "nginx-lb.conf"])
def test_proxies_take_as_much_as_the_program_and_write_no_addresses_down(name):
    text = (DEPLOY / name).read_text(encoding="utf-8")
    # The log of the proxy must not have what the log of the program leaves out: secret links, and names that were looked for.
    for server in text.split("server {")[1:]:
        assert "access_log /var/log/nginx/khuyencong.log khuyencong;" in server
        assert "error_log /var/log/nginx/khuyencong-error.log crit;" in server
        assert "server_tokens off;" in server
    (form,) = re.findall(r"log_format khuyencong '([^']+)'", text)
    assert not re.search(r"\$(request\b|request_uri|uri|args|http_referer|query_string)", form)
    (megabytes,) = re.findall(r"client_max_body_size (\d+)m;", text)
    assert int(megabytes) * 1024 * 1024 >= settings.MAX_REQUEST_BYTES


def test_nginx_shows_the_state_of_the_machine_to_watchers_alone():
    _, outside, watchers = re.split(
        r"^server \{", (DEPLOY / "nginx.conf").read_text(encoding="utf-8"), flags=re.MULTILINE
    )[1:]
    assert re.search(r"location /-/ \{\s+return 404;", outside)
    assert "listen 127.0.0.1:8001;" in watchers
    assert re.search(r"allow 127\.0\.0\.1;\s+deny all;", watchers)
    assert f"proxy_pass http://127.0.0.1:{example()['PORT']};" in watchers
    assert f"proxy_set_header Host {example()['ALLOWED_HOSTS']};" in watchers
    assert 'proxy_set_header X-Forwarded-For "";' in watchers
    scraped = yaml.safe_load((DEPLOY / "prometheus.yml").read_text(encoding="utf-8"))
    (job,) = scraped["scrape_configs"]
    assert job["metrics_path"] == reverse("server_metrics")
    assert job["static_configs"] == [{"targets": ["127.0.0.1:8001"]}]
    assert all((DEPLOY / name).is_file() for name in scraped["rule_files"])
    assert f'up{{job="{job["job_name"]}"}}' in (DEPLOY / "alerts.yml").read_text(encoding="utf-8")
    for name in ("server_live", "server_ready", "server_metrics"):
        assert f"`{reverse(name)}`" in GUIDE


def test_certificates_are_renewed_while_the_site_is_open():
    """certbot writes where nginx reads, at any time of the year; nothing has to be stopped, and nginx takes the new one."""
    (folder,) = re.findall(r"certbot certonly --webroot -w (\S+) ", GUIDE)
    assert "--deploy-hook 'systemctl reload nginx'" in GUIDE
    assert "certbot renew --dry-run" in GUIDE
    for name in ("nginx.conf", "nginx-lb.conf"):
        text = (DEPLOY / name).read_text(encoding="utf-8")
        (root,) = re.findall(r"location /\.well-known/acme-challenge/ \{\s*root (\S+);", text)
        assert root == folder


def test_container_files_name_what_is_there():
    lines = (DEPLOY / "Containerfile").read_text(encoding="utf-8").splitlines()
    assert any("--require-hashes -r requirements/base.txt" in line for line in lines)
    assert lines[-1] == 'CMD ["khuyencong", "serve"]'


def test_guide_names_commands_that_there_are():
    commands = set(re.findall(r"\bkhuyencong (?!manage)([a-z][a-z-]+)", GUIDE))
    known = {word for word in commands if re.search(rf"^\s+{word}\b", HELP, re.MULTILINE)}
    assert {"backup", "restore", "move-database", "doctor", "check", "mail"} <= known
    assert not {word for word in commands - known if not (DEPLOY / f"{word}.timer").is_file()}
