"""Taking a picture of a page so that what is said beside it is seen in it, and telling when a kept one shows it no longer."""

import io
import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import pytest
from django.db.models.functions import Now
from django.utils import timezone
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Page

# The day on which all pictures are taken, whatever the day of the run: the demo is made of the days around it.
DAY = datetime.fromisoformat("2026-11-30T09:00:00+07:00")
# The moment as SQLite gives it, doubly escaped as Django's own is.
IN_SQLITE = "STRFTIME('%%%%Y-%%%%m-%%%%d %%%%H:%%%%M:%%%%f', 'NOW', 'SECONDS seconds')"
MARGIN = 14
MORE = 110  # of what follows the last word
TALLEST = 1_400
NARROW = 600
STILL, MOST_LOOKS = 200, 10  # milliseconds without a change, and how often to look
LEAST = {False: 480, True: 620}  # how tall a picture is at least, on a desk and on a telephone
COLOURS = 64
# Two pictures of one page differ by the drawing of letters only: they are compared as squares of this many pixels.
SQUARE = 16
STRONG = 40  # of 255: a square that shows something else
MOST_STRONG = 0.03
MOST_ON_AVERAGE = 5.0
MOVING = re.compile(r"\b\d{1,2}:\d{2}\b|\b[\d.]+ giây\b|Chrom\w+[\d./ ]*|SP-?[A-Z0-9]{4,}")

# The band from a little above `at` (a sentence; else from the top) down to the last of the words; each must lie open.
# It ends where no line and no button is cut through.
FIND = """([words, at, lead, whole, margin, least, more]) => {
  const main = document.querySelector('main');
  const text = (node) => (node.value && node.tagName === 'INPUT' ? node.value : node.textContent).replace(/\\s+/g, ' ').trim();
  const shown = (node) => {
    const box = node.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && node.checkVisibility({visibilityProperty: true}) && !node.closest('.visually-hidden');
  };
  const nodes = [...main.querySelectorAll('*')].filter(shown);
  const innermost = (found) => found.filter((one) => !found.some((other) => other !== one && one.contains(other)));
  const place = (node) => node.getBoundingClientRect().top + scrollY;
  const say = (said, from) => {
    const exact = innermost(nodes.filter((node) => text(node) === said && place(node) >= from));
    const some = exact.length ? exact : innermost(nodes.filter((node) => text(node).includes(said) && place(node) >= from));
    return some.sort((one, other) => place(one) - place(other))[0];
  };
  const open = (node) => {
    const box = node.getBoundingClientRect();
    const hit = document.elementFromPoint(box.left + Math.min(box.width / 2, 60), box.top + box.height / 2);
    return hit && (node.contains(hit) || hit.contains(node));
  };
  const start = at ? say(at, 0) : null;
  if (at && !start) return {missing: [at]};
  const top = start ? Math.max(0, place(start) - lead) : whole ? 0 : main.getBoundingClientRect().top + scrollY;
  const found = words.map((said) => [said, say(said, top - 1)]);
  const missing = found.filter(([, node]) => !node || !open(node)).map(([said]) => said);
  const ends = found.filter(([, node]) => node).map(([, node]) => node.getBoundingClientRect().bottom + scrollY);
  const wanted = Math.max(top + least, margin + more + Math.max(top, ...ends));
  const last = main.getBoundingClientRect().bottom + scrollY;
  const lines = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()];
  };
  const written = nodes.filter((node) => !node.children.length || ['BUTTON', 'A', 'LABEL'].includes(node.tagName));
  const soft = written.flatMap((node) => [...(['BUTTON', 'INPUT', 'SELECT'].includes(node.tagName) ? [node.getBoundingClientRect()] : lines(node))]);
  const rows = nodes.filter((node) => ['TR', 'P', 'LI'].includes(node.tagName)).map((node) => node.getBoundingClientRect());
  const below = (boxes) => {
    const cut = (y) => boxes.some((box) => box.top + scrollY < y + 3 && box.bottom + scrollY > y - 3);
    for (let y = wanted; y < wanted + 130; y += 2) if (!cut(y)) return y;
    return 0;
  };
  const bottom = below([...rows, ...soft]) || below(soft) || wanted;
  return {missing, top, bottom: Math.min(bottom, last)};
}"""
# Every line of text in the band, in the order of the page; what a field holds as well.
READ = """([top, bottom]) => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const inside = (box) => box.width > 1 && box.height > 1 && box.top + scrollY >= top - 2 && box.bottom + scrollY <= bottom + 2;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const said = node.data.replace(/\\s+/g, ' ').trim(), around = node.parentElement;
    if (!said || ['SCRIPT', 'STYLE', 'OPTION', 'TEXTAREA'].includes(around.tagName) || around.closest('.visually-hidden')) continue;
    if (!around.checkVisibility({visibilityProperty: true})) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    if (inside(range.getBoundingClientRect())) found.push(said);
  }
  for (const field of document.querySelectorAll('input:not([type=hidden]), textarea, select')) {
    if (!inside(field.getBoundingClientRect())) continue;
    const said = field.tagName === 'SELECT' ? field.selectedOptions[0]?.text : /checkbox|radio/.test(field.type) ? '' : field.value;
    if (said && said.trim()) found.push(`[${said.replace(/\\s+/g, ' ').trim()}]`);
  }
  return found;
}"""


