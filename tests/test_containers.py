"""The image is built from exactly what `deploy/Containerfile` copies: installed from that, the program has all it reads. No engine is needed."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from khuyencong.config import read_config
from tests.test_package import tool

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
HELP = """
import django
django.setup()
from django.core.management import call_command
from khuyencong.guide import pages
call_command("collectstatic", interactive=False, verbosity=0)
print(pages.__file__, *(len(pages.page(slug).html) for slug in pages.PAGES))
"""


def services():
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]


def environment():
    lines = (DEPLOY / "environment.container").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


def copied(target):
    """What the COPY lines bring: of a folder its files, a link as it is."""
    for line in (DEPLOY / "Containerfile").read_text(encoding="utf-8").splitlines():
        if line.startswith("COPY "):
            *sources, to = line.split()[1:]
            for source in sources:
                if (ROOT / source).is_dir():
                    unwanted = shutil.ignore_patterns("__pycache__")
                    shutil.copytree(ROOT / source, target / to, symlinks=True, ignore=unwanted, dirs_exist_ok=True)
                else:
                    place = target / to / Path(source).name if to.endswith("/") else target / to
                    place.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(ROOT / source, place)
    return target


@pytest.mark.one_database
def test_the_image_holds_all_that_is_read(tmp_path):
    dist, home = tmp_path / "dist", tmp_path / "home"
    dist.mkdir()
    home.mkdir()
    wheel, _ = tool.build(copied(tmp_path / "tree"), dist)
    tool.require_everything(wheel)
    python = tool.install(wheel, tmp_path / "environment", lock=None)
    told = tool.run(
        [str(python), "-c", HELP],
        environment={**tool.environment_of(home), "DJANGO_SETTINGS_MODULE": "khuyencong.settings"},
        folder=home,
    )
    place, *lengths = told.split()
    assert place.startswith(str(tmp_path))
    assert all(int(one) > 1_000 for one in lengths)


def test_the_program_waits_for_a_database_that_is_ready_and_comes_back():
    found = services()
    assert found["database"]["healthcheck"]
    assert found["prepare"]["depends_on"]["database"]["condition"] == "service_healthy"
    assert found["application"]["depends_on"]["prepare"]["condition"] == "service_completed_successfully"
    for command in ("migrate", "load_places", "load_agencies"):
        assert f"khuyencong manage {command}" in found["prepare"]["command"][-1]
    assert {name for name, one in found.items() if one["restart"] != "unless-stopped"} == {"prepare"}
    assert found["web"]["network_mode"] == "service:application"
    for name, one in found.items():
        if name not in {"database", "web"}:
            assert one["build"]["dockerfile"] == "deploy/Containerfile"


def test_what_is_named_in_the_environment_is_in_the_container(tmp_path):
    given = environment()
    config = read_config({**given, "DATABASE_PASSWORD_FILE": ""}, tmp_path)
    found = services()
    assert config.database.host in found
    mounted = [one.partition(":")[2] for one in found["application"]["volumes"]]
    for place in (given["KHUYENCONG_VAR"], given["BACKUP_DIR"]):
        assert any(place == one or place.startswith(f"{one}/") for one in mounted), place
    (secret,) = found["application"]["secrets"]
    assert given["DATABASE_PASSWORD_FILE"] == f"/run/secrets/{secret}"
    assert found["application"]["env_file"] == "environment"
    written = re.findall(r"^VOLUME (\[.*\])$", (DEPLOY / "Containerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert yaml.safe_load(written[0]) == mounted


@pytest.mark.parametrize("service", ["copies", "letters"])
def test_loops_of_the_container_do_their_work(service, tmp_path):
    """With a `sleep` that lets one round pass and a program that says what it was asked."""
    for name, text in (
        ("sleep", f'echo "$@" >>{tmp_path}/slept; [ $(wc -l <{tmp_path}/slept) -lt 2 ]'),
        ("khuyencong", 'echo "asked $*"'),
    ):
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    shell, option, words = services()[service]["command"]
    run = subprocess.run(
        [shell, option, words.replace("$$", "$")],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stderr == ""
    assert {"copies": "asked backup --verify", "letters": "asked mail"}[service] in run.stdout
    assert 0 <= int((tmp_path / "slept").read_text().split()[0]) < 86_400
