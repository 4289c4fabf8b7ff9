"""What is confirmed after a significant change: the points as a table, and which are settled.

Source: PCI DSS v4.0.1, requirement 6.5.2 (upon completion of a significant change, all applicable
requirements are confirmed to be in place on all new or changed systems, and documentation is
updated); the points follow its applicability notes, each with the requirement that it rests on.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from changes.enums import Confirmation
from core.errors import Reason


@dataclass(frozen=True)
class Point:
    """One question of the checklist, and the requirements of PCI DSS behind it."""

    code: str
    requirement: str
    question: Reason


POINTS = (
    Point("diagrams", "1.2.3, 1.2.4", _("Network and data-flow diagrams show the change.")),
    Point(
        "configuration",
        "2.2.1",
        _("Systems are configured by the standard; no needless service is on."),
    ),
    Point("passwords", "2.2.2", _("Vendor default accounts are removed or their passwords new.")),
    Point(
        "account_data",
        "3.2.1, 3.3.1",
        _("Stored account data is documented; sensitive authentication data is not stored."),
    ),
    Point("transmission", "4.2.1", _("Account data is encrypted wherever it is transmitted.")),
    Point("malware", "5.2.1", _("Protection against malware is in place.")),
    Point("patches", "6.3.3", _("Security patches are applied.")),
    Point("access", "7.2.2, 8.2.1", _("Access is by role, least privilege and named account.")),
    Point("logging", "10.2.1", _("Audit logs are written and reach the central log.")),
    Point("integrity", "11.5.2", _("Changes of critical files are detected.")),
    Point(
        "scans_inside",
        "11.3.1.3",
        _("Internal vulnerability scans were made after it; what they found is resolved."),
    ),
    Point(
        "scans_outside",
        "11.3.2.1",
        _("External vulnerability scans were made after it; what they found is resolved."),
    ),
    Point("inventory", "12.5.1", _("New and changed components stand in the inventory.")),
    Point("scope", "12.5.2", _("The scope of PCI DSS was confirmed anew.")),
    Point("documents", "6.5.2", _("Policies, procedures and runbooks are up to date.")),
)
CODES = tuple(point.code for point in POINTS)
SETTLED = (Confirmation.YES, Confirmation.NOT_APPLICABLE)
"""“No” is an honest answer, but a significant change does not end with it."""


def unsettled(answers: Iterable[tuple[str, str]]) -> list[Point]:
    """The points without an answer that lets the change end, in their order."""
    settled = {code for code, answer in answers if answer in SETTLED}
    return [point for point in POINTS if point.code not in settled]
