"""`khuyencong manage add_account`: the first people of an installation."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from khuyencong.accounts.rules import role_findings
from khuyencong.audit.actions import record_system
from khuyencong.core.findings import blockers
from khuyencong.people.actions import add_account
from khuyencong.people.models import Agency
from khuyencong.people.roles import Role


class Command(BaseCommand):
    help = "Tạo một tài khoản với vai trò tại một cơ quan; mật khẩu được hỏi, hoặc đọc một dòng từ đầu vào chuẩn."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="tên đăng nhập: chữ thường không dấu, chữ số và . _ @ -")
        parser.add_argument("--name", required=True, help="họ và tên")
        parser.add_argument("--agency", required=True, help="mã cơ quan, ví dụ cuc, sct-25, ttkc-25")
        parser.add_argument("--role", required=True, choices=Role.values, help="vai trò")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Ask for the password without echo on a terminal."""
        agency = Agency.objects.filter(code=options["agency"]).first()
        if agency is None:
            raise CommandError(
                f"Không có cơ quan mang mã «{options['agency']}»; hãy chạy load_places rồi load_agencies trước."
            )
        password = getpass.getpass("Mật khẩu: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        role = Role(options["role"])
        stopping = blockers(role_findings(agency, role))
        if stopping:
            raise CommandError(stopping[0].sentence)
        try:
            with transaction.atomic():
                user = add_account(
                    username=options["username"], full_name=options["name"], password=password, agency=agency, role=role
                )
                record_system(
                    action="account.add",
                    origin="lệnh add_account",
                    thread=f"user:{user.pk}",
                    subject=user,
                    agency=agency,
                    after={"vai trò": role.value, "cơ quan": agency.code},
                )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"Đã tạo tài khoản {user.username}: {role.label}, {agency.name}.")
