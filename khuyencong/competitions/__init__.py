"""Competitions of typical rural-industry products (bình chọn sản phẩm công nghiệp nông thôn tiêu biểu)."""
