# Mọi lệnh thường dùng; phần việc nằm trong scripts/.
PYTHON ?= python3
VENV := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help demo test lint bench load pictures lock release audit licences

help: ## in danh sách lệnh này
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-8s %s\n", $$1, $$2}' Makefile

demo: ## chạy thử tại http://127.0.0.1:8000 (PORT=8080 đổi cổng, RESET=1 làm lại từ đầu)
	@$(PYTHON) scripts/setup_env.py base
	@$(VENV) -m khuyencong.cli demo $(if $(filter 1 true yes,$(RESET)),--reset)

test: ## chạy mọi kiểm tra: mã nguồn, PostgreSQL, SQLite, trình duyệt
	@$(PYTHON) scripts/setup_env.py test
	@$(VENV) scripts/run_tests.py

lint: ## chỉ kiểm tra mã nguồn
	@$(PYTHON) scripts/setup_env.py test
	@$(VENV) scripts/run_tests.py --only lint

bench: ## đo thời gian các trang, ghi var/bench.json
	@$(PYTHON) scripts/setup_env.py base
	@$(VENV) scripts/run_bench.py

audit: ## hỏi xem gói nào đã khóa có lỗ hổng được công bố (cần mạng)
	@$(PYTHON) scripts/setup_env.py audit
	@$(VENV) scripts/audit_packages.py

licences: ## bảng giấy phép của mọi gói đã cài và tệp lưu kèm; hỏng khi có giấy phép chưa được nhận
	@$(PYTHON) scripts/setup_env.py test
	@$(VENV) scripts/licences.py

load: ## một ngày làm việc của USERS=60 người, ghi var/load.json (docs/load.md)
	@$(PYTHON) scripts/setup_env.py base
	@$(VENV) scripts/run_load.py

pictures: ## chụp lại ảnh của phần trợ giúp, docs/guide/pictures
	@$(PYTHON) scripts/setup_env.py test
	@$(VENV) scripts/run_tests.py --only pictures

lock: ## khóa lại phiên bản các gói trong requirements/*.txt
	@$(PYTHON) scripts/setup_env.py lock
	@$(VENV) scripts/lock.py

release: ## cắt bản phát hành: dựng, cài thử, chạy thử, giữ dữ liệu để kiểm tra nâng cấp (REHEARSE=1 chỉ thử)
	@$(PYTHON) scripts/setup_env.py base
	@$(VENV) scripts/release.py $(if $(filter 1 true yes,$(REHEARSE)),--rehearse)
