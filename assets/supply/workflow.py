"""What becomes of a dependency on a vendor: the table of transitions, who, and its rules."""

from django.utils.translation import pgettext_lazy

from assets.supply.enums import SupplyStatus as S
from assets.supply.permissions import may_keep_dependencies
from assets.supply.rules import vendor_is_reached
from core.transitions import Transition, Workflow

SUPPLY_WORKFLOW = Workflow(
    Transition(
        "review",
        (S.CURRENT,),
        S.CURRENT,
        may_keep_dependencies,
        pgettext_lazy("supply", "Record a review"),
        (vendor_is_reached,),
    ),
    Transition(
        "end",
        (S.CURRENT,),
        S.ENDED,
        may_keep_dependencies,
        pgettext_lazy("supply", "End"),
        (vendor_is_reached,),
    ),
)
