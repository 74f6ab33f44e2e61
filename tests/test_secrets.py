"""Secrets come from files and are told by nobody: not by the configuration itself, the doctor, the log or a page of errors."""

import ast
import logging
import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from khuyencong.config import ConfigError, database_settings, read_config, secret_key
from khuyencong.core.logs import JsonFormatter, LineFormatter
from khuyencong.upkeep.doctor import examine

PACKAGE = Path(settings.PACKAGE_DIR)
SECRET_NAME = re.compile(r"(SECRET|PASSWORD|TOKEN|API_?KEY|PRIVATE)", re.IGNORECASE)
# Settings of that name that hold no secret.
PLAIN = {"PASSWORD_HASHERS", "PASSWORD_RESET_TIMEOUT", "AUTH_PASSWORD_VALIDATORS"}
FILES = (
    "DATABASE_PASSWORD_FILE", "EMAIL_PASSWORD_FILE", "OIDC_CLIENT_SECRET_FILE", "REGISTER_TOKEN_FILE",
    "NUMBERING_TOKEN_FILE", "FEDERATION_TOKEN_FILE", "SECRET_KEY_FILE",
)  # fmt: skip
BESIDE = {
    "DATABASE_URL": "postgresql://kc@127.0.0.1:1/kc",
    "EMAIL_URL": "smtp://kc@127.0.0.1:1",
    "EMAIL_FROM": "kc@soct.example",
    "OIDC_ISSUER": "https://sso.example",
    "OIDC_CLIENT_ID": "kc",
    "REGISTER_URL": "https://dk.example/{ma}",
    "NUMBERING_URL": "https://vb.example",
    "FEDERATION_URL": "https://cuc.example",
}


def secret_of(name):
    return f"bi-mat-{name.lower()}-{'x' * 64}"


@pytest.fixture
def config(tmp_path):
    """A whole installation whose secrets all lie in files."""
    environ = {**BESIDE, "KHUYENCONG_VAR": str(tmp_path / "var")}
    (tmp_path / "var").mkdir()
    for name in FILES:
        (tmp_path / name).write_text(secret_of(name) + "\n")
        environ[name] = str(tmp_path / name)
    return read_config(environ, tmp_path)


def test_every_secret_can_lie_in_a_file(config):
    found = (
        database_settings(config)["PASSWORD"], config.mail.password, config.provider.client_secret, config.outside.register.token,
        config.outside.numbering.token, config.outside.upward.token, secret_key(config),
    )  # fmt: skip
    assert found == tuple(secret_of(name) for name in FILES)
    assert not (config.var_dir / "secret_key").exists()


@pytest.mark.parametrize(
    "environ",
    [
        {"DATABASE_PASSWORD_FILE": "p"},  # SQLite has none
        {"DATABASE_PASSWORD_FILE": "p", "DATABASE_URL": "postgresql://kc:kia@may/kc"},
        {"EMAIL_PASSWORD_FILE": "p"},
        {"EMAIL_PASSWORD_FILE": "p", "EMAIL_URL": "smtp://may", "EMAIL_FROM": "a@b.example"},
        {"EMAIL_PASSWORD_FILE": "p", "EMAIL_URL": "smtp://kc:kia@may", "EMAIL_FROM": "a@b.example"},
        {"EMAIL_PASSWORD_FILE": "none", "EMAIL_URL": "smtp://kc@may", "EMAIL_FROM": "a@b.example"},
        {"DATABASE_PASSWORD_FILE": "empty", "DATABASE_URL": "postgresql://kc@may/kc"},
        {"CLAMD": "localhost"},
        {"CLAMD": "may:0"},
        {"CLAMD": "may:99999"},
    ],
)
def test_what_does_not_fit_is_said_without_the_secret(environ, tmp_path):
    (tmp_path / "p").write_text("rat-bi-mat")
    (tmp_path / "empty").write_text("\n")
    with pytest.raises(ConfigError) as error:
        read_config(environ, tmp_path)
    assert "rat-bi-mat" not in str(error.value)
    assert "kia" not in str(error.value)


def test_where_clamd_listens(tmp_path):
    assert str(read_config({"CLAMD": "/run/clamav/clamd.ctl"}, tmp_path).clamd) == "/run/clamav/clamd.ctl"
    assert str(read_config({"CLAMD": "[::1]:3310"}, tmp_path).clamd) == "::1:3310"
    assert read_config({}, tmp_path).clamd is None


@pytest.mark.django_db
def test_nobody_tells_them(config):
    config = replace(config, public_url="")
    told = [repr(config), *(one.sentence for one in examine(config))]
    record = logging.makeLogRecord({"msg": "started with %r", "args": (config,)})
    told += [JsonFormatter().format(record), LineFormatter("%(message)s").format(record)]
    for name in FILES:
        assert not [text for text in told if secret_of(name) in text], name


@pytest.mark.django_db
def test_a_page_of_errors_tells_nothing(world, visit, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError(f"could not connect with {settings.SECRET_KEY}")

    monkeypatch.setattr("khuyencong.upkeep.views.examine", broken)
    page = Client(raise_request_exception=False)
    page.cookies = visit(world.actor("dong-thap", "administrator")).cookies
    answer = page.get(reverse("server_status"))
    assert answer.status_code == 500
    assert settings.SECRET_KEY not in answer.content.decode()


def test_no_secret_stands_in_the_settings():
    """Nothing that is called a secret is written as a text."""
    wrong = []
    for path in [PACKAGE / "settings.py", *PACKAGE.glob("config*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Assign)
                and isinstance(node.value, ast.Constant)
                and isinstance(node.value.value, str)
            ):
                names = [ast.unparse(target) for target in node.targets]
                wrong += [name for name in names if SECRET_NAME.search(name) and name not in PLAIN and node.value.value]
    assert wrong == []


def test_a_typed_address_writes_no_second_line():
    record = logging.makeLogRecord({"msg": "Not Found: %s", "args": ("/a\n2026-11-30 ERROR giả",)})
    assert "\n" not in LineFormatter("%(message)s").format(record)
