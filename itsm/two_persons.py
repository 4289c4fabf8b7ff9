"""Two people at one terminal: what neither may decide alone, both confirm with their passwords."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import authenticate
from django.core.management.base import CommandError

PERMISSION = "audit.approve_ledgerepoch"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--approver",
        action="append",
        default=[],
        metavar="USERNAME",
        help="twice: the accounts of the two people who approve; asks each for the password, or "
        "reads one on each line of standard input",
    )


def approvers(usernames: list[str]) -> tuple[Any, Any]:
    """The two, once both have confirmed. CommandError where they are not two persons with the
    right to decide about the ledger, or a password is wrong."""
    if len(usernames) != 2:
        raise CommandError("name two approvers: --approver ANA --approver BEN")
    first, second = (_confirmed(username) for username in usernames)
    is_one_person = first.person_id is not None and first.person_id == second.person_id
    if first.pk == second.pk or is_one_person:
        raise CommandError("two different persons approve")
    return first, second


def _confirmed(username: str) -> Any:
    user = authenticate(None, username=username, password=_password(username))
    if user is None:
        raise CommandError(f"{username}: wrong name or password")
    if not user.has_perm(PERMISSION):
        raise CommandError(f"{username} may not decide about the ledger")
    return user


def _password(username: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(f"Password of {username}: ")
    return sys.stdin.readline().rstrip("\n")
