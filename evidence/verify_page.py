"""The page on which an auditor sees whether the ledger proves itself, and has it proved again."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.keys import told_by
from audit.lag import oldest_unsealed, oldest_unsigned, sealed_size
from audit.ledger.note import NoteError, VerifierKey, opened
from audit.models import LedgerEntry, LedgerHead, SignedCheckpoint, SignerKey
from core.showing import ago, badge, moment
from evidence.models import ControlFailure, WitnessReceipt
from evidence.proving import prove_ledger
from records.enums import JobState
from records.jobs import enqueue_job
from records.models import Job
from records.progress import Progress

JOB_KIND = "ledger.verify"
SHOWN = 10
PERMISSION = "audit.view_ledgerentry"


def urls(site: Any) -> list[Any]:
    """The address of the page, to stand in the admin site."""
    view = site.admin_view(lambda request: show(site, request))
    return [path("evidence/verify/", view, name="evidence_verify")]


class HeldCheckpoint(forms.Form):
    """A checkpoint that the asker has held since earlier; without one, those signed here are it."""

    checkpoint = forms.CharField(
        label=gettext_lazy("A checkpoint that you hold"),
        help_text=gettext_lazy(
            "The whole signed note, as you were sent it. The ledger must continue it."
        ),
        required=False,
        max_length=10_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )

    def clean_checkpoint(self) -> str:
        """Signed by a key that counts, or told what is wrong with it."""
        note = self.cleaned_data["checkpoint"].replace("\r\n", "\n").lstrip("\n")
        if not note.strip():
            return ""
        note = note.rstrip("\n") + "\n"
        try:
            told_by(note)
            opened(note, [VerifierKey.read(key.vkey) for key in SignerKey.objects.all()])
        except NoteError as error:
            raise forms.ValidationError(
                _("This is no checkpoint that our signer has signed: %(why)s"),
                params={"why": str(error)},
            ) from error
        return note


def show(site: Any, request: HttpRequest) -> HttpResponse:
    """What is known now (GET); asks for a proof (POST), which a worker makes."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    if request.method == "POST":
        form = HeldCheckpoint(request.POST)
        if form.is_valid():
            return _ask(request, form.cleaned_data["checkpoint"])
    elif request.method in ("GET", "HEAD"):
        form = HeldCheckpoint()
    else:
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    context = {**site.each_context(request), **_told(request.user), "form": form}
    status = 400 if form.errors else 200
    return TemplateResponse(request, "evidence/verify.html", context, status=status)


def verify_ledger(progress: Progress, *, note: str) -> dict[str, Any]:
    """The job. A second try begins anew."""
    progress.done = 0
    progress.total(sealed_size())
    proof = prove_ledger([note] if note else [], told=progress.advance)
    return {"size": proof.size, "root": proof.root.hex(), "flaws": list(map(str, proof.flaws))}


def _ask(request: HttpRequest, note: str) -> HttpResponse:
    """One proof at a time: it reads everything."""
    with transaction.atomic():
        if _running() is None:
            enqueue_job(JOB_KIND, actor=request.user, params={"note": note})
            messages.info(request, _("The ledger is being verified. This page tells the result."))
        else:
            messages.warning(request, _("A verification is under way: wait for its result."))
    return HttpResponseRedirect(reverse("admin:evidence_verify"))


def _running() -> Job | None:
    open_jobs = Job.objects.filter(kind=JOB_KIND, state__in=[JobState.QUEUED, JobState.RUNNING])
    return open_jobs.order_by("pk").first()


def _told(user: Any) -> dict[str, Any]:
    checkpoint = SignedCheckpoint.objects.first()
    running = _running()
    failures = ControlFailure.objects.visible_to(user).open() if user else []
    return {
        "title": _("Verify the ledger"),
        "facts": _facts(checkpoint),
        "note": checkpoint.note if checkpoint else "",
        "proofs": {
            "columns": [_("verified at"), _("entries"), _("root"), _("result")],
            "rows": [_proof_row(entry) for entry in _proofs()],
            "nothing": _("It has not been verified yet. Every night it is."),
        },
        "keys": {
            "columns": [_("public key"), _("for checkpoints"), _("state")],
            "rows": [_key_row(key) for key in SignerKey.objects.order_by("-pk")[:SHOWN]],
            "nothing": _("The signer has not signed yet."),
        },
        "receipts": {
            "columns": [_("witness"), _("entries"), _("at")],
            "rows": [
                (receipt.witness.name, receipt.size, moment(receipt.at))
                for receipt in WitnessReceipt.objects.select_related("witness")[:SHOWN]
            ],
            "nothing": _("Nobody outside holds a checkpoint: who stole the key could rewrite all."),
        },
        "running": running,
        "share": round(100 * running.done / running.total) if running and running.total else 0,
        "failures": failures,
    }


def _facts(checkpoint: SignedCheckpoint | None) -> list[tuple[Any, Any]]:
    head = LedgerHead.objects.first()
    waiting, unsigned = oldest_unsealed(), oldest_unsigned()
    return [
        (_("log"), head.origin if head else "–"),
        (_("entries sealed"), f"{head.size:,}" if head else 0),
        (_("oldest that waits to be sealed"), ago(waiting) if waiting else _("none")),
        (_("newest checkpoint"), moment(checkpoint.made_at, seconds=True) if checkpoint else "–"),
        (_("entries it covers"), f"{checkpoint.size:,}" if checkpoint else 0),
        (_("oldest that waits to be signed"), ago(unsigned) if unsigned else _("none")),
        (_("now"), moment(timezone.now(), seconds=True)),
    ]


def _proofs() -> Any:
    events = LedgerEntry.objects.filter(relation="event:ledger.verified")
    return events.order_by("-at", "-pk")[:SHOWN]


def _proof_row(entry: LedgerEntry) -> tuple[Any, ...]:
    found = entry.after or {}
    flaws = found.get("flaws") or []
    result = badge(_("Does not prove itself"), "red") if flaws else badge(_("Proved"), "green")
    said = [result, *flaws[:3]]
    return (
        moment(entry.at, seconds=True),
        f"{found.get('size', 0):,}",
        str(found.get("root", ""))[:16],
        said if len(said) > 1 else result,
    )


def _key_row(key: SignerKey) -> tuple[Any, ...]:
    until = key.until if key.last_good is None else key.last_good
    sizes = _("from %(since)s on") % {"since": key.since}
    if until is not None:
        sizes = _("from %(since)s to %(until)s") % {"since": key.since, "until": until}
    state = badge(_("Revoked"), "red") if key.revoked_at else ""
    return (
        key.vkey,
        sizes,
        state or (badge(_("Signs"), "green") if until is None else _("former")),
    )
