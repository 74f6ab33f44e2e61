"""What the codes of events are called on pages. A code that is missing here is shown as it is."""

ACTIONS: dict[str, str] = {
    "auth.login": "Đăng nhập",
    "auth.logout": "Đăng xuất",
    "auth.failed": "Đăng nhập không thành công",
    "auth.locked": "Tạm khóa đăng nhập",
    "establishment.register": "Đăng ký cơ sở",
    "establishment.update": "Sửa hồ sơ cơ sở",
    "envelope.give": "Giao dự toán",
    "plan.create": "Lập kế hoạch",
    "plan.approve": "Phê duyệt kế hoạch",
    "project.create": "Lập đề án",
    "project.update": "Sửa thuyết minh",
    "project.add_beneficiary": "Thêm cơ sở thụ hưởng",
    "project.remove_beneficiary": "Đưa cơ sở ra khỏi đề án",
    "project.save_estimate": "Lưu dự toán",
    "project.attach": "Đính kèm tệp",
    "project.remove_file": "Bỏ tệp",
    "project.download": "Tải tệp",
    "project.submit": "Gửi thẩm định",
    "project.withdraw": "Rút đề án",
    "project.base_agree": "Sở thẩm định: đồng ý",
    "project.base_return": "Sở thẩm định: trả lại để hoàn thiện",
    "project.base_refuse": "Sở thẩm định: không đồng ý",
    "project.central_agree": "Cục thẩm định: đồng ý",
    "project.central_return": "Cục thẩm định: trả lại để hoàn thiện",
    "project.central_refuse": "Cục thẩm định: không đồng ý",
    "project.plan": "Đưa vào kế hoạch",
    "project.unplan": "Đưa ra khỏi kế hoạch",
    "project.approve": "Được phê duyệt trong kế hoạch",
    "project.start": "Ký hợp đồng",
    "payment.prepare": "Lập khoản chi",
    "payment.approve": "Duyệt khoản chi",
    "payment.refuse": "Trả lại khoản chi",
    "project.accept": "Nghiệm thu cơ sở",
    "project.recover": "Thu hồi kinh phí",
    "project.settle": "Quyết toán",
    "project.stop": "Ngừng thực hiện",
    "project.record_history": "Ghi hồ sơ đã kết thúc",
    "report.export": "Tải báo cáo",
    "demo.load": "Nạp dữ liệu mẫu",
}


def describe(action: str) -> str:
    """The Vietnamese name of an event's code, or the code."""
    return ACTIONS.get(action, action)
