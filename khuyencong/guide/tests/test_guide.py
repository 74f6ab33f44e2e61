"""The guide speaks the words of the real pages, leads to pages that exist, and leaves no entry of the menu without help."""

import re
from functools import cache

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from khuyencong.guide import pages
from khuyencong.guide.pages import PAGES, SOURCE, help_address, page, pages_for, parts_with
from khuyencong.navigation import ENTRIES, Group, entry_names
from khuyencong.people.roles import Role
from khuyencong.testing import make_project
from tests.looking import signed_in

PACKAGE = SOURCE.parent.parent
READ = {".html", ".py", ".yaml", ".js"}
QUOTED = re.compile(r"«((?:[^«»]|«[^«»]*»)+)»")
NAMED_LINK = re.compile(r"\[([^\]]+)\]\(trang:([\w:]+)\)")
PICTURE = re.compile(r"!\[([^\]]*)\]\(pictures/([\w-]+\.webp)\)")
SMALLEST_PIECE = 3
LARGEST_PICTURE = 60 * 1024


@pytest.fixture(autouse=True)
def read_anew():
    pages.page.cache_clear()


def source(slug):
    return (SOURCE / f"{slug}.md").read_text(encoding="utf-8")


@cache
def words_of_the_system():
    """Every text of the program in one line: what an interpolation or a tag stands between is not one phrase."""
    files = [path for path in PACKAGE.rglob("*") if path.suffix in READ and not {"tests", "static"} & {*path.parts}]
    files += (PACKAGE / "static").glob("*.js")
    return " ".join(" ".join(path.read_text(encoding="utf-8").split()) for path in files)


def url_names(resolver=None, space=""):
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLPattern):
            yield f"{space}{one.name}"
        else:
            yield from url_names(one, f"{space}{one.namespace}:" if one.namespace else space)


def test_every_file_is_a_page():
    assert {path.stem for path in SOURCE.glob("*.md")} == {*PAGES, "README"}


@pytest.mark.parametrize("slug", [slug for slug in PAGES if slug != "van-hanh"])
def test_quoted_words_stand_in_the_program(slug):
    """«Gửi lại» is what the button says; of a sentence that is filled in, the pieces between «…»."""
    text = " ".join(source(slug).split())
    said = [piece.strip() for quoted in QUOTED.findall(text) for piece in quoted.split("…")]
    wanted = [piece for piece in said if len(piece) >= SMALLEST_PIECE]
    assert wanted
    assert [piece for piece in wanted if piece not in words_of_the_system()] == []


def test_links_and_markers_name_pages_that_exist():
    labels = {entry[0]: entry[1] for one in ENTRIES for entry in (one.entries if isinstance(one, Group) else (one,))}
    groups = {entry[0]: one.label for one in ENTRIES if isinstance(one, Group) for entry in one.entries}
    known = set(url_names())
    wrong = []
    for slug in PAGES:
        text = " ".join(source(slug).split())
        for words, name in NAMED_LINK.findall(text):
            *above, last = words.split(" › ")
            try:
                reverse(name)
            except NoReverseMatch:
                wrong.append(name)
            if name in labels and above and (last != labels[name] or above != [groups.get(name)]):
                wrong.append(f"{slug}: {words}")
        marked = [name for part in page(slug).parts for name in part.explains]
        wrong += [f"{slug}: {name}" for name in marked if name not in known or marked.count(name) > 1]
    assert wrong == []


def test_links_between_pages_find_their_part():
    anchors = {one.url: set(re.findall(r'id="([^"]+)"', one.html)) for one in map(page, PAGES)}
    for one in map(page, PAGES):
        assert len({part.anchor for part in one.parts}) == len(one.parts), one.slug
        for path, anchor in re.findall(r'href="(/tro-giup/[^"#]*)?#([^"]+)"', one.html):
            assert anchor in anchors[path or one.url], f"{one.slug}: {path}#{anchor}"
    assert 'href="trang:' not in "".join(one.html for one in map(page, PAGES))


def test_every_entry_of_the_menu_has_its_part():
    explained = {name for one in map(page, PAGES) for part in one.parts for name in part.explains}
    assert set(entry_names()) - explained == set()


