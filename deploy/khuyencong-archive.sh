#!/bin/sh
# /usr/local/bin/khuyencong-archive (quyền 755): PostgreSQL gọi với mỗi tệp thay đổi đã đầy (archive_command). Một tệp chỉ mang tên
# thật khi đã nằm trọn trên đĩa: đứt giữa chừng thì lần sau ghi lại. Đã có mà giống hệt là xong; đã có mà khác là hai máy chủ cùng
# ghi vào một nơi: không ghi đè.
set -eu
from=$1
to=${KHUYENCONG_WAL:-/var/backups/khuyencong-wal}/$2.gz
if [ -e "$to" ]; then
    gzip -dc "$to" | cmp -s - "$from"
    exit
fi
gzip -c "$from" >"$to.part"
sync "$to.part"
mv "$to.part" "$to"
sync "$(dirname "$to")"
