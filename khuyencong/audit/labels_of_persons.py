"""What events about the data of persons are called."""

OF_PERSONS: dict[str, str] = {
    "person_data.ask": "Ghi yêu cầu về dữ liệu cá nhân",
    "person_data.look": "Tìm người theo yêu cầu về dữ liệu cá nhân",
    "person_data.agree_copy": "Đồng ý giao bản sao dữ liệu cá nhân",
    "person_data.choose": "Chọn các mục của một người",
    "person_data.copy": "Xuất dữ liệu về một người",
    "person_data.own": "Tải dữ liệu của chính mình",
    "person_data.answer": "Trả lời yêu cầu về dữ liệu cá nhân",
    "person_data.term": "Đặt thời hạn lưu dữ liệu cá nhân",
    "person_data.run": "Cho ẩn dữ liệu hết thời hạn lưu",
    "person_data.hide": "Ẩn dữ liệu cá nhân",
    "person_data.hide_asked": "Ẩn dữ liệu theo yêu cầu",
    "person_data.hide_again": "Ẩn lại sau khi phục hồi",
}
