"""ISO/IEC 20000-1:2018: the clauses that this portal can speak to."""

from django.utils.translation import gettext_lazy as _

from evidence.catalogue.answers import (
    ACCESS,
    ACCESS_REPORTS,
    AGREEMENTS,
    CHANGE_REPORTS,
    CHANGES,
    INCIDENT_REPORTS,
    INCIDENTS,
    INVENTORY,
    PROBLEMS,
    REQUESTS,
)
from evidence.controls import Control
from evidence.enums import Framework

ISO_20000 = (
    Control(
        "ISO20000-8.2.4",
        Framework.ISO_20000,
        _("Service catalogue"),
        _("The services are described for those who use them."),
        populations=("services",),
    ),
    Control(
        "ISO20000-8.2.5",
        Framework.ISO_20000,
        _("Assets"),
        _("What the services are made of is managed."),
        populations=("assets",),
        reports=("outdated_assets",),
    ),
    Control(
        "ISO20000-8.2.6",
        Framework.ISO_20000,
        _("Configuration"),
        _("Items and their relations are known, and changes to them can be traced."),
        populations=(
            *INVENTORY,
            "changes",
        ),
        reports=("changed_without_deployment",),
    ),
    Control(
        "ISO20000-8.3.3",
        Framework.ISO_20000,
        _("Service levels"),
        _("What was agreed is measured and reviewed."),
        populations=(
            *AGREEMENTS,
            *INCIDENTS,
        ),
    ),
    Control(
        "ISO20000-8.3.4",
        Framework.ISO_20000,
        _("Suppliers"),
        _("Suppliers are managed by contract and reviewed."),
        lacking=_("Contracts are kept; reviews of suppliers are not yet."),
    ),
    Control(
        "ISO20000-8.5.1",
        Framework.ISO_20000,
        _("Change management"),
        _(
            "Changes are classified, approved, planned, tested and reviewed; emergencies "
            "have their own way."
        ),
        populations=(
            *CHANGES,
            "significant_changes",
        ),
        reports=CHANGE_REPORTS,
    ),
    Control(
        "ISO20000-8.5.2",
        Framework.ISO_20000,
        _("Design and transition"),
        _("New and changed services are planned, built and handed over."),
        populations=("significant_changes",),
        reports=("unreviewed_changes",),
    ),
    Control(
        "ISO20000-8.5.3",
        Framework.ISO_20000,
        _("Releases and deployment"),
        _("Releases are planned, accepted and deployed under control."),
        populations=("deployments",),
        reports=(
            "deployed_without_change",
            "changed_without_deployment",
        ),
    ),
    Control(
        "ISO20000-8.6.1",
        Framework.ISO_20000,
        _("Incidents"),
        _("Incidents are recorded, classified, prioritised, escalated, resolved and closed."),
        populations=INCIDENTS,
        reports=INCIDENT_REPORTS,
    ),
    Control(
        "ISO20000-8.6.2",
        Framework.ISO_20000,
        _("Requests"),
        _("Requests are recorded, prioritised and fulfilled."),
        populations=REQUESTS,
    ),
    Control(
        "ISO20000-8.6.3",
        Framework.ISO_20000,
        _("Problems"),
        _("Causes of incidents are found and removed, known errors kept."),
        populations=(
            *PROBLEMS,
            *INCIDENTS,
        ),
        reports=("incidents_without_cause",),
    ),
    Control(
        "ISO20000-8.7.1",
        Framework.ISO_20000,
        _("Availability"),
        _("Availability is agreed, watched and compared with its targets."),
        populations=(
            *INCIDENTS,
            "services",
        ),
        lacking=_("Targets of availability are not kept yet."),
    ),
    Control(
        "ISO20000-8.7.2",
        Framework.ISO_20000,
        _("Continuity"),
        _("Services can be continued after a disaster, and that is tested."),
        populations=("services",),
        lacking=_("Tests of continuity are not kept yet."),
    ),
    Control(
        "ISO20000-8.7.3",
        Framework.ISO_20000,
        _("Information security"),
        _("Security incidents are recorded, and access is controlled."),
        populations=(
            *ACCESS,
            *INCIDENTS,
        ),
        reports=ACCESS_REPORTS,
    ),
)
