"""The dialogs and the block by which a record is shown to one person until a moment."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from core.actions import ActionForm
from core.admin_pages import Button
from core.errors import Reason
from core.record.side import Block, Row
from core.showing import exact
from people.choosing import full_name, offer_people
from people.models import User
from records.sharing import MAX_SHARE


class UntilInput(forms.DateTimeInput):
    """A moment within the next ninety days, in the person's own time zone."""

    template_name = "records/until_input.html"
    input_type = "datetime-local"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        now = timezone.localtime()
        context["widget"]["attrs"] |= {
            "min": now.strftime("%Y-%m-%dT%H:%M"),
            "max": (now + MAX_SHARE).strftime("%Y-%m-%dT%H:%M"),
        }
        context["zone"] = timezone.get_current_timezone_name()
        return context


class ShareForm(ActionForm):
    """Apps say what is shown, and name their service in `perform`."""

    action = "share"
    title = _("Share with one person")
    done = _("It is shared; who may see it stands beside the record.")
    prefilled = ("user",)
    user = forms.ModelChoiceField(
        label=_("Person"), queryset=User.objects.none(), to_field_name="username"
    )
    until = forms.DateTimeField(label=_("Until"), widget=UntilInput)

    def prepare(self) -> None:
        field: Any = self.fields["user"]
        offer_people(field, self.actor)
        field.queryset = field.queryset.exclude(pk=self.actor.pk)


class EndShareForm(ActionForm):
    """Apps name their service in `perform`."""

    action = "end_share"
    title = _("Stop sharing with one person")
    done = _("It is no longer shared with this person.")
    prefilled = ("user",)
    user = forms.ModelChoiceField(
        label=_("Person"), queryset=User.objects.none(), to_field_name="username"
    )

    def prepare(self) -> None:
        field: Any = self.fields["user"]
        shares = self.record.shares.filter(until__gt=timezone.now())
        people = User.objects.filter(pk__in=shares.values("user"))
        field.queryset = people.select_related("person")
        field.label_from_instance = full_name

    def effect(self) -> Reason:
        return _("From now on the person sees it only where their own role shows it.")


def shares_block(record: Any, button: Callable[..., Button | None]) -> Block:
    """With whom a record is shared now; `button` is `(action, label, full label, **answers)`."""
    shares = record.shares.filter(until__gt=timezone.now()).select_related("user", "shared_by")
    told = gettext("until %(until)s, by %(by)s")
    rows = tuple(
        Row(
            str(share.user),
            told % {"until": exact(share.until), "by": share.shared_by},
            button(
                "end_share",
                pgettext("share", "End"),
                gettext("End sharing with %s") % share.user,
                user=share.user.get_username(),
            ),
        )
        for share in shares.order_by("until")
    )
    return Block(
        "shares",
        gettext("Shared with"),
        rows=rows,
        nothing=gettext("Nobody beside those whose role shows it."),
        action=button("share", pgettext("button", "Share")),
    )
