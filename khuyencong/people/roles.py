"""What a person does inside an agency. What each role may do is in `permissions.py`."""

from django.db import models


class Role(models.TextChoices):
    OFFICER = "officer", "Chuyên viên"
    APPRAISER = "appraiser", "Người thẩm định"
    LEADER = "leader", "Lãnh đạo"
    ACCOUNTANT = "accountant", "Kế toán"
    AUDITOR = "auditor", "Kiểm toán (chỉ xem)"
    ADMINISTRATOR = "administrator", "Quản trị"
    COLLABORATOR = "collaborator", "Cộng tác viên khuyến công"
    OWNER = "owner", "Chủ cơ sở"


# One sentence each, shown beside the role on the page "Ai được làm gì".
ROLE_EXPLANATIONS: dict[Role, str] = {
    Role.OFFICER: "Lập hồ sơ đề án, theo dõi thực hiện, lập kế hoạch của cơ quan mình.",
    Role.APPRAISER: "Thẩm định hồ sơ và tham gia nghiệm thu; không thẩm định hồ sơ do mình trình.",
    Role.LEADER: "Phê duyệt kế hoạch và khoản chi, ký hợp đồng, quyết định ngừng thực hiện.",
    Role.ACCOUNTANT: "Giao dự toán, lập chứng từ tạm ứng và thanh toán, quyết toán, thu hồi.",
    Role.AUDITOR: "Xem mọi hồ sơ trong phạm vi cơ quan và nhật ký hệ thống; không thay đổi gì.",
    Role.ADMINISTRATOR: "Quản lý tài khoản, xem bảng phân quyền và nhật ký; không quyết định nghiệp vụ.",
    Role.COLLABORATOR: "Khảo sát cơ sở và nhu cầu trong xã, phường của mình.",
    Role.OWNER: "Xem hồ sơ của cơ sở mình, đề nghị hỗ trợ, gửi giấy tờ và theo dõi kết quả.",
}

# Who works in an agency of the programme; owners and collaborators see only what is made for them.
STAFF = (Role.OFFICER, Role.APPRAISER, Role.LEADER, Role.ACCOUNTANT, Role.AUDITOR, Role.ADMINISTRATOR)
