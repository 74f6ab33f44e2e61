"""`khuyencong manage remove_second_factor`: for somebody who has lost telephone, keys and recovery codes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from khuyencong.people.models import User
from khuyencong.signin.actions.factors import remove_all_factors
from khuyencong.signin.rules import has_factor


class Command(BaseCommand):
    help = "Gỡ mọi cách xác thực hai lớp của một tài khoản, khi người ấy mất cả điện thoại, khóa và mã dự phòng."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="tên đăng nhập")
        parser.add_argument("--reason", required=True, help="vì sao, ai đã xác nhận đúng người; được ghi vào nhật ký")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Refuses an account without any, so that a mistyped name is noticed."""
        user = User.objects.filter(username=User.objects.normalize_username(options["username"])).first()
        if user is None or not has_factor(user):
            raise CommandError(f"Không có tài khoản «{options['username']}» đang bật xác thực hai lớp.")
        if not options["reason"].strip():
            raise CommandError("Hãy ghi lý do: việc này được ghi vào nhật ký.")
        remove_all_factors(user=user, origin="lệnh remove_second_factor", note=options["reason"].strip())
        self.stdout.write(f"Đã gỡ xác thực hai lớp của {user.username}.")
