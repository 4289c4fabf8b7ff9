"""The catalogue of controls: what each asks for, in our own words, and what answers it."""

from dataclasses import dataclass

from core.registry import Registry
from evidence.populations import Text


@dataclass(frozen=True)
class Control:
    """One requirement of one framework; many controls share populations and reports.

    `code` is how commands and addresses name it (`PCI-6.5.1`, `SOC2-CC8.1`, `ISO27001-A.8.32`,
    `ISO20000-8.5.1`). `populations` and `reports` are names of the registries; one that no app has
    registered answers nothing. `lacking` says what the portal does not answer.
    """

    code: str
    framework: str
    title: Text
    asks: Text
    populations: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    lacking: Text = ""


CONTROLS: Registry[Control] = Registry("control")
