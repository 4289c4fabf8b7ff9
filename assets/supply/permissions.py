"""Who states on which vendors services depend: questions about the person only."""

from typing import Any

from people.scope import scope_of


def may_keep_dependencies(actor: Any) -> bool:
    """Whether somebody's role writes them at all; the system does."""
    return actor is None or "assets.change_servicedependency" in scope_of(actor).permissions


def may_write_dependency(actor: Any, verb: str, country: str) -> bool:
    """Whether somebody's role includes it for the vendor's country; the system's does."""
    if actor is None:
        return True
    reach = scope_of(actor).reach_with(f"assets.{verb}_servicedependency")
    return reach.everywhere or country in reach.countries
