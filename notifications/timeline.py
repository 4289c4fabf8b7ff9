"""Who was told what of a record, as entries of its timeline."""

from collections.abc import Iterable

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max, Min, Q
from django.db.models.functions import TruncSecond
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.record.entries import Entry, Kind, Source, Window
from notifications.enums import MessageKind, MessageState
from notifications.models import Message

MAIL = Kind("mail", _("E-mails"), "mail")
_NAMED = 6  # recipients; the others are counted
_ABOUT = {
    MessageKind.INCIDENT_ASSIGNED: _("about the assignment"),
    MessageKind.INCIDENT_OPENED: _("about the new incident"),
    MessageKind.INCIDENT_COMMENTED: _("about a comment"),
    MessageKind.INCIDENT_MENTIONED: _("about being mentioned"),
    MessageKind.INCIDENT_MITIGATED: _("about the mitigation"),
    MessageKind.INCIDENT_RESOLVED: _("about the resolution"),
    MessageKind.INCIDENT_CLOCK: _("about time that runs out"),
    MessageKind.REQUEST_ASSIGNED: _("about the assignment"),
    MessageKind.REQUEST_COMMENTED: _("about a comment"),
    MessageKind.REQUEST_MENTIONED: _("about being mentioned"),
    MessageKind.REQUEST_RESOLVED: _("about the resolution"),
    MessageKind.REQUEST_INCIDENT_RESOLVED: _("about an incident that was resolved"),
    MessageKind.REQUEST_CLOCK: _("about time that runs out"),
    MessageKind.INCIDENT_CONSULTED: _("about a question to a team"),
    MessageKind.INCIDENT_CONSULTATION_ANSWERED: _("about the answer of a team"),
    MessageKind.CONSULTATION_LATE: _("about a late answer of a team"),
    MessageKind.HELP_ASKED: _("about the ask for help"),
    MessageKind.HELP_ESCALATED: _("as nobody came to help"),
    MessageKind.HELP_TAKEN: _("about who helps"),
    MessageKind.HELP_ANSWERED: _("about the answer to the ask for help"),
    MessageKind.INCIDENT_PROMISE_DUE: _("about the promise to the client"),
    MessageKind.CHANGE_ASKS_FOR_VOTE: _("asking for votes"),
    MessageKind.CHANGE_VOTE_LATE: _("about a late answer"),
    MessageKind.CHANGE_AMENDED: _("about the amendment"),
    MessageKind.CHANGE_APPROVED: _("about the approval"),
    MessageKind.CHANGE_REJECTED: _("about the rejection"),
    MessageKind.CHANGE_COMMENTED: _("about a comment"),
    MessageKind.CHANGE_SCHEDULED: _("about the window"),
    MessageKind.CHANGE_BACKED_OUT: _("about the back-out"),
    MessageKind.CHANGE_CANCELLED: _("about the cancellation"),
    MessageKind.CHANGE_EXPIRED: _("about the expiry"),
}


def mails() -> Source:
    """The messages about a record, those of one moment and kind as one entry. Who sees the record
    sees who was told of it: owner and watchers stand on its page. What they were told is in the
    record; the messages themselves are shown to their recipients only."""

    def read(window: Window) -> Iterable[Entry]:
        told = (
            Message.objects.about(window.record.reference, window.user)
            .annotate(second=TruncSecond("created_at"))
            .order_by()
            .values("kind", "second")
            .annotate(
                at=Max("created_at"),
                first=Min("pk"),
                people=ArrayAgg("recipient__username", order_by="recipient__username"),
                sent=Count("pk", filter=Q(state=MessageState.SENT)),
                failed=Count("pk", filter=Q(state=MessageState.FAILED)),
                unwanted=Count("pk", filter=Q(state=MessageState.SUPPRESSED)),
            )
        )
        for group in window.newest(told, "at", "first"):
            people = group["people"]
            yield window.entry(
                MAIL,
                group["at"],
                group["first"],
                pgettext_lazy("in a timeline", "e-mail"),
                who=_("The portal"),
                template="portal/entry_mail.html",
                content={
                    "about": _ABOUT.get(group["kind"], ""),
                    "people": people[:_NAMED],
                    "more": len(people) - _NAMED if len(people) > _NAMED else 0,
                    "failed": group["failed"],
                    "unwanted": group["unwanted"],
                    "waiting": len(people) - group["sent"] - group["failed"] - group["unwanted"],
                },
                details={"about": group["kind"], "recipients": people, "sent": group["sent"]},
            )

    return Source("e", (MAIL,), read)
