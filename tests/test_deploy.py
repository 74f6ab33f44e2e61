"""The files under `deploy/` and the guide say what the program says; no engine, no systemd and no nginx is needed."""

import configparser
import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from khuyencong.cli import _parser
from khuyencong.config import read_config

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
GUIDE = (ROOT / "docs" / "guide" / "van-hanh.md").read_text(encoding="utf-8")
HELP = _parser().format_help()


def unit(path):
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str
    parser.read_string(path.read_text(encoding="utf-8"))
    return parser


def example():
    lines = (DEPLOY / "environment.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@pytest.mark.parametrize("path", sorted(DEPLOY.glob("*.service")), ids=lambda path: path.stem)
def test_units_start_commands_that_there_are(path):
    service = unit(path)["Service"]
    program, command, *_ = service["ExecStart"].split()
    assert program == "/opt/khuyencong/.venv/bin/khuyencong"
    assert re.search(rf"^\s+{command}\b", HELP, re.MULTILINE)
    assert service["User"] == "khuyencong"
    assert service["EnvironmentFile"] == "/etc/khuyencong/environment"
    written = service["ReadWritePaths"].split()
    assert example()["KHUYENCONG_VAR"] in written
    assert (example()["BACKUP_DIR"] in written) == (command == "backup")


def test_every_timer_has_its_service():
    timers = sorted(DEPLOY.glob("*.timer"))
    assert len(timers) == 3  # copies, letters of the morning, letters that did not leave
    for path in timers:
        assert path.with_suffix(".service").is_file()
        assert unit(path)["Timer"]["OnCalendar"]
        assert path.name in GUIDE


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
    told.write_text(re.sub(r"cd /opt.*\nexec .*", "exec env", script), encoding="utf-8")
    environment = {"PATH": os.environ["PATH"], "KHUYENCONG_ENVIRONMENT": str(DEPLOY / "environment.example")}
    for given, database in (("", example()["DATABASE_URL"]), ("postgresql://owner@/x", "postgresql://owner@/x")):
        run = subprocess.run(
            ["/bin/sh", str(told)],
            env={**environment, "DATABASE_URL": given},
            capture_output=True,
            text=True,
            check=True,
        )
        seen = dict(line.split("=", 1) for line in run.stdout.splitlines())
        assert {name: seen[name] for name in example()} == {**example(), "DATABASE_URL": database}


def test_nginx_passes_on_what_the_program_believes():
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert text.count("{") == text.count("}")
    assert f"proxy_pass http://127.0.0.1:{example()['PORT']};" in text
    assert "proxy_set_header X-Forwarded-Proto $scheme;" in text
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in text  # not appended to what the visitor says
    # The log of the proxy must not have what the log of the program leaves out: secret links, and names that were looked for.
    for server in text.split("server {")[1:]:
        assert "access_log /var/log/nginx/khuyencong.log khuyencong;" in server
        assert "error_log /var/log/nginx/khuyencong-error.log crit;" in server
        assert "server_tokens off;" in server
    (form,) = re.findall(r"log_format khuyencong '([^']+)'", text)
    assert not re.search(r"\$(request\b|request_uri|uri|args|http_referer|query_string)", form)
    (megabytes,) = re.findall(r"client_max_body_size (\d+)m;", text)
    assert int(megabytes) * 1024 * 1024 >= settings.MAX_REQUEST_BYTES


def test_container_files_name_what_is_there():
    lines = (DEPLOY / "Containerfile").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if line.startswith("COPY "):
            *sources, _ = line.split()[1:]
            assert all((ROOT / source).exists() for source in sources), line
    assert any("--require-hashes -r requirements/base.txt" in line for line in lines)
    assert lines[-1] == 'CMD ["khuyencong", "serve"]'
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert services["application"]["build"]["dockerfile"] == "deploy/Containerfile"
    assert services["web"]["network_mode"] == "service:application"
    assert (ROOT / "deploy" / "nginx.conf").is_file()


def test_guide_names_commands_that_there_are():
    commands = set(re.findall(r"\bkhuyencong (?!manage)([a-z][a-z-]+)", GUIDE))
    known = {word for word in commands if re.search(rf"^\s+{word}\b", HELP, re.MULTILINE)}
    assert {"backup", "restore", "move-database", "doctor", "check", "mail"} <= known
    assert not {word for word in commands - known if not (DEPLOY / f"{word}.timer").is_file()}