def test_pictures_are_there_and_small():
    shown = {name: words for slug in PAGES for words, name in PICTURE.findall(" ".join(source(slug).split()))}
    kept = {path.name: path.stat().st_size for path in (SOURCE / "pictures").iterdir()}
    assert set(shown) == set(kept)
    assert len(shown) >= 25
    assert [name for name, words in shown.items() if not QUOTED.search(words)] == []
    assert {name: size for name, size in kept.items() if size > LARGEST_PICTURE} == {}


def test_help_leads_to_the_nearest_part():
    """The reader's own page, then those for everybody; the page's own part before that of the menu, the role's page at last."""
    assert help_address(Role.OFFICER, "requests") == "/tro-giup/chuyen-vien/#nhan-mot-de-nghi-ho-tro"
    assert help_address(Role.OWNER, "requests") == "/tro-giup/chu-co-so/#gui-de-nghi-ho-tro"
    assert help_address(Role.ACCOUNTANT, "unheard_of", "treasury") == "/tro-giup/ke-toan/#kho-bac-bang-ke-sao-ke"
    assert help_address(Role.LEADER, "treasury") == "/tro-giup/xem-ho-so/#hop-dong-khoan-chi-kho-bac"
    assert help_address(None, "treasury") == "/tro-giup/tai-khoan/"
    assert help_address(Role.LEADER, "unheard_of", "") == "/tro-giup/lanh-dao/"
    assert pages_for(Role.ADMINISTRATOR)[0].slug == "quan-tri"


def test_search_forgives_diacritics_and_order():
    assert parts_with("bang ke kho bac", Role.ACCOUNTANT)[0].anchor == "kho-bac-bang-ke-sao-ke"
    assert parts_with("khongcochunay", Role.ACCOUNTANT) == []
    assert parts_with("", None) == []


def test_source_cannot_bring_html(tmp_path, monkeypatch):
    (tmp_path / "chung.md").write_text("# Chung\n\n## Một\n[trang]: # (work)\n\n<script>x</script> [a](javascript:b)\n")
    monkeypatch.setattr(pages, "SOURCE", tmp_path)
    shown = page("chung")
    pages.page.cache_clear()
    assert "<script" not in shown.html
    assert 'href="javascript' not in shown.html
    assert shown.parts[0].explains == ("work",)


def test_who_reads_what(world, django_assert_max_num_queries):
    """Everybody who is signed in reads all of it, his own first; strangers the page of owners; each page leads to its part."""
    project = make_project(world)
    client, stranger = signed_in(world.actor("dong-thap", "accountant")), Client()
    answer = client.get("/tro-giup/").content.decode()
    assert answer.index("trang-ke-toan") < answer.index("trang-chung") < answer.index("trang-lanh-dao")
    assert "Kho bạc: bảng kê, sao kê" in client.get("/tro-giup/", {"q": "sao ke"}).content.decode()
    assert "Không có mục nào" in client.get("/tro-giup/", {"q": "khongcochunay"}).content.decode()
    for slug in PAGES:
        shown = client.get(page(slug).url)
        assert shown.status_code == 200, slug
        assert f"<h1>{page(slug).title}</h1>" in shown.content.decode()
    assert client.get("/tro-giup/khong-co/").status_code == 404
    assert stranger.get("/tro-giup/chung/").status_code == 302
    public = stranger.get("/tro-giup/chu-co-so/").content.decode()
    assert "Gửi đề nghị hỗ trợ" in public
    assert 'class="kc-portal"' in public
    # A link that the reader would be refused is plain words; whoever has no account is led to sign in.
    assert 'href="/co-so-cua-toi/"' in public
    assert 'href="/co-so-cua-toi/"' not in client.get("/tro-giup/chu-co-so/").content.decode()

    def leads_to(path):
        return re.search(r'class="kc-bell kc-to-guide" href="([^"]+)"', client.get(path).content.decode())[1]

    assert leads_to("/so-kinh-phi/") == "/tro-giup/ke-toan/#so-kinh-phi-khoa-so"
    assert leads_to(project.get_absolute_url()) == "/tro-giup/chung/#trang-cua-mot-de-an"
    with django_assert_max_num_queries(12):
        client.get("/tro-giup/ke-toan/")
