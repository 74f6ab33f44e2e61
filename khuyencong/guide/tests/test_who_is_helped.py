"""Whoever opens a page is led to the part that speaks of it, on a page written for them; tasks stand with who may do them."""

import re
from collections import Counter
from importlib import import_module
from inspect import getclosurevars
from pkgutil import walk_packages

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, resolve, reverse

import khuyencong
from khuyencong.desk.steps import Money, awaited_offers
from khuyencong.guide.pages import PAGES, PUBLIC, help_address, page, pages_for
from khuyencong.guide.tests.test_guide import QUOTED, source
from khuyencong.navigation import entry_names
from khuyencong.people import web
from khuyencong.people.permissions import MATRIX, Permission
from khuyencong.people.roles import Role
from khuyencong.people.web import TOKEN, declared
from khuyencong.projects.states import ProjectState
from khuyencong.testing import make_project
from tests.looking import signed_in

# Answers with a file, a script or a few words for a machine.
FILE = re.compile(
    r"_(xlsx|pdf|zip|file|template|worker|photo|picture|json|yaml|refused|export|form_3[ab]|logo|minutes|sample)$"
    r"|^(scan|calendar|server|robots|sitemap|api)_?\w*$|^passkey_"
)
NO_PAGE = {
    "adjustment_paper",
    "api_docs",  # for who writes another program
    "competition_entry_paper",
    "competition_paper",
    "course_signed_list",
    "establishment_paper",
    "gallery",  # the components, for who writes the program
    "inspection_minutes",
    "outside_begin",
    "package_schema",
    "people:logout",
    "plan_decision",
    "project_attachment",
    "request_paper",
}
PAGES_OF_FILES = {"council_minutes", "calendar", "server_status", "server_slow"}
OF_THE_GUIDE = {"guide", "guide_page", *PUBLIC.values()}


def patterns(resolver=None, space=""):
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLPattern):
            yield f"{space}{one.name}", one.callback
        else:
            yield from patterns(one, f"{space}{one.namespace}:" if one.namespace else space)


def only_pressed(view):
    """Whether the view answers to POST alone: it sends back to the page with the button."""
    while view is not None:
        if hasattr(view, "__code__") and getclosurevars(view).nonlocals.get("request_method_list") == ["POST"]:
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def opened_by():
    """{URL name: who may open it}, of everything that shows a page."""
    return {
        name: declared(view)
        for name, view in patterns()
        if declared(view) != TOKEN
        and not only_pressed(view)
        and name not in NO_PAGE | OF_THE_GUIDE
        and (name in PAGES_OF_FILES or not FILE.search(name))
    }


def roles_with(permission):
    return {role for grant in MATRIX[Permission(permission)] for role in grant.roles}


def explained(slug):
    return [name for part in page(slug).parts for name in part.explains]


def helps(role, name):
    """Whether «Trợ giúp» on that page leads this reader to a part about it, on a page written for the reader."""
    found = help_address(role, name)
    for slug, roles in PAGES.items():
        mine = slug in PUBLIC if role is None else role in roles or not roles
        for part in page(slug).parts if mine else ():
            if name in part.explains and part.url == found:
                return True
    return False


def said_to(role):
    """Everything in «» on the pages written for this role and for everybody."""
    mine = [slug for slug, roles in PAGES.items() if role in roles or not roles]
    return {words for slug in mine for words in QUOTED.findall(" ".join(source(slug).split()))}


def steps():
    """(label, permission) of every step of every table of states that somebody takes by hand."""
    for module in walk_packages(khuyencong.__path__, "khuyencong."):
        if module.name.endswith("states"):
            tables = [rows for name, rows in vars(import_module(module.name)).items() if name.endswith("TRANSITIONS")]
            for row in (row for rows in tables if isinstance(rows, tuple) for row in rows):
                if not getattr(row, "by_itself", False):
                    for permission in getattr(row, "permissions", None) or (row.permission,):
                        yield row.label, permission


