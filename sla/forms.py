"""What the portal asks about clients."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.actions import ActionForm
from sla.client_services import edit_client
from sla.models import Client


class ContactsForm(ActionForm):
    action = "contacts"
    title = _("Edit contacts")
    contacts = forms.CharField(
        label=_("Contacts"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea({"rows": 6}),
        help_text=_("One a line: name; e-mail; telephone. Either of the last two may be empty."),
    )

    def prepare(self) -> None:
        contacts = self.record.contacts.all()
        self.fields["contacts"].initial = "\n".join(
            f"{c.name}; {c.email}; {c.phone}" for c in contacts
        )

    def clean_contacts(self) -> list[dict[str, str]]:
        found = []
        for number, line in enumerate(self.cleaned_data["contacts"].splitlines(), 1):
            parts = [part.strip() for part in line.split(";")]
            if not any(parts):
                continue
            if len(parts) > 3:
                raise forms.ValidationError(
                    _("Line %(n)d has more than three parts."), params={"n": number}
                )
            name, email, phone = [*parts, "", ""][:3]
            found.append({"name": name, "email": email, "phone": phone})
        return found

    def perform(self) -> Client:
        return edit_client(self.record, actor=self.actor, contacts=self.cleaned_data["contacts"])
