"""The pages that `make bench` measures on the demo data."""

from tests.performance.page import Page


def project_of(state: str, tab: str = "") -> str:
    """The path of the first made-up project in `state`."""
    from khuyencong.projects.models import Project

    project = Project.objects.filter(state=state, recorded_from="").order_by("pk")[0]
    return project.get_absolute_url() + (f"?tab={tab}" if tab else "")


def first_plan() -> str:
    """The path of the first plan of the Sở."""
    from khuyencong.programmes.models import AnnualPlan

    return f"/ke-hoach/{AnnualPlan.objects.filter(agency__code='sct-82').order_by('pk')[0].pk}/"


def national_programme() -> str:
    """The path of the national programme of 2021–2025."""
    from khuyencong.programmes.models import Programme

    return Programme.objects.get(law_document="qd-1881-2020").get_absolute_url()


# The figures of the result page of a province in plain SQL: by source and activity, of what was approved.
RESULT_SQL = """
SELECT p.source, p.activity, COUNT(*),
       SUM(l.total), SUM(l.support), SUM(l.counterpart), SUM(l.other),
       SUM(b.people), SUM(e.planned), SUM(e.settled), SUM(e.paid)
FROM projects_project p
JOIN places_province v ON v.id = p.province_id
LEFT JOIN (SELECT project_id, SUM(total) total, SUM(support) support, SUM(counterpart) counterpart, SUM(other) other
           FROM projects_estimateline GROUP BY project_id) l ON l.project_id = p.id
LEFT JOIN (SELECT project_id, COUNT(*) people FROM projects_beneficiary GROUP BY project_id) b ON b.project_id = p.id
LEFT JOIN (SELECT project_id,
                  SUM(CASE WHEN kind = 'planned' THEN amount ELSE 0 END) planned,
                  SUM(CASE WHEN kind = 'settled' THEN amount ELSE 0 END) settled,
                  SUM(CASE WHEN kind IN ('advanced', 'paid') THEN amount
                           WHEN kind = 'recovered' THEN -amount ELSE 0 END) paid
           FROM finance_ledgerentry GROUP BY project_id) e ON e.project_id = p.id
WHERE v.current_id = (SELECT id FROM places_province WHERE key = '25') AND p.year = 2023
  AND p.state IN ('approved', 'in_progress', 'accepted', 'settled')
GROUP BY p.source, p.activity
"""

PAGES: list[Page] = [
    Page(name="Đăng nhập", path="/dang-nhap/", model="people.User", account=None),
    Page(name="Việc của tôi (cán bộ)", path="/", model="projects.Project", account="canbo"),
    Page(name="Việc của tôi (kế toán)", path="/", model="projects.Project", account="ketoan"),
    Page(name="Danh sách đề án", path="/de-an/", model="projects.Project", account="canbo"),
    Page(name="Danh sách đề án, cả nước", path="/de-an/", model="projects.Project", account="lanhdao.cuc"),
    Page(name="Tìm đề án", path="/de-an/?q=may+say", model="projects.Project", account="canbo"),
    Page(name="Lập đề án", path="/de-an/moi/", model="places.Commune", account="canbo"),
    Page(
        name="Trang đề án: tổng quan", path=lambda: project_of("in_progress"), model="projects.Project", account="canbo"
    ),
    Page(
        name="Trang đề án: dự toán",
        path=lambda: project_of("in_progress", "du-toan"),
        model="projects.Project",
        account="canbo",
    ),
    Page(
        name="Trang đề án: kinh phí",
        path=lambda: project_of("settled", "kinh-phi"),
        model="finance.LedgerEntry",
        account="ketoan",
    ),
    Page(
        name="Trang đề án: nhật ký",
        path=lambda: project_of("settled", "nhat-ky"),
        model="audit.AuditEvent",
        account="ketoan",
    ),
    Page(name="Trang đề án: bản nháp", path=lambda: project_of("draft"), model="projects.Project", account="canbo"),
    Page(
        name="Thẩm định",
        path=lambda: f"{project_of('submitted')}tham-dinh/base/",
        model="projects.Project",
        account="thamdinh",
    ),
    Page(name="Cơ sở", path="/co-so/", model="establishments.Establishment", account="canbo"),
    Page(name="Kế hoạch và hạn mức", path="/ke-hoach/", model="programmes.Envelope", account="lanhdao"),
    Page(name="Chương trình", path="/chuong-trinh/", model="programmes.Programme", account="lanhdao.cuc"),
    Page(name="Một chương trình, cả nước", path=national_programme, model="finance.LedgerEntry", account="lanhdao.cuc"),
    Page(name="Một kế hoạch", path=first_plan, model="programmes.AnnualPlan", account="lanhdao"),
    Page(
        name="Kết quả năm của tỉnh",
        path="/ket-qua/?province=25&year=2023",
        model="projects.Project",
        account="lanhdao.phutho",
        sql=RESULT_SQL,
    ),
    Page(
        name="Kết quả năm, tải .xlsx",
        path="/ket-qua/tai-ve.xlsx?province=25&year=2023",
        model="projects.Project",
        account="lanhdao.phutho",
    ),
    Page(name="Kết quả năm, cả nước", path="/ket-qua/?year=2026", model="projects.Project", account="lanhdao.cuc"),
    Page(
        name="Số liệu đã công bố",
        path="/ket-qua/so-lieu-cong-bo/",
        model="reporting.PublishedFigure",
        account="lanhdao.cuc",
    ),
    Page(name="Định mức", path="/dinh-muc/", model="projects.Project", account="canbo"),
    Page(name="Lập phép tính thử", path="/tinh-thu/moi/", model="projects.Project", account="chuyenvien"),
    Page(name="Nhật ký", path="/nhat-ky/", model="audit.AuditEvent", account="kiemtoan"),
    Page(name="Phân quyền", path="/phan-quyen/", model="people.User", account="quantri"),
]
