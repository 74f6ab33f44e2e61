import multiprocessing
import stat
from pathlib import Path

import pytest

from khuyencong.config import ConfigError, database_settings, read_config, secret_key

BASE = Path("/srv/khuyencong")


@pytest.fixture
def project(tmp_path):
    (tmp_path / "pyproject.toml").touch()
    return tmp_path


def test_empty_environment_gives_safe_defaults(project):
    config = read_config({}, project)
    assert not config.debug
    assert not config.https
    assert not config.demo
    assert config.port == 8000
    assert (config.slow_page_ms, config.slow_query_ms) == (1000, 200)
    assert config.allowed_hosts == ("localhost", "127.0.0.1", "[::1]")
    assert config.var_dir == project / "var"
    assert config.database.name == str(project / "var" / "khuyencong.sqlite3")
    assert not config.var_dir.exists()


def test_what_is_slow_can_be_set(project):
    assert read_config({"SLOW_PAGE_MS": "300", "SLOW_QUERY_MS": "50"}, project).slow_query_ms == 50
    for wrong in ("0", "-1", "1.5", "nhanh", "9" * 9):
        with pytest.raises(ConfigError, match="SLOW_PAGE_MS phải là số mili giây"):
            read_config({"SLOW_PAGE_MS": wrong}, project)


def test_installed_as_a_package_nothing_is_written_beside_the_code(tmp_path):
    config = read_config({"XDG_DATA_HOME": str(tmp_path / "data")}, tmp_path / "site-packages")
    assert config.var_dir == tmp_path / "data" / "khuyencong"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("sqlite:///kho/a.sqlite3", "/srv/khuyencong/kho/a.sqlite3"),
        ("sqlite:////data/a%20b.sqlite3", "/data/a b.sqlite3"),
        ("sqlite:///../a.sqlite3", "/srv/a.sqlite3"),
    ],
)
def test_sqlite_address(url, name):
    assert read_config({"DATABASE_URL": url}, BASE).database.name == name


def test_sqlite_settings(project):
    settings = database_settings(read_config({}, project))
    assert settings["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert settings["CONN_MAX_AGE"] is None
    assert stat.S_IMODE((project / "var").stat().st_mode) == 0o700


def test_sqlite_in_a_missing_folder_is_refused_and_not_made(project):
    config = read_config({"DATABASE_URL": "sqlite:///khong-co/a.sqlite3"}, project)
    with pytest.raises(ConfigError, match="không tồn tại"):
        database_settings(config)
    assert not (project / "khong-co").exists()


def test_postgresql_address():
    url = "postgresql://an%40so:m%C3%A3%2F1@db.example:5433/khuyen_cong?sslmode=require"
    settings = database_settings(read_config({"DATABASE_URL": url}, BASE))
    assert settings["USER"] == "an@so"
    assert settings["PASSWORD"] == "mã/1"
    assert settings["HOST"] == "db.example"
    assert settings["PORT"] == "5433"
    assert settings["NAME"] == "khuyen_cong"
    assert settings["OPTIONS"]["sslmode"] == "require"
    assert settings["OPTIONS"]["pool"]
    assert settings["CONN_MAX_AGE"] == 0


def test_postgresql_over_a_socket():
    database = read_config({"DATABASE_URL": "postgres://an@/kc?host=/var/run/postgresql"}, BASE).database
    assert (database.host, database.port, database.name) == ("/var/run/postgresql", None, "kc")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "٨٠٠٠"),
        ("PORT", "-1"),
        ("PORT", "9" * 5000),
        ("DEBUG", "maybe"),
        ("HTTPS", "2"),
        ("KHUYENCONG_DEMO", "x"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "http://a.vn"),
        ("ALLOWED_HOSTS", "a.vn:8000"),
        ("DATABASE_URL", "mysql://a/b"),
        ("DATABASE_URL", "/data/a.sqlite3"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", "sqlite://may/a.sqlite3"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "sqlite:////tmp"),
        ("DATABASE_URL", "sqlite:///a%00b"),
        ("DATABASE_URL", "postgresql://an:bi-mat@may/kc%00"),
        ("KHUYENCONG_VAR", "~khong-ai/var"),
        ("DATABASE_URL", "postgresql://an:bi-mat@may:99999/kc"),
        ("DATABASE_URL", "postgresql://an:bi-mat@may:x/kc"),
        ("DATABASE_URL", "postgresql://an:bi-mat@[::1/kc"),
        ("DATABASE_URL", "postgresql://an:bi-mat@may/"),
        ("DATABASE_URL", "postgresql://an:bi-mat@may/kc?options=-c%20x"),
    ],
)
def test_wrong_value_is_a_sentence_that_names_the_variable_and_no_secret(name, value):
    with pytest.raises(ConfigError) as raised:
        read_config({name: value}, BASE)
    assert name in str(raised.value)
    assert "bi-mat" not in str(raised.value)


def test_database_in_a_folder_of_another_user_is_left_to_whoever_opens_it(monkeypatch):
    def refuse(_):
        raise PermissionError

    monkeypatch.setattr(Path, "is_dir", refuse)
    assert read_config({"DATABASE_URL": "sqlite:////kin/a.sqlite3"}, BASE).database.name == "/kin/a.sqlite3"


def test_password_is_not_in_the_representation():
    assert "bi-mat" not in repr(read_config({"DATABASE_URL": "postgresql://an:bi-mat@may/kc"}, BASE))


def test_secret_key_is_made_once_and_for_its_owner_only(project):
    config = read_config({}, project)
    key = secret_key(config)
    assert len(key) == 64
    assert secret_key(config) == key
    path = project / "var" / "secret_key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    secret_key(config)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["secret_key"]


def test_short_secret_key_is_refused(project):
    config = read_config({}, project)
    (project / "var").mkdir()
    (project / "var" / "secret_key").write_text("abc")
    with pytest.raises(ConfigError, match="bị hỏng"):
        secret_key(config)


def test_processes_that_start_at_once_agree_on_the_secret_key(project):
    config = read_config({}, project)
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        keys = pool.map(secret_key, [config] * 16, chunksize=1)
        pool.close()
        pool.join()
    assert len(set(keys)) == 1
    assert [entry.name for entry in (project / "var").iterdir()] == ["secret_key"]
