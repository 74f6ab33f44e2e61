"""A real Chromium for the tests marked `browser`."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

PICTURES = Path(__file__).resolve().parent.parent / "var" / "failed-journeys"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No name is looked up, so that no page can reach past this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
failed = pytest.StashKey[bool]()
expect.set_options(timeout=20_000)  # a machine that is busy with other tests answers later than one that is not


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Whatever opens a browser carries the mark, before `-m` looks at the marks."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.stash[failed] = report.failed
    return report


@pytest.fixture(scope="session")
def chromium():
    """One browser for each worker."""
    path = os.environ.get("KHUYENCONG_CHROMIUM", "")
    if not path:
        reason = "Không có Chromium: đặt KHUYENCONG_CHROMIUM là đường dẫn của trình duyệt."
        if os.environ.get("CI", "").lower() in {"1", "true"}:
            pytest.fail(reason)
        pytest.skip(reason)
    patch = pytest.MonkeyPatch()
    # Playwright keeps an event loop in this thread, and Django then takes every query for one from async code.
    patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()
    patch.undo()


@pytest.fixture
def site(live_server):
    """Address of the server that a test opens; a module may put one of its own here."""
    return live_server.url


@pytest.fixture
def open_browser(request, chromium, site):
    """`open_browser(width=1280, height=900, javascript=True)`: a page with cookies of its own, one for each person.

    When the test ends, errors of scripts and everything the security policy blocked fail it; a test that fails
    leaves a picture of each page in `var/failed-journeys`.
    """
    contexts, pages, faults = [], [], []

    def on_console(message):
        if message.type == "error" and "Content Security Policy" in message.text:
            faults.append(message.text)

    def open_page(*, width=1280, height=900, javascript=True):
        context = chromium.new_context(
            base_url=site,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        context.set_default_timeout(45_000)  # the first page after the demo was loaded is slow
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", on_console)
        pages.append(page)
        return page

    yield open_page
    if request.node.stash.get(failed, False):
        PICTURES.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^\w-]+", "_", request.node.name)
        for number, page in enumerate(pages):
            page.screenshot(path=PICTURES / f"{name}-{number}.png", full_page=True)
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def browser_page(open_browser):
    """One page at desktop size."""
    return open_browser()
