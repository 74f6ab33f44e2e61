"""The lists that `make bench` measures among the 20.000 đề án of `calculations.py`: each by the nation and by one province."""

from collections.abc import Iterator

from tests.performance.page import Page

LISTED = 150  # milliseconds
PROJECTS, EVENTS, EFFECTS = "projects.Project", "audit.AuditEvent", "effects.EffectSheet"
# What the list is called, its address, of what it is a list, and who asks for it.
LISTS = (
    ("Việc của tôi", "/", PROJECTS, ("chuyenvien.cuc", "lanhdao.cuc", "canbo", "thamdinh")),
    ("Lịch", "/lich/", PROJECTS, ("chuyenvien.cuc", "canbo")),
    ("Đề án", "/de-an/", PROJECTS, ("chuyenvien.cuc", "canbo")),
    ("Đề án, trang cuối", "/de-an/?page=99999", PROJECTS, ("chuyenvien.cuc", "canbo")),
    ("Đề án, một năm một trạng thái", "/de-an/?year=2024&state=submitted", PROJECTS, ("chuyenvien.cuc", "canbo")),
    ("Sổ văn bản", "/de-an/so-van-ban/", PROJECTS, ("chuyenvien.cuc", "canbo")),
    ("Danh sách đề án từ Excel", "/de-an/nhap/", PROJECTS, ("canbo",)),
    ("Đề án để chép", "/de-an/chep/", PROJECTS, ("canbo",)),
    ("Điều chỉnh", "/dieu-chinh/", "adjustments.Adjustment", ("chuyenvien.cuc", "canbo")),
    ("Hội đồng", "/hoi-dong/", "appraisal.Council", ("thamdinh.cuc", "thamdinh")),
    ("Kế hoạch và hạn mức", "/ke-hoach/", "programmes.Envelope", ("chuyenvien.cuc", "chuyenvien")),
    ("Chương trình", "/chuong-trinh/", "programmes.Programme", ("chuyenvien.cuc", "chuyenvien")),
    ("Kết quả năm", "/ket-qua/?year=2024", PROJECTS, ("chuyenvien.cuc", "chuyenvien")),
    ("Hiệu quả", "/hieu-qua/", EFFECTS, ("chuyenvien.cuc", "canbo")),
    ("Hiệu quả theo tỉnh", "/hieu-qua/?by=province", EFFECTS, ("chuyenvien.cuc",)),
    ("Hiệu quả theo loại xã", "/hieu-qua/?by=place", EFFECTS, ("chuyenvien.cuc",)),
    ("Hiệu quả theo chương trình", "/hieu-qua/?by=programme", EFFECTS, ("chuyenvien.cuc",)),
    ("Hiệu quả qua các thời điểm", "/hieu-qua/?by=moment", EFFECTS, ("chuyenvien.cuc", "canbo")),
    ("Phiếu hiệu quả", "/hieu-qua/phieu/", EFFECTS, ("chuyenvien.cuc", "canbo")),
    ("Phiếu chưa trả lời", "/hieu-qua/phieu/?status=silent&moment=after_12", EFFECTS, ("chuyenvien.cuc", "canbo")),
    ("Nhật ký", "/nhat-ky/", EVENTS, ("quantri.cuc", "quantri")),
)


def _pages() -> Iterator[Page]:
    for name, path, model, people in LISTS:
        for account in people:
            yield Page(f"{name} ({account})", path, model, account, budget_ms=LISTED)


SCALE_LISTS = list(_pages())