@dataclass(frozen=True)
class Taken:
    """A picture and the words in it, one line each."""

    image: bytes
    words: str


@contextmanager
def the_day():
    """Let the program, its database (SQLite) and so the demo believe that it is `DAY`; the clock goes on from there."""
    real, began = timezone.now, timezone.now()
    seconds = round((DAY - began).total_seconds())

    def moment(now, compiler, connection, **more):
        return now.as_sql(compiler, connection, template=IN_SQLITE.replace("SECONDS", f"{seconds:+d}"), **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: DAY + (real() - began))
        patch.setattr(Now, "as_sqlite", moment)
        yield


def take(
    page: Page, words: list[str], *, at: str = "", lead: int = MARGIN, whole: bool = False, more: int = MORE
) -> Taken:
    """The part of the page that shows all these words; AssertionError where that cannot be.

    `at`: where it begins, that much (`lead`) above; else below the menu, or with it (`whole`); `more`: how far below the
    last word it goes on.
    """
    width = page.viewport_size["width"]
    page.wait_for_load_state("networkidle")
    found, before = None, {}
    for _ in range(MOST_LOOKS):  # what scripts put on the page moves what is below it
        if found == before:
            break
        before = found
        page.wait_for_timeout(STILL)
        page.set_viewport_size({"width": width, "height": page.evaluate("document.documentElement.scrollHeight")})
        found = page.evaluate(FIND, [words, at, lead, whole, MARGIN, LEAST[width < NARROW], more])
    assert found["missing"] == [], f"{page.url}: không thấy trong ảnh {found['missing']}"
    top, bottom = found["top"], found["bottom"]
    assert bottom - top <= TALLEST, f"{page.url}: ảnh cao {bottom - top:.0f} điểm, hãy chọn chữ gần nhau hơn"
    said = page.evaluate(READ, [top, bottom])
    clip = {"x": 0, "y": round(top), "width": width, "height": round(bottom - top)}
    shot = page.screenshot(animations="disabled", caret="hide", clip=clip)
    return Taken(_small(shot), "".join(f"{MOVING.sub('…', line)}\n" for line in said))


def differs(now: bytes, kept: bytes) -> str:
    """How the two pictures differ, in words; "" for two of one page, whoever drew the letters."""
    one, other = _squares(now), _squares(kept)
    if abs(one.height - other.height) > max(2, other.height // 20) or one.width != other.width:
        return f"cỡ khác: {one.size} và {other.size} ô"
    difference = ImageChops.difference(one, other.resize(one.size))
    strong = sum(difference.histogram()[STRONG:]) / (one.width * one.height)
    average = ImageStat.Stat(difference).mean[0]
    if strong > MOST_STRONG or average > MOST_ON_AVERAGE:
        return f"khác {strong:.1%} số ô, trung bình {average:.1f}"
    return ""


def _squares(picture: bytes) -> Image.Image:
    with Image.open(io.BytesIO(picture)) as image:
        size = (image.width // SQUARE, max(1, round(image.height / SQUARE)))
        return image.convert("L").resize(size, Image.Resampling.BOX)


def _small(png: bytes) -> bytes:
    """The screenshot as WebP of few colours."""
    picture = Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).convert("RGB")
    kept = io.BytesIO()
    picture.save(kept, "WEBP", lossless=True, quality=80, method=4)
    return kept.getvalue()