def test_every_page_has_a_part():
    known = {name for slug in PAGES for name in explained(slug)}
    assert set(opened_by()) - known == set()


@pytest.mark.parametrize("role", Role)
def test_each_role_is_helped_on_what_it_may_open(role):
    """In the words of the role: on its own page, or on one for everybody. The menu is among it."""
    opens = {
        name
        for name, who in opened_by().items()
        if who == web.SIGNED_IN or (who in set(Permission) and role in roles_with(who))
    }
    assert {name for name in opens if not helps(role, name)} == set()
    assert len(opens & set(entry_names())) > 2


def test_strangers_are_helped_on_every_public_page():
    opens = {name for name, who in opened_by().items() if who == web.PUBLIC} - {"work"}
    assert {name for name in opens if not helps(None, name)} == set()
    assert {one.slug for one in pages_for(None)} == set(PUBLIC)


def test_a_page_speaks_only_of_what_its_readers_may_open():
    who = {name: declared(view) for name, view in patterns()}
    wrong = [
        f"{slug}: {name}"
        for slug, roles in PAGES.items()
        for name in (explained(slug) if roles else ())
        if who[name] in set(Permission) and not roles_with(who[name]) & set(roles)
    ]
    assert wrong == []


@pytest.mark.parametrize("role", Role)
def test_a_page_of_the_system_has_one_part_for_a_role(role):
    """Else «Trợ giúp» leads to whichever happens to stand first."""
    counts = Counter(name for slug, roles in PAGES.items() if role in roles for name in explained(slug))
    assert [name for name, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("role", Role)
def test_every_step_is_told_to_who_may_take_it(role):
    mine = {label for label, permission in steps() if permission is not None and role in roles_with(permission)}
    said = said_to(role)
    assert {label for label in mine if not any(label in words for words in said)} == set()


def test_every_awaited_step_of_a_project_is_told_to_who_may_take_it(world):
    """What «Việc của tôi» lays before somebody: its button is spoken of, and its page has help, for each such role."""
    project, officer = make_project(world), world.actor("dong-thap-centre", "officer")
    wrong = set()
    for project.state in ProjectState:
        for permission, offer in awaited_offers(officer, project, Money()):
            match = resolve(offer.url.partition("?")[0])
            for role in roles_with(permission):
                if not any(offer.label in words for words in said_to(role)):
                    wrong.add(f"{role}: {offer.label}")
                if not only_pressed(match.func) and not helps(role, match.view_name):
                    wrong.add(f"{role}: {match.view_name}")
    assert wrong == set()


def test_help_is_on_pages_without_an_account(world):
    """Signing in, a forgotten password, registration, an old link, the portal: each leads to its part, which opens."""
    stranger = Client()
    for path, anchor in {
        reverse("login"): "/tro-giup/tai-khoan/#dang-nhap",
        reverse("password_forgotten"): "/tro-giup/tai-khoan/#quen-mat-khau",
        reverse("registration_new"): "/tro-giup/chu-co-so/#dang-ky-tai-khoan",
        reverse("invitation_accept", args=["khong-co"]): "/tro-giup/tai-khoan/#nhan-loi-moi",
        reverse("effect_answer", args=["khong-co"]): "/tro-giup/chu-co-so/#khai-tac-dong-bang-dien-thoai",
        reverse("course_door", args=["khong-co"]): "/tro-giup/chu-co-so/#ghi-danh-danh-gia-lop",
        reverse("portal_support"): "/tro-giup/chu-co-so/#xem-minh-duoc-ho-tro-gi",
        reverse("portal"): "/tro-giup/chu-co-so/#cong-thong-tin",
    }.items():
        assert f'href="{anchor}"' in stranger.get(path).content.decode(), path
        assert stranger.get(anchor.partition("#")[0]).status_code == 200
    accountant = signed_in(world.actor("dong-thap", "accountant"))
    assert "Dữ liệu của tôi" in accountant.get("/tro-giup/tai-khoan/").content.decode()
