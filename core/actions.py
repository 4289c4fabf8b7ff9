"""The questions an action asks before it is taken: one form for the portal's dialog and the API."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import Reason


class ActionForm(forms.Form):
    """Subclasses name their action, ask their questions and call one service in `perform`.

    The API binds its JSON body as `data`, the dialog binds the POST: both refuse alike.
    """

    action: ClassVar[str]
    title: ClassVar[Reason]
    done: Reason = ""  # what is said afterwards, else “Done: …”
    lands_on: str = ""  # the part of the record's page one comes back to, such as `#c-42`
    # Whether it would undo what somebody else did since the page was made: then they are shown it.
    checks_version: ClassVar[bool] = False
    foretells: ClassVar[bool] = False  # whether the portal shows `foretell` and asks once more
    prefilled: ClassVar[tuple[str, ...]] = ()  # the answers that a link to the dialog may bring

    def __init__(self, *args: Any, record: Any, actor: Any, **kwargs: Any) -> None:
        self.record = record
        self.actor = actor
        self.warnings: list[Reason] = []  # what `perform` has to say beside that it is done
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fit the fields to record and actor: initial values, rows the actor may see."""

    def effect(self) -> Reason:
        """What will happen, in a sentence, before anybody decides."""
        return ""

    def reasons_against(self) -> Sequence[Reason]:
        """What speaks against it as it is asked, beside the workflow; shown in place of the
        questions."""
        return ()

    def foretell(self) -> Mapping[str, Any] | None:
        """What the answers would do, as a table (`columns`, `rows`, `note`), for actions that are
        confirmed once it was seen; nothing is written. Raises what `perform` would."""
        return None

    def perform(self) -> Any:
        """Take the action with `cleaned_data` and return the changed record.

        Raises what the service raises: Refused, NotAllowed, ValidationError.
        """
        raise NotImplementedError


class NoteForm(ActionForm):
    """An action that asks for a note only, which need not be given."""

    checks_version = True
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )


class ReasonedForm(ActionForm):
    """An action that is not taken without saying why."""

    checks_version = True
    note = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea({"rows": 3}))
