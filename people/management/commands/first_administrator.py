"""`manage.py first_administrator USERNAME EMAIL`: the account that lets everybody else in."""

import getpass
import sys
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from audit.commands import AuditedCommand
from people.models import RoleGrant
from people.roles import ADMINISTERING, Role
from people.services import create_account, grant_role


class Command(AuditedCommand):
    help = (
        "Opens an account and makes it platform administrator, on a portal that has none. Asks for "
        "the password, or reads it from standard input."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("email")

    @transaction.atomic
    def handle(self, *, username: str, email: str, **options: Any) -> None:
        grants = RoleGrant.objects.in_force(timezone.now()).filter(role__in=ADMINISTERING)
        if grants.filter(user__is_active=True).exists():
            raise CommandError("there is an administrator already, who can open accounts")
        try:
            user = create_account(
                actor=None, username=username, email=email, password=self._password()
            )
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from None
        grant_role(user, Role.PLATFORM_ADMIN, actor=None, reason="First administrator")
        self.stdout.write(f"{user} may sign in and open accounts now")

    def _password(self) -> str:
        if not sys.stdin.isatty():
            return sys.stdin.readline().rstrip("\n")
        password = getpass.getpass("Password: ")
        if getpass.getpass("Password again: ") != password:
            raise CommandError("the two passwords differ")
        return password
