"""The environment about mail, the address of the site, and another sign-in service."""

from pathlib import Path

import pytest
from django.core.mail import get_connection

from khuyencong.config import ConfigError, read_config

BASE = Path("/srv/khuyencong")
SMTP = {"EMAIL_FROM": "kc@soct.example"}


@pytest.fixture
def service(tmp_path):
    """The three variables of a sign-in service."""
    file = tmp_path / "oidc-secret"
    file.write_text("bi-mat\n")
    return {
        "OIDC_ISSUER": "https://sso.example/realms/tinh",
        "OIDC_CLIENT_ID": "khuyencong",
        "OIDC_CLIENT_SECRET_FILE": str(file),
    }


def test_letters_are_files_where_nobody_says_otherwise(tmp_path):
    config = read_config({"KHUYENCONG_VAR": str(tmp_path / "var")}, BASE)
    assert (config.mail.kind, config.mail.folder) == ("file", str(tmp_path / "var" / "mail"))
    assert config.mail.backend == "django.core.mail.backends.filebased.EmailBackend"
    assert not config.var_dir.exists()
    assert config.public_url == ""
    assert config.provider is None


@pytest.mark.parametrize(
    ("url", "host", "port", "encryption"),
    [
        ("smtp://mail.example", "mail.example", 587, ""),
        ("smtp://mail.example?tls=1", "mail.example", 587, "starttls"),
        ("smtp://mail.example:25/", "mail.example", 25, ""),
        ("smtps://mail.example", "mail.example", 465, "tls"),
    ],
)
def test_mail_server(url, host, port, encryption):
    mail = read_config({"EMAIL_URL": url, **SMTP}, BASE).mail
    assert (mail.host, mail.port, mail.encryption, mail.sender) == (host, port, encryption, "kc@soct.example")
    assert get_connection(mail.backend) is not None


def test_password_of_the_mail_server_is_read_and_never_shown():
    config = read_config({"EMAIL_URL": "smtp://an%40so:m%C3%A3%2F1@mail.example", **SMTP}, BASE)
    assert (config.mail.user, config.mail.password) == ("an@so", "mã/1")
    assert "mã/1" not in repr(config)


@pytest.mark.parametrize(("url", "kind"), [("console:", "console"), ("file:///srv/thu", "file")])
def test_other_ways_of_letters(url, kind):
    assert read_config({"EMAIL_URL": url}, BASE).mail.kind == kind


@pytest.mark.parametrize("given", ["https://kc.example", "https://kc.example/", "http://10.0.0.5:8000"])
def test_public_address(given):
    assert read_config({"PUBLIC_URL": given}, BASE).public_url == given.rstrip("/")


def test_service_for_signing_in(service):
    provider = read_config(service, BASE).provider
    assert (provider.client_secret, provider.name, provider.second_factor) == ("bi-mat", "Đăng nhập một cửa", False)
    assert "bi-mat" not in repr(provider)
    named = read_config({**service, "OIDC_NAME": "Một cửa tỉnh", "OIDC_SECOND_FACTOR": "1"}, BASE).provider
    assert (named.name, named.second_factor) == ("Một cửa tỉnh", True)


@pytest.mark.parametrize(
    ("environ", "required"),
    [
        ({}, True),
        ({"KHUYENCONG_DEMO": "1"}, False),
        ({"DEBUG": "1"}, False),
        ({"REQUIRE_SECOND_FACTOR": "0"}, False),
        ({"KHUYENCONG_DEMO": "1", "REQUIRE_SECOND_FACTOR": "1"}, True),
    ],
)
def test_second_factor_is_required_unless_it_is_the_demo_or_somebody_says_no(environ, required):
    assert read_config(environ, BASE).second_factor_required is required


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EMAIL_URL", "mail.example"),
        ("EMAIL_URL", "http://mail.example"),
        ("EMAIL_URL", "smtp://"),
        ("EMAIL_URL", "smtp://an:bi-mat@mail.example:abc"),
        ("EMAIL_URL", "smtp://an:bi-mat@mail.example/x"),
        ("EMAIL_URL", "smtp://an:bi-mat@mail.example?ssl=1"),
        ("EMAIL_URL", "smtp://an:bi-mat@mail.example?tls=maybe"),
        ("EMAIL_URL", "smtp://[::1"),
        ("EMAIL_URL", "file://thu"),
        ("EMAIL_URL", "file:///"),
        ("EMAIL_URL", "console:x"),
        ("EMAIL_FROM", "Khuyến công"),
        ("EMAIL_FROM", "a@b\nBcc: c@d"),
        ("PUBLIC_URL", "khuyencong.example"),
        ("PUBLIC_URL", "https://kc.example/trang"),
        ("PUBLIC_URL", "https://an:bi-mat@kc.example"),
        ("PUBLIC_URL", "https://kc.example:x"),
        ("PUBLIC_URL", "ftp://kc.example"),
        ("OIDC_ISSUER", "http://sso.example"),
        ("OIDC_ISSUER", "sso.example"),
        ("OIDC_ISSUER", "https://sso.example?x=1"),
        ("OIDC_ISSUER", "https://[::1"),
        ("OIDC_ISSUER", ""),
        ("OIDC_CLIENT_ID", ""),
        ("OIDC_CLIENT_SECRET_FILE", ""),
        ("OIDC_CLIENT_SECRET_FILE", "/khong/co/tep"),
        ("OIDC_NAME", "x" * 61),
        ("OIDC_SECOND_FACTOR", "maybe"),
        ("REQUIRE_SECOND_FACTOR", "maybe"),
    ],
)
def test_wrong_value_is_a_sentence_that_names_the_variable_and_no_secret(service, name, value):
    about_mail = SMTP if name == "EMAIL_URL" else {}
    with pytest.raises(ConfigError) as raised:
        read_config({**service, **about_mail, name: value}, BASE)
    said = str(raised.value)
    assert name in said or (name == "EMAIL_URL" and "tls" in said)
    assert "bi-mat" not in said


def test_mail_server_needs_a_sender():
    with pytest.raises(ConfigError, match="EMAIL_FROM"):
        read_config({"EMAIL_URL": "smtp://mail.example"}, BASE)


def test_empty_file_of_the_secret_is_refused(service):
    Path(service["OIDC_CLIENT_SECRET_FILE"]).write_text("\n")
    with pytest.raises(ConfigError, match="trống"):
        read_config(service, BASE)
