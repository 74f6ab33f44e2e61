#!/bin/sh
# /usr/local/bin/khuyencong-base (quyền 755), chạy bằng tài khoản postgres: chép nền mới, giữ hai bản nền mới nhất, bỏ những thay đổi
# cũ hơn bản nền cũ nhất còn giữ. Đối số là nơi của PostgreSQL, khi không phải máy này: khuyencong-base --dbname=…
set -eu
wal=${KHUYENCONG_WAL:-/var/backups/khuyencong-wal}
base=${KHUYENCONG_BASE:-/var/backups/khuyencong-base}
new=$base/$(date +%Y%m%d-%H%M%S)
PATH=$PATH:$(echo /usr/lib/postgresql/*/bin | tr ' ' ':')

rm -rf "$base"/*.part
pg_basebackup --pgdata="$new.part" --wal-method=stream --checkpoint=fast "$@"
sync
mv "$new.part" "$new"

ls -d "$base"/*-* | sort -r | tail -n +3 | while read -r old; do rm -rf "$old"; done
oldest=$(ls -d "$base"/*-* | sort | head -n 1)
first=$(sed -n 's/^START WAL LOCATION: .* (file \([0-9A-F]*\))$/\1/p' "$oldest/backup_label")
pg_archivecleanup -x .gz "$wal" "$first"
