"""Comments and files as entries of a record's timeline, for every app whose records carry them."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.record.entries import Entry, Kind, Source, Window

COMMENT = Kind("comment", _("Comments"), "comment")
FILE = Kind("file", _("Files"), "attach_file")


def comments(related_name: str = "comments", *, reach_clients: bool = True) -> Source:
    """What people said about a record; where none reaches a client, none is called internal."""

    def title_of(comment: Any) -> Any:
        if not reach_clients:
            return pgettext_lazy("in a timeline", "comment")
        if comment.is_internal:
            return pgettext_lazy("in a timeline", "internal note")
        return pgettext_lazy("in a timeline", "comment for the client")

    def read(window: Window) -> Iterable[Entry]:
        rows = getattr(window.record, related_name).select_related("author")
        for comment in window.newest(rows, "created_at"):
            yield window.entry(
                COMMENT,
                comment.created_at,
                comment.pk,
                title_of(comment),
                actor=str(comment.author or ""),
                who=_("The portal"),
                text=comment.text,
                template="portal/entry_comment.html",
                content={"is_internal": comment.is_internal, "is_plain": not reach_clients},
                details={"id": comment.pk, "is_internal": comment.is_internal},
            )

    return Source("c", (COMMENT,), read)


def files(download: str, related_name: str = "attachments") -> Source:
    """The files given to a record; `download` names the address of one, by record and file."""

    def read(window: Window) -> Iterable[Entry]:
        rows = getattr(window.record, related_name).select_related("uploaded_by")
        for file in window.newest(rows, "created_at"):
            yield window.entry(
                FILE,
                file.created_at,
                file.pk,
                pgettext_lazy("in a timeline", "file"),
                actor=str(file.uploaded_by),
                text=file.name,
                template="portal/entry_file.html",
                content=_content(file, download, window.record),
                details={"id": file.pk, **_facts(file)},
            )

    return Source("f", (FILE,), read)


def _facts(file: Any) -> dict[str, Any]:
    return {"name": file.name, "size": file.size, "sha256": file.sha256}


def _content(file: Any, download: str, record: Any) -> dict[str, Any]:
    return {"file": file, "url": reverse(download, args=[record.pk, file.pk])}
