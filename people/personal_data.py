"""Where this app and those below it keep personal data; registered with `records.personal_data`."""

import json

from records.personal_data import (
    PersonalData,
    by_empty_object,
    by_nothing,
    by_numbered_word,
    by_word,
    declare,
)


def _empty_line(word: str, pk: int) -> str:
    """A line that the pages can read; the hash of the list proves the line that stood here."""
    return json.dumps({"account": word, "name": "", "grants": [], "memberships": [], "tokens": []})


def declare_personal_data() -> None:
    declare(
        PersonalData(
            "people.Person",
            {"full_name": by_word, "employee_number": by_nothing, "job_title": by_word},
            ("full_name", "employee_number"),
        )
    )
    declare(PersonalData("people.User", {"email": by_numbered_word}, ("email",)))
    declare(
        PersonalData(
            "people.PrivacyRequest",
            {"subject": by_word, "address": by_word, "asked": by_word, "answer": by_word},
            ("subject", "address", "asked", "answer"),
        )
    )
    declare(
        PersonalData(
            "people.AccessReviewItem",
            {"line": _empty_line, "comment": by_word},
            ("line", "comment"),
        )
    )
    # Filters and searches that somebody kept, or exported by.
    declare(
        PersonalData(
            "records.SavedView", {"name": by_word, "query": by_empty_object}, ("name", "query")
        )
    )
    declare(PersonalData("records.Job", {"params": by_empty_object}, ("params",)))
    declare(PersonalData("notifications.Message", {"context": by_empty_object}, ("context",)))
