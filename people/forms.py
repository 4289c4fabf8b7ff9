"""The sign-in pages' forms: allauth's, with the portal's widgets and labels."""

from typing import Any

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

LONGEST_PASSWORD = 1000  # hashing is slow on purpose; a megabyte would be slower


class SignIn(account.LoginForm):
    """Name or e-mail address, and the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["login"] = forms.CharField(
            label=_("Username or e-mail"),
            max_length=254,
            widget=UnfoldAdminTextInputWidget(
                attrs={
                    "autocomplete": "username",
                    "autocapitalize": "none",
                    "spellcheck": "false",
                    "autofocus": True,
                }
            ),
        )
        self.order_fields(["login", "password"])
        _dress(self.fields["password"], _("Password"), "current-password")


class Reauthenticate(account.ReauthenticateForm):
    """The password again, before something sensitive."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        _dress(self.fields["password"], _("Password"), "current-password")
        self.fields["password"].widget.attrs["autofocus"] = True


class ChangePassword(account.ChangePasswordForm):
    """One's own new password. A wrong current one counts as a failed sign-in does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        _dress(self.fields["oldpassword"], _("Current password"), "current-password")
        _dress(self.fields["password1"], _("New password"), "new-password")
        self.fields["password1"].help_text = _(
            "At least twelve characters, neither a common password nor like your name or address."
        )
        _dress(self.fields["password2"], _("New password again"), "new-password")

    def clean_oldpassword(self) -> str:
        given = self.cleaned_data["oldpassword"]
        adapter = get_adapter()
        if not adapter.reauthenticate(self.user, given):
            raise adapter.validation_error("enter_current_password")
        return given

    def clean_password1(self) -> str:
        new = self.cleaned_data["password1"]
        if self.user.check_password(new):
            raise ValidationError(_("Choose a password that differs from the present one."))
        return new


def _dress(field: forms.Field, label: Any, autocomplete: str) -> None:
    field.label = label
    field.max_length = LONGEST_PASSWORD
    field.validators.append(forms.fields.validators.MaxLengthValidator(LONGEST_PASSWORD))
    attrs = {"autocomplete": autocomplete, "maxlength": LONGEST_PASSWORD}
    field.widget = UnfoldAdminPasswordWidget(attrs=attrs)
    field.widget.is_required = field.required
