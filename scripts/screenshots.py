"""Take the pictures of the documentation anew: `.venv/bin/python scripts/screenshots.py`.

Makes a demo database in a temporary folder, serves it on a free loopback port, and writes `docs/screenshots/*.png`: pages as the
browser shows them, and the main papers as they are printed (the Word files say the same, see ADR 0023).
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2
from playwright.sync_api import Browser, Page, sync_playwright
from system_packages import find_chromium

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "screenshots"
PASSWORD = "khuyen-cong-thu"  # noqa: S105  # the published one of the demo
WIDTH = 1280
LARGEST = 400 * 1024  # bytes; a picture is loaded by everybody who reads the README
PAPER_WIDTH = 900
PATIENCE = 120  # seconds until the demo is loaded and serves
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--force-color-profile=srgb"]


def main() -> int:
    """Take all pictures; return 0, or 1 with a sentence."""
    chromium = find_chromium()
    if chromium is None:
        print("Không có Chromium: hãy cài bằng apt-get install chromium.", file=sys.stderr)
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    with demo_server() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        leader = signed_in(browser, address, "lanhdao")
        take(leader, "viec-cua-toi", height=900)
        leader.goto("/tong-quan/")
        take(leader, "tong-quan", height=1500)
        appraiser = signed_in(browser, address, "thamdinh")
        appraiser.goto("/de-an/?state=in_progress&source=national")
        appraiser.locator("tbody th a").first.click()
        take(appraiser, "trang-de-an", height=1400)
        address_of = appraiser.url.partition("?")[0]
        draw(appraiser, f"{address_of}bang-tinh.pdf", "giay-to-bang-tinh")
        appraiser.goto("/hop-dong/")
        appraiser.locator("tbody th a").first.click()
        draw(appraiser, f"{appraiser.url.partition('?')[0]}pdf/", "giay-to-hop-dong")
        other = signed_in(browser, address, "lanhdao.phutho")
        other.goto("/ket-qua/?province=25&year=2023")
        take(other, "ket-qua-tinh", height=1500)
        browser.close()
    too_large = [path.name for path in PICTURES.glob("*.png") if path.stat().st_size > LARGEST]
    if too_large:
        print(f"Ảnh lớn hơn {LARGEST // 1024} KB: {', '.join(too_large)}.", file=sys.stderr)
    return 1 if too_large else 0


@contextmanager
def demo_server() -> Iterator[str]:
    """Serve a fresh demo; yields its address. Raises TimeoutError when it does not answer in time."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="khuyencong-pictures-", ignore_cleanup_errors=True) as folder:
        kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "HTTPS", "DEBUG"}}
        environment = {**kept, "KHUYENCONG_VAR": folder, "PORT": str(port)}
        command = [sys.executable, "-m", "khuyencong.cli", "demo"]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            wait_for(port, server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()


def wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    """Return once something listens on the port."""
    for _ in range(PATIENCE * 5):
        if server.poll() is not None:
            raise TimeoutError(f"Máy chủ dùng thử đã dừng với mã {server.returncode}.")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise TimeoutError(f"Máy chủ dùng thử chưa chạy sau {PATIENCE} giây.")


def signed_in(browser: Browser, address: str, name: str) -> Page:
    """A page at «Việc của tôi» of that account."""
    context = browser.new_context(
        base_url=address, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto("/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.get_by_role("heading", name="Việc của tôi").wait_for()
    return page


def take(page: Page, name: str, *, height: int) -> None:
    """The upper part of the page, `height` pixels of it at most."""
    page.set_viewport_size({"width": WIDTH, "height": 900})
    page.wait_for_load_state("networkidle")
    whole = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": WIDTH, "height": min(height, whole)})
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KB")


def draw(page: Page, address: str, name: str) -> None:
    """The first page of a PDF, as it is printed."""
    answer = page.request.get(address)
    if not answer.ok:
        raise LookupError(f"{address}: {answer.status}.")
    sheet = pypdfium2.PdfDocument(answer.body())[0]
    picture = sheet.render(scale=PAPER_WIDTH / sheet.get_width()).to_pil().quantize(64)
    path = PICTURES / f"{name}.png"
    picture.save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    sys.exit(main())
