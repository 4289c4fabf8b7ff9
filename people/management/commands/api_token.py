"""`manage.py api_token USERNAME`: a new API token, printed once."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from audit.commands import AuditedCommand
from core.errors import Refused
from people.enums import TokenScope
from people.models import User
from people.services import mint_token
from people.services.tokens import LONGEST_DAYS, OFFERED


class Command(AuditedCommand):
    help = "Prints a new API token of an account, once: only its hash is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument(
            "--days", type=int, default=90, help=f"how long it lives, 1 to {LONGEST_DAYS} (90)"
        )
        parser.add_argument(
            "--scope",
            action="append",
            choices=[str(scope) for scope in OFFERED],
            help="may be given more than once; write is the default, vote exists in demo mode only",
        )
        parser.add_argument("--name", default="command line", help="how it is called in lists")

    def handle(self, *, username: str, **options: Any) -> None:
        try:
            user = User.objects.get(username=username)
            _token, secret = mint_token(
                user,
                actor=None,
                name=options["name"],
                scopes=options["scope"] or [TokenScope.WRITE],
                days=options["days"],
                made_on_command_line=True,
            )
        except User.DoesNotExist:
            raise CommandError(f"there is no account {username!r}") from None
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from None
        except Refused as error:
            raise CommandError(str(error)) from None
        self.stdout.write(secret)
