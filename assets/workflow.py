"""Who has a device, and how an import stands: the tables of transitions, nothing else."""

from django.utils.translation import gettext_lazy as _

from assets.enums import OUT, Custody, ImportStatus
from assets.permissions import may_answer, may_hand_out, may_import_assets
from assets.rules import (
    has_come_to_a_stop,
    has_something_to_write,
    is_a_device,
    is_in_use,
    is_looked_after_by,
    is_the_holder,
)
from core.transitions import Transition, Workflow

CUSTODY_WORKFLOW = Workflow(
    Transition(
        "check_out",
        (Custody.IN_STOCK,),
        Custody.OFFERED,
        may_hand_out,
        _("Hand out"),
        (is_looked_after_by, is_a_device, is_in_use),
    ),
    Transition(
        "accept", (Custody.OFFERED,), Custody.HELD, may_answer, _("Accept"), (is_the_holder,)
    ),
    Transition(
        "decline", (Custody.OFFERED,), Custody.DECLINED, may_answer, _("Decline"), (is_the_holder,)
    ),
    Transition(
        "check_in", OUT, Custody.RETURNED, may_hand_out, _("Take back"), (is_looked_after_by,)
    ),
)

_IN_HAND = (ImportStatus.CHECKING, ImportStatus.CHECKED)

IMPORT_WORKFLOW = Workflow(
    Transition(
        "confirm",
        (ImportStatus.CHECKED,),
        ImportStatus.RUNNING,
        may_import_assets,
        _("Import"),
        (has_something_to_write,),
    ),
    Transition(
        "resume",
        (ImportStatus.RUNNING,),
        ImportStatus.RUNNING,
        may_import_assets,
        _("Go on"),
        (has_come_to_a_stop,),
    ),
    Transition("discard", _IN_HAND, ImportStatus.DISCARDED, may_import_assets, _("Discard")),
)
