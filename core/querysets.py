"""Row scope: which rows a person may see. Every list, page, search and export starts here."""

from typing import Any, Self

from django.db import models


class ScopedQuerySet[Row: models.Model](models.QuerySet[Row]):
    """A queryset that shows nothing until its app says who sees what."""

    def visible_to(self, user: Any) -> Self:
        """The rows that `user` may see. Unknown means none: subclasses only ever widen."""
        return self.none()


def visible_rows(model: type[models.Model], user: Any) -> models.QuerySet[Any]:
    """`visible_to` for code that gets its model as a value; models without a scope show nothing."""
    rows = model._default_manager.all()
    return rows.visible_to(user) if isinstance(rows, ScopedQuerySet) else rows.none()
