"""System checks of the key for confidential records."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections

_HINT = "Make one: openssl rand -base64 32. Without it nobody reads confidential records."


@register(Tags.security)
def people_keys_are_keys(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """people.E001: what is set is no key."""
    from people.confidential.vault import keyring

    if not settings.PEOPLE_KEYS:
        return []
    try:
        keyring()
    except ImproperlyConfigured as error:
        return [Error(str(error), hint=_HINT, id="people.E001")]
    return []


@register(Tags.database)
def sealed_records_have_their_key(
    app_configs: Any = None, databases: Any = None, **kwargs: Any
) -> list[CheckMessage]:
    """people.E002: there are sealed records, and the key that opens them is not set."""
    from people.models import RecordKey

    if settings.PEOPLE_KEYS or settings.DEMO:
        return []
    for alias in databases or ():
        table = RecordKey._meta.db_table
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")  # noqa: S608 -- our own
                found = cursor.fetchone()[0]
        except DatabaseError:  # not migrated yet
            continue
        if found:
            text = "ITSM_PEOPLE_KEY is not set, and there are confidential records."
            return [Error(text, hint=_HINT, id="people.E002")]
    return []
