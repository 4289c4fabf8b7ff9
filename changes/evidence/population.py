"""The populations of changes: all that were implemented, and the significant ones among them."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from changes.evidence.attributes import ATTRIBUTES
from changes.evidence.deployed import compared
from changes.evidence.members import (
    MEMBERSHIP,
    absent,
    absent_from_significant,
    everything,
    members,
    significant,
)
from changes.evidence.segregation import SEGREGATION
from changes.evidence.story import attachments, rows_of, story
from changes.models import Change
from evidence.populations import Population

CHANGES = Population(
    name="changes",
    title=_("Changes"),
    definition=_("Every change that was implemented, of every type, team and environment."),
    membership=MEMBERSHIP,
    model=Change,
    everything=everything,
    members=members,
    identity=lambda change: change.reference,
    moment_of=lambda change: change.actual_end_at,
    attributes=ATTRIBUTES,
    rows_of=rows_of,
    story=story,
    attachments=attachments,
    segregation=SEGREGATION,
    numbered="CHG",
    absent=absent,
    second_source=compared,
    strata=lambda change: change.type,
)

SIGNIFICANT_CHANGES = replace(
    CHANGES,
    name="significant_changes",
    title=_("Significant changes"),
    definition=_("Every implemented change to which PCI DSS 6.5.2 applies, with its checklist."),
    members=significant,
    absent=absent_from_significant,
    second_source=None,
    strata=None,
)
