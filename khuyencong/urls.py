"""The site map."""

from __future__ import annotations

from django.urls import include, path

from khuyencong.persons.views.notice import privacy_notice

urlpatterns = [
    path("", include("khuyencong.signin.urls")),  # đăng nhập, tài khoản của tôi
    path("", include("khuyencong.people.urls")),  # đăng xuất, vai trò, phân quyền
    path("", include("khuyencong.audit.urls")),  # nhật ký
    path("dia-ban/", include("khuyencong.areas.urls")),
    path("tro-giup/", include("khuyencong.guide.urls")),
    path("thong-bao/", include("khuyencong.notices.urls")),
    path("", include("khuyencong.quarantine.urls")),  # tệp cách ly
    path("", include("khuyencong.accounts.urls")),  # cơ quan, tài khoản, thư mời, ủy quyền
    path("co-so/", include("khuyencong.establishments.urls")),
    path("khao-sat/", include("khuyencong.surveys.urls")),
    path("de-an/", include("khuyencong.projects.urls")),
    path("", include("khuyencong.appraisal.urls")),  # thẩm định một đề án, Hội đồng
    path("", include("khuyencong.monitoring.urls")),  # báo cáo tiến độ tháng
    path("de-an/", include("khuyencong.loans.urls")),  # lãi vay khi di dời
    path("de-an/", include("khuyencong.delivery.urls")),
    path("", include("khuyencong.inspections.urls")),  # kiểm tra
    path("", include("khuyencong.effects.urls")),  # hiệu quả, trả lời qua liên kết
    path("", include("khuyencong.adjustments.urls")),
    path("", include("khuyencong.competitions.urls")),  # bình chọn sản phẩm, chấm điểm, giấy chứng nhận
    path(
        "", include("khuyencong.competitions.outcome.urls")
    ),  # kết quả bình chọn, giấy chứng nhận; /chung-nhan/ công khai
    path("", include("khuyencong.competitions.judging.urls")),  # bàn chấm điểm, Ban Giám khảo, kết quả chấm
    path("", include("khuyencong.combining.urls")),  # lồng ghép với chương trình khác
    path("cong-tac-vien/", include("khuyencong.collaborators.urls")),
    path("", include("khuyencong.consulting.urls")),  # tư vấn dịch vụ; tư vấn cho cơ sở
    path("", include("khuyencong.outreach.urls")),  # thông tin, tuyên truyền; /tin/ và /chinh-sach/ công khai
    path("", include("khuyencong.fairs.urls")),  # hội chợ, triển lãm
    path("", include("khuyencong.training.urls")),  # đào tạo, hội nghị; /lop/ và /chung-nhan-hoc/ công khai
    path("", include("khuyencong.settlement.urls")),  # chứng từ, quyết toán, thanh lý, thu hồi
    path("", include("khuyencong.finance.urls")),  # kế hoạch, hạn mức; hợp đồng, chi của một đề án
    path("kho-bac/", include("khuyencong.treasury.urls")),
    path("ke-hoach/", include("khuyencong.scenarios.urls")),  # phương án của một kế hoạch
    path("chuong-trinh/", include("khuyencong.programmes.urls")),  # ghi, sửa, phê duyệt chương trình
    path("chuong-trinh/", include("khuyencong.progress.urls")),
    path("ket-qua/", include("khuyencong.reporting.urls")),
    path("kiem-tra-bao-cao/", include("khuyencong.reportcheck.urls")),
    path("tong-quan/", include("khuyencong.dashboards.urls")),
    path("bao-cao-ky/", include("khuyencong.periods.urls")),
    path("", include("khuyencong.normbook.urls")),  # văn bản và định mức
    path("", include("khuyencong.intake.urls")),  # đăng ký, cơ sở của tôi, đề nghị hỗ trợ
    path("tinh-thu/", include("khuyencong.whatif.urls")),
    path("", include("khuyencong.deadlines.urls")),  # thời hạn của cơ quan, nhắc việc
    path("giay-to/", include("khuyencong.papers.urls")),  # giấy tờ Word, bản quét đã ký, mẫu của cơ quan
    path("tim/", include("khuyencong.search.urls")),
    path("du-lieu-ca-nhan/", include("khuyencong.persons.urls")),
    path("cong/du-lieu-ca-nhan/", privacy_notice, name="privacy_notice"),
    path("", include("khuyencong.upkeep.urls")),  # tình trạng máy chủ; /-/ cho chương trình theo dõi
    path("lien-thong/", include("khuyencong.federation.urls")),  # gói số liệu giữa các hệ thống
    path("du-lieu-mo/", include("khuyencong.opendata.files.urls")),  # công khai
    path("", include("khuyencong.api.urls")),  # /api/v1/ cho hệ thống khác; /ket-noi/
    path("", include("khuyencong.opendata.urls")),  # công bố đề án
    path("", include("khuyencong.portal.urls")),  # cổng thông tin: /cong/ công khai; hỏi đáp
    # Last, since /de-an/<mã>/ would also match /de-an/moi/.
    path("", include("khuyencong.desk.urls")),  # việc của tôi, trang đề án
]

handler400 = "khuyencong.core.views.bad_request"
handler500 = "khuyencong.core.views.server_error"
