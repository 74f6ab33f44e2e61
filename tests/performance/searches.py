"""What `make bench` measures of search and of the appraiser's desk, among 150.000 establishments and the 20.000 đề án of `calculations.py`.

The questions are the ones that are hard in different ways: a word in most names, one in a single name, several together,
none at all, numbers; asked by the nation, a province, a region and a commune.
"""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.urls import reverse

from tests.performance.page import Page
from tests.performance.registry import FIRST_PHONE, RARE_WORD, make_registry

ESTABLISHMENTS = 150_000
FIRST_RESULTS = 100  # milliseconds
LISTED = 150
BOX = {"HX-Request": "true", "HX-Target": "tim-goi-y"}
QUESTIONS = {
    "từ có ở hầu hết các tên": "co",
    "bắt đầu của nhiều tên": "cong ty tnhh",
    "đủ tên, không dấu": "co khi duc thanh phuong",
    "ba từ thường gặp": "khi an phuong",
    "từ chỉ có một lần": RARE_WORD,
    "không có": "zz",
    "đầu mã số thuế": "030005",
    "điện thoại": f"0{FIRST_PHONE + 77}",
}
ASKED_BY_ALL = ("từ có ở hầu hết các tên", "đủ tên, không dấu", "không có", "điện thoại")
PEOPLE = {"cả nước": "chuyenvien.cuc", "tỉnh": "canbo", "khu vực": "canbo.khuvuc", "xã": "congtacvien"}
LISTS = {
    "Cơ sở": "/co-so/",
    "Cơ sở, trang cuối": "/co-so/?page=99999",
    "Cơ sở, tìm «co»": "/co-so/?q=co",
    "Cơ sở, đã được hỗ trợ": "/co-so/?support=da",
    "Cơ sở, giấy sắp hết hạn": "/co-so/?papers=sap",
    "Đề án, tìm «may moc»": "/de-an/?q=may+moc",
}


def prepare() -> None:
    """Fill the registry."""
    make_registry(ESTABLISHMENTS)


def group_to_appraise() -> str:
    """Where one of the made-up đề án of a province is judged."""
    from khuyencong.projects.models import Project

    waiting = Project.objects.filter(department__code="sct-82", state="submitted", kind="group", activity="machinery")
    return reverse("project_appraise", args=[waiting.order_by("-year", "-pk")[0].code, "base"])


def _pages() -> Iterator[Page]:
    model = "establishments.Establishment"
    for whose, account in PEOPLE.items():
        for what in QUESTIONS if whose == "cả nước" else ASKED_BY_ALL:
            path = f"/tim/?{urlencode({'q': QUESTIONS[what]})}"
            yield Page(f"Ô tìm ({whose}): {what}", path, model, account, headers=BOX, budget_ms=FIRST_RESULTS)
    for account, whose in (("thamdinh.cuc", "cả nước"), ("thamdinh", "tỉnh")):
        yield Page(f"Bàn thẩm định ({whose})", "/tham-dinh/", "projects.Project", account, budget_ms=LISTED)
        path = "/tham-dinh/?findings=chan"
        yield Page(f"Bàn thẩm định, có điều bị chặn ({whose})", path, "projects.Project", account, budget_ms=LISTED)
    yield Page("Thẩm định một đề án nhóm, giá và đề án tương tự", group_to_appraise, "projects.Project", "thamdinh")
    yield Page("Trang kết quả tìm (cả nước)", "/tim/?q=co+khi", model, PEOPLE["cả nước"], budget_ms=FIRST_RESULTS)
    for what, path in LISTS.items():
        for whose in ("cả nước", "tỉnh"):
            yield Page(f"{what} ({whose})", path, model, PEOPLE[whose])


SEARCHES = list(_pages())
