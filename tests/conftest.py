"""What every test may ask for: the cast, and clients that are signed in as one of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from hypothesis import HealthCheck, settings
from rest_framework.test import APIClient

from audit.models import OutboxEntry
from sla import clock_profiles
from tests.cast import Cast, assemble_cast
from tests.databases import restored_by_copying

# How fast examples come is a matter of the machine, which may be busy; laws are about results.
settings.register_profile("laws", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("laws")

_DATABASE = {"db", "transactional_db", "live_server"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database-only", action="store_true", help="only tests that use a database")
    parser.addoption("--tell-drills", action="store_true", help="what each drill did and showed")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Another PostgreSQL makes a difference only to what asks it something."""
    if not config.getoption("--database-only"):
        return
    asks = [i for i in items if i.get_closest_marker("django_db") or _DATABASE & _fixtures(i)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(asks)])
    items[:] = asks


def _fixtures(item: pytest.Item) -> set[str]:
    return set(getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Found the cast and the database's roles once, outside of every test's transaction."""
    from django.db import connection

    from audit.roles import ensure_roles
    from people.demo_cast import found_demo_cast
    from people.models import User

    with django_db_blocker.unblock():
        if not User.objects.exists():  # there with --reuse-db
            found_demo_cast()
            with connection.cursor() as cursor:  # pages give INC-000042 as an example
                cursor.execute("SELECT setval('incidents_incident_id_seq', 42)")
        ensure_roles()
    with restored_by_copying() as original:
        yield
        with django_db_blocker.unblock():
            original.throw_away()


@pytest.fixture(scope="session")
def database_roles(django_db_setup: None) -> None:
    """The database's roles with their rights, for tests that work as one of them."""


@pytest.fixture
def cast(db: None) -> Cast:
    """The demo accounts by name: `cast.agent_l1`."""
    return assemble_cast()


@pytest.fixture
def client_of() -> Callable[[Any], Client]:
    """`client_of(cast.agent_l1)`: a browser in which that person has signed in."""

    def sign_in(user: Any) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def api_of() -> Callable[..., APIClient]:
    """`api_of(cast.agent_l1, scopes=["read"])`: a program with a token of that person."""
    from people.services import mint_token

    def with_token(user: Any, *, scopes: tuple[str, ...] | list[str] = ("write",)) -> APIClient:
        _, secret = mint_token(user, actor=user, name="test", scopes=list(scopes))
        return APIClient(headers={"authorization": f"Token {secret}"})

    return with_token


@pytest.fixture(autouse=True)
def _empty_local_cache() -> None:
    """The cache in memory outlives a test's transaction; the one in the database does not."""
    caches["local"].clear()
    clock_profiles.keep(())  # as in a process that has looked and found none


@pytest.fixture
def refuses(db: None) -> Callable[..., Any]:
    """`with refuses(Refused, "already"): …`: raised, and neither row nor event was written."""

    @contextmanager
    def refused(error: type[Exception], text: str = "") -> Iterator[None]:
        before = OutboxEntry.objects.count()
        with pytest.raises(error, match=text or None):
            yield
        assert OutboxEntry.objects.count() == before

    return refused
