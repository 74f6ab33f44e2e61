"""Reads the guide from its Markdown files, once for each process, and knows which part speaks of which page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from django.templatetags.static import static
from django.urls import resolve, reverse
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.token import Token
from PIL import Image

from khuyencong.core.finding import haystack, question, words
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.roles import Role
from khuyencong.people.web import declared

SOURCE = Path(__file__).resolve().parent / "source"
# Every page and whose it is, in the order of the contents; nobody's are for all.
PAGES: dict[str, tuple[Role, ...]] = {
    "chung": (),
    "tai-khoan": (),
    "chuyen-vien": (Role.OFFICER,),
    "hoat-dong": (Role.OFFICER,),
    "tham-dinh": (Role.APPRAISER,),
    "lanh-dao": (Role.LEADER,),
    "ke-toan": (Role.ACCOUNTANT,),
    "theo-doi": (),
    "xem-ho-so": (),
    "giam-khao": (),
    "cong-tac-vien": (Role.COLLABORATOR,),
    "chu-co-so": (Role.OWNER,),
    "kiem-toan": (Role.AUDITOR,),
    "quan-tri": (Role.ADMINISTRATOR,),
    "van-hanh": (Role.ADMINISTRATOR,),
    "nhieu-may": (Role.ADMINISTRATOR,),
}
# What is read before anybody has signed in, and the URL name of each.
PUBLIC = {"tai-khoan": "guide_account", "chu-co-so": "guide_owner"}
LONGEST_PART = 20_000
SNIPPET = 160
# Under a heading: which pages (URL names) the part explains. A link that nothing uses: no reader of Markdown shows it.
MARKER = re.compile(r"^\[trang\]: # \((?P<names>[^)]*)\)$", re.MULTILINE)
PAGE_LINK = re.compile(r"\]\(trang:([\w:]+)\)")
HEADING = re.compile(r"^## (?P<title>.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Part:
    """One task of a page: its heading, the pages that it explains, and its words for the search."""

    page: str
    title: str
    anchor: str
    explains: tuple[str, ...]
    text: str
    haystack: str

    @property
    def url(self) -> str:
        return f"{address(self.page)}#{self.anchor}"

    @property
    def snippet(self) -> str:
        return self.text if len(self.text) <= SNIPPET else f"{self.text[:SNIPPET].rsplit(' ', 1)[0]}…"


@dataclass(frozen=True)
class GuidePage:
    """One file: its title, everything under it as HTML, and its parts."""

    slug: str
    title: str
    html: SafeString
    parts: tuple[Part, ...]
    asks: tuple[tuple[str, Permission], ...]  # addresses of the system in it that not everybody may open

    @property
    def url(self) -> str:
        return address(self.slug)

    def html_for(self, actor: Actor | None) -> SafeString:
        """The text, where links to pages that this role may not open are plain words; a stranger is led to sign in."""
        html = str(self.html)
        for path, permission in self.asks:
            if actor is not None and not allowed(actor, permission):
                html = re.sub(rf'<a href="{re.escape(path)}">(.*?)</a>', r"\1", html)
        return SafeString(html)  # a part of what was safe before


def address(slug: str) -> str:
    """Where a page is read."""
    return reverse(PUBLIC[slug]) if slug in PUBLIC else reverse("guide_page", args=[slug])


def anchor_of(title: str) -> str:
    """The anchor of a heading: "Lập đề án" gives "lap-de-an", as does "lập-đề-án", which code sites make of it."""
    return "-".join(words(title))


@cache
def page(slug: str) -> GuidePage:
    """The page of that name in `PAGES`. Raises KeyError for any other."""
    if slug not in PAGES:
        raise KeyError(slug)
    source = (SOURCE / f"{slug}.md").read_text(encoding="utf-8")
    tokens = _reader().parse(source)
    title = tokens[1].content
    body = tokens[3:]
    for token in body:
        if token.type == "inline":
            token.children = list(_rewritten(token.children or []))
    parts = tuple(_parts(slug, body, _explained(source)))
    # Our own files, rendered with HTML switched off: whatever looks like a tag in them is escaped.
    html = SafeString(_reader().renderer.render(body, _reader().options, {}))
    paths = dict.fromkeys(reverse(name) for name in PAGE_LINK.findall(source))
    opens = ((path, declared(resolve(path).func)) for path in paths)
    asks = tuple((path, Permission(who)) for path, who in opens if who in set(Permission))
    return GuidePage(slug, title, html, parts, asks)


def pages_for(role: Role | None) -> list[GuidePage]:
    """All pages: those of the role, those for everybody, those of other roles; the public ones for whoever has none."""
    if role is None:
        return [page(slug) for slug in PUBLIC]
    nearest = sorted(PAGES, key=lambda slug: 0 if role in PAGES[slug] else 1 if not PAGES[slug] else 2)
    return [page(slug) for slug in nearest]


def help_address(role: Role | None, *names: str) -> str:
    """The part that explains the first of these pages that any part explains, else the page of the role.

    `names` are URL names, the nearest first; of several parts that of the reader's own page comes first.
    """
    pages = pages_for(role)
    for name in names:
        for one in pages:
            for part in one.parts:
                if name in part.explains:
                    return part.url
    return pages[0].url


def parts_with(text: str, role: Role | None) -> list[Part]:
    """Parts that hold every word, or the beginning of it; those with a word of it in the heading first."""
    asked = question(text)
    if not asked:
        return []
    found = [
        part
        for one in pages_for(role)
        for part in one.parts
        if all(f" {word}" in f" {part.haystack}" for word in asked)
    ]
    return sorted(found, key=lambda part: not any(f" {word}" in haystack(part.title) for word in asked))


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _explained(source: str) -> dict[str, tuple[str, ...]]:
    """{heading: URL names of the pages that its part explains}."""
    headings = list(HEADING.finditer(source))
    ends = [*(one.start() for one in headings[1:]), len(source)]
    found = {}
    for heading, end in zip(headings, ends, strict=True):
        markers = MARKER.findall(source, heading.end(), end)
        names = [name.strip() for text in markers for name in text.split(",")]
        found[heading["title"].strip()] = tuple(names)
    return found


def _parts(slug: str, body: Sequence[Token], explains: dict[str, tuple[str, ...]]) -> Iterator[Part]:
    """The tasks of a page; their headings, and those below them, get an anchor on the way."""
    title, texts = "", list[str]()

    def part() -> Part:
        text = " ".join(" ".join(texts).split())
        about = haystack(page_title(slug), title, text, longest=LONGEST_PART)
        return Part(slug, title, anchor_of(title), explains.get(title, ()), text, about)

    for place, token in enumerate(body):
        if token.type == "heading_open":
            token.attrSet("id", anchor_of(body[place + 1].content))
            if token.tag == "h2":
                if title:
                    yield part()
                title, texts = body[place + 1].content, []
        elif token.type == "inline" and token.content != title:
            texts.append("".join(one.content for one in token.children or [] if one.type != "image"))
        elif token.type == "fence":
            texts.append(token.content)
    if title:
        yield part()


def page_title(slug: str) -> str:
    """The heading of a page, without the rest of it."""
    with (SOURCE / f"{slug}.md").open(encoding="utf-8") as file:
        return file.readline().removeprefix("#").strip()


def _rewritten(tokens: Sequence[Token]) -> Iterator[Token]:
    """The same text with addresses as they are inside the system; what is not served becomes plain words."""
    dropped = 0
    for token in tokens:
        if token.type == "image":
            name = Path(str(token.attrGet("src"))).name
            width, height = _size(name)
            token.attrs |= {"src": static(f"guide/{name}"), "width": width, "height": height, "loading": "lazy"}
        elif token.type == "link_open":
            target = _target(str(token.attrGet("href")))
            if not target:
                dropped += 1
                continue
            token.attrSet("href", target)
        elif token.type == "link_close" and dropped:
            dropped -= 1
            continue
        yield token


def _target(link: str) -> str:
    """Where a link of the source leads here; "" for documents that are not part of the guide."""
    path, _, anchor = unquote(link).partition("#")
    after = f"#{anchor_of(anchor)}" if anchor else ""
    if path.startswith("trang:"):
        return reverse(path.removeprefix("trang:")) + after
    if "://" in path or path.startswith("/"):
        return link
    if not path:
        return after
    if path == "README.md":
        return reverse("guide")
    slug = path.removesuffix(".md")
    return address(slug) + after if slug in PAGES else ""


def _size(name: str) -> tuple[int, int]:
    """Width and height of a picture in pixels, so that the page does not jump while it loads."""
    with Image.open(SOURCE / "pictures" / name) as picture:
        return picture.size
