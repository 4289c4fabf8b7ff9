"""What people say and add to an incident, and who wants to hear of it. Requests are talked about by
the same forms, with services of their own."""

from typing import Any

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.actions import ActionForm
from core.errors import Reason
from incidents import services
from incidents.forms.passing_on import telling
from incidents.models import Incident
from records.file_types import MAX_BYTES
from records.files_field import FilesField


class Visibility(TextChoices):
    """Who reads a comment."""

    INTERNAL = "internal", _("Internal note")
    PUBLIC = "public", _("For the client")


class CommentForm(ActionForm):
    """A comment, files, or both. Internal unless the person says otherwise, and twice."""

    action = "comment"
    title = _("Comment")
    done = _("It stands on the timeline.")
    attach_with: Any = staticmethod(services.attach_to_incident)
    comment_with: Any = staticmethod(services.comment_on_incident)
    text = forms.CharField(
        label=_("Comment"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    visibility = forms.ChoiceField(
        label=_("Who reads it"),
        choices=Visibility.choices,
        widget=forms.RadioSelect,
        initial=Visibility.INTERNAL,
        required=False,
    )
    files = FilesField(label=_("Files"), required=False)
    confirmed = forms.BooleanField(label=_("Yes, the client may read this"), required=False)

    def prepare(self) -> None:
        if not self.client:
            del self.fields["confirmed"]

    @property
    def client(self) -> Any:
        return self.record.client

    def effect(self) -> Reason:
        return _("An internal note is for colleagues. What is for the client cannot be taken back.")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        has_text = given.get("text", "").strip()
        if not has_text and not given.get("files") and not self.errors:
            self.add_error("text", _("Write something, or add a file."))
        is_public = given.get("visibility") == Visibility.PUBLIC
        if has_text and is_public and self.client and not given.get("confirmed"):
            text = _("Tick this if %(client)s may read it.") % {"client": self.client}
            self.add_error("confirmed", text)
        return given

    def perform(self) -> Any:
        given = self.cleaned_data
        for file in given["files"]:
            file.seek(0)  # read before, if this is another attempt
            self.attach_with(self.record, actor=self.actor, name=file.name, data=file.read())
        if given["text"].strip():
            comment = self.comment_with(
                self.record,
                actor=self.actor,
                text=given["text"],
                is_internal=given["visibility"] != Visibility.PUBLIC,
            )
            self.lands_on = f"#c-{comment.pk}"
            self.after(comment)
            self.warnings += _warnings(comment.unheard)
        return self.record

    def after(self, comment: Any) -> None:
        """What its writer is told besides: what became of the parts of the incident."""
        telling(self, comment.incident)


def _warnings(unheard: tuple[str, ...]) -> list[Reason]:
    """What the writer must know: a name that calls nobody, or nobody who may see the record."""
    if not unheard:
        return []
    names = ", ".join(f"@{name}" for name in unheard)
    text = ngettext(
        "%(names)s was not told: nobody of this name may see the record.",
        "%(names)s were not told: nobody of these names may see the record.",
        len(unheard),
    )
    return [text % {"names": names}]


class AttachForm(ActionForm):
    action = "attach"
    title = _("Add a file")
    attach_with: Any = staticmethod(services.attach_to_incident)
    file = forms.FileField(label=_("File"))

    def effect(self) -> Reason:
        return _("Whoever sees the record may download it. Card numbers in it are masked.")

    def clean_file(self) -> Any:
        """Refuses by the size before anything is read into memory."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("the file is larger than 25 MB"))
        return file

    def perform(self) -> Any:
        file = self.cleaned_data["file"]
        file.seek(0)  # read before, if this is another attempt
        self.attach_with(self.record, actor=self.actor, name=file.name, data=file.read())
        return self.record


class WatchForm(ActionForm):
    action = "watch"
    title = _("Watch this incident")
    done = _("You watch this incident.")

    def effect(self) -> Reason:
        return _("You are told by e-mail of comments, and when it is mitigated or resolved.")

    def perform(self) -> Incident:
        return services.watch_incident(self.record, actor=self.actor)


class UnwatchForm(ActionForm):
    action = "unwatch"
    title = _("Stop watching this incident")
    done = _("You no longer watch this incident.")

    def effect(self) -> Reason:
        if self.record.owner_id == self.actor.pk:
            return _("As its owner you go on hearing of it.")
        return _("You are told no more of it.")

    def perform(self) -> Incident:
        return services.unwatch_incident(self.record, actor=self.actor)
