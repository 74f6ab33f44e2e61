"""The site map."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("khuyencong.people.urls")),  # đăng nhập, vai trò, phân quyền
    path("", include("khuyencong.audit.urls")),  # nhật ký
    path("co-so/", include("khuyencong.establishments.urls")),
    path("de-an/", include("khuyencong.projects.urls")),
    path("de-an/", include("khuyencong.appraisal.urls")),
    path("de-an/", include("khuyencong.delivery.urls")),
    path("", include("khuyencong.finance.urls")),  # kế hoạch, hạn mức; hợp đồng, chi, quyết toán của một đề án
    path("ket-qua/", include("khuyencong.reporting.urls")),
    path("", include("khuyencong.normbook.urls")),  # văn bản và định mức
    path("tinh-thu/", include("khuyencong.whatif.urls")),
    # Last, since /de-an/<mã>/ would also match /de-an/moi/.
    path("", include("khuyencong.desk.urls")),  # việc của tôi, trang đề án
]

handler400 = "khuyencong.core.views.bad_request"
