"""What the environment says about more than one machine."""

import re
from pathlib import Path

import pytest

from khuyencong.config import (
    POSTGRESQL_PLANNING,
    ConfigError,
    database_settings,
    read_config,
    replica_settings,
    secret_key,
)

HERE = "postgresql://ten:mat@10.0.0.11/khuyencong"
DEPLOY = Path(__file__).resolve().parent.parent / "deploy"


def test_replicas_and_pgbouncer(tmp_path):
    there = "postgres://ten:mat@10.0.0.12:5433/khuyencong?sslmode=require  postgresql://ten@/khuyencong?host=/run/pg"
    config = read_config({"DATABASE_URL": HERE + "?pgbouncer=1", "REPLICA_URLS": there}, tmp_path)
    assert config.database.pooled
    settings = database_settings(config)
    assert settings["DISABLE_SERVER_SIDE_CURSORS"]
    assert "options" not in settings["OPTIONS"]
    assert "pgbouncer" not in settings["OPTIONS"]
    first, second = replica_settings(config).values()
    assert (first["HOST"], first["PORT"], second["HOST"]) == ("10.0.0.12", "5433", "/run/pg")
    assert "pool" not in first["OPTIONS"]
    assert "cursor_tuple_fraction=1.0" in first["OPTIONS"]["options"]
    assert first["OPTIONS"]["sslmode"] == "require"


def test_who_vanished_without_a_word_is_given_up_soon(tmp_path):
    """By the program where it asks PostgreSQL itself, else by PgBouncer."""
    options = database_settings(read_config({"DATABASE_URL": HERE}, tmp_path))["OPTIONS"]
    given = dict(
        re.findall(r"^(tcp_\w+) = (\d+)$", (DEPLOY / "pgbouncer.ini").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert given.pop("tcp_keepalive") == "1"
    names = {"tcp_keepidle": "idle", "tcp_keepintvl": "interval", "tcp_keepcnt": "count"}
    assert given == {
        **{name: options[f"keepalives_{ours}"] for name, ours in names.items()},
        "tcp_user_timeout": options["tcp_user_timeout"],
    }
    assert int(given["tcp_user_timeout"]) <= 10_000


def test_pgbouncer_gives_the_servers_what_the_program_cannot(tmp_path):
    (line,) = re.findall(r"connect_query='(.*)'", (DEPLOY / "pgbouncer.ini").read_text(encoding="utf-8"))
    given = dict(re.findall(r'SET (\w+) = "?([^";]+)"?', line))
    assert given == POSTGRESQL_PLANNING | {"join_collapse_limit": "4"}


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"REPLICA_URLS": HERE}, "chỉ dùng khi DATABASE_URL là PostgreSQL"),
        ({"DATABASE_URL": HERE, "REPLICA_URLS": "sqlite:///x"}, "postgresql://"),
        ({"DATABASE_URL": HERE, "REPLICA_URLS": "postgresql://a:b@c:x/d"}, "cổng"),
        ({"DATABASE_URL": HERE + "?pgbouncer=yes"}, "chỉ nhận giá trị 1"),
        ({"FILES_KEY_ID": "a"}, "Thiếu FILES_URL"),
        ({"FILES_URL": "s3://b"}, "FILES_SECRET_FILE"),
        ({"FILES_URL": "https://b", "FILES_KEY_ID": "a", "FILES_SECRET_FILE": "key"}, "s3://"),
        (
            {"FILES_URL": "s3://b?endpoint=http://xa.example", "FILES_KEY_ID": "a", "FILES_SECRET_FILE": "key"},
            "https://",
        ),
        ({"FILES_URL": "s3://b", "FILES_KEY_ID": "a", "FILES_SECRET_FILE": "khong-co"}, "Không đọc được"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, environ, said):
    (tmp_path / "key").write_text("khóa")
    with pytest.raises(ConfigError, match=said) as error:
        read_config(environ, tmp_path)
    assert "mat" not in str(error.value).split()


def test_files_and_the_key_of_all_machines(tmp_path):
    (tmp_path / "key").write_text("khóa\n")
    url = "s3://kho/thu-muc/?endpoint=https://tep.example/&region=vn"
    config = read_config(
        {"FILES_URL": url, "FILES_KEY_ID": "a", "FILES_SECRET_FILE": "key", "SECRET_KEY_FILE": "chung"}, tmp_path
    )
    found = config.files
    assert (found.name, found.folder, found.endpoint, found.region, found.secret) == (
        "kho",
        "thu-muc",
        "https://tep.example",
        "vn",
        "khóa",
    )
    assert "khóa" not in repr(config)
    with pytest.raises(
        ConfigError, match="SECRET_KEY_FILE"
    ):  # a machine that makes a key of its own signs everybody out
        secret_key(config)
