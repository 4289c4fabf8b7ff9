"""What upper apps add to every list: a menu in its toolbar and an address of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from core.registry import Registry


@dataclass(frozen=True)
class ListTool:
    """`context` is what its template needs, None where the person has no use for the tool;
    `respond` answers under `<list>/<name>/`; `start` is the address with which the person begins
    the list where they ask for nothing, if any."""

    template: str
    context: Callable[[Any, HttpRequest], dict[str, Any] | None]
    respond: Callable[[Any, HttpRequest], HttpResponse]
    start: Callable[[Any], str | None] = lambda _page: None


LIST_TOOLS: Registry[ListTool] = Registry("list tool")
