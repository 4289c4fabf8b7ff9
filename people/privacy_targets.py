"""What a request's records come to as targets of an erasure: each with its files, the messages
that quote it, and the request itself, which names the person too."""

from typing import Any

from audit.erasing import target_of
from records.personal_data import PERSONAL_DATA, read_code

BLOCKED, ERASED = "[blocked]", "[erased]"


def targets_of(request: Any, word: str) -> list[dict[str, Any]]:
    """The rows as a warrant names them; `word` takes the place of what was there. The request
    itself goes only for good: while the data are blocked somebody has to know whose they are."""
    found = [
        target_of(row, data.values(row.pk, word), reasons=data.reasons)
        for data, row in _rows_of(request)
    ]
    if word == ERASED:
        own = PERSONAL_DATA["people.PrivacyRequest"]
        found.append(target_of(request, own.values(request.pk, word), reasons=True))
    return found


def files_of(request: Any) -> list[str]:
    """The stored files that go with the rows, but those that other rows have too."""
    names: list[str] = []
    for data, row in _rows_of(request):
        for name in data.files(row) if data.files else ():
            others = data.model_class._default_manager.filter(file=name).exclude(pk=row.pk)
            if not others.exists():
                names.append(name)
    return names


def _rows_of(request: Any) -> list[Any]:
    found = []
    for code in request.targets:
        try:
            found.append(read_code(code))
        except ValueError:  # the row is gone since it was chosen
            continue
    return found
