"""The commits of a change as people type them: `repository@commit`, one on a line."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from changes.models import ChangeCommit

MOST = 200


class CommitsField(forms.CharField):
    """Its value is a sorted list of pairs; line ends and order do not count as a change."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Commits"),
            required=False,
            show_hidden_initial=True,  # changed is what differs from the page that was read
            widget=UnfoldAdminTextareaWidget({"rows": 3, "spellcheck": "false"}),
            help_text=_("repository@commit or repository@digest, one on a line."),
        )

    def to_python(self, value: Any) -> Any:
        lines = {line.strip() for line in str(value or "").splitlines()} - {""}
        if len(lines) > MOST:
            raise ValidationError(_("Give at most 200 commits."))
        return [_pair(line) for line in sorted(lines)]

    def validate(self, value: Any) -> None: ...

    def run_validators(self, value: Any) -> None: ...

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != (initial or []))
        except ValidationError:
            return True


def lines_of(commits: Any) -> str:
    """The commits of a change as the field shows them."""
    return "\n".join(sorted(f"{row.repository}@{row.commit}" for row in commits))


def _pair(line: str) -> tuple[str, str]:
    repository, _at, commit = line.rpartition("@")
    limits = (
        (repository, ChangeCommit._meta.get_field("repository").max_length),
        (commit, ChangeCommit._meta.get_field("commit").max_length),
    )
    fits = all(part and len(part) <= (longest or 0) for part, longest in limits)
    if not fits or not line.isprintable():
        raise ValidationError(
            _("“%(line)s” is not a commit: write repository@commit."),
            params={"line": line[:80]},
        )
    return repository, commit
