"""What events about collaborators, loans and combined programmes are called on pages."""

OF_THE_NETWORK: dict[str, str] = {
    "project.loan": "Ghi lịch vay",
    "project.loan_remove": "Bỏ khoản vay",
    "project.loan_pdf": "Tải bảng tính lãi vay",
    "project.combine": "Ghi lồng ghép",
    "project.combine_withdraw": "Bỏ dòng lồng ghép",
    "combination.export": "Tải bảng lồng ghép",
    "other_programme.keep": "Ghi chương trình lồng ghép",
    "collaborator.register": "Ghi cộng tác viên",
    "collaborator.correct": "Sửa thông tin cộng tác viên",
    "collaborator.appoint": "Ghi nhiệm kỳ cộng tác viên",
    "collaborator.end_term": "Cộng tác viên thôi giữ nhiệm vụ",
    "collaborator.rate": "Ghi mức thù lao cộng tác viên",
    "collaborator.note": "Ghi việc tháng của cộng tác viên",
    "allowance_list.prepare": "Lập bảng kê thù lao",
    "allowance_list.amount": "Ghi số tiền thù lao",
    "allowance_list.approve": "Duyệt bảng kê thù lao",
    "allowance_list.send_back": "Trả lại bảng kê thù lao",
    "allowance_list.cancel": "Hủy bảng kê thù lao",
    "allowance_list.tie": "Gắn bảng kê thù lao với khoản chi",
    "allowance_list.download": "Tải bảng kê thù lao",
}
