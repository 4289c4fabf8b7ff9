"""The signer as the database knows it: which key signs which checkpoints, and how it is doing."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.triggers import AuditTrigger


class KeepsItsRange(AuditTrigger):
    """A key is never deleted and never another; it is retired once and revoked once."""

    name = "keeps_its_range"
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: type[models.Model]) -> str:
        return """
            IF TG_OP = 'DELETE'
                OR (OLD.vkey, OLD.origin, OLD.since, OLD.added_at)
                    IS DISTINCT FROM (NEW.vkey, NEW.origin, NEW.since, NEW.added_at)
                OR (OLD.until IS NOT NULL AND OLD.until IS DISTINCT FROM NEW.until)
                OR (OLD.revoked_at IS NOT NULL AND (OLD.revoked_at, OLD.last_good, OLD.reason)
                    IS DISTINCT FROM (NEW.revoked_at, NEW.last_good, NEW.reason))
            THEN
                RAISE EXCEPTION 'a key of the signer keeps its range' USING ERRCODE = '42501';
            END IF;
            RETURN NEW;
        """


class NotesEachChange(AuditTrigger):
    """Has every change of a key in the ledger. It has no history beside: the ledger is its history,
    and the signer needs no right on the outbox."""

    name = "notes_each_change"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update
    declare = [("ctx", "jsonb := nullif(current_setting('itsm.context', true), '')::jsonb")]

    def get_func(self, model: type[models.Model]) -> str:
        return """
            INSERT INTO audit_outboxentry (relation, operation, key, before, after, context)
            VALUES (TG_TABLE_NAME, left(TG_OP, 1), NEW.id::text,
                CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(OLD) END, to_jsonb(NEW), ctx);
            RETURN NULL;
        """


class SignerKey(models.Model):
    """A public key of the signer, and the sizes of the checkpoints for which its signature counts.

    A revoked one counts up to the last checkpoint that is known to be good.
    """

    vkey = models.CharField(_("public key"), max_length=300, unique=True)
    origin = models.CharField(_("origin"), max_length=200)
    since = models.BigIntegerField(_("from this size"), default=0)
    until = models.BigIntegerField(_("up to this size"), null=True)
    added_at = models.DateTimeField(_("added at"), default=timezone.now)
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    last_good = models.BigIntegerField(_("last good checkpoint"), null=True)
    reason = models.TextField(_("reason"), blank=True, max_length=2_000)

    class Meta:
        verbose_name = _("key of the signer")
        verbose_name_plural = _("keys of the signer")
        default_permissions = ()
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                name="audit_signerkey_range",
                condition=Q(since__gte=0) & (Q(until=None) | Q(until__gte=F("since"))),
            ),
            models.CheckConstraint(
                name="audit_signerkey_revoked_with_reason",
                condition=Q(revoked_at=None, last_good=None, reason="")
                | Q(~Q(reason=""), revoked_at__isnull=False, last_good__gte=0),
            ),
            models.UniqueConstraint(
                name="audit_signerkey_one_signs",
                fields=["origin"],
                condition=Q(until=None, revoked_at=None),
            ),
        ]
        triggers = [KeepsItsRange(), NotesEachChange()]

    def __str__(self) -> str:
        return self.vkey


class SignerStatus(models.Model):
    """How the signer is doing: when it last looked, and why it refuses, if it does. One row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    seen_at = models.DateTimeField(_("seen at"))
    refusal = models.TextField(_("refusal"), blank=True)

    class Meta:
        verbose_name = _("status of the signer")
        verbose_name_plural = _("status of the signer")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="audit_signerstatus_only_one", condition=Q(id=1))
        ]

    def __str__(self) -> str:
        return self.refusal or "ok"
