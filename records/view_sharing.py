"""How an upper app shares saved views further than `records` knows: with teams."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from core.registry import Registry


@dataclass(frozen=True)
class ViewSharing:
    """`seen` adds to what a person sees, `may_edit` to who edits a view. `first` narrows views to
    those that the person begins a list with, their own choice first. `menu` is what the list's menu
    shows of a view; `act` does what was asked there and says so, None where it was not asked."""

    seen: Callable[[Any], Q]
    may_edit: Callable[[Any, Any], bool]
    first: Callable[[Any, Any], Any]
    menu: Callable[[Any, Any], dict[str, Any]]
    act: Callable[[Any, HttpRequest], str | None]


VIEW_SHARING: Registry[ViewSharing] = Registry("sharing of views")
