"""Which contracts somebody may see: those of the vendors that they may see."""

from typing import Any, Self

from django.apps import apps
from django.db.models import Exists, OuterRef

from core.palette import in_names
from core.querysets import ScopedQuerySet, visible_rows
from people.scope import scope_of
from vendors.enums import ContractStatus, TermDecision
from vendors.reading import may_read_about_vendors

RUNNING = (
    ContractStatus.ACTIVE,
    ContractStatus.IN_NOTICE_WINDOW,
    ContractStatus.RENEWING,
    ContractStatus.RENEGOTIATING,
    ContractStatus.TERMINATING,
)
NAMES = ("number", "title", "vendor__name")


class ContractQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        if "vendors.view_contract" not in scope_of(user).permissions:
            return self.none()
        seen = visible_rows(apps.get_model("vendors", "Vendor"), user)
        return self.filter(Exists(seen.filter(pk=OuterRef("vendor"))))

    def running(self) -> Self:
        """In force, whatever is decided about it."""
        return self.filter(status__in=RUNNING)

    def matching(self, words: str) -> Self:
        """By number, reference and the names; few enough for a scan within what one sees."""
        found: Self = in_names(self, words.split(), ("reference", *NAMES))
        return found


class ContractPartQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Those of the contracts one sees more of than the name."""
        if not may_read_about_vendors(user):
            return self.none()
        path = "term__contract" if hasattr(self.model, "term_id") else "contract"
        seen = visible_rows(apps.get_model("vendors", "Contract"), user)
        return self.filter(**{f"{path}__in": seen.order_by().values("pk")})


class ContractTermQuerySet(ContractPartQuerySet):
    def unsettled(self) -> Self:
        """Whose end is not decided for good, and that did not pass without a decision."""
        return self.filter(decision__in=("", TermDecision.RENEGOTIATE), failure="")
