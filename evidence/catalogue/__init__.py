"""The catalogue that we ship: the requirements that this portal can speak to, in our own words.

The texts of the standards are their publishers'; only their numbers are used here.
"""

from collections.abc import Iterator

from evidence.catalogue.iso20000 import ISO_20000
from evidence.catalogue.iso27001 import ISO_27001
from evidence.catalogue.pci import PCI_DSS
from evidence.catalogue.soc2 import SOC_2
from evidence.controls import CONTROLS, Control
from evidence.exception_reports import EXCEPTION_REPORTS, ExceptionReport
from evidence.populations import POPULATIONS, Population


def register_catalogue() -> None:
    """Called once, when the app is ready."""
    for control in (*PCI_DSS, *SOC_2, *ISO_27001, *ISO_20000):
        CONTROLS.register(control.code, control)


def controls_of(framework: str) -> Iterator[Control]:
    """Those of one framework, in the order of its numbers."""
    return (control for _code, control in CONTROLS if control.framework == framework)


def populations_of(control: Control) -> list[Population]:
    """What answers it, of what the apps have registered."""
    return [POPULATIONS[name] for name in control.populations if name in POPULATIONS]


def reports_of(control: Control) -> list[ExceptionReport]:
    """Which exceptions tell whether it works, of what the apps have registered."""
    return [EXCEPTION_REPORTS[name] for name in control.reports if name in EXCEPTION_REPORTS]
