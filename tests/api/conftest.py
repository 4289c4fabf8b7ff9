"""The clients that the API tests act with."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.factories import a_service


@pytest.fixture
def agent(cast: Any, api_of: Any) -> APIClient:
    """A program with a token of agent_l1, who works incidents in Mexico."""
    return api_of(cast.agent_l1)


@pytest.fixture
def service(cast: Any) -> Any:
    return a_service(cast)
