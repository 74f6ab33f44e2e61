"""What events about results of competitions, certificates, prizes and complaints are called on pages."""

OF_RESULTS: dict[str, str] = {
    "competition.choose": "Ghi kết luận của Hội đồng bình chọn",
    "competition.recognise": "Ghi quyết định công nhận sản phẩm",
    "competition.recognise_more": "Công nhận bổ sung sau khiếu nại",
    "competition.certify": "Cấp giấy chứng nhận sản phẩm",
    "competition.announce": "Ghi ngày thông báo kết quả bình chọn",
    "competition.revoke": "Thu hồi giấy chứng nhận sản phẩm",
    "competition.holder_report": "Báo cáo năm của cơ sở có giấy chứng nhận",
    "competition.complain": "Khiếu nại kết quả bình chọn",
    "competition.answer": "Trả lời khiếu nại kết quả bình chọn",
    "competition.prize": "Ghi mức thưởng sản phẩm",
    "competition.prize_paid": "Gắn tiền thưởng với khoản chi",
    "competition.paper": "Tải giấy tờ bình chọn",
    "competition.holders_export": "Tải danh sách giấy chứng nhận",
    "competition.statistics_export": "Tải thống kê bình chọn",
}
