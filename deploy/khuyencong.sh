#!/bin/sh
# /usr/local/bin/khuyencong (quyền 755): lệnh khuyencong với biến môi trường và tài khoản của máy chủ, gọi bằng quyền quản trị.
# DATABASE_URL đặt trước lệnh thì được giữ: DATABASE_URL=$(cat /etc/khuyencong/owner) khuyencong manage migrate
set -eu
given=${DATABASE_URL:-}
set -a
. "${KHUYENCONG_ENVIRONMENT:-/etc/khuyencong/environment}"
set +a
[ -z "$given" ] || DATABASE_URL=$given
cd /opt/khuyencong
exec runuser -u khuyencong -- /opt/khuyencong/.venv/bin/khuyencong "$@"
