"""What has been kept for longer than its rule says: found here, erased by two approvals only."""

from datetime import datetime, time
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone

from audit.models import LegalHold
from people.models import RetentionRule
from people.privacy_targets import ERASED
from people.review_schedule import months_later
from records.personal_data import PERSONAL_DATA, by_word

TEN_YEARS, THREE_YEARS, ONE_YEAR = 120, 36, 12

# Model, the moment it is counted from, months, source: what a new portal begins with.
RULES = (
    ("incidents.Incident", "closed_at", TEN_YEARS, "CUIFPE 41; CUITF 68; CUB 168 Bis 17"),
    (
        "incidents.IncidentComment",
        "incident__closed_at",
        TEN_YEARS,
        "CUIFPE 41; CUITF 68; CUB 168 Bis 17",
    ),
    (
        "incidents.IncidentAttachment",
        "incident__closed_at",
        TEN_YEARS,
        "CUIFPE 41; CUITF 68; CUB 168 Bis 17",
    ),
    (
        "people.AccessReviewItem",
        "review__signed_at",
        THREE_YEARS,
        "CUITF 63-VIII; CUB 168 Bis 11-VIII; PCI DSS 10.5.1",
    ),
    ("notifications.Message", "created_at", ONE_YEAR, "LFPDPPP 10"),
)


def ensure_rules() -> None:
    """The rules that a portal begins with, where they are missing; those that were changed stay."""
    known = set(RetentionRule.objects.values_list("model", flat=True))
    for model, moment, months, source in RULES:
        if model in PERSONAL_DATA and model not in known:
            RetentionRule.objects.create(model=model, moment=moment, months=months, source=source)


def due_rows(rule: RetentionRule, at: datetime) -> Any:
    """The rows whose time is over, but those that are erased already, or under legal hold."""
    data = PERSONAL_DATA[rule.model]
    day = months_later(timezone.localdate(at), -rule.months)
    before = timezone.make_aware(datetime.combine(day, time()))
    rows = data.model_class._default_manager.filter(**{f"{rule.moment}__lt": before})
    for name, replacing in data.columns.items():
        if replacing is by_word:
            rows = rows.exclude(**{name: ERASED})
            break
    relation = data.model_class._meta.db_table
    held = LegalHold.objects.filter(relation=relation, lifted_at__isnull=True)
    text = rows.annotate(key_text=Cast("pk", TextField()))
    return text.exclude(key_text__in=held.values("key")).order_by("pk")
