"""Looking at a page as somebody who cannot see it, or who has a small telephone, would meet it."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import ClassVar
from urllib.parse import urljoin

from playwright.sync_api import ConsoleMessage, Page, Response

AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe" / "axe.min.js"
HREF = re.compile(r'href="([/?][^"#]*)')
ENOUGH = 2  # pages of one kind that axe goes through; ten people meet most kinds, and looking at each takes a second
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 780}
# Without `preload` axe does not fetch each stylesheet once more, for a rule on turned screens that we have no use for.
RUN_AXE = """async () => {
  const found = await axe.run(document, {resultTypes: ['violations'], preload: false});
  return found.violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(' ')}`));
}"""
# What sticks out at the right, unless a box around it scrolls by itself.
TOO_WIDE = """() => {
  const most = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= most) return [];
  const scrolls = (node) => node && node !== document.body
    && (['auto', 'scroll', 'hidden'].includes(getComputedStyle(node).overflowX) || scrolls(node.parentElement));
  const out = [...document.body.querySelectorAll('*')]
    .filter((node) => node.getBoundingClientRect().right > most + 1 && !scrolls(node.parentElement))
    .map((node) => `${node.tagName.toLowerCase()}.${node.className}`);
  return [`wider than the screen: ${out.slice(0, 3).join(', ')}`];
}"""


@dataclass
class Inspector:
    """Opens pages and keeps what is wrong with them, each fault once with the first page that has it."""

    page: Page
    faults: dict[str, str] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    thorough: bool = False  # axe goes through every page, not only the first of a kind
    # Shared by all inspectors of a run: of each kind the first pages stand for the others, on a telephone the very first.
    looked_at: ClassVar[Counter[str]] = Counter()

    def __post_init__(self) -> None:
        self.page.add_init_script(path=AXE)
        self.page.on("console", self._on_console)
        self.page.on("response", self._on_response)

    def _on_console(self, message: ConsoleMessage) -> None:
        # What was answered to a request is judged below; Chromium also calls every 4xx page an error.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self._note(f"console: {message.text}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():  # HTTP errors
            self._note(f"{response.status} for {response.url}")

    def _note(self, fault: str) -> None:
        self.faults.setdefault(fault, self.page.url)

    def has_seen_enough_of(self, kind: str) -> bool:
        """Whether so many pages of this kind were inspected in this run, by whomever, that axe would pass over the next."""
        return self.looked_at[kind] >= ENOUGH

    def open(self, address: str, *, status: int = 200, kind: str = "") -> None:
        """Open one page and inspect it; `kind` groups pages of which only the first are inspected by axe."""
        response = self.page.goto(address)
        if response is None or response.status != status:
            self._note(f"answered {response and response.status} instead of {status}: {address}")
        self.inspect(kind)

    def inspect(self, kind: str = "") -> None:
        """Inspect the page that is open; pages without a kind wholly, each time."""
        self.seen.append(self.page.url)
        before = self.looked_at[kind] if kind else 0
        self.looked_at[kind] += 1
        if before < ENOUGH or self.thorough:
            for fault in self.page.evaluate(RUN_AXE):
                self._note(fault)
        self.page.set_viewport_size(NARROW)
        for fault in self.page.evaluate(TOO_WIDE):
            self._note(fault)
        if before == 0:
            for fault in self.page.evaluate(RUN_AXE):
                self._note(f"{fault} (360 px)")
        self.page.set_viewport_size(WIDE)

    def links(self) -> list[str]:
        """Addresses of this site that the page leads to, without downloads."""
        found = self.page.evaluate(
            "() => [...document.querySelectorAll('a[href]')].map((a) => [a.origin === location.origin, a.pathname + a.search])"
        )
        return list(dict.fromkeys(address for ours, address in found if ours))

    def links_of(self, address: str, *, tabs: bool = True) -> list[str]:
        """The same of a page that is not shown; without `tabs` not those to the page itself with another query."""
        answer = self.page.request.get(address)
        if not answer.ok:
            self._note(f"answered {answer.status}: {address}")
        found = [link for link in HREF.findall(answer.text()) if tabs or link.startswith("/")]
        return list(dict.fromkeys(urljoin(address, unescape(link)) for link in found))
