"""Rules over the edges: every page and every endpoint starts from what a person may see."""

import inspect

import pytest
from django.contrib import admin
from django.urls import URLPattern, get_resolver
from rest_framework.views import APIView

from core.admin import ScopedModelAdmin
from core.api.views import ScopedViewSet
from core.querysets import ScopedQuerySet

ADMINS = list(admin.site._registry.values())


def every_pattern(resolver=None):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield entry
        else:
            yield from every_pattern(entry)


VIEWS = sorted(
    {
        cls
        for pattern in every_pattern()
        if inspect.isclass(cls := getattr(pattern.callback, "cls", None))
        and issubclass(cls, APIView)
        and not cls.__module__.startswith("drf_spectacular")
    },
    key=lambda cls: cls.__qualname__,
)


@pytest.mark.parametrize("page", ADMINS, ids=lambda page: page.model._meta.label)
def test_every_admin_page_shows_scoped_rows(page):
    assert isinstance(page, ScopedModelAdmin)
    assert isinstance(page.model._default_manager.all(), ScopedQuerySet)


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__qualname__)
def test_every_endpoint_with_records_is_a_scoped_view(view):
    if getattr(view, "queryset", None) is not None:
        assert issubclass(view, ScopedViewSet)


def test_there_are_pages_and_endpoints_to_look_at():
    assert len(ADMINS) > 10
    assert len(VIEWS) > 10
