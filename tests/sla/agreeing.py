"""Agreements by the real road: drafted by one person, put into force by another."""

from datetime import timedelta

from sla.agreement_services import add_agreement, approve_version, draft_version
from sla.enums import AgreementKind, Metric

HOUR = timedelta(hours=1)


def an_agreement(cast, slug, **facts):
    facts = {"kind": AgreementKind.SLA, "name": slug.title()} | facts
    return add_agreement(actor=cast.service_manager, slug=slug, **facts)


def in_force(cast, approver, slug, hours=4, metric=Metric.RESOLVE, **facts):
    agreement = an_agreement(cast, slug, **facts)
    targets = {(metric, p): p * hours * HOUR for p in (1, 2)}
    version = draft_version(agreement, actor=cast.service_manager, targets=targets)
    return approve_version(version, actor=approver)
