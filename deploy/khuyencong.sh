#!/bin/sh
# /usr/local/bin/khuyencong (quyền 755): lệnh khuyencong với biến môi trường và tài khoản của máy chủ, gọi bằng quyền quản trị.
# DATABASE_URL đặt trước lệnh thì được giữ, kèm mật khẩu của nó: DATABASE_URL=$(cat /etc/khuyencong/owner) khuyencong manage migrate
# Tệp ghi sau lệnh được tìm từ thư mục đang đứng; chương trình thì không nạp gì từ thư mục ấy.
set -eu
given=${DATABASE_URL:-}
set -a
. "${KHUYENCONG_ENVIRONMENT:-/etc/khuyencong/environment}"
PYTHONSAFEPATH=1
set +a
if [ -n "$given" ]; then
    DATABASE_URL=$given
    unset DATABASE_PASSWORD_FILE
fi
exec runuser -u khuyencong -- /opt/khuyencong/.venv/bin/khuyencong "$@"
