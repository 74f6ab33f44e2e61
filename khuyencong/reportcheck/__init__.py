"""Kiểm tra báo cáo: figures found in an agency's text, recomputed; pure but for the page (see README.md)."""
