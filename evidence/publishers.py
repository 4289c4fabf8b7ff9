"""The two ways of publishing that the portal brings: a storage, and the auditors' mailboxes."""

import smtplib
from datetime import timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.mail import EmailMessage

from evidence.publishing import PUBLISHERS, Handing, Publisher

STORAGE = "checkpoints"


def into_storage(handing: Handing) -> str:
    """As a file of its own, never over another: `host/audit-log/1/000000081301.txt`."""
    origin = handing.checkpoint.note.partition("\n")[0]
    name = f"{origin}/{handing.checkpoint.size:012d}.txt"
    storage = storages[STORAGE]
    if storage.exists(name):
        return name
    return str(storage.save(name, ContentFile(handing.body.encode())))


def by_mail(handing: Handing) -> str:
    """To every mailbox of the setting, as text and as a file that the witness program reads."""
    size, note = handing.checkpoint.size, handing.checkpoint.note
    origin = note.partition("\n")[0]
    message = EmailMessage(
        subject=f"{origin}: checkpoint of {size} entries",
        body=(
            "Keep this message: it shows what the audit trail was today, whatever becomes of it.\n"
            "How to check it: docs/operate/ledger.md, or the witness program with the attached "
            f"file.\n\n{note}"
        ),
        to=settings.CHECKPOINT_MAIL,
        attachments=[(f"checkpoint-{size:012d}.txt", handing.body, "text/plain")],
    )
    try:
        message.send()
    except smtplib.SMTPException as error:
        raise OSError(str(error)) from error
    return ", ".join(settings.CHECKPOINT_MAIL)


def register() -> None:
    """Mail once a day; the storage whenever there is something new, looked at once an hour."""
    PUBLISHERS.register(
        "storage",
        Publisher(
            timedelta(minutes=30),
            lambda: True,
            into_storage,
            # A folder of this machine is no witness.
            is_outside=lambda: bool(settings.CHECKPOINT_FOLDER),
        ),
    )
    PUBLISHERS.register(
        "mail", Publisher(timedelta(hours=23), lambda: bool(settings.CHECKPOINT_MAIL), by_mail)
    )
