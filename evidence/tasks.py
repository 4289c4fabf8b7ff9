"""What evidence does by itself: watch the controls, prove the ledger, hand checkpoints on."""

from celery import shared_task

from audit.tasks import AuditedTask
from evidence.proving import prove_ledger
from evidence.publishing import publish_due
from evidence.watching import watch


@shared_task(base=AuditedTask, name="evidence.watch_ledger")
def watch_ledger() -> None:
    """Opens and ends control failures."""
    watch()


# A million leaves take minutes, longer than a broker waits for an answer before it asks another.
@shared_task(base=AuditedTask, name="evidence.verify_ledger", time_limit=6 * 3600, acks_late=False)
def verify_ledger() -> None:
    """Recomputes the whole ledger, once a night."""
    prove_ledger()


@shared_task(base=AuditedTask, name="evidence.publish_checkpoints")
def publish_checkpoints() -> None:
    """Hands the newest checkpoint on, wherever that is due."""
    publish_due()
